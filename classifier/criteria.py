"""The criteria file as models, and a criterion's rule applied to values.

A rule gives one of three states, ordered so that "any" is their maximum and "all" their minimum.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, model_validator

NOT_MET: Final = 0
UNKNOWN: Final = 1
MET: Final = 2
STATES: Final = ("not_met", "unknown", "met")

CRITERIA = Path(__file__).with_name("criteria.toml")

Leaf = Callable[[Hashable], int]


class Rule(BaseModel):
    """A condition on one field, or ``any``, ``all``, ``either`` of several (see criteria.toml)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str | None = None
    above: float | None = None
    least: float | None = None
    equals: float | None = None
    met: tuple[str, ...] = ()
    not_met: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    met_prefix: tuple[str, ...] = ()
    not_met_prefix: tuple[str, ...] = ()
    met_words: tuple[str, ...] = ()
    not_met_words: tuple[str, ...] = ()
    contains: str | None = None
    contains_other: str | None = None
    unstated_is_met: bool = False
    any: tuple[Rule, ...] = ()
    all: tuple[Rule, ...] = ()
    either: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Rule:
        kinds = [
            self.above is not None,
            self.least is not None,
            self.equals is not None,
            bool(self.met or self.not_met),
            bool(self.met_prefix or self.not_met_prefix),
            bool(self.met_words or self.not_met_words),
            self.contains is not None,
            self.contains_other is not None,
        ]
        groups = [bool(self.any), bool(self.all), bool(self.either)]
        if (sum(kinds), sum(groups)) not in {(1, 0), (0, 1)} or (self.field is None) != (sum(kinds) == 0):
            msg = "a rule is one condition with a field, or one of any, all, either"
            raise ValueError(msg)
        return self

    def leaves(self) -> Iterator[Rule]:
        """Yield the conditions on single fields, in order."""
        parts = (*self.any, *self.all, *self.either)
        if not parts:
            yield self
        for part in parts:
            yield from part.leaves()

    def test(self, value: Hashable) -> int:
        """Return the state of a condition on one field for one value; of an interval, one point."""
        if value is None or value in self.unknown:
            return MET if self.unstated_is_met and value is None else UNKNOWN
        if self.above is not None:
            return MET if self._number(value) > self.above else NOT_MET
        if self.least is not None:
            return MET if self._number(value) >= self.least else NOT_MET
        if self.equals is not None:
            return MET if self._number(value) == self.equals else NOT_MET
        if self.contains is not None or self.contains_other is not None:
            return self._test_list(value)
        if self.met_prefix or self.not_met_prefix or self.met_words or self.not_met_words:
            return self._test_text(str(value))
        if value in self.met:
            return MET
        return _denied(value in self.not_met or "*" in self.not_met)

    def _test_text(self, text: str) -> int:
        if self.met_prefix or self.not_met_prefix:
            return MET if text.startswith(self.met_prefix) else _denied(text.startswith(self.not_met_prefix))
        lower = text.lower()
        if any(word in lower for word in self.met_words):
            return MET
        return _denied(any(word in lower for word in self.not_met_words))

    def _test_list(self, value: Hashable) -> int:
        items = value if isinstance(value, tuple) else (value,)
        if self.contains is not None:
            return MET if self.contains in items else UNKNOWN
        return MET if any(item != self.contains_other for item in items) else UNKNOWN

    def _number(self, value: Hashable) -> float:
        if isinstance(value, int | float):
            return value
        msg = f"{self.field}: a number is needed, not {type(value).__name__}"
        raise ValueError(msg)

    def state(self, values: Mapping[str, Hashable]) -> int:
        """Return the state of the rule for one combination of values."""
        if self.field is not None:
            return self.test(values[self.field])
        states = [part.state(values) for part in (*self.any, *self.all, *self.either)]
        if self.any:
            return max(states)
        if self.all:
            return min(states)
        return MET if MET in states else NOT_MET if NOT_MET in states else UNKNOWN


def _denied(denied: bool) -> int:
    return NOT_MET if denied else UNKNOWN


class Criterion(BaseModel):
    """A risk criterion: its rule, its source, and a sentence for each state.

    The sentences may name fields in braces; the value the record holds is put there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    rule: Rule
    source: str
    met: str
    not_met: str
    unknown: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields the rule reads, ``derived_grade`` among them, each once, in order."""
        return tuple(dict.fromkeys(leaf.field for leaf in self.rule.leaves() if leaf.field))


class _CriteriaFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    criteria: tuple[Criterion, ...]


@cache
def criteria() -> tuple[Criterion, ...]:
    """Read the criteria file.

    Returns
    -------
    tuple of Criterion
        In the file's order.

    Raises
    ------
    pydantic.ValidationError
        If an entry is not as the models say.
    """
    return _CriteriaFile.model_validate(tomllib.loads(CRITERIA.read_text(encoding="utf-8"))).criteria
