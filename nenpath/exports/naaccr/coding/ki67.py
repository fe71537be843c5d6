"""Ki-67 (item 3863): exact percent first, range codes else, of the primary only."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from nenpath.exports.naaccr.report import Coded, Report
from nenpath.exports.naaccr.rules import Range, values

ITEM = "ki67"
FIELD = "ki67_percent"
_ABOUT = ("~",)


def code(report: Report) -> Iterator[Coded]:
    """Code item 3863."""
    reading = report.reading(FIELD)
    if not report.net or report.year < values().ki67_from_year:
        if reading["value"] is not None or reading["status"] == "unquantified":
            note = "stated, but this schema and year of diagnosis have no Ki-67 item"
            yield report.coded(ITEM, None, "ki67/not-collected", FIELD, notes=[note])
        return
    unknown = values().ki67_other["unknown"]
    if reading["value"] is None and reading["status"] != "unquantified":
        rule = "ki67/pending" if reading["status"] == "pending" else "ki67/not-stated"
        yield report.coded(ITEM, unknown, rule, FIELD)
        return
    primary, note = report.tissue(FIELD)
    if not primary:
        rule = "tissue/other" if primary is False else "tissue/unclear"
        yield report.coded(ITEM, unknown, rule, FIELD, notes=[note])
        return
    notes = [note] if note else []
    if reading["value"] is None:
        yield report.coded(ITEM, values().ki67_other["done"], "ki67/words", FIELD, notes=notes)
        return
    made, rule = coded_value(reading["value"])
    yield report.coded(ITEM, made, rule, FIELD, notes=notes)


def coded_value(value: Mapping[str, Any]) -> tuple[str, str]:
    """Code a percentage, a range or a bound; give the code and the id of the rule.

    >>> coded_value({"low": 14.0, "high": 14.0, "comparator": "="})
    ('14.0', 'ki67/exact')
    >>> coded_value({"low": 2.0, "high": 5.0, "comparator": "range"})
    ('XXX.7', 'ki67/straddles')
    """
    low, high, comparator = value["low"], value["high"], value["comparator"]
    if low == high and comparator in ("=", "range", *_ABOUT):
        return _exact(Decimal(str(low)), "ki67/about" if comparator in _ABOUT else "ki67/exact")
    top = 100.0 if high is None else high
    for row in values().ki67_ranges:
        if _above(row, low, comparator == ">") and _under(row, top, comparator == "<"):
            return row.code, "ki67/range"
    return values().ki67_other["done"], "ki67/straddles"


def _exact(percent: Decimal, rule: str) -> tuple[str, str]:
    tenth = percent.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if tenth == percent:
        return str(tenth), rule
    if _row(float(tenth)) != _row(float(percent)):
        return values().ki67_other["done"], "ki67/rounded"
    return str(tenth), "ki67/rounded"


def _row(percent: float) -> int:
    """Tell in which range a percentage lies; -1 between two, which only rounding can leave."""
    rows = values().ki67_ranges
    return next((i for i, row in enumerate(rows) if _above(row, percent) and _under(row, percent)), -1)


def _above(row: Range, low: float, open_bound: bool = False) -> bool:
    if row.above is not None:
        return low > row.above or (open_bound and low == row.above)
    return low >= (row.from_ or 0.0)


def _under(row: Range, high: float, open_bound: bool = False) -> bool:
    if row.below is not None:
        return high < row.below or (open_bound and high == row.below)
    return high <= (math.inf if row.to is None else row.to)
