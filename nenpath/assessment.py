"""Grade, stage and risk from plain field values: coded data goes through the same computation as records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import classifier
from extractor import catalog

_KEYS = {"value", "confidence", "alternatives", "status"}


def assess_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Compute what :func:`nenpath.assess` returns."""
    names = {room.name for room in catalog.fields()}
    unknown = sorted(set(values) - names)
    if unknown:
        raise ValueError(f"no field called {', '.join(unknown)}; the fields are {', '.join(sorted(names))}")
    readings = {name: _reading(name, value) for name, value in values.items() if value is not None}
    assessment: dict[str, Any] = classifier.assess(readings).model_dump(mode="json")
    return {name: assessment[name] for name in ("risk", "grade", "stage", "inconsistencies")}


def _reading(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping) and "value" in value:
        surplus = sorted(set(value) - _KEYS)
        if surplus:
            raise ValueError(
                f"{name}: no {', '.join(surplus)} in a reading; it has {', '.join(sorted(_KEYS))}"
            )
        reading = {"confidence": 1.0, "alternatives": [], **value}
    else:
        reading = {"value": value, "confidence": 1.0, "alternatives": []}
    reading.setdefault("status", "not_stated" if reading["value"] is None else "stated")
    return reading
