"""Labels parted from their values by dots, dashes, bars, tabs, arrows, semicolons or equals signs."""

from __future__ import annotations

from typing import Any

import pytest

_FORM = (
    ("Tumor site", "ileum"),
    ("Histologic grade", "G2"),
    ("Margins", "free"),
    ("Perineural invasion", "no"),
    ("Lymph nodes", "0/3"),
    ("Foreign matter", "none"),
)


@pytest.mark.parametrize(
    "line",
    [
        "{} ........ {}",
        "{} . . . . . {}",
        "{}.....{}",
        "{} - {}",
        "{} -- {}",
        "{} = {}",
        "{} >> {}",
        "{} => {}",
        "{}; {}",
        "{}\t{}",
        "{}\t\t{}",
        "{} | {}",
        "| {} | {} |",
        "|{}|{}|",
        "1) {} ...... {}",
        "{}: [{}]",
        "{}\n    {}",
        "  {}:\n     {}",
    ],
)
def test_a_page_has_one_way_to_part_labels_from_values(extractor: Any, line: str) -> None:
    text = "\n".join(line.format(*pair) for pair in _FORM) + "\n"
    units = extractor.document(text).units
    assert [(u.label_text.strip(), u.value_text.strip()) for u in units] == list(_FORM)


@pytest.mark.parametrize("line", ["{} ...... {}", "{} - {}", "{}\t{}", "| {} | {} |", "{} >> {}", "{} = {}"])
def test_a_heading_may_lead_to_its_text(extractor: Any, line: str) -> None:
    text = line.format("GROSS DESCRIPTION", "The bowel is 12 cm long and opened.") + "\n"
    assert [u.section for u in extractor.document(text).units] == ["gross"]


def test_a_heading_between_bars_may_have_its_text_below(extractor: Any) -> None:
    text = "| DIAGNOSIS |\nIleum: carcinoid tumor.\n| COMMENT |\nNone.\n"
    assert [u.section for u in extractor.document(text).units] == ["diagnosis", "comment"]


def test_the_rules_between_rows_are_no_rows(extractor: Any) -> None:
    text = "| Item | Finding |\n|---|---|\n| Grade | G2 |\n|:--|--:|\n| Margins | free |\n"
    units = extractor.document(text).units
    assert [u.label_text for u in units if u.label] == ["Item", "Grade", "Margins"]


@pytest.mark.parametrize(
    "text",
    [
        "| Margins | no | yes |\n| Grade | G1 | G2 |\n| Tumor size | 1 cm | 2 cm |\n",
        "Site\tKi-67\nileum\t2 %\nliver\t4 %\n",  # a chart
        "SYNOPTIC REPORT - SMALL BOWEL (RESECTION OF ALL PARTS)\n",  # a title
        "Gross - negative\n",  # an answer
        "Liver - see note\n",
        "Specimen - A\nIleum.\nSpecimen - B\nNode.\nSpecimen - C\nLiver.\n",
        "Margins: [ ]\nGrade: [ ]\n",
        "GROSS\n   Ileum.\nDIAGNOSIS\n   Carcinoid.\nCOMMENT\n   None.\nMargins\n   Free.\n",
        "Margins\n  A. free\nGrade\n  B. low\nTumor size\n  - 3 cm\nLymph nodes\n  0/3,\n  all free\n",
        "Chromogranin - , synaptophysin +\nCD56 -ve\nKi-67 -\n",
        "CLINICAL HISTORY AND PRE - OPERATIVE DIAGNOSIS: mass\n",
        "The nodes are free - see the table below.\n",
    ],
)
def test_what_is_no_leader_stays(extractor: Any, text: str) -> None:
    assert extractor.document(text).text.clean == text


def test_evidence_is_the_text_as_read(extractor: Any) -> None:
    text = "DIAGNOSIS - ileal neuroendocrine tumor\nGrade - G2\nKi-67 - 7 %\nPerineural invasion - present\n"
    reading = extractor(text).fields["perineural_invasion"]
    assert reading.value == "present"
    for evidence in reading.evidence:
        assert evidence.text == text[evidence.start : evidence.end]


def test_an_earlier_history_with_its_label_alone_above_is_no_finding(extractor: Any) -> None:
    text = (
        "Liver, wedge\n\nHistory:\n2016 ileal carcinoid: 1.8 cm, pT3 N1, perineural invasion present.\n\n"
        "Diagnosis:\nMetastasis of a neuroendocrine tumor, 2.4 cm.\n"
    )
    fields = extractor(text).fields
    assert (fields["perineural_invasion"].value, fields["pT"].value) == (None, None)
