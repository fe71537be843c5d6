"""TNM codes in a report: ``pT2N1M0``, ``T3, N1a, MX``, ``ypT3 pN0 (0/12)``, ``Primary Tumor (pT): pT3: ...``.

The expressions are ``patterns/tnm.toml``.

Codes are looked for in the clean text, across line breaks, since forms and scanners break them at will.
A code counts when it is prefixed (pT2), stands in a row with another (T2 N0), or follows a label that
announces it (``Primary tumor: T2``); a lone ``T2`` is as likely a vertebra or a magnetic resonance image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.staging.code import Code, code_of, value_of
from extractor.staging.lookalikes import (
    in_scrawl,
    is_block,
    is_broken,
    is_letter,
    is_noise,
    is_word,
    is_word_no,
)
from extractor.staging.options import options

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: How far below its head a table's row may stand, and how far to the left of it the column of the grade.
_TABLE_REACH, _HEAD = 900, 100
#: A value so long ("1b") is no word in capitals.
_SUBDIVIDED = 2
#: Values of an N that makes a row with an M alone, and how long the M is with what parts them.
_PLAIN, _NEAR = frozenset("xX0O123"), 6
#: What scanners make of the "p" before a T.
_SLIPS = ("n", "o", "T")
#: The other one of two parts of a category that an author leaves open.
_EITHER = re.compile(r"\s?/\s?(?:p?T?[1-4])?[a-d]\b")
_TON = re.compile(r"TON\b|T[il1]ON\b", re.IGNORECASE)
#: Codes of a row without the third, and how far before a code what announces it may stand.
_PAIR, _BEFORE = 2, 160


def _row(first: re.Match[str], letters: str, text: str, words: FieldPatterns) -> list[re.Match[str]]:
    """A code and those of the given letters that follow it."""
    found = [first]
    other = _EITHER.match(text, first.end("value"))
    at = first.end("value") if other is None else other.end()
    for letter in letters:
        after = words[f"next-{letter}"].match(text, at)
        if after is None or is_word_no(after, text, words) or is_broken(after):
            if letter == "N":
                continue
            break
        found.append(after)
        at = after.end("value")
    return found


def _rows(text: str, words: FieldPatterns, spoilt: list[re.Match[str]]) -> Iterator[Code]:
    """Codes that stand in a row, begun by a T; or an N and an M whose T was not read."""
    for first in [*words["prefixed-T"].finditer(text), *words["bare-T"].finditer(text), *spoilt]:
        if first["prefix"] or not _TON.match(text, first.start("letter")):  # the end of "station 1"
            yield from _row_of(first, text, words)
    for first in words["bare-N"].finditer(text):
        if first["value"] in _PLAIN and len(found := _row(first, "M", text, words)) > 1:
            after = found[1]
            if after["value"] in "xX0O" and len(after[0]) <= _NEAR and "W" not in after["letter"]:
                yield from (code_of(each, row=True, announced=False) for each in found)


def _row_of(first: re.Match[str], text: str, words: FieldPatterns) -> Iterator[Code]:
    """The row that a T begins; its prefix holds for all that have none."""
    found = _row(first, "NM", text, words)
    word = len(found) == _PAIR and all(map(is_word, found)) and len(first["value"]) < _SUBDIVIDED
    twice = words["next-M"].match(text, found[-1].end("value")) if len(found) == _PAIR else None
    if twice is not None and found[1]["letter"] == "M" and twice["letter"] == "M":
        # "T3 M0 MX": the first M is a misprinted N
        yield replace(code_of(found[1], row=True, announced=False), letter="N", repaired=True)
        found[1] = twice
    if word or len(found) == 1:
        return
    shared = code_of(first, row=True, announced=False).prefix
    for each in found:
        code = code_of(each, row=True, announced=False)
        yield code if code.prefix else replace(code, prefix=shared)


def _without_letters(text: str, words: FieldPatterns) -> Iterator[re.Match[str]]:
    """Categories whose letters stand in a label or in the head of a table."""
    if "TNM" not in text:
        return
    yield from words["numbers"].finditer(text)
    if head := words["table"].search(text):
        graded = "Grade" in text[max(0, head.start() - _HEAD) : head.start()]
        plain = "(T)" in text[head.start() : head.end() + 5]
        rules = ["table-row-told"] + ["table-row-graded"] * graded + ["table-row"] * plain
        for rule in rules:
            if row := words[rule].search(text, head.end(), head.end() + _TABLE_REACH):
                yield row
                break


class _Codes:
    """The codes of a report, each place once."""

    def __init__(self, document: Document) -> None:
        self.text, self.words = document.text.clean, document.patterns("tnm")
        self.found: dict[tuple[int, str], Code] = {}
        self._marked = options(document).marked

    def read(self) -> None:
        """Find the codes: what is surer comes first, and stays."""
        self._in_rows()
        for letter in "TNM":
            self._prefixed(letter)
            self._bare(letter)
            if letter == "N":
                self._unread()
            self._labelled(letter)
        self._misprinted()
        self._without_letters()

    def _add(self, letter: str, match: re.Match[str], *, announced: bool) -> None:
        self._keep(letter, match.end("value"), code_of(match, row=False, announced=announced))

    def _keep(self, letter: str, end: int, code: Code) -> None:
        self.found.setdefault((end, letter), code)

    def _in_rows(self) -> None:
        """Codes beside others, and a T whose letter was spoilt."""
        spoilt = list(self.words["spoilt-T"].finditer(self.text))
        for code in _rows(self.text, self.words, spoilt):
            key = (code.end, code.letter)
            if key not in self.found or len(code.prefix) > len(self.found[key].prefix):
                self.found[key] = code
        for match in spoilt:
            if match["prefix"]:
                self._add("T", match, announced=False)

    def _prefixed(self, letter: str) -> None:
        """Codes with a prefix."""
        for match in self.words[f"prefixed-{letter}"].finditer(self.text):
            if not (is_noise(match, self.text, self.words) or is_block(match, self.text, self.words)):
                self._add(letter, match, announced=False)

    def _bare(self, letter: str) -> None:
        """Codes without a prefix, where something announces them."""
        for match in self.words[f"bare-{letter}"].finditer(self.text):
            if (match.end("value"), letter) in self.found:
                continue
            before = self._before(letter, match)
            told = self._is_told(letter, match, before)
            if (is_letter(match) and not told) or self._is_other(letter, match, before):
                continue
            if match[0] in ("NX", "MX"):
                self._add(letter, match, announced=False)
            elif told or self.words[f"announced-{letter}"].search(before[-70:]):
                self._add(letter, match, announced=True)

    def _before(self, letter: str, match: re.Match[str]) -> str:
        """What stands before a code, without what a scanner made of the p before a T."""
        slip = letter == "T" and self.text[match.start() - 1 : match.start()] in _SLIPS
        at = match.start() - slip
        return self.text[max(0, at - _BEFORE) : at]

    def _is_told(self, letter: str, match: re.Match[str], before: str) -> bool:
        """Whether a form's mark, a label or a definition tells that it is a code."""
        if match.start("letter") in self._marked:
            return True
        labels = ("classified", "own-label", "form-gap", f"defined-{letter}")
        return (
            any(self.words[rule].search(before) for rule in labels)
            or self._by_hand(letter, match, before)
            or self.words["definition"].match(self.text[match.end() : match.end() + 40]) is not None
            or self._in_brackets(match, before)
        )

    def _by_hand(self, letter: str, match: re.Match[str], before: str) -> bool:
        """Whether an N before an M, or an M, was filled in by hand."""
        row = letter == "M" or self.text[match.end() : match.end() + 2].strip()[:1] == "M"
        return letter != "T" and row and self.words["by-hand"].search(before) is not None

    def _in_brackets(self, match: re.Match[str], before: str) -> bool:
        """Whether a label in brackets stands before a code that is not the word "no"."""
        if self.words["bracket-label"].search(before) is None:
            return False
        return self.words["word-no"].match(self.text, match.end("value")) is None

    def _is_other(self, letter: str, match: re.Match[str], before: str) -> bool:
        """Whether it belongs to a weight, a group of nodes, a block or a stage in Roman numerals."""
        words, text, end = self.words, self.text, match.end()
        if words["weighted"].match(text, end):
            return True
        if match["value"] in "IlL" and words["roman-stage"].search(before):
            return True
        if letter != "N":
            return False
        if words["node-group"].match(text, end) or words["block-key"].match(text, end):
            return True
        return words["names-block"].search(before[-60:]) is not None

    def _unread(self) -> None:
        """An N whose value was not read as a digit."""
        for match in self.words["unread-N"].finditer(self.text):
            start, end = match.start("prefix"), match.end("one" if match["one"] else "value")
            value, prefix = "1" if match["one"] else "0", match["prefix"].lower()
            self.found[end, "N"] = Code("N", value, prefix, start, end, False, True, True)

    def _labelled(self, letter: str) -> None:
        """Codes behind the label of their category."""
        for match in self.words[f"labelled-{letter}"].finditer(self.text):
            if is_letter(match) and (not match["prefix"] or letter == "T"):
                continue
            if match["prefix"] or not in_scrawl(match, self.text):
                self._add(letter, match, announced=True)

    def _misprinted(self) -> None:
        """Codes of which the letter or the digit was lost in print, and is clear from what is beside."""
        for match in self.words["meant"].finditer(self.text):
            letter = "M" if match["M"] else "N"
            value = value_of(letter, match[letter][-1])
            code = Code(letter, value, "p", match.start(letter), match.end(), False, True, True)
            self._keep(letter, match.end(), code)
        for match in self.words["merged-T3"].finditer(self.text):
            value, (start, end) = f"3{match['value']}", match.span()
            code = Code("T", value, match["prefix"], start, end, row=True, announced=False, repaired=True)
            self._keep("T", end, code)

    def _without_letters(self) -> None:
        """Categories of which only the values are written."""
        for numbers in _without_letters(self.text, self.words):
            for letter, written in numbers.groupdict().items():
                if written is not None:
                    value, (start, end) = value_of(letter, written), numbers.span(letter)
                    code = Code(letter, value, "p", start, end, row=True, announced=True, repaired=False)
                    self._keep(letter, end, code)


@lru_cache(maxsize=2)
def codes(document: Document) -> tuple[Code, ...]:
    """Every T, N and M code of a report, each place once, in order."""
    if re.search(r"[TNM]", document.text.clean) is None:
        return ()
    reader = _Codes(document)
    reader.read()
    return tuple(sorted(reader.found.values(), key=lambda c: c.start))
