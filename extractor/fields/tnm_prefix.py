"""Prefixes of the stated TNM codes: which letters stand before or behind T, N and M.

Meaning: a list of ``c`` (clinical), ``p`` (pathologic), ``y`` (after therapy), ``r`` (recurrence), ``a``
(autopsy) and ``m`` (multiple primaries, also as the suffix "(m)"), each as stated, in this order.
Source: AJCC and UICC TNM; NAACCR items 1013 and following (descriptors).
Conflicts: none; all letters of the current codes are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from extractor.field import Candidate, Field
from extractor.staging.categories import unit_at
from extractor.staging.codes import codes

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

_ORDER = "cpyram"
_MULTIPLE = re.compile(r"\s?\(\s?(?:m|\d|multiple|multifocal)\s?\)")
_PAST = frozenset({"history", "outside"})


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """One candidate: the letters of all current codes."""
    letters: set[str] = set()
    spans: list[tuple[int, int]] = []
    first = None
    for code in codes(document):
        unit = unit_at(document, code.start)
        if unit is None or unit.section in _PAST:
            continue
        found = {letter for letter in code.prefix if letter in _ORDER}
        if code.letter == "T" and _MULTIPLE.match(document.text.clean, code.end):
            found.add("m")
        if found - letters:
            letters |= found
            spans.append((code.start, code.end))
            first = first or unit
    for unit in document.units:
        if "escriptor" not in unit.label_text and "ESCRIPTOR" not in unit.label_text:
            continue
        for rule in patterns.rules:
            if (match := rule.pattern.search(unit.value_text)) and rule.value not in letters:
                at = unit.start + (unit.value or 0)
                letters.add(rule.value)
                spans.append((at + match.start(), at + match.end()))
                first = first or unit
    if first is None or not letters:
        return
    start, end = spans[0]
    value = sorted(letters, key=_ORDER.index)
    made = document.candidate(
        value, first, start - first.start, end - first.start, "tnm_prefix/letters", strength=1.0
    )
    made.more = tuple(spans[1:])
    yield made


FIELD = Field(title="TNM prefix", position=290, value=list[Literal["c", "p", "y", "r", "a", "m"]], read=read)
