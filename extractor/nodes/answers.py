"""Counts of nodes that answer a form's label: ``Number of lymph nodes examined: 30``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.nodes.ratios import MOST_TOTAL
from extractor.nodes.words import Count, number
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: The second answer of a line: "Nodes resected: 23; with metastases: 2".
_HELD = re.compile(
    r"\W*(?:of (?:which|these|them)\s)?(?:total\s|number\s|no\.?\s){0,2}"
    r"(?:positive|involved|metastatic|affected|(?:with )?metastas[ei]s)"
    r"\s*[:=]\s*(?P<count>\d{1,2}|none|nil)\W*$",
    re.IGNORECASE,
)
#: Further addends of an answer: "11 + 7 + 2".
_PLUS = re.compile(r"(?:\s?\+\s?\d{1,2}(?!\d|[.,/]\d|\s?[cm]m)){1,6}")


def held_of(unit: Unit, before: Count) -> Iterator[Count]:
    """The nodes with tumor of those that the item of the form just before counts."""
    match = _HELD.match(unit.text)
    count = number(match["count"]) if match is not None else None
    if match is not None and count is not None and count <= (before.examined or 0):
        yield Count("involved", None, count, match.start("count"), match.end(), unit, total=before.total)


def answers(unit: Unit, label: str, words: FieldPatterns) -> Iterator[Count]:
    """Answers in a unit; ``label`` is the line above if it is only a label."""
    text = unit.text
    offset = 0
    if label and unit.label is None:
        text, offset = f"{label} {text}", len(label) + 1
    for match in words["label-involved"].finditer(text):
        if (count := _answer(match, words)) is not None:
            start, end, total = _place(match, offset, words)
            yield Count("involved", None, count, start, end, unit, total=total)
    for match in words["label-examined"].finditer(text):
        if (count := _answer(match, words)) is not None:
            start, end, total = _place(match, offset, words)
            yield Count("examined", count, None, start, end, unit, total=total)


def _answer(match: re.Match[str], words: FieldPatterns) -> int | None:
    """The number that answers a label, with its addends; None if it is not the number of nodes asked for."""
    count = number(match["count"])
    if count is None or count > MOST_TOTAL or words["of-more"].match(match.string[match.end() :]):
        return None
    if match["count"][0] == "L" and "number" not in match[0].lower():
        return None  # a level; where a number was asked for, a misread "1"
    more = _PLUS.match(match.string, match.end())
    return count + (sum(int(n) for n in re.findall(r"\d+", more[0])) if more is not None else 0)


def _place(match: re.Match[str], offset: int, words: FieldPatterns) -> tuple[int, int, bool]:
    """Where an answer stands in its unit (``offset`` letters of the line above precede it), and whether it is
    that of all nodes: its label names no group."""
    label = match[0][: match.start("count") - match.start()]
    start, end = max(0, match.start() - offset), max(1, match.end() - offset)
    return start, end, words["one-group"].search(label) is None
