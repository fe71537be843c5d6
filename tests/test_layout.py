"""A report cut into units: wrapped prose, forms, sections, parts, printed options."""

from __future__ import annotations

from typing import Any

import pytest


def _units(extractor: Any, text: str) -> list[Any]:
    document = extractor.document(text)
    for unit in document.units:
        assert unit.text == document.text.clean[unit.start : unit.end].replace("\n", " ")
    return list(document.units)


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
        ("Ki-67 index ............. 3 %", "Ki-67 index", "3 %"),
        ("| Lymphovascular invasion | absent |", "Lymphovascular invasion", "absent"),
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


def _texts(extractor: Any, text: str) -> list[str]:
    return [" ".join(unit.text.split()) for unit in _units(extractor, text)]


#: A page broken at 34 characters: a sentence after a full stop, a label and an answer over two lines.
BROKEN = """MICROSCOPIC DESCRIPTION:
The nodule is made of cords and of
nests of uniform cells which reach
the subserosal fat. Counted over
2000 cells the proliferation index
is 4 percent, and there is nothing
that looks like necrosis in any of
the sections. Synaptophysin and
CDX2 are positive. Perineural
invasion: none. Lymphovascular
invasion: seen in two sections of
the deep part. Mitoses number 3 /
2 mm2.
Margins: free
Ki-67: 4 %
"""


def test_a_page_broken_at_a_narrow_width_reads_like_one_that_was_not(extractor: Any) -> None:
    whole = BROKEN.replace("\n", " ").replace(": The", ":\nThe").replace(" Margins:", "\nMargins:")
    whole = whole.replace(" Ki-67: 4", "\nKi-67: 4")
    assert _texts(extractor, BROKEN) == _texts(extractor, whole)


def test_a_list_of_short_lines_is_not_a_broken_page(extractor: Any) -> None:
    lines = ["Tumor in ileum", "Grade 1 of three", "Margins are free", "Nodes: none seen", "Invasion absent"]
    assert _texts(extractor, "DIAGNOSIS:\n" + "\n".join(lines)) == lines


def test_items_and_rows_of_a_broken_page_keep_their_lines(extractor: Any) -> None:
    listed = BROKEN + "- Tumor reaches the serosal fat\n- Proximal and distal ends free\n- Two nodes\n"
    texts = _texts(extractor, listed)
    assert texts[-4:] == [
        "Ki-67: 4 %",
        "- Tumor reaches the serosal fat",
        "- Proximal and distal ends free",
        "- Two nodes",
    ]


FLAT = (
    "CLINICAL HISTORY: mass seen on imaging. FINAL DIAGNOSIS: A. Ileum, resection: Neuroendocrine tumor, "
    "grade 1, 1.4 cm. B. Lymph nodes: free. GROSS Received is a segment of bowel with a nodule of 1.5 cm. "
    "See the Diagnosis: it stands above all of this. "
    "The rest of the mucosa is tan and folded, without lesions."
)


def test_a_report_without_line_breaks_has_its_sections(extractor: Any) -> None:
    found = [(u.section, u.part, u.text.split(".")[0][:12]) for u in _units_of_flat(extractor, FLAT)]
    assert found[:2] == [("history", None, "CLINICAL HIS"), ("diagnosis", "A", "A")]
    assert {section for section, _, _ in found} == {"history", "diagnosis", "gross"}


def test_headings_inside_the_lines_of_a_page_are_words(extractor: Any) -> None:
    lines = FLAT.replace("GROSS Received", "gross.\nWe GROSS Received").replace(". ", ".\n")
    assert "gross" not in {u.section for u in _units_of_flat(extractor, lines)}


def _units_of_flat(extractor: Any, text: str) -> list[Any]:
    return list(extractor.document(text).units)
