"""Print that is no statement: options nobody ticked, and tables of what the grades mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_BOX = re.compile(r"[\[{][ \txX*✓✔]{0,4}[\]}]|\[[ \t]{0,3}[)}](?!\w)|\((?:[ \t]{1,4}|\s?[xX✓✔]\s?)\)|[☐□☒☑■]")
_TICKED = re.compile(r"[xX*✓✔☒☑■]")
_LOWER = re.compile(r"(?:<|≤|less than|fewer than)\s*=?\s*[23]\b", re.IGNORECASE)
_MIDDLE = re.compile(r"\b[23]\s{0,2}%?\s{0,2}(?:-|to)\s{0,2}20\b", re.IGNORECASE)
_UPPER = re.compile(r"(?:>|≥|more than|greater than|over)\s*=?\s*20\b[^\n]{0,40}", re.IGNORECASE)
_TWENTY = re.compile(r"20\b")
_FIRST_GRADE = re.compile(r"\b(?:G|grade )[1I]\b[^\n]*\Z", re.IGNORECASE)
#: How far apart two bounds of one table may stand, in characters.
_REACH = 170


def unticked(text: str, position: int) -> bool:
    """Whether the words at ``position`` belong to a printed option that was not the one chosen.

    >>> line = "[ ] G1  [x] G2  [ ] G3"
    >>> [unticked(line, line.index(g)) for g in ("G1", "G2", "G3")], unticked("(G2)", 1)
    ([True, False, True], False)
    """
    box = _box(text, position)
    return bool(box) and not _TICKED.search(box)


def ticked(text: str, position: int) -> bool:
    """Whether the words at ``position`` are the chosen one of printed options.

    >>> ticked("[ ] G1  [x] G2", 12), ticked("NET G2", 4)
    (True, False)
    """
    return bool(_TICKED.search(_box(text, position)))


def _box(text: str, position: int) -> str:
    """The nearest tick box before ``position``, or nothing."""
    last = ""
    for match in _BOX.finditer(text, 0, position):
        last = match[0]
    return last


@lru_cache(maxsize=8)
def class_tables(text: str) -> tuple[tuple[int, int], ...]:
    """Spans that list the bounds of all three grades ("<3 %, 3-20 %, >20 %"): a legend, or options.

    >>> class_tables("Ki-67: 2%. G1 <3%, G2 3-20%, G3 >20%")
    ((11, 36),)
    """
    if not any(_compared(text, match.start()) for match in _TWENTY.finditer(text)):
        return ()
    found = []
    for upper in _UPPER.finditer(text):
        middle = _last(_MIDDLE, text, upper.start())
        lower = _last(_LOWER, text, middle) if middle is not None else None
        if lower is not None:
            head = max(0, lower - 60)
            first = _FIRST_GRADE.search(text[head:lower])
            found.append((head + first.start() if first else lower, upper.end()))
    return tuple(found)


def _compared(text: str, position: int) -> bool:
    """Whether what stands before a number may end a comparison."""
    return text[:position].rstrip()[-1:].lower() in (">", "≥", "=", "n", "r")


def _last(pattern: re.Pattern[str], text: str, before: int) -> int | None:
    """Where the last match within reach before a place begins."""
    start = None
    for match in pattern.finditer(text, max(0, before - _REACH), before):
        start = match.start()
    return start


def printed(text: str, position: int, tables: Sequence[tuple[int, int]], offset: int) -> bool:
    """Whether a value is print only: an option not ticked, or of a class table and not ticked.

    ``position`` is the value's place in ``text``, whose own place in the report is ``offset``.
    """
    if unticked(text, position):
        return True
    in_table = any(lo <= offset + position < hi for lo, hi in tables)
    return in_table and not ticked(text, position)
