"""Tables whose columns are headed by what they hold: one row for each deposit.

    Site            Ki-67     mitoses
    ileum           1.7 %     < 1 / 2 mm2
    liver           9.6 %     5 / 2 mm2

A line of short headings far apart begins such a table; its rows are the lines below that have cells under
the heading asked for, up to an empty line or one without cells. The units may stand on a line of their own,
under the headings ("/2 mm2", "%"), or in a title right above that ends in a colon.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression
from extractor.matching.shapes import CELL
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document

_FIGURE = re.compile(r"(?<!MIB-)(?<!MIB)(?<!Ki-6)(?<!Ki6)\d ?%|\d ?/ ?\d|\bpT\d", re.IGNORECASE)
#: A cell of a second line of headings: a unit, or a word that goes on the heading.
_UNIT = re.compile(
    r"\(?(?:(?:/|per|in) ?)?(?:\d{1,2} ?)?(?:mm2?|cm|HPFs?|fields|%|per ?cent)\)?|\(?[a-z]{3,12}\)?",
    re.IGNORECASE,
)
_MEASURE = re.compile(r"%|\bper ?cent|mm|HPF", re.IGNORECASE)
_CLASS = re.compile(
    r"\W*(?:(?:NET )?G ?[1-4]|grade|NE[TC]\b(?! \w)|low|intermediate|high|typical|atypical|TC|AC)\b",
    re.IGNORECASE,
)
#: Longest heading, most columns, and how many rows a table has at most.
_LONGEST, _COLUMNS, _ROWS = 28, 8, 12
#: How far into a unit a heading may stand.
_BEGINNING = 140
#: Width of a first column without a heading.
_EMPTY = 8


def cells_under(document: Document, heading: Expression) -> Iterator[tuple[Unit, int, int]]:
    """The cells of columns with a heading, each as its unit and its place in the unit's text."""
    for _, unit, start, end in columns_under(document, heading):
        yield unit, start, end


def columns_under(document: Document, heading: Expression) -> Iterator[tuple[str, Unit, int, int]]:
    """As :func:`cells_under`, the words of the heading first."""
    text = document.text.clean
    starts = [unit.start for unit in document.units]
    for begun in _named(document, heading):
        line = text.rfind("\n", 0, begun) + 1
        stop = _end(text, begun)
        heads = [m.span() for m in CELL.finditer(text, line, stop)]
        if not 2 <= len(heads) <= _COLUMNS or _FIGURE.search(text, line, stop):
            continue
        own = next((i for i, (lo, hi) in enumerate(heads) if lo <= begun < hi), None)
        if own is None or any(hi - lo > _LONGEST for lo, hi in heads):
            continue
        if own == 0 and heads[0][0] - line < _EMPTY:
            continue  # the first column tells what the rows are of
        columns, words = [lo - line for lo, _ in heads], text[slice(*heads[own])]
        if (below := _second_line(text, stop, columns, own)) is not None:
            stop, words = below[0], f"{words} {below[1]}"
        elif told := _of_title(text, line, words):
            words = told
        for lo, hi in _rows(text, stop, own, columns):
            at = bisect_right(starts, lo) - 1
            if at >= 0 and hi <= document.units[at].end:
                yield words, document.units[at], lo - starts[at], hi - starts[at]


def _named(document: Document, heading: Expression) -> Iterator[int]:
    """Where a heading's words stand near the beginning of a unit."""
    for unit in document.units_with(heading):
        for named in heading.finditer(unit.text, 0, _BEGINNING):
            yield unit.start + named.start()


def _second_line(text: str, after: int, columns: list[int], own: int) -> tuple[int, str] | None:
    """Where a second line of headings ends, and what it says under one; None if there is no such line."""
    stop = _end(text, after + 1)
    cells = [m.span() for m in CELL.finditer(text, after + 1, stop)] if after + 1 < len(text) else []
    if not cells or not all(_UNIT.fullmatch(text, *cell) for cell in cells):
        return None
    if not _MEASURE.search(text, after, stop):
        return None
    for lo, hi in cells:
        place = lo - after - 1
        if min(range(len(columns)), key=lambda i: abs(columns[i] - place)) == own:
            return stop, text[lo:hi]
    return stop, ""


def _of_title(text: str, line: int, heading: str) -> str:
    """A heading with the unit that the title above the table gives it: "Count (MIB-1 in %):"."""
    title = text[text.rfind("\n", 0, max(0, line - 1)) + 1 : max(0, line - 1)].rstrip()
    if not title.endswith(":"):
        return ""
    told = re.search(rf"\b{re.escape(heading)}\b[^;()]*", title, re.IGNORECASE)
    return told[0].strip() if told and _MEASURE.search(told[0]) else ""


def _rows(text: str, after: int, own: int, columns: list[int]) -> Iterator[tuple[int, int]]:
    """The cells of one column in the lines below."""
    for _ in range(_ROWS):
        line = after + 1
        if line >= len(text):
            return
        after = _end(text, line)
        cells = [m.span() for m in CELL.finditer(text, line, after)]
        if len(cells) < 2 or _CLASS.match(text, *cells[0]):
            return  # what grades are defined by
        if len(cells) == len(columns):
            yield cells[own]
        else:
            place = min(cells[1:], key=lambda cell: abs(cell[0] - line - columns[own]))
            if min(range(len(columns)), key=lambda i: abs(columns[i] - place[0] + line)) == own:
                yield place


def _end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return stop if stop >= 0 else len(text)
