"""Totals of nodes beside their parts: the levels in a bracket behind them, or the items of a list below."""

from __future__ import annotations

import re
from dataclasses import replace

from extractor.nodes.copies import SUM
from extractor.nodes.words import Count, examined_of, number, numbers_of, positive_of

#: A number of nodes in words; a level or station; how near to its count it stands.
_NODES_SAID = re.compile(
    r"\b(\d{1,3}|[a-z]{3,9}(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)\s+(?:\(\d+\)\s+)?"
    r"(?:[\w-]+\s+){0,3}?nodes?\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\b(?:levels?|stations?|zones?|groups?)\s?[\dIVX]{1,4}[A-Z]?\b", re.IGNORECASE)
_NEAR_PLACE = 30


def without_levels(kept: list[Count]) -> list[Count]:
    """Only the first count, if the others are those of its levels, in one bracket behind it, and one of the
    numbers is misread: "5 of 31 nodes (2 of 8 level V, 3 of 9 level IIA, 0 of 11 level III)"."""
    if len(kept) < 3 or not kept[0].positive:
        return kept
    head, levels = kept[0], kept[1:]
    between = head.unit.text[head.end : levels[0].start]
    inside = head.unit.text[levels[0].start : levels[-1].start]
    if between.count("(") - between.count(")") != 1 or inside.count("(") < inside.count(")"):
        return kept
    examined, positive = numbers_of(levels)
    whole = head.examined or 0
    # as many positive nodes and hardly fewer nodes, or as many nodes
    of_head = (positive == head.positive and 2 * whole <= 3 * examined <= 3 * whole) or (
        examined == whole and abs(positive - (head.positive or 0)) < 2
    )
    return [head] if of_head else kept


def _told_before(counts_: list[Count]) -> bool:
    """Whether the words before the counts of a line give their sum as the number of nodes."""
    whole = examined_of(counts_)
    before = counts_[0].unit.text[: min(c.start for c in counts_)]
    return any(number(match[1]) == whole for match in _NODES_SAID.finditer(before))


def _each_placed(counts_: list[Count]) -> bool:
    """Whether each count of a line has a level or station of its own: none of them is that of all."""
    text, at = counts_[0].unit.text, 0
    before: list[str] = []
    for count in counts_:
        before.append(text[at : count.start])
        at = count.end
    after = [*before[1:], text[at:]]
    before[0] = before[0][-_NEAR_PLACE:]
    return any(all(_LEVEL.search(piece[:_NEAR_PLACE]) for piece in pieces) for pieces in (before, after))


def without_parts(counts_: list[Count]) -> list[Count]:
    """Only the total, if one count is the sum of the others."""
    places = sorted(c.start for c in counts_)
    one_line = len({c.unit.index for c in counts_}) == 1
    if one_line and len(counts_) > 2 and (_told_before(counts_) or _each_placed(counts_)):
        return counts_
    for count in counts_:
        others = [k for k in counts_ if k is not count]
        if one_line and count.start not in (places[0], places[-1]):
            continue  # a total stands before or after its parts
        if (
            len(others) >= 2
            and (count.examined or 0) >= 6
            and (len(others) > 2 or count.positive or _heads(counts_, count) or (count.examined or 0) >= SUM)
            and examined_of(others) == count.examined
            and (positive_of(others) == (count.positive or 0))
        ):
            return [replace(count, total=True, listed=True)]
    return counts_


def is_sum(count: Count, here: list[Count]) -> bool:
    """Whether a count is the sum of the others."""
    others = [k for k in here if k is not count]
    return count.numbers == numbers_of(others)


def _heads(counts_: list[Count], count: Count) -> bool:
    """Whether a count stands before the others of the same line."""
    return count is counts_[0] and len({c.unit.index for c in counts_}) == 1


def below(head: Count, listed: list[Count]) -> bool:
    """Whether counts are the items of a list, one a line and parted by semicolons, right below another."""
    units = [head.unit.index, *(c.unit.index for c in listed)]
    return (
        len(listed) > 1
        and units == list(range(units[0], units[0] + len(units)))
        and all(c.unit.text.rstrip().endswith(";") for c in listed[:-1])
    )
