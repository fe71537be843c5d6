"""Which strings a regular expression needs: of every match at least one of them is a part.

From the parsed expression come the strings that its consecutive parts can match, as far as these are few;
the set that a text is least likely to hold by chance is kept. Strings are folded as :func:`fold` folds
texts: small letters, plain digits, one space for any run of white space.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import product
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: Alternatives told apart, and sets of one of them, at most.
_WAYS, _SETS = 60, 3
#: Most strings of one set, and how often a set worth looking for is met by chance, per character of text.
MOST, RARE = 160, 0.003
#: How much more often the further sets of an expression may be met: they only narrow down.
_ALSO: Final = 10

#: Letters that ignoring case takes for plain ones.
_ODD: Final = {"ı": "i", "İ": "i", "ſ": "s", "\u212a": "k"}
#: Rough frequencies of characters in reports.
_OFTEN: Final = {" ": 0.17, **dict.fromkeys("etaoinsr", 0.06), **dict.fromkeys("lcdhmupfg", 0.03)}
_SELDOM: Final = 0.008
_SPACE: Final = frozenset((" ",))


class _Folded(dict[int, str]):
    """Characters as they are folded, found out once each."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = str(int(char)) if char.isdecimal() else _ODD.get(char, char)
        return self[code]


_FOLDED: Final = _Folded()


def fold(text: str) -> str:
    """A text in small letters and plain digits, one space for white space and at both ends."""
    plain = text if text.isascii() else text.translate(_FOLDED)
    return f" {' '.join(plain.split())} ".lower()


def needed(pattern: str, flags: int = 0, rare: float = RARE) -> frozenset[str] | None:
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
    sets = _worth(_sets(list(parser.parse(pattern, flags))), rare)
    return sets[0] if sets else None


def ways(pattern: str, flags: int = 0, rare: float = RARE) -> list[list[frozenset[str]]]:
    """The sets each alternative of an expression needs, the rarest first.

    Every match is one of an alternative and holds a string of each of its sets; an expression that needs
    nothing has one way without sets.

    >>> for sets in ways(r"\\b(?:(?:venous|vessel)\\W+inva(?:sion|ded)|lvs?i)\\b"):
    ...     print([sorted(strings) for strings in sets])
    [['venous', 'vessel'], ['invaded', 'invasion']]
    [['lvi', 'lvsi']]
    """
    parsed = list(parser.parse(pattern, flags))
    found = [_worth(sets, rare) for sets in _ways(parsed)]
    if len(found) > _WAYS or not all(found):
        found = [_worth(_sets(parsed), rare)]
    return found


def _ways(items: list[tuple[Any, Any]]) -> list[list[frozenset[str]]]:
    kept = [(op, value) for op, value in items if op not in (c.AT, c.ASSERT_NOT)]
    if len(kept) == 1 and kept[0][0] is c.SUBPATTERN:
        return _ways(list(kept[0][1][-1]))
    if len(kept) == 1 and kept[0][0] is c.BRANCH:
        return [way for branch in kept[0][1][1] for way in _ways(list(branch))]
    return [_sets(items)]


def _worth(sets: list[frozenset[str]], rare: float) -> list[frozenset[str]]:
    """The sets that are rare enough, the rarest first, without strings that another one is part of."""
    rated = sorted(((_chance(s), len(s), s) for s in sets), key=lambda rated: rated[:2])
    first, *more = rated or [(math.inf, 0, frozenset())]
    if first[0] > rare:
        return []
    return [_shortest(s) for chance, _, s in (first, *more) if chance <= _ALSO * rare][:_SETS]


def _shortest(strings: frozenset[str]) -> frozenset[str]:
    """The strings of which no other is a part."""
    kept: list[str] = []
    for string in sorted(strings, key=len):
        if not any(other in string for other in kept):
            kept.append(string)
    return frozenset(kept)


def _chance(strings: Iterable[str]) -> float:
    """How often one of the strings is met by chance."""
    return sum(math.prod(_OFTEN.get(char, _SELDOM) for char in string[:6]) for string in strings)


def _ranked(items: list[tuple[Any, Any]]) -> list[frozenset[str]]:
    """The sets of a sequence, the rarest first."""
    return sorted(_sets(items), key=lambda strings: (_chance(strings), len(strings)))


def _sets(items: list[tuple[Any, Any]]) -> list[frozenset[str]]:
    """Sets of strings; every match of a sequence holds one of each."""
    sets: list[frozenset[str]] = []
    run: frozenset[str] | None = None

    def end() -> None:
        if run is not None and "" not in run:
            sets.append(run)

    for op, value in items:
        if op in (c.AT, c.ASSERT_NOT):
            continue  # takes no room: the run goes on
        ahead = op is c.ASSERT and value[0] > 0
        behind = op is c.ASSERT and value[0] < 0
        strings = _all(list(value[1])) if op is c.ASSERT else _of(op, value)
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
            sets += _inside(op, value)
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT) and value[0]:
            run = _all(list(value[2]))  # its last round
    end()
    return sets


def _all(items: list[tuple[Any, Any]]) -> frozenset[str] | None:
    """All strings a sequence can match, or None if these are many."""
    found: frozenset[str] = frozenset(("",))
    for op, value in items:
        if op in (c.AT, c.ASSERT_NOT, c.ASSERT):
            continue
        strings = _of(op, value)
        joined = None if strings is None else _joined(found, strings)
        if joined is None:
            return None
        found = joined
    return found


def _joined(first: frozenset[str], second: frozenset[str]) -> frozenset[str] | None:
    if len(first) * len(second) > MOST:
        return None
    return frozenset((a + b).replace("  ", " ") for a, b in product(first, second))


def _of(op: Any, value: Any) -> frozenset[str] | None:
    """All strings an item can match, or None if these are many."""
    if op is c.LITERAL:
        return _folded(chr(value))
    if op is c.IN:
        return _in(value)
    if op is c.SUBPATTERN:
        return _all(list(value[-1]))
    if op is c.ATOMIC_GROUP:
        return _all(list(value))
    if op is c.BRANCH:
        branches = [_all(list(branch)) for branch in value[1]]
        if any(strings is None for strings in branches):
            return None
        found = frozenset(string for strings in branches for string in strings or ())
        return found if len(found) <= MOST else None
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return _repeated(value)
    return None


def _repeated(value: Any) -> frozenset[str] | None:
    least, most, items = value
    if _all(list(items)) == _SPACE:
        return _SPACE if least else _SPACE | {""}
    once = _all(list(items)) if most is not c.MAXREPEAT and most <= 4 else None
    if once is None:
        return None
    found: set[str] = set()
    round_: frozenset[str] | None = frozenset(("",))
    for count in range(most + 1):
        if round_ is None or len(found) > MOST:
            return None
        if count >= least:
            found |= round_
        round_ = _joined(round_, once)
    return frozenset(found)


def _in(items: list[tuple[Any, Any]]) -> frozenset[str] | None:
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
            folded = _folded(chr(code))
            if folded is None:
                return None
            found |= folded
    return frozenset(found)


def _folded(char: str) -> frozenset[str] | None:
    if char.isspace():
        return _SPACE
    return frozenset((char.lower(),)) if char.isascii() else None


def _inside(op: Any, value: Any) -> list[frozenset[str]]:
    """The sets inside an item that has too many strings."""
    if op is c.SUBPATTERN:
        return _sets(list(value[-1]))
    if op is c.ASSERT:
        return _sets(list(value[1]))
    if op is c.ATOMIC_GROUP:
        return _sets(list(value))
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return _sets(list(value[2])) if value[0] else []
    if op is c.BRANCH:
        return _of_branches([_ranked(list(branch)) for branch in value[1]])
    return []


def _of_branches(branches: list[list[frozenset[str]]]) -> list[frozenset[str]]:
    """Sets of alternatives: the rarest of each, then the next of each."""
    if not all(branches):
        return []
    ranks = range(min(_SETS, max(map(len, branches))))
    joined = (frozenset().union(*(sets[min(rank, len(sets) - 1)] for sets in branches)) for rank in ranks)
    return [strings for strings in map(_shortest, joined) if len(strings) <= MOST]
