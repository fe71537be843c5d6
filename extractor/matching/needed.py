"""Which strings a regular expression needs: of every match at least one of them is a part.

From the parsed expression come the strings that its consecutive parts can match, as far as these are few;
the set that a text is least likely to hold by chance is kept. Strings are folded as :func:`fold` folds
texts: small letters, plain digits, one space for any run of white space.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: Alternatives told apart, and sets of one of them, at most.
_WAYS, _SETS = 60, 3
#: Most strings of one set, and how often a set worth looking for is met by chance, per character of text.
MOST, RARE = 160, 0.003
#: How much more often the further sets of an expression may be met: they only narrow down.
_ALSO: Final = 10

#: So many letters of each of very many strings are looked for.
_FIRST: Final = 7

#: Letters that ignoring case takes for plain ones.
_ODD: Final = {"ı": "i", "İ": "i", "ſ": "s", "\u212a": "k"}
#: Rough frequencies of characters in reports.
_OFTEN: Final = {
    " ": 0.17,
    **dict.fromkeys("etaoinsr", 0.06),
    **dict.fromkeys("lcdhmupfg", 0.03),
    **dict.fromkeys("%?!+<>[]=~#&", 0.0005),
}
_SELDOM: Final = 0.008
_SPACE: Final = frozenset((" ",))
_NOTHING: Final = frozenset(("",))
#: Operations of the parser that repeat.
REPEATS: Final = (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT)

Strings = frozenset[str]
#: A parsed sequence: pairs of an operation and its value.
Items = list[tuple[Any, Any]]


class _Folded(dict[int, str]):
    """Characters as they are folded, found out once each."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = str(int(char)) if char.isdecimal() else _ODD.get(char, char)
        return self[code]


_FOLDED: Final = _Folded()


class _Letters(dict[int, Strings | None]):
    """What the characters of an expression can be in a folded text; None for those outside ASCII."""

    def __missing__(self, code: int) -> Strings | None:
        char = chr(code)
        plain = frozenset((char.lower(),)) if char.isascii() else None
        self[code] = _SPACE if char.isspace() else plain
        return self[code]


#: The same, found out once each.
LETTERS: Final = _Letters()


def fold(text: str) -> str:
    """A text in small letters and plain digits, one space for white space and at both ends."""
    plain = text if text.isascii() else text.translate(_FOLDED)
    return f" {' '.join(plain.split())} ".lower()


def needed(pattern: str, flags: int = 0, rare: float = RARE) -> Strings | None:
    """Folded strings of which every match holds at least one; None if there are none worth it.

    >>> sorted(needed(r"(?:lympho|angio)?vascular\\s+invasion"))
    ['vascular invasion']
    >>> sorted(needed(r"\\b(?:no|absen(?:t|ce))\\b tumor"))
    ['absence tumor', 'absent tumor', 'no tumor']
    >>> len(needed(r"\\d ?%"))
    20
    >>> needed(r"[a-z]+\\d?") is None
    True
    """
    sets = _worth(_Parsed().sets(parser.parse(pattern, flags).data), rare)
    return sets[0] if sets else None


def ways(pattern: str, flags: int = 0, rare: float = RARE) -> list[list[Strings]]:
    """The sets each alternative of an expression needs, the rarest first.

    Every match is one of an alternative and holds a string of each of its sets; an expression that needs
    nothing has one way without sets.

    >>> for sets in ways(r"\\b(?:(?:venous|vessel)\\W+inva(?:sion|ded)|lvs?i)\\b"):
    ...     print([sorted(strings) for strings in sets])
    [['venous', 'vessel'], ['invaded', 'invasion']]
    [['lvi', 'lvsi']]
    """
    items, parsed = parser.parse(pattern, flags).data, _Parsed()
    found = [_worth(sets, rare) for sets in parsed.ways(items)]
    if len(found) > _WAYS or not all(found):
        found = [_worth(parsed.sets(items), rare)]
    return found


def _worth(sets: list[Strings], rare: float) -> list[Strings]:
    """The sets that are rare enough, the rarest first, without strings that another one is part of."""
    rated = sorted(((_chance(s), len(s), s) for s in sets), key=lambda rated: rated[:2])
    first, *more = rated or [(math.inf, 0, frozenset())]
    if first[0] > rare:
        return []
    return [_shortest(s) for chance, _, s in (first, *more) if chance <= _ALSO * rare][:_SETS]


def _shortest(strings: Strings) -> Strings:
    """The strings of which no other is a part."""
    kept: list[str] = []
    for string in sorted(strings, key=len):
        if not any(other in string for other in kept):
            kept.append(string)
    return frozenset(kept)


def _chance(strings: Iterable[str]) -> float:
    """How often one of the strings is met by chance."""
    return sum(math.prod(_OFTEN.get(char, _SELDOM) for char in string[:6]) for string in strings)


class _Parsed:
    """The strings of one parsed expression; what a part of it matches is found out once."""

    def __init__(self) -> None:
        self._strings: dict[int, Strings | None] = {}
        self._found: dict[int, list[Strings]] = {}

    def ways(self, items: Items) -> list[list[Strings]]:
        """The sets of each alternative."""
        kept = [(op, value) for op, value in items if op not in (c.AT, c.ASSERT_NOT)]
        if len(kept) == 1 and kept[0][0] is c.SUBPATTERN:
            return self.ways(kept[0][1][-1].data)
        if len(kept) == 1 and kept[0][0] is c.BRANCH:
            return [way for branch in kept[0][1][1] for way in self.ways(branch.data)]
        return [self.sets(items)]

    def sets(self, items: Items) -> list[Strings]:
        """Sets of strings; every match of a sequence holds one of each."""
        if id(items) not in self._found:
            self._found[id(items)] = self._sets(items)
        return self._found[id(items)]

    def _sets(self, items: Items) -> list[Strings]:
        sets: list[Strings] = []
        run: Strings | None = None

        def end() -> None:
            if run is not None and "" not in run:
                sets.append(run)

        for op, value in items:
            if op in (c.AT, c.ASSERT_NOT):
                continue  # takes no room: the run goes on
            ahead = op is c.ASSERT and value[0] > 0
            behind = op is c.ASSERT and value[0] < 0
            strings = self._all(value[1].data) if op is c.ASSERT else self._of(op, value)
            if behind and run is not None and strings is not None:
                continue  # stands on what is there already
            longer = None
            if strings is not None:
                longer = strings if run is None else _joined(run, strings)
            if longer is not None:
                run = longer
                if ahead:
                    end()  # what follows stands in the same place
                    run = None
                continue
            end()
            run = None
            if strings is not None and not ahead:
                run = strings
                continue
            if strings is None:
                sets += self._inside(op, value)
            if op in REPEATS and value[0]:
                run = self._all(value[2].data)  # its last round
        end()
        return sets

    def _all(self, items: Items) -> Strings | None:
        """All strings a sequence can match, or None if these are many."""
        if id(items) in self._strings:
            return self._strings[id(items)]
        found: Strings | None = _NOTHING
        for op, value in items:
            if op in (c.AT, c.ASSERT_NOT, c.ASSERT):
                continue
            strings = self._of(op, value)
            found = None if strings is None or found is None else _joined(found, strings)
            if found is None:
                break
        self._strings[id(items)] = found
        return found

    def _of(self, op: Any, value: Any) -> Strings | None:
        """All strings an item can match, or None if these are many."""
        if op is c.LITERAL:
            return LETTERS[value]
        if op is c.IN:
            return one_of(value)
        if op is c.SUBPATTERN:
            return self._all(value[-1].data)
        if op is c.ATOMIC_GROUP:
            return self._all(value.data)
        if op is c.BRANCH:
            found: set[str] = set()
            for branch in value[1]:
                strings = self._all(branch.data)
                if strings is None:
                    return None
                found |= strings
            return frozenset(found) if len(found) <= MOST else None
        if op in REPEATS:
            return self._repeated(*value)
        return None

    def _repeated(self, least: int, most: int, items: Any) -> Strings | None:
        once = self._all(items.data)
        if once == _SPACE:
            return _SPACE if least else _SPACE | {""}
        if once is None or most is c.MAXREPEAT or most > 4:
            return None
        found: set[str] = set()
        round_: Strings | None = _NOTHING
        for count in range(most + 1):
            if round_ is None or len(found) > MOST:
                return None
            if count >= least:
                found |= round_
            round_ = _joined(round_, once)
        return frozenset(found)

    def _inside(self, op: Any, value: Any) -> list[Strings]:
        """The sets inside an item that has too many strings."""
        if op is c.SUBPATTERN:
            return self.sets(value[-1].data)
        if op is c.ASSERT:
            return self.sets(value[1].data)
        if op is c.ATOMIC_GROUP:
            return self.sets(value.data)
        if op in REPEATS:
            return self.sets(value[2].data) if value[0] else []
        if op is c.BRANCH:
            return _of_branches([_ranked(self.sets(branch.data)) for branch in value[1]])
        return []


def _joined(first: Strings, second: Strings) -> Strings | None:
    if first is _NOTHING:
        return second if len(second) <= MOST else None
    if len(first) * len(second) > MOST:
        return None
    return frozenset((a + b).replace("  ", " ") for a in first for b in second)


def one_of(items: Items) -> Strings | None:
    """The characters of a set in brackets, folded; None if these are many."""
    found: set[str] = set()
    for op, value in items:
        if op is c.LITERAL:
            chars: Iterable[int] = (value,)
        elif op is c.RANGE:
            if value[1] - value[0] > 40:
                return None
            chars = range(value[0], value[1] + 1)
        elif op is c.CATEGORY and value is c.CATEGORY_DIGIT:
            chars = range(48, 58)
        elif op is c.CATEGORY and value is c.CATEGORY_SPACE:
            chars = (32,)
        else:
            return None
        for code in chars:
            folded = LETTERS[code]
            if folded is None:
                return None
            found |= folded
    return frozenset(found)


def _ranked(sets: list[Strings]) -> list[Strings]:
    """Sets, the rarest first."""
    return sorted(sets, key=lambda strings: (_chance(strings), len(strings)))


def _of_branches(branches: list[list[Strings]]) -> list[Strings]:
    """Sets of alternatives: the rarest of each, then the next of each."""
    if not all(branches):
        return []
    ranks = range(min(_SETS, max(map(len, branches))))
    joined = (frozenset().union(*(sets[min(rank, len(sets) - 1)] for sets in branches)) for rank in ranks)
    return [strings for strings in map(_cut, map(_shortest, joined)) if len(strings) <= MOST]


def _cut(strings: Strings) -> Strings:
    """The strings; of very many only their first letters."""
    return strings if len(strings) <= MOST else _shortest(frozenset(s[:_FIRST] for s in strings))
