"""Published scores, each for the population it was made for.

A score's points, population and caveats are data (scores.toml). Inputs the report does not give, and
intervals over a cut-off, leave a lowest and a highest possible score. The distribution of a score is
that of its inputs, taken as independent, were the report in the score's population.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Hashable, Mapping
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, PrivateAttr, model_validator

from classifier.criteria import MET, NOT_MET, Rule
from classifier.distribution import Span, distribution

SCORES = Path(__file__).with_name("scores.toml")

# A lowest and a highest number of points, and how probable the pair is.
Range = tuple[float, float]
Chances = dict[Range, float]
Spread = tuple[tuple[Hashable, float], ...]

_REMEMBERED: Final = 50_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Belongs(_Strict):
    """A condition of the population; with ``excludes``, one that must not hold."""

    name: str
    rule: Rule
    excludes: bool = False

    @property
    def field(self) -> str:
        """The field the rule reads."""
        return str(self.rule.field)

    def state(self, value: Hashable) -> bool | None:
        """Tell whether a value belongs; None where it leaves that open."""
        states = {self.rule.test(point) for point in _points(value)}
        if states == {MET}:
            return not self.excludes
        return self.excludes if states == {NOT_MET} else None

    @model_validator(mode="after")
    def _reads_one_field(self) -> Belongs:
        if self.rule.field is None:
            msg = f"{self.name}: a condition of a population reads one field"
            raise ValueError(msg)
        return self


class Step(_Strict):
    """Points for what meets a rule."""

    points: float
    rule: Rule


class Item(_Strict):
    """One input of a score: steps in order, or a slope over a number."""

    name: str
    steps: tuple[Step, ...] = ()
    otherwise: float = 0.0
    field: str | None = None
    slope: float | None = None
    unknown: Range | None = None
    _reads: tuple[str, ...] = PrivateAttr(default=())
    _seen: dict[tuple[Hashable, ...], Range] = PrivateAttr(default_factory=dict)
    _kinds: dict[tuple[str, Hashable], Spread] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _context: Any) -> None:
        """Note the fields the item reads, once."""
        steps = (leaf.field for step in self.steps for leaf in step.rule.leaves())
        self._reads = (self.field,) if self.field else tuple(dict.fromkeys(str(field) for field in steps))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields the item reads."""
        return self._reads

    def range(self, fields: tuple[str, ...], world: tuple[Hashable, ...]) -> Range:
        """Return the lowest and highest points one combination of values leaves possible."""
        known = self._seen.get(world)
        if known is None:
            known = self._range(dict(zip(fields, world, strict=True)))
            if len(self._seen) < _REMEMBERED:
                self._seen[world] = known
        return known

    def _range(self, values: Mapping[str, Hashable]) -> Range:
        if self.slope is not None:
            number = values[str(self.field)]
            low, high = (number, number) if isinstance(number, int | float) else self.unknown or (0.0, 0.0)
            return self.slope * low, self.slope * high
        possible = []
        for step in self.steps:
            state = step.rule.state(values)
            if state != NOT_MET:
                possible.append(step.points)
            if state == MET:
                break
        else:
            possible.append(self.otherwise)
        return min(possible), max(possible)

    def spread(self, field: str, chances: Mapping[Hashable, float]) -> Spread:
        """Return a field's distribution over values that the item tells apart."""
        kinds: dict[Hashable, float] = {}
        for value, chance in chances.items():
            known = self._kinds.get((field, value))
            if known is None:
                known = self._kind(field, value)
                if len(self._kinds) < _REMEMBERED:
                    self._kinds[field, value] = known
            for kind, share in known:
                kinds[kind] = kinds.get(kind, 0.0) + chance * share
        return tuple(kinds.items())

    def _kind(self, field: str, value: Hashable) -> Spread:
        points = _points(value)
        leaves = [leaf for step in self.steps for leaf in step.rule.leaves() if leaf.field == field]
        alike: dict[Hashable, Hashable] = {}
        shares: dict[Hashable, int] = {}
        for point in points:
            mark = point if self.slope is not None else tuple(leaf.test(point) for leaf in leaves)
            kind = alike.setdefault(mark, point)
            shares[kind] = shares.get(kind, 0) + 1
        return tuple((kind, count / len(points)) for kind, count in shares.items())

    def chances(self, spreads: Mapping[str, Mapping[Hashable, float]]) -> Chances:
        """Return the probability of each range of points."""
        fields = self.fields
        options = [self.spread(field, spreads.get(field) or _UNKNOWN) for field in fields]
        found: Chances = {}
        for world in product(*options):
            chance = math.prod(share for _, share in world)
            points = self.range(fields, tuple(value for value, _ in world))
            found[points] = found.get(points, 0.0) + chance
        return found


class Open(_Strict):
    """Points that hang on what no field holds."""

    name: str
    range: Range


class Group(_Strict):
    """A group of a score: up to a bound, included, with its outcome in the derivation."""

    name: str
    to: float
    outcome: str


class Score(_Strict):
    """A published score."""

    id: str
    title: str
    source: str
    caveat: str
    population: tuple[Belongs, ...]
    items: tuple[Item, ...]
    open: tuple[Open, ...] = ()
    combine: Literal["sum", "max", "exp"] = "sum"
    groups: tuple[Group, ...] = ()

    def result(self, kept: Mapping[str, Hashable]) -> dict[str, Any]:
        """Return the score's entry in the record, as `classifier.record.Score`."""
        states = _states(self.id, tuple(map(kept.get, _asked(self.id))))
        outside = [one for one, state in states if state is False]
        entry: dict[str, Any] = {"id": self.id, "value": None, "low": None, "high": None}
        if outside:
            said = [f"{one.field} is {_written(kept[one.field])}" for one in outside]
            why = f"not applicable, because {', '.join(said)}; made for: {self.title}"
            return {**entry, "applies": False, "why": why, "source": self.source}
        unsettled = [one.name for one, state in states if state is None]
        certain = {name: {value: 1.0} for name, value in kept.items() if value is not None}
        parts = [item.chances(certain) for item in self.items]
        total = self._combined(parts)
        low, high = min(one for one, _ in total), max(one for _, one in total)
        missing = [
            item.name
            for item, part in zip(self.items, parts, strict=True)
            if len({end for pair in part for end in pair}) > 1
        ]
        entry.update(value=low if low == high else None, low=low, high=high)
        why = f"made for: {self.title}"
        if unsettled:
            why = f"applies only if these, not stated, hold: {', '.join(unsettled)}; {why}"
        why = "; ".join([*self._named(low, high), *self._lacking(missing), why, self.caveat])
        return {
            **entry,
            "applies": None if unsettled else True,
            "why": why,
            "source": self.source,
        }

    def probabilities(
        self, values: Mapping[str, Any], kept: Mapping[str, Hashable]
    ) -> dict[str, float] | None:
        """Probability of each value and of ``unknown``; None out of the population or if continuous."""
        states = _states(self.id, tuple(map(kept.get, _asked(self.id))))
        if self.combine == "exp" or any(state is False for _, state in states):
            return None
        spreads = {
            name: distribution(name, values[name])
            for item in self.items
            for name in item.fields
            if values.get(name) is not None
        }
        return _listed(self._combined([item.chances(spreads) for item in self.items]))

    def _combined(self, parts: list[Chances]) -> Chances:
        add: Callable[[float, float], float] = max if self.combine == "max" else _sum
        total: Chances = {(0.0, 0.0): 1.0}
        for part in [*parts, *({one.range: 1.0} for one in self.open)]:
            wider: Chances = {}
            for (low, high), chance in total.items():
                for (least, most), share in part.items():
                    both = add(low, least), add(high, most)
                    wider[both] = wider.get(both, 0.0) + chance * share
            total = wider
        if self.combine == "exp":
            return {
                (round(math.exp(low), 3), round(math.exp(high), 3)): p for (low, high), p in total.items()
            }
        return total

    def _named(self, low: float, high: float) -> list[str]:
        inside = [group for group in self.groups if group.to >= low]
        reached = [group for n, group in enumerate(inside) if n == 0 or inside[n - 1].to < high]
        if not reached:
            return []
        if len(reached) == 1:
            return [f"group {reached[0].name} ({reached[0].outcome})"]
        return [f"group {' or '.join(group.name for group in reached)}"]

    def _lacking(self, missing: list[str]) -> list[str]:
        names = [*missing, *(one.name for one in self.open)]
        return [f"bounds, because not settled: {', '.join(names)}"] if names else []


_UNKNOWN: Final[Mapping[Hashable, float]] = {None: 1.0}


def _written(value: Hashable) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _sum(first: float, second: float) -> float:
    return first + second


def _points(value: Hashable) -> list[Any]:
    return value.points() if isinstance(value, Span) else [value]


def _listed(chances: Chances) -> dict[str, float]:
    """Return the probability of each value, and of ``unknown`` where inputs leave several."""
    listed: dict[str, float] = {}
    for (low, high), chance in sorted(chances.items()):
        name = f"{low:g}" if low == high else "unknown"
        listed[name] = min(1.0, listed.get(name, 0.0) + chance)
    return listed


class _ScoreFile(_Strict):
    scores: tuple[Score, ...]


@cache
def published() -> tuple[Score, ...]:
    """Read the published scores."""
    return _ScoreFile.model_validate(tomllib.loads(SCORES.read_text(encoding="utf-8"))).scores


@cache
def _asked(name: str) -> tuple[str, ...]:
    return tuple(one.field for score in published() if score.id == name for one in score.population)


@lru_cache(maxsize=_REMEMBERED)
def _states(name: str, values: tuple[Hashable, ...]) -> tuple[tuple[Belongs, bool | None], ...]:
    population = next(score.population for score in published() if score.id == name)
    return tuple((one, one.state(value)) for one, value in zip(population, values, strict=True))


def scores(kept: Mapping[str, Hashable]) -> list[dict[str, Any]]:
    """Return every published score for a record, given the values it holds.

    Returns
    -------
    list of dict
        As `classifier.record.Score`, those that do not apply included, with the reason.
    """
    return [score.result(kept) for score in published()]


def probabilities(
    values: Mapping[str, Any], kept: Mapping[str, Hashable]
) -> dict[str, dict[str, float] | None]:
    """Return the distribution of every published score, from the fields' distributions."""
    return {score.id: score.probabilities(values, kept) for score in published()}
