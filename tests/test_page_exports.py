"""Pages as exports leave them: results taken back, elements named after fields, broken documents."""

from __future__ import annotations

import time
from typing import Any

import pytest

from extractor.page import plain_page


def _lines(text: str) -> list[str]:
    return [line.strip() for line in plain_page(text).clean.split("\n") if line.strip()]


FONTS = "{\\fonttbl{\\f0 Arial;}"
WORDS = "\\pard\\f0 Ileum: NET G1\\par Size 2 cm\\par"
PAGES: dict[str, tuple[str, list[str]]] = {
    "a wrong result": (
        "OBX|1|TX|1^FINAL||Ileum: NET G3, 5 cm.||||||W\nOBX|2|TX|1^FINAL||Ileum: NET G1, 2 cm.||||||F",
        ["Ileum: NET G1, 2 cm."],
    ),
    "a wrong result of several lines": (
        "OBX|1|TX|1^FINAL||Ileum: NET G3\n5 cm\nmargins free||||||W\nOBX|2|TX|1^FINAL||Ileum:\nNET G1||||||F",
        ["Ileum:", "NET G1"],
    ),
    "a deleted value": (
        "OBX|1|NM|3^Ki-67||12|%|||||D\nOBX|2|NM|4^Nodes||2||||||F",
        ["Nodes: 2"],
    ),
    "an early result and a final one": (
        "OBX|1|TX|1^FINAL||Carcinoma.||||||P\nOBX|2|TX|1^FINAL||Ileum: NET G1.||||||F",
        ["Ileum: NET G1."],
    ),
    "early results alone": ("OBX|1|TX|1^FINAL||Carcinoma.||||||P", ["Carcinoma."]),
    "a corrected value": (
        "OBX|1|NM|3^Ki-67||12|%|||||F\nOBX|2|NM|3^Ki-67||2|%|||||C",
        ["Ki-67: 2 %"],
    ),
    "two values of one code": (
        "OBX|1|NM|3^Ki-67||12|%|||||F\nOBX|2|NM|3^Ki-67||2|%|||||F",
        ["Ki-67: 12 %", "Ki-67: 2 %"],
    ),
    "elements on one line": (
        "<?xml version='1.0'?><Report><PrimarySite>Ileum</PrimarySite><TumorSizeMm>25</TumorSizeMm>"
        "<Ki67Percent>4</Ki67Percent><pN>1</pN><Necrosis/><Stage></Stage></Report>",
        ["Primary Site: Ileum", "Tumor Size: 25 mm", "Ki67: 4 %", "pN: 1"],
    ),
    "elements on lines": (
        "<report>\n  <synoptic>\n    <tumor_size>2 cm</tumor_size>\n    <ki_67>&lt;3%</ki_67>\n"
        "    <margin_status>free</margin_status>\n  </synoptic>\n</report>\n",
        ["synoptic:", "tumor size: 2 cm", "ki 67: <3%", "margin status: free"],
    ),
    "names and values": (
        "<f><item><name>Site</name><value>Ileum</value></item><item><name>pT</name><value>3</value></item></f>",
        ["- Site: Ileum", "- pT: 3"],
    ),
    "values in attributes": (
        "<r><o name='Ki-67' value='4' unit='%'/><o name='pT' value='3'/><o name='Nodes' value='2'/></r>",
        ["Ki-67: 4 %", "pT: 3", "Nodes: 2"],
    ),
    "fonts without an end": ("{\\rtf1\\ansi" + FONTS + WORDS + "}", ["Ileum: NET G1", "Size 2 cm"]),
    "a head without an end": (
        "{\\rtf1\\ansi" + FONTS + "}{\\header Laboratory\\par " + WORDS + "}",
        ["Laboratory", "Ileum: NET G1", "Size 2 cm"],
    ),
    "text behind a document": (
        "{\\rtf1\\ansi" + FONTS + "}" + WORDS + "}\nAddendum: Ki-67 2%\nSigned",
        ["Ileum: NET G1", "Size 2 cm", "Addendum: Ki-67 2%", "Signed"],
    ),
    "a bracket too many": (
        "{\\rtf1\\ansi" + FONTS + "}\\pard Ileum: NET G1}\\par Size 2 cm\\par}",
        ["Ileum: NET G1", "Size 2 cm"],
    ),
    "two documents": (
        "{\\rtf1 Ileum: NET\\par}\n{\\rtf1" + FONTS + "}Size 2 cm\\par}",
        ["Ileum: NET", "Size 2 cm"],
    ),
    "returns and a last feed": ("Ileum: NET\rSize 2 cm\rFree\n", ["Ileum: NET", "Size 2 cm", "Free"]),
    "one feed among returns": ("Head\n" + "Line\r" * 8, ["Head", *["Line"] * 8]),
}


@pytest.mark.parametrize("page", PAGES)
def test_lines(page: str) -> None:
    text, lines = PAGES[page]
    assert _lines(text) == lines


def test_a_bound_in_an_element_stays_one(extractor: Any) -> None:
    text = "<r><site>Ileum</site><ki_67>&lt;3%</ki_67><size>2 cm</size></r>"
    assert extractor(text).fields["ki67_percent"].value == {"low": 0.0, "high": 3.0, "comparator": "<"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "Clinical history: known NET of pancreas. Diagnosis: Liver, core biopsy: metastatic NET G2.",
            {"primary_site": "pancreas", "metastasis_sites": ["liver"], "specimen": "biopsy"},
        ),
        (
            "Clinical data: previous biopsy G3. Diagnosis: appendix, NET G1, 8 mm. Gross: 6 cm appendix.",
            {"grade": "G1", "tumor_size_mm": 8.0, "primary_site": "appendix"},
        ),
    ],
)
def test_short_reports_on_one_line(extractor: Any, text: str, values: dict[str, Any]) -> None:
    fields = extractor(text).fields
    assert {name: fields[name].value for name in values} == values


@pytest.mark.parametrize("piece", ["<a>", "<a>x</a>", "<a b='c'", "{\\fonttbl{", "OBX|1|TX|1||\n", "\r\n\r"])
def test_hostile_pages_take_no_longer(piece: str) -> None:
    start = time.process_time()
    plain_page("{\\rtf1" * piece.startswith("{") + piece * 20_000)
    assert time.process_time() - start < 5
