"""How many primary foci a report tells of: shared by focality and the count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns


def labelled(patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a unit answers the form's item."""
    name = unit.label_text or unit.under
    return bool(name and patterns.label and patterns.label.match(name))


def prose(document: Document) -> Iterator[Unit]:
    """Units whose sentences may tell of the foci of the index tumor."""
    for unit in document.units:
        if document.rank(unit.section) >= 2 and unit.section != "ihc":
            yield unit


def focality(document: Document) -> FieldPatterns:
    """The patterns of focality."""
    return document.patterns("focality")
