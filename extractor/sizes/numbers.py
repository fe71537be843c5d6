"""The numbers of a dimension: its sides as printed or as a scanner left them, in millimeters."""

from __future__ import annotations

import re

from extractor.matching.numbers import number

#: Beyond this a dimension is a specimen's, or has lost its decimal point.
IMPLAUSIBLE_MM = 400.0
#: Letters that scanners read for digits.
ONE = str.maketrans("IlOo", "1100")
_WORD = re.compile(r"[a-z]{3,}", re.IGNORECASE)
_STRAY_POINT = re.compile(r"^([\dIl])[. ] ?(\d)$")
#: Words between the sides, in which a letter is no digit ("7.7 cm wide x 3.9 cm").
_BETWEEN = re.compile(r"\b(?!cm|mm)[A-Za-z]{3,}\b|\b[SMA]-?[ILP]\b")
_TEN = re.compile(r"[1Il] 0$")
#: So many times another side is ten times it, as far as sides differ.
_TENFOLD = 8
#: A side whose point may be lost between its digits.
_WHOLE = re.compile(r"[1-9][1-9]")
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?|[.,]\d+)(?: ?(cm|mm))?", re.IGNORECASE)
#: A range of two numbers.
RANGE = re.compile(r"\d\s?-\s?\d")
#: Where a tumor lies in a long organ: "28 to 33 cm".
_SPAN = re.compile(r"\s*(?:1[5-9]|[2-4]\d)\s?to\s?[1-4]\d\s*")


def millimeters(numbers: str, unit: str) -> float | None:
    """The greatest side in millimeters; None where none is plausible.

    >>> millimeters("2.5 x 22 x 2.0", "cm") is None  # 22 or 2.2
    True
    >>> millimeters("2.6 cm long x 0.4", "cm"), millimeters("23 x 18", "mm"), millimeters("28 to 33", "cm")
    (26.0, 23.0, None)
    """
    # "2. 7" and "2 7" are 2.7 whose point strayed or was lost.
    if _WORD.fullmatch(numbers):
        numbers = str(number(numbers))
    if unit.lower().startswith("c") and _SPAN.fullmatch(numbers):
        return None
    if _TEN.match(numbers):
        return None  # "1 0" is 10 as well as 1.0
    numbers = (
        _STRAY_POINT.sub(r"\1.\2", _BETWEEN.sub(" ", numbers))
        .translate(ONE)
        .replace("..", ".")
        .replace(",,", ",")
    )
    if _one_far_larger(numbers):
        return None
    values, scale = [], unit.lower()
    centimeters = scale.startswith("c")
    for each, own in reversed(_NUMBER.findall(numbers)):
        scale = own.lower() or scale  # "3 cm to 5 mm": each number up to the next unit has that one
        values.append(float(each.replace(",", ".")) * (10.0 if scale.startswith("c") else 1.0))
    if len(values) > 2 and max(values) > IMPLAUSIBLE_MM:
        # One side of three that is about ten times the others has lost its point ("4.5 x 4 x 112 cm").
        values = [v for v in values if v <= IMPLAUSIBLE_MM and max(values) > _TENFOLD * v]
    if not values:
        return None
    if len(values) > 1 and min(values) > 150 and centimeters and RANGE.search(numbers):
        return None  # "a tumor at 34-39 cm" is where it is, not how large
    size = max(values)
    return round(size, 3) if 0 < size <= IMPLAUSIBLE_MM else None


def _one_far_larger(numbers: str) -> bool:
    """Whether of three sides one without a point is about ten times the others, which have theirs."""
    sides = _NUMBER.findall(numbers)
    whole = [float(n) for n, _ in sides if _WHOLE.fullmatch(n)]
    others = [float(n.replace(",", ".")) for n, _ in sides if not n.isdigit()]
    return len(whole) == 1 and len(others) == 2 and len(sides) == 3 and whole[0] > _TENFOLD * max(others)
