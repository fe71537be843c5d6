"""Grade: the tables cell by cell, from tests/cases/grade.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from classifier import classify
from classifier.grade import schemes

CASES = tomllib.loads((Path(__file__).parent / "cases" / "grade.toml").read_text(encoding="utf-8"))["case"]
EDITIONS = {"gep": "WHO 2019/2022", "lung": "WHO 2021", "mtc": "IMTCGS 2022", None: None}


def interval(given: float | list[Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    if not isinstance(given, list):
        return {"low": given, "high": given, "comparator": "="}
    low, high, comparator = given
    return {"low": low, "high": None if high == "open" else high, "comparator": comparator}


def values_of(case: dict[str, Any]) -> dict[str, Any]:
    kind, site = case.get("type", "net"), case.get("site", "pancreas")
    return {
        "neuroendocrine_type": None if kind == "unknown" else kind,
        "primary_site": None if site == "none" else site,
        "ki67_percent": interval(case.get("ki67")),
        "mitoses_per_2mm2": interval(case.get("mitoses")),
        **{name: case.get(name) for name in ("differentiation", "necrosis", "histology")},
        "grade": case.get("stated"),
    }


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_grade_case(case: dict[str, Any]) -> None:
    values = values_of(case)
    block = classify(values, names=values)["grade"]
    scheme = None if case.get("scheme") == "none" else case.get("scheme", "gep")
    given = case.get("probabilities") or {case["derived"]: 1}
    classes = (*(schemes()[scheme].classes if scheme else ()), "unknown")
    expected = {
        "stated": case.get("says", case.get("stated")),
        "derived": case.get("derived"),
        "probabilities": {name: pytest.approx(given.get(name, 0), abs=1e-8) for name in classes},
        "scheme": scheme,
        "edition": case.get("edition", EDITIONS[scheme]),
        "basis": case.get("basis", block["basis"]),
        "agrees": case.get("agrees"),
    }
    assert block == expected


def test_rounding_never_takes_a_probability_above_one() -> None:
    def read(value: Any, confidence: float, other: Any = None, share: float = 0.0) -> dict[str, Any]:
        alternatives = [{"value": other, "probability": share}] if share else []
        return {"value": value, "confidence": confidence, "alternatives": alternatives}

    values = {
        "neuroendocrine_type": read("net", 0.9944),
        "primary_site": read("duodenum", 0.819, "pancreas", 0.1699),
        "ki67_percent": read(interval(2.4), 0.8814, interval(1), 0.1186),
        "mitoses_per_2mm2": read(interval([0, 1, "<"]), 0.9782, None, 0.0218),
        "grade": read("G1", 0.9844, None, 0.0105),
        "differentiation": read("well", 0.977, None, 0.0194),
        "necrosis": read("absent", 0.9719, None, 0.0281),
        "histology": read("gastrinoma", 0.5018, "neuroendocrine tumor", 0.4909),
    }
    probabilities = classify(values, names=values)["grade"]["probabilities"]
    assert probabilities["G1"] == pytest.approx(1)
    assert probabilities["G1"] <= 1


def test_probabilities_follow_the_readings() -> None:
    values = {
        "neuroendocrine_type": "net",
        "primary_site": {
            "value": "ileum",
            "confidence": 0.9,
            "alternatives": [{"value": "lung", "probability": 0.1}],
        },
        "ki67_percent": {
            "value": {"low": 2, "high": 2, "comparator": "="},
            "confidence": 0.6,
            "alternatives": [
                {"value": {"low": 25, "high": 25, "comparator": "="}, "probability": 0.3},
                {"value": None, "probability": 0.1},
            ],
        },
    }
    block = classify(values, names=values)["grade"]
    assert block["derived"] == "G1"
    assert block["probabilities"] == pytest.approx(
        {"G1": 0.54, "G2": 0, "G3": 0.27, "NEC": 0, "unknown": 0.19}, abs=1e-12
    )
