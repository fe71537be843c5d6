"""The second reader: hashed words, what they make likely, and how that moves confidence."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import extractor
from corpora.fit_second_opinion import Decision, regression
from extractor.catalog import fields
from extractor.confidence.odds import log_odds
from extractor.confidence.second_opinion import FARTHEST, manner
from extractor.confidence.second_reader import SecondReader, kind_of, terms
from extractor.extract import Extractor
from extractor.locations import SECOND, patterns_dir

SAMPLES = sorted((Path(__file__).parent.parent / "corpora" / "samples").glob("*.txt"))

RESECTION = """SPECIMEN: Ileum, segmental resection.
DIAGNOSIS: Well differentiated neuroendocrine tumor, 21 mm, grade 1.
The tumor reaches the subserosal fat. Margins are free of tumor. Ki-67 is 2 %.
"""


@pytest.fixture(scope="module")
def engine() -> Extractor:
    return extractor.load()


def test_numbers_do_not_matter(engine: Extractor) -> None:
    four, seven = (terms(engine.document(f"Ki-67 index {n} %. Second line here.").units) for n in (4, 7))
    assert np.array_equal(four.lines, seven.lines)
    assert np.array_equal(four.owner, seven.owner)


def test_a_unit_sees_the_words_before_it(engine: Extractor) -> None:
    with_before = terms(engine.document("Lymph nodes:\nNone of them is involved.").units)
    alone = terms(engine.document("None of them is involved.").units)
    assert len(with_before.lines[with_before.owner == with_before.owner.max()]) > len(alone.lines)


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("margins", "negative", "negative"),
        ("margins", "indeterminate", "other"),
        ("nodes_positive", 0, "negative"),
        ("nodes_positive", 3, "positive"),
        ("nodes_examined", 0, "given"),
        ("grade", "G2", "given"),
        ("grade", None, ""),
        ("metastasis_sites", [], ""),
        ("neuroendocrine_type", "none", ""),
    ],
)
def test_kinds(field: str, value: Any, kind: str) -> None:
    assert kind_of(field, value) == kind


def test_weights_know_the_words(engine: Extractor) -> None:
    """Guards the hashing: with other hashes the shipped weights would say nothing."""
    text = "Lymphovascular invasion is not identified.\nThe kidney weighs 200 g and is received fresh."
    document = engine.document(text)
    expected = engine.second_reader(document.units)
    columns = expected.columns["lymphovascular_invasion"]
    said, unsaid = expected.lines[0], expected.lines[-1]
    assert said[columns[""]] > 1.0 > -1.0 > unsaid[columns[""]]
    assert said[columns["absent"]] > said[columns["present"]]
    assert expected.most("lymphovascular_invasion") == 0
    assert expected.most("no such field") is None
    assert expected.features("no such field", 1, ()) == {}


def test_blocks_of_units_change_nothing(engine: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    units = engine.document("\n".join(path.read_text(encoding="utf-8") for path in SAMPLES)).units
    whole = engine.second_reader(units).lines
    monkeypatch.setattr("extractor.confidence.second_reader.BLOCK", 7)
    assert np.allclose(engine.second_reader(units).lines, whole, atol=1e-4)


def test_columns_are_fields() -> None:
    names = {room.name for room in fields()}
    assert set(SecondReader(patterns_dir() / SECOND[0]).columns) <= names


def test_nothing_at_all(engine: Extractor) -> None:
    readings = engine("").fields
    assert all(reading.value in (None, []) for reading in readings.values())


def test_words_of_a_value_not_read_make_its_absence_doubtful(engine: Extractor) -> None:
    without = engine(RESECTION).fields["lymphovascular_invasion"]
    with_words = engine(RESECTION + "Lymphovascular invasion: see slide review.").fields[
        "lymphovascular_invasion"
    ]
    again = engine(RESECTION).fields["lymphovascular_invasion"]
    assert without.value is None
    assert with_words.value is None
    assert with_words.confidence < without.confidence - 0.1
    assert with_words.review
    assert again == without


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_value_stays_and_stays_likeliest(engine: Extractor, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    document = engine.document(text)
    for name, reading in engine(text).fields.items():
        assert reading.value == document.reading(name).value
        probabilities = [alternative.probability for alternative in reading.alternatives]
        assert max(probabilities, default=0.0) <= reading.confidence
        assert reading.confidence + sum(probabilities) <= 1.001


def test_why_tells_the_second_readers_part(engine: Extractor) -> None:
    text = RESECTION + "Lymphovascular invasion: see slide review."
    readings = engine(text).fields
    for name in ("lymphovascular_invasion", "margins", "tumor_size_mm", "primary_site"):
        chosen, *rest = engine.why(text, name)
        assert chosen["probability"] == pytest.approx(readings[name].confidence, abs=6e-5)
        assert any(part.startswith("second_") for part in chosen["features"])
        assert chosen["probability"] + sum(row["probability"] for row in rest) == pytest.approx(1.0, abs=0.02)
    assert engine.why(text, "lymphovascular_invasion")[0]["expected_in"].startswith("Lymphovascular")
    assert "expected_in" not in engine.why(text, "margins")[0]
    # a field nobody annotated has no second opinion
    assert not any(
        k.startswith("second_") for row in engine.why(text, "vessel_kind") for k in row["features"]
    )


def test_log_odds_are_symmetric() -> None:
    assert log_odds(1.0) == pytest.approx(-log_odds(0.0))


def _decision(confidence: float, amount: float, right: bool) -> Decision:
    return Decision("set", "report", "grade", True, True, right, confidence, {"evidence_value": amount}, 1.0)


def test_regression_learns_from_words_only_what_data_show() -> None:
    even = regression([_decision(0.9, a, r) for a in (-1.0, 1.0) for r in (True,) * 9 + (False,)] * 5)
    assert abs(even.weights.get("evidence_value", 0.0)) < 0.05
    assert even.log_odds(_decision(0.9, 1.0, True)) == pytest.approx(log_odds(0.9), abs=0.2)
    told = regression(
        [_decision(0.9, 1.0, True)] * 50 + [_decision(0.9, -1.0, r) for r in (True, False)] * 10
    )
    assert told.weights["evidence_value"] > 0.5


def test_manner_tells_how_a_value_was_read(engine: Extractor) -> None:
    document = engine.document(RESECTION)
    read = document.reading("ki67_percent")
    option, values = document.chosen["ki67_percent"]
    told = manner("ki67_percent", read.value, option, values, 0.0)
    assert told["kind_ki67_percent_given"] == 1.0
    assert told[f"rule_{option.candidates[0].rule}"] == 1.0
    assert told["values"] == told["rival"] == 0.0
    assert all(abs(amount) <= FARTHEST for amount in told.values())
    contested = manner("ki67_percent", read.value, option, 2, 0.3)
    assert contested["values"] > 0.0
    assert contested["rival"] > 0.0
    assert manner("ki67_percent", None, option, 1, 0.0) == {}


def test_a_rule_that_often_errs_is_trusted_less() -> None:
    decisions = [
        Decision("set", "report", "grade", True, True, right, 0.9, {f"rule_{rule}": 1.0}, 1.0)
        for rule, rights in (("good", (True,) * 19 + (False,)), ("bad", (True,) * 12 + (False,) * 8))
        for right in rights * 5
    ]
    weights = regression(decisions).weights
    assert weights["rule_good"] > weights["rule_bad"] + 0.5


def test_training_figures_are_kept() -> None:
    data = json.loads((patterns_dir() / SECOND[1]).read_text(encoding="utf-8"))
    assert data["training"]["sets"]
    assert all(s["cross_fitted"]["reports"] for s in data["training"]["sets"].values())
    assert data["reference"]
