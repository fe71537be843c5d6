"""The policy file: which criteria decide, which add up, what must be known."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from classifier.criteria import criteria

DEFAULT: Final = Path(__file__).parent / "policies" / "default-v1.toml"

LEVELS: Final = ("low", "intermediate", "high")

Rank = Literal[0, 1, 2]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Thresholds(_Strict):
    """How many contributing criteria make a level."""

    high: int
    intermediate: int


class Roles(_Strict):
    """The ids of the criteria in each role; every criterion has exactly one."""

    decisive: tuple[str, ...]
    contributing: tuple[str, ...]
    beside: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()


class NotApplicable(_Strict):
    """The values of a field with which there is nothing to class."""

    field: str
    values: tuple[str, ...]


class Input(_Strict):
    """Something the level rests on: known when one of ``known_by`` is not unknown."""

    name: str
    fields: tuple[str, ...]
    required: bool = False
    known_by: tuple[str, ...]
    unfavorable: tuple[str, ...]
    worst: str


class Policy(_Strict):
    """What turns criteria into a level. Supports, and does not replace, clinical judgement."""

    id: str
    version: str
    description: str
    thresholds: Thresholds
    roles: Roles
    not_applicable: NotApplicable
    inputs: tuple[Input, ...]

    @model_validator(mode="after")
    def _names_every_criterion_once(self) -> Policy:
        known = [criterion.id for criterion in criteria()]
        roles = self.roles
        given = [*roles.decisive, *roles.contributing, *roles.beside, *roles.flag]
        if sorted(given) != sorted(known):
            wrong = sorted(set(given) ^ set(known)) or sorted({one for one in given if given.count(one) > 1})
            msg = f"every criterion has exactly one role; see {', '.join(wrong)}"
            raise ValueError(msg)
        named = {one for item in self.inputs for one in (*item.known_by, *item.unfavorable)}
        if not named <= set(known):
            msg = f"inputs name unknown criteria: {', '.join(sorted(named - set(known)))}"
            raise ValueError(msg)
        if not 0 < self.thresholds.intermediate <= self.thresholds.high:
            msg = "thresholds: 0 < intermediate <= high"
            raise ValueError(msg)
        return self

    def rank(self, decisive: bool, contributing: int, beside: int) -> Rank:
        """Return the level's rank in `LEVELS` for what is met."""
        count = contributing + beside if contributing else 0
        if decisive or count >= self.thresholds.high:
            return 2
        return 1 if count >= self.thresholds.intermediate else 0


@cache
def load(path: Path) -> Policy:
    """Read a policy file.

    Parameters
    ----------
    path : Path
        A file, such as `DEFAULT`; read once per process.

    Returns
    -------
    Policy

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is not TOML, or not a policy (`pydantic.ValidationError` is a ValueError).
    """
    return Policy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
