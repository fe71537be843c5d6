"""What a reviewer decides, and what a field holds after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: The action of a sign-off.
SIGN = "sign"


class RefusedError(Exception):
    """A decision that cannot be taken now; the message is for the reviewer."""


@dataclass(frozen=True, slots=True)
class Target:
    """The report a decision is about: its id, its place in the store and the text that was read."""

    report_id: str
    text_sha256: str
    position: int


@dataclass(frozen=True, slots=True)
class State:
    """What a field holds after its last decision.

    ``evidence`` holds begin and end of each place, in code points; ``marked`` tells that a person chose them.
    """

    action: str
    value: Any
    evidence: tuple[tuple[int, int], ...] = ()
    marked: bool = False
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the history."""

    number: int
    field: str
    state: State
    proposed: Any
    user: str
    at: str
    undone_by: str | None


def current(history: Sequence[Decision]) -> dict[str, State]:
    """What each decided field holds now."""
    return {
        decision.field: decision.state
        for decision in history
        if decision.undone_by is None and decision.field
    }
