"""Published scores: points, populations, bounds and distributions, from tests/cases/scores.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from classifier import classify, details
from classifier.score import published

CASES = tomllib.loads((Path(__file__).parent / "cases" / "scores.toml").read_text(encoding="utf-8"))
BASE: dict[str, dict[str, Any]] = CASES["base"]


def entry_of(name: str, values: dict[str, Any]) -> dict[str, Any]:
    scores = classify(values, names=values)["risk"]["scores"]
    return next(one for one in scores if one["id"] == name)


@pytest.mark.parametrize("case", CASES["case"], ids=[case["id"] for case in CASES["case"]])
def test_score_case(case: dict[str, Any]) -> None:
    changed = {name: None if value == "null" else value for name, value in case.get("values", {}).items()}
    entry = entry_of(case["score"], BASE[case["score"]] | changed)
    low, high = case.get("between", [case.get("value")] * 2)
    applies = {"yes": True, "no": False, "open": None}[case.get("applies", "yes")]
    assert (entry["applies"], entry["value"], entry["low"], entry["high"]) == (
        applies,
        case.get("value"),
        low,
        high,
    )
    assert case.get("says", "") in entry["why"]


def test_every_score_has_a_case_and_its_source_and_caveat() -> None:
    assert {score.id for score in published()} == {case["score"] for case in CASES["case"]} == set(BASE)
    assert [score.id for score in published() if not (score.source.strip() and score.caveat.strip())] == []


def test_distribution_follows_the_readings() -> None:
    size = {"value": 25, "confidence": 0.7, "alternatives": [{"value": 15, "probability": 0.2}]}
    ki67 = {"value": {"low": 2, "high": 3, "comparator": "range"}, "confidence": 1.0}
    values = BASE["zaidi-rrs"] | {"tumor_size_mm": size, "ki67_percent": ki67}
    entry = entry_of("zaidi-rrs", values)
    assert (entry["value"], entry["low"], entry["high"]) == (None, 2, 3)
    assert details(values)["score_probabilities"]["zaidi-rrs"] == pytest.approx(
        {"0": 0.1, "1": 0.1, "2": 0.35, "3": 0.35, "unknown": 0.1}, abs=1e-12
    )


def test_the_printed_range_of_the_node_score_contradicts_its_points() -> None:
    entries = [
        entry_of(
            "lopez-aguiar-lnrs", BASE["lopez-aguiar-lnrs"] | {"primary_subsite": where, "ki67_percent": ki67}
        )
        for where in ("tail", "head")
        for ki67 in (1, 5)
    ]
    assert [entry["value"] for entry in entries] == [2, 4, 5, 7]
    assert "printed range starts at 1" in entries[0]["why"]
