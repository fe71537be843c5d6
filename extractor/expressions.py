"""Regular expressions that know which words a text must hold before they can match.

Most expressions of the fields cannot match most units, and finding that out is most of the work. From each
expression a set of literals is derived of which every match contains at least one ("lymphovascular",
"vascular"); one Aho-Corasick pass tells which literals of all expressions a text holds, once per text; an
expression none of whose literals is there is not tried. What is found stays the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import ahocorasick

from extractor.literals import literals

#: Texts remembered at most.
_REMEMBERED: Final = 4096
_ODD: Final = (("ı", "i"), ("İ", "i"), ("ſ", "s"), ("\u212a", "k"))
#: Digits of other scripts, which ``\\d`` matches.
_DIGIT: Final = re.compile(r"[^\D0-9]")


def fold(text: str) -> str:
    """A text in the lower case in which literals are looked for; as long as the text itself.

    >>> fold("K\u0130\u017f\u017f")
    'kiss'
    """
    if not text.isascii():
        for odd, plain in _ODD:
            text = text.replace(odd, plain)
        text = _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    return text.lower()


_folded: Final = lru_cache(maxsize=8)(fold)


class _Index:
    """All literals of all expressions, and which of them a text holds."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}
        self._automaton: Any = None
        self._seen: dict[str, int] = {}
        #: Number of literals; what was held before it grew is not known to be complete.
        self.size = 0

    def bits(self, literals: frozenset[str]) -> int:
        """A number with one bit for each literal."""
        found = 0
        for literal in sorted(literals):
            if literal not in self._bits:
                self._bits[literal] = 1 << len(self._bits)
                self.size += 1
                self._automaton = None
                self._seen.clear()
            found |= self._bits[literal]
        return found

    def held(self, text: str) -> int:
        """The bits of the literals a text holds."""
        found = self._seen.get(text)
        if found is None:
            found = self._find(text)
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[text] = found
        return found

    def _find(self, text: str) -> int:
        if self._automaton is None:
            automaton = ahocorasick.Automaton()
            for literal, bit in self._bits.items():
                automaton.add_word(literal, bit)
            automaton.make_automaton()
            self._automaton = automaton
        found = 0
        for _, bit in self._automaton.iter(fold(text)):
            found |= bit
        return found


_INDEX: Final = _Index()


class Held:
    """Which of several texts may hold a match, asked for many expressions."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._size = -1
        self._held: list[int] = []
        self._any = 0

    def may_match(self, *expressions: Expression) -> list[int]:
        """Indices of the texts that hold a literal that a match of one of the expressions needs."""
        needed = 0
        for expression in expressions:
            if not expression.bits:
                return list(range(len(self._texts)))
            needed |= expression.bits
        if self._size != _INDEX.size:
            self._held = [_INDEX.held(text) for text in self._texts]
            self._size = _INDEX.size
            self._any = 0
            for held in self._held:
                self._any |= held
        if not self._any & needed:
            return []
        return [index for index, held in enumerate(self._held) if held & needed]


class Expression:
    """A compiled expression; use it as a :class:`re.Pattern`.

    ``bits`` are those of the literals of which every match holds at least one; 0 if there are none.
    """

    __slots__ = ("_find", "_full", "_match", "_search", "bits", "compiled", "literals", "pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.compiled: Final = re.compile(pattern, flags)
        self.pattern: Final = pattern
        self.literals: Final = tuple(sorted(literals(pattern, flags) or ()))
        self.bits: Final = _INDEX.bits(frozenset(self.literals))
        self._search: Final[Callable[..., re.Match[str] | None]] = self.compiled.search
        self._match: Final[Callable[..., re.Match[str] | None]] = self.compiled.match
        self._full: Final[Callable[..., re.Match[str] | None]] = self.compiled.fullmatch
        self._find: Final[Callable[..., Iterator[re.Match[str]]]] = self.compiled.finditer

    def may_match(self, text: str) -> bool:
        """Whether a text holds a literal that a match needs."""
        return not self.bits or bool(_INDEX.held(text) & self.bits)

    def anywhere(self, report: str) -> re.Match[str] | None:
        """As ``search(report)`` of a long text that few expressions are asked of."""
        if self.literals:
            folded = _folded(report)
            if not any(literal in folded for literal in self.literals):
                return None
        return self._search(report)

    def within(self, part: str, whole: str) -> re.Match[str] | None:
        """As ``search(part)`` of a part of a text that is asked of for other expressions, too."""
        if self.bits and not _INDEX.held(whole) & self.bits:
            return None
        return self._search(part)

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.search`."""
        if self.bits and not _INDEX.held(text) & self.bits:
            return None
        return self._search(text, *span)

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.match`."""
        if self.bits and not _INDEX.held(text) & self.bits:
            return None
        return self._match(text, *span)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.fullmatch`."""
        if self.bits and not _INDEX.held(text) & self.bits:
            return None
        return self._full(text, *span)

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        """As :meth:`re.Pattern.finditer`."""
        if self.bits and not _INDEX.held(text) & self.bits:
            return iter(())
        return self._find(text, *span)

    def split(self, text: str, maxsplit: int = 0) -> list[str]:
        """As :meth:`re.Pattern.split`."""
        if not self.may_match(text):
            return [text]
        return [str(piece) for piece in self.compiled.split(text, maxsplit)]


class Group:
    """Named expressions, of which only those are tried that may match.

    >>> group = Group([("tumor", Expression("tumou?rs?")), ("node", Expression("nodes?"))])
    >>> [name for name, _ in group.possible("a lymph node")]
    ['node']
    """

    def __init__(self, named: Iterable[tuple[str, Expression]]) -> None:
        self._named: Final = tuple(named)
        self._bits = 0
        for _, expression in self._named:
            self._bits |= expression.bits
        self._chosen: dict[int, tuple[tuple[str, re.Pattern[str]], ...]] = {}

    def possible(self, text: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The expressions that may match in a text or any part of it, in their order."""
        held = _INDEX.held(text) & self._bits
        chosen = self._chosen.get(held)
        if chosen is None:
            if len(self._chosen) >= _REMEMBERED:
                self._chosen.clear()
            chosen = self._chosen[held] = tuple(
                (name, e.compiled) for name, e in self._named if not e.bits or e.bits & held
            )
        return chosen
