"""Grade (items 3843, 3844, 1068, 3845) by the table of the NET schemas, of the primary only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nenpath.exports.naaccr.report import Coded, Report
from nenpath.exports.naaccr.rules import values

UNKNOWN = "9"
_CLINICAL, _PATHOLOGIC = "gradeClinical", "gradePathological"
_POST_CLINICAL, _POST_PATHOLOGIC = "gradePostTherapyClin", "gradePostTherapy"
_INDICES = {"ki67": "ki67_percent", "mitoses": "mitoses_per_2mm2"}


@dataclass(frozen=True, slots=True)
class Made:
    """A grade code, the rule that made it, the fields it rests on and what to say of them."""

    code: str
    rule: str
    fields: tuple[str, ...]
    notes: tuple[str, ...] = ()


def code(report: Report) -> Iterator[Coded]:
    """Code the clinical and the pathological grade, and the post therapy one that applies."""
    if not report.net:
        for item in (_CLINICAL, _PATHOLOGIC):
            yield report.coded(item, UNKNOWN, "grade/other-schema", "grade")
        return
    made = of_report(report)
    if report.neoadjuvant:
        after = _POST_CLINICAL if report.resection is False else _POST_PATHOLOGIC
        slots = {_CLINICAL: None, _PATHOLOGIC: None, after: made}
    elif report.resection:
        slots = {_CLINICAL: None, _PATHOLOGIC: made}
    elif report.resection is None and made.code != UNKNOWN:
        first = Made(made.code, "grade/time-not-stated", made.fields, made.notes)
        slots = {_CLINICAL: first, _PATHOLOGIC: Made(UNKNOWN, "grade/time-not-stated", made.fields)}
    else:
        slots = {_CLINICAL: made, _PATHOLOGIC: None}
    for item, chosen in slots.items():
        if chosen is None:
            yield report.coded(item, UNKNOWN, "grade/unknown", "specimen")
        else:
            yield report.coded(item, chosen.code, chosen.rule, *chosen.fields, notes=chosen.notes)


def of_report(report: Report) -> Made:
    """Code the grade of a report of a NET schema: stated grade, else indices, else differentiation."""
    stated = report.value("grade")
    if stated is not None:
        primary, note = report.tissue("grade")
        if not primary:
            return Made(
                UNKNOWN, "tissue/other" if primary is False else "tissue/unclear", ("grade",), (note,)
            )
        if stated not in values().grade_stated:
            return Made(UNKNOWN, "grade/words", ("grade",), _some(note))
    indices: dict[str, Any] = {}
    notes: list[str] = []
    dropped: list[str] = []
    for index, name in _INDICES.items():
        if report.value(name) is None:
            continue
        primary, note = report.tissue(name)
        notes += _some(note)
        if primary:
            indices[index] = report.value(name)
        else:
            dropped.append(name)
    names = tuple(_INDICES[index] for index in indices)
    settled = of_indices(indices)
    if stated is not None:
        made = values().grade_stated[stated]
        conflict = settled is not None and settled != made
        if conflict:
            notes.append(f"Ki-67 and mitoses give grade {settled}")
        names = ("grade", *names) if conflict else ("grade",)
        return Made(made, "grade/conflict" if conflict else "grade/stated", names, tuple(notes))
    if indices:
        rule = "grade/counted" if settled else "grade/indices-unsettled"
        return Made(settled or UNKNOWN, rule, names, tuple(notes))
    if dropped:
        return Made(UNKNOWN, "tissue/other", tuple(dropped), tuple(notes))
    return _of_words(report)


def of_indices(indices: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Grade by Ki-67 and mitoses: the index that gives the higher grade decides.

    Returns
    -------
    str or None
        ``1``, ``2`` or ``3``; nothing where they straddle a bound, or where mitoses under 2 stand alone.
    """
    spans = [_span(values().grade_bands[index], value) for index, value in indices.items()]
    if not spans:
        return None
    low, high = (max(end) for end in zip(*spans, strict=True))
    if low != high or (low == 1 and "ki67" not in indices):
        return None
    return str(low)


def _span(band: tuple[float, float], value: Mapping[str, Any]) -> tuple[int, int]:
    """Give the lowest and highest grade an interval leaves possible; ``<`` and ``>`` exclude their bound."""
    second, third = band
    low, high, comparator = value["low"], value["high"], value["comparator"]
    least = 3 if low > third or (comparator == ">" and low == third) else 2 if low >= second else 1
    if high is None or high > third:
        return least, 3
    return least, 1 if high < second or (comparator == "<" and high == second) else 2


def _of_words(report: Report) -> Made:
    word = report.value("differentiation")
    if word is None:
        return Made(UNKNOWN, "grade/unknown", ("grade",))
    name = report.value("histology") or ""
    if re.search(values().grade_carcinoma_words, name, re.IGNORECASE):
        return Made(UNKNOWN, "grade/histology-words", ("differentiation", "histology"))
    primary, note = report.tissue("differentiation")
    if not primary:
        rule = "tissue/other" if primary is False else "tissue/unclear"
        return Made(UNKNOWN, rule, ("differentiation",), (note,))
    made = values().grade_differentiation[word]
    return Made(made, "grade/differentiation", ("differentiation",), _some(note))


def _some(note: str) -> tuple[str, ...]:
    return (note,) if note else ()
