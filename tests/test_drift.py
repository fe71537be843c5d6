"""Drift: silent where archives are alike, and naming the field and what moved where they are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from extractor.record import Evidence
from nenpath import drift
from nenpath.store import Store
from tests import made_up
from tests.made_up import reading, record


def place(section: str) -> dict[str, Any]:
    return Evidence(start=0, end=6, text="secret", section=section, rule="r").model_dump()


def archive(seed: int, reports: int, gross: float = 0.1, doubt: float = 0.1) -> list[dict[str, Any]]:
    """Reports whose size stands in the gross description, and whose margins are unsure, so often."""
    draw = np.random.default_rng(seed)
    found = []
    for number in range(reports):
        section = "gross" if draw.random() < gross else "diagnosis"
        evidence = [place(section)]
        graded = draw.random() < 0.5
        fields = {
            "tumor_size_mm": reading(12.0, 0.97, evidence=evidence),
            "margins": reading("negative", 0.6 if draw.random() < doubt else 0.999),
            "grade": reading("G1", 0.96) if graded else reading(None, 1.0),
        }
        found.append(record(f"secret-{number}", fields))
    return found


def compared(reference: list[dict[str, Any]], now: list[dict[str, Any]]) -> drift.Drift:
    return drift.compare(drift.describe(reference), drift.describe(now))


def test_alike_archives_are_not_named() -> None:
    reference = archive(0, 200)
    alarms = [shift for seed in range(1, 21) for shift in compared(reference, archive(seed, 300)).shifts]
    assert alarms == []


def test_what_moved_is_named() -> None:
    found = compared(archive(0, 200), archive(1, 400, gross=0.6, doubt=0.5))
    assert [(shift.facet, shift.category) for shift in found.shifts] == [
        ("tumor_size_mm/evidence", "diagnosis"),
        ("margins/reading", "sure 50-80 %"),
    ]
    strongest = found.shifts[0]
    assert strongest.distance > drift.STRONG
    assert (strongest.before > 0.8, strongest.now < 0.5) == (True, True)
    said = list(drift.lines(found))
    assert said[0] == (
        "Drift: 400 reports against the 200 the confidence was fitted on: "
        "2 fields differ strongly, 0 somewhat"
    )
    assert said[1].startswith("  Confidence is doubtful for")
    assert said[2].startswith("    tumor_size_mm (where it stands: diagnosis ")


def test_the_reports_themselves_may_differ() -> None:
    tumor = {"neuroendocrine_type": "net"}
    now = [{**one, "other_tumors": [tumor, tumor]} for one in archive(1, 200)]
    found = compared(archive(0, 200), now)
    assert [shift.facet for shift in found.shifts] == ["report/other tumors"]
    assert list(drift.lines(found))[1].startswith(
        "  the reports themselves differ (other tumors: 0 100% -> 0%"
    )


def test_a_description_is_counts_of_names() -> None:
    fields = {"grade": reading("G1", 0.96, evidence=[place("history")])}
    found = drift.describe([record("secret", fields), record("secret-2", {"grade": reading(None, 0.6)})])
    assert found["reports"] == 2
    of_grade = {name: share for name, share in found["shares"].items() if name.startswith("grade/")}
    assert of_grade == {
        "grade/reading": {"not stated, unsure": 1, "sure 95-99 %": 1},
        "grade/evidence": {"history": 1},
        "grade/status": {"stated": 1},
    }
    of_report = {name: share for name, share in found["shares"].items() if name.startswith("report/")}
    assert of_report == {
        "report/a value from the history alone": {"no": 1, "yes": 1},
        "report/contradictions": {"0": 2},
        "report/fields stated": {"0-4": 2},
        "report/fields to review": {"0": 2},
        "report/neuroendocrine_type": {"None": 2},
        "report/other tumors": {"0": 2},
        "report/specimen": {"None": 2},
    }
    assert "secret" not in str(found)


def test_too_few_reports_tell_nothing() -> None:
    found = compared(archive(0, 200), archive(1, 10, gross=1.0))
    assert list(drift.lines(found)) == ["Drift: 10 reports are too few to compare (30 are needed)"]
    assert list(drift.lines(None)) == ["Drift: the calibration holds no reference to compare with"]


def test_only_records_of_the_present_calibration_count(tmp_path: Path) -> None:
    now = archive(1, 40)
    for one in now[:5]:
        one["provenance"] = {**one["provenance"], "calibration": "older"}
    directory = made_up.store(tmp_path / "out", now, ["failed"])
    found = drift.drift_of(Store(directory), drift.describe(archive(0, 200)))
    assert (found.reports, found.reference, found.shifts) == (35, 200, ())


def test_a_big_store_is_sampled(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(drift, "SAMPLE", 100)
    directory = made_up.store(tmp_path / "out", archive(1, 600))
    found = drift.drift_of(Store(directory), drift.describe(archive(0, 100)))
    assert found.reports == 60
