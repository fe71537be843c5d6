"""How many primary foci a report tells of: shared by focality and the count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns


def labelled(patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a unit answers the form's item."""
    label = patterns.label
    if label is None:
        return False
    if unit.label and (name := unit.label_text):
        return label.may_match(unit.text) and label.match(name) is not None
    return bool(unit.under) and label.match(unit.under) is not None


def prose(document: Document) -> Iterator[Unit]:
    """Units whose sentences may tell of the foci of the index tumor."""
    for unit in document.units:
        if document.rank(unit.section) >= 2 and unit.section != "ihc":
            yield unit


def focality(document: Document) -> FieldPatterns:
    """The patterns of focality."""
    return document.patterns("focality")
