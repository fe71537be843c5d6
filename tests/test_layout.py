"""A report cut into units: wrapped prose, forms, sections, parts, printed options."""

from __future__ import annotations

from typing import Any

import pytest


def _units(extractor: Any, text: str) -> list[Any]:
    units = extractor.document(text).units
    for unit in units:
        assert unit.text == text[unit.start : unit.end].replace("\n", " ")
    return list(units)


def test_wrapped_prose_is_one_unit_and_sentences_are_their_own(extractor: Any) -> None:
    text = "The mass shows no vascular\ninvasion and is confined to the wall. Nerves are\nuninvolved.\n"
    assert [u.text for u in _units(extractor, text)] == [
        "The mass shows no vascular invasion and is confined to the wall.",
        "Nerves are uninvolved.",
    ]


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("Perineural invasion: not identified", "Perineural invasion", "not identified"),
        ("Ki-67 index ............. 3 %", "Ki-67", "3 %"),
        ("| Lymphovascular invasion | absent |", "Lymphovascular invasion", "absent |"),
        ("Lymphovascular invasion     present", "Lymphovascular invasion", "present"),
    ],
)
def test_a_line_of_a_form_is_label_and_value(extractor: Any, text: str, label: str, value: str) -> None:
    (unit,) = _units(extractor, text)
    assert (unit.label_text.strip(), unit.value_text) == (label, value)


def test_sections_and_parts(extractor: Any) -> None:
    text = (
        "CLINICAL HISTORY: mass on imaging\n\n"
        "FINAL DIAGNOSIS:\n"
        "A. Ileum, resection:\n"
        "- Neuroendocrine tumor, G1\n"
        "B. Lymph node, excision: no tumor\n\n"
        "GROSS DESCRIPTION:\n"
        "A. Received fresh is a segment of ileum.\n"
    )
    assert [(u.section, u.part) for u in _units(extractor, text)] == [
        ("history", None),
        ("diagnosis", "A"),
        ("diagnosis", "A"),
        ("diagnosis", "B"),
        ("gross", "A"),
    ]


def test_a_frozen_section_on_one_line_does_not_swallow_what_follows(extractor: Any) -> None:
    text = "DIAGNOSIS:\nColon, resection.\nFROZEN SECTION: margin benign\n\nCarcinoma, 3 cm.\n"
    assert [u.section for u in _units(extractor, text)] == ["diagnosis", "intraoperative", "diagnosis"]


PRINTED = """LIVER: Resection
Histologic Grade
GX: Cannot be assessed
G1: Well differentiated
G2: Moderately differentiated
G3: Poorly differentiated
Other (specify):
Primary Tumor (pT)
pTX: Cannot be assessed
pT1: Solitary tumor
pT2: Several tumors
pT3: Large tumors
Distant Metastasis (pM)
pMX: Cannot be assessed
pM1: Distant metastasis
Venous invasion (V)
Absent
Present
Indeterminate
"""


def test_printed_options_are_never_values(extractor: Any) -> None:
    readings = extractor(PRINTED).fields
    given = {
        name: readings[name].value
        for name in ("grade", "differentiation", "pT", "pM", "lymphovascular_invasion", "distant_metastasis")
        if readings[name].value is not None
    }
    assert given == {}


def test_a_ticked_option_is_a_value(extractor: Any) -> None:
    text = PRINTED.replace("G2: Moderately", "[x] G2: Moderately").replace("pT2: Several", "[x] pT2: Several")
    readings = extractor("Colon, resection: adenocarcinoma.\n" + text).fields
    assert readings["pT"].value == "2"
    assert readings["differentiation"].value == "moderate"
