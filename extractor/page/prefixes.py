"""What stands before nearly every line: its number, a bullet, a quotation's mark, the name of a field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extractor.matching import shapes
from extractor.matching.edits import Edit

_LINE = re.compile(r"^[ \t]*(?=\S)[^\n]*", re.MULTILINE)
_DIGITS = re.compile(r"\d+")
#: "12.", "(12)", "[12]", "0012", "12 |" - the number of a line, if the lines are counted.
_NUMBER = re.compile(
    r"[ \t]*(?:line |ln\.? ?|l)?[(\[]?(?P<number>\d{1,5})"
    r"(?:\s?[|>]|[.):\]-]{1,2}(?=\D)|[.):\]-]{0,2}(?=\s|$))[ \t]?",
    re.IGNORECASE,
)
#: Marks that may stand before all lines.
_BULLETS = frozenset("-*•+·>|#–o")
_BULLET = re.compile(r"[ \t]*(?P<bullet>[-*•+·>|#–]|o(?=[ \t]))[ \t]?")
#: A field's name, a station of a message, a sender before each line: letters, ended by a sign.
_NAME = re.compile(r"[ \t]*(?P<name>[A-Za-z0-9][\w.-]{0,20}(?:\|[\w^.-]{0,12}){0,4}[|>:#$]{1,3})[ \t]?")
#: Fewest lines of such a page; so many in a hundred begin so.
_FEWEST, _SHARE = 8, 85
#: Fewest lines whose numbers or bullets may mean nothing: a list has fewer items.
_LONG, _LABELLED = 20, 3
#: So many in a hundred lines have the number after that of the line before, or one of the next few.
_COUNTED, _NEXT = 90, 4
#: Headings of a report, and how many of them with a bullet tell that the bullets mean nothing.
_HEADING = re.compile(
    r"\W*(?:[A-Z][A-Za-z]+ ){0,2}"
    r"(?i:diagnos[ie]s|description|history|report|specimens?|gross|microscopic|comments?)\b[^.]{0,20}$"
)
_HEADINGS = 2
#: A finding in small letters that is an item by itself.
_ITEM = re.compile(r"(?:no|not|negative|positive|benign|absent|present)\b")
#: A bullet of its own: so much of a page's width does a line before it leave empty, in a hundred.
_FILLED = 60


def edits(text: str) -> Iterator[Edit]:
    """Take the prefix from the lines of a page on which nearly all have the same one, or are counted.

    >>> page = "\\n".join(f"{n}. {word}: free" for n, word in enumerate(["nodes", "ends"] * 4))
    >>> [page[e.start : e.end] for e in edits(page)][-2:]
    ['6. ', '7. ']
    """
    signs = [_first(line) for line in text.split("\n") if line and not line.isspace()]
    if len(signs) < _FEWEST:
        return
    first, count = Counter(signs).most_common(1)[0]
    if count * 2 <= len(signs):
        return
    lines = list(_LINE.finditer(text))
    if first in _BULLETS:
        yield from _bullets(lines, first)
    elif first == "0" and (numbers := list(_numbers(lines))):
        yield from numbers
    else:
        yield from _names(lines)


def _first(line: str) -> str:
    """A line's first sign; any digit, in brackets too, counts as one."""
    words = line.lstrip()
    sign = words[1:2] if words[0] in "([" else words[0]
    return "0" if sign.isdigit() else words[0]


def _numbers(lines: Sequence[re.Match[str]]) -> Iterator[Edit]:
    """The numbers of counted lines, not those of a report's parts."""
    found = [(line, number) for line in lines if (number := _NUMBER.match(line[0]))]
    if (
        _of_a_form(lines)
        and len(found) * 100 >= _SHARE * len(lines)
        and _counted([int(n["number"]) for _, n in found])
    ):
        for line, number in found:
            yield Edit(line.start(), line.start() + number.end(), "")


def _of_a_form(lines: Sequence[re.Match[str]]) -> bool:
    """Whether lines are those of a page, with labels, and not the few of a list of findings."""
    return len(lines) >= _LONG or sum(":" in line[0] for line in lines) >= _LABELLED


def _counted(numbers: Sequence[int]) -> bool:
    """Whether each number is one of the next few after the one before."""
    steps = [two - one for one, two in pairwise(numbers)]
    return sum(0 < step <= _NEXT for step in steps) * 100 >= _COUNTED * len(steps)


def _bullets(lines: Sequence[re.Match[str]], bullet: str) -> Iterator[Edit]:
    """The bullets of all lines; headings and lines that go on have them too.

    A list has items only: they begin with small letters, or other lines stand between them.
    """
    marked = [line for line in lines if _first(line[0]) == bullet]
    others = sum(_first(line[0]).isalpha() for line in lines) if bullet != "o" else len(lines) - len(marked)
    if len(marked) < _FEWEST or others * 100 > (100 - _SHARE) * len(lines):
        return
    read = [
        (line, match) for line in lines if (match := _BULLET.match(line[0])) and match["bullet"] == bullet
    ]
    small = sum(line[0][match.end() :].lstrip()[:1].islower() for line, match in read)
    headings = sum(_HEADING.match(line[0], match.end()) is not None for line, match in read)
    if headings < _HEADINGS and small * 2 > len(read):
        return
    if bullet != ">" and not _of_a_form(lines):
        return  # a list of findings
    width = sorted(len(line[0]) for line in lines)[int(len(lines) * 0.9)]
    before = ""
    for line in lines:
        match = _BULLET.match(line[0])
        if match and match["bullet"] == bullet:
            words = line[0][match.end() :].lstrip()
            goes_on = len(before) * 100 >= _FILLED * width or shapes.open_ended(before)
            meant = not goes_on and (headings < _HEADINGS or _ITEM.match(words))
            if not words[:1].islower() or not meant:
                yield Edit(line.start(), line.start() + match.end(), "")
        before = line[0].rstrip()


def _names(lines: Sequence[re.Match[str]]) -> Iterator[Edit]:
    """The same words before all lines; a number in them may count the lines."""
    few = [_folded(line[0]) for line in lines[:_FEWEST]]
    name, count = Counter(few).most_common(1)[0]
    if name is None or count * 2 < len(few):
        return
    found = [(line, match) for line in lines if _folded(line[0]) == name and (match := _NAME.match(line[0]))]
    if len(found) * 100 >= _SHARE * len(lines):
        for line, match in found:
            yield Edit(line.start(), line.start() + match.end(), "")


def _folded(line: str) -> str | None:
    """A line's leading name with any number for its numbers."""
    match = _NAME.match(line)
    return _DIGITS.sub("0", match["name"]) if match else None
