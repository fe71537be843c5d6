"""Brute-force sampling of the fields' distributions agrees with the computed probabilities."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from classifier import classify, details
from classifier.distribution import Span, distribution
from tests.test_risk import level_of, random_record

DRAWS = 60_000
RECORDS = 200
TOLERANCE = 0.01
Worlds = list[tuple[dict[str, Any], float]]


def sampled(record: dict[str, Any], source: np.random.Generator) -> Worlds:
    """Draw every field at random, and give the worlds that came up with their shares."""
    options: dict[str, tuple[list[Any], list[float]]] = {}
    for name, entry in record.items():
        values, weights = [], []
        for value, chance in distribution(name, entry).items():
            points = value.points() if isinstance(value, Span) else [value]
            values.extend(points)
            weights.extend([chance / len(points)] * len(points))
        options[name] = (values, weights)
    codes = np.zeros(DRAWS, dtype=np.int64)
    for values, weights in options.values():
        codes *= len(values)
        if len(values) > 1:
            codes += source.choice(len(values), size=DRAWS, p=np.array(weights) / sum(weights))
    found, counts = np.unique(codes, return_counts=True)
    worlds: Worlds = []
    for code, count in zip(found.tolist(), counts.tolist(), strict=True):
        world: dict[str, Any] = {}
        for name in reversed(options):
            code, place = divmod(code, len(options[name][0]))
            world[name] = options[name][0][place]
        worlds.append((world, count / DRAWS))
    return worlds


def spread_record(source: random.Random) -> dict[str, Any]:
    """A random record with four uncertain fields, often with an interval for Ki-67."""
    record = random_record(source, uncertain=4)
    if source.random() < 0.5:
        low = source.choice([1, 2, 18])
        span = {"low": low, "high": low + source.choice([2, 3, 5]), "comparator": "range"}
        record["ki67_percent"] = {
            "value": span,
            "confidence": 0.7,
            "alternatives": [{"value": {"low": 4, "high": 4}, "probability": 0.2}],
        }
    return record


def grade_of(values: dict[str, Any]) -> str:
    """An independent reading of the digestive grade."""
    kind, differentiation = values["neuroendocrine_type"], values["differentiation"]
    if kind in ("none", "minen"):
        return "unknown"
    if kind == "nec" or (kind is None and differentiation == "poor"):
        return "NEC"
    ki67, mitoses = values["ki67_percent"], values["mitoses_per_2mm2"]
    if ki67 is None and mitoses is None:
        return "unknown"
    if (ki67 or 0) > 20 or (mitoses or 0) > 20:
        return "unknown" if kind is None and differentiation is None else "G3"
    return "G2" if (ki67 or 0) >= 3 or (mitoses or 0) >= 2 else "G1"


def recurrence_score(values: dict[str, Any]) -> str:
    """An independent reading of the recurrence risk score of Zaidi 2019."""
    if any(values[name] is None for name in ("symptomatic", "tumor_size_mm", "ki67_percent")):
        return "unknown"
    if values["nodes_positive"] is None:
        return "unknown"
    ki67 = values["ki67_percent"]
    total = (values["symptomatic"] == "present") + 2 * (values["tumor_size_mm"] > 20)
    return str(total + (6 if ki67 > 20 else ki67 >= 3) + (values["nodes_positive"] > 0))


def summed(pairs: Iterator[tuple[str, float]], names: list[str]) -> dict[str, float]:
    shares = dict.fromkeys(names, 0.0)
    for name, share in pairs:
        shares[name] = shares.get(name, 0.0) + share
    return shares


def test_risk_and_grade_agree_with_sampling() -> None:
    source, generator = random.Random(11), np.random.default_rng(11)
    worst = 0.0
    for _ in range(RECORDS):
        record = spread_record(source)
        worlds = sampled(record, generator)
        computed = classify(record, names=record)
        levels = computed["risk"]["probabilities"]
        drawn = summed(((level_of(world), share) for world, share in worlds), list(levels))
        assert drawn == pytest.approx(levels, abs=TOLERANCE)
        worst = max(worst, *(abs(drawn[level] - levels[level]) for level in levels))
        kind = record["neuroendocrine_type"]
        if (kind["value"] if isinstance(kind, dict) else kind) != "none":
            grades = computed["grade"]["probabilities"]
            drawn = summed(((grade_of(world), share) for world, share in worlds), list(grades))
            assert drawn == pytest.approx(grades, abs=TOLERANCE)
    assert worst > 0  # the sample is one


def test_score_distribution_agrees_with_sampling() -> None:
    source, generator = random.Random(12), np.random.default_rng(12)
    fixed = {
        "neuroendocrine_type": "net",
        "primary_site": "pancreas",
        "specimen": "resection",
        "functional_status": "nonfunctioning",
        "distant_metastasis": "absent",
        "differentiation": "well",
    }
    for _ in range(RECORDS):
        drawn = spread_record(source)
        record = fixed | {name: drawn[name] for name in ("tumor_size_mm", "ki67_percent", "nodes_positive")}
        record["symptomatic"] = {"value": "present", "confidence": source.uniform(0.2, 1), "alternatives": []}
        computed = details(record)["score_probabilities"]["zaidi-rrs"]
        pairs = ((recurrence_score(world), share) for world, share in sampled(record, generator))
        assert summed(pairs, list(computed)) == pytest.approx(computed, abs=TOLERANCE)
