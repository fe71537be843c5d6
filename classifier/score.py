"""Published scores, each for the population it was made for.

A score's points, population and caveats are data (scores.toml). Inputs the report does not give, and
intervals over a cut-off, leave a lowest and a highest possible score.
"""

from __future__ import annotations

import tomllib
from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from classifier.distribution import Span

SCORES = Path(__file__).with_name("scores.toml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Belongs(_Strict):
    """A condition of the population: the values of a field that belong to it."""

    field: str
    values: tuple[str, ...]
    name: str


class Band(_Strict):
    """The points of numbers above a bound, or from it on."""

    points: float
    above: float | None = None
    start: float | None = Field(default=None, alias="from")

    def holds(self, number: float) -> bool:
        """Tell whether a number gets these points."""
        if self.above is not None:
            return number > self.above
        return self.start is not None and number >= self.start


class Item(_Strict):
    """An item: points by value (``equal``) or by the first band that holds, else none."""

    field: str
    equal: dict[str, float] = {}
    bands: tuple[Band, ...] = ()
    most: float = 1

    def points(self, value: Hashable) -> set[float]:
        """Return every number of points the value leaves possible."""
        if isinstance(value, Span):
            return {self._number(point) for point in value.points()}
        if isinstance(value, int | float) and self.bands:
            return {self._number(value)}
        if value in self.equal:
            return {self.equal[str(value)]}
        return {0.0, self.most}

    def _number(self, number: float) -> float:
        return next((band.points for band in self.bands if band.holds(number)), 0.0)


class Score(_Strict):
    """A published score."""

    id: str
    title: str
    source: str
    population: tuple[Belongs, ...]
    items: tuple[Item, ...]

    def result(self, kept: Mapping[str, Hashable]) -> dict[str, Any]:
        """Return the score's entry in the record, as `classifier.record.Score`."""
        outside = [one for one in self.population if kept.get(one.field) not in (None, *one.values)]
        unsettled = [one.name for one in self.population if kept.get(one.field) is None]
        entry: dict[str, Any] = {"id": self.id, "value": None, "low": None, "high": None}
        if outside:
            found = ", ".join(f"{one.field} is {kept[one.field]}" for one in outside)
            why = f"not applicable, because {found}; made for: {self.title}"
            return {**entry, "applies": False, "why": why, "source": self.source}
        possible = [item.points(kept.get(item.field)) for item in self.items]
        low, high = sum(map(min, possible)), sum(map(max, possible))
        why = self.title
        if unsettled:
            why = f"applies only if these, not stated, hold: {', '.join(unsettled)}; made for: {self.title}"
        entry.update(value=low if low == high else None, low=low, high=high)
        return {**entry, "applies": None if unsettled else True, "why": why, "source": self.source}


class _ScoreFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    scores: tuple[Score, ...]


@cache
def published() -> tuple[Score, ...]:
    """Read the published scores."""
    return _ScoreFile.model_validate(tomllib.loads(SCORES.read_text(encoding="utf-8"))).scores


def scores(kept: Mapping[str, Hashable]) -> list[dict[str, Any]]:
    """Return every published score for a record.

    Parameters
    ----------
    kept : mapping
        The values the record holds.

    Returns
    -------
    list of dict
        As `classifier.record.Score`, those that do not apply included, with the reason.
    """
    return [score.result(kept) for score in published()]
