"""A second opinion on how sure a reading is; the value stays.

For given values and for "not stated" there is one logistic regression of being right on the resolver's log-
odds, on what the second reader expects (:mod:`extractor.confidence.second_reader`), on how the value was
read (its features, its kind, the rule that gave it and its rivals), and on whether it agrees with the
report's other fields (:mod:`extractor.confidence.consistency`). The weights are data
(``patterns/second_opinion.json``), fitted on annotated reports whose errors nobody had read when their
decisions were made: the resolver's own weights come from reports the rules were made on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.confidence.odds import log_odds
from extractor.confidence.second_reader import kind_of

if TYPE_CHECKING:
    from extractor.confidence.resolve import Option

#: A feature counts up to this much.
FARTHEST = 3.0

#: The least probability of a rival that is told from none.
UNLIKELY = 1e-4


def manner(field: str, value: Any, option: Option | None, values: int, rival: float) -> dict[str, float]:
    """How a value was read; empty for "not stated".

    Parameters
    ----------
    option
        The reading that was chosen.
    values
        Number of different values the report may hold.
    rival
        Probability of the strongest alternative.
    """
    kind = kind_of(field, value)
    if not kind or option is None:
        return {}
    found = {f"reading_{name}": min(max(x, -FARTHEST), FARTHEST) for name, x in option.features.items()}
    found[f"kind_{field}_{kind}"] = 1.0
    found[f"rule_{option.candidates[0].rule}"] = 1.0
    found["values"] = math.log(values)
    found["rival"] = log_odds(max(rival, UNLIKELY)) - log_odds(UNLIKELY)
    return found


class SecondOpinion:
    """The weights of both regressions."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text(encoding="utf-8"))
        self._weights: dict[str, dict[str, float]] = data["weights"]
        self._fields: dict[str, dict[str, float]] = data["fields"]

    def weighs(self, field: str) -> bool:
        """Whether a field has weights, of values or of "not stated"."""
        return any(field in fields for fields in self._fields.values())

    def parts(
        self, field: str, value: Any, confidence: float, features: Mapping[str, float]
    ) -> dict[str, float] | None:
        """The terms of the new log-odds by name; None for a field that was not annotated."""
        kind = "value" if kind_of(field, value) else "not_stated"
        weights = self._weights[kind]
        if field not in self._fields[kind]:
            return None
        parts = {"resolver": weights["resolver"] * log_odds(confidence), "field": self._fields[kind][field]}
        for name, amount in features.items():
            if weights.get(name):
                parts[name] = weights[name] * amount
        return parts


def chance(parts: Mapping[str, float]) -> float:
    """Probability of being right."""
    return 1.0 / (1.0 + math.exp(-sum(parts.values())))
