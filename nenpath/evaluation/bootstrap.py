"""Intervals of accuracy, precision, recall and F1 by drawing reports again and again.

Reports are drawn, not decisions: the fields of one report fail together. Where all or none of few decisions
are right every drawing says the same; the exact interval of Clopper and Pearson stands there instead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nenpath.evaluation.decisions import Decisions
from nenpath.evaluation.thresholds import lower_bound, upper_bound

DRAWS = 1000
SEED = 1
#: Either side of a 95 % interval.
TAIL = 0.025

#: name: value, low, high; None where there is nothing to divide by.
Scores = dict[str, dict[str, float | None]]


def tally(decisions: Decisions) -> NDArray[np.float64]:
    """Count by report: decisions, right ones, values rightly given, given, stated."""
    right, given, stated = decisions.right, decisions.given, decisions.stated
    columns = [np.ones(len(decisions)), right, right & stated, given, stated]
    return np.stack(
        [np.bincount(decisions.report, weights=column, minlength=decisions.reports) for column in columns],
        axis=1,
    )


def draws(reports: int) -> NDArray[np.float64]:
    """How often each report is drawn, by drawing: the same whenever it is asked."""
    generator = np.random.default_rng(SEED)
    return generator.multinomial(reports, np.full(reports, 1.0 / reports), size=DRAWS).astype(float)


def scores(counted: NDArray[np.float64], drawn: NDArray[np.float64]) -> Scores:
    """Accuracy, precision, recall and F1 with their 95 % intervals."""
    exact, sampled = _ratios(counted.sum(axis=0)), _ratios(drawn @ counted)
    n, right, hit, given, stated = (int(total) for total in counted.sum(axis=0))
    parts = {
        "accuracy": (right, n),
        "precision": (hit, given),
        "recall": (hit, stated),
        "f1": (2 * hit, given + stated),
    }
    found: Scores = {}
    for index, (name, (upper, lower)) in enumerate(parts.items()):
        value = exact[..., index].item()
        if not lower:
            found[name] = {"value": None, "low": None, "high": None}
        elif upper in (0, lower):
            # F1 counts a value right once in precision and once in recall.
            once = (upper // 2, max(given, stated)) if name == "f1" else (upper, lower)
            bounds = lower_bound(*once, TAIL), upper_bound(*once, TAIL)
            found[name] = {"value": value, "low": bounds[0], "high": bounds[1]}
        else:
            low, high = np.nanquantile(sampled[:, index], [TAIL, 1.0 - TAIL])
            found[name] = {"value": value, "low": float(low), "high": float(high)}
    return found


def macro_f1(counted: list[NDArray[np.float64]], drawn: NDArray[np.float64]) -> dict[str, float | None]:
    """Mean F1 of fields, with its interval."""
    if not counted:
        return {"value": None, "low": None, "high": None}
    exact = np.mean([np.nan_to_num(_ratios(c.sum(axis=0))[3]) for c in counted])
    sampled = np.mean([np.nan_to_num(_ratios(drawn @ c)[:, 3]) for c in counted], axis=0)
    low, high = np.quantile(sampled, [TAIL, 1.0 - TAIL])
    return {"value": float(exact), "low": float(low), "high": float(high)}


def _ratios(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    n, right, hit, given, stated = np.moveaxis(totals, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([right / n, hit / given, hit / stated, 2 * hit / (given + stated)], axis=-1)
