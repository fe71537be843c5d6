"""Tumor size (items 752, 754, 756) in millimeters, of the primary only.

The record holds the size named in the report; what stands beside it ("less than", a range) is read from the
words of its evidence, as the registry codes it differently from the clinic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from nenpath.exports.naaccr.report import Coded, Report
from nenpath.exports.naaccr.rules import values

FIELD = "tumor_size_mm"
UNKNOWN = "999"
_MICROSCOPIC = "990"
_LARGEST = 989
_CLINICAL, _PATHOLOGIC, _SUMMARY = "tumorSizeClinical", "tumorSizePathologic", "tumorSizeSummary"


def code(report: Report) -> Iterator[Coded]:
    """Code items 752, 754 and 756."""
    reading = report.reading(FIELD)
    words = [evidence["text"] for evidence in reading["evidence"]]
    if reading["value"] is not None:
        made, rule = coded_value(reading["value"], words, _several(report))
    elif any(re.search(values().size_microscopic, text, re.IGNORECASE) for text in words):
        made, rule = _MICROSCOPIC, "size/microscopic"
    else:
        for item in (_CLINICAL, _PATHOLOGIC, _SUMMARY):
            yield report.coded(item, UNKNOWN, "size/not-stated", FIELD)
        return
    primary, note = report.tissue(FIELD)
    if not primary:
        rule = "tissue/other" if primary is False else "tissue/unclear"
        for item in (_CLINICAL, _PATHOLOGIC, _SUMMARY):
            yield report.coded(item, UNKNOWN, rule, FIELD, notes=[note])
        return
    yield from _items(report, made, rule, [note] if note else [])


def _items(report: Report, made: str, rule: str, notes: list[str]) -> Iterator[Coded]:
    """Give each of the three items the size or 999, by the kind of specimen and the therapy before it."""
    sections = {evidence["section"] for evidence in report.reading(FIELD)["evidence"]}
    before = sections and sections <= {"history", "imaging"}
    absent = "size/not-stated"
    if report.resection is None and not before:
        rules = {
            _CLINICAL: "size/specimen-not-stated",
            _PATHOLOGIC: "size/specimen-not-stated",
            _SUMMARY: rule,
        }
    elif not report.resection or before:
        rules = {_CLINICAL: rule, _PATHOLOGIC: absent, _SUMMARY: rule}
    elif report.neoadjuvant:
        rules = {_CLINICAL: absent, _PATHOLOGIC: "size/after-therapy", _SUMMARY: "size/after-therapy"}
    else:
        rules = {_CLINICAL: absent, _PATHOLOGIC: rule, _SUMMARY: rule}
    for item, chosen in rules.items():
        known = chosen == rule
        yield report.coded(
            item, made if known else UNKNOWN, chosen, FIELD, "specimen", notes=notes if known else ()
        )


def _several(report: Report) -> bool:
    """Whether the report has several primary tumors."""
    return report.value("focality") == "multifocal" or (report.value("tumor_count") or 1) > 1


def coded_value(size_mm: float, words: Iterable[str] = (), several: bool = False) -> tuple[str, str]:
    """Code a size and the words it stands on; give the code and the id of the rule.

    A range is that of one size not exactly known, or of several tumors, of which the largest counts.

    >>> coded_value(20.0, ["less than 2 cm"])
    ('019', 'size/less-than')
    >>> coded_value(30.0, ["2-3 cm"])
    ('025', 'size/between')
    >>> coded_value(30.0, ["2 to 3 cm"], several=True)
    ('030', 'size/largest')
    """
    size = Decimal(str(size_mm))
    for text in words:
        between = _between(text, size)
        if between is not None and several:
            return _digits(size), "size/largest"
        if between is not None:
            return _digits(between), "size/between"
        for qualifier in values().size_qualifiers:
            if re.search(qualifier.words, text, re.IGNORECASE):
                return _qualified(size, qualifier.rule), qualifier.rule
    if size == size.to_integral_value() or size < 1:
        return _digits(size), "size/exact"
    return _digits(size), "size/rounded"


def _qualified(size: Decimal, rule: str) -> str:
    if rule == "size/less-than":
        whole = size.to_integral_value(ROUND_FLOOR)
        return _digits(whole - 1 if whole == size else whole)
    if rule == "size/greater-than":
        return _digits(size.to_integral_value(ROUND_FLOOR) + 1)
    return _digits(size)


def _between(text: str, size: Decimal) -> Decimal | None:
    """Give the middle of a range whose greater end is the size, in whatever unit it is written."""
    for found in re.finditer(values().size_between, text):
        low, high = (Decimal(found[end].replace(",", ".")) for end in ("low", "high"))
        if low < high and size in (high, high * 10):
            return (low + high) / 2 * (size / high)
    return None


def _digits(size: Decimal) -> str:
    whole = int(size.to_integral_value(ROUND_HALF_UP))
    return f"{min(max(whole, 1), _LARGEST):03d}"
