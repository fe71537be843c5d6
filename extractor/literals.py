"""Literals that a match of a regular expression needs, read from its parse tree.

A sequence gives runs of letters; where a run is short it grows by the few choices of a class ("T[1-4]"), an
optional letter or a branch of words. Of all sets of a sequence the one of few and long literals is taken.
"""

from __future__ import annotations

from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: Shortest literal worth looking for, and most alternatives of one expression.
SHORTEST, MOST = 2, 120
#: Single characters worth looking for, and most texts that a run of small choices makes.
_RARE: Final = frozenset('/%()[]<>=+:_|#*&~^"')
_BRACKETS: Final = frozenset("():")
_CHOICES: Final = 24


def literals(pattern: str, flags: int = 0) -> frozenset[str] | None:
    """Lower-case literals of which every match holds at least one; None if there are none worth it.

    >>> sorted(literals(r"(?:lympho|angio)?vascular\\s+invasion"))
    ['vascular']
    >>> sorted(literals(r"\\b(?:no|absen(?:t|ce))\\b \\d+ tumou?rs?"))
    [' tumo']
    >>> literals(r"[a-z]+\\d?") is None
    True
    """
    found = _of(list(parser.parse(pattern, flags)))
    return found if found and len(found) <= MOST else None


def _of(items: list[tuple[Any, Any]]) -> frozenset[str] | None:
    """The best set of a sequence: long literals, few of them."""
    sets: list[frozenset[str]] = []
    run = {""}

    def end() -> None:
        nonlocal run
        if all(len(text) >= SHORTEST or text in _RARE for text in run):
            sets.append(frozenset(text for text in run if not any(o in text for o in run if o != text)))
        run = {""}

    for op, value in items:
        if op in (c.AT, c.ASSERT_NOT):
            continue  # takes no room: the run goes on
        choices, whole = _choices(op, value) or (None, False)
        # A run that is long enough grows by letters and pairs only: more choices would make more literals.
        if choices and (
            len(choices) == 1 or min(map(len, run)) <= SHORTEST or (op is c.IN and len(choices) == 2)
        ):
            if len(run) * len(choices) > _CHOICES:
                end()
            run = {text + choice for text in run for choice in choices}
            if whole:
                continue
        end()
        inner = _inside(op, value)
        if inner:
            sets.append(inner)
    end()
    return max(sets, key=_worth, default=None)


def _worth(found: frozenset[str]) -> float:
    """How seldom a text holds one of a set: long literals, few of them; a bracket is more common than "%"."""
    return min(min(map(len, found)), 7) - len(found) / 12 - 0.1 * (not found.isdisjoint(_BRACKETS))


def _choices(op: Any, value: Any) -> tuple[set[str], bool] | None:
    """The few lower-case texts one of which an item's match begins with; whether that is all of it."""
    if op is c.LITERAL:
        char = chr(value).lower()
        return ({char}, True) if char.isascii() else None
    if op is c.IN:
        return _class(value)
    if op in (c.MAX_REPEAT, c.MIN_REPEAT) and len(value[2]) == 1:
        least, most, (item,) = value
        choices, whole = _choices(*item) or (None, False)
        if choices and whole and least <= 1:
            return choices | ({""} if least == 0 else set()), most == 1
        return None
    if op is c.SUBPATTERN and len(value[-1]) == 1:
        return _choices(*value[-1][0])
    if op is c.BRANCH:
        found: set[str] = set()
        for branch in value[1]:
            texts = [_choices(*item) for item in branch]
            if not texts or any(t is None or len(t[0]) > 1 or not t[1] for t in texts):
                return None
            found.add("".join(next(iter(t[0])) for t in texts if t))
        return (found, True) if len(found) <= _CHOICES else None
    return None


def _class(members: list[tuple[Any, Any]]) -> tuple[set[str], bool] | None:
    """The characters of a small class."""
    found: set[str] = set()
    for op, value in members:
        if op is c.LITERAL:
            found.add(chr(value).lower())
        elif op is c.RANGE and value[1] - value[0] < _CHOICES:
            found |= {chr(code).lower() for code in range(value[0], value[1] + 1)}
        elif op is c.CATEGORY and value is c.CATEGORY_DIGIT:
            found |= set("0123456789")
        else:
            return None
    return (found, True) if len(found) <= _CHOICES and all(map(str.isascii, found)) else None


def _inside(op: Any, value: Any) -> frozenset[str] | None:
    if op is c.SUBPATTERN:
        return _of(list(value[-1]))
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return _of(list(value[2])) if value[0] else None
    if op is c.ATOMIC_GROUP:
        return _of(list(value))
    if op is c.ASSERT:
        return _of(list(value[1]))
    if op is c.BRANCH:
        found: set[str] = set()
        for branch in value[1]:
            inner = _of(list(branch))
            if not inner:
                return None
            found |= inner
        return frozenset(found) if len(found) <= MOST else None
    return None
