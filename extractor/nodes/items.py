"""What the lines round counts of nodes tell of them: their part, and which of them sum up others.

A form may number its items within a part ("D. Nodes, neck: / 1. Total number of nodes examined: 44"), a
heading may carry its letter at its end ("ILIAC LYMPH NODES (H):"), and a list may stand below "Nodes (all
parts):".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.nodes.words import Count, examined_of, positive_of

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

#: A heading that ends with the letter of its part, and how far above a count it stands.
_LETTER_LAST = re.compile(r"[A-Za-z]{3}\W{0,3}\((?P<part>[A-Z])\)\s*[:;.,'-]{0,3}\s*$")
_ABOVE = 3
#: A line that only names nodes behind the letter of their part ("E. Right iliac node;").
_LETTER_FIRST = re.compile(
    r"\W{0,3}(?P<part>[A-Z])\s?[.):]\s?[A-Za-z][A-Za-z ,/-]{2,50}?\bnodes?\b[A-Za-z ,-]{0,20}[;:]\s*$"
)
#: Before a count: deposits that may be so many nodes.
_SUPPOSED = re.compile(
    r"\b(?:possibly|perhaps|may|might|could)\s+(?:be|represent(?:s|ing)?)\s+(?:the\s+)?$", re.IGNORECASE
)
#: In so many lines a part of a diagnosis ends.
_PART = 60
#: The head of a list of the nodes of all parts, and how many lines the list has.
_ALL_PARTS = re.compile(
    r"\bnodes?\b[^.;:]{0,30}\b(?:all|entire|whole)\s(?:parts|specimens|case)\b[^:]{0,12}:", re.I
)
_LISTED = 8
#: A numbered item of a form that is that of all nodes, or of all that hold tumor.
_NODES = (
    r"(?:(?:total )?number of |no\.? of )?(?:regional |all )?(?:lymph )?nodes?"
    r"(?:\s*:|\s\((?:right|left|all|both)[^()]{0,20}\)\s*:"
    r"|\s(?:status|involved|with|containing|positive|examined|received)\b[^:]{0,40}:)"
)
_ITEM = re.compile(rf"(?:^\W*|[a-z.)]\s?)\d{{1,2}}\s?[.)]\s*{_NODES}", re.IGNORECASE)
_ITEM_HEADING = re.compile(rf"\W*{_NODES}", re.IGNORECASE)
#: How far before a count its item, or a doubt, may stand.
_REACH = 90
#: How short the answer below an item is.
_ANSWER = 16


def placed(document: Document, found: list[Count]) -> list[Count]:
    """The counts with the part that the lines above give them."""
    by_parts: dict[str, int] = {}
    for count in found:
        if (count.unit.part or "").isalpha() and count.kind in ("ratio", "negative", "positive"):
            section = count.unit.section
            by_parts[section] = by_parts.get(section, 0) + (count.examined or 0)
    return [
        _lettered(document, _numbered(document, count, by_parts.get(count.unit.section, 0)))
        for count in _items_together(found)
    ]


def supposed(count: Count, above: str) -> bool:
    """Whether tumor only may be the nodes a count names ("possibly representing two replaced nodes")."""
    return _SUPPOSED.search(f"{above[-_REACH:]} {count.unit.text[: count.start]}"[-_REACH:]) is not None


def _items_together(found: list[Count]) -> list[Count]:
    """The counts, those by side or group in one numbered item as one."""
    kept: list[Count] = []
    for count in found:
        unit, last = count.unit, kept[-1] if kept else None
        if (
            last is not None
            and last.unit.index == unit.index
            and last.kind == count.kind == "ratio"
            and (unit.part or "").isdigit()
            and _ITEM.match(unit.text) is not None
            and not (last.total or count.total)
        ):
            kept[-1] = replace(
                last,
                examined=_add(last.examined, count.examined),
                positive=_add(last.positive, count.positive),
            )
        else:
            kept.append(count)
    return kept


def _add(one: int | None, other: int | None) -> int:
    return (one or 0) + (other or 0)


def _lettered(document: Document, count: Count) -> Count:
    """A count without a part, with the letter that the heading above ends or begins with."""
    unit = count.unit
    if unit.part is not None:
        return count
    above = document.units[unit.index - 1] if unit.index else None
    if above is not None and above.section == unit.section and (first := _LETTER_FIRST.match(above.text)):
        return replace(count, unit=replace(unit, part=first["part"]))
    for above in reversed(document.units[max(0, unit.index - _ABOVE) : unit.index]):
        if (letter := _LETTER_LAST.search(above.text)) is not None:
            return replace(count, unit=replace(unit, part=letter["part"]))
        if above.section != "intraoperative" and (
            above.section != unit.section or above.text.rstrip().endswith(":")
        ):
            break
    return count


def _numbered(document: Document, count: Count, most: int) -> Count:
    """A count of a numbered item of a form, with the lettered part that the form belongs to.

    An item of all nodes belongs to no part; it is a total, unless it counts but a few of the nodes of the
    parts (``most``).
    """
    unit = count.unit
    if unit.part is None or not unit.part.isdigit() or count.kind == "uncounted":
        return count
    answers = count.kind in ("examined", "involved")
    if not (answers or _ITEM_HEADING.match(unit.heading) or _ITEM.search(unit.text)):
        return count
    part = _part_above(document, unit)
    if part is None:
        return count
    if answers:
        return replace(count, unit=replace(unit, part=part.part, heading=part.heading))
    asked = _ITEM.search(unit.text[max(0, count.start - _REACH) : count.start]) is not None
    whole = (asked or len(unit.text) < _ANSWER) and 2 * (count.examined or 0) >= most
    return replace(
        count,
        unit=replace(unit, part=None, heading=""),
        total=count.total or whole,
        staged=count.staged or whole,
    )


def _part_above(document: Document, unit: Unit) -> Unit | None:
    """The last unit of a lettered part above a numbered one, in the same section."""
    for above in reversed(document.units[max(0, unit.index - _PART) : unit.index]):
        if above.section != unit.section or above.part is None:
            return None
        if above.part.isalpha():
            return above
    return None


def summed_up(document: Document, found: list[Count], words: FieldPatterns) -> list[Count]:
    """The counts, a list of the nodes of all parts as one total, and answers below their sum left out."""
    heads = [
        (unit.index, match.end())
        for unit in document.units
        if (match := _ALL_PARTS.search(unit.text)) and words["node-word"].search(unit.text) is not None
    ]
    for head, end in heads:
        listed: list[Count] = []
        for count in found:
            last = listed[-1].unit.index if listed else head
            if (
                count.kind == "ratio"
                and ":" in count.unit.text[: count.start]
                and (head, end) <= (count.unit.index, count.start)
                and count.unit.index <= min(last + 1, head + _LISTED)
            ):
                listed.append(count)
        if len(listed) < 2:
            continue
        whole = replace(
            listed[0],
            examined=examined_of(listed),
            positive=positive_of(listed),
            total=True,
            staged=True,
        )
        found = [whole if c is listed[0] else c for c in found if c is listed[0] or c not in listed]
    return _without_breakdown(found)


def _without_breakdown(found: list[Count]) -> list[Count]:
    """The counts without answers, level by level, below the count of nodes that they add up to."""
    kept: list[Count] = []
    whole: Count | None = None
    answers: list[Count] = []
    for count in [*found, None]:
        if count is not None and count.kind in ("examined", "involved") and whole is not None:
            answers.append(count)
            continue
        kept += _of_whole(whole, answers)
        answers = []
        if count is not None:
            kept.append(count)
            whole = count if count.kind in ("ratio", "negative") and count.examined else None
    return kept


def _of_whole(whole: Count | None, answers: list[Count]) -> list[Count]:
    """The answers below a count of nodes; none if they are its parts."""
    examined = [c for c in answers if c.kind == "examined"]
    if whole is None or len(examined) < 2 or answers[0].unit.section != whole.unit.section:
        return answers
    if answers[0].unit.index - whole.unit.index > _LISTED or {c.unit.part for c in answers} != {
        whole.unit.part
    }:
        return answers
    parts = examined_of(examined)
    return [] if (whole.examined or 0) / 2 <= parts <= (whole.examined or 0) else answers
