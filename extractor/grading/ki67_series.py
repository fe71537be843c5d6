"""Ki-67 among other figures: lists of stains, shared signs, counts."""

from __future__ import annotations

import re
from typing import Any

from extractor.grading.ki67_bounds import share_of_cells
from extractor.matching.patterns import FieldPatterns

#: What stands between the members of a list.
_GAP = re.compile(r"\s*(?:,\s*and\b|[,;/&]|\band\b)\s*(?:the\s)?", re.IGNORECASE)
#: A second name of the same stain: "Ki-67 (MIB-1)".
_ALSO_NAMED = re.compile(r"\s?[(/]\s?")
_FIGURE = r"(?:[<>~]\s?)?\d{1,3}(?:[.,]\d{1,2})?(?:\s?-\s?\d{1,3})?\s?%?"
_FIGURES = re.compile(rf"{_FIGURE}(?:\s*(?:,\s*and\b|[,/&]|\band\b)\s*{_FIGURE}){{1,5}}", re.IGNORECASE)
_ONE = re.compile(_FIGURE)
#: How far behind the names their figures may begin, and no end of a sentence between.
_REACH, _ENDS = 60, re.compile(r"[;%]|\.\s")
#: How far before a stain the list may begin, in characters.
_LIST = 60
#: Figures before one that has the sign of all: "45, 38 and 41 %".
_SHARED = re.compile(
    r"(?<![\w.,/-])(?:(?:\d{1,2}(?:\.\d{1,2})?\s?%?,\s{1,2}){1,5}(?:and\s)?|(?:\d{1,2}\s?/\s?){2,5})$",
    re.IGNORECASE,
)
#: A number behind these is that of a place: "Ki-67 (block 8, 3%)".
_NUMBERED = re.compile(
    r"\b(?:blocks?|cassettes?|slides?|zones?|levels?|areas?|parts?|fields?|cases?|spots?|foc(?:us|i)|specimens?|"
    r"nos?\.?|numbers?|grade|regions?|nodes?|tumou?rs?|nodules?|lesions?)\s?#?\s?$",
    re.IGNORECASE,
)


def of_respective(patterns: FieldPatterns, text: str, start: int, stop: int) -> tuple[str, int] | None:
    """The figure of as many as there are stains: "ER, PR and Ki-67: 90%, 80% and 20%"; and its end.

    The marker of which the figure is wanted begins at ``start``; the list ends before ``stop``.
    """
    begin = max(0, start - _LIST)
    names = [
        (*match.span(), rule)
        for rule in ("marker", "other-marker")
        for match in patterns.rule(rule).pattern.finditer(text, begin, stop)
    ]
    listed: list[tuple[int, int, str]] = []
    own = -1
    for name in sorted(names):
        last = listed[-1] if listed else (0, 0, "")
        if name[0] < last[1]:
            continue
        if last[2] == name[2] == "marker" and _ALSO_NAMED.fullmatch(text, last[1], name[0]):
            listed[-1] = (last[0], name[1], "marker")
        elif listed and not _GAP.fullmatch(text, last[1], name[0]):
            if own >= 0:
                break
            listed = [name]
        else:
            listed.append(name)
        if listed[-1][0] <= start < listed[-1][1]:
            own = len(listed) - 1
    if own < 0 or len(listed) < 2:
        return None
    begin = listed[-1][1]
    told = _FIGURES.search(text, begin, min(stop, begin + 2 * _REACH))
    if told is None or told.start() > begin + _REACH or _ENDS.search(text, begin, told.start()):
        return None
    figures = list(_ONE.finditer(text, told.start(), told.end()))
    if len(figures) != len(listed) or "%" not in figures[-1][0]:
        return None
    return figures[own][0], figures[own].end()


def top_of_series(value: dict[str, Any], before: str) -> dict[str, Any]:
    """The highest of the figures that share one sign: "45, 38 and 41 %"."""
    if value["comparator"] not in ("=", "~", "range") or (listed := _SHARED.search(before)) is None:
        return value
    figures = [float(figure) for figure in re.findall(r"\d+(?:\.\d+)?", listed[0])]
    if _NUMBERED.search(before[: listed.start()]) or (top := max(figures)) <= value["high"]:
        return value
    return {"low": top, "high": top, "comparator": "="}


def counted_before(patterns: FieldPatterns, before: str) -> tuple[dict[str, Any], int] | None:
    """The share of a count that ends at the marker: "of 500 nuclei 15 expressed"; and where it begins."""
    told = patterns.rule("count-before").pattern.search(before)
    if told is None:
        return None
    part, whole = told["part"] or told["first"], told["whole"] or told["last"]
    share = share_of_cells(part, whole)
    return (share, told.start()) if share is not None else None
