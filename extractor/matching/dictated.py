"""Measures as they are dictated: "one point eight by zero point five centimeters" is 1.8 by 0.5 cm."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.matching.edits import Edit
from extractor.matching.numbers import ONES, TENS, number

_ONE = "|".join(ONES[:9])
_DIGIT = f"(?:zero|oh|nought|{_ONE})"
_TEENS = "|".join(sorted(ONES, key=len, reverse=True))
_WHOLE = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{_ONE}))?|zero|nought|{_TEENS})"
#: What makes a number in words a decimal.
_POINT = rf"\s+point\s+(?P<decimals>{_DIGIT}(?:\s+{_DIGIT})?)|(?P<half>\s+and\s+a\s+half)"
_EACH = re.compile(rf"\b(?P<whole>{_WHOLE})(?:{_POINT})?", re.IGNORECASE)
#: A percentage below one, of which the zero is not spoken.
_POINT_ONLY = re.compile(rf"point\s+(?P<decimals>{_DIGIT}(?:\s+{_DIGIT})?)", re.IGNORECASE)
_PLAIN_POINT = re.sub(r"\?P<\w+>", "?:", _POINT)
_SIDE = rf"(?:(?<!at )\b{_WHOLE}(?:{_PLAIN_POINT})?|\d{{1,2}}(?:\.\d)?)"
_BELOW_ONE = rf"(?<!this )(?<!that )(?<!some )(?<!each )point\s+{_DIGIT}(?:\s+{_DIGIT})?"
_MEASURE = re.compile(
    rf"\b{_SIDE}(?:\s+(?:by|x|times)\s+{_SIDE}){{0,2}}[\s-]+(?:(?:centi|milli)met(?:er|re)s?|cm|mm)\b"
    rf"|\b(?:{_WHOLE}(?:{_PLAIN_POINT})|{_BELOW_ONE})(?=\s*(?:%|per\s?cent\b))",
    re.IGNORECASE,
)
#: Without one of these words there is no such measure.
_SPOKEN = re.compile(r"\spoint\s|\sa\s+half\s|(?:centi|milli)met", re.IGNORECASE)


def dictated(text: str) -> Iterator[Edit]:
    """The numbers in words of measures, and those with decimals of percentages, as digits.

    >>> said = "two by one point five centimeters, zero point eight percent, one percent, two and a half cm"
    >>> [edit.text for edit in dictated(said)]
    ['2', '1.5', '0.8', '2.5']
    """
    for measure in _MEASURE.finditer(text) if _SPOKEN.search(text) else ():
        if below := _POINT_ONLY.match(text, *measure.span()):
            yield Edit(*below.span(), f"0.{_digits(below['decimals'])}")
            continue
        for match in _EACH.finditer(text, *measure.span()):
            decimals = "5" if match["half"] else _digits(match["decimals"] or "")
            whole = str(_value(match["whole"]))
            yield Edit(match.start(), match.end(), f"{whole}.{decimals}" if decimals else whole)


def _digits(words: str) -> str:
    return "".join(str(_value(word)) for word in words.split())


def _value(word: str) -> int:
    return 0 if word.lower() in ("oh", "nought") else int(number(re.sub(r"[\s-]+", "-", word.lower())))
