"""Set phrases of forms and broken words, read through the noise of scanning."""

from __future__ import annotations

import pytest

from extractor.locations import patterns_dir
from extractor.matching.edits import Text
from extractor.text import Speller


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(patterns_dir() / "spelling.toml")


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("LYMPH-VASCIU AR INVASION: Present", "LYMPH-VASCULAR INVASION: Present"),
        ("Lympho / vascular .invasion : Absent", "Lymphovascular invasion : Absent"),
        ("IFRINEURAL INVASION: no", "PERINEURAL INVASION: no"),
        ("Perineural invasion: Not identi fi^_d", "Perineural invasion: Not identified"),
        ("Lymph- vascular invasion :Nit identified.", "Lymph-vascular invasion :Not identified."),
        ("a moderat ely di fferent i•ated tumor", "a moderately differentiated tumor"),
        ("VENOUS (LARrj1) VESSEL WVASION: present", "VENOUS (LARGE VESSEL) INVASION: present"),
        ("margins are tumor -free", "margins are tumor-free"),
        ("No Iymphaticlvascular invasion", "No lymphatic/vascular invasion"),
        ("intesFne, neoplasFc, resecFon", "intestine, neoplastic, resection"),
        ("who_grade=2\nki67_pct=4", "who grade: 2\nKi-67 pct: 4"),
        ("no in vasion is I dentified", "no invasion is Identified"),
        ("FOORLY differentiated, HARGIN free", "POORLY differentiated, MARGIN free"),
        ("tumcr is p~esent, identifi~d by aquamous nests", "tumor is present, identified by squamous nests"),
        ("examinaKon of the PLEURAL, surface", "examination of the PLEURAL, surface"),
        ("positivefor tumor, nometastatic disease", "positive for tumor, no metastatic disease"),
        ("VASCULAR INVASION NO'l' IDENTIFIED", "VASCULAR INVASION not IDENTIFIED"),
        ("l~OT IDENTH•IED", "not IDENTIFIED"),
        ("POORLY Dl FFERENTIATED", "POORLY DIFFERENTIATED"),
        ("110 PERINEURAL INVASION", "NO PERINEURAL INVASION"),
        ("CD56 arid chromogranin are bothpositive", "CD56 and chromogranin are both positive"),
        ("irnmunoreactive cells, less tban 3", "immunoreactive cells, less than 3"),
        ("Ki-67 labels 7 96.", "Ki-67 labels 7 %."),
    ],
)
def test_noise_is_read_through(speller: Speller, read: str, meant: str) -> None:
    assert speller.read(read).clean == meant


@pytest.mark.parametrize(
    "text",
    [
        "NO PERINEURAL INVASION",
        "C. NO VISCERAL PLEURAL INVASION",
        "Node identified",
        "No. involved: 3",
        "Tumor site: ileum",
        "G3 (Poorly differentiated)",
        "Primary tumor (pT2)",
        "lymph node: benign",
        "X Cannot be determined",
        "a typical carcinoid",
        "Macroscopic description:",
        "N2 LYMPH NODES: 0/3",
        "Perinodal invasion: no",
        "differentiatedPathologic stage",
        "( ) Not identified",
        "sections of the section; diffusely mixed, grossly white",
        "size 3.1 cm, level2, grade3",
        "node:negative, right/left, tumor,free",
        "an incomplete interval scan, translation follows",
        "pleura visceralis, ingrowth, inpatient",
        "an intraperitoneal drain spares the ladder",
        "MENTUM, typical, NOT IDENTIFIED, noted",
        "10 PERINEURAL nodules",
        "level 10 LYMPHATIC station",
        "Ki-67 in 12 96-well plates, tumor reached the pleura",
    ],
)
def test_other_words_stay(speller: Speller, text: str) -> None:
    assert speller.read(text).clean == text


def test_evidence_is_the_text_as_read(speller: Speller) -> None:
    text: Text = speller.read("Tumor: 2 cm\nLYMPH-VASCIU AR INVASION: Present")
    at = text.clean.index("VASCULAR")
    start, end = text.span(at, at + len("VASCULAR INVASION"))
    assert text.raw[start:end] == "LYMPH-VASCIU AR INVASION"
    assert text.repaired_within(at, at + 8) == 1
