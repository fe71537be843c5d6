"""A hospital's calibration: corrects what is wrong, leaves what is right, changes only how sure we are."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nenpath
from extractor.locations import patterns_dir
from nenpath import drift
from nenpath.calibration import FORMAT, Accept, Calibration, Line, Moves, read_calibration
from nenpath.cli import command
from nenpath.evaluation import figures
from nenpath.evaluation.decisions import Decisions
from nenpath.evaluation.refit import refit
from tests import made_up
from tests.made_up import reading

NEN = Path(__file__).parent.parent / "corpora" / "nen"


def calibration(line: Line, threshold: float | None = 0.9, **more: Any) -> Calibration:
    moves = Moves(
        lines={"value": line, "not_stated": Line()},
        accept={
            "value": Accept(threshold=threshold, basis="field"),
            "not_stated": Accept(threshold=0.5, basis="model"),
        },
    )
    content = {
        "format": FORMAT,
        "nenpath": "0",
        "patterns": "p",
        "base": "c",
        "target": 0.99,
        "fields": {"grade": moves},
        "others": Moves(
            lines={"value": Line(), "not_stated": Line()},
            accept={kind: Accept(threshold=None, basis="none") for kind in ("value", "not_stated")},
        ),
        "training": {},
        "reference": {},
    }
    return Calibration.model_validate({**content, **more})


def moved(decisions: Decisions, found: Any) -> Decisions:
    """Decisions with the confidence a refit gives."""
    confidence = decisions.confidence.copy()
    for number, (field, given_value) in enumerate(zip(decisions.field, decisions.given, strict=True)):
        line = found.fields[decisions.names[field]].lines["value" if given_value else "not_stated"]
        confidence[number] = line(float(confidence[number]))
    return replace(decisions, confidence=confidence)


@pytest.mark.parametrize(("intercept", "slope"), [(-1.5, 1.0), (0.0, 0.5), (1.0, 1.0)])
def test_a_wrong_confidence_is_corrected(intercept: float, slope: float) -> None:
    found = refit(made_up.simulated(1, 128, intercept=intercept, slope=slope), 0.99)
    fresh = made_up.simulated(2, 2000, intercept=intercept, slope=slope)
    before, after = figures.ece(fresh)[1], figures.ece(moved(fresh, found))[1]
    assert before > 0.03
    assert after < 0.012
    assert found.training["strength"]["shared"] > 0
    assert found.training["refitted"]["log_loss"] < found.training["shipped"]["log_loss"]


@pytest.mark.parametrize("seed", range(4))
def test_few_reports_move_little(seed: int) -> None:
    found = refit(made_up.simulated(seed, 30), 0.99)
    fresh = made_up.simulated(100 + seed, 2000)
    before, after = figures.log_loss(fresh), figures.log_loss(moved(fresh, found))
    assert before is not None
    assert after is not None
    assert after < before + 0.004
    assert figures.ece(moved(fresh, found))[1] < 0.02


def test_nothing_to_correct_keeps_the_shipped_confidence() -> None:
    decisions = made_up.simulated(5, 128)
    found = refit(decisions, 0.99)
    assert found.training["strength"]["shared"] == 0
    assert {moves.lines["value"] for moves in found.fields.values()} == {Line()}
    assert found.training["shipped"] == found.training["refitted"]


def test_accepted_readings_have_the_promised_precision() -> None:
    broken = accepted = 0
    for seed in range(8):
        found = refit(made_up.simulated(seed, 150, intercept=-1.0), 0.95)
        fresh = moved(made_up.simulated(500 + seed, 1500, intercept=-1.0), found)
        fresh = fresh.where(fresh.given)
        limits = [found.fields[name].accept["value"].threshold or 2.0 for name in fresh.names]
        kept = fresh.where(fresh.confidence.round(4) >= [limits[f] for f in fresh.field])
        accepted += len(kept) > 0.2 * len(fresh)
        broken += kept.right.mean() < 0.945
    assert (accepted, broken) == (8, 0)


def test_a_reading_moves() -> None:
    alternatives = [
        {"value": "G2", "probability": 0.06, "evidence": ["e"]},
        {"value": None, "probability": 0.02, "evidence": []},
    ]
    before = reading("G1", 0.9, status="conflict", evidence=["e"], alternatives=alternatives)
    after = calibration(Line(intercept=-1.0)).move("grade", before)
    confidence = 1 / (1 + math.exp(-(math.log(9) - 1)))
    share = (1 - confidence) / 0.1
    assert after == {
        "value": "G1",
        "confidence": round(confidence, 4),
        "status": "conflict",
        "review": True,
        "evidence": ["e"],
        "alternatives": [
            {"value": "G2", "probability": round(0.06 * share, 4), "evidence": ["e"]},
            {"value": None, "probability": round(0.02 * share, 4), "evidence": []},
        ],
    }
    assert before["confidence"] == 0.9


def test_review_is_below_the_threshold() -> None:
    limits = calibration(Line())
    assert [limits.move("grade", reading("G1", c))["review"] for c in (0.8999, 0.9, 1.0)] == [
        True,
        False,
        False,
    ]
    assert [limits.move("grade", reading(None, c))["review"] for c in (0.4999, 0.5)] == [True, False]
    assert limits.move("margins", reading("negative", 1.0))["review"] is True  # nothing may be accepted


@given(
    shares=st.lists(st.floats(0.001, 1.0), min_size=1, max_size=5),
    intercept=st.floats(-6, 6),
    slope=st.floats(0.05, 4),
)
def test_never_past_an_alternative_and_never_over_one(
    shares: list[float], intercept: float, slope: float
) -> None:
    ranked = sorted((share / sum(shares) for share in shares), reverse=True)
    alternatives = [{"value": n, "probability": round(p, 4)} for n, p in enumerate(ranked[1:])]
    before = reading("G1", round(ranked[0], 4), alternatives=alternatives)
    after = calibration(Line(intercept=intercept, slope=slope)).move("grade", before)
    others = [alternative["probability"] for alternative in after["alternatives"]]
    assert all(0 <= other <= after["confidence"] <= 1 for other in others)
    assert others == sorted(others, reverse=True)
    assert after["confidence"] + sum(others) <= 1.0004


@given(p=st.floats(0, 1), q=st.floats(0, 1), intercept=st.floats(-6, 6), slope=st.floats(0.05, 4))
def test_a_line_rises(p: float, q: float, intercept: float, slope: float) -> None:
    line = Line(intercept=intercept, slope=slope)
    assert (line(min(p, q)) <= line(max(p, q))) or (intercept, slope) == (0, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not a calibration file"),
        ("[]", "not a calibration file of this version"),
        ('{"format": "nenpath calibration 0"}', "not a calibration file of this version"),
        (
            calibration(Line()).model_dump_json().replace('"slope":1.0', '"slope":-1.0', 1),
            "damaged at fields.grade.lines.value.slope: Input should be greater than 0",
        ),
    ],
)
def test_a_bad_file_is_one_line(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "cal.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=said) as caught:
        nenpath.load(calibration=path)
    assert "\n" not in str(caught.value)


def test_a_file_of_weights_is_no_calibration() -> None:
    assert read_calibration(patterns_dir() / "confidence.json") is None


@pytest.mark.parametrize(
    ("name", "words"),
    [("nenpath", "version of nenpath"), ("patterns", "patterns"), ("base", "shipped weights")],
)
def test_another_version_is_refused(name: str, words: str) -> None:
    provenance = {"nenpath": "0", "patterns": "p", "calibration": "c"}
    calibration(Line()).check(provenance)
    with pytest.raises(ValueError, match=f"^calibration made with other {words}: read .* then calibrate$"):
        calibration(Line(), **{name: "x"}).check(provenance)


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A store of the written reports as the shipped engine reads them, and its records."""
    engine = nenpath.load()
    lines = (NEN / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    records = [engine.read(row["text"], row["report_id"]) for row in map(json.loads, lines)]
    directory = tmp_path_factory.mktemp("hospital") / "out"
    return made_up.store(directory, records, provenance=engine.provenance), records


def test_from_gold_to_records(
    hospital: tuple[Path, list[dict[str, Any]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory, records = hospital
    path = tmp_path / "cal.json"
    assert command(["calibrate", str(directory), "--gold", str(NEN / "gold.jsonl"), "-o", str(path)]) == 0
    assert f"{len(records)} reports" in capsys.readouterr().out
    first = path.read_bytes()
    assert command(["calibrate", str(directory), "--gold", str(NEN / "gold.jsonl"), "-o", str(path)]) == 0
    assert path.read_bytes() == first
    assert not any(one["report_id"].encode() in first for one in records)
    capsys.readouterr()

    made = read_calibration(path)
    assert made is not None
    assert made.reference["reports"] == len(records)
    engine = nenpath.load(calibration=path)
    rows = [json.loads(line) for line in (NEN / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    assert drift.describe(engine.read(row["text"]) for row in rows) == made.reference
    row = rows[0]
    record = engine(row["text"], row["report_id"]).model_dump(mode="json")
    expected = {name: made.move(name, before) for name, before in records[0]["fields"].items()}
    assert record["fields"] == expected
    assert record["provenance"] == {
        **records[0]["provenance"],
        "calibration": hashlib.sha256(first).hexdigest(),
    }
    why = engine.why(row["text"], "grade")
    best = max(why, key=lambda option: option["probability"])
    assert best["probability"] == pytest.approx(record["fields"]["grade"]["confidence"], abs=2e-4)
    assert "hospital_calibration" in best["features"]
    assert sum(option["probability"] for option in why) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("count", [0, 29])
def test_too_few_reports(
    count: int,
    hospital: tuple[Path, list[dict[str, Any]]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = (NEN / "gold.jsonl").read_text(encoding="utf-8").splitlines()[:count]
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join([*lines, '{"id": "elsewhere", "grade": "G1"}']))
    target = tmp_path / "cal.json"
    assert command(["calibrate", str(hospital[0]), "--gold", str(path), "-o", str(target)]) == 2
    said = f"nenpath: {path}: {count} of its {count + 1} reports have a record; 30 are needed"
    assert capsys.readouterr().err.startswith(said)
    assert not target.exists()


def test_a_store_read_with_another_calibration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = made_up.store(tmp_path / "out", [made_up.record("a", {})])
    arguments = ["calibrate", str(directory), "--gold", str(NEN / "gold.jsonl"), "-o", str(tmp_path / "c")]
    assert command(arguments) == 2
    assert "not read with the confidence of these patterns" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"patterns": "p"}, "read with other patterns; read its reports again"),
        ({"nenpath": "0"}, "read with another version of nenpath; read its reports again"),
    ],
)
def test_a_store_read_otherwise_is_refused(
    changed: dict[str, str],
    said: str,
    hospital: tuple[Path, list[dict[str, Any]]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    records = hospital[1]
    provenance = {
        name: value for name, value in records[0]["provenance"].items() if name != "text_sha256"
    } | changed
    directory = made_up.store(tmp_path / "out", records, provenance=provenance)
    target = tmp_path / "c"
    assert command(["calibrate", str(directory), "--gold", str(NEN / "gold.jsonl"), "-o", str(target)]) == 2
    assert said in capsys.readouterr().err
    assert not target.exists()
