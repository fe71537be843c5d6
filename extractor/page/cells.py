"""The cells of a table's row on one line: a label with its value, or columns parted by bars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extractor.matching.edits import Edit

_LABEL = re.compile(r"[A-Za-z(][^|\n]{1,60}")
_MARK = re.compile(r"<[^<>]{0,300}>|\\[a-z]{1,20}-?\d{0,6} ?|[{}]|&nbsp;")


class Row:
    """Gathers where a row's cells meet until the row ends.

    >>> row, text = Row(), "<tr><td>Size<td>2 cm</tr>"
    >>> row.begin(8), row.joint(12, 16), list(row.end(text, 20))
    (None, None, [Edit(start=12, end=16, text=': ')])
    """

    def __init__(self) -> None:
        self._begin: int | None = None
        self._joints: list[tuple[int, int]] = []

    @property
    def begun(self) -> bool:
        """Whether the row has a cell."""
        return self._begin is not None

    def begin(self, position: int) -> None:
        """The first cell begins here, if none has been ended yet."""
        if not self._joints:
            self._begin = position

    def joint(self, start: int, end: int) -> None:
        """Between two cells."""
        self._joints.append((start, end))

    def end(self, text: str, stop: int) -> Iterator[Edit]:
        """What the joints of the row read as, now that it ends."""
        if self._begin is None and not self._joints:
            return
        bounds = [(0, self._begin or 0), *self._joints, (stop, stop)]
        cells = [_MARK.sub("", text[one[1] : two[0]]).strip() for one, two in pairwise(bounds)]
        filled = [cell for cell in cells if cell]
        last = max((i for i, cell in enumerate(cells) if cell), default=0)
        paired = len(filled) == 2 and cells[0] == filled[0] and _LABEL.fullmatch(cells[0]) is not None
        between = (" " if cells[0].endswith(":") else ": ") if paired else " | "
        for index, (start, end) in enumerate(self._joints):
            shown = index < last and not (paired and index)
            yield Edit(start, end, between if shown else "")
        self._begin, self._joints = None, []
