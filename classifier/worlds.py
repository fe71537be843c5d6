"""The exact distribution of the risk over what the fields may be.

Fields are independent; criteria that share a field are not. Criteria (and the derived grade) are
therefore put into groups that share no field, the combinations of a group's values (its worlds) are
enumerated, and the groups' effects are added up. Values that no rule can tell apart count as one, and
what a world amounts to is computed once and remembered, so that a record costs a few hundred
multiplications.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from classifier import grade
from classifier.criteria import MET, UNKNOWN, Criterion, Rule, criteria
from classifier.distribution import Span
from classifier.grade import UNGRADED, Derived
from classifier.policy import Policy

Spread = list[tuple[Hashable, float]]

_REMEMBERED: Final = 200_000  # worlds and values kept in memory, per group


class Effect(NamedTuple):
    """What a world does to the level, missing required inputs being unmet, or (``worst``) at their worst."""

    not_applicable: bool = False
    decisive: bool = False
    contributing: int = 0
    beside: int = 0
    worst_decisive: bool = False
    worst_contributing: int = 0
    worst_beside: int = 0
    incomplete: bool = False


class Outcome(NamedTuple):
    """What a world of one group amounts to."""

    effect: Effect
    states: tuple[int, ...]
    missing: tuple[bool, ...]
    derived: Derived


@dataclass
class Group:
    """Criteria and inputs that share fields, by their position in the criteria file and the policy."""

    fields: tuple[str, ...]
    criteria: tuple[int, ...]
    inputs: tuple[int, ...]
    grades: bool
    worlds: dict[tuple[Hashable, ...], Outcome] = field(default_factory=dict)


class Worlds:
    """A policy and the criteria, ready to be applied to distributions.

    Parameters
    ----------
    policy : Policy
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.criteria = criteria()
        self.leaves: dict[str, list[Rule]] = {}
        for criterion in self.criteria:
            for leaf in criterion.rule.leaves():
                self.leaves.setdefault(str(leaf.field), []).append(leaf)
        self.groups = self._grouped()
        self._alike: dict[tuple[str, Hashable], Hashable] = {}
        self._seen: dict[tuple[str, Hashable], tuple[tuple[Hashable, float], ...]] = {}
        self._interned: dict[Outcome, Outcome] = {}
        self._add = lru_cache(maxsize=_REMEMBERED)(self._added)

    def _grouped(self) -> tuple[Group, ...]:
        """Join what shares a field; the inputs join the criteria they name."""
        sets: list[set[str]] = [set(_reads(criterion)) for criterion in self.criteria]
        names = [criterion.id for criterion in self.criteria]
        for item in self.policy.inputs:
            joined = {*item.known_by, *item.unfavorable}
            sets.append(set().union(*(sets[names.index(one)] for one in joined)))
        sets.append({self.policy.not_applicable.field})
        sets.append(set(grade.INPUTS))
        merged: list[set[str]] = []
        for one in sets:
            apart = [other for other in merged if not other & one]
            merged = [*apart, one.union(*(other for other in merged if other & one))]
        groups = []
        for fields in merged:
            inside = tuple(n for n, criterion in enumerate(self.criteria) if _reads(criterion) & fields)
            ids = {names[n] for n in inside}
            inputs = tuple(n for n, item in enumerate(self.policy.inputs) if ids & {*item.known_by})
            order = tuple(sorted(fields))
            groups.append(Group(order, inside, inputs, set(grade.INPUTS) <= fields))
        return tuple(groups)

    def spread(self, name: str, chances: Mapping[Hashable, float]) -> Spread:
        """Return a field's distribution over values that some rule tells apart.

        Parameters
        ----------
        name : str
            The field.
        chances : mapping
            Its distribution; intervals are spread over their points.

        Returns
        -------
        list of (value, probability)
            One value for all of its kind, so each probability is that of the kind.
        """
        kinds: dict[Hashable, float] = {}
        for value, chance in chances.items():
            for kind, share in self._kinds(name, value):
                kinds[kind] = kinds.get(kind, 0.0) + chance * share
        return list(kinds.items())

    def _kinds(self, name: str, value: Hashable) -> tuple[tuple[Hashable, float], ...]:
        known = self._seen.get((name, value))
        if known is not None:
            return known
        points = value.points() if isinstance(value, Span) else [value]
        shares: dict[Hashable, int] = {}
        for point in points:
            kind = self._kind(name, point)
            shares[kind] = shares.get(kind, 0) + 1
        spread = tuple((kind, share / len(points)) for kind, share in shares.items())
        if len(self._seen) < _REMEMBERED:
            self._seen[name, value] = spread
        return spread

    def _kind(self, name: str, value: Hashable) -> Hashable:
        if name == self.policy.not_applicable.field:
            return value
        mark = (tuple(leaf.test(value) for leaf in self.leaves.get(name, ())), grade.signature(name, value))
        return self._alike.setdefault((name, mark), value)

    def outcomes(self, group: Group, spreads: Mapping[str, Spread]) -> dict[Outcome, float]:
        """Return the probability of each outcome of a group, enumerating its worlds.

        Parameters
        ----------
        group : Group
        spreads : mapping
            The distribution of every field of the group, from `spread`; a missing one is unknown.
        """
        worlds: list[tuple[tuple[Hashable, ...], float]] = [((), 1.0)]
        for name in group.fields:
            options = spreads.get(name)
            if options is None:
                worlds = [((*world, None), chance) for world, chance in worlds]
            elif len(options) == 1:
                only = options[0][0]
                worlds = [((*world, only), chance) for world, chance in worlds]
            else:
                worlds = [
                    ((*world, value), chance * share) for world, chance in worlds for value, share in options
                ]
        if len(group.worlds) > _REMEMBERED:
            group.worlds.clear()
        chances: dict[int, float] = {}
        found: dict[int, Outcome] = {}
        for world, chance in worlds:
            outcome = group.worlds.get(world)
            if outcome is None:
                fresh = self._outcome(group, world)
                outcome = group.worlds[world] = self._interned.setdefault(fresh, fresh)
            # Equal outcomes are one object, and hashing one costs more than the rest of the loop.
            key = id(outcome)
            found[key] = outcome
            chances[key] = chances.get(key, 0.0) + chance
        return {outcome: chances[key] for key, outcome in found.items()}

    def _outcome(self, group: Group, world: tuple[Hashable, ...]) -> Outcome:
        values: dict[str, Hashable] = dict(zip(group.fields, world, strict=True))
        derived = grade.derive(values) if group.grades else UNGRADED
        values["derived_grade"] = derived.grade
        states = {self.criteria[n].id: self.criteria[n].rule.state(values) for n in group.criteria}
        met = {one for one, state in states.items() if state == MET}
        worst = set(met)
        missing = []
        incomplete = False
        for n in group.inputs:
            item = self.policy.inputs[n]
            absent = all(states[one] == UNKNOWN for one in item.known_by)
            missing.append(absent)
            if absent and item.required:
                incomplete = True
                worst.update(item.unfavorable)
        where = self.policy.not_applicable
        effect = Effect(
            values.get(where.field) in where.values,
            *self._weights(met),
            *self._weights(worst),
            incomplete,
        )
        return Outcome(effect, tuple(states.values()), tuple(missing), derived)

    def _weights(self, met: set[str]) -> tuple[bool, int, int]:
        roles = self.policy.roles
        return (
            not met.isdisjoint(roles.decisive),
            len(met.intersection(roles.contributing)),
            len(met.intersection(roles.beside)),
        )

    def total(self, effects: list[dict[Effect, float]]) -> dict[Effect, float]:
        """Add up the effects of independent groups: the distribution of their sum."""
        whole: dict[Effect, float] = {Effect(): 1.0}
        for part in effects:
            if len(part) == 1:
                (effect,) = part
                if effect == _NOTHING:
                    continue
                whole = self._combine(whole, [(effect, 1.0)])
            else:
                whole = self._combine(whole, list(part.items()))
        return whole

    def _combine(self, whole: dict[Effect, float], part: list[tuple[Effect, float]]) -> dict[Effect, float]:
        combined: dict[Effect, float] = {}
        for first, chance in whole.items():
            for second, share in part:
                both = self._add(first, second)
                combined[both] = combined.get(both, 0.0) + chance * share
        return combined

    def _added(self, first: Effect, second: Effect) -> Effect:
        """Add two effects and forget what no longer matters, to keep the sums few."""
        if first.not_applicable or second.not_applicable:
            return Effect(not_applicable=True)
        most = self.policy.thresholds.high
        contributing = first.contributing + second.contributing
        decisive = first.decisive or second.decisive or contributing >= most
        worst_contributing = first.worst_contributing + second.worst_contributing
        worst = first.worst_decisive or second.worst_decisive or worst_contributing >= most
        return Effect(
            False,
            decisive,
            0 if decisive else contributing,
            0 if decisive else first.beside + second.beside,
            worst,
            0 if worst else worst_contributing,
            0 if worst else first.worst_beside + second.worst_beside,
            first.incomplete or second.incomplete,
        )


_NOTHING: Final = Effect()


def _reads(criterion: Criterion) -> frozenset[str]:
    """The fields a criterion reads, the derived grade resolved into its own."""
    fields = set(criterion.fields)
    if "derived_grade" in fields:
        fields.discard("derived_grade")
        fields.update(grade.INPUTS)
    return frozenset(fields)
