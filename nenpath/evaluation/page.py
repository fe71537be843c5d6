"""An evaluation as one self-contained page; its plots are drawn in the template."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def page(found: dict[str, Any]) -> str:
    """Render the page."""
    environment = Environment(
        loader=PackageLoader("nenpath"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("evaluation.html.j2").render(found=found)
