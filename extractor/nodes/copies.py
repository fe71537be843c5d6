"""Lines with counts of nodes that a report prints more than once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from extractor.nodes.words import Count

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.unit import Unit

#: So many units, of so many letters together, are no repetition by chance.
_RUN, _RUN_LENGTH = 4, 140
#: What stands before the items of a list.
_BULLETS = " \t-*•·–."
#: So many equal lines are copies, if they count more than a few nodes.
_COPIES, _FEW = 3, 4
#: So many letters after a count belong to the line that is copied.
_TAIL = 40


class Copies:
    """The runs of units of a report given twice, noticed while it is read."""

    def __init__(self, document: Document) -> None:
        self._units = document.units
        #: Where each run of units was printed first.
        self._printed: dict[tuple[str | None, ...], int] = {}

    def hold(self, unit: Unit) -> bool:
        """Whether a unit and those before it were printed already, in the same part."""
        units = self._units[max(0, unit.index - _RUN + 1) : unit.index + 1]
        run = [u.text.strip(_BULLETS) for u in units]
        return (
            len(run) == _RUN
            and sum(map(len, run)) >= _RUN_LENGTH
            and self._printed.setdefault((unit.section, unit.part, *run), unit.index) != unit.index
        )


def printed_once(found: list[Count]) -> list[Count]:
    """Counts without the copies of a line that is printed over and over."""
    places = Counter(_place(c) for c in found if (c.examined or 0) >= _FEW)
    kept: dict[tuple[str, int, str | None], Count] = {}
    once = []
    for count in found:
        key = _place(count)
        if places[key] < _COPIES or kept.setdefault(key, count) is count:
            once.append(count)
    return once


def _place(count: Count) -> tuple[str, int, str | None]:
    """What makes two counts copies of one: the words around them, where they stand there, and the part."""
    return count.unit.text[: count.end + _TAIL], count.start, count.unit.part
