"""Coded data against reports: cells, comparison, kinds of error, figures, files, and planted errors."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from corpora import plant_errors
from nenpath import cli, gold
from nenpath.qa import coded_file, mapping
from nenpath.qa.agreement import concordance, intraclass, kappa
from nenpath.qa.case import Case
from nenpath.qa.codes import Coded, books, read_cell
from nenpath.qa.compare import held_against, relation
from nenpath.qa.findings import Findings, check
from nenpath.qa.kinds import table
from nenpath.qa.mentions import stated_places
from nenpath.qa.worklist import COLUMNS
from nenpath.store import Store

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "corpora" / "nen" / "gold.jsonl"


def rate(low: float, high: float | None, area: str, comparator: str = "=") -> dict[str, Any]:
    return {"low": low, "high": high, "comparator": comparator, "field_area": area}


@pytest.mark.parametrize(
    ("field", "book", "unit", "text", "state", "value"),
    [
        ("tumor_size_mm", "", "mm", "034", "value", 34.0),
        ("tumor_size_mm", "", "mm", "1.9 cm", "value", 19.0),
        ("tumor_size_mm", "", "cm", "1,9", "value", 19.0),
        ("tumor_size_mm", "", "mm", "999", "unknown", None),
        ("tumor_size_mm", "", "mm", "large", "unreadable", None),
        ("ki67_percent", "", None, "XXX.5", "value", {"low": 3.0, "high": 20.0, "comparator": "range"}),
        ("ki67_percent", "", None, "XXX.9", "unknown", None),
        ("ki67_percent", "", None, "<1 %", "value", {"low": 0.0, "high": 1.0, "comparator": "<"}),
        ("ki67_percent", "", None, "25/500", "unreadable", None),
        ("mitoses_per_2mm2", "", None, "20/50 HPF", "value", rate(4, 4, "assumed")),
        ("mitoses_per_2mm2", "", None, "3 mitoses per 10 high-power fields", "value", rate(3, 3, "assumed")),
        ("mitoses_per_2mm2", "", None, "0,5/mm2", "value", rate(1, 1, "stated")),
        ("mitoses_per_2mm2", "", None, "<10/50 hpf", "value", rate(0, 2, "assumed", "<")),
        ("mitoses_per_2mm2", "", None, "3", "value", rate(3, 3, "stated")),
        ("mitoses_per_2mm2", "", "50 hpf", "3", "value", rate(0.6, 0.6, "assumed")),
        ("mitoses_per_2mm2", "", "50 hpf", "3/mm2", "value", rate(6, 6, "stated")),
        ("mitoses_per_2mm2", "", None, "3/10", "unreadable", None),
        ("grade", "naaccr", None, "2", "value", "G2"),
        ("grade", "naaccr", None, "B", "value", "G2"),
        ("grade", "words", None, "II", "value", "G2"),
        ("grade", "words", None, "GX", "unknown", None),
        ("lymphovascular_invasion", "naaccr", None, "3", "value", "present"),
        ("lymphovascular_invasion", "words", None, "pos", "value", "present"),
        ("lymphovascular_invasion", "words", None, "9", "unknown", None),
        ("margins", "naaccr", None, "7", "value", "indeterminate"),
        ("nodes_positive", "", None, "98", "blank", None),
        ("nodes_examined", "", None, "07", "value", 7.0),
        ("pT", "", None, "pT3a", "value", "3a"),
        ("pN", "", None, "N1(mi)", "value", "1mi"),
        ("pM", "", None, "MX", "unknown", None),
        ("pT", "", None, "88", "blank", None),
        ("icd_o_3_topography", "", None, "C252", "value", "C25.2"),
        ("primary_site", "topography", None, "C18.1", "value", "appendix"),
        ("neuroendocrine_type", "morphology", None, "8246/3", "value", "nec"),
        ("neuroendocrine_type", "morphology", None, "8140/3", "value", "none"),
        ("chromogranin", "words", None, "", "blank", None),
    ],
)
def test_cell(field: str, book: str, unit: str | None, text: str, state: str, value: Any) -> None:
    read = read_cell(field, text, books(field).get(book), unit, book)
    assert (read.state, read.value) == (state, value)


def interval(low: float, high: float | None, comparator: str = "=") -> dict[str, Any]:
    return {"low": low, "high": high, "comparator": comparator}


@pytest.mark.parametrize(
    ("field", "book", "text", "value", "expected"),
    [
        ("ki67_percent", "", "XXX.5", interval(8, 8), "compatible"),
        ("ki67_percent", "", "XXX.4", interval(3, 3), "different"),
        ("ki67_percent", "", "8", interval(8, 8), "equal"),
        ("tumor_size_mm", "", "35", 34.6, "compatible"),
        ("tumor_size_mm", "", "340", 34.0, "different"),
        ("tumor_size_mm", "", "999", 34.0, "stated_not_coded"),
        ("tumor_size_mm", "", "34", None, "coded_not_stated"),
        ("pT", "", "T2", "2a", "coarser"),
        ("pT", "", "T2a", "2", "compatible"),
        ("pT", "", "T2", "3", "different"),
        ("pN", "", "NX", "X", "equal"),
        ("grade", "words", "high grade", "G3", "coarser"),
        ("grade", "words", "G3", "high", "compatible"),
        ("grade", "naaccr", "A", None, "equal"),
        ("grade", "naaccr", "A", "G2", "different"),
        ("lymphovascular_invasion", "naaccr", "9", "indeterminate", "equal"),
        ("icd_o_3_topography", "", "C34.9", "C34.1", "coarser"),
        ("icd_o_3_topography", "", "C809", "C80.9", "equal"),
        ("icd_o_3_morphology", "", "8140/3", "8480/3", "coarser"),
        ("icd_o_3_morphology", "", "8240/3", "8246/3", "different"),
        ("nodes_examined", "", "90", 104, "equal"),
    ],
)
def test_relation(field: str, book: str, text: str, value: Any, expected: str) -> None:
    assert relation(field, read_cell(field, text, books(field).get(book), "mm", book), value) == expected


def found_in(store: Path, tmp_path: Path, rows: list[dict[str, str]], toml: str = "") -> Findings:
    """What qa finds of a few coded rows."""
    pd.DataFrame(rows).to_csv(tmp_path / "coded.csv", index=False)
    (tmp_path / "mapping.toml").write_text(f"other_sources = 0\n{toml}", encoding="utf-8")
    opened, coded = Store(store), coded_file.read(tmp_path / "coded.csv")
    ids = {row["report_id"] for row in opened.rows("report_id")}
    plan = mapping.plan(coded, mapping.read(tmp_path / "mapping.toml"), ids, set())
    return check(opened, coded, plan, None, 0.5)


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("tumor size mm", "340", "factor_ten"),
        ("tumor size mm", "3.4", "cm_mm"),
        ("tumor size mm", "43", "digit_swap"),
        ("nodes examined", "15", "off_by_one"),
        ("ki67", "77", "no_such_number"),
        ("nodes examined", "40", "no_such_number"),
        ("primary site", "thyroid", "no_such_word"),
        ("grade", "unknown", "omitted"),
        ("p53", "aberrant", "not_understood"),
        ("margins", "positive", "transcription"),
    ],
)
def test_kind_of_error(sample_store: Path, tmp_path: Path, column: str, cell: str, kind: str) -> None:
    found = found_in(sample_store, tmp_path, [{"report_id": "NEN-001", column: cell}])
    assert [(one.report_id, one.row, one.kind) for one in found.discrepancies] == [("NEN-001", 1, kind)]


def test_swapped_columns_are_named_and_change_the_grade(sample_store: Path, tmp_path: Path) -> None:
    row = {"report_id": "NEN-001", "nodes examined": "1", "nodes positive": "14", "ki67": "35"}
    row |= {"grade": "G2", "pT": "T2"}
    found = found_in(sample_store, tmp_path, [row])
    kinds = {one.field: one.kind for one in found.discrepancies}
    assert kinds == {
        "nodes_examined": "swapped_columns",
        "nodes_positive": "swapped_columns",
        "ki67_percent": "contradicts_row",  # the coded grade
    }
    ki67 = next(one for one in found.discrepancies if one.field == "ki67_percent")
    assert "grade: G2 → G3" in ki67.changes
    assert found.discrepancies[0] is ki67


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # The report gives the row's Ki-67, so that the grade is wrong; and the reverse.
        ({"ki67": "4.8", "grade": "G1"}, {"grade": "contradicts_row"}),
        ({"ki67": "0.5", "grade": "G2"}, {"ki67_percent": "contradicts_row"}),
        ({"nodes positive": "1", "pN": "N0"}, {"pN": "contradicts_row"}),
        ({"nodes positive": "1", "pN": "N1"}, {}),
    ],
)
def test_codes_of_a_row_that_contradict_each_other(
    sample_store: Path, tmp_path: Path, cells: dict[str, str], expected: dict[str, str]
) -> None:
    found = found_in(sample_store, tmp_path, [{"report_id": "NEN-001", "type": "net", **cells}])
    assert {one.field: one.kind for one in found.discrepancies} == expected


@pytest.mark.parametrize(
    ("field", "coded", "text", "expected"),
    [
        ("ki67_percent", "3", "7. Mitoses? 3 in 10 HPF.\n8. Ki-67? 4 %.", []),
        ("ki67_percent", "4", "7. Mitoses? 3 in 10 HPF.\n8. Ki-67? 4 %.", ["4"]),
        ("ki67_percent", "4", "Ki-67 ........ 4 %", ["4"]),
        ("nodes_examined", "19", "Lymph nodes\nInvolved 7\nExamined 19\n\nMargins 8 mm", ["19"]),
        ("nodes_examined", "8", "Lymph nodes\nInvolved 7\nExamined 19\n\nMargins 8 mm", []),
        ("nodes_examined", "15", "Seven of fifteen mesenteric nodes are replaced.", ["fifteen"]),
        ("nodes_examined", "16", "Seven of fifteen mesenteric nodes are replaced.", []),
        ("nodes_positive", "7", "Seven of fifteen mesenteric nodes are replaced.", ["Seven"]),
        ("mitoses_per_2mm2", "2", "|site |mitoses|size|\n|a    |2      |9   |\n|b    |1      |2   |", ["2"]),
    ],
)
def test_where_a_coded_number_stands(field: str, coded: str, text: str, expected: list[str]) -> None:
    code = read_cell(field, coded, None, None, "")
    reading: dict[str, Any] = {"value": None, "evidence": [], "alternatives": []}
    case = Case(field, code, reading, "coded_not_stated", {}, {}, text, {})
    assert [text[start:end] for start, end in stated_places(case)] == expected


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("mitoses", ["3/10 HPF", "15/50 HPF", "1.5/mm2", "3"], []),
        ("mitoses", ["3/50 HPF", "3 per mm2"], ["other_area", "other_area"]),
        ("mitoses per 50 HPF", ["15"], []),
        ("mitoses per 50 HPF", ["3"], ["other_area"]),
    ],
)
def test_mitoses_are_compared_per_2_mm2(
    tmp_path: Path, column: str, cells: list[str], expected: list[str]
) -> None:
    report = tmp_path / "r.txt"
    report.write_text("Ileum, resection: Neuroendocrine tumor, G2.\nMitotic rate: 3 per 2 mm2.\n")
    assert cli.command(["run", str(report), "-o", str(tmp_path / "store"), "--workers", "1"]) == 0
    found = found_in(tmp_path / "store", tmp_path, [{"report_id": "r", column: cell} for cell in cells])
    assert [one.kind for one in found.discrepancies] == expected


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a biopsy, a resection, a resection after therapy, and one whose grade is a metastasis's."""
    root = tmp_path_factory.mktemp("times")
    texts = {
        "biopsy": "Stomach, biopsy: Neuroendocrine tumor, grade 1 (G1).\nTumor size: 1.4 cm.\n",
        "resection": "Ileum, resection: Neuroendocrine tumor, grade 2 (G2).\nTumor size: 3.4 cm.\n",
        "after": "Rectum, resection: Neuroendocrine tumor, grade 2 (G2).\nTumor size: 3.4 cm.\n"
        "Neoadjuvant chemotherapy was given.\n",
        "deposit": "Liver, biopsy: Metastatic neuroendocrine tumor, grade 2 (G2).\n",
    }
    for name, text in texts.items():
        (root / "reports" / name).parent.mkdir(exist_ok=True)
        (root / "reports" / f"{name}.txt").write_text(text)
    assert cli.command(["run", str(root / "reports"), "-o", str(root / "store"), "--workers", "1"]) == 0
    return root / "store"


@pytest.mark.parametrize(
    ("report", "items", "fields"),
    [
        ("biopsy", {"gradeClinical": "1", "gradePathological": "9"}, []),
        ("biopsy", {"gradeClinical": "1", "gradePathological": "2"}, []),
        ("biopsy", {"gradeClinical": "2", "gradePathological": "1"}, ["grade"]),
        ("biopsy", {"gradeClinical": "9", "gradePathological": "9"}, ["grade"]),
        ("biopsy", {"tumorSizeClinical": "014", "tumorSizePathologic": "999"}, []),
        ("resection", {"gradeClinical": "1", "gradePathological": "2"}, []),
        ("resection", {"gradeClinical": "2", "gradePathological": "1"}, ["grade"]),
        ("resection", {"tumorSizePathologic": "999", "tumorSizeSummary": "999"}, ["tumor_size_mm"]),
        ("after", {"gradePathological": "9", "gradePostTherapy": "2", "neoadjuvantTherapy": "1"}, []),
        ("after", {"tumorSizePathologic": "999", "neoadjuvantTherapy": "1"}, []),
        ("after", {"tumorSizePathologic": "340", "neoadjuvantTherapy": "1"}, ["tumor_size_mm"]),
        ("after", {"tumorSizePathologic": "999", "neoadjuvantTherapy": "0"}, ["tumor_size_mm"]),
        ("deposit", {"gradeClinical": "9", "gradePathological": "9"}, []),
        ("deposit", {"grade": "9"}, ["grade"]),
    ],
)
def test_registry_items_are_of_a_time_and_of_the_primary(
    times: Path, tmp_path: Path, report: str, items: dict[str, str], fields: list[str]
) -> None:
    found = found_in(times, tmp_path, [{"report_id": report, **items}])
    assert [one.field for one in found.discrepancies] == fields


def test_a_share_that_a_sheet_shows_in_percent_is_one(tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    book = Workbook()
    sheet = book.active
    sheet.append(["report_id", "ki67"])
    for row, (value, shape) in enumerate([(0.068, "0.0%"), (6.8, '0.0" %"'), (0.068, "General")], 2):
        sheet.append(["a", value])
        sheet.cell(row, 2).number_format = shape
    book.save(path)
    column = coded_file.read(path).columns["ki67"]
    assert [column.at(row) for row in range(3)] == ["6.8 %", "6.8", "0.068"]


def test_a_count_as_the_report_writes_it_is_right() -> None:
    """Though the report's value is by the stated size of its fields."""
    words = [{"text": "2 mitoses per 10 HPF"}]
    reading = {"value": rate(1.68, 1.68, "stated"), "evidence": words}
    relations = [
        held_against("mitoses_per_2mm2", read_cell("mitoses_per_2mm2", cell, None, None, ""), reading)
        for cell in ("2/10 HPF", "3/10 HPF", "2")
    ]
    assert relations == ["compatible", "different", "different"]


def test_a_right_row_has_no_discrepancy(sample_store: Path, tmp_path: Path) -> None:
    row = {"report_id": "NEN-001", "size": "3.4 cm", "ki67": "XXX.5", "grade": "G2", "LVI": "1", "pT": "pT2"}
    found = found_in(sample_store, tmp_path, [row])
    assert found.discrepancies == []
    assert {name: dict(counts) for name, counts in found.relations.items()} == {
        "ki67_percent": {"compatible": 1},
        "tumor_size_mm": {"equal": 1},
        "pT": {"equal": 1},
        "grade": {"equal": 1},
        "lymphovascular_invasion": {"equal": 1},
    }


def test_every_kind_has_a_test_and_the_last_always_fits() -> None:
    kinds = table()
    assert len({kind.id for kind in kinds}) == len(kinds)
    assert (kinds[-1].id, all(kind.weight > 0 for kind in kinds)) == ("transcription", True)


def test_planted_errors_are_found(sample_store: Path, tmp_path: Path) -> None:
    """A short form of the measurement in docs/qa.md; its full form is run by hand."""
    rows, planted = plant_errors.plant(plant_errors.coded_rows(gold.read(GOLD)), rounds=3)
    plant_errors.write(tmp_path, rows, planted)
    hit, wrong, right, false = plant_errors.measure(tmp_path, sample_store, 0.5)
    assert set(wrong) == set(plant_errors.KINDS)
    assert hit.total() >= 0.95 * wrong.total()
    assert len(false) <= 0.005 * right


def test_registry_items_of_the_store_itself_agree(sample_store: Path, tmp_path: Path) -> None:
    target = tmp_path / "abstracts.xml"
    assert cli.command(["export", "naaccr", str(sample_store), "-o", str(target)]) in (0, 1)
    out = tmp_path / "qa.json"
    assert cli.command(["qa", str(sample_store), "--coded", str(target), "--json", str(out)]) in (0, 1)
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["matched"] > 20
    compared = {name: one for name, one in figures["fields"].items() if one["n"] >= 5}
    assert {"ki67_percent", "tumor_size_mm", "grade", "nodes_examined", "margins"} <= set(compared)
    of_primary = {"grade", "ki67_percent"}  # the export takes the primary's, the record the highest
    assert {
        name: one["agreement"]["value"] for name, one in compared.items() if name not in of_primary
    } == dict.fromkeys(set(compared) - of_primary, 1.0)


def test_sites_of_metastasis_are_read_from_their_items(sample_store: Path, tmp_path: Path) -> None:
    found = found_in(
        sample_store,
        tmp_path,
        [
            {"report_id": "NEN-004", "metsAtDxLiver": "0", "metsAtDxBone": "0", "metsAtDxOther": "9"},
            {"report_id": "NEN-004", "metsAtDxLiver": "1", "metsAtDxBone": "0", "metsAtDxOther": "9"},
            {"report_id": "NEN-004", "metsAtDxLiver": "9", "metsAtDxBone": "9", "metsAtDxOther": "9"},
            {"report_id": "NEN-001", "metsAtDxLiver": "0", "metsAtDxBone": "0", "metsAtDxOther": "0"},
        ],
    )
    assert dict(found.relations["metastasis_sites"]) == {
        "different": 1,
        "equal": 1,
        "stated_not_coded": 1,
        "neither": 1,
    }


@pytest.mark.parametrize(
    ("coded", "value", "expected"),
    [
        (["liver"], ["liver", "bone"], "coarser"),
        (["liver", "other"], ["liver", "peritoneum"], "equal"),
        (["liver", "other"], ["liver"], "compatible"),
        ([], ["liver"], "different"),
        ([], None, "equal"),
    ],
)
def test_lists(coded: list[str], value: list[str] | None, expected: str) -> None:
    assert relation("metastasis_sites", Coded("", "value", coded), value) == expected


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    path = tmp_path / "coded.csv"
    rows = [
        {"report_id": "NEN-001", "size_mm": "340", "grade": "G2", "lvi": "present"},
        {"report_id": "NEN-002", "size_mm": "6", "grade": "=1+1", "lvi": "absent"},
        {"report_id": "nobody", "size_mm": "7", "grade": "G1", "lvi": "absent"},
    ]
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_the_command_writes_all_forms(
    sample_store: Path, tmp_path: Path, coded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {form: tmp_path / f"out.{form}" for form in ("html", "csv", "xlsx", "json")}
    arguments = [word for form, path in names.items() for word in (f"--{form}", str(path))]
    assert cli.command(["qa", str(sample_store), "--coded", str(coded), *arguments]) == 1
    with names["csv"].open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["report_id"], row["field"], row["coded"], row["report_value"]) for row in rows] == [
        ("NEN-001", "tumor_size_mm", "340", "34")
    ]
    sheet = pd.read_excel(names["xlsx"])
    assert (list(sheet.columns), len(sheet)) == (list(COLUMNS), 1)
    figures = json.loads(names["json"].read_text(encoding="utf-8"))
    assert (figures["rows"], figures["matched"], figures["above"]) == (3, 2, 1)
    assert figures["fields"]["grade"]["unreadable"] == 1
    assert figures["rows_without_report"] == [{"row": 3, "id": "nobody"}]
    assert figures["cells_not_read"] == [{"row": 2, "id": "NEN-002", "field": "grade", "cell": "=1+1"}]
    said = capsys.readouterr().out
    assert "1 rows without a report: row 3\n1 cells not read: row 2 grade\n" in said
    page = names["html"].read_text(encoding="utf-8")
    assert "row 3 (nobody)" in page
    assert "<td>NEN-002</td><td>Grade</td><td>=1+1</td>" in page
    assert re.search(r'<mark class="report">[^<]*3\.4 cm</mark>', page)
    assert not re.search(r"<script|https?://|src=|@import", page)


def test_exit_codes(sample_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.csv"
    path.write_text("report_id,grade\nNEN-001,G2\n", encoding="utf-8")
    assert cli.command(["qa", str(sample_store), "--coded", str(path)]) == 0
    path.write_text("report_id,grade\nsecret-words,G2\n", encoding="utf-8")
    capsys.readouterr()
    assert cli.command(["qa", str(sample_store), "--coded", str(path)]) == 2
    error = capsys.readouterr().err
    assert len(error.strip().splitlines()) == 1
    assert "secret" not in error


@pytest.mark.parametrize("suffix", ["tsv", "parquet", "xlsx"])
def test_other_forms_of_a_file_hold_the_same(coded: Path, suffix: str) -> None:
    frame = pd.read_csv(coded, dtype=str).replace("=1+1", "G1")
    frame.to_csv(coded, index=False)
    path = coded.with_suffix(f".{suffix}")
    if suffix == "tsv":
        frame.to_csv(path, sep="\t", index=False)
    elif suffix == "parquet":
        frame.assign(size_mm=frame["size_mm"].astype(float)).to_parquet(path)
    else:
        frame.assign(size_mm=frame["size_mm"].astype(float)).to_excel(path, index=False)
    first, second = coded_file.read(coded), coded_file.read(path)
    cells = [
        {name: [column.at(row) for row in range(file.length)] for name, column in file.columns.items()}
        for file in (first, second)
    ]
    assert cells[0] == cells[1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("fields.grade.columns = []", "at least 1 item"),
        ("fields.nonsense.columns = 'grade'", "nonsense: no field that qa compares"),
        ("fields.grade.columns = 'missing'", "no column 'missing' for grade"),
        ("fields.grade = {columns = 'grade', book = 'b'}", "no code book 'b'"),
        ("fields.grade = {columns = 'grade', codes = {G1 = 'G9'}}", "'G9' is no value of grade; they are G1"),
        ("fields.tumor_size_mm = {columns = 'size_mm', codes = {a = 'big'}}", "'big' is no value"),
        ("fields.tumor_size_mm = {columns = 'size_mm', unit = 'furlong'}", "a unit is mm, cm, in"),
        ("fields.grade = {columns = 'grade', unit = 'mm'}", "grade: no unit 'mm'"),
        ("= 3", "not TOML"),
    ],
)
def test_a_wrong_mapping_is_one_line(
    sample_store: Path,
    tmp_path: Path,
    coded: Path,
    capsys: pytest.CaptureFixture[str],
    content: str,
    said: str,
) -> None:
    path = tmp_path / "m.toml"
    path.write_text(content, encoding="utf-8")
    assert cli.command(["qa", str(sample_store), "--coded", str(coded), "--mapping", str(path)]) == 2
    error = capsys.readouterr().err.strip()
    assert said in error
    assert len(error.splitlines()) == 1


def test_a_printed_mapping_can_be_passed_back(
    sample_store: Path, tmp_path: Path, coded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.command(["qa", str(sample_store), "--coded", str(coded), "--show-mapping"]) == 0
    shown = "\n".join(line.strip() for line in capsys.readouterr().out.splitlines()[1:])
    path = tmp_path / "m.toml"
    path.write_text(shown, encoding="utf-8")
    read = mapping.read(path)
    assert {name: entry.columns for name, entry in read.fields.items() if entry} == {
        "tumor_size_mm": ["size_mm"],
        "grade": ["grade"],
        "lymphovascular_invasion": ["lvi"],
    }


def test_codes_of_a_mapping_are_printed_with_it(
    sample_store: Path, tmp_path: Path, coded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.toml"
    said = (
        'other_sources = 0.1\n[fields.grade]\ncolumns = "grade"\ncodes = { "77" = "unknown", "a b" = "G1" }\n'
    )
    path.write_text(said, encoding="utf-8")
    command = ["qa", str(sample_store), "--coded", str(coded), "--mapping", str(path), "--show-mapping"]
    assert cli.command(command) == 0
    shown = "\n".join(line.strip() for line in capsys.readouterr().out.splitlines()[1:])
    path.write_text(shown, encoding="utf-8")
    read = mapping.read(path)
    entry = read.fields["grade"]
    assert entry
    assert (read.other_sources, entry.codes) == (0.1, {"77": "unknown", "a b": "G1"})


def test_reports_of_a_patient_are_taken_together(sample_store: Path, tmp_path: Path) -> None:
    first, second = [row["report_id"] for row in Store(sample_store).rows("report_id")][:2]
    values = {
        record["report_id"]: record["fields"]["tumor_size_mm"]["value"]
        for record in Store(sample_store).records()
        if record["report_id"] in (first, second)
    }
    path = tmp_path / "c.csv"
    path.write_text(f"patient_id,size_mm\npatient 7,{values[second] or values[first]:g}\n", encoding="utf-8")
    assert cli.command(["qa", str(sample_store), "--coded", str(path)]) == 0


def test_a_store_without_texts_takes_them_from_the_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "reports.csv"
    text = "FINAL DIAGNOSIS\nIleum, resection: Neuroendocrine tumor, G1.\nTumor size: 1.4 cm.\nMargins: {}.\n"
    rows = [("a", text.format("<script>negative</script>")), ("b", text.format("free"))]
    pd.DataFrame(rows, columns=["report_id", "text"]).to_csv(archive, index=False)
    store = tmp_path / "store"
    assert cli.command(["run", str(archive), "-o", str(store), "--no-text", "--workers", "1"]) == 0
    coded_rows = tmp_path / "coded.csv"
    coded_rows.write_text("report_id,size_mm\na,140\nb,14\n", encoding="utf-8")
    page = tmp_path / "qa.html"
    command = ["qa", str(store), "--coded", str(coded_rows), "--html", str(page)]
    assert cli.command(command) == 1
    assert "keeps no texts" in capsys.readouterr().out
    assert "FINAL" not in page.read_text(encoding="utf-8")
    assert cli.command([*command, "--source", str(archive)]) == 1
    shown = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;negative&lt;/script&gt;" in shown
    assert "<script" not in shown


def test_figures_of_agreement() -> None:
    found = kappa(np.array([[20.0, 5.0], [10.0, 15.0]]), None)
    assert found is not None
    assert found["value"] == pytest.approx(0.4)
    low, high = found["low"], found["high"]
    assert low is not None
    assert high is not None
    assert 0.1 < low < 0.4 < high < 0.7
    weighted = kappa(np.array([[10.0, 0, 1], [0, 10, 0], [0, 0, 10]]), np.array([0.0, 1.0, np.nan]))
    assert weighted is not None
    assert weighted["value"] == 1.0
    lin = concordance(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]))
    assert lin is not None
    assert lin["value"] == pytest.approx(6 / 7)
    # Judges 1 and 2 of Shrout and Fleiss 1979, table 2; the figure by their mean squares.
    icc = intraclass(np.array([9.0, 6, 8, 7, 10, 6]), np.array([2.0, 1, 4, 1, 5, 2]))
    assert icc is not None
    assert icc["value"] == pytest.approx(0.12565, abs=1e-5)
