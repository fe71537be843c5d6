"""Where a report names organs, and which of them head its parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.tumors.mentions import mentions
from extractor.tumors.organs import Hit, Organs
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

_ORGANS: dict[int, tuple[FieldPatterns, Organs]] = {}
_HEADS: WeakKeyDictionary[Document, list[list[Hit]]] = WeakKeyDictionary()
_HITS: WeakKeyDictionary[Document, list[list[Hit]]] = WeakKeyDictionary()
#: A heading that goes on below does not end so, names its organ this early, is no longer than this, and began
#: at most so many lines above.
_ENDS, _EARLY, _HEADING, _LINES = frozenset(".:"), 45, 200, 3
#: What begins a finding below a heading.
_BULLETS = frozenset("-*•")
_NO_HEADING = re.compile(r"\W*(?:no|not|the|there|sections?|margins?|CRM|tumou?r)\b", re.IGNORECASE)
_HEADED = {"diagnosis", "unknown", "amendment", "addendum", "synoptic", "comment"}


def organs(document: Document) -> Organs:
    """The organ words of the document's pattern data."""
    patterns = document.patterns("primary_site")
    if id(patterns) not in _ORGANS:
        _ORGANS[id(patterns)] = (patterns, Organs(patterns))
    return _ORGANS[id(patterns)][1]


def hits(document: Document) -> list[list[Hit]]:
    """Organ words of each unit."""
    if document not in _HITS:
        words = organs(document)
        _HITS[document] = [words.find(unit) for unit in document.units]
    return _HITS[document]


def heads(document: Document) -> list[list[Hit]]:
    """For each unit the organs of the part it belongs to ("LUNG, LEFT UPPER LOBE, LOBECTOMY:"), in order.

    A line heads a part if it names an organ before any tumor and ends like a heading or names an operation.
    """
    if document in _HEADS:
        return _HEADS[document]
    words, found = organs(document), hits(document)
    named: dict[int, int] = {}
    for mention in mentions(document):
        if not mention.denied:
            named[mention.unit.index] = min(named.get(mention.unit.index, 9999), mention.start)
    result: list[list[Hit]] = []
    current: list[Hit] = []
    section, part = "", None
    for unit in document.units:
        if unit.section != section:
            current, section = [], unit.section
        if unit.part != part:
            part = unit.part
        before = [h for h in found[unit.index] if h.start < named.get(unit.index, 9999)]
        if before and unit.section in _HEADED:
            lead = unit.text[: named.get(unit.index, len(unit.text))]
            early = before[0].start <= 45 and len(lead) <= 260
            if early and words.operation.search(lead) and not _NO_HEADING.match(lead):
                current = [*_begun(document, unit, found, named), *before]
        result.append(current)
    _HEADS[document] = result
    return result


def _begun(document: Document, unit: Unit, found: list[list[Hit]], named: dict[int, int]) -> list[Hit]:
    """Organs of the lines above, if they begin this heading ("UTERUS, OVARIES; TOTAL" / "HYSTERECTOMY:")."""
    for above in reversed(document.units[max(0, unit.index - _LINES) : unit.index]):
        if (above.section, above.part) != (unit.section, unit.part) or above.index in named:
            break
        if above.text.rstrip()[-1:] in _ENDS or len(above.text) > _HEADING:
            break
        if above.text.lstrip()[:1] in _BULLETS and unit.text.lstrip()[:1] not in _BULLETS:
            break  # a finding of the part before
        if present := found[above.index]:
            return present if present[0].start <= _EARLY else []
    return []


def subsites(document: Document) -> list[list[str]]:
    """The parts of organs: name, organ, topography code, expression."""
    parts: list[list[str]] = document.patterns("primary_subsite").data["subsite"]
    return parts
