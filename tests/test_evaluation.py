"""Figures against annotated reports: right where the answer is known, and nothing said of single reports."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nenpath import gold
from nenpath.cli import command
from nenpath.errors import NenpathError
from nenpath.evaluation import bootstrap, figures
from nenpath.evaluation.decisions import decide, match
from nenpath.evaluation.report import evaluate
from nenpath.evaluation.thresholds import lower_bound, threshold
from nenpath.store import Store
from tests import made_up
from tests.made_up import reading, record

ROWS = [
    {"id": "secret-1", "grade": "G1", "margins": "negative", "neuroendocrine_type": "none"},
    {"id": "secret-2", "grade": "G2", "margins": None, "pT": "pT3a"},
    {"id": "secret-3", "grade": None, "nodes_examined": 0, "nodes_positive": None},
    {"id": "secret-4", "grade": "G3"},
    {"id": "secret-5", "grade": "G3"},
    {"id": "secret-6", "grade": "G3", "note": "Unreadable: a blank page"},
]
RECORDS = [
    record(
        "secret-1",
        {
            "grade": reading("G1", 0.9),
            "margins": reading("positive", 0.7),
            "neuroendocrine_type": reading(None, 0.8),
        },
    ),
    record(
        "secret-2",
        {"grade": reading("G3", 0.6), "margins": reading(None, 0.95), "pT": reading("3a", 0.99)},
    ),
    record(
        "secret-3",
        {
            "grade": reading("G1", 0.5),
            "nodes_examined": reading(0, 0.9),
            "nodes_positive": reading(0, 0.9),
        },
    ),
    record("secret-9", {"grade": reading("G1", 0.5)}),
]


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    """A store of three annotated reports, another and a failure; a gold file that knows one more."""
    return made_up.store(tmp_path / "out", RECORDS, ["secret-4"]), made_up.gold(tmp_path / "gold.jsonl", ROWS)


def test_decisions(small: tuple[Path, Path]) -> None:
    annotated = gold.read(small[1])
    matched = match(Store(small[0]), annotated)
    assert (sorted(matched.records), matched.absent, matched.failed) == (
        ["secret-1", "secret-2", "secret-3"],
        1,
        1,
    )
    decisions = decide(annotated, matched.records)
    rows = zip(
        (decisions.names[f] for f in decisions.field),
        decisions.report.tolist(),
        decisions.confidence.tolist(),
        decisions.right.tolist(),
        decisions.given.tolist(),
        decisions.stated.tolist(),
        strict=True,
    )
    assert sorted(rows) == [
        ("grade", 0, 0.9, True, True, True),
        ("grade", 1, 0.6, False, True, True),
        ("grade", 2, 0.5, False, True, False),
        ("grade", 3, 1.0, False, False, True),
        ("grade", 4, 1.0, False, False, True),
        ("margins", 0, 0.7, False, True, True),
        ("margins", 1, 0.95, True, False, False),
        ("neuroendocrine_type", 0, 0.8, True, False, False),  # "none" is not stated
        ("nodes_examined", 2, 0.9, True, True, True),  # nodes_positive of none examined is left out
        ("pT", 1, 0.99, True, True, True),
    ]


def test_figures_of_a_field(small: tuple[Path, Path]) -> None:
    annotated = gold.read(small[1])
    found = evaluate(decide(annotated, match(Store(small[0]), annotated).records), 0.99)
    grade = found["fields"]["grade"]
    assert {name: grade[name] for name in ("n", "stated", "given", "ece_given", "brier_given")} == {
        "n": 5,
        "stated": 4,
        "given": 3,
        "ece_given": None,
        "brier_given": pytest.approx((0.1**2 + 0.6**2 + 0.5**2) / 3),
    }
    values = [grade[name]["value"] for name in ("accuracy", "precision", "recall", "f1")]
    assert values == pytest.approx([1 / 5, 1 / 3, 1 / 4, 2 / 7])
    assert grade["risk_coverage"] == [
        pytest.approx([1 / 5, 0.0]),
        pytest.approx([2 / 5, 1 / 2]),
        pytest.approx([3 / 5, 2 / 3]),
    ]
    assert grade["accepted_observed"] == pytest.approx(1 / 5)
    assert grade["threshold"]["confidence"] is None


def plain_ece(rows: list[tuple[float, bool]]) -> float:
    """The definition, spelled out."""
    rows = sorted(rows)
    count = max(1, min(15, len(rows) // 20))
    bins = [rows[j * len(rows) // count : (j + 1) * len(rows) // count] for j in range(count)]
    return sum(abs(sum(c - r for c, r in b)) for b in bins) / len(rows)


def test_calibration_error_is_the_definition() -> None:
    decisions = made_up.simulated(3, reports=37)
    distinct = decisions.where(np.unique(decisions.confidence, return_index=True)[1])
    pairs = list(zip(distinct.confidence.tolist(), distinct.right.tolist(), strict=True))
    assert figures.ece(distinct)[0] == pytest.approx(plain_ece(pairs))


def test_calibrated_has_no_error_above_chance() -> None:
    found = [figures.ece(made_up.simulated(seed, reports=200)) for seed in range(10)]
    assert min(raw for raw, _ in found) > 0.005
    assert sum(above for _, above in found) / 10 < 0.004


def test_overconfidence_shows() -> None:
    decisions = made_up.simulated(1, reports=400, intercept=-1.0)
    gap = float(decisions.confidence.mean() - decisions.right.mean())
    assert figures.ece(decisions)[1] == pytest.approx(gap, abs=0.01)
    assert gap > 0.05


def test_interval_of_a_bootstrap_covers() -> None:
    covered = 0
    for seed in range(60):
        decisions = made_up.simulated(seed, reports=60)
        interval = bootstrap.scores(bootstrap.tally(decisions), bootstrap.draws(60))["accuracy"]
        assert interval["low"] is not None
        assert interval["high"] is not None
        covered += interval["low"] <= 0.91958 <= interval["high"]
    assert covered >= 52


def test_all_right_still_has_an_interval(tmp_path: Path) -> None:
    rows = [{"id": f"r{n}", "grade": "G1"} for n in range(20)]
    records = {row["id"]: record(row["id"], {"grade": reading("G1", 0.99)}) for row in rows}
    found = evaluate(decide(gold.read(made_up.gold(tmp_path / "g", rows)), records), 0.99)
    expected = {"value": 1.0, "low": pytest.approx(lower_bound(20, 20, 0.025)), "high": 1.0}
    figure = found["fields"]["grade"]
    assert {name: figure[name] for name in ("accuracy", "f1")} == {"accuracy": expected, "f1": expected}


@pytest.mark.parametrize(("intercept", "target"), [(0.0, 0.99), (-0.7, 0.99), (0.0, 0.95), (-1.5, 0.95)])
def test_threshold_keeps_its_promise(intercept: float, target: float) -> None:
    everything = made_up.simulated(999, reports=20_000, intercept=intercept)
    ranked = np.sort(everything.confidence)[::-1]
    true_precision = np.cumsum(
        everything.right[np.argsort(-everything.confidence, kind="stable")]
    ) / np.arange(1, len(ranked) + 1)
    broken = found = 0
    for seed in range(150):
        sample = made_up.simulated(seed, reports=150, intercept=intercept)
        shown = threshold(sample.confidence, sample.right, target)
        if shown.confidence is not None:
            found += 1
            accepted = int(np.searchsorted(-ranked, -shown.confidence, side="right"))
            broken += true_precision[accepted - 1] < target - 0.0005
    assert broken <= 13  # 5 % of 150 and two standard deviations
    if intercept == 0.0:
        assert found >= 60


def test_threshold_needs_enough_readings() -> None:
    ones = np.ones(298, dtype=bool)
    assert threshold(np.linspace(0.9, 1, 298), ones, 0.99).confidence is None
    shown = threshold(np.linspace(0.9, 1, 299), np.ones(299, dtype=bool), 0.99)
    assert (shown.confidence, shown.accepted, shown.right, shown.needed) == (0.9, 299, 299, 299)
    tied = threshold(np.full(400, 0.97), np.r_[np.zeros(1, dtype=bool), np.ones(399, dtype=bool)], 0.99)
    assert (tied.confidence, tied.accepted) == (None, 400)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "secret"', "line 2: not JSON"),
        ('["secret"]', "line 2: not a JSON object"),
        ('{"grade": "G1"}', "line 2: no id"),
        ('{"id": "secret-1"}', "line 2: an id that an earlier line has"),
        ('{"id": "x", "grad": "G1"}', "line 2: 'grad' is no field"),
        ('{"id": "x", "grade": "secret"}', "line 2: grade: not a value this field can have"),
        ('{"id": "x", "ki67_percent": {"low": 3}}', "line 2: ki67_percent: not a value this field can have"),
        ('{"id": "x", "ki67_percent": {"low": 5, "high": 2}}', "line 2: ki67_percent: not a value"),
        (
            '{"id": "x", "mitoses": {"low": 1, "high": 1, "per": 0, "unit": "HPF"}}',
            "line 2: mitoses: not a value",
        ),
        ('{"id": "x", "note": 7}', "line 2: note is no text"),
    ],
)
def test_bad_gold_is_named_by_its_line(
    line: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "secret-1", "grade": "G1"}\n' + line + "\n")
    directory = made_up.store(tmp_path / "out", RECORDS)
    assert command(["evaluate", str(directory), "--gold", str(path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"nenpath: {path}: {said}")
    assert error.count("\n") == 1
    assert "secret" not in error.replace(str(path), "")


@pytest.mark.parametrize("content", ["", '{"id": "a", "note": "unreadable"}\n'])
def test_gold_without_reports(content: str, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content)
    with pytest.raises(NenpathError, match="no annotated reports"):
        gold.read(path)


def test_the_command(small: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    html, as_json = tmp_path / "page.html", tmp_path / "figures.json"
    arguments = ["evaluate", str(small[0]), "--gold", str(small[1]), "--html", str(html)]
    assert command([*arguments, "--json", str(as_json)]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert "1 not in the store, 1 failed; each counts as a report that states nothing" in out
    found: dict[str, Any] = json.loads(as_json.read_text())
    assert {name: found[name] for name in ("annotated", "absent", "failed", "reports", "target")} == {
        "annotated": 5,
        "absent": 1,
        "failed": 1,
        "reports": 5,
        "target": 0.99,
    }
    page = html.read_text()
    for text in (out, page, as_json.read_text()):
        assert "secret" not in text
    assert not re.search(r"<script|\bsrc=|\bhref=|https?:|url\(|@import", page)
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<svg") == 2 * 5  # all fields, and those with given values
    assert "prefers-color-scheme: dark" in page


def test_the_command_on_other_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = made_up.store(tmp_path / "out", RECORDS)
    path = made_up.gold(tmp_path / "gold.jsonl", [{"id": "elsewhere", "grade": "G1"}])
    assert command(["evaluate", str(directory), "--gold", str(path)]) == 2
    assert "none of its 1 reports is in" in capsys.readouterr().err
