"""Edits of a text, and the map from the edited text back to the text as read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Edit:
    """``raw[start:end]`` reads as ``text``."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Text:
    """A report as read (``raw``) and as repaired (``clean``).

    The edits are those of the text ``below``, if there is one: a text that was itself edited before.
    """

    raw: str
    clean: str
    _starts: list[int] = field(default_factory=list)
    _edits: list[Edit] = field(default_factory=list)
    _below: Text | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in ``raw`` of ``clean[start:end]``; a part of a repaired word gives the whole word."""
        if self._edits:
            start, end = self._back(start, last=False), self._back(end, last=True)
        return (start, end) if self._below is None else self._below.span(start, end)

    def _back(self, position: int, *, last: bool) -> int:
        # An end position belongs to the character before it.
        index = bisect_right(self._starts, position - 1 if last and position else position) - 1
        if index < 0:
            return position
        edit, start = self._edits[index], self._starts[index]
        if position < start + len(edit.text) or (last and position == start + len(edit.text)):
            return edit.end if last else edit.start
        return edit.end + position - start - len(edit.text)

    def repaired_within(self, start: int, end: int) -> int:
        """Number of repairs that touch ``clean[start:end]``; the page's form counts for none."""
        first = bisect_right(self._starts, start)
        hi = bisect_right(self._starts, end - 1)
        runs_in = first > 0 and self._starts[first - 1] + len(self._edits[first - 1].text) > start
        return hi - first + runs_in


def edited(raw: str, text: str, edits: Iterable[Edit], below: Text | None = None) -> Text:
    """Apply edits to a text; of two that meet, the one that begins first (or is longer) counts.

    Parameters
    ----------
    raw
        The report as read.
    text
        What the edits are made in: ``below.clean`` or as long as that.
    edits
        Offsets in ``text``, in any order.
    below
        Leads from ``text`` back to ``raw``, if the two are not the same.

    >>> once = edited("a&lt;b", "a&lt;b", [Edit(1, 5, "<")])
    >>> twice = edited(once.raw, once.clean, [Edit(2, 3, "cm")], once)
    >>> twice.clean, twice.span(1, 2), twice.span(2, 4)
    ('a<cm', (1, 5), (5, 6))
    """
    pieces: list[str] = []
    starts: list[int] = []
    kept: list[Edit] = []
    at = length = 0
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        if edit.start < at:
            continue  # an earlier repair already covers this place
        pieces += [text[at : edit.start], edit.text]
        length += edit.start - at
        starts.append(length)
        length += len(edit.text)
        kept.append(edit)
        at = edit.end
    pieces.append(text[at:])
    return Text(raw, "".join(pieces), starts, kept, below)
