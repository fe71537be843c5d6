"""Records as flat tables: one row per report, or one row per field of a report.

The first gives the columns of ``cat --format csv``, of ``Engine.frame`` and of ``DIR/reports``, the second
those of ``DIR/fields``. Both follow from the fields; nothing is listed twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import pyarrow as pa

from extractor import catalog
from extractor.record import Interval
from nenpath.view import value_text

_META = ("patient_id", "report_date", "specimen_date", "diagnosis_date", "report_number", "facility")
_PROVENANCE = ("nenpath", "patterns", "calibration", "text_sha256")
_NUMBERS = ("low", "high")
_BOUNDS = (*_NUMBERS, "comparator")
_PLACE = ("section", "part", "tissue", "rule")
_UNREAD: dict[str, Any] = {"value": None, "confidence": None, "status": None, "review": None, "evidence": []}


class Shape(Protocol):
    """How records become rows."""

    schema: pa.Schema

    def rows(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Flatten one record in its JSON form."""
        ...  # pragma: no cover


class Table:
    """One row per report; kept columns of the archive come last.

    Parameters
    ----------
    kept
        Names of kept columns; one that is also a column of the record appears as ``meta_<name>``.
    """

    def __init__(self, kept: Iterable[str] = ()) -> None:
        self._rooms = [(room.name, _is_interval(room.value)) for room in catalog.fields()]
        text, number = pa.string(), pa.float64()
        columns = dict.fromkeys(("report_id", *_META), text)
        columns |= {"risk_level": text, "probability_high": number, "grade_derived": text}
        columns |= {"stage_group": text}
        for room in catalog.fields():
            if _is_interval(room.value):
                columns |= {
                    f"{room.name}_{bound}": number if bound in _NUMBERS else text for bound in _BOUNDS
                }
            else:
                columns[room.name] = _kind(room.value)
            columns |= {f"{room.name}_confidence": number, f"{room.name}_status": text}
        columns |= {f"provenance_{name}": text for name in _PROVENANCE}
        self._kept = {name: f"meta_{name}" if name in columns else name for name in kept}
        columns |= dict.fromkeys(self._kept.values(), text)
        self.columns = list(columns)
        self.schema = pa.schema(list(columns.items()))

    def rows(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Flatten one record into its one row."""
        return [self.row(record)]

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
            # A record written before this field existed does not have it.
            reading = record["fields"].get(name, _UNREAD)
            value = reading["value"]
            if interval:
                for bound in _BOUNDS:
                    row[f"{name}_{bound}"] = value[bound] if value else None
            else:
                row[name] = _cell(value)
            row[f"{name}_confidence"] = reading["confidence"]
            row[f"{name}_status"] = reading["status"]
        row |= {f"provenance_{name}": record["provenance"][name] for name in _PROVENANCE}
        row |= {column: meta.get(name) for name, column in self._kept.items()}
        return row


class FieldTable:
    """One row per field of each report, with the first of the places it stands on.

    ``value`` is the value in words ("<3", "32", "liver; bone"); ``low`` and ``high`` are its bounds where
    it is a number.
    """

    def __init__(self) -> None:
        text, number, offset = pa.string(), pa.float64(), pa.int32()
        columns = {"report_id": text, "field": text, "value": text, "low": number, "high": number}
        columns |= {"comparator": text, "confidence": number, "status": text, "review": pa.bool_()}
        columns |= {"evidence": text, "start": offset, "end": offset, **dict.fromkeys(_PLACE, text)}
        self.columns = list(columns)
        self.schema = pa.schema(list(columns.items()))
        self._names = [room.name for room in catalog.fields()]

    def rows(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Flatten one record into a row for each field."""
        fields, report_id = record["fields"], record["report_id"]
        return [self._row(report_id, name, fields[name]) for name in self._names if name in fields]

    def _row(self, report_id: Any, name: str, reading: Mapping[str, Any]) -> dict[str, Any]:
        value = reading["value"]
        row = {"report_id": report_id, "field": name, "confidence": reading["confidence"]}
        row |= {"status": reading["status"], "review": reading["review"]}
        if isinstance(value, dict):
            row |= {"value": value_text(value), **{bound: value[bound] for bound in _BOUNDS}}
        elif isinstance(value, int | float):
            row |= {"value": f"{value:.15g}", "low": float(value), "high": float(value), "comparator": "="}
        elif value is not None:
            row["value"] = _cell(value)
        if reading["evidence"]:
            first = reading["evidence"][0]
            row |= {"evidence": first.get("text"), "start": first["start"], "end": first["end"]}
            row |= {place: first[place] for place in _PLACE}
        return row


def arrow(shape: Shape, records: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Flatten records into an Arrow table."""
    rows = [row for record in records for row in shape.rows(record)]
    columns = []
    for column in shape.schema:
        cells = [row.get(column.name) for row in rows]
        if pa.types.is_string(column.type):
            cells = [cell if cell is None or isinstance(cell, str) else str(cell) for cell in cells]
        columns.append(pa.array(cells, column.type))
    return pa.Table.from_arrays(columns, schema=shape.schema)


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


def _cell(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _kind(value: Any) -> Any:
    return {float: pa.float64(), int: pa.int64()}.get(value, pa.string())


def _is_interval(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Interval)
