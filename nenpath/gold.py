"""Annotated reports ("gold"): one JSON object per report with flat field values.

A key that is absent was not annotated; null means the report does not state it. Mitoses are given as
counted (``{"low", "high", "per", "unit"[, "area_mm2"]}``) and brought to 2 mm2 here.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: One high-power field where a report states none: 10 fields = 2 mm2 (WHO convention).
HIGH_POWER_FIELD_MM2 = 0.2
_RENAMED = {"mitoses": "mitoses_per_2mm2"}
_NO_FIELD = {"id", "quotes", "note"}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The annotated reports of a file, those called unreadable left out."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                row = json.loads(line)
                if not (row.get("note") or "").strip().lower().startswith("unreadable"):
                    yield row


def values(row: dict[str, Any]) -> dict[str, Any]:
    """Field values of one annotated report, by the record's names."""
    found = {}
    for key, value in row.items():
        if key in _NO_FIELD:
            continue
        if key == "mitoses":
            value = _per_2mm2(value)
        elif value == []:
            value = None
        found[_RENAMED.get(key, key)] = value
    return found


def same(field: str, annotated: Any, read: Any) -> bool:
    """Whether a reading is the annotated value: numbers within 0.5 %, lists as sets, codes by letters."""
    if annotated is None or read is None:
        return annotated is None and read is None
    if isinstance(annotated, dict):
        tolerance = 0.02 if field == "mitoses_per_2mm2" else 0.005
        return isinstance(read, dict) and all(
            _close(annotated[k], read.get(k), tolerance) for k in ("low", "high")
        )
    if isinstance(annotated, list):
        return isinstance(read, list) and set(map(str, annotated)) == set(map(str, read))
    if isinstance(annotated, (int, float)) and isinstance(read, (int, float)):
        return _close(annotated, read, 0.005)
    return str(annotated).lower() == str(read).lower()


def in_check_fold(report_id: str) -> bool:
    """A third of the reports, by a hash of the id: never fitted on."""
    return int(hashlib.sha256(report_id.encode()).hexdigest(), 16) % 3 == 0


def _close(a: float | None, b: float | None, tolerance: float) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=0.005)


def _per_2mm2(counted: dict[str, Any] | None) -> dict[str, Any] | None:
    if counted is None:
        return None
    low, high = counted["low"], counted["high"]
    if counted.get("unit") is None or not counted.get("per"):
        return {"low": low, "high": high} if low == high == 0 else None
    area = counted.get("area_mm2") or counted["per"] * (
        HIGH_POWER_FIELD_MM2 if counted["unit"] == "HPF" else 1.0
    )
    return {"low": low * 2 / area, "high": None if high is None else high * 2 / area}
