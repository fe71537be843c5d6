"""Coded data brought to the review page: the codes that are likely wrong, by report and field."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nenpath.errors import NenpathError
from nenpath.qa.command import plan_of
from nenpath.qa.findings import Discrepancy, check
from nenpath.review.queue import Doubt
from nenpath.review.values import typed

#: A code that is less likely wrong is not asked about.
DOUBTFUL = 0.2


def doubts(directory: Path, coded: Path, mapping: Path | None) -> tuple[dict[str, dict[str, Doubt]], str]:
    """Compare coded data as ``nenpath qa`` does; gives the doubts by report id, and what stands for them all.

    Raises
    ------
    NenpathError
        If the coded data cannot be used, or is of other reports.
    """
    store, plan, file = plan_of(directory, coded, mapping)
    found = check(store, file, plan, None, threshold=2.0)  # no context of any: the page shows the report
    if not found.matched:
        raise NenpathError(f"{coded}: none of its {file.length:,} rows is of a report in {directory}")
    by_report: dict[str, dict[str, Doubt]] = {}
    for one in found.discrepancies:
        if one.probability < DOUBTFUL:
            continue
        of_report = by_report.setdefault(one.report_id, {})
        held = of_report.get(one.field)
        if held is None or held.probability_wrong < one.probability:
            of_report[one.field] = _doubt(one)
    key = hashlib.sha256()
    for report_id, of_report in sorted(by_report.items()):
        plain = {name: asdict(doubt) for name, doubt in sorted(of_report.items())}
        key.update(json.dumps([report_id, plain]).encode())
    return by_report, key.hexdigest()


def _doubt(one: Discrepancy) -> Doubt:
    value: Any = None
    is_value = one.coded_value == "unknown"  # a code for "not known" is offered as not stated
    if not is_value:
        try:
            value = typed(one.field, one.coded_value)
            is_value = True
        except ValueError:
            is_value = False
    shown = one.coded if one.coded == one.coded_value else f"{one.coded}, that is {one.coded_value}"
    return Doubt(shown, value, is_value, f"{one.title}, {one.probability:.0%} wrong", one.probability)
