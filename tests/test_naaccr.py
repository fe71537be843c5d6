"""NAACCR export: registry manuals cell by cell, valid and repeatable files, checks, and reading back."""

from __future__ import annotations

import csv
import json
import re
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

import classifier
import nenpath
from extractor import catalog
from extractor.record import Reading
from nenpath import cli
from nenpath.errors import NenpathError
from nenpath.exports.naaccr import coding, documentation, edits, items, rules, write
from nenpath.exports.naaccr.coding import ki67, nodes, size
from nenpath.exports.naaccr.read import read
from nenpath.exports.naaccr.report import Coded, Report
from nenpath.parts import Row
from nenpath.store import Store, Writer

if TYPE_CHECKING:
    from nenpath.engine import Engine

ROOT = Path(__file__).parent.parent
CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (ROOT / "tests" / "cases" / "naaccr.toml").read_text(encoding="utf-8")
)
DATE = "2026-03-01"
PANCREAS = {
    "primary_site": "pancreas",
    "icd_o_3_topography": "C25.2",
    "icd_o_3_morphology": "8249/3",
    "neuroendocrine_type": "net",
    "histology": "neuroendocrine tumor",
    "specimen": "resection",
}
#: A row without a fault, which the cases of the checks change.
SOUND = {
    "patientIdNumber": "00000001",
    "primarySite": "C251",
    "histologicTypeIcdO3": "8249",
    "behaviorCodeIcdO3": "3",
    "dateOfDiagnosis": "20240110",
    "dateCaseReportExported": "20260301",
    "schemaId": "09340",
    "ki67": "4.8",
    "tumorSizeClinical": "999",
    "tumorSizePathologic": "034",
    "tumorSizeSummary": "034",
    "gradeClinical": "9",
    "gradePathological": "2",
    "regionalNodesPositive": "01",
    "regionalNodesExamined": "14",
    "ajccTnmPathT": "pT2",
    "ajccTnmPathN": "pN1",
    "eodPrimaryTumor": "200",
    "eodRegionalNodes": "800",
    "eodMets": "00",
    "neoadjuvantTherapy": "9",
    **dict.fromkeys(rules.values().metastasis_items.values(), "0"),
}


def made_up(
    fields: dict[str, Any], meta: dict[str, Any] | None = None, report_id: str = "r1"
) -> dict[str, Any]:
    """A record with these values, each resting on words of its own; an empty string unsets a value."""
    record: dict[str, Any] = classifier.assess({}).model_dump(mode="json")
    readings = {room.name: Reading().model_dump(mode="json") for room in catalog.fields()}
    for name, value in fields.items():
        reading = value if isinstance(value, dict) and "status" in value else {"value": value or None}
        if isinstance(reading["value"], dict):
            reading["value"].setdefault("high", None)
        evidence = [
            {
                "start": 10,
                "end": 20,
                "text": f"words of {name}",
                "section": "diagnosis",
                "part": None,
                "tissue": None,
                "rule": f"{name}/made-up",
            }
        ]
        stated = reading["value"] is not None
        readings[name] |= {
            "status": "stated" if stated else "not_stated",
            "evidence": evidence if stated else [],
            **reading,
        }
    return {
        "report_id": report_id,
        "meta": {"diagnosis_date": "2024-01-10", **(meta or {})},
        "fields": readings,
        "other_tumors": [],
        **{name: record[name] for name in ("risk", "grade", "stage", "inconsistencies")},
        "provenance": dict.fromkeys(("nenpath", "patterns", "calibration", "text_sha256"), "0"),
    }


def code(record: dict[str, Any], version: str = "26") -> dict[str, Coded]:
    """Code a record; the outcomes by item."""
    return {outcome.item: outcome for outcome in coding.code(Report(record, DATE, version))}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return nenpath.load()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Path:
    """A result store of every sample report there is."""
    texts = {path.stem: path.read_text() for path in sorted((ROOT / "corpora" / "samples").iterdir())}
    lines = (ROOT / "corpora" / "nen" / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    texts |= {row["report_id"]: row["text"] for row in map(json.loads, lines)}
    records = [engine(text, report_id=name).model_dump(mode="json") for name, text in texts.items()]
    return write_store(tmp_path_factory.mktemp("store") / "out", records)


def export(store: Path, target: Path, *arguments: str) -> int:
    return cli.command(["export", "naaccr", str(store), "-o", str(target), *arguments])


def write_store(directory: Path, records: list[dict[str, Any]]) -> Path:
    """A store with these records."""
    with Writer(directory) as writer:
        writer.begin({"nenpath": "0", "patterns": "p", "calibration": "c"}, (), True)
        for position, record in enumerate(records):
            row = Row(record["report_id"], "x.csv", position, record=json.dumps(record))
            writer.put(position, row)
        writer.flush()
    return directory


def numbered(kind: str) -> list[Any]:
    return [
        pytest.param(case, id=f"{number}-{case.get('name') or case.get('says') or ''}")
        for number, case in enumerate(CASES[kind], start=1)
    ]


@pytest.mark.parametrize("case", numbered("ki67"))
def test_ki67_as_the_table_of_the_net_schemas(case: dict[str, Any]) -> None:
    reading: dict[str, Any] = {"value": case.get("value"), "status": case.get("status", "stated")}
    record = made_up(
        {**PANCREAS, "ki67_percent": reading, "icd_o_3_morphology": case.get("morphology", "8249/3")},
        {"diagnosis_date": str(case.get("year", 2024))},
    )
    for evidence in record["fields"]["ki67_percent"]["evidence"]:
        evidence["tissue"] = case.get("tissue")
    made = code(record)["ki67"]
    assert (made.code, made.rule, made.review) == (
        case.get("code"),
        case["rule"],
        case.get("review", False),
    )


@pytest.mark.parametrize("case", [case for case in numbered("ki67") if "says" in case.values[0]])
def test_ki67_of_a_report(case: dict[str, Any], engine: Engine) -> None:
    text = f"FINAL DIAGNOSIS\nPancreas, tail, resection: Neuroendocrine tumor, 2.1 cm.\n{case['says']}\n"
    record = engine(text, report_id="r1").model_dump(mode="json")
    made = code(record)["ki67"]
    assert (made.code, made.rule) == (case["code"], case["rule"])


@pytest.mark.parametrize("case", numbered("size"))
def test_size_as_the_manual(case: dict[str, Any]) -> None:
    words = [case["words"]] if "words" in case else []
    assert size.coded_value(case["size"], words) == (case["code"], case["rule"])
    assert rules.rule(case["rule"]).review == case.get("review", False)


@pytest.mark.parametrize("case", [case for case in numbered("size") if "says" in case.values[0]])
def test_size_of_a_report(case: dict[str, Any], engine: Engine) -> None:
    text = f"FINAL DIAGNOSIS\nPancreas, tail, resection: Neuroendocrine tumor.\n{case['says']}\n"
    made = code(engine(text, report_id="r1").model_dump(mode="json"))
    assert made["tumorSizePathologic"].code == case["code"]
    assert made["tumorSizeSummary"].code == case["code"]


def test_a_microscopic_focus_has_its_code() -> None:
    record = made_up(PANCREAS)
    record["fields"]["tumor_size_mm"] |= {
        "status": "unquantified",
        "evidence": [
            {
                "start": 0,
                "end": 17,
                "text": "microscopic focus",
                "section": None,
                "part": None,
                "tissue": None,
                "rule": "x",
            }
        ],
    }
    assert code(record)["tumorSizePathologic"].code == "990"


@pytest.mark.parametrize("case", numbered("nodes"))
def test_nodes_as_the_tables(case: dict[str, Any]) -> None:
    made = nodes.coded_counts(
        case.get("positive"), case.get("examined"), case.get("found", False), case.get("aspirated", False)
    )
    assert [pair[0] for pair in made] == case["codes"]


@pytest.mark.parametrize("case", [case for case in numbered("nodes") if "says" in case.values[0]])
def test_nodes_of_a_report(case: dict[str, Any], engine: Engine) -> None:
    text = f"FINAL DIAGNOSIS\nPancreas, tail, resection: Neuroendocrine tumor, 2.1 cm.\n{case['says']}\n"
    made = code(engine(text, report_id="r1").model_dump(mode="json"))
    assert [made["regionalNodesPositive"].code, made["regionalNodesExamined"].code] == case["codes"]


@pytest.mark.parametrize("case", numbered("grade"))
def test_grade_as_the_table_of_the_net_schemas(case: dict[str, Any]) -> None:
    made = code(made_up({**PANCREAS, **case["fields"]})) if "fields" in case else None
    if made is None:
        return
    slots = ("gradeClinical", "gradePathological", "gradePostTherapyClin", "gradePostTherapy")
    assert [made[slot].code if slot in made else "" for slot in slots] == case["slots"]
    chosen = [outcome for name, outcome in made.items() if name in slots and outcome.rule == case["rule"]]
    assert chosen
    assert chosen[0].review == case.get("review", False)


@pytest.mark.parametrize("case", [case for case in numbered("grade") if "says" in case.values[0]])
def test_grade_of_a_report(case: dict[str, Any], engine: Engine) -> None:
    text = f"FINAL DIAGNOSIS\nPancreas, tail, distal pancreatectomy: {case['says']}\nTumor size 2.1 cm.\n"
    made = code(engine(text, report_id="r1").model_dump(mode="json"))
    assert [made["gradeClinical"].code, made["gradePathological"].code] == case["slots"][:2]


@pytest.mark.parametrize("case", numbered("items"))
def test_items_of_a_record(case: dict[str, Any]) -> None:
    made = code(made_up({**PANCREAS, **case.get("fields", {})}, case.get("meta")))
    codes = {item: (made[item].code if item in made else None) or "" for item in case["codes"]}
    assert codes == case["codes"]


def test_version_24_holds_a_plain_date() -> None:
    record = made_up(PANCREAS, {"specimen_date": "2024-03-05"})
    assert code(record, "24")["pathDateSpecCollect1"].code == "20240305"
    assert code(record, "25")["pathDateSpecCollect1"].code == "2024-03-05"


@pytest.mark.parametrize("case", numbered("edits"))
def test_checks_find_what_is_wrong_and_nothing_else(case: dict[str, Any]) -> None:
    row = {item: value for item, value in {**SOUND, **case["row"]}.items() if value}
    found = edits.check(row, items.dictionary("26"), DATE)
    assert sorted(finding.edit.id for finding in found) == sorted(case["finds"])


def test_every_check_and_every_rule_is_used_and_documented() -> None:
    source = "".join(path.read_text() for path in (ROOT / "nenpath/exports/naaccr").rglob("*.py"))
    named = set(re.findall(r'"([a-z0-9]+/[a-z0-9-]+)"', source))
    made = {f"format/{fault}" for fault in ("length", "type", "codes")} | {
        f"perineural/{value}" for value in ("present", "absent")
    }
    made |= {qualifier.rule for qualifier in rules.values().size_qualifiers}
    told_only = {"grade/blank"}  # what is left blank is no outcome
    declared = {rule.id for rule in rules.rules().rule} | set(edits.edits())
    assert (named | made | told_only) & declared == declared
    known = set(rules.rules().sources)
    assert {source for rule in rules.rules().rule for source in rule.source} <= known
    assert {source for edit in edits.edits().values() for source in edit.source} <= known


def test_items_fit_every_dictionary() -> None:
    for version in items.versions():
        dictionary = items.dictionary(version)
        assert len({item.number for item in dictionary.items.values()}) == len(dictionary.items)
        coded = {item for rule in rules.rules().rule for item in rule.items}
        assert coded == set(dictionary.items)


def test_documentation_lists_what_the_data_says() -> None:
    page = (ROOT / "docs" / "naaccr.md").read_text(encoding="utf-8")
    begin, end = documentation.MARKS
    assert page.split(begin)[1].split(end)[0].strip() == documentation.tables().strip()


def test_every_sample_is_valid_in_every_version(store: Path, tmp_path: Path) -> None:
    for version in items.versions():
        target = tmp_path / f"{version}.xml"
        assert export(store, target, "--dictionary", version) in (0, 1)
        write.validate(target)
        root = etree.parse(target).getroot()
        assert root.get("baseDictionaryUri") == items.dictionary(version).uri
        assert len(root) == sum(1 for _ in Store(store).records())
        assert all(len(patient.findall("{*}Tumor")) == 1 for patient in root)


def test_exported_twice_the_bytes_are_the_same(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    for name in ("a.xml", "b.xml"):
        export(store, tmp_path / name)
    for kind in ("xml", "worksheet.csv", "edits.csv"):
        first, second = (tmp_path / f"{name}.{kind}" for name in ("a", "b"))
        assert first.read_bytes() == second.read_bytes()
        assert first.stat().st_mode & 0o777 == 0o600


def test_the_date_is_the_chosen_one_else_that_of_the_environment_else_that_of_the_store(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def generated(*arguments: str) -> str:
        export(store, tmp_path / "x.xml", *arguments)
        return str(etree.parse(tmp_path / "x.xml").getroot().get("timeGenerated"))

    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert generated() == Store(store).manifest.created
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert generated() == "2023-11-14T22:13:20+00:00"
    assert generated("--date", "2026-03-01") == "2026-03-01T00:00:00+00:00"


def test_what_is_read_back_is_what_was_coded(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xml"
    export(store, target, "--date", DATE)
    coded = [
        {item: outcome.code for item, outcome in code(record).items() if outcome.code is not None}
        for record in Store(store).records()
    ]
    assert list(read(target)) == coded
    sheet: dict[str, dict[str, str]] = {}
    with (tmp_path / "out.worksheet.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kept = sheet.setdefault(row["report_id"], {})
            kept |= {row["naaccr_id"]: row["code"]} if row["code"] else {}
    assert list(sheet.values()) == coded


def test_no_words_of_a_report_leave_unless_asked_for(store: Path, tmp_path: Path) -> None:
    quotes = {
        " ".join(evidence["text"].split())
        for record in Store(store).records()
        for reading in record["fields"].values()
        for evidence in reading["evidence"]
    }
    # A short quote may be a word of the files' own; those of the checks and of the items are.
    own = "".join(path.read_text(encoding="utf-8") for path in items.DATA.iterdir())
    own += " ".join(record["report_id"] for record in Store(store).records())
    quotes = {quote for quote in quotes if len(quote) > 12 and quote.lower() not in own.lower()}
    assert len(quotes) > 300

    def leaked(path: Path) -> int:
        content = path.read_text(encoding="utf-8")
        return sum(quote in content for quote in quotes)

    export(store, tmp_path / "a.xml")
    assert leaked(tmp_path / "a.xml") == leaked(tmp_path / "a.edits.csv") == 0
    assert leaked(tmp_path / "a.worksheet.csv") > 200
    export(store, tmp_path / "b.xml", "--no-text")
    assert leaked(tmp_path / "b.xml") == leaked(tmp_path / "b.worksheet.csv") == 0
    export(store, tmp_path / "c.xml", "--with-text")
    write.validate(tmp_path / "c.xml")
    with_text = list(read(tmp_path / "c.xml"))
    for record, row in zip(Store(store).records(), with_text, strict=True):
        for evidence in record["fields"]["margins"]["evidence"]:
            assert " ".join(evidence["text"].split()) in row["textDxProcPath"]
    assert max(len(row.get("textHistologyTitle", "")) for row in with_text) <= 100


def test_reports_of_one_patient_stay_apart_under_one_patient(tmp_path: Path) -> None:
    people = ["7", "8", None, "7", None, "8"]
    records = [
        made_up({**PANCREAS, "tumor_size_mm": 10.0 + number}, {"patient_id": person}, f"r{number}")
        for number, person in enumerate(people)
    ]
    export(write_store(tmp_path / "store", records), tmp_path / "x.xml")
    write.validate(tmp_path / "x.xml")
    found = [
        [tumor.findtext("{*}Item[@naaccrId='pathReportNumber1']") for tumor in patient.findall("{*}Tumor")]
        for patient in etree.parse(tmp_path / "x.xml").getroot()
    ]
    assert found == [["r2"], ["r0", "r3"], ["r4"], ["r1", "r5"]]
    rows = list(read(tmp_path / "x.xml"))
    assert [(row.get("patientIdNumber"), row["tumorSizeSummary"]) for row in rows] == [
        (None, "012"),
        ("00000007", "010"),
        ("00000007", "013"),
        (None, "014"),
        ("00000008", "011"),
        ("00000008", "015"),
    ]


def test_only_neuroendocrine_neoplasms_when_asked(tmp_path: Path) -> None:
    records = [
        made_up(PANCREAS, report_id="net"),
        made_up({**PANCREAS, "neuroendocrine_type": "none"}, report_id="none"),
        made_up({**PANCREAS, "neuroendocrine_type": ""}, report_id="unknown"),
    ]
    store = write_store(tmp_path / "store", records)
    export(store, tmp_path / "x.xml", "--only-nen")
    assert [row["pathReportNumber1"] for row in read(tmp_path / "x.xml")] == ["net"]


def test_exit_codes_and_one_clear_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sound = {**PANCREAS, "grade": "G2", "tumor_size_mm": 22.0}
    store = write_store(tmp_path / "a", [made_up(sound, {"patient_id": "1"})])
    assert export(store, tmp_path / "a.xml") == 0
    suspect = {**PANCREAS, "grade": "G3", "icd_o_3_morphology": "8240/3"}
    assert export(write_store(tmp_path / "b", [made_up(suspect)]), tmp_path / "b.xml") == 1
    capfd.readouterr()
    for arguments, said in (
        (("--with-text", "--no-text"), "exclude each other"),
        (("--date", "yesterday"), "--date"),
        (("--dictionary", "23"), "23"),
    ):
        assert export(store, tmp_path / "c.xml", *arguments) == 2
        printed = capfd.readouterr()
        assert said in printed.err
        assert printed.err.count("\n") == 1
        assert not (tmp_path / "c.xml").exists()
    assert export(tmp_path / "none", tmp_path / "c.xml") == 2
    assert export(store, tmp_path / "no" / "c.xml") == 2


def test_hostile_ids_make_no_broken_file(tmp_path: Path) -> None:
    records = [
        made_up(PANCREAS, {"patient_id": "\u0661\u0662"}, "a\x00b"),
        made_up(PANCREAS, {"facility": '<A> & "B"'}, "<&>\"'"),
        made_up({**PANCREAS, "histology": "x\x0by"}, {"report_number": " "}, "x" * 21),
    ]
    store = write_store(tmp_path / "store", records)
    export(store, tmp_path / "x.xml", "--with-text")
    write.validate(tmp_path / "x.xml")
    rows = list(read(tmp_path / "x.xml"))
    assert [row.get("pathReportNumber1") for row in rows] == [None, "<&>\"'", None]
    assert rows[1]["pathReportingFacId1"] == '<A> & "B"'
    assert "patientIdNumber" not in rows[0]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<NaaccrData>",
        "<Other/>",
        "Ki-67 3 % of Mrs. Qzmarkowska",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><NaaccrData>&e;',
    ],
)
def test_reading_something_else_says_so_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.xml"
    path.write_text(content)
    with pytest.raises(NenpathError) as caught:
        list(read(path))
    assert "\n" not in str(caught.value)
    assert "Qzmarkowska" not in str(caught.value)


def test_reading_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NenpathError):
        list(read(tmp_path / "x.xml"))


def test_reading_files_of_others(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(
        """<?xml version="1.0"?>
        <NaaccrData baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-230.xml" recordType="A"
            specificationVersion="1.6" xmlns="http://naaccr.org/naaccrxml" xmlns:other="http://example.org/o">
          <Item naaccrId="registryId">0000000001</Item>
          <other:Extension><other:Item naaccrId="primarySite">C999</other:Item></other:Extension>
          <Patient>
            <Item naaccrId="patientIdNumber" naaccrNum="20">00000003</Item>
            <Tumor>
              <Item naaccrNum="400">C251</Item><Item naaccrNum="99999">x</Item>
              <Item naaccrId="ki67"> 4.8 </Item><Item naaccrId="sex"/>
            </Tumor>
            <Tumor><Item naaccrId="primarySite" naaccrNum="400">C259</Item></Tumor>
          </Patient>
          <Patient><Item naaccrId="patientIdNumber">00000004</Item></Patient>
        </NaaccrData>"""
    )
    shared = {"registryId": "0000000001", "patientIdNumber": "00000003"}
    assert list(read(path)) == [
        {**shared, "primarySite": "C251", "#99999": "x", "ki67": "4.8"},
        {**shared, "primarySite": "C259"},
    ]


def test_the_schema_refuses_what_is_no_naaccr_file(tmp_path: Path) -> None:
    head = (
        '<NaaccrData xmlns="http://naaccr.org/naaccrxml" recordType="A" specificationVersion="1.8"'
        ' baseDictionaryUri="http://naaccr.org/naaccrxml/naaccr-dictionary-260.xml">'
    )
    item = '<Item naaccrId="primarySite">C251</Item>'
    for inside, valid in (
        (f"<Patient><Tumor>{item}</Tumor></Patient>", True),
        (f"<Patient><Tumor>{item}{item}</Tumor></Patient>", False),
        (f"<Tumor>{item}</Tumor>", False),
        ("<Patient><Tumor><Item>C251</Item></Tumor></Patient>", False),
        ('<Patient><Tumor><Item naaccrId="primarySite"/></Tumor></Patient>', False),
    ):
        path = tmp_path / "x.xml"
        path.write_text(f"{head}{inside}</NaaccrData>")
        if valid:
            write.validate(path)
        else:
            with pytest.raises(etree.XMLSyntaxError):
                write.validate(path)


def test_size_words_are_quick_on_hostile_text() -> None:
    began = time.perf_counter()
    for text in ("9" * 20_000, "1 " * 10_000, "1.1-" * 5_000, "<" * 20_000, "less than " * 2_000):
        size.coded_value(20.0, [text])
    assert time.perf_counter() - began < 2


def test_every_percentage_has_a_code() -> None:
    comparators = ("=", "~", "<", "<=", ">", ">=", "up_to", "range")
    form = re.compile(items.dictionary("26").items["ki67"].codes)
    for low in (0.0, 0.5, 2.99, 3.0, 20.0, 20.01, 99.99, 100.0):
        for high in (low, 3.0, 20.0, 100.0, None):
            for comparator in comparators:
                made, rule = ki67.coded_value({"low": low, "high": high, "comparator": comparator})
                assert form.fullmatch(made)
                assert rule in {found.id for found in rules.rules().rule}
