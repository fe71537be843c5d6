"""Which counts of nodes to add up: repetitions once, a total instead of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from extractor.nodes.copies import CHANCE, SUM, once
from extractor.nodes.levels import below, is_sum, without_parts
from extractor.nodes.parts import part_of
from extractor.nodes.repeats import covers, names_place, repeats, retold, speaks_again
from extractor.nodes.words import Count, examined_of, numbers_of, positive_of

_OF_THE = re.compile(r"\bof (?:the|these|those)\b", re.IGNORECASE)
_ALL_NODES = re.compile(
    r"\W*(?:\d{1,2}[.)]\s*)?(?:regional |pelvic |all )?(?:lymph )?nodes?(?: status)?\s*:", re.IGNORECASE
)
#: More counts than this, of no part, may hold their own total.
_GROUP = 3
#: A count of so many nodes that agrees in its positive nodes, too, is the sum of those after it.
_FEW_SUM = 8
#: Fewer nodes may be as many as those of a list by chance.
_LISTED = 5


def to_add(found: list[Count]) -> list[Count]:
    """Counts to add up: per part the total if there is one, repetitions once."""
    used = _without_summed_up(_without_listed(_in_order(found)))
    kept: list[Count] = []
    for count in used:
        if not any(repeats(k, count) for k in kept):
            kept.append(count)
    kept = _of_parts(kept)
    if totals := [c for c in kept if _is_total(c, kept)]:
        return [max(totals, key=lambda c: c.examined or 0)]
    groups: dict[tuple[str, str | None], list[Count]] = {}
    for count in kept:
        groups.setdefault((count.unit.section, part_of(count)), []).append(count)
    summed: list[Count] = []
    for (_, part), group in groups.items():
        summed += without_parts(group) if part is not None or len(group) > _GROUP else group
    return summed


def _in_order(found: list[Count]) -> list[Count]:
    """The counts that number nodes, in the order of the text, without those that only tell more of others."""
    ratios = [c for c in found if c.kind == "ratio"]
    listed = [*ratios, *(c for c in found if c.kind == "negative")]
    worded = [
        c for c in found if c.kind in ("negative", "positive") and not any(covers(r, c) for r in ratios)
    ]
    used = [
        c for c in (*ratios, *worded) if not (any(_goes_back_to(r, c) for r in ratios) or retold(c, listed))
    ]
    used.sort(key=lambda c: c.unit.start + c.start)
    used = [c for k, c in enumerate(used) if not speaks_again(c, used[:k], used[k + 1 :])]
    return [c for k, c in enumerate(used) if not (c.inside and k)]


def _without_listed(used: list[Count]) -> list[Count]:
    """The counts without the list by place, in one line, of the nodes that another, of no place, counts."""
    for whole in used:
        if part_of(whole) is not None or (whole.examined or 0) < _LISTED or names_place(whole):
            continue
        lines = {c.unit.index for c in used if c.kind == "ratio"} - {whole.unit.index}
        for line in lines:
            listed = [c for c in used if c.unit.index == line]
            if len(listed) > 1 and part_of(listed[0]) is None and is_sum(whole, [whole, *listed]):
                return [c for c in used if c not in listed]
    return used


def _without_summed_up(used: list[Count]) -> list[Count]:
    """The counts without those given twice, and without those that a total stands for."""
    parts = [part_of(c) for c in used]
    separate = None not in parts and len(set(parts)) == len(parts)
    if separate and not any(c.positive for c in used):
        # negative counts of which each has a part of its own are equal to others, or to sums, by chance
        return _summary_last(once(used) if examined_of(used) >= CHANCE else used)
    return _leading_totals(_running_totals(_summary_last(once(used))))


def _called_total(count: Count) -> bool:
    """Whether a report calls a count that of all nodes, by a word, a label or the category beside it."""
    return count.total or count.labelled or count.staged


def _is_total(count: Count, kept: list[Count]) -> bool:
    """Whether a count called a total is one: it is hardly less than the others come to."""
    if len(kept) < 2 or not (count.total or count.staged or (count.labelled and len(kept) > 2)):
        return False
    others = examined_of(k for k in kept if not _called_total(k))
    least = (0.5 if count.total else 1) * others
    return (count.examined or 0) >= least or _sums_other_parts(count, kept)


def _sums_other_parts(count: Count, here: list[Count]) -> bool:
    """Whether a labelled count is the sum of those of all other parts, beside one of its own part."""
    part = part_of(count)
    others = [k for k in here if k is not count and part_of(k) != part]
    return (
        part is not None
        and len(others) > 1
        and (count.examined or 0) >= SUM
        and is_sum(count, [count, *others])
    )


def _goes_back_to(ratio: Count, count: Count) -> bool:
    """Whether a ratio tells how many of the nodes just counted hold tumor: "Three of the twelve nodes"."""
    return (
        count.kind == "negative"
        and count.examined == ratio.examined
        and (count.unit.start, count.start) < (ratio.unit.start, ratio.start)
        and _OF_THE.search(ratio.unit.text[ratio.start : ratio.end]) is not None
    )


def without_part_totals(found: Iterable[Count]) -> list[Count]:
    """Counts with those no longer called totals that are only the total of one part or list."""
    found = list(found)
    sections = {c.unit.section for c in found}
    of_parts = {
        (c.unit.index, c.start)
        for section in sections
        for c in to_add([k for k in found if k.unit.section == section])
        if not (c.total or c.labelled)
    }
    return [
        replace(c, total=False, labelled=False)
        if c.total and c.kind == "ratio" and (c.unit.index, c.start) in of_parts
        else c
        for c in found
    ]


def _of_parts(kept: list[Count]) -> list[Count]:
    """Totals that others show to be those of one part or one list only are counts like the others."""
    found: list[Count] = []
    for count in kept:
        others = [k for k in kept if k is not count and not _called_total(k)]
        if count.total and not count.staged and others and _only_of_part(count, others):
            count = replace(count, total=False, labelled=False)
        found.append(count)
    return found


def _only_of_part(count: Count, others: list[Count]) -> bool:
    """Whether a total does not cover the other counts."""
    examined, positive = numbers_of(others)
    whole = count.examined or 0
    if count.listed and (2 * examined < whole or positive > (count.positive or 0)):
        return True
    elsewhere = part_of(count) is not None and all(part_of(k) not in (None, part_of(count)) for k in others)
    return elsewhere and (whole < examined or positive > (count.positive or 0))


def _running_totals(counts_: list[Count]) -> list[Count]:
    """A count that is the sum of those before it stands for them."""
    kept: list[Count] = []
    for count in counts_:
        examined, positive = numbers_of(kept)
        whole = count.examined or 0
        # counts lost to the scanner make the sum fall short; equal positives still show the total
        nearly = len(kept) > (3 if positive else 6) and whole >= 30 and 0.85 * whole <= examined <= whole
        parts = {part_of(c) for c in (*kept, count)}
        apart = _of_own_place(count, kept) or (
            positive == 0
            and (
                (whole < 2 * SUM and len(parts) == len(kept) + 1)
                or (whole < SUM and len(kept) == 2 and not _called_all(count))
            )
        )
        if (
            len(kept) > 1
            and whole >= 6
            and not apart
            and positive == count.positive
            and (examined == whole or nearly)
        ) or _sums_ratios(kept, count):
            kept = []
        kept.append(count)
    return kept


def _sums_ratios(before: list[Count], count: Count) -> bool:
    """Whether a ratio is the sum of those before it, beside words for some of their positive nodes."""
    ratios = [c for c in before if c.kind == "ratio"]
    others = [c for c in before if c.kind == "positive"]
    return (
        count.kind == "ratio"
        and len(ratios) > 1
        and len(ratios) + len(others) == len(before)
        and (count.examined or 0) >= SUM
        and bool(count.positive)
        and numbers_of(ratios) == count.numbers
        and all((c.positive or 0) < (count.positive or 0) for c in others)
    )


def _of_own_place(count: Count, others: list[Count]) -> bool:
    """Whether a count is that of one place in a list of parts, each of which is counted by itself."""
    parts = {part_of(c) for c in (count, *others)}
    separate = None not in parts and len(parts) == len(others) + 1
    return separate and names_place(count, count.unit.heading) and not _called_all(count)


def _called_all(count: Count) -> bool:
    """Whether a count is called that of all nodes."""
    return _called_total(count) or _ALL_NODES.match(count.unit.text) is not None


def _summary_last(counts_: list[Count]) -> list[Count]:
    """Only the last count, if it is the sum of the others and hardly so by chance."""
    if len(counts_) < 3:
        return counts_
    last, others = counts_[-1], counts_[:-1]
    whole = examined_of(others)
    same = whole == last.examined and positive_of(others) == (last.positive or 0)
    return [last] if same and whole >= (SUM if len(others) > 2 else 2 * SUM) else counts_


def _leading_totals(counts_: list[Count]) -> list[Count]:
    """A count that is the sum of those just after it, and hardly so by chance, stands for them."""
    kept: list[Count] = []
    at = 0
    while at < len(counts_):
        count = counts_[at]
        kept.append(count)
        at += 1
        while (end := _end_of_parts(count, counts_, at)) is not None:
            at = end  # the list of its parts may be given twice, too
    return kept


def _end_of_parts(count: Count, counts_: list[Count], at: int) -> int | None:
    """Where a run of counts from ``at`` on ends that a count is the sum of, hardly so by chance."""
    examined = positive = 0
    for end in range(at, len(counts_)):
        examined += counts_[end].examined or 0
        positive += counts_[end].positive or 0
        if examined > (count.examined or 0) or counts_[end].unit.section != count.unit.section:
            return None
        if (examined, positive) != count.numbers:
            continue
        if end > at and _of_own_place(count, counts_[at : end + 1]):
            return None  # equal by chance
        if below(count, counts_[at : end + 1]):
            return end + 1
        few = not count.positive and (examined < 2 * SUM or end < at + 2 or end + 1 < len(counts_))
        if examined >= (SUM if positive < 2 else _FEW_SUM) and end > at + 1 and not few:
            return end + 1
    return None
