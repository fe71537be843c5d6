"""Assessing a record: what goes in, what comes out, contradictions and scores."""

from __future__ import annotations

import json
from typing import Any

import pytest

from classifier import Assessment, assess, classify

NET = {
    "neuroendocrine_type": "net",
    "primary_site": "pancreas",
    "ki67_percent": {"low": 4, "high": 4, "comparator": "="},
    "tumor_size_mm": 18,
    "lymphovascular_invasion": "absent",
}


def found(values: dict[str, Any]) -> list[str]:
    return [one["id"] for one in classify(values, names=values)["inconsistencies"]]


def test_result_is_the_record_format_and_json() -> None:
    result = assess(NET, names=NET)
    dumped = result.model_dump(mode="json")
    assert dumped == classify(NET, names=NET)
    assert Assessment.model_validate(json.loads(json.dumps(dumped))) == result
    assert sorted(dumped) == ["grade", "inconsistencies", "risk", "stage"]
    assert sorted(dumped["risk"]) == sorted(
        ["level", "probabilities", "probability_high", "bounds", "policy", "criteria", "scores", "missing"]
    )


def test_plain_values_are_readings_of_probability_one() -> None:
    readings = {
        name: {
            "value": value,
            "confidence": 1.0,
            "status": "stated",
            "review": False,
            "evidence": [],
            "alternatives": [],
        }
        for name, value in NET.items()
    }
    assert classify(readings, names=readings) == classify(NET, names=NET)


def test_absent_null_and_nan_are_unknown() -> None:
    absent = {name: value for name, value in NET.items() if name != "tumor_size_mm"}
    for nothing in (None, float("nan"), {"value": None, "confidence": 0.9}):
        values = absent | {"tumor_size_mm": nothing}
        assert classify(values, names=values) == classify(absent, names=absent)


def test_left_over_probability_is_unknown() -> None:
    values = NET | {"lymphovascular_invasion": {"value": "absent", "confidence": 0.8, "alternatives": []}}
    risk = classify(values, names=values)["risk"]
    assert risk["probabilities"] == pytest.approx(
        {"high": 0, "intermediate": 0.8, "low": 0, "indeterminate": 0.2, "not_applicable": 0}
    )
    assert risk["bounds"]["high"]["probability_high"] == pytest.approx(0.2)


def test_a_number_stands_for_its_interval() -> None:
    values = NET | {"ki67_percent": 4}
    assert classify(values, names=values)["grade"] == classify(NET, names=NET)["grade"]


def test_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown field: ki_67, size"):
        assess(NET | {"size": 3, "ki_67": 4}, names=NET)


def test_names_are_those_of_the_extractor() -> None:
    with pytest.raises(ValueError, match="unknown field: tumour_size"):
        assess({"tumor_size_mm": 12, "tumour_size": 12})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ki67_percent", {"high": 3}, "ki67_percent: an interval needs a low bound"),
        ("ki67_percent", {"low": 5, "high": 3}, "ki67_percent: low is above high"),
        ("ki67_percent", {"low": "5", "high": 6}, "ki67_percent: the bounds of an interval are numbers"),
        ("tumor_size_mm", "12 mm", "tumor_size_mm: a number is needed, not str"),
        ("grade", object(), "grade: cannot read a value of type object"),
        ("grade", {"value": "G1", "confidence": 1.2}, "grade: the probabilities"),
        (
            "grade",
            {"value": "G1", "confidence": 0.9, "alternatives": [{"value": "G2", "probability": 0.3}]},
            "grade: the probabilities",
        ),
        (
            "grade",
            {"value": "G1", "confidence": 0.9, "alternatives": [{"value": "G2", "probability": -0.3}]},
            "grade: the probabilities",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        assess({name: value}, names={name})


CONTRADICTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"grade": "G1"}, ["grade/stated-against-indices"]),
    ({"grade": "G2"}, []),
    ({"grade": "G2", "ki67_percent": None, "mitoses_per_2mm2": 1}, ["grade/stated-against-indices"]),
    ({"nodes_positive": 5, "nodes_examined": 3}, ["nodes/positive-above-examined"]),
    ({"nodes_positive": 3, "nodes_examined": 3}, []),
    ({"nodes_positive": 2, "nodes_examined": 9, "pN": "0"}, ["pn/against-counts"]),
    ({"nodes_positive": 0, "nodes_examined": 9, "pN": "1"}, ["pn/against-counts"]),
    ({"nodes_positive": 0, "nodes_examined": 9, "pN": "X"}, []),
    ({"primary_site": "ileum", "nodes_positive": 13, "nodes_examined": 20, "pN": "1"}, ["pn/against-counts"]),
    ({"primary_site": "ileum", "nodes_positive": 7, "nodes_examined": 20, "pN": "2"}, []),
    ({"primary_site": "ileum", "nodes_positive": 0, "nodes_examined": 20, "pN": "2"}, ["pn/against-counts"]),
    ({"pT": "1", "tumor_size_mm": 25, "extension": "confined_to_organ"}, ["pt/against-size-extension"]),
    ({"pT": "2", "tumor_size_mm": 25, "extension": "confined_to_organ"}, []),
    ({"pM": "0", "distant_metastasis": "present"}, ["pm/against-metastasis"]),
    ({"pM": "1a", "distant_metastasis": "absent"}, ["pm/against-metastasis"]),
    ({"pM": "1a", "distant_metastasis": "present", "metastasis_sites": ["liver"]}, []),
    ({"distant_metastasis": "absent", "metastasis_sites": ["bone"]}, ["metastasis/sites-though-absent"]),
    ({"differentiation": "poor"}, ["type/against-differentiation"]),
    ({"neuroendocrine_type": "nec", "differentiation": "well"}, ["type/against-differentiation"]),
]


@pytest.mark.parametrize(("changed", "ids"), CONTRADICTIONS, ids=[str(one[0]) for one in CONTRADICTIONS])
def test_contradictions(changed: dict[str, Any], ids: list[str]) -> None:
    assert found(NET | changed) == ids


def test_a_contradiction_carries_both_pieces_of_evidence() -> None:
    grade = {"start": 10, "end": 12, "text": "G1", "section": "diagnosis", "rule": "grade/who"}
    index = {"start": 30, "end": 40, "text": "Ki-67: 4 %", "section": "microscopic", "rule": "ki67/label"}
    values = {
        "neuroendocrine_type": "net",
        "primary_site": "pancreas",
        "grade": {"value": "G1", "confidence": 0.9, "evidence": [grade]},
        "ki67_percent": {"value": {"low": 4, "high": 4}, "confidence": 0.9, "evidence": [index]},
    }
    assert classify(values, names=values)["inconsistencies"] == [
        {
            "id": "grade/stated-against-indices",
            "message": "The stated grade is G1, but Ki-67 (%) 4 gives G2 (WHO 2019/2022).",
            "fields": ["grade", "ki67_percent"],
            "evidence": [grade, index],
        }
    ]
