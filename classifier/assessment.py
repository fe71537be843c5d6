"""From the fields of a record to its grade, stage, risk and inconsistencies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from classifier import editions, grade_block, inconsistency, score, stage
from classifier.distribution import kept
from classifier.grade import scheme_of
from classifier.policy import DEFAULT
from classifier.record import Assessment
from classifier.risk import model


@cache
def field_names() -> frozenset[str]:
    """Return the names a record may hold, as the extractor's rooms define them."""
    from extractor import catalog  # finding the rooms is not needed to read the models or a policy

    return frozenset(room.name for room in catalog.fields())


def classify(
    values: Mapping[str, Any],
    *,
    policy: Path | None = None,
    names: Collection[str] | None = None,
) -> dict[str, Any]:
    """Compute grade, stage, risk and inconsistencies as plain dictionaries, ready for JSON.

    The same as `assess` without the model around it, for runs over many records.

    Parameters
    ----------
    values : mapping
        Field name to a reading ``{"value", "confidence", "alternatives", "status", "evidence"}`` or to a
        plain value, which counts with probability 1. Absent or null is unknown. Sizes are in mm, Ki-67 in
        percent, mitoses per 2 mm2; the latter two are ``{"low", "high", "comparator"}`` or a number.
    policy : Path, optional
        A policy file in place of the default.
    names : collection of str, optional
        The permitted field names; those of the extractor unless given.

    Returns
    -------
    dict
        ``grade``, ``stage``, ``risk`` and ``inconsistencies`` as in `classifier.record.Assessment`.

    Raises
    ------
    ValueError
        If a field's name is unknown, a value cannot be read, or probabilities are not.
    OSError
        If the policy file cannot be read.
    """
    permitted = field_names() if names is None else names
    strange = [name for name in values if name not in permitted]
    if strange:
        msg = f"unknown field: {', '.join(sorted(map(str, strange)))}"
        raise ValueError(msg)
    held = {name: kept(name, entry) for name, entry in values.items()}
    computed = model(policy or DEFAULT).compute(values, held)
    risk = computed.risk
    risk["scores"] = score.scores(held)
    older = editions.find(values, lung=scheme_of(held.get("primary_site")) == "lung")
    graded = grade_block.block(held, computed.derived, older)
    staged = stage.block(held)
    return {
        "grade": graded,
        "stage": staged,
        "risk": risk,
        "inconsistencies": inconsistency.find(values, held, graded, staged),
    }


def details(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is worth saying to a person beside the record.

    Parameters
    ----------
    values : mapping
        As for `classify`.

    Returns
    -------
    dict
        ``stage_notes``: where published tables differ, where the report stages by another edition, and what
        the group would be without distant metastasis. ``score_probabilities``: for each score on points,
        the probability of each of its values and of ``unknown``.
    """
    held = {name: kept(name, entry) for name, entry in values.items()}
    return {"stage_notes": stage.notes(held), "score_probabilities": score.probabilities(values, held)}


def assess(
    values: Mapping[str, Any],
    *,
    policy: Path | None = None,
    names: Collection[str] | None = None,
) -> Assessment:
    """Assess the fields of one record.

    Parameters
    ----------
    values : mapping
        As for `classify`.
    policy : Path, optional
        A policy file in place of the default.
    names : collection of str, optional
        The permitted field names; those of the extractor unless given.

    Returns
    -------
    Assessment
        ``.model_dump(mode="json")`` is the record's form. It supports, and does not replace, clinical
        judgement.

    Raises
    ------
    ValueError
        If a field's name is unknown, a value cannot be read, or probabilities are not.
    OSError
        If the policy file cannot be read.
    """
    return Assessment.model_validate(classify(values, policy=policy, names=names))
