"""Counts of nodes whose reading the rest of the report decides."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression
from extractor.nodes.parts import part_of
from extractor.nodes.uncounted import one_with_tumor
from extractor.nodes.words import Count, examined_of, numbers_of, positive_of

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: In so many letters after other nodes it is told what became of them.
_NEAR = 60
#: Before a ratio: what some of the positive nodes show; inside one: it is a part of those.
_BEYOND = re.compile(
    r"\b(?:extra-?\s?(?:nodal|capsular)|ENE|ECS|ECE|capsul\w+|peri-?nodal"
    r"|micro-?metasta\w+|macro-?metasta\w+|isolated tumou?r cells)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
#: Before a ratio: some of the nodes just counted are told apart.
_SUBSET = re.compile(
    r"\b(?:of (?:these|them|those|which)|thereof|includ\w+|incl)\b[^.;\d]{0,50}$", re.IGNORECASE
)
_OF_POSITIVE = re.compile(
    r"\bof (?:the |these )?(?:\w+ )?(?:\(\d+\) )?(?:positive|involved|metastatic|affected)\b", re.IGNORECASE
)
#: The head of a list of ratios by place, and in how many lines it stands.
_LISTING = Expression(r"\bmetastatic nodes in relation to\b", re.IGNORECASE)
_LISTED = 9
#: A row that names the part of the report its nodes are of ("Nodes (B) 0 of 1"), and how far it may reach.
_OF_PART = re.compile(
    r"\((?:(?:part|specimen|see)\s)?(?P<part>[A-Z]|\d{1,2})\)[^()]{0,20}$"
    r"|\b(?:part|spec(?:imen)?)\.?\s(?P<named>[A-Z]|\d{1,2})\b[^()]{0,60}\(\s?$",
    re.IGNORECASE,
)
#: Words for a place of nodes: two of different places side by side make no total.
_PLACE = re.compile(
    r"\b(?:left|right|inguinal|groin|mesorectal|obturator|hilar|iliac|axillary|cervical|mediastinal|sentinel|"
    r"para-?aortic|delphian|supraclavicular|mesenteric|pericolic|apical|perigastric|peripancreatic|celiac|"
    r"pretracheal|intramammary|submandibular|level [IV]{1,3})\b",
    re.IGNORECASE,
)
_BESIDE = 45
#: So far below the number of all nodes a ratio may tell it again; smaller numbers may be equal by chance.
_BELOW, _TELLING = 5, 5
#: So few nodes may be as many as others by chance.
_SOME = 3
#: Before a ratio: the category of nodes without tumor.
_FREE_CATEGORY = re.compile(r"p ?N ?[0O]\w{0,3}[\s,;(\[]{0,4}$")
#: After nodes: all of them are meant.
_ALL_FREE = re.compile(r"\ball\b|^\W*(?:regional |lymph )*nodes\b", re.IGNORECASE)


def settled(found: list[Count], words: FieldPatterns) -> list[Count]:
    """Counts with readings settled that the rest of the report decides.

    ``(015)`` is 0/15 where the report also says 0/15; as many positive nodes as were examined elsewhere
    are a form whose answers slipped.
    """
    answers = [c for c in found if c.kind == "examined" and c.total]
    if any(c.kind == "involved" and c.total for c in found):
        answers = []  # how many of them hold tumor is answered too
    beyond = any(c.kind == "ratio" and words["other-group"].search(c.unit.text[: c.start]) for c in found)
    counted = any(c.examined for c in found)
    kept: list[Count] = []
    for count in _one_place(_told_again(_without_barred(found, words))):
        if _tells_again(count, kept, words) or _goes_back(count, kept, words) or _slipped(count, found):
            continue
        if beyond and count.labelled and "pelvic" in count.unit.text[: count.start].lower():
            count = replace(count, labelled=False)
        if counted and not any(_of_same_heading(count, other) for other in found):
            count = one_with_tumor(count, words)
        count = _free_by_category(_as_printed(count, found), found, words)
        kept.append(_of_total(count, answers))
    return kept


def _of_same_heading(count: Count, other: Count) -> bool:
    """Whether another place counts nodes of the same part and section, or below the same label."""
    if other is count or other.unit.section != count.unit.section:
        return False
    part = part_of(count)
    return part_of(other) == part if part is not None else other.unit.under == count.unit.under


def _tells_again(count: Count, before: list[Count], words: FieldPatterns) -> bool:
    """Whether a count, in Roman numbers or as a change, only tells again one of those before."""
    text = count.unit.text
    marked = words["roman-any"].match(text, count.start) or words["changed-to"].search(text[: count.start])
    return marked is not None and any(k.numbers == count.numbers for k in before)


def _slipped(count: Count, found: list[Count]) -> bool:
    """Whether an answer has as many nodes with tumor as a ratio examines: answers of a form that slipped."""
    if count.kind != "involved" or (count.positive or 0) <= _SOME or any(c.kind == "examined" for c in found):
        return False
    return any(
        c.kind == "ratio" and c.examined == count.positive and (c.positive or 0) < (c.examined or 0)
        for c in found
    )


def _as_printed(count: Count, found: list[Count]) -> Count:
    """A ratio whose stroke was lost, as the report prints it with its stroke elsewhere."""
    if not count.lookalike or count.kind != "ratio":
        return count
    digits = re.sub(r"\D", "", count.unit.text[count.start : count.end])
    exact = {
        f"{c.positive}{c.examined}": c for c in found if c.kind == "ratio" and c.slash and not c.lookalike
    }
    if digits not in exact:
        return count
    return replace(count, examined=exact[digits].examined, positive=exact[digits].positive)


def _of_total(count: Count, answers: list[Count]) -> Count:
    """A ratio, called that of all nodes if it is of as many as the only answer, just above, counts."""
    if len(answers) != 1 or count.kind != "ratio" or (count.examined or 0) < _TELLING:
        return count
    answer = answers[0]
    below = 0 <= count.unit.index - answer.unit.index <= _BELOW and count.unit.section == answer.unit.section
    return replace(count, total=True) if below and count.examined == answer.examined else count


def _told_again(found: list[Count]) -> list[Count]:
    """The counts without rows that name a part whose nodes are counted where the part is reported."""
    kept = []
    for count in found:
        named = _OF_PART.search(count.unit.text[: count.start])
        if (
            count.kind == "ratio"
            and named is not None
            and sum(k.unit.index == count.unit.index for k in found) == 1
            and any(
                k.unit.part == (named["part"] or named["named"]).upper()
                and (k.unit.index < count.unit.index or (named["named"] and k.unit.index != count.unit.index))
                and k.unit.section == count.unit.section
                and (k.examined, k.positive or 0) == (count.examined, count.positive or 0)
                for k in found
            )
        ):
            continue
        kept.append(count)
    return kept


def _one_place(found: list[Count]) -> list[Count]:
    """Counts of which one of a single place, beside one of another, is no total for its label."""
    outer = [at for at, count in enumerate(found) if not count.inside]
    settled = list(found)
    for at, then in pairwise(outer):
        count, after = found[at], found[then]
        if not (count.labelled and count.kind == after.kind == "ratio"):
            continue
        places, others = (_places(c, near=then > at + 1) for c in (count, after))
        if not (places and others and places.isdisjoint(others)):
            continue
        rest = [c for c in found[then:] if c.kind == "ratio" and not c.inside]
        if (
            0 < after.unit.index - count.unit.index <= then - at
            and not (count.total or count.staged or after.total or after.staged)
            and examined_of(rest) != count.examined
        ):
            settled[at] = replace(count, labelled=False)
    return settled


def _places(count: Count, *, near: bool) -> set[str]:
    """The places that the words round a count name; ``near`` those right behind it, where levels in brackets
    are told of it."""
    text = count.unit.text[: count.end + _BESIDE]
    text = text[count.start :].split("(")[0] if near else text
    return {m[0].lower() for m in _PLACE.finditer(text)}


def _goes_back(count: Count, before: list[Count], words: FieldPatterns) -> bool:
    """Whether a count only tells more of the positive nodes before."""
    held = positive_of(k for k in before if k.kind == "ratio")
    if count.kind == "ratio" and _SUBSET.search(count.unit.text[: count.start]):
        return any((k.examined or 0) > (count.examined or 0) for k in before)
    if count.kind == "ratio":
        return any(k.positive == count.examined for k in before if k.kind == "ratio") and (
            _BEYOND.search(count.unit.text[: count.start]) is not None
            or _OF_POSITIVE.search(count.unit.text[count.start : count.end + _NEAR]) is not None
        )
    head, after = count.unit.text[: count.start], count.unit.text[count.end :]
    if count.kind != "positive" or held < (count.positive or 0):
        return False
    return bool(words["breaks-down"].search(head) or words["breaks-down-after"].match(after))


def _free_by_category(count: Count, found: list[Count], words: FieldPatterns) -> Count:
    """``27 nodes free of tumor; pN0 (1/27)``: words and category agree, and the ratio is mistyped."""
    if not (count.kind == "ratio" and count.staged and count.positive):
        return count
    if _FREE_CATEGORY.search(count.unit.text[max(0, count.start - 12) : count.start]) is None:
        return count
    others = [k for k in found if k is not count]
    said = count.positive == count.examined or any(
        k.positive == 0
        and k.examined in (count.examined, None)
        and k.kind in ("negative", "ratio", "uncounted")
        and (k.examined is not None or _ALL_FREE.search(k.unit.text) is not None)
        for k in others
    )
    held = any(k.positive for k in others)
    return replace(count, positive=0) if said and not held else count


def _without_barred(found: list[Count], words: FieldPatterns) -> list[Count]:
    """The counts without those of a form that only tells those of the parts again ("N2: Negative 0 I 4").

    Where the form counts more than the parts, it alone is kept.
    """
    barred = [
        c
        for c in found
        if c.kind == "ratio"
        and any(m.start() <= c.start and c.end <= m.end() for m in words["barred"].finditer(c.unit.text))
    ]
    if not barred:
        return found
    others = [c for c in found if c not in barred and c.kind in ("ratio", "negative", "positive")]
    fewer = examined_of(barred) <= examined_of(others)
    if not fewer:
        return [c for c in found if c not in others]
    return [
        replace(c, kind="uncounted", examined=None, positive=None if c.positive else 0) if c in barred else c
        for c in found
    ]


def without_listing(document: Document, found: list[Count]) -> list[Count]:
    """The counts without a list by place that comes to the same sum as those of the parts before it.

    "Nodes (given as metastatic nodes in relation to the total number): pelvic 0/2".
    """
    for unit in document.units_with(_LISTING):
        within = range(unit.index, unit.index + _LISTED)
        listed = [c for c in found if c.kind == "ratio" and c.unit.index in within]
        told = [
            c
            for c in found
            if c.unit.index < unit.index
            and c.kind in ("ratio", "negative", "positive")
            and c.unit.section != "gross"
        ]
        if listed and numbers_of(listed) == numbers_of(told):
            found = [c for c in found if c not in listed]
    return found
