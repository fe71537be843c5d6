"""The findings as plain data: what the JSON holds, and the page shows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from nenpath.qa.agreement import table_of
from nenpath.qa.findings import Findings


def content(found: Findings, threshold: float) -> dict[str, Any]:
    """Counts, figures and confusion tables by field, and the ranked discrepancies."""
    above = [one for one in found.discrepancies if one.probability >= threshold]
    fields = {}
    for name, pairs in found.pairs.items():
        fields[name] = {
            **pairs.figures(),
            "counts": dict(found.relations[name]),
            "unreadable": found.unreadable[name],
            "above": sum(one.field == name for one in above),
            "table": None if pairs.numbers or not pairs.table else table_of(pairs),
        }
    return {
        "rows": found.rows,
        "matched": found.matched,
        "reports_coded": found.reports_coded,
        "threshold": threshold,
        "above": len(above),
        "fields": fields,
        "rows_without_report": [asdict(one) for one in found.left_rows],
        "cells_not_read": [asdict(one) for one in found.left_cells],
        "discrepancies": [
            {key: value for key, value in asdict(one).items() if key != "context"}
            for one in found.discrepancies
        ],
    }
