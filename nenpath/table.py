"""Records as rows of a flat table: the columns of ``cat --format csv`` and of ``Engine.frame``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from extractor import catalog
from extractor.record import Interval

_META = ("patient_id", "report_date", "specimen_date", "diagnosis_date", "report_number", "facility")
_RISK = ("risk_level", "probability_high", "grade_derived", "stage_group")


class Table:
    """The columns, derived from the fields; kept columns of the archive come last.

    Parameters
    ----------
    kept
        Names of kept columns; one that is also a column of the record appears as ``meta_<name>``.
    """

    def __init__(self, kept: Iterable[str] = ()) -> None:
        self._rooms = [(room.name, _is_interval(room.value)) for room in catalog.fields()]
        names = ["report_id", *_META, *_RISK]
        for name, interval in self._rooms:
            parts = ("_low", "_high", "_comparator") if interval else ("",)
            names += [name + part for part in (*parts, "_confidence", "_status")]
        self._kept = {name: f"meta_{name}" if name in names else name for name in kept}
        self.columns = names + list(self._kept.values())

    def row(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Flatten one record in its JSON form."""
        meta, risk, stage = record["meta"], record["risk"], record["stage"]
        row: dict[str, Any] = {"report_id": record["report_id"]}
        row |= {name: meta.get(name) for name in _META}
        row["risk_level"] = risk["level"]
        row["probability_high"] = risk["probability_high"]
        row["grade_derived"] = record["grade"]["derived"]
        row["stage_group"] = stage["derived"]["group"] if stage["derived"] else None
        for name, interval in self._rooms:
            reading = record["fields"][name]
            value = reading["value"]
            if interval:
                for part in ("low", "high", "comparator"):
                    row[f"{name}_{part}"] = value[part] if value else None
            else:
                row[name] = "; ".join(map(str, value)) if isinstance(value, list) else value
            row[f"{name}_confidence"] = reading["confidence"]
            row[f"{name}_status"] = reading["status"]
        row |= {column: meta.get(name) for name, column in self._kept.items()}
        return row


def without_text(record: dict[str, Any]) -> dict[str, Any]:
    """Drop the words of the report: every evidence keeps its offsets and its rule, and loses its text."""
    return {key: _stripped(value) for key, value in record.items()}


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        is_evidence = {"start", "end", "text"} <= value.keys()
        return {key: _stripped(item) for key, item in value.items() if not (is_evidence and key == "text")}
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return value


def _is_interval(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Interval)
