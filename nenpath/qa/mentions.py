"""Whether a report speaks of what was coded: the words of a field, and the stretches of text around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import cache

from nenpath.qa.case import Case
from nenpath.qa.codes import data
from nenpath.qa.settings import judgement

_NUMBERS = ("percent", "count", "rate")
_SENTENCE = re.compile(r"(?<!\.)[.;](?=\s)")  # no dots that lead from a label to its answer
#: What stands behind a heading or a label on its line when the answer stands below.
_UNANSWERED = re.compile(r"[^\d:=;.?|]*[:=?]?[\s._]*")
_COUNT = re.compile(r"(?<![A-Za-z\d.,-])\d{1,2}(?![A-Za-z\d])")
#: Prose wraps after lines of at least so many characters; narrow columns earlier, within a sentence.
_WRAPPED, _NARROW = 50, 30

Span = tuple[int, int]


def is_mentioned(case: Case) -> bool:
    """The report speaks of what was coded, yet no value was read; found only where there is the text."""
    if case.relation != "coded_not_stated" or case.text is None:
        return False
    kind = data()["fields"][case.name]["kind"]
    if kind == "length":
        return case.remember(case.places()[:1])
    if kind == "tnm":
        match = says(case.name, str(case.coded.value)).search(case.text)
        return match is not None and case.remember([match.span()])
    if kind in _NUMBERS and case.figures:
        return case.remember(stated_places(case)[:1])
    words = words_of(case.name)
    if words is None:
        return False
    is_absence = case.coded.value in (*judgement()["absence"]["codes"], 0.0)
    for match in words.finditer(case.text):
        if not is_absence or _is_denied(case.text, match.span()):
            return case.remember([match.span()])
    return False


def stated_places(case: Case) -> list[Span]:
    """Where the coded number stands, in digits or in a word, near the words of its field."""
    spelled = in_words(case.figures)
    found: list[Span] = []
    for start, end in stretches(case):
        found += case.numbers(start, end)
        if spelled is not None and case.text is not None:
            found += [match.span() for match in spelled.finditer(case.text, start, end)]
    return found


def stretches(case: Case) -> Iterator[Span]:
    """The text around each place of the field's words: their sentence, or the cells of their column."""
    words = words_of(case.name)
    if words is None or case.text is None:
        return
    near = judgement()["absence"]["near"]
    for match in words.finditer(case.text):
        yield _begin(case.text, match.start(), near), _end(case.text, match.end(), 2 * near)
        yield from _cells_below(case.text, match.start())


def is_sum(case: Case) -> bool:
    """The coded count is the one that was read and one or two more that stand near the words of its field."""
    if case.number is None or case.read is None:
        return False
    text = case.text or ""
    near = " ".join(text[start:end] for start, end in stretches(case))
    figures = {int(figure) for figure in _COUNT.findall(near)}
    for figure in range(len(judgement()["absence"]["number_words"])):
        word = in_words({figure})
        if word is not None and word.search(near):
            figures.add(figure)
    more = case.number - case.read
    return more > 0 and any(more == one or more - one in figures for one in figures)


def _begin(text: str, place: int, near: int) -> int:
    """Where the sentence of a place begins, not more than ``near`` characters before it."""
    begin = max(0, place - near)
    for match in _SENTENCE.finditer(text, begin, place):
        begin = match.end()
    line = text.rfind("\n", begin, place)
    if line >= 0 and not _is_wrapped(text, line):
        begin = line + 1
    return begin


def _end(text: str, place: int, near: int) -> int:
    """Where the sentence of a place ends; what is below a heading reaches to the next empty line."""
    line = text.find("\n", place)
    if line >= 0 and not _is_wrapped(text, line) and _UNANSWERED.fullmatch(text, place, line):
        blank = re.compile(r"\n\s*\n").search(text, line + 1, line + near)
        return blank.start() if blank else min(len(text), line + near)
    match = _SENTENCE.search(text, place, place + near)
    end = match.start() if match else min(len(text), place + near)
    return end if line < 0 or line > end or _is_wrapped(text, line) else line


def _is_wrapped(text: str, line_break: int) -> bool:
    """Whether a line of prose goes on behind its break."""
    line = text[text.rfind("\n", 0, line_break) + 1 : line_break].rstrip()
    least = _NARROW if text[line_break + 1 : line_break + 2].islower() else _WRAPPED
    return len(line) >= least and line[-1:] not in ".:;" and "|" not in line and "   " not in line


def _cells_below(text: str, place: int) -> Iterator[Span]:
    """The cells below a heading in a table whose columns are parted by bars."""
    start = text.rfind("\n", 0, place) + 1
    column = text.count("|", start, place)
    end = text.find("\n", place)
    bars = text.count("|", start, end if end >= 0 else len(text))
    while bars >= 2 and end >= 0:
        start = end + 1
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        if line.count("|") != bars:
            return
        before = start + sum(len(cell) + 1 for cell in line.split("|")[:column])
        yield before, before + len(line.split("|")[column])


def _is_denied(text: str, span: Span) -> bool:
    """Whether a word of absence stands in the sentence of a place, or on the line after a label."""
    words = judgement()["absence"]
    near = words["near"]
    before = _SENTENCE.split(text[max(0, span[0] - near) : span[0]])[-1].rpartition("\n")[2]
    below = text[span[1] : span[1] + 3 * near].split("\n")[:2]  # the answer of a label, the cell of a column
    after = _SENTENCE.split("\n".join([below[0][:near], *below[1:]]))[0]
    line = before + text[slice(*span)] + after
    if re.search(words["words"], line) and not re.search(words["options"], line):
        return True
    return any(re.search(words["words"], text[slice(*cell)]) for cell in _cells_below(text, span[0]))


def in_words(figures: Set[float]) -> re.Pattern[str] | None:
    """Small numbers as words."""
    numbers = judgement()["absence"]["number_words"]
    words = [numbers[int(figure)] for figure in figures if figure in range(len(numbers))]
    return re.compile(rf"(?i)\b(?:{'|'.join(words)})\b") if words else None


@cache
def words_of(name: str) -> re.Pattern[str] | None:
    """Words without which a report does not state a field."""
    words = judgement()["mentions"].get(name)
    return re.compile(words) if words else None


@cache
def says(name: str, value: str) -> re.Pattern[str]:
    """How a report would say a grade or a category of TNM; matches nothing for other fields."""
    if data()["fields"][name]["kind"] == "tnm":
        before = r"(?:T\S{1,4} ?)?(?:N\S{1,3} ?)?"
        perineural = r"(?!Pn)" if name == "pN" else ""
        category = rf"{name[-1]} ?[=:]? ?{re.escape(value)}(?![a-z0-9])"
        plain = rf"{perineural}(?i:(?<![a-z])[yrpc]{{0,3}}{before}{category})"
        scanned = rf"|(?:p|T\d\S{{0,3}} ?){name[-1]}O(?![a-z])" if value == "0" else ""
        return re.compile(plain + scanned)
    return re.compile(judgement()["says"].get(name, {}).get(value, r"(?!)"))
