"""Tables whose columns are headed by what they hold: one row for each deposit.

    Site            Ki-67     mitoses
    ileum           1.7 %     < 1 / 2 mm2
    liver           9.6 %     5 / 2 mm2

A line of short headings far apart begins such a table; its rows are the lines below that have cells under
the heading asked for, up to an empty line or one without cells.
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

_FIGURE = re.compile(r"\d ?%|\d ?/ ?\d|\bpT\d")
_CLASS = re.compile(
    r"\W*(?:(?:NET )?G ?[1-4]|grade|NE[TC]\b(?! \w)|low|intermediate|high|typical|atypical|TC|AC)\b",
    re.IGNORECASE,
)
#: Longest heading, most columns, and how many rows a table has at most.
_LONGEST, _COLUMNS, _ROWS = 28, 8, 12
#: How far into a unit a heading may stand.
_BEGINNING = 140


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
        if not own or any(hi - lo > _LONGEST for lo, hi in heads):
            continue  # the first column tells what the rows are of
        for lo, hi in _rows(text, stop, own, [lo - line for lo, _ in heads]):
            at = bisect_right(starts, lo) - 1
            if at >= 0 and hi <= document.units[at].end:
                yield text[slice(*heads[own])], document.units[at], lo - starts[at], hi - starts[at]


def _named(document: Document, heading: Expression) -> Iterator[int]:
    """Where a heading's words stand near the beginning of a unit."""
    for unit in document.units_with(heading):
        for named in heading.finditer(unit.text, 0, _BEGINNING):
            yield unit.start + named.start()


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
