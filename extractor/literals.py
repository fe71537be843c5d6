"""Which literals a text must hold for a regular expression to match in it.

From the parsed expression sets of lower-case literals are derived of which every match holds at least one
each. The spellings of a run of letters are written out where they are few ("tumou?r", "lvs?[i1]").
"""

from __future__ import annotations

import re
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: Shortest literal worth looking for, and most alternatives of one set.
SHORTEST, MOST = 2, 120
#: Sets an expression is known by at most.
_SETS: Final = 4
#: Literals so common that they tell little.
_COMMON: Final = frozenset(
    re.split(
        " ",
        "al an and ar as at be by ct di ec ed en er es for he in is it le li men nd ne no nt of om on or os "
        "ot pr re st te ter the ti to with",
    )
)
#: Alternatives told apart at most.
_WAYS: Final = 60
#: Spellings of a run of letters at most ("tumou?r" has two); a run with more is cut.
_SPELLINGS: Final = 16


def literals(pattern: str, flags: int = 0) -> frozenset[str] | None:
    """Lower-case literals of which every match holds at least one; None if there are none worth it.

    >>> sorted(literals(r"(?:lympho|angio)?vascular\\s+invasion"))
    ['vascular']
    >>> sorted(literals(r"\\b(?:no|absen(?:t|ce))\\b \\d+ tumou?rs?"))
    [' tumor', ' tumour']
    >>> literals(r"[a-z]+\\d?") is None
    True
    """
    found = needed(pattern, flags)
    return found[0] if found else None


def needed(pattern: str, flags: int = 0) -> list[frozenset[str]]:
    """Sets of lower-case literals; every match holds at least one of each. The best set comes first.

    >>> [sorted(literals) for literals in needed(r"(?:venous|vessel)\\W+inva(?:sion|ded)|\\blvs?i\\b")]
    [['invaded', 'invasion', 'lvi', 'lvsi'], ['lvi', 'lvsi', 'venous', 'vessel']]
    """
    return _of(list(parser.parse(pattern, flags)))[0][:_SETS]


def ways(pattern: str, flags: int = 0) -> list[list[frozenset[str]]]:
    """The sets each alternative of an expression needs; every match is one of an alternative.

    >>> for sets in ways(r"\\b(?:(?:venous|vessel)\\W+inva(?:sion|ded)|lvs?i)\\b"):
    ...     print([sorted(literals) for literals in sets])
    [['invaded', 'invasion'], ['venous', 'vessel']]
    [['lvi', 'lvsi']]
    """
    found = _ways(list(parser.parse(pattern, flags)))
    if len(found) > _WAYS or not all(found):
        found = [_of(list(parser.parse(pattern, flags)))[0]]
    return [sets[:_SETS] for sets in found]


def _ways(items: list[tuple[Any, Any]]) -> list[list[frozenset[str]]]:
    kept = [(op, value) for op, value in items if op not in (c.AT, c.ASSERT_NOT)]
    if len(kept) == 1 and kept[0][0] is c.SUBPATTERN:
        return _ways(list(kept[0][1][-1]))
    if len(kept) == 1 and kept[0][0] is c.BRANCH:
        return [way for branch in kept[0][1][1] for way in _ways(list(branch))]
    return [_of(items)[0]]


#: The sets of a piece of an expression, and all its spellings if they are few.
_Piece = tuple[list[frozenset[str]], frozenset[str] | None]


def _of(items: list[tuple[Any, Any]]) -> _Piece:
    """A sequence: its best sets first (long literals, few of them)."""
    sets: list[frozenset[str]] = []
    run = frozenset(("",))
    complete = True

    def end() -> None:
        if min(map(len, run)) >= SHORTEST:
            sets.append(_shortest(run))

    for op, value in items:
        if op in (c.AT, c.ASSERT_NOT):
            continue  # takes no room: the run goes on
        inner, spellings = _inside(op, value)
        if op is c.ASSERT:
            sets += inner
            continue
        if spellings is None:
            sets += inner
            once = _repeated(op, value)
            if once is not None and len(run) * len(once) <= _SPELLINGS:
                run = frozenset(before + after for before in run for after in once)
            end()
            run, complete = once or frozenset(("",)), False
        elif len(run) * len(spellings) > _SPELLINGS:
            end()
            run, complete = spellings, False
        else:
            run = frozenset(before + after for before in run for after in spellings)
    end()
    sets = [found for found in dict.fromkeys(sets) if len(found) <= MOST]
    sets.sort(key=lambda s: min(_telling(s), 7) - len(s) / 12, reverse=True)
    return sets[:1] + [found for found in sets[1:] if _telling(found) > 1], run if complete else None


def _telling(found: frozenset[str]) -> int:
    """How much a set tells: the letters of its shortest literal."""
    return min(1 if literal in _COMMON else len(literal) for literal in found)


def _shortest(found: frozenset[str]) -> frozenset[str]:
    """The literals that hold none of the others."""
    return frozenset(a for a in found if not any(b in a for b in found if b != a))


def _letters(op: Any, value: Any) -> frozenset[str] | None:
    """The few lower-case characters one of which an item always matches, whatever the case."""
    found: set[str] = set()
    for kind, inner in [(op, value)] if op is c.LITERAL else value:
        if kind is c.LITERAL:
            found.add(chr(inner).lower())
        elif kind is c.RANGE and inner[1] - inner[0] < _SPELLINGS:
            found |= {chr(code).lower() for code in range(inner[0], inner[1] + 1)}
        else:
            return None
    return frozenset(found) if len(found) <= _SPELLINGS and all(map(str.isascii, found)) else None


def _inside(op: Any, value: Any) -> _Piece:
    """One item of a sequence."""
    if op in (c.LITERAL, c.IN):
        return [], _letters(op, value)
    if op is c.SUBPATTERN:
        return _of(list(value[-1]))
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        sets, spellings = _of(list(value[2]))
        if not value[0]:
            return [], spellings | {""} if spellings and value[1] == 1 else None
        return sets, spellings if value[:2] == (1, 1) else None
    if op is c.ATOMIC_GROUP:
        return _of(list(value))
    if op is c.ASSERT:
        return _of(list(value[1]))[0], frozenset(("",))
    if op is c.BRANCH:
        return _branches([_of(list(branch)) for branch in value[1]])
    return [], None


def _repeated(op: Any, value: Any) -> frozenset[str] | None:
    """Spellings of what stands one or more times: the run before ends with it, the next begins with it."""
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT) and value[0]:
        return _of(list(value[2]))[1]
    return None


def _branches(branches: list[_Piece]) -> _Piece:
    """Alternatives: from each its best set, then from each its next best."""
    sets = []
    if all(found for found, _ in branches):
        for rank in range(max(len(found) for found, _ in branches)):
            literals = [found[min(rank, len(found) - 1)] for found, _ in branches]
            sets.append(_shortest(frozenset().union(*literals)))
    spellings = [found for _, found in branches]
    if any(found is None for found in spellings):
        return sets, None
    every = frozenset().union(*(found for found in spellings if found is not None))
    return sets, every if len(every) <= MOST else None
