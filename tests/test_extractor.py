"""The extractor on whole texts: odd ones, evidence as slices, time in step with length."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from extractor.catalog import fields

SAMPLES = sorted((Path(__file__).parent.parent / "corpora" / "samples").glob("*.txt"))

ODD = [
    "",
    " ",
    "\n\n\n",
    "x",
    "BLOCK SUMMARY:\nA1: proximal margin",
    "\ufeffFINAL DIAGNOSIS:\r\nIleum, resection:\r\n- NET G1, 1.2 cm\r\n",
    "(" * 500,
    "\t|\t|\t\n" * 50,
    "Ki-67" * 200,
    "\x00\x01 binary \x7f",
    "Größe 2,5 cm\u00a0– Ki‑67\u2009<\u20093\u202f%",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_read(extractor: Any, text: str) -> None:
    readings = extractor(text).fields
    assert list(readings) == [room.name for room in fields()]
    for reading in readings.values():
        for evidence in reading.evidence:
            assert evidence.text == text[evidence.start : evidence.end]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_every_value_has_evidence_that_is_a_slice_of_the_report(extractor: Any, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name, reading in extractor(text).fields.items():
        assert 0.0 <= reading.confidence <= 1.0
        if reading.value is not None:
            assert reading.evidence, name
        for evidence in [*reading.evidence, *(e for a in reading.alternatives for e in a.evidence)]:
            assert evidence.text == text[evidence.start : evidence.end]


def test_evidence_points_at_the_text_as_read(extractor: Any) -> None:
    text = "F1NAL D1AGN0SIS:\nPancreas: neuroend0crine turnor, 2.O crn. Ki-G7 l0%.\n"
    readings = extractor(text).fields
    assert readings["ki67_percent"].value == {"low": 10.0, "high": 10.0, "comparator": "="}
    assert readings["tumor_size_mm"].value == 20.0
    assert readings["tumor_size_mm"].evidence[0].text == "2.O crn"


def test_reading_twice_gives_the_same(extractor: Any) -> None:
    text = SAMPLES[0].read_text(encoding="utf-8")
    first = {n: r.model_dump() for n, r in extractor(text).fields.items()}
    assert first == {n: r.model_dump() for n, r in extractor(text).fields.items()}


def test_cost_grows_in_step_with_length(extractor: Any) -> None:
    """A text four times as long takes at most six times as long."""
    rng = random.Random(0)
    parts = [p.read_text(encoding="utf-8") for p in SAMPLES]

    def seconds(copies: int) -> float:
        text = "\n".join(rng.choice(parts) for _ in range(copies))
        start = time.process_time()
        extractor(text)
        return time.process_time() - start

    seconds(2)
    short, long = (min(seconds(copies) for _ in range(3)) for copies in (10, 40))
    assert long < 6 * short
