"""The findings as one self-contained page."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from extractor import catalog
from nenpath.qa.findings import Findings

#: The page stays one that a browser opens quickly; the worklist holds all.
MOST_SHOWN = 1000


def page(found: Findings, figures: dict[str, Any]) -> str:
    """Render the page; everything of codes and reports is escaped."""
    environment = Environment(
        loader=PackageLoader("nenpath"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    above = [one for one in found.discrepancies if one.probability >= figures["threshold"]]
    return environment.get_template("qa.html.j2").render(
        figures=figures,
        most=MOST_SHOWN,
        shown=above[:MOST_SHOWN],
        above=len(above),
        below=len(found.discrepancies) - len(above),
        titles={room.name: room.title for room in catalog.fields()},
    )
