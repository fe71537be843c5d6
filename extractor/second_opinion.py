"""How far the second reader moves a reading's confidence; the value stays.

For given values and for "not stated" there is one logistic regression of being right on the resolver's log-
odds and what the second reader expects (:mod:`extractor.second_reader`), with an intercept for each field.
The weights are data (``patterns/second_opinion.json``), fitted on annotated reports whose errors nobody had
read when their decisions were made.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from extractor.odds import log_odds
from extractor.second_reader import kind_of


class SecondOpinion:
    """The weights of both regressions."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text(encoding="utf-8"))
        self._weights: dict[str, dict[str, float]] = data["weights"]
        self._fields: dict[str, dict[str, float]] = data["fields"]

    def parts(
        self, field: str, value: Any, confidence: float, expected: Mapping[str, float]
    ) -> dict[str, float] | None:
        """The terms of the new log-odds by name; None for a field that was not annotated."""
        kind = "value" if kind_of(field, value) else "not_stated"
        weights = self._weights[kind]
        if field not in self._fields[kind]:
            return None
        parts = {"resolver": weights["resolver"] * log_odds(confidence), "field": self._fields[kind][field]}
        for name, amount in expected.items():
            if weights.get(name):
                parts[name] = weights[name] * amount
        return parts


def chance(parts: Mapping[str, float]) -> float:
    """Probability of being right."""
    return 1.0 / (1.0 + math.exp(-sum(parts.values())))
