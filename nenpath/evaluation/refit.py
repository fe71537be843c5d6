"""Refitting confidence on a hospital's annotated reports, held back towards the shipped model.

The shipped log-odds of a reading become ``intercept + slope * log-odds``: one line for given values, one for
"not stated", shared by all fields, and each field's deviations from them. Gaussian priors hold every number
at what leaves the shipped confidence as it is; how strongly is chosen by cross-validation over reports, and
"not at all" is among the choices. Few reports therefore move little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from extractor.confidence.odds import ENDS
from nenpath.calibration import Accept, Kind, Line, Moves
from nenpath.evaluation import figures
from nenpath.evaluation.decisions import Decisions
from nenpath.evaluation.thresholds import threshold, upper_bound

#: The fewest annotated reports worth fitting on.
FEWEST = 30

#: Prior standard deviations of intercepts and log-slopes: shared, and of each field about the shared.
SHARED_SPREAD, FIELD_SPREAD = (1.0, 0.3), (0.5, 0.15)

#: Factors on the two spreads that are tried; 0 keeps the shipped confidence.
STRENGTHS = ((0.0, 0.0), *product((0.25, 0.5, 1.0), (0.1, 0.4, 1.0)))

FOLDS = 5
KINDS: tuple[Kind, Kind] = ("not_stated", "value")


@dataclass(frozen=True, slots=True)
class Refit:
    """What a gold set makes of the shipped confidence; ``training`` holds out-of-fold figures."""

    fields: dict[str, Moves]
    others: Moves
    training: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Intercepts and log-slopes: ``shared[kind]`` and ``fields[field, kind]``; the two on the last axis."""

    shared: NDArray[np.float64]
    fields: NDArray[np.float64]

    def line(self, field: int | None, kind: int) -> Line:
        both = self.shared[kind] + (0.0 if field is None else self.fields[field, kind])
        return Line(intercept=round(float(both[0]), 4), slope=round(float(np.exp(both[1])), 4))

    def moved(self, decisions: Decisions) -> Decisions:
        """The decisions with the confidence these lines give, to the four digits of a record."""
        kind = decisions.given.astype(int)
        both = self.shared[kind] + self.fields[decisions.field, kind]
        if not both.any():
            return decisions
        utility = both[:, 0] + np.exp(both[:, 1]) * _log_odds(decisions)
        return replace(decisions, confidence=np.round(1.0 / (1.0 + np.exp(-utility)), 4))


def refit(decisions: Decisions, target: float) -> Refit:
    """Fit lines and thresholds.

    Parameters
    ----------
    decisions
        Of a store read with the shipped confidence; every report has a record.
    target
        Precision that accepted readings shall have.
    """
    folds = _folds(decisions)
    tried = {strength: _held_out(decisions, folds, strength) for strength in STRENGTHS}
    losses = {strength: figures.log_loss(moved) or 0.0 for strength, moved in tried.items()}
    strength = min(STRENGTHS, key=lambda s: losses[s])
    lines, held_out = _fit(decisions, strength), tried[strength]
    pooled = {kind: _threshold(held_out, number, target) for number, kind in enumerate(KINDS)}
    fields = {
        name: Moves(
            lines={kind: lines.line(index, number) for number, kind in enumerate(KINDS)},
            accept={
                kind: _accept(held_out.of(name), number, target, pooled[kind])
                for number, kind in enumerate(KINDS)
            },
        )
        for index, name in enumerate(decisions.names)
    }
    others = Moves(
        lines={kind: lines.line(None, number) for number, kind in enumerate(KINDS)},
        accept={kind: Accept(threshold=max(target, pooled[kind] or 0.0), basis="model") for kind in KINDS},
    )
    training = {
        "reports": decisions.reports,
        "decisions": len(decisions),
        "folds": FOLDS,
        "strength": {"shared": strength[0], "fields": strength[1]},
        "log_loss": [[*s, round(loss, 5)] for s, loss in losses.items()],
        "shipped": summary(decisions, target),
        "refitted": summary(held_out, target),
    }
    return Refit(fields, others, training)


def summary(decisions: Decisions, target: float) -> dict[str, Any]:
    """Calibration in a few numbers."""
    given = decisions.where(decisions.given)
    found = {
        "accuracy": float(decisions.right.mean()),
        "ece_all": figures.ece(decisions)[1],
        "ece_given": figures.ece(given)[1],
        "brier_given": figures.brier(given),
        "log_loss": figures.log_loss(decisions),
        "accepted_at_target": figures.accepted_at(decisions, target),
    }
    return {name: None if value is None else round(value, 5) for name, value in found.items()}


def _accept(decisions: Decisions, kind: int, target: float, pooled: float | None) -> Accept:
    """Shown for the field, else for all fields if the field does not contradict, else by the confidence."""
    own = decisions.where(decisions.given == bool(kind))
    tries: list[tuple[float | None, Any]] = [
        (_threshold(decisions, kind, target), "field"),
        (pooled, "pooled"),
        (max(target, pooled or 0.0), "model"),
    ]
    for limit, basis in tries:
        if limit is None:
            continue
        above = own.confidence >= limit
        n, right = int(above.sum()), int(own.right[above].sum())
        if not n or upper_bound(right, n) >= target:
            return Accept(threshold=limit, basis=basis, readings=n, right=right)
    return Accept(threshold=None, basis="none")


def _threshold(decisions: Decisions, kind: int, target: float) -> float | None:
    own = decisions.where(decisions.given == bool(kind))
    return threshold(own.confidence, own.right, target).confidence


def _folds(decisions: Decisions) -> NDArray[np.int64]:
    """Fold of each decision, by its report; the reports shuffled, always in the same way."""
    shuffled = np.random.default_rng(0).permutation(decisions.reports)
    folds: NDArray[np.int64] = shuffled[decisions.report] % FOLDS
    return folds


def _held_out(decisions: Decisions, folds: NDArray[np.int64], strength: tuple[float, float]) -> Decisions:
    confidence = decisions.confidence.copy()
    if any(strength):
        for fold in range(FOLDS):
            out = folds == fold
            lines = _fit(decisions.where(~out), strength)
            confidence[out] = lines.moved(decisions.where(out)).confidence
    return replace(decisions, confidence=confidence)


def _log_odds(decisions: Decisions) -> NDArray[np.float64]:
    inside = np.clip(decisions.confidence, ENDS, 1.0 - ENDS)
    odds: NDArray[np.float64] = np.log(inside / (1.0 - inside))
    return odds


def _fit(decisions: Decisions, strength: tuple[float, float]) -> _Lines:
    """Penalized likelihood of being right; numbers are sought in units of their spread."""
    count = len(decisions.names)
    shape = (1 + count, 2, 2)  # the shared first, then the fields; kinds; intercept and log-slope
    if not any(strength) or not len(decisions):
        return _Lines(np.zeros((2, 2)), np.zeros((count, 2, 2)))
    spread = np.empty(shape)
    spread[0] = strength[0] * np.array(SHARED_SPREAD)
    spread[1:] = strength[1] * np.array(FIELD_SPREAD)
    kind, cell = decisions.given.astype(int), 2 * decisions.field + decisions.given
    x, y = _log_odds(decisions), decisions.right.astype(float)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        units = flat.reshape(shape)
        lines = units * spread
        both = lines[0, kind] + lines[1:].reshape(-1, 2)[cell]
        moved = np.exp(both[:, 1]) * x
        utility = both[:, 0] + moved
        residual = 1.0 / (1.0 + np.exp(-utility)) - y
        value = np.logaddexp(0.0, utility).sum() - (y * utility).sum() + 0.5 * (flat**2).sum()
        gradient = np.empty(shape)
        for number, part in enumerate((residual, residual * moved)):
            summed = np.bincount(cell, weights=part, minlength=2 * count).reshape(count, 2)
            gradient[1:, :, number] = summed
            gradient[0, :, number] = summed.sum(axis=0)
        return float(value), (gradient * spread + units).ravel()

    start = np.zeros(int(np.prod(shape)))
    found = minimize(loss, start, jac=True, method="BFGS", options={"maxiter": 200}).x
    lines = found.reshape(shape) * spread
    return _Lines(lines[0], lines[1:])
