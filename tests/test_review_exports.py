"""Exports of a store with signed-off corrections: taken where the review is named, else told of."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from nenpath import cli
from nenpath.review.app import application
from nenpath.review.corrected import CorrectedStore
from nenpath.review.server import open_review
from nenpath.store import Store
from tests.review_store import make_store, text_of

ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of three reports, the first with a corrected Ki-67 and signed off."""
    directory = make_store(tmp_path / "store", [text_of(number) for number in range(3)])
    review = open_review(Store(directory), directory / "review.sqlite", "Anna")
    app: Any = application(review, "the token", 8000)
    client = TestClient(app, base_url=ORIGIN, headers={"Origin": ORIGIN}, follow_redirects=True)
    client.get("/?token=the%20token")
    key = {"field": "ki67_percent", "action": "value", "given": "63.25", "seen": 0}
    answer = client.post("/report/0/decide", json=key)
    assert answer.status_code == 200, answer.text
    signed = client.post("/report/0/sign", json={"seen": answer.json()["seen"], "whole": True})
    assert signed.status_code == 200, signed.text
    review.database.close()
    return directory


def export(store: Path, target: Path, *more: str) -> int:
    return cli.command(["export", "fhir", str(store), "-o", str(target), *more])


def percentages(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if "63.25" in line]


def test_corrections_are_told_of_and_taken_when_named(
    store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert export(store, tmp_path / "a.ndjson") == 0
    assert "signed-off reports whose corrections this export does not use: 1;" in capfd.readouterr().err
    assert not percentages(tmp_path / "a.ndjson")
    assert export(store, tmp_path / "b.ndjson", "--corrected", str(store / "review.sqlite")) == 0
    assert "reports taken as signed off: 1" in capfd.readouterr().err
    assert len(percentages(tmp_path / "b.ndjson")) == 1


@pytest.mark.parametrize("form", ["naaccr", "omop"])
def test_every_export_takes_them(
    store: Path, tmp_path: Path, form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    named = ["--corrected", str(store / "review.sqlite")]
    assert cli.command(["export", form, str(store), "-o", str(tmp_path / "out.xml"), *named]) in (0, 1)
    assert "reports taken as signed off: 1" in capfd.readouterr().err
    if form == "naaccr":
        with (tmp_path / "out.worksheet.csv").open(encoding="utf-8", newline="") as file:
            found = [row for row in csv.DictReader(file) if row["naaccr_id"] == "ki67"]
        assert [row["value"] for row in found][:1] == ["= 63.25 to 63.25"]


def test_a_report_whose_text_has_changed_counts_as_read(
    store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = make_store(tmp_path / "other", ["Another text. Ki-67 4 percent, DOUBT.", text_of(1)])
    assert export(other, tmp_path / "c.ndjson", "--corrected", str(store / "review.sqlite")) == 0
    told = capfd.readouterr().err
    assert "reports taken as signed off: 0" in told
    assert "signed-off reports not in this store, or with another text now: 1" in told
    records = CorrectedStore(other, store / "review.sqlite").records()
    assert [json.dumps(record) for record in records] == [json.dumps(r) for r in Store(other).records()]


def test_another_file_is_refused_in_one_line(
    store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.sqlite").write_text("no database")
    assert export(store, tmp_path / "d.ndjson", "--corrected", str(tmp_path / "x.sqlite")) == 2
    printed = capfd.readouterr().err
    assert "not the database of a review" in printed
    assert printed.count("\n") == 1
