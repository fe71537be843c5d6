"""Contradictions planted in consistent records and in the sample reports are found, and no others."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import nenpath
from classifier import classify

ROOT = Path(__file__).parent.parent
PLANTS = tomllib.loads((Path(__file__).parent / "cases" / "contradictions.toml").read_text(encoding="utf-8"))
SAMPLES = sorted((ROOT / "corpora" / "samples").glob("*.txt"))

Record = dict[str, Any]


@cache
def engine() -> nenpath.Engine:
    return nenpath.load()


def found(text: str) -> list[dict[str, Any]]:
    return list(engine().read(text)["inconsistencies"])


@pytest.mark.parametrize(
    "plant", PLANTS["plant"], ids=[f"{n}-{plant['sample']}" for n, plant in enumerate(PLANTS["plant"])]
)
def test_planted_in_a_sample_report(plant: dict[str, Any]) -> None:
    text = (ROOT / "corpora" / "samples" / f"{plant['sample']}.txt").read_text(encoding="utf-8")
    for before, after in plant["swap"]:
        assert before in text
        text = text.replace(before, after)
    entries = [one for one in found(text) if one["id"] == plant["id"]]
    assert bool(entries) == ("missed" not in plant)
    for entry in entries:
        quotes = {(piece["start"], piece["end"]) for piece in entry["evidence"]}
        pieces = 1 if plant.get("one_quote") else min(2, len(entry["fields"]) + ("sections" in entry["id"]))
        assert len(quotes) >= pieces
        assert all(text[piece["start"] : piece["end"]] == piece["text"] for piece in entry["evidence"])


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_no_false_alarm_on_a_sample_report(path: Path) -> None:
    assert found(path.read_text(encoding="utf-8")) == []


# Consistent combinations: organ, size in mm, extension, pT.
TUMORS = [
    ("pancreas", (5, 19), "confined_to_organ", "1"),
    ("pancreas", (20, 40), "surrounding_fat", "2"),
    ("pancreas", (41, 90), "confined_to_organ", "3"),
    ("stomach", (3, 10), "submucosa", "1"),
    ("stomach", (11, 30), "muscularis_propria", "2"),
    ("duodenum", (4, 10), "submucosa", "1"),
    ("ileum", (8, 30), "subserosa", "3"),
    ("ileum", (15, 40), "serosa", "4"),
    ("jejunum", (11, 30), "submucosa", "2"),
    ("appendix", (2, 20), "muscularis_propria", "1"),
    ("appendix", (21, 40), "submucosa", "2"),
    ("rectum", (2, 9), "submucosa", "1a"),
    ("rectum", (10, 20), "mucosa", "1b"),
    ("colon", (22, 50), "muscularis_propria", "2"),
]
GRADES = {"G1": ((0.5, 2.9), (0, 1)), "G2": ((3, 20), (0, 20)), "G3": ((21, 60), (2, 40))}


def consistent(source: random.Random) -> Record:
    site, sizes, extension, category = source.choice(TUMORS)
    grade = source.choice(["G1", "G2", "G3"])
    ki67, mitoses = GRADES[grade]
    examined = source.randint(4, 30)
    positive = source.choice([0, 0, 1, 3])
    metastatic = source.random() < 0.3
    return {
        "neuroendocrine_type": "net",
        "primary_site": site,
        "differentiation": "well",
        "grade": grade,
        "ki67_percent": round(source.uniform(*ki67), 1),
        "mitoses_per_2mm2": source.randint(*mitoses),
        "tumor_size_mm": source.randint(*sizes),
        "extension": extension,
        "pT": category,
        "nodes_examined": examined,
        "nodes_positive": positive,
        "pN": "1" if positive else "0",
        "distant_metastasis": "present" if metastatic else "absent",
        "metastasis_sites": ["liver"] if metastatic else None,
        "pM": "1a" if metastatic else source.choice(["0", None]),
        "functional_status": source.choice(["functioning", "nonfunctioning", None]),
        "icd_o_3_morphology": "8240/3" if grade == "G1" else "8249/3",
        "lymphovascular_invasion": source.choice(["present", "absent", None]),
    }


def other_grade(record: Record) -> Record:
    return {"grade": {"G1": "G3", "G2": "G1", "G3": "G1"}[record["grade"]]}


def other_category(record: Record) -> Record:
    return {"pT": {"1": "3", "2": "4", "3": "1", "4": "2"}[record["pT"][0]]}


def other_nodes(record: Record) -> Record:
    return {"pN": "0" if record["nodes_positive"] else "1"}


def other_metastasis(record: Record) -> Record:
    return {"pM": "0" if record["distant_metastasis"] == "present" else "1a"}


NOTHING_NEUROENDOCRINE: Record = {
    "neuroendocrine_type": "none",
    "differentiation": None,
    "icd_o_3_morphology": None,
    "functional_status": None,
}
BREAKS: list[tuple[str, Callable[[Record], Record]]] = [
    ("grade/stated-against-indices", other_grade),
    (
        "grade/stated-against-indices",
        lambda record: {"ki67_percent": 75 if record["grade"] != "G3" else 9, "mitoses_per_2mm2": None},
    ),
    ("grade/stated-against-indices", lambda record: {"mitoses_per_2mm2": 55, "grade": "G1"}),
    ("pt/against-size-extension", other_category),
    (
        "pt/against-size-extension",
        lambda _: {
            "primary_site": "pancreas",
            "extension": None,
            "tumor_size_mm": 45,
            "pT": "1",
            "distant_metastasis": "absent",
            "metastasis_sites": None,
            "pM": "0",
        },
    ),
    ("pn/against-counts", other_nodes),
    (
        "pn/against-counts",
        lambda _: {
            "primary_site": "ileum",
            "nodes_positive": 14,
            "nodes_examined": 20,
            "pN": "1",
            "mesenteric_mass_mm": 5,
        },
    ),
    ("nodes/positive-above-examined", lambda record: {"nodes_positive": record["nodes_examined"] + 3}),
    ("pm/against-metastasis", other_metastasis),
    (
        "pm/against-metastasis",
        lambda _: {"distant_metastasis": "present", "metastasis_sites": ["bone"], "pM": "1a"},
    ),
    (
        "metastasis/sites-though-absent",
        lambda _: {"distant_metastasis": "absent", "metastasis_sites": ["lung"]},
    ),
    ("type/against-differentiation", lambda _: {"differentiation": "poor"}),
    (
        "type/none-with-neuroendocrine-fields",
        lambda _: NOTHING_NEUROENDOCRINE | {"functional_status": "functioning"},
    ),
    (
        "type/none-with-neuroendocrine-fields",
        lambda _: NOTHING_NEUROENDOCRINE | {"icd_o_3_morphology": "8240/3"},
    ),
    (
        "diagnosis/benign-with-cancer-fields",
        lambda _: NOTHING_NEUROENDOCRINE | {"histology": "adenoma", "nodes_positive": 2, "nodes_examined": 9},
    ),
    (
        "diagnosis/benign-with-cancer-fields",
        lambda _: NOTHING_NEUROENDOCRINE | {"icd_o_3_morphology": "8140/0", "distant_metastasis": "present"},
    ),
    ("tumor_size_mm/implausible", lambda _: {"tumor_size_mm": 420}),
    ("ki67_percent/implausible", lambda _: {"ki67_percent": 450}),
    ("mitoses_per_2mm2/implausible", lambda _: {"mitoses_per_2mm2": 2000}),
    ("nodes_examined/implausible", lambda _: {"nodes_examined": 1400}),
]


def test_consistent_records_raise_nothing() -> None:
    source = random.Random(3)
    alarms = [
        (record, one["id"])
        for record in (consistent(source) for _ in range(500))
        for one in classify(record, names=record)["inconsistencies"]
    ]
    assert alarms == []


@pytest.mark.parametrize(
    ("name", "change"), BREAKS, ids=[f"{n}-{name}" for n, (name, _) in enumerate(BREAKS)]
)
def test_a_planted_contradiction_is_found(name: str, change: Callable[[Record], Record]) -> None:
    source = random.Random(4)
    for _ in range(25):
        record = consistent(source)
        record |= change(record)
        assert name in [one["id"] for one in classify(record, names=record)["inconsistencies"]]


def test_a_doubtful_reading_contradicts_nothing() -> None:
    record = consistent(random.Random(5)) | {"nodes_examined": 3}
    doubtful = {"value": 9, "confidence": 0.6, "alternatives": [{"value": 2, "probability": 0.4}]}
    record |= {"nodes_positive": doubtful, "pN": "1"}
    assert classify(record, names=record)["inconsistencies"] == []
