"""Annotated reports beside what a store says of them: one decision per field and report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nenpath.gold import Annotated, same
from nenpath.store import Store

_COLUMNS = ("report", "field", "confidence", "right", "given", "stated", "tie")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions as columns.

    Attributes
    ----------
    names
        Fields annotated at least once; ``field`` counts them.
    report
        Number of the report, 0 to ``reports`` - 1.
    confidence, right, given, stated
        How sure the reading was, whether it is right, whether it gave a value, whether the gold states one.
    tie
        A number from a hash of id and field: orders equal confidences so that neither file nor field order
        matters.
    """

    names: tuple[str, ...]
    reports: int
    report: NDArray[np.int64]
    field: NDArray[np.int64]
    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    given: NDArray[np.bool_]
    stated: NDArray[np.bool_]
    tie: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.field)

    def where(self, chosen: NDArray[Any]) -> Decisions:
        """Some of the decisions, by a mask or by their numbers."""
        columns: list[Any] = [getattr(self, name)[chosen] for name in _COLUMNS]
        return Decisions(self.names, self.reports, *columns)

    def of(self, name: str) -> Decisions:
        """Those of one field."""
        return self.where(self.field == self.names.index(name))


@dataclass(frozen=True, slots=True)
class Matched:
    """Records of the annotated reports by id, and how many annotated reports have none."""

    records: dict[str, dict[str, Any]]
    absent: int
    failed: int


def match(store: Store, gold: Iterable[Annotated]) -> Matched:
    """Find the records of annotated reports."""
    wanted = {annotated.report_id for annotated in gold}
    records: dict[str, dict[str, Any]] = {}
    failed = set()
    for row in store.rows("report_id", "record"):
        if row["report_id"] not in wanted:
            continue
        if row["record"] is None:
            failed.add(row["report_id"])
        else:
            records[row["report_id"]] = json.loads(row["record"])
    failed -= records.keys()
    return Matched(records, len(wanted) - len(records) - len(failed), len(failed))


def decide(gold: Iterable[Annotated], records: Mapping[str, Mapping[str, Any]]) -> Decisions:
    """Compare records with the gold; a report without a record counts as all null with confidence 1.

    ``neuroendocrine_type`` "none" counts as not stated, and ``nodes_positive`` is left out where no node was
    examined: neither 0 nor null is wrong there.
    """
    names: dict[str, int] = {}
    rows: list[tuple[int, int, float, bool, bool, bool, int]] = []
    number = -1
    for number, annotated in enumerate(gold):
        fields = records.get(annotated.report_id, {}).get("fields", {})
        for name, wanted in annotated.values.items():
            if name == "nodes_positive" and annotated.values.get("nodes_examined") == 0:
                continue
            reading = fields.get(name) or {"value": None, "confidence": 1.0}
            truth, value = _known(name, wanted), _known(name, reading["value"])
            digest = hashlib.sha256(f"{annotated.report_id} {name}".encode()).digest()
            rows.append(
                (
                    number,
                    names.setdefault(name, len(names)),
                    reading["confidence"],
                    same(name, truth, value),
                    value is not None,
                    truth is not None,
                    int.from_bytes(digest[:8], "big"),
                )
            )
    columns = list(zip(*rows, strict=True)) or [()] * 7
    kinds = (np.int64, np.int64, np.float64, np.bool_, np.bool_, np.bool_, np.uint64)
    arrays: list[Any] = [np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)]
    return Decisions(tuple(names), number + 1, *arrays)


def _known(name: str, value: Any) -> Any:
    if value == [] or (name == "neuroendocrine_type" and value == "none"):
        return None
    return value
