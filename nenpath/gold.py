"""Annotated reports ("gold"): one JSON object per report with flat field values.

A key that is absent was not annotated; null means the report does not state it. Mitoses are given as
counted (``{"low", "high", "per", "unit"[, "area_mm2"]}``) and brought to 2 mm2 here.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nenpath.errors import NenpathError

#: One high-power field where a report states none: 10 fields = 2 mm2 (WHO convention).
HIGH_POWER_FIELD_MM2 = 0.2
_RENAMED = {"mitoses": "mitoses_per_2mm2"}
_NO_FIELD = {"id", "quotes", "note"}


@dataclass(frozen=True, slots=True)
class Annotated:
    """One annotated report: the fields that were looked at, None where the report does not state one."""

    report_id: str
    values: dict[str, Any]


def read(path: Path) -> list[Annotated]:
    """Read and check a gold file; reports whose note begins with "unreadable" are left out.

    Raises
    ------
    NenpathError
        At the first line that is no annotated report: one line with its number, without its words.
    """
    found: dict[str, Annotated] = {}
    seen = set()
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    row = _checked(line)
                except ValueError as error:
                    raise NenpathError(f"{path}: line {number}: {error}") from None
                name = str(row["id"])
                if name in seen:
                    raise NenpathError(f"{path}: line {number}: an id that an earlier line has")
                seen.add(name)
                if not (row.get("note") or "").strip().lower().startswith("unreadable"):
                    found[name] = Annotated(name, values(row))
    except OSError as error:
        raise NenpathError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except UnicodeDecodeError:
        raise NenpathError(f"{path}: not UTF-8") from None
    if not found:
        raise NenpathError(f"{path}: no annotated reports")
    return list(found.values())


def _checked(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    if isinstance(row.get("id"), bool) or not isinstance(row.get("id"), str | int) or row["id"] == "":
        raise ValueError("no id")
    if not isinstance(row.get("note"), str | None):
        raise ValueError("note is no text")
    readers = _readers()
    for key, value in row.items():
        if key in _NO_FIELD or value is None:
            continue
        if key not in readers:
            raise ValueError(f"{key[:40]!r} is no field; the fields are those of nenpath schema, and mitoses")
        try:
            row[key] = readers[key](value)
        except (ValueError, TypeError):
            raise ValueError(f"{key}: not a value this field can have") from None
    return row


@cache
def _readers() -> dict[str, Callable[[Any], Any]]:
    """Bring a value to the field's type, or raise ValueError."""
    from pydantic import ConfigDict, TypeAdapter

    from extractor import catalog

    readers: dict[str, Callable[[Any], Any]] = {"mitoses": _counted}
    for room in catalog.fields():
        loose = ConfigDict(coerce_numbers_to_str=True)
        adapter = TypeAdapter(room.value, config=None if hasattr(room.value, "model_fields") else loose)
        readers[room.name] = _reader(adapter)
    return readers


def _reader(adapter: Any) -> Callable[[Any], Any]:
    def read_value(value: Any) -> Any:
        typed = adapter.validate_python(value)
        if not hasattr(typed, "model_dump"):
            return typed
        _check_order(typed.low, typed.high)
        return typed.model_dump()

    return read_value


def _check_order(low: float, high: float | None) -> None:
    if not 0 <= low <= (math.inf if high is None else high):
        raise ValueError


def _counted(value: Any) -> dict[str, Any]:
    """Check mitoses as counted."""
    numbers = {"low": float, "high": float, "per": float, "area_mm2": float}
    if not isinstance(value, dict) or value.get("low") is None or value.keys() - {*numbers, "unit"}:
        raise ValueError
    if value.get("unit") not in ("HPF", "mm2", None):
        raise ValueError
    counted = {key: None if value.get(key) is None else kind(value[key]) for key, kind in numbers.items()}
    _check_order(counted["low"] or 0.0, counted["high"])
    if any(size is not None and size <= 0 for size in (counted["per"], counted["area_mm2"])):
        raise ValueError
    return {**counted, "unit": value.get("unit")}


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
    if field in ("pT", "pN", "pM"):
        return _code(annotated) == _code(read)
    return str(annotated).lower() == str(read).lower()


def in_check_fold(report_id: str) -> bool:
    """A third of the reports, by a hash of the id: never fitted on."""
    return int(hashlib.sha256(report_id.encode()).hexdigest(), 16) % 3 == 0


def _code(value: Any) -> str:
    return str(value).lower().lstrip("pyctnm").replace(" ", "")


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
