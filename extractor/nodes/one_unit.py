"""Counts of one unit that say the same, or of which one is the total of the others."""

from __future__ import annotations

import re
from dataclasses import replace

from extractor.nodes.levels import is_sum, without_levels, without_parts
from extractor.nodes.words import Count

_ASIDE = re.compile(r"\(\s?(?:[\w.,:-]+\s{1,3},?){0,9}$")
#: Between two counts in brackets: the second is that of other nodes.
_ANOTHER = re.compile(r"\s?\)[^(]*\bnodes?\b", re.IGNORECASE)
#: The same in a list of stations: "4R (0/2), 7 (0/2)".
_NEXT_OF_LIST = re.compile(
    r"\s?[)}\]](?:[^()]{0,40}\([^()]{1,12}\)){0,12}\s?(?:[,;.&]|and\b|\s)\s?(?!(?:total|all|overall|sum)\b)"
    r"(?:[#\w][\w#./ -]{0,40})\($",
    re.IGNORECASE,
)
_CALLED_POSITIVE = re.compile(r"[\s,]*(?:(?:is|are)\s)?positive[^;:.]{0,30}\(\s?", re.IGNORECASE)
_BRACKET = re.compile(r"(?:\s*[\w-]+){0,6}\s*\(\s*")
_CALLED_TOTAL = re.compile(
    r"(?<!/ )(?<!/)\btotal\W*$|(?<![A-Za-z])all (?:lymph )?nodes?\s?(?:\([^()]{1,40}\))?\s?:\s?$",
    re.IGNORECASE,
)
#: The name of all nodes before a row of columns, and what parts two of these.
_ROW, _GAP = (
    re.compile(r"\W*(?:regional )?(?:lymph ?)?nodes?\W+", re.IGNORECASE),
    re.compile(r"\)?(?:\s{3,}|\s*\|\s*)\(?"),
)
#: After a ratio: it is that of those before it, too.
_ALTOGETHER = re.compile(r"\s?(?:in\s)?(?:total|all)\b\s*[)\],.;]", re.IGNORECASE)


def merge_unit(here: list[Count]) -> list[Count]:
    """Counts of one unit, those that say the same thing once, and a total without its parts."""
    kept = _said_once(sorted((c for c in here if c.kind == "ratio"), key=lambda c: c.start))
    closing = [c for c in kept if _ALTOGETHER.match(c.unit.text, c.end) is not None]
    if len(closing) == 1 and len(kept) > 1 and is_sum(closing[0], kept):
        kept = closing
    if (shared := _of_columns(kept)) is not None:
        kept = [shared]
    if sum(not c.inside for c in kept) > 1:
        kept = [replace(c, total=c.concluded or _called_total(c), labelled=False) for c in kept]
    return without_levels(without_parts(kept)) + [c for c in here if c.kind != "ratio"]


def _of_columns(ratios: list[Count]) -> Count | None:
    """Of two ratios of the same nodes, each in the column of one tumor, that with more positive nodes."""
    if len(ratios) != 2 or ratios[0].examined != ratios[1].examined:
        return None
    first, second = ratios
    text = first.unit.text
    if _ROW.fullmatch(text[: first.start]) is None or _GAP.fullmatch(text[first.end : second.start]) is None:
        return None
    return max(ratios, key=lambda c: c.positive or 0)


def _said_once(ratios: list[Count]) -> list[Count]:
    """The ratios of a unit without those that say again what one before them says."""
    kept: list[Count] = []
    for count in ratios:
        if any(_against(k, count) for k in kept):
            continue  # "one of one is positive (0/1)": the word that agrees with its count decides
        again = [k for k in kept if k.numbers == count.numbers]
        if corrected := [k for k in kept if _corrects(count, k)]:
            kept.remove(corrected[0])
        if not any(k.slash != count.slash or _beside(count.unit.text[k.end : count.start]) for k in again):
            kept.append(count)
    return kept


def _called_total(count: Count) -> bool:
    """Whether the words before a count call it that of all nodes."""
    return _CALLED_TOTAL.search(count.unit.text[: count.start]) is not None


def _corrects(count: Count, before: Count) -> bool:
    """Whether digits in a bracket replace one number of the ratio in words before them.

    In "two of nineteen (2/23)" and "one of eight nodes negative (1/8)" the digits count.
    """
    text = count.unit.text
    same_part = before.positive == count.positive
    rest = (before.positive or 0) + (count.positive or 0) == before.examined
    return (
        not before.slash
        and count.slash
        and same_part is (before.examined != count.examined)
        and (same_part or rest)
        and _BRACKET.fullmatch(text[before.end : count.start]) is not None
        and text[count.end : count.end + 2].lstrip().startswith(")")
    )


def _against(before: Count, count: Count) -> bool:
    """Whether a ratio in brackets says none where all nodes of the same number were just called positive."""
    return (
        not before.slash
        and count.slash
        and count.positive == 0
        and before.positive == before.examined == count.examined
        and _CALLED_POSITIVE.fullmatch(count.unit.text[before.end : count.start]) is not None
    )


def _beside(between: str) -> bool:
    """Whether a count says again what one before says: it stands in a bracket, and no sentence is between.

    >>> _beside(" nodes ("), _beside("), 4R (0/3), 7 (")
    (True, False)
    """
    return (
        _ASIDE.search(between) is not None
        and _ANOTHER.match(between) is None
        and _NEXT_OF_LIST.match(between) is None
    )
