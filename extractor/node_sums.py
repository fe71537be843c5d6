"""Which counts of nodes to add up: repetitions once, a total instead of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from extractor.node_words import Count

_NAMED_ASIDE = re.compile(r"\((?:\w+[\s-]){1,6}$")
_ASIDE = re.compile(r"\((?:[\w.,:-]+\s,?){0,9}$")
_BRACKET = re.compile(r"(?:\s*[\w-]+){0,6}\s*\(\s*")
_CALLED_TOTAL = re.compile(
    r"\btotal\W*$|\ball (?:lymph )?nodes?\s?(?:\([^()]{1,40}\))?\s?:\s?$", re.IGNORECASE
)
_SIDE = re.compile(r"\b(?:left|right)\b", re.IGNORECASE)
_STATION = re.compile(r"\b(?:level|station|zone)\b", re.IGNORECASE)
#: Counts from this on are rarely equal by chance.
_FEW = 4
#: A count from this on that is the sum of at least three after it is their total.
_SUM = 12
#: Counts of so many nodes together are hardly repeated by chance.
_CHANCE = 40
_OWN_PART = re.compile(r"[\s#(-]{0,4}(?:PART\s?)?#?\s?\(?([A-Z]|\d{1,2})\)?\s?[.):]", re.IGNORECASE)


def merge_unit(here: list[Count]) -> list[Count]:
    """Counts of one unit, those that say the same thing once, and a total without its parts."""
    kept: list[Count] = []
    for count in sorted((c for c in here if c.kind == "ratio"), key=lambda c: c.start):
        again = [k for k in kept if (k.examined, k.positive) == (count.examined, count.positive)]
        corrected = [
            k
            for k in kept
            if not k.slash
            and count.slash
            and k.positive == count.positive
            and k.examined != count.examined
            and _BRACKET.fullmatch(count.unit.text[k.end : count.start])
            and count.unit.text[count.end : count.end + 2].lstrip().startswith(")")
        ]
        if corrected:
            kept.remove(corrected[0])  # "two of nineteen (2/23)": the digits count
        if not any(
            k.slash != count.slash or _ASIDE.search(count.unit.text[k.end : count.start]) for k in again
        ):
            kept.append(count)
    if len(kept) > 1:
        kept = [
            replace(
                c,
                total=_CALLED_TOTAL.search(c.unit.text[: c.start]) is not None,
                labelled=False,
            )
            for c in kept
        ]
    return _without_parts(kept) + [c for c in here if c.kind != "ratio"]


def _without_parts(counts_: list[Count]) -> list[Count]:
    """Only the total, if one count is the sum of the others."""
    for count in counts_:
        others = [k for k in counts_ if k is not count]
        if (
            len(others) >= 2
            and (count.examined or 0) >= 6
            and sum(k.examined or 0 for k in others) == count.examined
            and (sum(k.positive or 0 for k in others) == (count.positive or 0))
        ):
            return [replace(count, total=True, listed=True)]
    return counts_


def to_add(found: list[Count]) -> list[Count]:
    """Counts to add up: per part the total if there is one, repetitions once."""
    ratios = [c for c in found if c.kind == "ratio"]
    used = ratios + [
        c for c in found if c.kind in ("negative", "positive") and not any(_covers(r, c) for r in ratios)
    ]
    used.sort(key=lambda c: c.unit.start + c.start)
    used = [c for k, c in enumerate(used) if not (c.inside and k)]
    parts = [part_of(c) for c in used]
    separate = None not in parts and len(set(parts)) == len(parts)
    if separate and not any(c.positive for c in used):
        # negative counts of which each has a part of its own are equal to others, or to sums, by chance
        used = _once(used) if sum(c.examined or 0 for c in used) >= _CHANCE else used
        used = _summary_last(used)
    else:
        used = _leading_totals(_running_totals(_once(used)))
    kept: list[Count] = []
    for count in used:
        if not any(_repeats(k, count) for k in kept):
            kept.append(count)
    kept = _of_parts(kept)
    totals = [
        c
        for c in kept
        if (c.total or c.labelled or c.staged)
        and len(kept) > 1
        and (c.examined or 0)
        >= (0.5 if c.total else 1)
        * sum(k.examined or 0 for k in kept if not (k.total or k.labelled or k.staged))
        and (c.total or c.staged or len(kept) > 2)
    ]
    if totals:
        return [max(totals, key=lambda c: c.examined or 0)]
    groups: dict[tuple[str, str | None], list[Count]] = {}
    for count in kept:
        groups.setdefault((count.unit.section, part_of(count)), []).append(count)
    summed: list[Count] = []
    for (_, part), group in groups.items():
        summed += _without_parts(group) if part is not None or len(group) > 3 else group
    return summed


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
        others = [k for k in kept if k is not count and not (k.total or k.labelled or k.staged)]
        if count.total and not count.staged and others and _only_of_part(count, others):
            count = replace(count, total=False, labelled=False)
        found.append(count)
    return found


def _only_of_part(count: Count, others: list[Count]) -> bool:
    """Whether a total does not cover the other counts."""
    examined, positive = sum(k.examined or 0 for k in others), sum(k.positive or 0 for k in others)
    whole = count.examined or 0
    if count.listed and (2 * examined < whole or positive > (count.positive or 0)):
        return True
    elsewhere = part_of(count) is not None and all(part_of(k) not in (None, part_of(count)) for k in others)
    return elsewhere and (whole < examined or positive > (count.positive or 0))


def _running_totals(counts_: list[Count]) -> list[Count]:
    """A count that is the sum of those before it stands for them."""
    kept: list[Count] = []
    for count in counts_:
        examined, positive = sum(k.examined or 0 for k in kept), sum(k.positive or 0 for k in kept)
        whole = count.examined or 0
        # counts lost to the scanner make the sum fall short; equal positives still show the total
        nearly = len(kept) > (3 if positive else 6) and whole >= 30 and 0.85 * whole <= examined <= whole
        if len(kept) > 1 and whole >= 6 and positive == count.positive and (examined == whole or nearly):
            kept = []
        kept.append(count)
    return kept


def _summary_last(counts_: list[Count]) -> list[Count]:
    """Only the last count, if it is the sum of the others and hardly so by chance."""
    if len(counts_) < 3:
        return counts_
    last, others = counts_[-1], counts_[:-1]
    whole = sum(c.examined or 0 for c in others)
    return [last] if whole == last.examined and whole >= (_SUM if len(others) > 2 else 2 * _SUM) else counts_


def _leading_totals(counts_: list[Count]) -> list[Count]:
    """A count with positive nodes that is the sum of those just after it stands for them."""
    kept: list[Count] = []
    at = 0
    while at < len(counts_):
        count = counts_[at]
        kept.append(count)
        at += 1
        examined = positive = 0
        for end in range(at, len(counts_)):
            examined += counts_[end].examined or 0
            positive += counts_[end].positive or 0
            if (
                not count.positive
                or examined > (count.examined or 0)
                or counts_[end].unit.section != count.unit.section
            ):
                break
            if (examined, positive) == (count.examined, count.positive) and examined >= _SUM and end > at + 1:
                at = end + 1
                break
    return kept


def _once(counts_: list[Count]) -> list[Count]:
    """A diagnosis printed twice counts once."""
    said = [(c.examined, c.positive) for c in counts_]
    for size in range(len(said) // 2, 1, -1):
        if said[-size:] == said[-2 * size : -size] and len(set(said[-size:])) > 1:
            return counts_[:-size]
    for size in range(2, len(said) - 1):
        # the same numbers again in another order, or added up by side or region
        first, again = said[:size], said[size:]
        if len(set(first)) > 1 and len(said) > 3 and 2 * len(again) <= len(said) and _adds_up(first, again):
            return counts_[:size]
    for shift in range(max(2, (len(said) - 1) // 2), len(said) - 1):
        again = said[shift:]
        same = sum(a == b for a, b in zip(said, again, strict=False))
        if same >= max(2, 0.8 * len(again)) and len(again) >= 0.6 * shift and len(set(again)) > 1:
            return counts_[:shift]
    kept: list[Count] = []
    for number_, count in enumerate(counts_):
        part = part_of(count)
        earlier = [
            k
            for k in range(number_)
            if part is not None and part_of(counts_[k]) == part and said[k] == said[number_]
        ]
        if not any(part_of(c) != part for k in earlier[:1] for c in counts_[k:number_]):
            kept.append(count)
    return kept


def _adds_up(first: list[tuple[int | None, int | None]], again: list[tuple[int | None, int | None]]) -> bool:
    """Whether counts given later are those given before in another order, or their sums."""
    if sorted(first, key=str) == sorted(again, key=str):
        return True
    if len(again) < 2 or sum(e or 0 for e, _ in first) < 8:
        return False
    return all(sum(pair[k] or 0 for pair in first) == sum(pair[k] or 0 for pair in again) for k in (0, 1))


def part_of(count: Count) -> str | None:
    """The part a count belongs to: the layout's, or the letter its line begins with."""
    if count.unit.part is None:
        own = _OWN_PART.match(count.unit.text) or _OWN_PART.match(count.unit.heading)
        if own:
            return own[1].upper()
    return count.unit.part


def _covers(ratio: Count, count: Count) -> bool:
    """Whether words say again what a ratio nearby says."""
    if not _same_place(ratio, count) or abs(ratio.unit.index - count.unit.index) > 4:
        return False
    if ratio.unit.section != count.unit.section:
        return False
    if count.kind == "positive":
        return count.positive == ratio.positive
    if ratio.positive and (abs(ratio.unit.index - count.unit.index) > 1 or _STATION.search(count.unit.text)):
        return False  # the rest of another station
    return count.examined == (ratio.examined or 0) - (ratio.positive or 0)


def _same_place(one: Count, other: Count) -> bool:
    a, b = part_of(one), part_of(other)
    return a == b or a is None or b is None


def _repeats(one: Count, other: Count) -> bool:
    """Whether two counts speak of the same nodes."""
    if (one.examined, one.positive) != (other.examined, other.positive):
        return False
    if (one.labelled or other.labelled) and (one.examined or 0) >= _FEW:
        return True
    again = other.unit.text.strip()
    if (
        other.kind == "ratio"
        and other.unit.index - one.unit.index == 1
        and (
            (again.startswith("(") and len(again) < 12)
            or _NAMED_ASIDE.search(other.unit.text[: other.start])
            or (not one.slash and other.slash and not one.unit.text[one.end :].strip(" )."))
        )
    ):
        return True
    if one.unit.section != other.unit.section:
        return _same_place(one, other)
    if _side(one) != _side(other) and None not in (_side(one), _side(other)):
        return False
    return ((one.examined or 0) >= 10 or (one.total and other.total)) and _same_place(one, other)


def _side(count: Count) -> str | None:
    """The side last named before a count."""
    unit = count.unit
    named = _SIDE.findall(f"{unit.heading} {unit.under} {unit.text[: count.start]}")
    return named[-1].lower() if named else None
