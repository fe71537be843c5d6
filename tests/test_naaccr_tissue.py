"""NAACCR export: which tissue a value is of; several tumors and other cancers of one report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import nenpath
from nenpath.exports.naaccr import coding
from nenpath.exports.naaccr.report import Coded, Report

if TYPE_CHECKING:
    from nenpath.engine import Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return nenpath.load()


def codes_of(engine: Engine, text: str) -> dict[str, Coded]:
    """Code a report's text."""
    record = engine(text, report_id="r1", meta={"diagnosis_date": "2024-01-10"})
    report = Report(record.model_dump(mode="json"), "2026-03-01", "26")
    return {outcome.item: outcome for outcome in coding.code(report)}


MESENTERY = """DIAGNOSIS
A. Mesentery, nodule, excision: Metastatic well-differentiated neuroendocrine tumor, 3.1 cm,
   consistent with an ileal primary. Tumor present at the inked edges. Venous invasion present.
   The primary tumor was not resected.
COMMENT: Ki-67 5 %. Mitoses 3 per 10 HPF.
"""
LIVER = """DIAGNOSIS
A. Liver, segment 6, wedge resection:
   Metastatic well-differentiated neuroendocrine tumor, 2.2 cm, consistent with a pancreatic primary.
   Surgical margins positive. Lymphovascular invasion present.
COMMENT: Ki-67 5 %. Mitoses 3 per 10 HPF.
"""
ILEUM_AND_LIVER = """DIAGNOSIS
A. Liver, wedge: Metastatic well-differentiated neuroendocrine tumor, 1.4 cm.
B. Ileum, resection: Well-differentiated neuroendocrine tumor, 2.0 cm, invading subserosa.
   Margins negative. Lymphatic invasion present. pT3 pN0 pM1a
"""


@pytest.mark.parametrize("text", [MESENTERY, LIVER])
def test_margins_of_a_metastasis_show_no_primary(engine: Engine, text: str) -> None:
    made = codes_of(engine, text)
    for item, unknown in (
        ("rxSummSurgicalMargins", "9"),
        ("lymphVascularInvasion", "9"),
        ("gradePathological", "9"),
        ("ki67", "XXX.9"),
    ):
        assert (made[item].code, made[item].review) == (unknown, True)


def test_margins_of_the_primary_beside_a_metastasis_are_coded(engine: Engine) -> None:
    made = codes_of(engine, ILEUM_AND_LIVER)
    assert (made["rxSummSurgicalMargins"].code, made["lymphVascularInvasion"].code) == ("0", "2")


TWO_GRADES = """FINAL DIAGNOSIS
A. Liver, segment 7, wedge: Metastatic well-differentiated neuroendocrine tumor, WHO grade 2, 3.1 cm.
B. Ileum, resection: Well-differentiated neuroendocrine tumor, WHO grade 1, 1.9 cm, invading subserosa.
   Margins negative. pT3 pN0 pM1a
Ki-67, ileum tumor: 1.2 %. Mitoses < 2 per 2 mm2.
Ki-67, liver metastasis: 9.5 %.
"""
ADDENDUM = """FINAL DIAGNOSIS
A. Liver, wedge: Metastatic well-differentiated neuroendocrine tumor, 3.1 cm.
B. Ileum, resection: Well-differentiated neuroendocrine tumor, WHO grade 1, 1.9 cm, invading subserosa.
   Margins negative. pT3 pN0 pM1a. Ki-67, ileum tumor: 1.2 %.
ADDENDUM
Ki-67 of the liver metastasis is 9.5 %. The liver metastasis is thus G2, while the ileal primary remains G1.
"""


@pytest.mark.parametrize("text", [TWO_GRADES, ADDENDUM])
def test_the_primarys_grade_counts_where_a_metastasis_has_a_higher_one(engine: Engine, text: str) -> None:
    record = engine(text).model_dump(mode="json")["fields"]
    assert (record["grade"]["value"], record["ki67_percent"]["value"]["low"]) == ("G2", 9.5)
    made = codes_of(engine, text)
    codes = [made[item].code for item in ("gradePathological", "ki67", "histologicTypeIcdO3")]
    assert codes == ["1", "1.2", "8240"]
    assert made["gradePathological"].review
    assert made["ki67"].confidence is None


def test_an_earlier_value_is_not_the_primarys(engine: Engine) -> None:
    text = (
        "History: Ileal primary resected 2016, grade 1, Ki-67 1 %.\n"
        "DIAGNOSIS\nLiver, wedge: Metastatic well-differentiated neuroendocrine tumor, grade 2, 3.1 cm.\n"
        "Ki-67 of the liver metastasis 9 %.\n"
    )
    made = codes_of(engine, text)
    assert (made["gradePathological"].code, made["ki67"].code) == ("9", "XXX.9")


def test_therapy_of_another_cancer_is_not_neoadjuvant(engine: Engine) -> None:
    text = (
        "History of prostatic adenocarcinoma, treated with external radiation 2014.\n"
        "FINAL DIAGNOSIS\nRectum, low anterior resection:\n"
        "- Well-differentiated neuroendocrine tumor, WHO grade 1, 18 mm. Ki-67 1 %.\n"
        "- Margins negative. pT2 pN0\n"
    )
    made = codes_of(engine, text)
    items = ("neoadjuvantTherapy", "tumorSizePathologic", "gradePathological")
    assert [made[item].code for item in items] == ["9", "018", "1"]
    assert "gradePostTherapy" not in made


@pytest.mark.parametrize(
    ("tumors", "coded", "rule"),
    [
        ("Multifocal well-differentiated neuroendocrine tumor, five tumors, 0.4 to 1.8 cm", "018", "largest"),
        ("Well-differentiated neuroendocrine tumor, 1.4 to 1.8 cm", "016", "between"),
    ],
)
def test_of_several_tumors_the_largest_is_coded(engine: Engine, tumors: str, coded: str, rule: str) -> None:
    made = codes_of(engine, f"DIAGNOSIS\nIleum, resection: {tumors}; WHO grade 1. pT2 pN0.\n")
    for item in ("tumorSizePathologic", "tumorSizeSummary"):
        assert (made[item].code, made[item].rule) == (coded, f"size/{rule}")


CHECKLIST = """FINAL DIAGNOSIS
A. PANCREATICODUODENECTOMY: WELL DIFFERENTIATED NEUROENDOCRINE TUMOR OF THE PANCREATIC HEAD, 2.4 CM.
B. PORTAL LYMPH NODE: ONE BENIGN LYMPH NODE (0/1).

TUMOR CHECKLIST: PANCREAS, NEUROENDOCRINE
Mitotic rate         3 per 2 mm2
Ki-67 index          6%
TNM                  pT2  pN0
"""
TABLE = """DIAGNOSIS
A. Ileum, resection: Two well-differentiated neuroendocrine tumors, 1.5 and 0.8 cm.
B. Lymph node, mesenteric, excision: One of one lymph node with metastatic tumor (1/1).
AJCC 8th edition: pT2(m) pN1

Tumor    Size (cm)   Block    Layer        Mitoses/2 mm2   Ki-67 (%)
1        1.5         A3       submucosa    3               6
2        0.8         A6       submucosa    0               1
Node     0.9         B1       -            0               2
"""


@pytest.mark.parametrize("text", [CHECKLIST, TABLE])
def test_a_form_or_table_below_a_node_is_not_the_nodes(engine: Engine, text: str) -> None:
    made = codes_of(engine, text)
    assert (made["ki67"].code, made["gradePathological"].code) == ("6.0", "2")
    fields = engine(text).fields
    for reading in (fields.ki67_percent, fields.mitoses_per_2mm2):
        assert {evidence.tissue for evidence in reading.evidence} == {None}


def test_lines_of_a_node_stay_the_nodes(engine: Engine) -> None:
    text = (
        "DIAGNOSIS\nA. Ileum, resection: Well-differentiated neuroendocrine tumor, 1.5 cm. Ki-67 2 %.\n"
        "B. Lymph node, mesenteric, excision: Metastatic tumor (1/1).\n   Ki-67 9 %.\n"
    )
    reading = engine(text).fields.ki67_percent
    assert (reading.value.low, {evidence.tissue for evidence in reading.evidence}) == (9.0, {"node"})


def test_a_bracket_on_the_primary_is_of_the_value_before_it(engine: Engine) -> None:
    text = (
        "DIAGNOSIS\nIleum, resection: Well-differentiated neuroendocrine tumor, 1.5 cm. pT3 pN1\n"
        "Ki-67: 1.3 % (primary), 4.1 % (lymph node metastasis).\n"
    )
    reading = engine(text).fields.ki67_percent
    assert reading.value.low == 4.1
    assert "primary" not in {evidence.tissue for evidence in reading.evidence}
