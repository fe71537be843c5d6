"""The risk block: level, probabilities, bounds, criteria and what is missing.

In one world (one value per field) the policy gives a level with the missing required inputs unmet and
one with them at their worst. Where the two are the same that is the world's level, else the world is
indeterminate. Over all worlds:

- ``probabilities`` are the exact shares of the worlds; ``probability_high`` is that of high.
- ``bounds`` are the shares of high under the first and the second assumption, with their levels.
- ``level`` is the one that holds in more than half of the worlds. Where none does, it is the middle
  (median) of the low, intermediate and high that the first assumption gives, if the second gives the
  same, else indeterminate; a tie goes up. The most probable level would not do: when a worse value
  moves worlds from low to intermediate, intermediate can overtake high.
"""

from __future__ import annotations

import string
from collections.abc import Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from classifier.criteria import MET, NOT_MET, STATES, UNKNOWN, Criterion
from classifier.distribution import distribution
from classifier.grade import AC_OR_HIGHER, HIGH_RANGE, INPUTS, Derived
from classifier.policy import LEVELS, Policy, load
from classifier.worlds import Effect, Outcome, Worlds

_WORTH_NAMING: Final = 0.25

HALF: Final = 0.5 - 1e-9  # a tie that rounding leaves just short is a tie


class Computed(NamedTuple):
    """What the enumeration gives: the risk block but for its scores, and the derived grades."""

    risk: dict[str, Any]
    derived: dict[Derived, float]


class _Rendered(NamedTuple):
    """The unchanging parts of a criterion's entry in the record."""

    id: str
    role: str
    fields: tuple[str, ...]
    reasons: tuple[tuple[str, bool], ...]
    source: str


class RiskModel:
    """A policy, ready to be applied to records.

    Parameters
    ----------
    policy : Policy
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.worlds = Worlds(policy)
        self.fields = frozenset(name for group in self.worlds.groups for name in group.fields)
        self._rendered = [_render(criterion, policy) for criterion in self.worlds.criteria]

    def compute(self, values: Mapping[str, Any], kept: Mapping[str, Hashable]) -> Computed:
        """Compute the risk of a record.

        Parameters
        ----------
        values : mapping
            Field name to reading or plain value.
        kept : mapping
            Field name to the value the record holds, for the reasons.

        Returns
        -------
        Computed
        """
        worlds = self.worlds
        spreads = {
            name: worlds.spread(name, distribution(name, entry))
            for name, entry in values.items()
            if entry is not None and name in self.fields
        }
        count = len(worlds.criteria)
        met, unknown, absent = [0.0] * count, [0.0] * count, [0.0] * len(self.policy.inputs)
        derived: dict[Derived, float] = {}
        effects: list[dict[Effect, float]] = []
        for group in worlds.groups:
            outcomes = worlds.outcomes(group, spreads)
            effects.append(_effects(outcomes))
            for outcome, chance in outcomes.items():
                for n, state in zip(group.criteria, outcome.states, strict=True):
                    if state == MET:
                        met[n] += chance
                    elif state == UNKNOWN:
                        unknown[n] += chance
                for n, missing in zip(group.inputs, outcome.missing, strict=True):
                    if missing:
                        absent[n] += chance
                if group.grades:
                    derived[outcome.derived] = derived.get(outcome.derived, 0.0) + chance
        whole = worlds.total(effects)
        risk = _summary(whole, self.policy)
        shown = {name: _written(value) for name, value in kept.items() if value is not None}
        shown["derived_grade"] = _likeliest(derived)
        risk["criteria"] = [
            _entry(parts, met[n], unknown[n], shown) for n, parts in enumerate(self._rendered)
        ]
        risk["scores"] = []
        risk["missing"] = [] if risk["level"] == "not_applicable" else self._missing(absent, whole)
        return Computed(risk, derived)

    def _missing(self, absent: list[float], whole: dict[Effect, float]) -> list[dict[str, Any]]:
        likeliest = max((effect for effect in whole if not effect.not_applicable), key=lambda one: whole[one])
        now = LEVELS[self.policy.rank(likeliest.decisive, likeliest.contributing, likeliest.beside)]
        roles = self.policy.roles
        entries = []
        for item, chance in zip(self.policy.inputs, absent, strict=True):
            if chance < HALF:
                continue
            ids = {*item.unfavorable}
            then = LEVELS[
                self.policy.rank(
                    likeliest.decisive or not ids.isdisjoint(roles.decisive),
                    likeliest.contributing + len(ids.intersection(roles.contributing)),
                    likeliest.beside + len(ids.intersection(roles.beside)),
                )
            ]
            effect = _change(item.worst, now, then, flag=ids <= {*roles.flag})
            if item.required and now == "low":
                effect += "; without it the level cannot be called low"
            entries.append(
                {"name": item.name, "fields": [*item.fields], "required": item.required, "effect": effect}
            )
        return entries


@cache
def model(path: Path) -> RiskModel:
    """Return the model of a policy file, built once per process."""
    return RiskModel(load(path))


def _written(value: Hashable) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def _change(worst: str, now: str, then: str, *, flag: bool) -> str:
    if flag:
        return f"{worst} would be shown and would not change the level"
    if now == LEVELS[-1]:
        return f"{worst} would be counted; what is known is {now} already"
    if now == then:
        return f"{worst} would be counted and alone would not raise what is known above {now}"
    return f"{worst} would raise what is known from {now} to {then}"


def _effects(outcomes: Mapping[Outcome, float]) -> dict[Effect, float]:
    effects: dict[Effect, float] = {}
    for outcome, chance in outcomes.items():
        effects[outcome.effect] = effects.get(outcome.effect, 0.0) + chance
    return effects


def _summary(whole: Mapping[Effect, float], policy: Policy) -> dict[str, Any]:
    shares = dict.fromkeys(("high", "intermediate", "low", "indeterminate", "not_applicable"), 0.0)
    best, worst = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for effect, chance in whole.items():
        if effect.not_applicable:
            shares["not_applicable"] += chance
            continue
        low = policy.rank(effect.decisive, effect.contributing, effect.beside)
        high = policy.rank(effect.worst_decisive, effect.worst_contributing, effect.worst_beside)
        best[low] += chance
        worst[high] += chance
        settled = low == high and not (effect.incomplete and low == 0)
        shares[LEVELS[low] if settled else "indeterminate"] += chance
    shares = {level: min(1.0, share) for level, share in shares.items()}
    lowest, highest = _middle(best), _middle(worst)
    level = next((one for one, share in shares.items() if share > 1 - HALF), None)
    if level is None:
        level = lowest if lowest == highest else "indeterminate"
    if shares["not_applicable"] > 1 - HALF:
        lowest = highest = "not_applicable"
    return {
        "level": level,
        "probabilities": shares,
        "probability_high": shares["high"],
        "bounds": {
            "low": {"level": lowest, "probability_high": min(1.0, best[2])},
            "high": {"level": highest, "probability_high": min(1.0, worst[2])},
        },
        "policy": policy.id,
    }


def _middle(shares: list[float]) -> str:
    """Return the highest level that, with those above it, has half of the mass: the median, ties up."""
    half = sum(shares) * HALF
    if shares[2] >= half:
        return LEVELS[2]
    return LEVELS[1] if shares[1] + shares[2] >= half else LEVELS[0]


def _render(criterion: Criterion, policy: Policy) -> _Rendered:
    roles = policy.roles
    role = "contributing"
    if criterion.id in roles.decisive:
        role = "decisive"
    elif criterion.id in roles.flag:
        role = "flag"
    fields = dict.fromkeys(
        name for field in criterion.fields for name in ((*INPUTS,) if field == "derived_grade" else (field,))
    )
    sentences = (criterion.not_met, criterion.unknown, criterion.met)
    return _Rendered(
        criterion.id, role, tuple(fields), tuple((text, "{" in text) for text in sentences), criterion.source
    )


class _Shown(string.Formatter):
    """Fills a reason; a field without a value reads "not stated"."""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "not stated")


_SHOWN: Final = _Shown()


def _entry(parts: _Rendered, met: float, unknown: float, shown: Mapping[str, str]) -> dict[str, Any]:
    if met >= HALF:
        state = MET
    elif unknown >= 1.0 - met - unknown:
        state = UNKNOWN
    else:
        state = NOT_MET
    text, filled = parts.reasons[state]
    return {
        "id": parts.id,
        "role": parts.role,
        "state": STATES[state],
        "probability": min(1.0, met),
        "fields": [*parts.fields],
        "reason": _SHOWN.vformat(text, (), shown) if filled else text,
        "source": parts.source,
    }


def _likeliest(derived: Mapping[Derived, float]) -> str:
    likely = sorted(((chance, one.grade) for one, chance in derived.items() if one.grade), reverse=True)
    names = [grade for chance, grade in likely if chance >= _WORTH_NAMING]
    return " or ".join(_SHOWN_GRADES.get(name, name) for name in names) or "none"


_SHOWN_GRADES: Final = {HIGH_RANGE: "past the highest cut-off", AC_OR_HIGHER: "AC or higher"}
