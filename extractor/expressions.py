"""Regular expressions that know which words a text must hold before they can match.

Most expressions of the fields cannot match most units, and finding that out is most of the work. From each
expression sets of literals are derived of which every match contains at least one each ("lymphatic" or
"vascular", and "invasion" or "spread"); one Aho-Corasick pass tells which literals of all expressions a text
holds, once per text; an expression is not tried where a set is missing. What is found stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

import ahocorasick

from extractor.literals import ways

#: Texts remembered at most.
_REMEMBERED: Final = 4096
_ODD: Final = str.maketrans({"ı": "i", "İ": "i", "ſ": "s", "\u212a": "k"})


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
        folded = text.lower() if text.isascii() else text.translate(_ODD).lower()
        found = 0
        for _, bit in self._automaton.iter(folded):
            found |= bit
        return found


_INDEX: Final = _Index()


def held(text: str) -> int:
    """The literals a text holds, by their bits (see :meth:`Expression.fits`)."""
    return _INDEX.held(text)


class Held:
    """Which of several texts may hold a match, asked for many expressions."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._size = -1
        self._held: list[int] = []
        #: What any of the texts holds.
        self._any = 0

    def may_match(self, *expressions: Expression) -> list[int]:
        """Indices of the texts that hold a literal that a match of one of the expressions needs."""
        if self._size != _INDEX.size:
            self._held = [_INDEX.held(text) for text in self._texts]
            self._any = reduce(or_, self._held, 0)
            self._size = _INDEX.size
        if not all(expression.bits for expression in expressions):
            return list(range(len(self._texts)))
        # Most alternatives fail in all texts together; what is left is tried text by text.
        able = [sets for e in expressions for sets in e.ways if e.bits & self._any and _all(sets, self._any)]
        first = reduce(or_, (sets[0] for sets in able), 0)
        return [
            index
            for index, literals in enumerate(self._held)
            if literals & first and any(_all(sets, literals) for sets in able if literals & sets[0])
        ]


def _all(sets: tuple[int, ...], literals: int) -> bool:
    """Whether a literal of each set is among those held."""
    for bits in sets:  # noqa: SIM110 (a generator takes three times as long)
        if not literals & bits:
            return False
    return True


class Expression:
    """A compiled expression; use it as a :class:`re.Pattern`.

    ``bits`` are those of the literals of which every match holds at least one, 0 if there are none; ``ways``
    are those of all the sets of each alternative.
    """

    __slots__ = ("_find", "_full", "_match", "_search", "bits", "compiled", "pattern", "ways")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.compiled: Final = re.compile(pattern, flags)
        self.pattern: Final = pattern
        found = ways(pattern, flags)
        self.ways: Final = tuple(tuple(_INDEX.bits(literals) for literals in sets) for sets in found)
        self.bits: Final = _INDEX.bits(frozenset().union(*(sets[0] for sets in found))) if all(found) else 0
        self._search: Final[Callable[..., re.Match[str] | None]] = self.compiled.search
        self._match: Final[Callable[..., re.Match[str] | None]] = self.compiled.match
        self._full: Final[Callable[..., re.Match[str] | None]] = self.compiled.fullmatch
        self._find: Final[Callable[..., Iterator[re.Match[str]]]] = self.compiled.finditer

    def fits(self, held: int) -> bool:
        """Whether the literals a text holds (by their bits) allow a match."""
        if not self.bits:
            return True
        if not held & self.bits:
            return False
        for sets in self.ways:  # noqa: SIM110
            if held & sets[0] and _all(sets, held):
                return True
        return False

    def may_match(self, text: str) -> bool:
        """Whether a text holds the literals that a match needs."""
        return not self.bits or self.fits(_INDEX.held(text))

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.search`."""
        if self.bits and not self.fits(_INDEX.held(text)):
            return None
        return self._search(text, *span)

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.match`."""
        if self.bits and not self.fits(_INDEX.held(text)):
            return None
        return self._match(text, *span)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.fullmatch`."""
        if self.bits and not self.fits(_INDEX.held(text)):
            return None
        return self._full(text, *span)

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        """As :meth:`re.Pattern.finditer`."""
        if self.bits and not self.fits(_INDEX.held(text)):
            return iter(())
        return self._find(text, *span)

    def split(self, text: str, maxsplit: int = 0) -> list[str]:
        """As :meth:`re.Pattern.split`."""
        if not self.may_match(text):
            return [text]
        return [str(piece) for piece in self.compiled.split(text, maxsplit)]


class AnyOf(Expression):
    """Several expressions joined by "|" that use no groups: only those that may match are tried."""

    __slots__ = ("parts",)

    def __init__(self, patterns: Sequence[str], flags: int = 0) -> None:
        super().__init__("|".join(patterns), flags)
        self.parts: Final = tuple(Expression(pattern, flags) for pattern in patterns)

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """The first match; of several at one place, that of the first expression."""
        literals = _INDEX.held(text)
        if self.bits and not literals & self.bits:
            return None
        best: re.Match[str] | None = None
        for part in self.parts:
            match = part.compiled.search(text, *span) if part.fits(literals) else None
            if match is not None and (best is None or match.start() < best.start()):
                best = match
        return best

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """The match of the first expression that matches at the beginning."""
        literals = _INDEX.held(text)
        found = (part.compiled.match(text, *span) for part in self.parts if part.fits(literals))
        return next(filter(None, found), None)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        """The match of the first expression that matches the whole."""
        literals = _INDEX.held(text)
        found = (part.compiled.fullmatch(text, *span) for part in self.parts if part.fits(literals))
        return next(filter(None, found), None)
