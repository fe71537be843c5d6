"""Tumors beside the index tumor are found with their kind, site, size and evidence."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.extract import Extractor
from extractor.other_tumors.listed import find_other_tumors

CASES = [
    pytest.param(
        "DIAGNOSIS:\nCecum, right hemicolectomy: Adenocarcinoma, 5.5 cm, pT3.\n"
        "Appendix: incidental carcinoid tumor, 3 mm.",
        [("net", "carcinoid tumor", "appendix", 3.0)],
        id="carcinoid beside a colon cancer",
    ),
    pytest.param(
        "DIAGNOSIS:\nLung, right upper lobe, lobectomy: Atypical carcinoid, 1.8 cm.\n"
        "Separate adenocarcinoma of the lung, 0.7 cm.",
        [("none", "adenocarcinoma", "lung", 7.0)],
        id="adenocarcinoma beside a carcinoid",
    ),
    pytest.param(
        "DIAGNOSIS:\nBladder, cystoprostatectomy: Invasive urothelial carcinoma.\n"
        "Prostate: incidental prostatic adenocarcinoma, Gleason 6.",
        [("none", "prostatic adenocarcinoma", "prostate", None)],
        id="second malignancy of another organ",
    ),
    pytest.param(
        "DIAGNOSIS:\nPancreas: Neuroendocrine tumor, 2.0 cm.\n"
        "Liver: metastatic neuroendocrine tumor, 1.0 cm.",
        [],
        id="metastases are no other tumor",
    ),
    pytest.param(
        "DIAGNOSIS:\nColon: Adenocarcinoma. No neuroendocrine tumor is seen. Tubular adenoma.",
        [],
        id="denied and benign",
    ),
    pytest.param("Gross description: bowel, 12 cm in length.", [], id="no tumor at all"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_other_tumors(extractor: Extractor, text: str, expected: list[Any]) -> None:
    found = find_other_tumors(extractor.document(text))
    assert [(t.neuroendocrine_type, t.histology, t.site, t.size_mm) for t in found] == expected
    assert [e.text for t in found for e in t.evidence] == [
        text[e.start : e.end] for t in found for e in t.evidence
    ]
    assert all(t.evidence for t in found)
