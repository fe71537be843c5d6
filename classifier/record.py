"""What the classifier says of a record: grade, stage, risk and inconsistencies.

The names are the public record format; users' scripts rely on them. The blocks support, and do not
replace, clinical judgement.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["high", "intermediate", "low", "indeterminate", "not_applicable"]
Role = Literal["decisive", "contributing", "flag"]
State = Literal["met", "not_met", "unknown"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Grade(_Strict):
    """Grade as stated and as derived from the indices.

    ``derived`` is what the values of the record determine, null where they straddle a cut-off or do
    not suffice. ``probabilities`` are those of the scheme's classes and of ``unknown``, sum 1, computed
    from the fields' distributions. ``edition`` is that of the cut-offs used; where no index is stated and the
    diagnosis is worded as in an older edition, that one, and ``basis`` says what the wording means today.
    ``agrees`` is null where the two cannot be compared.
    """

    stated: str | None
    derived: str | None
    probabilities: dict[str, Probability]
    scheme: Literal["gep", "lung", "mtc"] | None
    edition: str | None
    basis: str
    agrees: bool | None


class StatedStage(_Strict):
    """pT, pN and pM as stated, without the letter."""

    T: str | None
    N: str | None
    M: str | None


class DerivedStage(StatedStage):
    """T, N and M derived from size, extension, node counts and metastasis; the group of the whole."""

    group: str | None


class Stage(_Strict):
    """Stage as stated and as derived; ``derived`` and ``scheme`` are null where no table applies."""

    stated: StatedStage
    derived: DerivedStage | None
    scheme: str | None
    agrees: bool | None


class Criterion(_Strict):
    """One criterion, with the probability that it is met; not stated is ``unknown``, never ``not_met``."""

    id: str
    role: Role
    state: State
    probability: Probability
    fields: list[str]
    reason: str
    source: str


class Bound(_Strict):
    """Risk were the missing required inputs all favorable (``low``) or all unfavorable (``high``)."""

    level: Level
    probability_high: Probability


class Bounds(_Strict):
    """How far the missing required inputs can move the risk."""

    low: Bound
    high: Bound


class Missing(_Strict):
    """An input the report does not give, and what it would change."""

    name: str
    fields: list[str]
    required: bool
    effect: str


class Score(_Strict):
    """A published score; ``applies`` is null where the report does not settle it.

    ``low`` and ``high`` are the lowest and highest score the missing inputs leave possible.
    """

    id: str
    value: float | None
    low: float | None
    high: float | None
    applies: bool | None
    why: str
    source: str


class Risk(_Strict):
    """Risk level with its probabilities, the criteria it rests on and what is missing."""

    level: Level
    probabilities: dict[Level, Probability]
    probability_high: Probability
    bounds: Bounds
    policy: str
    criteria: list[Criterion]
    scores: list[Score]
    missing: list[Missing]


class Inconsistency(_Strict):
    """Two statements of one report that cannot both hold, with the evidence of each."""

    id: str
    message: str
    fields: list[str]
    evidence: list[dict[str, Any]]


class Assessment(_Strict):
    """The classifier's part of a record. Supports, and does not replace, clinical judgement."""

    grade: Grade
    stage: Stage
    risk: Risk
    inconsistencies: list[Inconsistency]
