"""A morphology that follows from the grade: it has the grade's evidence and is no surer than the grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import nenpath

if TYPE_CHECKING:
    from nenpath.engine import Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return nenpath.load()


DOUBTFUL = """To the submitting pathologist:
The slides came with the diagnosis of a neuroendocrine tumor, grade 2, of the rectum.
Our diagnosis is as follows.
Rectum, endoscopic resection: well-differentiated neuroendocrine tumor, grade 1, 6 mm. Ki-67 2 %.
Margins free.
"""


def test_a_derived_code_is_no_surer_than_its_grade(engine: Engine) -> None:
    fields = engine(DOUBTFUL).fields
    grade, code = fields.grade, fields.icd_o_3_morphology
    rests_on = [e for e in code.evidence if e.rule.startswith("grade/")]
    assert rests_on == grade.evidence[:1]
    fitting = {"8249/3": ("G2", "G3"), "8240/3": ("G1", None)}[code.value]
    shares = [(grade.value, grade.confidence), *((a.value, a.probability) for a in grade.alternatives)]
    assert code.confidence <= sum(share for value, share in shares if value in fitting) + 1e-9


def test_a_code_without_a_grade_and_a_printed_one_rest_on_their_own_words(engine: Engine) -> None:
    plain = engine("DIAGNOSIS\nIleum, resection: Well-differentiated neuroendocrine tumor, 2 cm.\n")
    printed = engine("DIAGNOSIS\nIleum: Neuroendocrine tumor, grade 2 (ICD-O 8249/3), 2 cm.\n")
    for record, value in ((plain, "8240/3"), (printed, "8249/3")):
        code = record.fields.icd_o_3_morphology
        assert code.value == value
    assert [e.rule for e in plain.fields.icd_o_3_morphology.evidence] == ["icd_o_3_morphology/derived"]
