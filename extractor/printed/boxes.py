"""Printed choices with a mark: only the option that was marked is left to read.

Forms print all answers of an item with a box before each ("[ ] G1  [x] G2", "(o) Present  (*) Absent").
Where one of them is marked, the others say nothing: their words are blanked, character for character, so
that no field can take one for a value. Choices without any mark stay as they are. Forms that have lines for
boxes ("X  G1   __ G2") are read alike, and the brackets round a number that was filled in ("[ 7 ] %") go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.printed.parted_marks import rejoined_marks

_BOX = re.compile(
    r"\[[ \t]{0,3}(?P<square>[xX*✓✔]?)[ \t]{0,3}\]|"
    r"\((?:[ \t]{1,3}|[ \t]?(?P<round>[xX*✓✔•oO])[ \t]?)?\)|(?P<sign>[☐□☒☑■])"
)
#: The same where lines stand for boxes: "X  G1   __ G2", "_x_ yes  ___ no".
_RULED = re.compile(
    r"(?:(?<![\w_])_{1,3}(?P<square>[xX✓✔])_{1,3}|(?<![\w_])(?<!\d )(?P<sign>[X✓✔])(?=\s{1,4}[<>≤≥\w])|"
    r"(?<!_)_{2,5}(?P<round>)(?=\s{1,4}[<>≤≥\w]|[A-Za-z]))(?![xX_])"
)
#: The same behind their options, the last one blank: "G1 __  G2 _x_  G3 __".
_RULED_BEHIND = re.compile(
    r"(?<![\w_])(?:_{1,3}(?P<square>[xX✓✔])_{1,3}|_{2,5}(?P<round>)(?P<sign>)?(?=\s))(?![\w_])|"
    r"(?<![\w_])_{2,5}\s*$"
)
_BEHIND = re.compile(r"[^_]*[^\W_][^_]*(?:_{1,3}[xX✓✔]_{1,3}|_{2,5})\s.*\w\s{1,3}_{2,5}\s*")
#: The same with single strokes, of which a line has two or more: "_ G1  X G2  _ G3", "no X  yes _".
_STROKE = re.compile(r"(?<!\S)(?:(?P<square>[xX])[xX]?|_{1,2}(?P<round>)(?P<sign>)?)(?!\S)")
_STROKES = re.compile(r"(?<!\S)_{1,2}(?!\S)")
_CROSSED = re.compile(r"(?<!\S)[xX]{1,2}(?!\S)")
_LINE = re.compile(r"(?<![\w_])_{2,5}(?:\s{1,4}[<>≤≥\w]|[A-Za-z])")
#: An option alone on its line behind such a place, with a cross or left blank.
_COLUMN = re.compile(
    r"[ \t]*(?:_{2,5}|_{1,3}[xX✓✔]_{1,3}|[X✓✔](?=[ \t]))[ \t]*(?:[A-Za-z]{1,5} ?[\dX][a-d]?:)?"
    r"[<>≤≥A-Za-z ](?:(?!\s{3})[^_:])*$"
)
_CROSS = re.compile(r"(?<![A-Za-z\d_])(?<!\d )[X✓✔](?![A-Za-z\d])|_[xX]_")
#: A number filled in between brackets.
_NUMBER = re.compile(r"\[[ \t]{1,4}(?:[<>≤≥~] ?)?\d{1,4}(?:[.,]\d{1,2})?(?: ?- ?\d{1,4})?[ \t]{1,4}\]")
_MAY_HOLD = re.compile(r"\[[ \txX*✓✔]{0,7}\]|\([ \txX*✓✔•oO]{0,3}\)|[☐□☒☑■]")
_FILLED = frozenset("xX*✓✔•☒☑■")
_RADIO = frozenset("oO")
#: What ends an option before the next box does: a wide gap, or the label of another item.
_ENDS = re.compile(r"\s{3,}(?=\S)|\s(?=(?:[A-Z][\w/-]* ?){1,4}:)")
_GAP = re.compile(r"\s{3,}\S")
#: A label, which may have a number, and nothing more stands before the first box of a line.
_LABEL = re.compile(r"\s*(?:[A-Z]?\d{1,2}(?:\.\d{1,2})?[.)]?\s)?[^.;]{0,60}")
#: The first option of a line whose boxes follow their options ("Invasion    Yes [x]   No [ ]").
_LED = re.compile(
    r".*\bgrad(?:e|ing)\s?:?\s{0,9}(?P<number>(?:G ?)?[1-4])\s{0,3}$|"
    r"(?:^|.*(?::|\s{2}))\s*(?P<option>[^\W\d](?:[^:\s]|\s(?!\s)){0,40})\s{0,3}$|"
    r".*\s(?P<answer>yes|y|no|n|present|absent|positive|negative|(?:not )?(?:identified|seen))\s{0,3}$",
    re.IGNORECASE,
)
#: An answer behind a wide gap, before the first box ("Margin      Involved [ ]   Clear [x]   by 4 mm").
_ANSWER_LED = re.compile(
    r"(?:\s{3}|\t|:)\s*(?:yes|no|(?:not )?(?:involved|identified|seen|present)|clear|free|absent|positive|"
    r"negative|complete|incomplete|uninvolved)\s{0,2}$",
    re.IGNORECASE,
)
#: An option alone on its line, before its box.
_OPTION = re.compile(r"(?:[^:\n]{1,60}:)?\s*(?P<option>[^\W\d_][^:\n]{0,70})$")
#: Options on lines of their own: at most so many lines between the marked one and another.
_REACH = 12
#: A form that is filled in has so many items with a mark; an item without says nothing.
_FILLED_IN = 3


@dataclass(frozen=True, slots=True)
class _Box:
    start: int
    end: int
    marked: bool
    #: Where its option's words end.
    until: int
    #: Whether it begins its line.
    first: bool


def chosen_only(text: str) -> str:
    """Blank the options that were not marked, where another one of the same item was.

    >>> chosen_only("GRADE: [ ] G1  [x] G2  [ ] G3")
    'GRADE:             G2        '
    >>> chosen_only("LVI:  (o) Present  (*) Not identified")
    'LVI:                   Not identified'
    >>> chosen_only("LVI  ( ) Present  (o) Absent"), chosen_only("[ ] Present  [ ] Absent")
    ('LVI                   Absent', '[ ] Present  [ ] Absent')
    >>> chosen_only("Grade:  X  G1   __ G2   __ G3"), chosen_only("Ki-67 [ 7 ] %")
    ('Grade:     G1                ', 'Ki-67   7   %')
    >>> chosen_only("3. Grade [ ] G1 [x] G2"), chosen_only("[x] nodes positive: (0) of (12)")
    ('3. Grade            G2', '[x] nodes positive: (0) of (12)')
    >>> chosen_only("  G1 (up to 2 %)  [ ]\\n  G2 (3 to 20 %)  [x]").split("\\n")
    ['                     ', '  G2 (3 to 20 %)     ']
    >>> chosen_only("Invasion   Yes [x]   No [ ]"), chosen_only("Depth: Submucosa ( )  Muscle (X)")
    ('Invasion   Yes             ', 'Depth:                Muscle    ')
    >>> chosen_only("Margin     Involved [ ]   Clear [X]   distance 4 mm")
    'Margin                    Clear       distance 4 mm'
    """
    text = rejoined_marks(text)
    text = _NUMBER.sub(lambda filled: f" {filled[0][1:-1]} ", text) if "[ " in text else text
    ruled = "_" in text and (_LINE.search(text) or _STROKES.search(text))
    if not ruled and _MAY_HOLD.search(text) is None:
        return text
    lines = list(_lines(text))
    filled_in = sum(len(boxes) > 1 and any(box.marked for box in boxes) for boxes in lines) >= _FILLED_IN
    chars: list[str] | None = None
    for number, boxes in enumerate(lines):
        chosen = [box.marked for box in boxes]
        if not boxes or not (
            any(chosen) or (len(boxes) > 1 and filled_in) or (boxes[0].first and _marked_near(lines, number))
        ):
            continue
        if len(boxes) == 1 and chosen[0] and not _near(lines, number):
            continue
        chars = chars or list(text)
        for box in boxes:
            until = box.end if box.marked else box.until
            chars[box.start : until] = " " * (until - box.start)
    return text if chars is None else "".join(chars)


def _lines(text: str) -> Iterator[list[_Box]]:
    """The boxes of each line; none where they are no boxes."""
    radio = _radio(text)
    start = 0
    lines = text.split("\n")
    columns = _columns(lines) if "_" in text else frozenset()
    for number, line in enumerate(lines):
        strokes = _STROKES.findall(line) if "_" in line else []
        if strokes and len(_CROSSED.findall(line)) == 1 and _begins_or_ends(line, len(strokes)):
            yield _boxes(line, start, True, _STROKE)
        elif number in columns:
            yield _boxes(line, start, True, _RULED)
        elif "_" in line and _LINE.search(line) and _CROSS.search(line):
            behind = _BEHIND.fullmatch(line) and _LED.fullmatch(line, 0, line.index("_"))
            yield _boxes(line, start, True, _RULED_BEHIND if behind else _RULED)
        else:
            yield _boxes(line, start, radio) if "[" in line or "(" in line or not line.isascii() else []
        start += len(line) + 1


def _columns(lines: list[str]) -> frozenset[int]:
    """Lines that are the options of an item, one below the other; none where an option goes on below."""
    found: set[int] = set()
    run: list[int] = []
    for number, line in enumerate([*lines, ""]):
        if _COLUMN.match(line) is not None:
            run.append(number)
            continue
        if len(run) > 1 and (":" in line or not line.lstrip()[:1].islower()):
            found |= set(run)
        run.clear()
    return frozenset(found)


def _begins_or_ends(line: str, strokes: int) -> bool:
    """Whether strokes and a cross are the boxes of a line: two strokes or more, or one at its end or "
    "begin."""
    if strokes > 1:
        return True
    answers = line.rpartition(":")[2].split()
    return len(answers) == 4 and sum(bool(re.fullmatch(r"_{1,2}|[xX]{1,2}", word)) for word in answers) == 2


def _radio(text: str) -> bool | None:
    """Whether "(o)" is marked: beside "( )" it is, beside "(*)" it is not; None if that cannot be told."""
    found = {(match["round"] or " ") for match in _BOX.finditer(text) if match[0].startswith("(")}
    if found & _FILLED:
        return False
    return True if " " in found else None


def _boxes(line: str, start: int, radio: bool | None, box: re.Pattern[str] = _BOX) -> list[_Box]:
    found = [m for m in box.finditer(line) if radio is not None or m["round"] not in _RADIO]
    if not found or not _LABEL.fullmatch(line, 0, found[0].start()):
        return []
    if not line[found[-1].end() :].strip() or _set_apart(line, found):
        return list(_following(line, start, radio, found)) if len(found) > 1 else _behind(line, start, found)
    boxes = []
    for place, match in enumerate(found):
        after = found[place + 1].start() if place + 1 < len(found) else len(line)
        words = after - len(line[match.end() : after].lstrip())
        ends = _ENDS.search(line, words, after)
        mark = match["square"] or match["round"] or match["sign"]
        marked = radio is True if mark in _RADIO else mark in _FILLED
        until = ends.start() if ends else after
        first = not line[: match.start()].strip(" \t-*•")
        boxes.append(_Box(start + match.start(), start + match.end(), marked, start + until, first))
    return boxes


def _behind(line: str, start: int, found: list[re.Match[str]]) -> list[_Box]:
    """The square box behind the only option of its line: "  G1 (less than 2 mitoses)   [ ]"."""
    box = found[0]
    option = _OPTION.match(line, 0, box.start())
    if option is None or box["square"] is None:
        return []
    marked = box["square"] in _FILLED
    begin = box.start() if marked else option.start("option")
    return [_Box(start + begin, start + box.end(), marked, start + box.end(), first=True)]


def _set_apart(line: str, found: list[re.Match[str]]) -> bool:
    """Whether another item stands behind boxes that follow their options, behind a wide gap."""
    lead = line[: found[0].start()]
    if len(found) < 2 or _GAP.match(line, found[-1].end()) is None:
        return False
    return (":" in lead and lead.rpartition(":")[2].strip() != "") or _ANSWER_LED.search(lead) is not None


def _following(line: str, start: int, radio: bool | None, found: list[re.Match[str]]) -> Iterator[_Box]:
    """Boxes that stand behind their options; an option goes with its box."""
    led = _LED.fullmatch(line, 0, found[0].start())
    if led is None:
        return
    option = next(led.start(name) for name in ("number", "option", "answer") if led[name])
    for match in found:
        if not any(char.isalnum() for char in line[option : match.start()]):
            return
        mark = match["square"] or match["round"] or match["sign"]
        marked = radio is True if mark in _RADIO else mark in _FILLED
        begin = match.start() if marked else option
        yield _Box(start + begin, start + match.end(), marked, start + match.end(), first=False)
        option = match.end()


def _near(lines: list[list[_Box]], number: int) -> list[_Box]:
    """The boxes that begin the lines around one that a box begins, as far as no other line parts them."""
    found = []
    for step in (-1, 1):
        at = number + step
        while 0 <= at < len(lines) and abs(at - number) <= _REACH and lines[at] and lines[at][0].first:
            found.append(lines[at][0])
            at += step
    return found


def _marked_near(lines: list[list[_Box]], number: int) -> bool:
    return any(box.marked for box in _near(lines, number))
