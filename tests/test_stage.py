"""Stage: categories and groups, from tests/cases/stage.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from classifier import classify, details

CASES = tomllib.loads((Path(__file__).parent / "cases" / "stage.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_stage_case(case: dict[str, Any]) -> None:
    values = {"neuroendocrine_type": "net", **case["values"]}
    assert classify(values, names=values)["stage"] == {
        "stated": {letter: values.get(f"p{letter}") for letter in "TNM"},
        "derived": {name: case.get(name) for name in ("T", "N", "M", "group")},
        "scheme": "AJCC 8",
        "agrees": case.get("agrees"),
    }
    assert details(values)["stage_notes"] == case.get("notes", [])


@pytest.mark.parametrize(
    "changed",
    [
        {"neuroendocrine_type": "nec"},
        {"neuroendocrine_type": None},
        {"neuroendocrine_type": "none"},
        {"primary_site": "lung"},
        {"primary_site": "small_bowel"},
        {"primary_site": None},
    ],
    ids=str,
)
def test_nothing_is_derived_outside_the_tables(changed: dict[str, Any]) -> None:
    values = {
        "neuroendocrine_type": "net",
        "primary_site": "pancreas",
        "pT": "2",
        "pN": "0",
        "pM": "0",
    } | changed
    assert classify(values, names=values)["stage"] == {
        "stated": {"T": "2", "N": "0", "M": "0"},
        "derived": None,
        "scheme": None,
        "agrees": None,
    }
    assert details(values)["stage_notes"] == []
