"""Puts ``patterns/`` into the wheel as data of ``extractor``; an editable install reads the checkout."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PatternsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the pattern data to a real wheel only: an editable one would keep a stale copy."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the patterns as data of the wheel (called by hatchling before a build)."""
        if version != "editable":
            build_data["force_include"]["patterns"] = "extractor/_patterns"
