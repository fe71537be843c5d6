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

#: Before a count: an option of a printed list of categories that is not marked ("___ pN1: one node").
_UNMARKED = re.compile(r"(?:^|[^Xx_])_{2,}\s*p?N ?[0-3][a-c]?\s*:[^_\n]{0,120}$")


def current(document: Document, found: list[Count]) -> list[Count]:
    """Counts without those of an older version of the report or of another specimen, if others are left.

    Options of a printed list that are not marked count nothing.
    """
    found = [c for c in found if _UNMARKED.search(c.unit.text[: c.start]) is None]
    new = [c for c in found if not is_old(document, c.unit.start + c.start)]
    found = new or found
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
