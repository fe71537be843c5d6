"""From candidates to a reading: a conditional logit over the values and "not stated".

The utility of a value is that of its best candidate (its features weighed) plus what agreeing
mentions add; "not stated" and "some other value" have utilities of their own. A softmax turns
utilities into probabilities. The weights are data (``patterns/confidence.json``): shared ones, and
what each field adds to them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.field import Candidate

Weights = dict[str, float]

#: Pseudo-features of the two options that are no candidate's value.
NOT_STATED, OTHER = "option_not_stated", "option_other"

#: How much less credible (in utility) a rival may be and still outrank or dominate.
CREDIBLE = 1.0


@dataclass(frozen=True, slots=True)
class Option:
    """A possible reading: its value, its features, and the candidates behind it (best first)."""

    value: Any
    features: Weights
    candidates: tuple[Candidate, ...]


class Confidence:
    """The weights, and which confidence is good enough not to be reviewed."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text(encoding="utf-8"))
        self.shared: Weights = data["shared"]
        self.fields: dict[str, Weights] = data["fields"]
        self.review_below: float = data["review_below"]
        self._merged: dict[str, Weights] = {}

    def weights(self, field: str) -> Weights:
        """Shared weights plus the field's own."""
        if field not in self._merged:
            merged = dict(self.shared)
            for name, weight in self.fields.get(field, {}).items():
                merged[name] = merged.get(name, 0.0) + weight
            self._merged[field] = merged
        return self._merged[field]


def key_of(value: Any) -> Hashable:
    """A hashable form of a field's value."""
    if isinstance(value, dict):
        return tuple(sorted((k, key_of(v)) for k, v in value.items() if k in ("low", "high")))
    if isinstance(value, list):
        return tuple(sorted(map(str, value)))
    if isinstance(value, float):
        return round(value, 4)
    return value  # type: ignore[no-any-return]


def score(features: Weights, weights: Weights) -> float:
    """Weighted sum of features; a feature without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def options(
    candidates: Sequence[Candidate],
    rank: Callable[[str], int],
    order: Callable[[Any], float] | None,
    weights: Weights,
    noise: float = 0.0,
) -> list[Option]:
    """Group candidates by value, with the features that compare them; "not stated" and "other" come last.

    ``noise`` is how garbled the report is (:mod:`extractor.layout.noise`): a value read from it, and its
    absence.
    """
    current = [c for c in candidates if c.value is not None]
    _compare(current, rank, order, weights)
    groups: dict[Hashable, list[Candidate]] = {}
    for candidate in current:
        groups.setdefault(key_of(candidate.value), []).append(candidate)
    found = []
    for group in groups.values():
        best = sorted(group, key=lambda c: (-score(c.features, weights), c.start))
        features = dict(best[0].features)
        features["value"] = 1.0
        features["noise"] = noise
        features["agreeing"] = math.log(len({c.unit.index for c in group}))
        features["elsewhere"] = float(len({c.unit.section for c in group}) > 1)
        found.append(Option(best[0].value, features, tuple(best)))
    silent = sorted(
        (c for c in candidates if c.value is None), key=lambda c: (-score(c.features, weights), c.start)
    )
    nothing: Weights = {NOT_STATED: 1.0}
    if silent:
        nothing["silence_explained"] = 1.0
    if not current:
        nothing["no_candidate"] = 1.0
        nothing["silence_in_noise"] = noise
    found.append(Option(None, nothing, tuple(silent)))
    found.append(Option(..., {OTHER: 1.0, "other_without_candidate": float(not current)}, ()))
    return found


def _compare(
    current: Sequence[Candidate],
    rank: Callable[[str], int],
    order: Callable[[Any], float] | None,
    weights: Weights,
) -> None:
    """Mark candidates that lose by the rule book: to a section that counts more, or to a higher value.

    Only a rival about as credible by its own features counts: a node's size does not beat the tumor's by
    being larger.
    """
    best_above: dict[int, list[tuple[float, Hashable]]] = {}
    rated = []
    for candidate in current:
        for name in ("outranked", "dominated"):
            candidate.features.pop(name, None)
        rated.append(
            (candidate, _rank(candidate, rank), score(candidate.features, weights), key_of(candidate.value))
        )
    for _, own, base, key in rated:
        top = best_above.setdefault(own, [])
        top.append((base, key))
        top.sort(key=lambda item: -item[0])
        # The best of two different values is enough to find a rival of any value.
        second = next((item for item in top if item[1] != top[0][1]), None)
        best_above[own] = [top[0]] + ([second] if second else [])
    for candidate, own, base, key in rated:
        if any(
            other > own and any(b >= base - CREDIBLE and k != key for b, k in top)
            for other, top in best_above.items()
        ):
            candidate.features["outranked"] = 1.0
    if order is None:
        return
    highest: dict[int, float] = {}
    previous: list[tuple[int, float]] = []
    last = math.inf
    for candidate, own, base, _ in sorted(rated, key=lambda r: -order(r[0].value)):
        value = order(candidate.value)
        if value < last:
            for other, credit in previous:
                highest[other] = max(highest.get(other, -math.inf), credit)
            previous, last = [], value
        if highest.get(own, -math.inf) >= base - CREDIBLE:
            candidate.features["dominated"] = 1.0
        previous.append((own, base))


def _rank(candidate: Candidate, rank: Callable[[str], int]) -> int:
    features = candidate.features
    if (
        "historical" in features
        or "reference" in features
        or "template" in features
        or "other_tumor" in features
    ):
        return 0
    return rank(candidate.unit.section)


def probabilities(choices: Sequence[Option], weights: Weights) -> list[float]:
    """Softmax of the options' utilities."""
    utilities = [score(option.features, weights) for option in choices]
    top = max(utilities)
    exps = [math.exp(u - top) for u in utilities]
    total = sum(exps)
    return [e / total for e in exps]
