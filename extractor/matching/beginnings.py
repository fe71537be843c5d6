"""Many alternatives that a text may begin with, tried by the letter it does begin with.

Labels and headings are several hundred expressions that every line is compared with, most of them in vain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

from extractor.matching.needed import LETTERS, REPEATS, Items, Strings, one_of

#: A look at the first character is worth it if so many can be it, or fewer.
_FEW: Final = 23


class Beginnings:
    """Many alternatives that texts may begin with: only those are tried that can begin with a text's letter.

    ``compiled`` is the expression of all of them. Texts are to be matched where they begin.

    >>> labels = Beginnings(["tumou?r size", "margins?", "grade"])
    >>> labels.match("Margins: free")[0], labels.match("no margins")
    ('Margins', None)

    Parameters
    ----------
    patterns
        The alternatives, in the order in which they are tried.
    behind
        What follows each.
    """

    def __init__(self, patterns: Sequence[str], behind: str = "") -> None:
        self.patterns: Final = tuple(patterns) or (r"(?!)",)
        self._behind: Final = behind
        self._letters: Final = tuple(first_letters(p, re.IGNORECASE) for p in self.patterns)
        self._by_letter: Final[dict[str, re.Pattern[str]]] = {}
        self.pattern: Final = "|".join(self.patterns)
        self.compiled: Final = self._compiled(self.patterns)

    def match(self, text: str) -> re.Match[str] | None:
        """As :meth:`re.Pattern.match`."""
        return self._for(text).match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As :meth:`re.Pattern.fullmatch`."""
        return self._for(text).fullmatch(text)

    def _compiled(self, patterns: Iterable[str]) -> re.Pattern[str]:
        return re.compile(f"(?:{'|'.join(patterns) or '(?!)'}){self._behind}", re.IGNORECASE)

    def _for(self, text: str) -> re.Pattern[str]:
        first = text[:1]
        found = self._by_letter.get(first)
        if found is None:
            if not first or not first.isascii():
                return self.compiled
            folded = " " if first.isspace() else first.lower()
            able = (
                pattern
                for pattern, letters in zip(self.patterns, self._letters, strict=True)
                if letters is None or folded in letters
            )
            found = self._by_letter[first] = self._compiled(able)
        return found


def behind_a_look(pattern: str, flags: int) -> str:
    """An expression that ignores case behind a cheap test of the place: one of few letters, or a word's edge.

    Such an expression is else tried alternative by alternative at every place of a text.

    >>> behind_a_look(r"lvi|\\binvasion", re.IGNORECASE), behind_a_look(r"\\b\\w+ lvi", re.IGNORECASE)
    ('(?=[il])(?:lvi|\\\\binvasion)', '\\\\b(?:\\\\b\\\\w+ lvi)')
    >>> behind_a_look("lvi", 0)
    'lvi'
    """
    if not flags & re.IGNORECASE or pattern.startswith("(?i"):
        return pattern
    items = parser.parse(pattern, flags).data
    letters, empty = _first(items)
    if letters is not None and not empty and len(letters) <= _FEW:
        signs = {r"\d" if x.isdigit() else r"\s" if x == " " else re.escape(x) for x in letters}
        return f"(?=[{''.join(sorted(signs))}])(?:{pattern})"
    return rf"\b(?:{pattern})" if _at_edge(items) else pattern


def _at_edge(items: Items) -> bool:
    """Whether a sequence matches at the edge of a word only."""
    for op, value in items:
        if op is c.SUBPATTERN:
            return _at_edge(value[-1].data)
        if op is c.BRANCH:
            return all(_at_edge(branch.data) for branch in value[1])
        if op is c.AT and value is c.AT_BOUNDARY:
            return True
        if op not in (c.AT, c.ASSERT, c.ASSERT_NOT):
            return False
    return False


def first_letters(pattern: str, flags: int = 0) -> Strings | None:
    """Small letters, digits and signs that a match may begin with; None if it may begin with anything.

    >>> sorted(first_letters(r"(?:lympho|\\(?angio)?vascular|ln\\b"))
    ['(', 'a', 'l', 'v']
    >>> first_letters(r"\\w+ nodes") is None
    True
    """
    letters, empty = _first(parser.parse(pattern, flags).data)
    return None if empty else letters


def _first(items: Items) -> tuple[Strings | None, bool]:
    """What a sequence may begin with, and whether it may be empty."""
    found: Strings = frozenset()
    for op, value in items:
        if op in (c.AT, c.ASSERT, c.ASSERT_NOT):
            continue
        letters, empty = _first_of(op, value)
        if letters is None:
            return None, False
        found |= letters
        if not empty:
            return found, False
    return found, True


def _first_of(op: Any, value: Any) -> tuple[Strings | None, bool]:
    if op is c.LITERAL:
        return LETTERS[value], False
    if op is c.IN:
        return one_of(value), False
    if op is c.SUBPATTERN:
        return _first(value[-1].data)
    if op is c.ATOMIC_GROUP:
        return _first(value.data)
    if op in REPEATS:
        letters, empty = _first(value[2].data)
        return letters, empty or not value[0]
    if op is c.BRANCH:
        branches = [_first(branch.data) for branch in value[1]]
        if any(letters is None for letters, _ in branches):
            return None, False
        return frozenset().union(*(b for b, _ in branches if b)), any(empty for _, empty in branches)
    return None, False
