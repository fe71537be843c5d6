"""Counts of nodes that answer a form's label: ``Number of lymph nodes examined: 30``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.node_ratios import MOST_TOTAL
from extractor.node_words import Count, number
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.patterns import FieldPatterns


def answers(unit: Unit, label: str, words: FieldPatterns) -> Iterator[Count]:
    """Answers in a unit; ``label`` is the line above if it is only a label."""
    text = unit.text
    offset = 0
    if label and unit.label is None:
        text, offset = f"{label} {text}", len(label) + 1
    for kind in ("involved", "examined"):
        for match in words[f"label-{kind}"].finditer(text):
            count = number(match["count"])
            if count is None or count > MOST_TOTAL or words["of-more"].match(text[match.end() :]):
                continue
            start, end = max(0, match.start() - offset), max(1, match.end() - offset)
            total = words["one-group"].search(match[0]) is None
            if kind == "involved":
                yield Count("involved", None, count, start, end, unit, total=total)
            else:
                yield Count("examined", count, None, start, end, unit, total=total)
