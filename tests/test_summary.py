"""The summary of a store: what is counted, and that the page shows the same and nothing else."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from extractor import catalog
from nenpath.store import Store
from nenpath.summary import Histogram, Summary, summarize
from nenpath.summary_page import columns, page, stack
from tests import stand_in


@pytest.fixture
def out(tmp_path: Path) -> Path:
    texts = {"a": "Ki-67 1 %", "b": "Ki-67 60 % DOUBT", "c": "none", "d": "CRASH", "e": "", "f": "Ki-67 60 %"}
    source = tmp_path / "x.jsonl"
    source.write_text("".join(json.dumps({"report_id": i, "text": t}) + "\n" for i, t in texts.items()))
    stand_in.run([source], tmp_path / "out")
    return tmp_path / "out"


def test_json_counts_everything(out: Path) -> None:
    found = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    names = [room.name for room in catalog.fields()]
    nothing = {"stated": 0, "not_stated": 4, "below_threshold": 0}
    bounds = [0, 1, 2, 3, 5, 10, 15, 20, 30, 40, 55, 70, 85]
    assert found == {
        "reports": 6,
        "records": 4,
        "superseded": 0,
        "fields": {
            **dict.fromkeys(names, nothing),
            "ki67_percent": {"stated": 3, "not_stated": 1, "below_threshold": 1},
        },
        "risk_levels": {"high": 0, "intermediate": 0, "low": 0, "indeterminate": 4, "not_applicable": 0},
        "failures": {"empty": 1, "error: ValueError": 1},
        "ki67_percent": {
            "class_from": bounds,
            "reports": [{1: 1, 55: 2}.get(bound, 0) for bound in bounds],
            "wider_than_a_class": 0,
        },
        "tumor_size_mm": {"class_from": [*range(0, 101, 10)], "reports": [0] * 11},
        "grade_by_site": {"not_stated": {"unknown": 4}},
        "confidence": {
            "class_from": [0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99],
            "reports": {
                **{name: [0, 0, 0, 0, 0, 0, 4] for name in names},
                "ki67_percent": [0, 1, 0, 0, 2, 0, 1],
            },
        },
    }


def test_page_shows_the_counts_and_fetches_nothing(out: Path) -> None:
    html = (out / "summary.html").read_text(encoding="utf-8")
    assert html == page(summarize(Store(out)))
    titles = [unescape(title) for title in re.findall(r"<title>([^<]+)</title>", html)]
    assert [title for title in titles if title.startswith("55-70")] == ["55-70: 2"]
    assert "not stated, unknown: 4" in titles
    assert "Ki-67 (%), 0.5-0.7: 1" in titles
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")


def test_wide_intervals_are_counted_apart() -> None:
    ki67 = Histogram((0, 3, 20))
    assert [ki67.spans(0, 2.9), ki67.spans(2, 5), ki67.spans(20, 100), ki67.spans(5, None)] == [
        False,
        True,
        False,
        True,
    ]


def test_geometry() -> None:
    sizes = Histogram((0, 10))
    for number in (1, 2, 30):
        sizes.add(number)
    assert [(bar.start, bar.length) for bar in columns(sizes)] == [(0.0, 100.0), (50.0, 50.0)]
    (bar,) = stack([("a", [("x", 3), ("y", 0), ("z", 1)])])
    assert [(share.start, share.length) for share in bar.shares] == [(0.0, 75.0), (75.0, 0.0), (75.0, 25.0)]


def test_empty_store_has_a_page() -> None:
    summary = Summary()
    summary.confidence = {
        room.name: Histogram((0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)) for room in catalog.fields()
    }
    assert "0 reports with a record, 0 without" in page(summary)
