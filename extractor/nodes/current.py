"""Which counts of nodes are those of this report: not an older version's, nor the sender's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.nodes.words import Count
from extractor.statements.earlier import below_earlier, earlier
from extractor.statements.reissued import is_old

if TYPE_CHECKING:
    from extractor.document import Document

#: Before a count: the sender's report said so.
_THEIRS = re.compile(
    r"\b(?:your|their)\s(?:\w+\s)?(?:report|count|letter|wording|diagnosis)\s(?:\w+\s)?"
    r"(?:gave|gives|had|states?d?|listed|lists|says|said|reads?|mention\w*|quotes?d?)\b[^;]*$"
    r"|\byou\s(?:had\s|have\s)?(?:counted|gave|found|reported|stated|listed)\b[^.;]*$",
    re.IGNORECASE,
)

#: Before or behind a count: so many nodes are on the slides that were sent.
_SENT = re.compile(
    r"\b(?:we|us|I)\s(?:(?:have|had|were|was|only)\s){0,2}(?:seen|saw|reviewed|sent|slides)\b"
    r"[^.;]{0,40}$|\bslides\s(?:of|for|from|with)\s(?:(?:the|these|only)\s)?$|\bour\s(?:\w+\s)?slides\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_REVIEWED = re.compile(
    r"[^.;(]{0,30}\b(?:(?:was|were|is|are)?\s?(?:re-?)?reviewed|(?:sent|available|submitted) (?:to us|here)|"
    r"(?:was|were|is|are) (?:sent|on the slides)|on (?:the|our) slides)\b",
    re.IGNORECASE,
)
#: Before a count: an option of a printed list of categories that is not marked ("___ pN1: one node").
_UNMARKED = re.compile(r"(?:^|[^Xx_])_{2,}\s*p?N ?[0-3][a-c]?\s*:[^_\n]{0,120}$")


def current(document: Document, found: list[Count]) -> list[Count]:
    """Counts without those of an older version of the report or of another specimen, if others are left.

    Options of a printed list that are not marked count nothing.
    """
    found = [c for c in found if c.kind == "ratio" or _UNMARKED.search(c.unit.text[: c.start]) is None]
    new = [c for c in found if not is_old(document, c.unit.start + c.start)]
    found = _without_sample(new or found)
    if any(not _theirs(c) for c in found if c.kind != "uncounted"):
        found = [c for c in found if not _theirs(c)]
    own = [
        c
        for c in found
        if c.kind == "uncounted"
        or below_earlier(document, c.unit)  # the sum is judged by its first count
        or not earlier(document, c.unit, c.start)
    ]
    return own if any(c.kind != "uncounted" for c in own) else found


def _theirs(count: Count) -> bool:
    """Whether a count is one that the report under review gave: "your report gave nodes 3/9"."""
    return _THEIRS.search(count.unit.text[: count.start]) is not None


def _without_sample(found: list[Count]) -> list[Count]:
    """The counts without those of nodes a consultant saw: "4 of 17; we have slides of three of them"."""
    whole = max((c.examined or 0 for c in found if c.kind == "ratio"), default=0)
    return [
        c
        for c in found
        if not (
            c.kind in ("positive", "negative")
            and max(c.positive or 0, c.examined or 0) <= whole
            and (_SENT.search(c.unit.text[: c.start]) or _REVIEWED.match(c.unit.text, c.end))
        )
    ]
