"""FHIR Bundles: valid, complete, the values of the records, the same bytes every time, no words unasked."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation

from extractor import catalog
from nenpath import cli
from nenpath.exports.fhir import manual
from nenpath.exports.fhir.bundle import Options, bundle
from nenpath.exports.fhir.codes import FieldCodes, field_codes, systems
from nenpath.exports.fhir.identity import Site
from nenpath.exports.fhir.values import interval
from nenpath.exports.fhir.write import TYPES
from nenpath.store import Store
from tests import made_up

ROOT = Path(__file__).parent.parent
OWN = "https://nenpath.example/fhir"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"
PLACE = {"start": 3, "end": 9, "section": "diagnosis", "part": None, "tissue": "primary", "rule": "a/b"}
WHEN = datetime(2026, 3, 1, tzinfo=UTC)


def export(store: Path, target: Path, *arguments: str) -> Path:
    assert cli.command(["export", "fhir", str(store), "-o", str(target), *arguments]) == 0
    return target


@pytest.fixture(scope="module")
def lines(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return export(sample_store, tmp_path_factory.mktemp("fhir") / "a.ndjson").read_bytes().splitlines()


@pytest.fixture(scope="module")
def few(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first four of the sample reports; two are of one patient."""
    return made_up.store(tmp_path_factory.mktemp("few") / "store", records(sample_store)[:4])


def records(store: Path) -> list[dict[str, Any]]:
    return list(Store(store).records())


def made(fields: dict[str, Any], **more: Any) -> dict[str, dict[str, Any]]:
    """The field Observations of a made-up record, by field."""
    options = Options(Site("https://a.example"), WHEN)
    content = bundle(made_up.record("r1", fields, **more), None, options)
    Bundle.model_validate(content)
    return {
        own["code"]: entry["resource"]
        for entry in content["entry"]
        if entry["resource"]["resourceType"] == "Observation"
        for own in entry["resource"]["code"]["coding"]
        if own["system"] == f"{OWN}/CodeSystem/field"
    }


def stated(value: Any, **more: Any) -> dict[str, Any]:
    return made_up.reading(value, 0.9, evidence=[{**PLACE, "text": "Qzmark"}], **more)


# What a reader of the Bundles does, with the parsed models alone.


def own_code(concept: Any, system: str) -> str | None:
    found = [coding.code for coding in concept.coding or [] if coding.system == f"{OWN}/CodeSystem/{system}"]
    return found[0] if found else None


def word(concept: Any, name: str) -> str:
    return own_code(concept, name) or concept.text


def sign(element: Any, other: str) -> str:
    found = [item.valueCode for item in element.extension or [] if item.url.endswith("/stated-comparator")]
    return found[0] if found else other


def numbers(observation: Observation, name: str) -> dict[str, Any]:
    whole = 100.0 if name == "ki67_percent" else None
    quantity, span = observation.valueQuantity, observation.valueRange
    if span is not None:
        high = None if span.high is None else float(span.high.value)
        return {"low": float(span.low.value), "high": high, "comparator": sign(span, "range")}
    number = float(quantity.value)
    if quantity.comparator in ("<", "<="):
        return {"low": 0.0, "high": number, "comparator": quantity.comparator}
    if quantity.comparator in (">", ">="):
        return {"low": number, "high": whole, "comparator": quantity.comparator}
    return {"low": number, "high": number, "comparator": sign(quantity, "=")}


def value(observation: Observation, name: str) -> Any:
    if name in ("ki67_percent", "mitoses_per_2mm2"):
        found = numbers(observation, name)
        for part in observation.component or []:
            found["field_area"] = own_code(part.valueCodeableConcept, "field_area")
        return found
    if name == "tumor_size_mm":
        return float(observation.component[0].valueQuantity.value)
    if observation.valueQuantity is not None:
        return float(observation.valueQuantity.value)
    if observation.valueInteger is not None:
        return observation.valueInteger
    if observation.valueCodeableConcept is not None:
        return word(observation.valueCodeableConcept, name)
    return [word(part.valueCodeableConcept, name) for part in observation.component]


def read_back(content: Bundle) -> dict[str, Any]:
    """All values of a Bundle, as the record has them."""
    found: dict[str, Any] = {}
    for entry in content.entry:
        if isinstance(entry.resource, Observation):
            name = own_code(entry.resource.code, "field")
            if name and not name.startswith("derived_") and entry.resource.dataAbsentReason is None:
                found[name] = value(entry.resource, name)
    return found


def test_every_sample_report_comes_back_with_its_values(sample_store: Path, lines: list[bytes]) -> None:
    found = [read_back(Bundle.model_validate_json(line)) for line in lines]
    expected = [
        {name: one["value"] for name, one in record["fields"].items() if one["value"] is not None}
        for record in records(sample_store)
    ]
    assert found == expected
    assert len(found) > 40


def test_confidence_status_and_places_come_back(sample_store: Path, lines: list[bytes]) -> None:
    def reading(extension: list[dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {"evidence": []}
        for item in extension:
            if item["url"] == "evidence":
                found["evidence"].append(reading(item["extension"]) | {"evidence": None})
            else:
                found[item["url"]] = next(content for key, content in item.items() if key != "url")
        return found

    for record, line in zip(records(sample_store), lines, strict=True):
        found = {}
        for entry in json.loads(line)["entry"]:
            for item in entry["resource"].get("extension", ()):
                if item["url"] == f"{OWN}/StructureDefinition/reading":
                    name = entry["resource"]["code"]["coding"][-1]["code"]
                    found[name] = reading(item["extension"])
        assert found == {
            name: {
                **{key: one[key] for key in ("confidence", "status", "review")},
                "evidence": [
                    {key: cell for key, cell in place.items() if key != "text" and cell is not None}
                    | {"evidence": None}
                    for place in one["evidence"]
                ],
            }
            for name, one in record["fields"].items()
            if one["value"] is not None or one["status"] in systems().absent
        }


def test_risk_comes_back_with_its_criteria(sample_store: Path, lines: list[bytes]) -> None:
    for record, line in zip(records(sample_store), lines, strict=True):
        resources = {entry["resource"]["id"]: entry["resource"] for entry in json.loads(line)["entry"]}
        found = [one for one in resources.values() if one["resourceType"] == "RiskAssessment"]
        if record["risk"]["level"] == "not_applicable":
            assert found == []
            continue
        (risk,) = found
        criteria = [resources[item["reference"].partition("/")[2]] for item in risk["basis"]]
        assert [
            (
                one["code"]["text"],
                one["valueCodeableConcept"]["text"],
                one["extension"][0]["valueDecimal"],
                one["extension"][1]["valueCode"],
                one["note"][0]["text"],
            )
            for one in criteria
        ] == [
            (one["id"], one["state"], round(one["probability"], 6), one["role"], one["reason"])
            for one in record["risk"]["criteria"]
        ]
        assert risk["extension"][0]["valueCode"] == record["risk"]["level"]
        assert {one["outcome"]["text"]: one["probabilityDecimal"] for one in risk["prediction"]} == {
            level: round(100 * probability, 6)
            for level, probability in record["risk"]["probabilities"].items()
        }


def test_references_stay_within_their_bundle_and_ids_are_unique(lines: list[bytes]) -> None:
    def references(content: Any) -> list[str]:
        if isinstance(content, dict):
            here = [content["reference"]] if isinstance(content.get("reference"), str) else []
            return here + [one for item in content.values() for one in references(item)]
        return [one for item in content for one in references(item)] if isinstance(content, list) else []

    everywhere: Counter[str] = Counter()
    for line in lines:
        entries = json.loads(line)["entry"]
        urls = [entry["request"]["url"] for entry in entries]
        assert set(references(entries)) <= {*urls, "#software"}
        assert [entry["fullUrl"] for entry in entries] == [f"{OWN}/{url}" for url in urls]
        assert {entry["resource"]["resourceType"] for entry in entries} <= set(TYPES)
        everywhere.update(urls)
    assert [url for url, count in everywhere.items() if count > 1 and not url.startswith("Patient/")] == []
    assert [count for url, count in everywhere.items() if count > 1] == [2]


def test_the_same_bytes_again_with_workers(sample_store: Path, lines: list[bytes], tmp_path: Path) -> None:
    again = export(sample_store, tmp_path / "b.ndjson", "--workers", "2")
    assert again.read_bytes().splitlines() == lines
    assert again.stat().st_mode & 0o777 == 0o600


def test_every_layout_holds_the_same(few: Path, tmp_path: Path) -> None:
    lines = export(few, tmp_path / "a.ndjson").read_bytes().splitlines()
    folder = export(few, tmp_path / "folder")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        f"{json.loads(line)['id']}.json": line + b"\n" for line in lines
    }
    types = export(few, tmp_path / "types", "--layout", "types")
    resources = [entry["resource"] for line in lines for entry in json.loads(line)["entry"]]
    expected = {kind: [one for one in resources if one["resourceType"] == kind] for kind in TYPES}
    del expected["Patient"][1]  # the second report of the one patient
    assert {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in types.iterdir()
    } == expected


def test_no_words_unless_asked_for(sample_store: Path, lines: list[bytes], tmp_path: Path) -> None:
    rows = list(Store(sample_store).rows("text", "record"))
    for row, line in zip(rows, lines, strict=True):
        sentences = [one.strip() for one in row["text"].splitlines() if len(one.strip()) > 25]
        assert sentences
        found = line.decode()
        assert [one for one in sentences if json.dumps(one, ensure_ascii=False)[1:-1] in found] == []
    with_text = export(sample_store, tmp_path / "t.ndjson", "--with-text").read_bytes().splitlines()
    for row, line in zip(rows, with_text, strict=True):
        content = Bundle.model_validate_json(line)
        (report,) = [
            one.resource for one in content.entry if one.resource.get_resource_type() == "DiagnosticReport"
        ]
        assert report.presentedForm[0].data.decode() == row["text"]
        quoted = [
            (part["start"], part["end"], part["text"])
            for entry in json.loads(line)["entry"]
            for item in entry["resource"].get("extension", ())
            for found in item.get("extension", ())
            if found["url"] == "evidence"
            for part in [
                {one["url"]: one.get("valueInteger", one.get("valueString")) for one in found["extension"]}
            ]
        ]
        assert quoted
        assert [text for _, _, text in quoted] == [row["text"][start:end] for start, end, _ in quoted]


PERCENT = FieldCodes(unit="%", ucum="%")
UNIT = {"unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}
STATED = f"{OWN}/StructureDefinition/stated-comparator"


@pytest.mark.parametrize(
    ("low", "high", "comparator", "expected"),
    [
        (5, 5, "=", {"valueQuantity": {"value": 5, **UNIT}}),
        (0, 1, "<", {"valueQuantity": {"value": 1, "comparator": "<", **UNIT}}),
        (0, 2, "<=", {"valueQuantity": {"value": 2, "comparator": "<=", **UNIT}}),
        (20, 100, ">", {"valueQuantity": {"value": 20, "comparator": ">", **UNIT}}),
        (20, None, ">=", {"valueQuantity": {"value": 20, "comparator": ">=", **UNIT}}),
        (2, 3.5, "range", {"valueRange": {"low": {"value": 2, **UNIT}, "high": {"value": 3.5, **UNIT}}}),
        (
            15,
            15,
            "~",
            {"valueQuantity": {"extension": [{"url": STATED, "valueCode": "~"}], "value": 15, **UNIT}},
        ),
        (
            0,
            30,
            "up_to",
            {
                "valueRange": {
                    "extension": [{"url": STATED, "valueCode": "up_to"}],
                    "low": {"value": 0, **UNIT},
                    "high": {"value": 30, **UNIT},
                }
            },
        ),
        (
            5,
            None,
            "range",
            {"valueRange": {"low": {"value": 5, **UNIT}}},
        ),
    ],
)
def test_intervals(low: float, high: float | None, comparator: str, expected: dict[str, Any]) -> None:
    assert interval({"low": low, "high": high, "comparator": comparator}, PERCENT) == expected


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("pending", "temp-unknown"),
        ("unquantified", "unknown"),
        ("not_applicable", "not-applicable"),
        ("indeterminate", "unknown"),
        ("not_stated", None),
    ],
)
def test_no_value(status: str, code: str | None) -> None:
    found = made({"ki67_percent": stated(None) | {"status": status}})
    reasons = [one["dataAbsentReason"] for name, one in found.items() if name == "ki67_percent"]
    system = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    assert reasons == ([{"coding": [{"system": system, "code": code}], "text": status}] if code else [])


@pytest.mark.parametrize(
    ("prefix", "edition", "codes", "method", "profile"),
    [
        (["p"], "AJCC 8", ["21899-0", "pT2"], "897275008", True),
        (["c"], "AJCC 7", ["21905-5", "cT2"], "443830009", True),
        (["p", "m"], "AJCC 8", ["21899-0", "pT2"], "897275008", True),
        (["y", "p"], "AJCC 8", ["21911-3", "ypT2"], "897275008", False),
        (["p"], "ENETS", ["21899-0", "pT2"], None, False),
        (["p"], None, ["21899-0", "pT2"], None, False),
        (None, None, ["21899-0", "pT2"], None, False),
    ],
)
def test_tnm(
    prefix: list[str] | None, edition: str | None, codes: list[str], method: str | None, profile: bool
) -> None:
    fields = {"pT": stated("2"), "tnm_prefix": stated(prefix), "tnm_edition": stated(edition)}
    found = made(fields)["pT"]
    concept = found["valueCodeableConcept"]
    assert [found["code"]["coding"][0]["code"], concept["text"]] == codes
    named = [one["code"] for one in found.get("method", {}).get("coding", [])]
    assert named == ([method] if method else [])
    assert found.get("method", {}).get("text") == edition
    ajcc = [one["code"] for one in concept["coding"] if one["system"] == "http://cancerstaging.org"]
    assert ajcc == (codes[1:] if profile else [])
    claimed = [f"{MCODE}mcode-tnm-primary-tumor-category"] if profile else None
    assert found.get("meta", {}).get("profile") == claimed


@pytest.mark.parametrize(("specimen", "profile"), [("resection", True), ("biopsy", False), (None, False)])
def test_tumor_size_is_as_mcode_wants_it(specimen: str | None, profile: bool) -> None:
    found = made({"tumor_size_mm": stated(21.0), "specimen": stated(specimen)})["tumor_size_mm"]
    loinc = {"system": "http://loinc.org"}
    assert found["code"]["coding"][0] == {**loinc, "code": "21889-1", "display": "Size Tumor"}
    size = {"value": 21, "unit": "mm", "system": "http://unitsofmeasure.org", "code": "mm"}
    longest = {**loinc, "code": "33728-7", "display": "Size.maximum dimension in Tumor"}
    assert found["component"] == [{"code": {"coding": [longest]}, "valueQuantity": size}]
    assert [key for key in found if key.startswith("value")] == []
    assert "specimen" in found
    assert found.get("meta") == ({"profile": [f"{MCODE}mcode-tumor-size"]} if profile else None)


def test_grade_is_as_mcode_wants_it() -> None:
    found = made({"grade": stated("high")})["grade"]
    ncit = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
    assert found["code"]["coding"][0] == {"system": ncit, "code": "C18000", "display": "Histologic Grade"}
    assert found["valueCodeableConcept"]["coding"] == [
        {"system": "http://snomed.info/sct", "code": "1155707008"},
        {"system": f"{OWN}/CodeSystem/grade", "code": "high"},
    ]
    assert found["meta"] == {"profile": [f"{MCODE}mcode-histologic-grade"]}


def test_ki67_has_the_loinc_code_for_any_tissue() -> None:
    found = made({"ki67_percent": stated({"low": 3.0, "high": 3.0, "comparator": "="})})["ki67_percent"]
    assert [one["code"] for one in found["code"]["coding"]] == ["29593-1", "ki67_percent"]


def test_the_code_that_means_her2_is_nowhere(lines: list[bytes]) -> None:
    wrong = "85319" + "-2"
    kinds = {".py", ".toml", ".md", ".csv", ".json", ".j2", ".txt"}
    folders = ("docs", "nenpath", "extractor", "classifier", "patterns", "corpora", "tests")
    files = [path for name in folders for path in (ROOT / name).rglob("*") if path.suffix in kinds]
    assert len(files) > 200
    assert [path for path in files if wrong in path.read_text(encoding="utf-8")] == []
    assert wrong.encode() not in b"".join(lines)


def test_stage_derived_is_a_group_with_its_categories() -> None:
    stage = {
        "stated": {"T": "2", "N": "1", "M": None},
        "derived": {"T": "2", "N": "1", "M": "0", "group": "III"},
        "scheme": "AJCC 8",
        "agrees": True,
    }
    found = made({"pT": stated("2"), "pN": stated("1")}, stage=stage)["derived_stage"]
    assert found["code"]["coding"][0]["code"] == "21902-2"
    assert found["valueCodeableConcept"]["text"] == "III"
    assert [one["valueCodeableConcept"]["text"] for one in found["component"]] == ["T2", "N1", "M0"]
    assert len(found["hasMember"]) == 2
    assert "meta" not in found


def test_dates_are_those_of_the_report_or_none(lines: list[bytes]) -> None:
    first, second, third = (json.loads(line)["entry"] for line in lines[:3])
    dated = [entry["resource"].get("effectiveDateTime") for entry in first[2:]]
    assert set(dated) == {"2024-03-09", None}
    assert first[1]["resource"]["collection"] == {"collectedDateTime": "2024-03-09"}
    assert first[0]["resource"] == second[0]["resource"]
    assert first[0]["resource"]["identifier"][0]["value"] == "patient 7"
    assert "effectiveDateTime" not in json.dumps(third)


def test_time_of_the_export(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    by_epoch = json.loads(export(few, tmp_path / "a.ndjson").read_bytes().splitlines()[0])
    chosen = export(few, tmp_path / "b.ndjson", "--date", "2026-03-01")
    by_date = json.loads(chosen.read_bytes().splitlines()[0])
    assert by_epoch["timestamp"] == "1970-01-02T00:00:00+00:00"
    assert by_date["timestamp"] == "2026-03-01T00:00:00+00:00"
    assert by_epoch["id"] == by_date["id"]


def test_reports_without_a_neuroendocrine_neoplasm_are_left_out(few: Path, tmp_path: Path) -> None:
    found = export(few, tmp_path / "a.ndjson", "--only-nen").read_bytes().splitlines()
    kinds = [read_back(Bundle.model_validate_json(line)).get("neuroendocrine_type") for line in found]
    expected = [record["fields"]["neuroendocrine_type"]["value"] for record in records(few)]
    assert kinds == [kind for kind in expected if kind not in (None, "none")]
    assert 0 < len(kinds) < len(expected)


def test_another_site_has_other_ids() -> None:
    record = made_up.record("r1", {})
    bundles = [
        bundle(record, None, Options(Site(url), WHEN)) for url in ("https://a.example", "https://b.example")
    ]
    ids = [{entry["resource"]["id"] for entry in content["entry"]} for content in bundles]
    assert ids[0].isdisjoint(ids[1])


def test_white_space_that_fhir_cannot_hold() -> None:
    place = {**PLACE, "text": "G1\xa0\x0c(WHO)"}
    record = made_up.record(
        "r\xa01", {"procedure": made_up.reading("wedge\xa0biopsy", 0.9, evidence=[place])}
    )
    content = bundle(record, "G1\x0c", Options(Site("https://a.example"), WHEN, with_text=True))
    Bundle.model_validate(content)
    assert '"wedge biopsy"' in json.dumps(content)
    assert '"G1  (WHO)"' in json.dumps(content)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--with-text"], "this store keeps no texts"),
        (["--site", "hospital"], "--site: no URL"),
        (["--date", "March"], "--date: no date"),
    ],
)
def test_what_cannot_be_done(
    arguments: list[str], line: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    store = made_up.store(tmp_path / "store", [made_up.record("r1", {})])
    assert cli.command(["export", "fhir", str(store), "-o", str(tmp_path / "a.ndjson"), *arguments]) == 2
    assert line in capfd.readouterr().err
    assert not (tmp_path / "a.ndjson").exists()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    store = made_up.store(tmp_path / "store", [made_up.record("r1", {})])
    assert cli.command(["export", "fhir", str(store), "-o", str(store)]) == 2


def test_the_manual_shows_the_codes_in_use() -> None:
    page = (ROOT / "docs" / "fhir.md").read_text(encoding="utf-8")
    assert manual.table() in page, "put nenpath.exports.fhir.manual.table() into docs/fhir.md"
    assert set(field_codes()) <= {room.name for room in catalog.fields()}
