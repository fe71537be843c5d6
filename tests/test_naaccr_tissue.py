"""NAACCR export: which tissue a value is of, and what other cancers and several tumors of a report do to it."""

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
