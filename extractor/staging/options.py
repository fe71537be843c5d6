"""Options of a form that lists categories: which one is marked, and which are not.

A mark stands before its option or behind it ("[x] T3", "pT2b _X_"); in a column, only the chosen line has
one. A marked option counts without any other label, and one left blank beside it is no category.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.document import Document

_BOXED = r"(?:\[ ?[xX✓✔*] ?\]|\( ?[xX✓✔] ?\)|_+ ?[xX✓✔] ?_+|[☒☑✓✔])"
_EMPTY = r"(?:\[[ _]{0,5}\]|\([ _]{0,5}\)|_{2,}|[☐□])"
#: Any mark at all: most reports have none.
_MARK = re.compile(rf"{_BOXED}|^[ \t]*[xX][ \t]+y?p?[TNM]", re.MULTILINE)
_OPTION = re.compile(r"(?<![A-Za-z0-9])(?:y?p)?(?P<letter>[TNM]) ?(?:[0-4][a-d]?[12]?|X|is|a)(?![A-Za-z0-9])")
_BEFORE = re.compile(
    rf"(?:(?P<full>{_BOXED}|(?:^|[ \t]{{2}}|[-;|])[ \t]*[xX]_{{0,3}}[ \t])|"
    rf"(?P<empty>{_EMPTY}|(?:^|[ \t]{{2}})_))[ \t]{{0,4}}$"
)
_BEHIND = re.compile(rf"[ \t]{{0,3}}(?:(?P<full>{_BOXED})|(?P<empty>{_EMPTY}))")
#: How far from a marked option the others of its list stand.
_LIST = 900


@dataclass(frozen=True, slots=True)
class Options:
    """Where the letters of marked options stand, and of those left blank."""

    marked: frozenset[int] = frozenset()
    blank: frozenset[int] = frozenset()


@lru_cache(maxsize=2)
def options(document: Document) -> Options:
    """The options of a report's forms."""
    text = document.text.clean
    if not _MARK.search(text):
        return Options()
    marked: dict[int, str] = {}
    blank: set[int] = set()
    column: list[tuple[int, str]] = []  # options that begin their lines without any mark
    empty: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        found = list(_OPTION.finditer(line)) if "T" in line or "N" in line or "M" in line else []
        if found:
            marks = [_BEFORE.search(line[: m.start()]) for m in found]
            if not marks[0] and (behind := [_BEHIND.match(line, m.end()) for m in found])[0]:
                marks = behind
            filled = re.search(_BOXED, line) is not None
            for option, mark in zip(found, marks, strict=True):
                place, letter = at + option.start("letter"), option["letter"]
                if mark and mark["full"]:
                    marked[place] = letter
                elif mark:
                    empty.append((place, letter))
                    if filled:
                        blank.add(place)
                elif not line[: option.start()].strip() and len({m["letter"] for m in found}) == 1:
                    column.append((place, letter))
        at += len(line) + 1
    for place, letter in (*empty, *column):
        if any(each == letter and abs(where - place) < _LIST for where, each in marked.items()):
            blank.add(place)
    return Options(frozenset(marked), frozenset(blank))


def letter_at(text: str, start: int, end: int) -> int:
    """Where the letter of a code stands."""
    return next((i for i in range(start, end) if text[i] in "TNM"), start)
