"""Fitting the confidence model: a conditional logit, shrunk towards the weights it starts from.

Every field has the shared weights plus its own deviations; both are held back by Gaussian priors, so
a field seen rarely keeps the shared behavior. Which candidate stands for a value depends on the
weights, so grouping and fitting alternate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from extractor.confidence.resolve import Option, Weights, options
from extractor.field import Candidate

#: Prior precisions: how strongly shared weights hold to their start, and fields to the shared ones.
SHARED_PRECISION, FIELD_PRECISION = 1.5, 3.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One decision: a field of one annotated report.

    ``right`` tells whether a value is the annotated one (None: not stated); ``group`` keeps a report's
    decisions in one fold; ``noise`` is the report's.
    """

    field: str
    group: str
    candidates: Sequence[Candidate]
    rank: Callable[[str], int]
    order: Callable[[Any], float] | None
    right: Callable[[Any], bool]
    weight: float = 1.0
    noise: float = 0.0


def target(choices: Sequence[Option], right: Callable[[Any], bool]) -> int:
    """Index of the right option; the last one ("some other value") if none is right."""
    for index, option in enumerate(choices[:-1]):
        if right(option.value):
            return index
    return len(choices) - 1


def fit(
    samples: Sequence[Sample],
    shared: Weights,
    fields: dict[str, Weights],
    held: Weights | None = None,
    *,
    rounds: int = 3,
) -> tuple[Weights, dict[str, Weights]]:
    """Fit shared and per-field weights to annotated decisions.

    Parameters
    ----------
    held
        Features whose weights the rule book sets more than the data: factors on their prior precision.

    Returns
    -------
    shared, fields
        New weights; features never seen keep their start.
    """
    start_shared, start_fields = dict(shared), {name: dict(w) for name, w in fields.items()}
    for _ in range(rounds):
        shared, fields = _fit_once(samples, shared, fields, start_shared, start_fields, held or {})
    return shared, fields


def _fit_once(
    samples: Sequence[Sample],
    shared: Weights,
    fields: dict[str, Weights],
    start_shared: Weights,
    start_fields: dict[str, Weights],
    held: Weights,
) -> tuple[Weights, dict[str, Weights]]:
    columns: dict[tuple[str | None, str], int] = {}
    data: list[float] = []
    indices: list[int] = []
    indptr = [0]
    owner: list[int] = []
    hits: list[int] = []
    for number, sample in enumerate(samples):
        weights = dict(shared)
        for name, weight in fields.get(sample.field, {}).items():
            weights[name] = weights.get(name, 0.0) + weight
        choices = options(sample.candidates, sample.rank, sample.order, weights, sample.noise)
        hits.append(len(owner) + target(choices, sample.right))
        for option in choices:
            for name, value in option.features.items():
                for key in ((None, name), (sample.field, name)):
                    indices.append(columns.setdefault(key, len(columns)))
                    data.append(value)
            indptr.append(len(indices))
            owner.append(number)
    matrix = csr_matrix((data, indices, indptr), shape=(len(owner), len(columns)))
    keys = list(columns)
    center = np.array(
        [start_shared.get(n, 0.0) if f is None else start_fields.get(f, {}).get(n, 0.0) for f, n in keys]
    )
    precision = np.array(
        [(SHARED_PRECISION if f is None else FIELD_PRECISION) * held.get(n, 1.0) for f, n in keys]
    )
    owners, hit = np.array(owner), np.array(hits)
    importance = np.array([s.weight for s in samples])
    starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        utility = matrix @ theta
        top = np.maximum.reduceat(utility, starts)
        exp = np.exp(utility - top[owners])
        total = np.add.reduceat(exp, starts)
        log_p = utility[hit] - top - np.log(total)
        residual = (exp / total[owners]) * importance[owners]
        np.subtract.at(residual, hit, importance)
        gap = theta - center
        value = -(importance * log_p).sum() + 0.5 * (precision * gap**2).sum()
        return float(value), matrix.T @ residual + precision * gap

    found = minimize(loss, center.copy(), jac=True, method="L-BFGS-B", options={"maxiter": 400}).x
    new_shared = dict(start_shared)
    new_fields = {name: dict(w) for name, w in start_fields.items()}
    for (field, name), weight in zip(keys, found, strict=True):
        if field is None:
            new_shared[name] = float(weight)
        else:
            new_fields.setdefault(field, {})[name] = float(weight)
    return new_shared, new_fields
