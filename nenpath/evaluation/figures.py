"""Figures of calibration and of acceptance.

``ece``: readings in up to 15 bins of equal size by confidence; the mean distance between a bin's mean
confidence and its share of right readings, less what chance alone gives a perfectly calibrated tool with
the same confidences.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nenpath.evaluation.decisions import Decisions
from nenpath.evaluation.thresholds import lower_bound, upper_bound

BINS, BIN_SIZE = 15, 20
SIMULATIONS = 400

#: Points kept of a risk-coverage curve.
POINTS = 120


def _edges(n: int) -> NDArray[np.int64]:
    bins = max(1, min(BINS, n // BIN_SIZE))
    return np.arange(bins + 1) * n // bins


def _ranked(decisions: Decisions) -> Decisions:
    order = np.lexsort((decisions.tie, decisions.confidence))
    return decisions.where(order)


def ece(decisions: Decisions) -> tuple[float, float]:
    """Expected calibration error: as it is, and what of it is above chance (never below 0)."""
    n = len(decisions)
    if not n:
        return 0.0, 0.0
    ranked = _ranked(decisions)
    starts = _edges(n)[:-1]

    def gap(right: NDArray[Any]) -> Any:
        return np.abs(np.add.reduceat(ranked.confidence - right, starts, axis=-1)).sum(axis=-1) / n

    raw = float(gap(ranked.right))
    generator = np.random.default_rng(0)
    chance = np.mean([gap(generator.random(n) < ranked.confidence) for _ in range(SIMULATIONS)])
    return raw, max(0.0, raw - float(chance))


def brier(decisions: Decisions) -> float | None:
    """Mean squared distance between confidence and rightness."""
    if not len(decisions):
        return None
    return float(np.mean((decisions.confidence - decisions.right) ** 2))


def log_loss(decisions: Decisions) -> float | None:
    """Mean surprise in nats; a confidence counts as at least 0.00005 away from 0 and 1."""
    if not len(decisions):
        return None
    sure = np.clip(decisions.confidence, 5e-5, 1.0 - 5e-5)
    return float(-np.mean(np.log(np.where(decisions.right, sure, 1.0 - sure))))


def reliability(decisions: Decisions) -> list[dict[str, float]]:
    """Bins of equal size: mean confidence, share right with its 95 % interval, number."""
    if not len(decisions):
        return []
    ranked = _ranked(decisions)
    edges = _edges(len(ranked))
    bins = []
    for low, high in pairwise(edges):
        n, right = int(high - low), int(ranked.right[low:high].sum())
        bins.append(
            {
                "confidence": float(ranked.confidence[low:high].mean()),
                "right": right / n,
                "low": lower_bound(right, n, 0.025),
                "high": upper_bound(right, n, 0.025),
                "n": n,
            }
        )
    return bins


def risk_coverage(decisions: Decisions) -> list[list[float]]:
    """Coverage and risk as the threshold falls: given values accepted, as a share of the decisions where a
    value is stated or given; the share of wrong ones among them."""
    wanted = int((decisions.given | decisions.stated).sum())
    given = decisions.where(decisions.given)
    if not len(given):
        return []
    order = np.lexsort((given.tie, -given.confidence))
    ranked, wrong = given.confidence[order], np.cumsum(~given.right[order])
    ends = np.flatnonzero(np.r_[ranked[1:] < ranked[:-1], True])
    if len(ends) > POINTS:
        ends = ends[np.unique(np.linspace(0, len(ends) - 1, POINTS).round().astype(int))]
    return [[float((e + 1) / wanted), float(wrong[e] / (e + 1))] for e in ends]


def accepted_at(decisions: Decisions, target: float) -> float | None:
    """Given values of the highest confidences whose observed precision is the target, as a share of the
    decisions where a value is stated or given; an observation, not a promise."""
    wanted = int((decisions.given | decisions.stated).sum())
    given = decisions.where(decisions.given)
    if not wanted:
        return None
    order = np.argsort(-given.confidence, kind="stable")
    ranked, hits = given.confidence[order], np.cumsum(given.right[order])
    ends = np.flatnonzero(np.r_[ranked[1:] < ranked[:-1], np.ones(min(1, len(ranked)), dtype=bool)])
    good = [e + 1 for e in ends if hits[e] / (e + 1) >= target]
    return max(good, default=0) / wanted
