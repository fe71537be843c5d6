"""Counts of nodes that a report prints more than once: lines given again, and whole diagnoses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from extractor.nodes.parts import part_of
from extractor.nodes.words import Count, examined_of

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
#: A count from this on that is the sum of at least three after it is their total.
SUM = 12
#: Counts of so many nodes together are hardly repeated by chance.
CHANCE = 40
#: More nodes than any report counts.
_ANY = 10**6
#: So few counts may be equal to others by chance; of more, one may have lost its part.
_TOO_FEW = 3
#: Fewer nodes than this come to the same sum twice by chance.
_LEAST = 8


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


def once(counts_: list[Count]) -> list[Count]:
    """A diagnosis printed twice counts once."""
    for kept in (_printed_again, _in_other_order, _nearly_again):
        if (size := kept(counts_)) is not None:
            return counts_[:size]
    return _each_part_once(counts_)


def _printed_again(counts_: list[Count]) -> int | None:
    """How many counts stand before the last ones, if these are the same as those just before them."""
    said = [c.numbers for c in counts_]
    for size in range(len(said) // 2, 1, -1):
        if _of_other_parts(counts_[-2 * size : -size], counts_[-size:]):
            continue
        if said[-size:] == said[-2 * size : -size] and len(set(said[-size:])) > 1:
            return len(said) - size
    return None


def _in_other_order(counts_: list[Count]) -> int | None:
    """How many counts are given first, and then in another order, or added up by side or region."""
    said = [c.numbers for c in counts_]
    if len(said) <= _TOO_FEW:
        return None
    for size in range(2, len(said) - 1):
        first, again = said[:size], said[size:]
        few = CHANCE if len(again) == len(first) else 2 * SUM
        if _of_other_parts(counts_[:size], counts_[size:], few):
            continue
        if len(set(first)) > 1 and 2 * len(again) <= len(said) and _adds_up(first, again):
            return size
    return None


def _nearly_again(counts_: list[Count]) -> int | None:
    """How many counts are given first, and then once more, most of them the same."""
    said = [c.numbers for c in counts_]
    for shift in range(max(2, (len(said) - 1) // 2), len(said) - 1):
        again = said[shift:]
        if _of_other_parts(counts_[:shift], counts_[shift:], _ANY):
            continue  # alike, not the same: each has its own part
        same = sum(a == b for a, b in zip(said, again, strict=False))
        if same >= max(2, 0.8 * len(again)) and len(again) >= 0.6 * shift and len(set(again)) > 1:
            return shift
    return None


def _each_part_once(counts_: list[Count]) -> list[Count]:
    """The counts without those of a part that is given again behind other parts, with the same numbers."""
    said, parts = [c.numbers for c in counts_], [part_of(c) for c in counts_]
    kept: list[Count] = []
    for at, count in enumerate(counts_):
        same = (k for k in range(at) if (parts[k], said[k]) == (parts[at], said[at]))
        first = next(same, at) if parts[at] is not None else at
        if all(part == parts[at] for part in parts[first:at]):
            kept.append(count)
    return kept


def _of_other_parts(first: list[Count], again: list[Count], few: int = CHANCE) -> bool:
    """Whether a few counts that seem to be repeated are those of other parts in the same list of parts."""
    parts = [part_of(c) for c in again if part_of(c) is not None]
    return (
        len(again) - len(parts) <= (len(again) > _TOO_FEW)
        and len(set(parts)) >= len(parts) - (len(parts) > _TOO_FEW)
        and not {part_of(c) for c in first} & set(parts)
        and len({c.unit.section for c in (*first, *again)}) == 1
        and examined_of(again) < few
    )


def _adds_up(first: list[tuple[int | None, int | None]], again: list[tuple[int | None, int | None]]) -> bool:
    """Whether counts given later are those given before in another order, or their sums."""
    if sorted(first, key=str) == sorted(again, key=str):
        return True
    if len(again) < 2 or sum(e or 0 for e, _ in first) < _LEAST:
        return False
    return all(sum(pair[k] or 0 for pair in first) == sum(pair[k] or 0 for pair in again) for k in (0, 1))
