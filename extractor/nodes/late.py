"""Nodes found after the report was given: an addendum counts some more, and the first count stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.nodes.sums import to_add
from extractor.nodes.totals import candidate
from extractor.nodes.words import Count, Which, examined_of, positive_of

if TYPE_CHECKING:
    from extractor.document import Document

#: Beside a count: its nodes come to those counted before.
_MORE = re.compile(r"\b(?:further|additional|extra|more|another|added)\b", re.IGNORECASE)
#: So far before a count such a word may stand, and so far after it.
_BEFORE, _AFTER = 16, 24
#: The heading of an addendum that opens no section of its own, and how far below it a line belongs to it.
_HEADING = re.compile(
    r"\W*(?:(?:first|second|third|fourth|\d(?:st|nd|rd|th)?)\s+)?(?:addend\w+|supplement\w*"
    r"|additional (?:report|findings)|later entry|postscript|nachtrag)\b",
    re.IGNORECASE,
)
_REACH = 12
#: What is cut or stained again of nodes counted before.
_LEVELS = re.compile(
    r"\b(?:levels?\b(?! [IVX\d])|step sections?|serial sections?"
    r"|(?:deeper|additional|further|more) (?:\w+ )?(?:sections?|cuts)"
    r"|recuts?|ultrastag\w+|(?:cyto)?keratins?|immuno\w+|AE1\b|synaptophysin|chromogranin)",
    re.IGNORECASE,
)
#: The next node that holds tumor, by its ordinal.
_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NEXT = re.compile(
    rf"(?:metasta\w+|tumou?r|carcinoma|deposits?)\b[^.;]{{0,60}}\bin an? (?P<ordinal>{'|'.join(_ORDINALS)})"
    r" (?:(?!sections?|slides?|levels?|blocks?)\w+ ){0,2}node(?!s)",
    re.IGNORECASE,
)
_ONCE_FREE = re.compile(
    r"\bone of the (?:\w+ ){0,2}nodes? (?:\w+ ){0,2}?"
    r"(?:reported|diagnosed|called|signed out|interpreted|read|considered) (?:as )?"
    r"(?:negative|benign|free)\b",
    re.IGNORECASE,
)
_METASTASIS, _DENIED = (
    re.compile(r"metasta", re.IGNORECASE),
    re.compile(r"\b(?:no|not|without|isolated)\b", re.IGNORECASE),
)
#: Beside the next node: no tumor is told of it, or none for sure.
_DOUBTED = re.compile(
    r"\b(?:no|not|without|negative|rather than|suspect\w*|suspicious|possib\w+|exclud\w+)\b", re.IGNORECASE
)
#: Sections written after the report, which may repeat only a part of the diagnosis.
LATER = frozenset({"addendum", "amendment"})


def read_added(which: Which, document: Document, name: str, found: list[Count]) -> Iterator[Candidate]:
    """The first count of the report with the nodes that an addendum adds to it."""
    added = [c for c in found if c.examined is not None and _is_added(document, c)]
    if not added:
        return
    first = added[0].unit.index
    before = [c for c in found if c.unit.index < first and c.unit.section != "gross" and c not in added]
    after = [c for c in found if c.unit.index >= first and c not in added]
    if not before and all(c.unit.section in LATER for c in added):  # the addendum stands first
        before = [c for c in after if c.unit.section not in LATER and c.unit.section != "gross"]
        after = [c for c in after if c.unit.section in LATER]
    if any(c.kind in ("examined", "ratio", "negative") for c in after):
        return  # the addendum counts all of them itself
    base = to_add([c for c in before if c.kind in ("ratio", "negative", "positive")])
    answers = [c for c in before if c.kind in ("examined", "involved")]
    if answers and not base:
        base = answers
    values = [v for c in base if (v := getattr(c, which)) is not None]
    more = [getattr(c, which) for c in to_add(added)]
    if not values or None in more:
        return
    yield _added_up(document, sum(values) + sum(more), [*added, *base], f"{name}/with-added")


def read_again(which: Which, document: Document, name: str, found: list[Count]) -> Iterator[Candidate]:
    """The counts of the report, those replaced of which an addendum says what deeper sections show.

    The nodes are the same: "levels of the sentinel nodes: micrometastasis in 1/2" changes what two nodes
    hold, and adds none.
    """
    again = [c for c in found if c.kind == "ratio" and not c.total and _is_late(document, c)]
    if not again or not all(_LEVELS.search(c.unit.text) for c in again):
        return
    first = again[0].unit.index
    before = [c for c in found if c.unit.index < first and c.unit.section != "gross"]
    base = to_add([c for c in before if c.kind in ("ratio", "negative", "positive")])
    if not base or any(c.kind in ("examined", "involved") for c in before):
        return
    values = [c.numbers for c in base]
    for count in again:
        same = {v for v in values if v[0] == count.examined}
        if len(same) != 1:
            return
        values[values.index(same.pop())] = count.numbers
    if any(v is None for pair in values for v in pair):
        return
    value = sum((e if which == "examined" else p) or 0 for e, p in values)
    yield _added_up(document, value, [*again, *base], f"{name}/levels")


def read_next(document: Document, name: str, found: list[Count]) -> Iterator[Candidate]:
    """The positive nodes of the report and the one that an addendum tells beside them.

    "Deeper sections show a micrometastasis in a third node", where the diagnosis has two of eleven; "one of
    the nodes reported as negative contains a metastasis".
    """
    for count in found:
        if count.kind not in ("uncounted", "positive") or (count.positive or 0) > 1:
            continue
        told = _NEXT.search(count.unit.text) if count.positive != 0 else None
        if told is not None and _DOUBTED.search(count.unit.text):
            continue
        if (told is None and not _turned(count.unit.text)) or not _is_late(document, count):
            continue
        before = [c for c in found if c.unit.index < count.unit.index and c.unit.section != "gross"]
        base = to_add([c for c in before if c.kind in ("ratio", "negative", "positive")])
        held = positive_of(base)
        if told is not None and held != _ORDINALS.index(told["ordinal"].lower()) + 1:
            continue
        if 0 <= held < examined_of(base):
            yield _added_up(document, held + 1, [count, *base], f"{name}/with-added")
        return


def _added_up(document: Document, value: int, here: list[Count], rule: str) -> Candidate:
    """The number of the report and its addendum together: a total above those of the report."""
    features = {"summed": 1.0, "staged": 1.0, "total_greatest": 1.0}
    return candidate(document, value, here, rule, strength=4.0, **features)


def _turned(text: str) -> bool:
    """Whether tumor, more than single cells, is now seen in a node that was called free."""
    once = _ONCE_FREE.search(text)
    return (
        once is not None
        and _METASTASIS.search(text) is not None
        and _DENIED.search(text) is None
        and _DOUBTED.search(text, once.end()) is None
    )


def _is_added(document: Document, count: Count) -> bool:
    """Whether a count of an addendum is called one of further nodes."""
    text = count.unit.text
    if count.total or _MORE.search(text[max(0, count.start - _BEFORE) : count.end + _AFTER]) is None:
        return False
    return _is_late(document, count)


def _is_late(document: Document, count: Count) -> bool:
    """Whether a count stands in an addendum."""
    if count.unit.section in LATER:
        return True
    above = document.units[max(0, count.unit.index - _REACH) : count.unit.index + 1]
    return any(_HEADING.match(unit.text) for unit in above)
