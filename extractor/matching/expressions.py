"""Regular expressions that know which strings a text must hold before they can match.

Most expressions of the fields cannot match most units, and finding that out is most of the work. From each
expression sets of strings are derived of which every match contains at least one each ("lymphatic" or
"vascular", and "invasion" or "spread"; see :mod:`extractor.matching.needed`); one Aho-Corasick pass tells
which sets of all expressions a text holds, once per text; an expression is not tried where a set is missing.
What is found stays the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Final, Generic, TypeVar

import ahocorasick

from extractor.matching.beginnings import behind_a_look
from extractor.matching.needed import RARE, fold, ways

Name = TypeVar("Name")

#: What a text may hold of which nothing is known.
_ALL: Final = -1
#: Texts remembered at most.
_REMEMBERED: Final = 4096


class Index:
    """The strings that expressions need, and which of the expressions a text holds one for.

    Parameters
    ----------
    rare
        How often the strings of an expression are met by chance, per character, for them to be worth it.
    """

    def __init__(self, rare: float = RARE) -> None:
        self.rare: Final = rare
        self._sets: dict[frozenset[str], int] = {}
        self._automaton: Any = None
        self._seen: dict[str, int] = {}
        #: What a text holds if it was asked for before (``held``), else the second argument.
        self.seen: Final = self._seen.get
        #: Number of sets; what was held before it grew is not known to be complete.
        self.size = 0

    def bit(self, strings: frozenset[str]) -> int:
        """The bit of a set of strings."""
        if strings not in self._sets:
            self._sets[strings] = 1 << len(self._sets)
            self.size += 1
            self._automaton = None
            self._seen.clear()
        return self._sets[strings]

    def held(self, text: str) -> int:
        """The bits of the sets of which a text holds a string."""
        found = self._seen.get(text)
        if found is None:
            found = self.find(text)
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[text] = found
        return found

    def find(self, text: str) -> int:
        """As ``held``, for a text that is asked for once."""
        if self._automaton is None:
            self._build()
        found = 0
        for _, bits in self._automaton.iter(fold(text)):
            found |= bits
        return found

    def _build(self) -> None:
        bits: dict[str, int] = {}
        for strings, bit in self._sets.items():
            for string in strings:
                bits[string] = bits.get(string, 0) | bit
        self._automaton = ahocorasick.Automaton()
        for string, held in bits.items():
            self._automaton.add_word(string, held)
        self._automaton.make_automaton()


_INDEX: Final = Index()
_folded: Final = lru_cache(maxsize=8)(fold)


def held(text: str) -> int:
    """What a text holds of the strings expressions need (see :meth:`Expression.fits`)."""
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
        """Indices of the texts that hold the strings that a match of one of the expressions needs."""
        if self._size != _INDEX.size:
            self._held = [_INDEX.held(text) for text in self._texts]
            self._any = reduce(or_, self._held, 0)
            self._size = _INDEX.size
        able = [expression for expression in expressions if expression.fits(self._any)]
        if not all(expression.bits for expression in able):
            return list(range(len(self._texts)))
        bits = reduce(or_, (expression.bits for expression in able), 0)
        return [
            index
            for index, held in enumerate(self._held)
            if held & bits and any(expression.fits(held) for expression in able)
        ]


class Expression:
    """A compiled expression; use it as a :class:`re.Pattern`.

    A text whose strings are known (:func:`held` was asked for it, as for every unit) is not searched in vain;
    other texts, slices above all, are searched at once: that costs less than to find out what they hold.

    ``bits`` are those of the strings of which every match holds at least one, 0 if there are none; ``ways``
    are those of all the sets of each alternative.
    """

    __slots__ = (
        "_find",
        "_full",
        "_match",
        "_search",
        "_seen",
        "bits",
        "compiled",
        "pattern",
        "strings",
        "ways",
    )

    def __init__(self, pattern: str, flags: int = 0, index: Index = _INDEX) -> None:
        self.compiled: Final = re.compile(behind_a_look(pattern, flags), flags)
        self.pattern: Final = pattern
        found = ways(pattern, flags, index.rare)
        first = frozenset().union(*(sets[0] for sets in found)) if all(found) else frozenset()
        self.strings: Final = tuple(sorted(first))
        self.ways: Final = tuple(tuple(map(index.bit, sets)) for sets in found)
        self.bits: Final = reduce(or_, (sets[0] for sets in self.ways), 0) if all(found) else 0
        self._seen: Final = index.seen
        self._search: Final[Callable[..., re.Match[str] | None]] = self.compiled.search
        self._match: Final[Callable[..., re.Match[str] | None]] = self.compiled.match
        self._full: Final[Callable[..., re.Match[str] | None]] = self.compiled.fullmatch
        self._find: Final[Callable[..., Iterator[re.Match[str]]]] = self.compiled.finditer

    def fits(self, held: int) -> bool:
        """Whether what a text holds (see :func:`held`) allows a match."""
        if not self.bits:
            return True
        if not held & self.bits:
            return False
        for sets in self.ways:
            for bit in sets:
                if not held & bit:
                    break
            else:
                return True
        return False

    def may_match(self, text: str) -> bool:
        """Whether a text holds the strings that a match needs."""
        return not self.bits or self.fits(_INDEX.held(text))

    def anywhere(self, report: str) -> re.Match[str] | None:
        """As ``search(report)`` of a long text that few expressions are asked of."""
        if self.strings:
            folded = _folded(report)
            if not any(string in folded for string in self.strings):
                return None
        return self._search(report)

    def within(self, part: str, whole: str) -> re.Match[str] | None:
        """As ``search(part)`` of a part of a text that is asked of for other expressions, too."""
        if self.bits and not self.fits(self._seen(whole, _ALL)):
            return None
        return self._search(part)

    def search(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.search`."""
        if self.bits and not ((held := self._seen(text, _ALL)) & self.bits and self.fits(held)):
            return None
        return self._search(text, *span)

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.match`."""
        if self.bits and not ((held := self._seen(text, _ALL)) & self.bits and self.fits(held)):
            return None
        return self._match(text, *span)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        """As :meth:`re.Pattern.fullmatch`."""
        if self.bits and not ((held := self._seen(text, _ALL)) & self.bits and self.fits(held)):
            return None
        return self._full(text, *span)

    def finditer(self, text: str, *span: int) -> Iterator[re.Match[str]]:
        """As :meth:`re.Pattern.finditer`."""
        if self.bits and not ((held := self._seen(text, _ALL)) & self.bits and self.fits(held)):
            return iter(())
        return self._find(text, *span)

    def split(self, text: str, maxsplit: int = 0) -> list[str]:
        """As :meth:`re.Pattern.split`."""
        if self.bits and not self.fits(self._seen(text, _ALL)):
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
        held = self._seen(text, _ALL)
        if self.bits and not held & self.bits:
            return None
        best: re.Match[str] | None = None
        for part in self.parts:
            match = part.compiled.search(text, *span) if part.fits(held) else None
            if match is not None and (best is None or match.start() < best.start()):
                best = match
        return best

    def match(self, text: str, *span: int) -> re.Match[str] | None:
        """The match of the first expression that matches at the beginning."""
        held = self._seen(text, _ALL)
        found = (part.compiled.match(text, *span) for part in self.parts if part.fits(held))
        return next(filter(None, found), None)

    def fullmatch(self, text: str, *span: int) -> re.Match[str] | None:
        """The match of the first expression that matches the whole."""
        held = self._seen(text, _ALL)
        found = (part.compiled.fullmatch(text, *span) for part in self.parts if part.fits(held))
        return next(filter(None, found), None)


class Group(Generic[Name]):
    """Named expressions, of which only those are tried that may match.

    >>> group = Group([("tumor", Expression("tumou?rs?")), ("node", Expression("nodes?"))])
    >>> [name for name, _ in group.possible("a lymph node")]
    ['node']

    Parameters
    ----------
    form
        Makes of an expression the one that is tried.
    """

    def __init__(
        self,
        named: Iterable[tuple[Name, Expression]],
        form: Callable[[re.Pattern[str]], re.Pattern[str]] = lambda pattern: pattern,
    ) -> None:
        self._named: Final = tuple((name, e, form(e.compiled)) for name, e in named)
        ways = [sets for _, expression, _ in self._named for sets in expression.ways]
        self._bits = reduce(or_, (bit for sets in ways for bit in sets), 0)
        self._chosen: dict[int, tuple[tuple[Name, re.Pattern[str]], ...]] = {}

    def possible(self, text: str) -> tuple[tuple[Name, re.Pattern[str]], ...]:
        """The expressions that may match in a text or any part of it, in their order."""
        held = _INDEX.held(text) & self._bits
        chosen = self._chosen.get(held)
        if chosen is None:
            if len(self._chosen) >= _REMEMBERED:
                self._chosen.clear()
            chosen = self._chosen[held] = tuple(
                (name, formed) for name, e, formed in self._named if e.fits(held)
            )
        return chosen
