"""Made-up records with known answers, and stores of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import classifier
from extractor import catalog
from nenpath.evaluation.decisions import Decisions
from nenpath.parts import Row
from nenpath.store import Writer

PROVENANCE = {"nenpath": "0", "patterns": "p", "calibration": "c"}


def reading(value: Any, confidence: float, **more: Any) -> dict[str, Any]:
    """A field of a record."""
    return {
        "value": value,
        "confidence": confidence,
        "status": "not_stated" if value is None else "stated",
        "review": False,
        "evidence": [],
        "alternatives": [],
        **more,
    }


@cache
def _nothing() -> dict[str, Any]:
    assessed: dict[str, Any] = classifier.assess({}).model_dump(mode="json")
    return assessed


def record(report_id: str, fields: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A whole record; fields not named are not stated."""
    empty = {room.name: reading(None, 1.0) for room in catalog.fields()}
    rest = _nothing()
    return {
        "report_id": report_id,
        "meta": {},
        "fields": {**empty, **fields},
        "other_tumors": [],
        **{name: rest[name] for name in ("risk", "grade", "stage", "inconsistencies")},
        "provenance": {**PROVENANCE, "text_sha256": ""},
        **more,
    }


def store(
    directory: Path,
    records: Iterable[Mapping[str, Any]],
    failed: Iterable[str] = (),
    provenance: Mapping[str, str] = PROVENANCE,
) -> Path:
    """Write a store of records and failures."""
    with Writer(directory) as writer:
        writer.begin(dict(provenance), (), texts=False)
        number = 0
        for number, one in enumerate(records, 1):
            writer.put(number - 1, Row(one["report_id"], "made-up", number, record=json.dumps(one)))
        for name in failed:
            writer.put(number, Row(name, "made-up", number + 1, reason="timeout"))
            number += 1
        writer.flush()
    return directory


def gold(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write a gold file."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def simulated(
    seed: int, reports: int, fields: int = 10, intercept: float = 0.0, slope: float = 1.0
) -> Decisions:
    """Decisions whose true log-odds of being right are ``intercept + slope * log-odds of the confidence``."""
    draw = np.random.default_rng(seed)
    n = reports * fields
    confidence = np.round(np.clip(1.0 - draw.beta(0.35, 4.0, n), 0.3, 0.9999), 4)
    truth = 1.0 / (1.0 + np.exp(-(intercept + slope * np.log(confidence / (1.0 - confidence)))))
    given = draw.random(n) < 0.5
    right = draw.random(n) < truth
    return Decisions(
        tuple(f"f{number}" for number in range(fields)),
        reports,
        np.repeat(np.arange(reports), fields),
        np.tile(np.arange(fields), reports),
        confidence,
        right,
        given,
        np.where(right, given, draw.random(n) < 0.5),
        draw.integers(0, 2**63, n, dtype=np.uint64),
    )
