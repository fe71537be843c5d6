"""Pages in capitals are read as the same words in small letters are."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.layout.capitals import as_printed

_PAGE = "ILEUM, RESECTION:\nWELL DIFFERENTIATED NEUROENDOCRINE TUMOR OF THE ILEUM, 2.1 CM.\n" * 2


@pytest.mark.parametrize(
    ("codes", "printed"),
    [
        ("PT3 PN1 CM0", "pT3 pN1 cM0"),
        ("YPT2, YPN0", "ypT2, ypN0"),
        ("PT3 PN2 (10/20) PMX", "pT3 pN2 (10/20) pMX"),
        ("PT4(M) PN1", "pT4(M) pN1"),
        ("PT3B PNL", "pT3B pN1"),
        ("PTL PNX", "pT1 pNX"),
        ("PNL2 LYMPHOMA", "PNL2 LYMPHOMA"),
        ("PT1N0M0", "pT1N0M0"),
        ("PT2, LY1, V1, NE0", "pT2, ly1, V1, ne0"),
        ("L0, V0, PN0", "L0, V0, PN0"),  # nerve sheaths
        ("P53 ABERRANT, RB: COMPLETE LOSS", "P53 ABERRANT, Rb: COMPLETE LOSS"),
        ("RB LOBE", "RB LOBE"),
        ("THE PT IS 3 DAYS AFTER SURGERY", "THE PT IS 3 DAYS AFTER SURGERY"),
        ("CGA-12-345", "CGA-12-345"),
        ("CGA POS, MINEN", "CgA POS, MiNEN"),
        ("PPCM0, PDPM0", "pPCM0, pDPM0"),
    ],
)
def test_codes_are_written_as_printed(codes: str, printed: str) -> None:
    assert as_printed(_PAGE + codes) == _PAGE + printed
    assert as_printed(_PAGE.lower() + codes) == _PAGE.lower() + codes


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("P53 WILD-TYPE. RB: COMPLETE LOSS.", "rb1", "lost"),
        ("SYNAPT. POS., CHROMOGRANIN NEG.", "synaptophysin", "positive"),
        ("PT3, PN2 (10/20)", "nodes_examined", 20),
        ("PT2 PN0 (0/25), R0", "perineural_invasion", None),
        ("PT3 PN1 CM0", "distant_metastasis", "absent"),
    ],
)
def test_values_of_a_page_in_capitals(extractor: Any, text: str, field: str, value: Any) -> None:
    assert extractor(_PAGE + text + "\n").fields[field].value == value


def test_square_millimeters_in_capitals(extractor: Any) -> None:
    reading = extractor(_PAGE + "MITOTIC COUNT: 3 PER 2 SQ MM\n").fields["mitoses_per_2mm2"]
    assert (reading.value["low"], reading.value["high"]) == (3, 3)


def test_an_abbreviation_in_capitals_ends_no_sentence(extractor: Any) -> None:
    text = _PAGE + "A LESION OF APPR. 4 CM IS SEEN. THE MARGINS ARE FREE.\n"
    texts = [u.text for u in extractor.document(text).units]
    assert texts[-2:] == ["A LESION OF APPR. 4 CM IS SEEN.", "THE MARGINS ARE FREE."]
