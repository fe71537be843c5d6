"""Bounds and classes beside a Ki-67 index, and which of two figures counts now."""

import re
from typing import Any

from extractor.field import Candidate
from extractor.matching.numbers import Quantity, interval, order, quantity
from extractor.matching.patterns import FieldPatterns
from extractor.unit import Unit

#: Fewest cells a share is computed of.
_FEWEST = 50
#: A greatest value beside the mean is a value, no bound ("7 %, max. 9 %").
_GREATEST = re.compile(r"\bmax(?:\.|imum|imal)?\b", re.IGNORECASE)
_GREATEST_WORDS = re.compile(r"\bmax(?:\.|imum|imal)?\s*(?:of\s+)?", re.IGNORECASE)
_NONE = {"low": 0.0, "high": 0.0}
#: The bounds of the middle grade, and how a figure at the end of a text begins.
_CLASSES = {(2.0, 20.0), (3.0, 20.0), (20.0, 100.0)}
_FIGURE = re.compile(
    r"(?:[<>≤≥]\s?=?\s?|(?:less|more|greater|fewer|lower|higher) than |under |below |over |above |"
    r"at least |at most )?"
    r"\d{1,3}(?:[.,]\d+)?(?:\s?%?\s?(?:-|to)\s?\d{1,3})?\s?(?:%|per ?cent|percent)\s*$",
    re.IGNORECASE,
)
#: Words a bound explains.
_EXPLAINS = re.compile(
    r"\b(?:grade|G ?[123]|IMTCGS|(?:benign|uncertain|low|malignant|indolent) (?:behaviou?r|"
    r"potential))\b[^()%;]{0,40}(?:\([^()%]{0,60}|\b(?:because|owing to|"
    r"on account of|by virtue of|i\.?e\.?|as|since|due to|based on|meaning)\b[^()%;]{0,40})$",
    re.IGNORECASE,
)
#: Words behind "max" that make it the count of a hot spot.
_COUNTED = re.compile(
    r"[^.;%]{0,12}\b(?:hot|count\w*|\d{2,4} (?:cells|nuclei)|most active|densest)\b", re.IGNORECASE
)
#: Tissues that have each their own figure.
_TISSUE = re.compile(
    r"\b(?:primary|liver|hepatic|nod(?:e|es|al|ules?)|metasta\w+|deposits?|mass|lesions?|foc(?:us|i)|block|part)\b",
    re.IGNORECASE,
)
#: What makes of two percentages a range.
_BETWEEN = re.compile(r"\b(?:between|from|ranges?|ranging)\b[^%;.]{0,20}$", re.IGNORECASE)
_TWO = re.compile(r"(?P<low>[^%]*?\d)\s*(?:%?\s*\band|%\s*or)\s+(?P<high>(?:<\s*)?\d[\d.,]*)", re.IGNORECASE)
#: A value that was changed, and what it was changed to, without a sign at the first: "from 14 to 4 %".
CHANGED = re.compile(
    r"\b(?:corrected|changed|revised|amended|updated|adjusted|recounted|ris(?:en|ing)|rose|"
    r"increas(?:ed|ing)|fallen|fell|decreased|dropped|progressed|gone up)\b[^.;%\d]{0,24}\bfrom\s$",
    re.IGNORECASE,
)
CHANGED_TO = re.compile(r"(?P<old>\d[\d.,]*)\s*%?\s*to\s+(?P<new>\d[\d.,]*)", re.IGNORECASE)


def explains_grade(candidate: Candidate, others: list[Candidate]) -> bool:
    """A bound that explains a grade in brackets ("high grade (Ki-67 above 5 %)"), where a figure stands."""
    value, unit = candidate.value, candidate.unit
    if value is None or value["comparator"] not in ("<", "<=", ">", ">="):
        return False
    if not _EXPLAINS.search(unit.text[: candidate.start - unit.start]):
        return False
    return any(
        other.value is not None
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= value["high"]
        and "historical" not in other.features
        for other in others
    )


def class_after(patterns: FieldPatterns, candidate: Candidate, others: list[Candidate]) -> bool:
    """A class that follows the figure that falls in it: "8% (WHO G2: 3-20%)", "2.2 % (< 3 %)"."""
    value, unit = candidate.value, candidate.unit
    if value is None or value["comparator"] in ("=", "~", "up_to"):
        return False
    if value["comparator"] == "range" and (value["low"], value["high"]) not in _CLASSES:
        return False
    rule = patterns.rule("class-after").pattern
    return any(
        other.value is not None
        and other.unit is unit
        and other.end < candidate.end
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= (value["high"] or 100.0)
        and rule.match(unit.text[other.end - unit.start : _begins(unit, candidate)])
        for other in others
    )


def class_before(candidate: Candidate, others: list[Candidate]) -> bool:
    """A class that its own line follows up with the figure that falls in it: "Index: <3 %    Ki-67 = "
    "1.5 %"."""
    value, unit = candidate.value, candidate.unit
    if value is None or (value["low"], value["high"]) not in {*_CLASSES, (0.0, 3.0), (0.0, 2.0)}:
        return False
    return any(
        other.value is not None
        and other.unit is unit
        and candidate.end <= other.start
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= (value["high"] or 100.0)
        and not _TISSUE.search(
            unit.text, candidate.end - unit.start - 60 if candidate.end - unit.start > 60 else 0
        )
        for other in others
    )


def _begins(unit: Unit, candidate: Candidate) -> int:
    """Where the figure at the end of a candidate begins."""
    end = candidate.end - unit.start
    figure = _FIGURE.search(unit.text[max(0, end - 30) : end])
    return max(0, end - 30) + figure.start() if figure else end


def greatest(value: dict[str, Any] | None, told: str) -> Any:
    """The greatest of several values is a value, where "up to" of one alone is a bound."""
    if value is not None and value["comparator"] == "up_to" and _GREATEST.search(told):
        return {"low": value["high"], "high": value["high"], "comparator": "="}
    return value


def current_words(words: str, text: str, match: re.Match[str]) -> str:
    """The words of a value of which only a part counts now: the higher of two, the new of a change."""
    before = text[: match.start()]
    if CHANGED.search(before) and (changed := CHANGED_TO.fullmatch(words)):
        return changed["new"]
    if not _BETWEEN.search(before[-40:]) and (two := _TWO.fullmatch(words)):
        return max(
            two["low"], two["high"], key=lambda part: order(interval(quantity(part), ceiling=100.0) or _NONE)
        )
    if _GREATEST.search(words) and "up to" not in words.lower() and _COUNTED.match(text, match.end()):
        return _GREATEST_WORDS.sub("", words)
    return words


def share_of_cells(counted: str, examined: str) -> dict[str, Any] | None:
    """The percentage that a count of cells makes."""
    part, whole = float(counted.replace(",", "")), float(examined.replace(",", ""))
    if part > whole or whole < _FEWEST:
        return None
    share = round(100 * part / whole, 2)
    return interval(Quantity(share, share, "="), ceiling=100.0)
