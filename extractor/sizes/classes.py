"""Classes of size that a form prints, of which none is marked: they measure nothing."""

from __future__ import annotations

import re

_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?(?![.,]?\d)\s?"
_SIZE, _UNIT = rf"{_NUMBER}(?:[cm]m)?", rf"{_NUMBER}[cm]m"
_GAP = r"[^A-Za-z\d]{1,16}(?:or\s)?[<>≤≥]?\s?"
_CLASSES = re.compile(
    rf"(?:<|≤|\b(?:up to|less than|below|under|smaller than|at most))\s?=?\s?{_SIZE}{_GAP}"
    rf"{_SIZE}\s?(?:-|–|to)\s?[<≤]?\s?{_SIZE}(?:{_GAP}{_SIZE}\s?(?:-|–|to)\s?{_SIZE})?[^A-Za-z\d]{{1,16}}(?:or\s)?"
    rf"(?:(?:>|≥|\b(?:more than|over|above|greater than|larger than|at least))\s?=?\s?{_UNIT}"
    rf"|{_UNIT}\s(?:(?:or|and)\s)?(?:more|larger|greater|above|over)\b)",
    re.IGNORECASE,
)
_BOUND = re.compile(r"(\d{1,3}(?:[.,]\d)?)\s?([cm]m)?", re.IGNORECASE)
_CHEAP = re.compile(r"[<≤]|up to|less|below|under|smaller|at most", re.IGNORECASE)
_MARK = re.compile(r"[\[(]\s?[xX*✓✔]\s?[\])]|[☒☑■✓✔]|(?<![\w.])[xX](?![\w])|_[xX]_")


def unmarked(text: str) -> tuple[int, int] | None:
    """Where a text prints classes of size and marks none of them.

    >>> unmarked("Tumor size: <1 cm / 1-2 cm / >2 cm")
    (12, 34)
    >>> unmarked("Tumor below 3 cm (2 - 3 cm), at least 3 cm on the slides")
    >>> unmarked("Tumor size: [ ] <1 cm [x] 1-2 cm [ ] >2 cm")
    >>> unmarked("Size: 2-4 cm")
    >>> unmarked("nodules from 0.4 cm up to 2.1 to 3.3 cm")
    """
    if not _CHEAP.search(text) or (printed := _CLASSES.search(text)) is None:
        return None
    if not _rise(printed[0]):
        return None
    around = text[max(0, printed.start() - 6) : printed.end() + 6]
    return None if _MARK.search(around) else printed.span()


def _rise(classes: str) -> bool:
    """Whether the bounds of the classes rise; a bound without unit has that of the next one."""
    bounds: list[float] = []
    scale = 1.0
    for figure, unit in reversed(_BOUND.findall(classes)):
        if unit:
            scale = 10.0 if unit.lower() == "cm" else 1.0
        bounds.append(float(figure.replace(",", ".")) * scale)
    return bounds == sorted(bounds, reverse=True)
