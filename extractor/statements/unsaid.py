"""Sentences that name a finding without stating it of this tumor (``patterns/unsaid.toml``).

Questions, what would follow from a finding, what a category means, tumors in general, a relative's tumor:
their words match what a field looks for, but the report does not say that it is so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.field import Candidate
from extractor.printed.legends import legends

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

_BEGINS = re.compile(r".*[.;?]\s", re.DOTALL)
_ENDS = re.compile(r"[.;?](?=\s|$)")
#: Units in which some rule may match, by document.
_NAMED: WeakKeyDictionary[Document, frozenset[int]] = WeakKeyDictionary()


def stated(
    document: Document, patterns: FieldPatterns, candidates: Iterable[Candidate]
) -> Iterator[Candidate]:
    """The candidates whose sentence states them; those without a value stay, and those of several places."""
    if document not in _NAMED:
        gate = patterns["words"]
        _NAMED[document] = frozenset(u.index for u in document.units_with(gate) if gate.search(u.text))
    named, explained = _NAMED[document], legends(document.text.clean)
    for candidate in candidates:
        if explained and any(lo < candidate.end <= hi for lo, hi in explained):
            continue
        if (
            candidate.value is None
            or candidate.more
            or candidate.unit.index not in named
            or not _unsaid(patterns, candidate)
        ):
            yield candidate


def _unsaid(patterns: FieldPatterns, candidate: Candidate) -> bool:
    unit = candidate.unit
    start, end = candidate.start - unit.start, candidate.end - unit.start
    begin = found.end() if (found := _BEGINS.match(unit.text, 0, start)) else 0
    stop = found.end() if (found := _ENDS.search(unit.text, end)) else len(unit.text)
    for rule in patterns.rules[1:]:
        if rule.id.endswith("-before"):
            text = unit.text[:start]
        else:
            text = unit.text[end:] if rule.id.endswith("-after") else unit.text[begin:stop]
        if rule.pattern.search(text):
            return True
    return False
