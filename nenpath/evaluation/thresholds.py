"""Which confidence is good enough to accept unseen, with a bound that holds.

The lower bound of a share is that of Clopper and Pearson (1934), one-sided. To try several thresholds on one
set of readings without fooling oneself, they are tested in an order the confidences alone decide (fixed
sequence; Angelopoulos et al., "Learn then Test", 2021): from strict to generous, up to the first that
fails.
Then the chance that the threshold kept has a precision below the target is at most ``ERROR``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

#: Accepted chance that a threshold promises too much.
ERROR = 0.05

#: The first threshold tried accepts this many times the readings needed if all were right: it may then
#: contain an error or two.
FIRST = 2.1

#: How many thresholds are tried at most.
TRIED = 40


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold and what it accepts.

    ``confidence`` is None if none could be shown to meet the target; ``accepted``, ``right`` and ``bound``
    are then those of the first one tried. ``needed`` is how many readings, all right, could show it.
    """

    confidence: float | None
    accepted: int
    right: int
    bound: float
    needed: int


def lower_bound(right: int, n: int, error: float = ERROR) -> float:
    """Lower bound of a share, one-sided.

    >>> round(lower_bound(299, 299), 4)
    0.99
    """
    return 0.0 if right == 0 else float(beta.ppf(error, right, n - right + 1))


def upper_bound(right: int, n: int, error: float = ERROR) -> float:
    """Upper bound of a share, one-sided.

    >>> upper_bound(5, 5)
    1.0
    """
    return 1.0 if right == n else float(beta.ppf(1.0 - error, right + 1, n - right))


def needed(target: float, error: float = ERROR) -> int:
    """How many readings, all of them right, show a target.

    >>> needed(0.99), needed(0.95)
    (299, 59)
    """
    return math.ceil(math.log(error) / math.log(target))


def threshold(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], target: float, error: float = ERROR
) -> Threshold:
    """Find the most generous threshold whose precision is at least the target, with confidence 1 - error."""
    enough = needed(target, error)
    if not len(confidence):
        return Threshold(None, 0, 0, 0.0, enough)
    order = np.argsort(-confidence, kind="stable")
    ranked, hits = confidence[order], np.cumsum(right[order])
    # A threshold cannot cut readings of the same confidence.
    cuts = np.flatnonzero(np.r_[ranked[1:] < ranked[:-1], True]) + 1
    first = int(np.searchsorted(cuts, min(math.ceil(FIRST * enough), len(ranked))))
    tried = cuts[first:]
    if len(tried) > TRIED:
        tried = tried[np.unique(np.linspace(0, len(tried) - 1, TRIED).round().astype(int))]
    kept: Threshold | None = None
    for count in map(int, tried):
        hit = int(hits[count - 1])
        bound = lower_bound(hit, count, error)
        found = Threshold(float(ranked[count - 1]), count, hit, bound, enough)
        if bound < target:
            return kept or Threshold(None, count, hit, bound, enough)
        kept = found
    return kept or Threshold(None, 0, 0, 0.0, enough)
