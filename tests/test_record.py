"""The record: its schema is published, its evidence is the report's own words, Python says the same."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import nenpath
from extractor import catalog
from nenpath.engine import Engine, text_sha256
from nenpath.record import Record
from nenpath.schema import schema_text
from nenpath.table import Table

ROOT = Path(__file__).parent.parent
SAMPLES = sorted((ROOT / "corpora" / "samples").glob("*.txt"))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return nenpath.load()


def test_version_is_that_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert nenpath.__version__ == project["version"]


def test_published_schema_is_current() -> None:
    published = (ROOT / "docs" / "record.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(), "run: nenpath schema > docs/record.schema.json"


def test_there_are_samples() -> None:
    assert len(SAMPLES) >= 6


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_record_of_a_sample(engine: Engine, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plain = engine.read(text, path.stem, {"ward": "7b"})
    record = engine(text, path.stem, {"ward": "7b"})
    assert record.model_dump(mode="json") == plain
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert list(plain["fields"]) == [room.name for room in catalog.fields()]
    assert plain["provenance"] == {**engine.provenance, "text_sha256": text_sha256(text)}
    for name, reading in plain["fields"].items():
        for evidence in reading["evidence"]:
            assert evidence["text"] == text[evidence["start"] : evidence["end"]]
        if reading["value"] is not None:
            assert reading["evidence"], f"{name} has a value without evidence"


def test_record_is_reread_from_its_json(engine: Engine) -> None:
    record = engine(SAMPLES[0].read_text(encoding="utf-8"), "a")
    assert Record.model_validate_json(record.model_dump_json()) == record


def test_frame_has_the_columns_of_the_table(engine: Engine) -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in SAMPLES[:2]}
    frame = engine.frame(texts)
    table = Table()
    expected = pd.DataFrame(
        [table.row(engine.read(text, name)) for name, text in texts.items()], columns=table.columns
    )
    pd.testing.assert_frame_equal(frame, expected)
    pd.testing.assert_frame_equal(engine.frame(pd.Series(texts)), expected)
    assert list(engine.frame(texts.values())["report_id"]) == [None, None]


def test_table_names_each_column_once() -> None:
    columns = Table(["ward", "risk_level"]).columns
    assert len(columns) == len(set(columns))
    assert columns[-2:] == ["ward", "meta_risk_level"]
    assert columns[columns.index("ki67_percent_low") :][:5] == [
        "ki67_percent_low",
        "ki67_percent_high",
        "ki67_percent_comparator",
        "ki67_percent_confidence",
        "ki67_percent_status",
    ]


def test_assess_takes_plain_values() -> None:
    low = {"value": {"low": 4, "high": 4, "comparator": "="}, "confidence": 1.0}
    plain = nenpath.assess({"ki67_percent": {"low": 4, "high": 4, "comparator": "="}, "pN": None})
    assert plain == nenpath.assess({"ki67_percent": low})
    assert plain["grade"]["derived"] == "G2"
    assert list(plain) == ["risk", "grade", "stage", "inconsistencies"]


def test_assess_knows_its_fields() -> None:
    with pytest.raises(ValueError, match=r"^no field called ki76; the fields are "):
        nenpath.assess({"ki76": 3})
    with pytest.raises(ValueError, match=r"^ki67_percent: no confidenc in a reading"):
        nenpath.assess({"ki67_percent": {"value": None, "confidenc": 1}})
