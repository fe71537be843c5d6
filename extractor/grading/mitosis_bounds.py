"""Bounds and classes beside a mitotic count."""

import re

from extractor.field import Candidate
from extractor.matching.patterns import FieldPatterns

#: What ties the count itself to the class named before it: "< 2 per 10 HPF, specifically 1 in 50 HPF".
_NAMELY = re.compile(
    r"[\s,;(=-]{0,4}(?:specifically|exact(?:ly)?|actual(?:ly)?|namely|i\.? ?e\.?)[\s:,=]{0,3}|\s{0,2}\(\s?",
    re.IGNORECASE,
)
#: The middle grade's bounds as forms print them.
_CLASSES = {(2.0, 10.0), (2.0, 20.0)}
#: What ties a count to the class it falls in.
_MEANS = re.compile(
    r"(?:[^.;\d]{0,12}[x×] ?\d{2,3}x?\b)?[^.;\d]{0,30}?"
    r"[\s,;(=-]{0,4}(?:i\.? ?e\.?|that is|which is|meaning|thus|hence|corresponding to|"
    r"equivalent to|=|\()[^.;\d]{0,24}",
    re.IGNORECASE,
)

#: A score that a key explains by the count behind it: "legend: 1 = 0-9 per 10 HPF; 2 = 10-19".
_KEY = re.compile(
    r"(?:\b(?:legend|key|scores?|points?|scale)\b[^.]{0,60}[\s:;,(])?\b(?P<score>[0-3]) ?(?:=|:|means) ?"
    r"(?:up to |less than |[<>] ?)?$",
    re.IGNORECASE,
)
_KEYED = re.compile(r"\b(?:legend|key\b|score|points?\b|scale)", re.IGNORECASE)


def is_key(candidate: Candidate) -> bool:
    """Whether a count explains a score and was not made."""
    text, start = candidate.unit.text, candidate.start - candidate.unit.start
    return _KEY.search(text[max(0, start - 80) : start]) is not None and _KEYED.search(text) is not None


def is_class(candidate: Candidate) -> bool:
    """Whether a range is one of the classes of a score, not a count."""
    value = candidate.value
    return value is not None and value["comparator"] == "range" and (value["low"], value["high"]) in _CLASSES


def explained(bound: Candidate, others: list[Candidate]) -> bool:
    """Whether a bound only says in which class the count before it falls, in the same sentence."""
    value = bound.value
    if value is None or value["comparator"] not in ("<", "<=", ">", ">=", "range"):
        return False
    text, start, end = bound.unit.text, bound.start - bound.unit.start, bound.end - bound.unit.start
    return any(
        other.unit is bound.unit
        and other.value is not None
        and other.value["comparator"] in ("=", "~")
        and (
            (other.end <= bound.start and _MEANS.fullmatch(text, other.end - other.unit.start, start))
            or (bound.end <= other.start and _NAMELY.fullmatch(text, end, other.start - other.unit.start))
        )
        and value["low"] <= other.value["low"]
        and (value["high"] is None or other.value["low"] <= value["high"])
        for other in others
    )


def defined(patterns: FieldPatterns, bound: Candidate, others: list[Candidate]) -> bool:
    """Whether a bound is what a class is defined by, where the report gives a count."""
    value = bound.value
    if value is None or value["comparator"] not in ("<", "<=", ">", ">=", "range"):
        return False
    before = bound.unit.text[: bound.start - bound.unit.start]
    return patterns.rule("class-name").pattern.search(before[-60:]) is not None and any(
        other.value is not None and other.value["comparator"] in ("=", "~") for other in others
    )


def falls_within(candidate: Candidate, bounds: Candidate) -> bool:
    """Whether a count lies in the range that a section gives as its class."""
    value, outer = candidate.value, bounds.value
    return (
        value is not None
        and value["comparator"] == "="
        and outer["low"] <= value["low"] <= outer["high"]
        and candidate.unit.section == bounds.unit.section
    )
