"""Risk: the default policy case by case, exactness, and that a worse value never lowers it."""

from __future__ import annotations

import itertools
import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import classify
from classifier.criteria import criteria
from classifier.distribution import Span, distribution
from classifier.policy import DEFAULT, load

CASES = tomllib.loads((Path(__file__).parent / "cases" / "risk.toml").read_text(encoding="utf-8"))["case"]
SMALL = {
    "neuroendocrine_type": "net",
    "primary_site": "ileum",
    "ki67_percent": 1,
    "tumor_size_mm": 12,
    "lymphovascular_invasion": "absent",
}
RANK = {"low": 0, "intermediate": 1, "high": 2}


def risk_of(values: dict[str, Any], **options: Any) -> dict[str, Any]:
    return classify(values, names=values, **options)["risk"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_policy_case(case: dict[str, Any]) -> None:
    values = SMALL | {
        name: None if value == "null" else value for name, value in case.get("values", {}).items()
    }
    risk = risk_of(values)
    level = case["level"]
    bounds = [case.get("low", level), case.get("high", level)]
    assert {
        "level": risk["level"],
        "bounds": [risk["bounds"]["low"]["level"], risk["bounds"]["high"]["level"]],
        "probabilities": risk["probabilities"],
        "high": [
            risk["probability_high"],
            risk["bounds"]["low"]["probability_high"],
            risk["bounds"]["high"]["probability_high"],
        ],
    } == {
        "level": level,
        "bounds": bounds,
        "probabilities": {
            name: float(name == level)
            for name in ("high", "intermediate", "low", "indeterminate", "not_applicable")
        },
        "high": [float(level == "high"), float(bounds[0] == "high"), float(bounds[1] == "high")],
    }


def test_nothing_stated_is_unknown_everywhere() -> None:
    risk = risk_of({})
    assert {entry["state"] for entry in risk["criteria"]} == {"unknown"}
    assert {entry["probability"] for entry in risk["criteria"]} == {0.0}
    assert risk["level"] == "indeterminate"
    assert [entry["name"] for entry in risk["missing"]] == [item.name for item in load(DEFAULT).inputs]


def test_missing_says_what_would_change() -> None:
    risk = risk_of(SMALL | {"lymphovascular_invasion": None})
    told = {entry["name"]: entry for entry in risk["missing"]}
    assert told["lymphovascular invasion"] == {
        "name": "lymphovascular invasion",
        "fields": ["lymphovascular_invasion"],
        "required": True,
        "effect": "lymphovascular invasion would raise what is known from low to intermediate; "
        "without it the level cannot be called low",
    }
    assert told["distant metastasis"]["effect"] == (
        "distant metastasis would raise what is known from low to high"
    )
    assert told["hormonal function"]["effect"] == (
        "a functioning tumor would be shown and would not change the level"
    )
    assert "tumor size" not in told


def test_functioning_tumor_names_hormone_and_contradiction() -> None:
    risk = risk_of(SMALL | {"functional_status": "functioning", "hormone": "insulin"})
    entry = next(one for one in risk["criteria"] if one["id"] == "functioning-tumor")
    assert (entry["role"], entry["state"]) == ("flag", "met")
    assert "insulin" in entry["reason"]
    assert "contradicted" in entry["source"]


def test_exactly_twenty_is_flagged() -> None:
    flagged = {
        value: next(
            one for one in risk_of({"ki67_percent": value})["criteria"] if one["id"] == "ki67-exactly-20"
        )
        for value in (19.9, 20, 20.1)
    }
    assert {value: entry["state"] for value, entry in flagged.items()} == {
        19.9: "not_met",
        20: "met",
        20.1: "not_met",
    }


def test_every_criterion_has_a_source_and_one_role() -> None:
    assert [one.id for one in criteria() if not one.source.strip()] == []
    roles = load(DEFAULT).roles
    assert sorted([*roles.decisive, *roles.contributing, *roles.beside, *roles.flag]) == sorted(
        one.id for one in criteria()
    )


def test_policy_can_be_replaced(tmp_path: Path) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    ours = tmp_path / "ours.toml"
    ours.write_text(
        text.replace("high = 3", "high = 2").replace('id = "default-v1"', 'id = "ours"'), encoding="utf-8"
    )
    values = SMALL | {"tumor_size_mm": 30, "perineural_invasion": "present"}
    before, after = risk_of(values), risk_of(values, policy=ours)
    assert (before["policy"], before["level"]) == ("default-v1", "intermediate")
    assert (after["policy"], after["level"]) == ("ours", "high")


def test_policy_must_place_every_criterion(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(DEFAULT.read_text(encoding="utf-8").replace('"men1-loss", ', "", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="men1-loss"):
        risk_of(SMALL, policy=broken)


# An independent reading of the policy, for one value per field.
REQUIRED = ("neuroendocrine_type", "proliferation", "tumor_size_mm", "lymphovascular_invasion")


def grade_rank(values: dict[str, Any]) -> set[str]:
    """The grades stated or derived for a digestive tumor: any of G1, G2, G3."""
    found = {
        {"high": "G3", "intermediate": "G2", "low": "G1", "G4": "G3"}.get(values["grade"], values["grade"])
    }
    ki67, mitoses = values["ki67_percent"], values["mitoses_per_2mm2"]
    if ki67 is not None or mitoses is not None:
        if (ki67 or 0) > 20 or (mitoses or 0) > 20:
            found.add("G3")
        elif (ki67 or 0) >= 3 or (mitoses or 0) >= 2:
            found.add("G2")
        else:
            found.add("G1")
    if values["neuroendocrine_type"] in ("nec", "minen"):
        found -= {"G1", "G2"} - {values["grade"]}
    if values["neuroendocrine_type"] is None and values["differentiation"] == "poor":
        found -= {"G1", "G2"} - {values["grade"]}
    return found - {None}


def level_of(values: dict[str, Any]) -> str:
    if values["neuroendocrine_type"] == "none":
        return "not_applicable"
    grades = grade_rank(values)
    unknown = {
        "neuroendocrine_type": values["neuroendocrine_type"] is None,
        "proliferation": values["ki67_percent"] is None
        and values["mitoses_per_2mm2"] is None
        and values["grade"] is None,
        "tumor_size_mm": values["tumor_size_mm"] is None,
        "lymphovascular_invasion": values["lymphovascular_invasion"] not in ("present", "absent"),
    }
    levels = set()
    for worst in (False, True):
        assume = {name: worst and unknown[name] for name in REQUIRED}
        decisive = (
            values["neuroendocrine_type"] in ("nec", "minen")
            or values["differentiation"] == "poor"
            or "G3" in grades
            or values["distant_metastasis"] == "present"
            or (values["p53"] == "aberrant" and values["rb1"] == "lost")
            or assume["neuroendocrine_type"]
            or assume["proliferation"]
        )
        count = sum(
            [
                (values["tumor_size_mm"] or 0) > 20 or assume["tumor_size_mm"],
                values["lymphovascular_invasion"] == "present" or assume["lymphovascular_invasion"],
                values["perineural_invasion"] == "present",
                (values["nodes_positive"] or 0) > 0,
                "lost" in (values["daxx"], values["atrx"]),
                "G2" in grades,
            ]
        )
        count += bool(count and values["primary_site"] == "pancreas")
        levels.add("high" if decisive or count >= 3 else "intermediate" if count else "low")
    return levels.pop() if len(levels) == 1 else "indeterminate"


CHOICES: dict[str, list[Any]] = {
    "neuroendocrine_type": ["net", "net", "nec", "minen", "none", None],
    "primary_site": ["pancreas", "ileum", "rectum", None],
    "differentiation": ["well", "poor", None],
    "grade": ["G1", "G2", "G3", "low", None],
    "ki67_percent": [1, 2.9, 3, 12, 20, 20.5, None],
    "mitoses_per_2mm2": [0, 1.6, 2, 20, 21, None],
    "tumor_size_mm": [8, 20, 20.5, 45, None],
    "lymphovascular_invasion": ["present", "absent", "indeterminate", None],
    "perineural_invasion": ["present", "absent", None],
    "nodes_positive": [0, 3, None],
    "distant_metastasis": ["present", "absent", None, None],
    "p53": ["aberrant", "wild_type", "positive", None],
    "rb1": ["lost", "retained", None],
    "daxx": ["lost", "retained", None],
    "atrx": ["lost", "retained", None],
}


def random_record(source: random.Random, uncertain: int) -> dict[str, Any]:
    record: dict[str, Any] = {}
    open_fields = source.sample(sorted(CHOICES), uncertain)
    for name, choices in CHOICES.items():
        if name not in open_fields:
            record[name] = source.choice(choices)
            continue
        value, other = source.sample(list(dict.fromkeys(choices)), 2)
        confidence = source.uniform(0.3, 0.95)
        probability = source.uniform(0, 1 - confidence)
        record[name] = {
            "value": value,
            "confidence": confidence,
            "alternatives": [{"value": other, "probability": probability}],
        }
    return record


def test_probabilities_equal_full_enumeration() -> None:
    source = random.Random(20)
    for _ in range(200):
        record = random_record(source, uncertain=6)
        spreads = [distribution(name, entry).items() for name, entry in record.items()]
        expected = dict.fromkeys(("high", "intermediate", "low", "indeterminate", "not_applicable"), 0.0)
        for world in itertools.product(*spreads):
            chance = 1.0
            for _value, share in world:
                chance *= share
            values = dict(zip(record, (value for value, _share in world), strict=True))
            expected[level_of(values)] += chance
        risk = risk_of(record)
        assert risk["probabilities"] == pytest.approx(expected, abs=1e-9)
        assert risk["probability_high"] == risk["probabilities"]["high"]
        likeliest, share = max(expected.items(), key=lambda item: item[1])
        if share > 0.5 + 1e-6:
            assert risk["level"] == likeliest


@pytest.mark.parametrize(
    ("span", "points"),
    [
        (Span(5, 5), [5]),
        (Span(2, 3, "range"), [2, 3]),
        (Span(2.5, 4.5, "range"), [2.5, 3, 4, 4.5]),
        (Span(0, 1, "<"), [0, 0.9]),
        (Span(0, 3, "<="), [0, 1, 2, 3]),
        (Span(20, 22, ">"), [20.1, 21, 22]),
        (Span(38, None, ">="), [38, 39, 40]),
        (Span(50, None, ">"), [50]),
        (Span(20, 20, "~"), [18, 19, 20, 21, 22]),
    ],
    ids=str,
)
def test_points_of_an_interval(span: Span, points: list[float]) -> None:
    assert span.points() == points


def test_an_interval_is_the_mixture_of_its_points() -> None:
    span = {"low": 1, "high": 24, "comparator": "range"}
    values = SMALL | {"mitoses_per_2mm2": span, "tumor_size_mm": 30}
    points = Span(1, 24, "range").points()
    each = [risk_of(values | {"mitoses_per_2mm2": point})["probabilities"] for point in points]
    assert risk_of(values)["probabilities"] == pytest.approx(
        {level: sum(one[level] for one in each) / len(each) for level in each[0]}
    )


# Each field's values from better to worse; what is not stated is neither, but its worst is worse than it.
WORSE: dict[str, list[Any]] = {
    "neuroendocrine_type": ["net", "nec"],
    "primary_site": ["ileum", "pancreas"],
    "differentiation": ["well", "moderate", "poor", "undifferentiated"],
    "grade": ["G1", "low", "G2", "intermediate", "G3", "high", "G4"],
    "lymphovascular_invasion": ["absent", "indeterminate", "present"],
    "perineural_invasion": ["absent", "indeterminate", "present"],
    "local_invasion": ["absent", "indeterminate", "present"],
    "margins": ["negative", "indeterminate", "positive"],
    "nodes_positive": [0, 1, 5, 20],
    "distant_metastasis": ["absent", "present"],
    "metastasis_sites": [None, ["liver"], ["liver", "bone"]],
    "pM": ["0", "1", "1a", "1c"],
    "pN": ["0", "1", "2"],
    "extension": ["confined_to_organ", "surrounding_fat", "adjacent_organ"],
    "necrosis": ["absent", "present"],
    "p53": ["wild_type", "positive", "aberrant"],
    "rb1": ["retained", "lost"],
    "daxx": ["retained", "lost"],
    "growth": ["stable", "rapid"],
    "resectability": ["resectable", "locally_advanced", "unresectable"],
    "tumor_size_mm": [4, 19.9, 20, 20.1, 60],
}
HALVES = st.integers(0, 60).map(lambda number: number / 2)


@st.composite
def spans(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted((draw(HALVES), draw(HALVES)))
    comparator = "=" if low == high else draw(st.sampled_from(["range", "up_to", "<", "<=", ">", ">=", "~"]))
    return {"low": low, "high": high, "comparator": comparator}


@st.composite
def steps(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A record, and the same with one input worse."""
    # Most fields at their best: a record with something decisive cannot get any worse.
    record: dict[str, Any] = {name: order[0] for name, order in WORSE.items()}
    record |= {
        "ki67_percent": {"low": 1, "high": 1},
        "mitoses_per_2mm2": None,
        "grade": None,
        "symptomatic": None,
    }
    record["primary_site"] = draw(st.sampled_from(["ileum", "pancreas", "lung", "thyroid", "adrenal", None]))
    for name in draw(st.lists(st.sampled_from(sorted(WORSE)), max_size=3, unique=True)):
        record[name] = draw(st.sampled_from([None, *WORSE[name]]))
    for name in ("ki67_percent", "mitoses_per_2mm2"):
        if draw(st.booleans()):
            record[name] = draw(st.none() | spans())
    indices = ["ki67_percent", "mitoses_per_2mm2"]
    changed = draw(st.sampled_from(indices) | st.sampled_from(sorted(WORSE)))
    if changed in WORSE:
        order = WORSE[changed]
        better, worse = sorted(
            (draw(st.sampled_from(range(len(order)))), draw(st.sampled_from(range(len(order)))))
        )
        pair: list[Any] = [order[better], order[worse]]
    else:
        span = draw(spans())
        raised = span | {"low": span["low"], "high": span["high"] + draw(HALVES)}
        if draw(st.booleans()):
            raised["low"] = min(raised["high"], raised["low"] + draw(HALVES))
        if span["comparator"] == "=":
            raised["comparator"] = "=" if raised["low"] == raised["high"] else "range"
        pair = [span, raised]
    record[changed] = pair[0]
    before, after = dict(record), record | {changed: pair[1]}
    if draw(st.booleans()):  # only some of the probability moves
        share = draw(st.integers(1, 9)) / 10
        rest = draw(st.sampled_from(WORSE[changed])) if changed in WORSE else draw(spans())
        for version, value in ((before, pair[0]), (after, pair[1])):
            version[changed] = {
                "value": value,
                "confidence": share,
                "alternatives": [{"value": rest, "probability": round(1 - share, 1) / 2}],
            }
    for name in draw(st.lists(st.sampled_from(sorted(WORSE)), max_size=4, unique=True)):
        if name == changed:
            continue
        other = draw(st.sampled_from([None, *WORSE[name]]))
        uncertain = {
            "value": record[name],
            "confidence": 0.55,
            "alternatives": [{"value": other, "probability": 0.4}],
        }
        before[name] = after[name] = uncertain
    return before, after


@settings(max_examples=1500, deadline=None)
@given(steps())
def test_a_worse_value_never_lowers_the_risk(step: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = (risk_of(values) for values in step)
    for measure in (
        lambda risk: risk["probability_high"],
        lambda risk: risk["bounds"]["low"]["probability_high"],
        lambda risk: risk["bounds"]["high"]["probability_high"],
        lambda risk: RANK.get(risk["bounds"]["low"]["level"], 3),
        lambda risk: RANK.get(risk["bounds"]["high"]["level"], 3),
        lambda risk: -risk["probabilities"]["low"],
    ):
        assert measure(after) >= measure(before) - 1e-9
    if before["level"] in RANK and after["level"] in RANK:
        assert RANK[after["level"]] >= RANK[before["level"]]


@settings(max_examples=400, deadline=None)
@given(steps(), st.sampled_from(sorted(WORSE)))
def test_taking_a_value_away_never_lowers_the_worst_case(
    step: tuple[dict[str, Any], dict[str, Any]], name: str
) -> None:
    values = step[0] | {name: WORSE[name][0]}
    favorable, absent = risk_of(values), risk_of(values | {name: None})
    assert (
        absent["bounds"]["high"]["probability_high"] >= favorable["bounds"]["high"]["probability_high"] - 1e-9
    )
    assert absent["probabilities"]["low"] <= favorable["probabilities"]["low"] + 1e-9
