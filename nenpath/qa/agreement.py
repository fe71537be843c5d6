"""Agreement of codes and reports: shares, kappa, weighted kappa, Lin's concordance, ICC, with intervals.

Over values that both state. Intervals hold 95 % by drawing values again, the same whenever asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nenpath.qa.codes import data
from nenpath.qa.compare import AGREEING, Relation

DRAWS = 1000
SEED = 1
_TAIL = (0.025, 0.975)
# Above this many pairs groups of pairs are drawn, not single ones.
_MOST_DRAWN = 5000
_NUMBERS = ("length", "count", "percent", "rate")
#: value, low, high; None where there is nothing to compute it from.
Figure = dict[str, float | None]


class Pairs:
    """Pairs of a coded and a read value of one field."""

    def __init__(self, name: str) -> None:
        entry = data()["fields"][name]
        self.name = name
        self.numbers = entry["kind"] in _NUMBERS
        self._tnm = entry["kind"] == "tnm"
        self._order: list[str] | None = entry.get("order")
        self.relations: Counter[str] = Counter()
        self.table: Counter[tuple[str, str]] = Counter()
        self._x: list[float] = []
        self._y: list[float] = []

    def add(self, coded: Any, read: Any, how: Relation) -> None:
        """Count a pair. Categories of TNM are counted by their first letter."""
        self.relations[how] += 1
        if self.numbers:
            x, y = _middle(coded), _middle(read)
            if x is not None and y is not None:
                self._x.append(x)
                self._y.append(y)
        elif not isinstance(coded, list):
            first, second = str(coded), str(read)
            if self._tnm:
                first, second = first[:1], second.lstrip("pyctnm ")[:1]
            elif how in AGREEING:  # a class and a value in it are no disagreement
                first = second
            self.table[first, second] += 1

    @property
    def n(self) -> int:
        """How many pairs."""
        return self.relations.total()

    def figures(self) -> dict[str, Any]:
        """Everything that is said of the field."""
        found: dict[str, Any] = {"n": self.n, "relations": dict(self.relations)}
        agreeing = sum(self.relations[how] for how in AGREEING)
        found["equal"] = self.relations["equal"]
        found["agreement"] = _share(agreeing, self.n)
        found["kappa"] = found["weighted_kappa"] = found["concordance"] = found["icc"] = None
        if self.numbers:
            x, y = np.asarray(self._x), np.asarray(self._y)
            found["concordance"], found["icc"] = concordance(x, y), intraclass(x, y)
        elif self.table:
            names = self.categories()
            table = np.array([[self.table[a, b] for b in names] for a in names], dtype=float)
            found["kappa"] = kappa(table, None)
            ranks = self._ranks(names)
            if ranks is not None:
                found["weighted_kappa"] = kappa(table, ranks)
        return found

    def categories(self) -> list[str]:
        """The categories that occur, in their order."""
        names = {name for pair in self.table for name in pair}
        order = self._order or []
        return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))

    def _ranks(self, names: list[str]) -> NDArray[np.float64] | None:
        """Places on a scale; NaN where a category has none, such as "high" among numbered grades."""
        if self._tnm:
            scale = [float(name) if name.isdigit() else np.nan for name in names]
        elif self._order:
            scale = [float(self._order.index(name)) if name in self._order else np.nan for name in names]
        else:
            return None
        return np.asarray(scale)


def kappa(table: NDArray[np.float64], ranks: NDArray[np.float64] | None) -> Figure | None:
    """Cohen's kappa of a square table of counts, with quadratic weights where the categories have ranks."""
    if ranks is not None:
        kept = ~np.isnan(ranks)
        table, ranks = table[np.ix_(kept, kept)], ranks[kept]
    total = int(table.sum())
    if total == 0:
        return None
    size = len(table)
    away = np.square(ranks[:, None] - ranks[None, :]) if ranks is not None else 1.0 - np.eye(size)
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(total, (table / total).ravel(), size=DRAWS).reshape(DRAWS, size, size)
    return _figure(_kappa(table[None], away)[0], _kappa(drawn.astype(float), away))


def _kappa(tables: NDArray[np.float64], away: NDArray[np.float64]) -> NDArray[np.float64]:
    total = tables.sum(axis=(1, 2))
    expected = tables.sum(axis=2)[:, :, None] * tables.sum(axis=1)[:, None, :] / total[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        found: NDArray[np.float64] = 1.0 - (tables * away).sum(axis=(1, 2)) / (expected * away).sum(
            axis=(1, 2)
        )
        return found


def concordance(x: NDArray[np.float64], y: NDArray[np.float64]) -> Figure | None:
    """Lin's concordance correlation coefficient."""
    return _of_pairs(x, y, _lin)


def intraclass(x: NDArray[np.float64], y: NDArray[np.float64]) -> Figure | None:
    """The intraclass correlation of absolute agreement, two-way, of single values: ICC(A,1).

    McGraw and Wong, Psychological Methods 1996, table 4.
    """
    return _of_pairs(x, y, _icc)


def _of_pairs(
    x: NDArray[np.float64], y: NDArray[np.float64], formula: Callable[[NDArray[Any]], NDArray[np.float64]]
) -> Figure | None:
    """A figure that follows from sums over pairs, with its interval."""
    if len(x) < 2:
        return None
    x, y = x - x.mean(), y - x.mean()  # sums of squares lose digits far from zero
    sums = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
    groups = np.arange(len(x)) % min(len(x), _MOST_DRAWN)
    summed = np.stack([np.bincount(groups, weights=column) for column in sums.T], axis=1)
    generator = np.random.default_rng(SEED)
    times = generator.multinomial(len(summed), np.full(len(summed), 1 / len(summed)), size=DRAWS)
    return _figure(formula(sums.sum(axis=0)[None])[0], formula(times.astype(float) @ summed))


def _lin(sums: NDArray[Any]) -> NDArray[np.float64]:
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = x / n, y / n
        covariance = xy / n - mean_x * mean_y
        spread = xx / n - mean_x**2 + yy / n - mean_y**2 + (mean_x - mean_y) ** 2
        found: NDArray[np.float64] = 2 * covariance / spread
        return found


def _icc(sums: NDArray[Any]) -> NDArray[np.float64]:
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        correction = (x + y) ** 2 / (2 * n)
        rows = (xx + yy + 2 * xy) / 2 - correction  # pairs
        columns = (x**2 + y**2) / n - correction  # code and report
        rest = xx + yy - correction - rows - columns
        between, within = rows / (n - 1), rest / (n - 1)
        found: NDArray[np.float64] = (between - within) / (between + within + 2 / n * (columns - within))
        return found


def _figure(value: float, drawn: NDArray[np.float64]) -> Figure | None:
    if not np.isfinite(value):
        return None
    low, high = np.nanquantile(drawn, _TAIL)
    return {"value": float(value), "low": float(low), "high": float(high)}


def _share(count: int, n: int) -> Figure | None:
    """A share with its exact interval."""
    from nenpath.evaluation.thresholds import lower_bound, upper_bound

    if not n:
        return None
    return {"value": count / n, "low": lower_bound(count, n, 0.025), "high": upper_bound(count, n, 0.025)}


def table_of(pairs: Pairs) -> dict[str, Any]:
    """The confusion table: categories, and counts by coded (rows) and read (columns) value."""
    names = pairs.categories()
    return {"categories": names, "counts": [[pairs.table[a, b] for b in names] for a in names]}


def _middle(value: Any) -> float | None:
    if isinstance(value, dict):
        return None if value["high"] is None else (value["low"] + value["high"]) / 2
    return float(value) if isinstance(value, int | float) else None
