"""Whether a report speaks of what was coded, where no value was read or another one."""

from __future__ import annotations

import re
from functools import cache

from nenpath.qa.case import Case
from nenpath.qa.codes import data
from nenpath.qa.settings import judgement

_FIGURES = ("length", "percent")
_COUNTS = ("count", "rate")
_SENTENCE = re.compile(r"[.;](?=\s)")


def is_mentioned(case: Case) -> bool:
    """The report speaks of what was coded, yet no value was read; found only where there is the text."""
    if case.relation != "coded_not_stated" or case.text is None:
        return False
    if data()["fields"][case.name]["kind"] in _FIGURES:
        return case.remember(case.places()[:1])
    if data()["fields"][case.name]["kind"] == "tnm":
        match = says(case.name, str(case.coded.value)).search(case.text)
        return match is not None and case.remember([match.span()])
    words = _words_of(case.name)
    if words is None or (data()["fields"][case.name]["kind"] in _COUNTS and not _has_number(case)):
        return False
    absence = judgement()["absence"]
    near = absence["near"] if case.coded.value in (*absence["codes"], 0.0) else None
    for match in words.finditer(case.text):
        if near is None or _is_denied(case.text, match.span(), near):
            return case.remember([match.span()])
    return False


def _is_denied(text: str, span: tuple[int, int], near: int) -> bool:
    """Whether a word of absence stands in the sentence of a place, or on the line after a label."""
    before = _SENTENCE.split(text[max(0, span[0] - near) : span[0]])[-1].rpartition("\n")[2]
    below = text[span[1] : span[1] + 3 * near].split("\n")[:2]  # the answer of a label, the cell of a column
    after = _SENTENCE.split("\n".join([below[0][:near], *below[1:]]))[0]
    line = before + text[slice(*span)] + after
    words = judgement()["absence"]
    return bool(re.search(words["words"], line)) and not re.search(words["options"], line)


def _has_number(case: Case) -> bool:
    """The coded number stands somewhere, in digits or, where it is small, in words."""
    assert case.text is not None
    numbers = judgement()["absence"]["number_words"]
    spelled = [numbers[int(figure)] for figure in case.figures if figure in range(len(numbers))]
    return bool(case.places()) or any(re.search(rf"(?i)\b(?:{word})\b", case.text) for word in spelled)


@cache
def _words_of(name: str) -> re.Pattern[str] | None:
    words = judgement()["mentions"].get(name)
    return re.compile(words) if words else None


@cache
def says(name: str, value: str) -> re.Pattern[str]:
    """How a report would say a grade or a category of TNM; matches nothing for other fields."""
    if data()["fields"][name]["kind"] == "tnm":
        before = r"(?:T\S{1,4} ?)?(?:N\S{1,3} ?)?"
        plain = rf"(?i:(?<![a-z])[yrpc]{{0,3}}{before}{name[-1]} ?[=:]? ?{re.escape(value)}(?![a-z0-9]))"
        scanned = rf"|(?:p|T\d\S{{0,3}} ?){name[-1]}O(?![a-z])" if value == "0" else ""
        return re.compile(plain + scanned)
    return re.compile(judgement()["says"].get(name, {}).get(value, r"(?!)"))
