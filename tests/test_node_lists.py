"""Reports of several parts, put together from headings and statements: how many nodes they count is known.

A single statement reads well; what goes wrong goes wrong where parts stand side by side: nodes that hold
tumor and are not counted, sums that are equal by chance, headings whose answer stands below.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest

_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"]
_PLACES = (
    "right pelvic",
    "left pelvic",
    "para-aortic",
    "station 7",
    "level 4R",
    "hilar",
    "peripancreatic",
    "left obturator",
    "mesenteric",
    "portal",
    "common hepatic artery",
    "right axillary",
)
_HEADINGS = ("Lymph node{s}, {place}, excision:", "{place} lymph node{s}, biopsy:", "{place} lymph node{s}:")
_FREE = (
    "{Word} lymph node{s}, negative for malignancy (0/{n}).",
    "{Word} benign lymph node{s} (0/{n}).",
    "No tumor in {word} lymph node{s}.",
    "Negative for tumor, {word} lymph node{s}.",
    "{Word} ({n}) lymph node{s} negative for metastatic carcinoma.",
    "No evidence of metastasis ({n} node{s}).",
    "0 of {n} lymph node{s} positive.",
)
_SOME = (
    "Metastatic neuroendocrine tumor in {part} of {word} lymph node{s} ({k}/{n}).",
    "{Part} of {word} lymph node{s} positive for metastatic tumor.",
    "Metastatic carcinoma, {k} of {n} lymph node{s}.",
    "Metastatic tumor involving {k}/{n} lymph node{s}.",
    "Metastasis in {part} ({k}) of {word} ({n}) lymph node{s}; largest deposit 0.6 cm.",
)
_UNCOUNTED = (
    "Metastatic carcinoma.",
    "Positive for metastatic neuroendocrine tumor.",
    "METASTATIC CARCINOMA, SEE COMMENT.",
    "Involved by tumor.",
)
_ORGANS = (
    "Pancreas, distal pancreatectomy:{gap}Well-differentiated neuroendocrine tumor, 2.1 cm.",
    "Lung, left lower lobe, lobectomy:{gap}Typical carcinoid, 1.4 cm.",
    "Small bowel, resection:{gap}Neuroendocrine tumor, 1.8 cm, invading the subserosa.",
)


@dataclass
class _Report:
    """A report with what it counts; ``open`` tells that it also holds nodes with tumor and no number."""

    text: str
    examined: int
    positive: int
    open: bool


def _report(rng: random.Random, *, uncounted: bool) -> _Report:
    gap, numbering = (
        rng.choice(("\n- ", " ", "\n", "\n   ")),
        rng.choice(("{}. ", "{}) ", "Part {}: ", "{}: ")),
    )
    parts, examined, positive = [rng.choice(_ORGANS).format(gap=gap)], 0, 0
    for place in rng.sample(_PLACES, rng.randint(2, 5)):
        n = rng.choice((1, 1, 2, 3, 4, 5, 7, 9, 11))
        k = 0 if rng.random() < 0.55 else rng.randint(1, min(n, 4))
        s = "" if n == 1 else "s"
        told = rng.choice(_SOME if k else _FREE).format(
            n=n,
            k=k,
            s=s,
            word=_NUMBERS[n],
            Word=_NUMBERS[n].title(),
            part=_NUMBERS[k],
            Part=_NUMBERS[k].title(),
        )
        parts.append(rng.choice(_HEADINGS).format(place=place, s=s).capitalize() + gap + told)
        examined, positive = examined + n, positive + k
    if uncounted:
        parts.append(f"Lymph nodes, celiac, dissection:{gap}{rng.choice(_UNCOUNTED)}")
    rng.shuffle(parts)
    lines = (numbering.format(chr(65 + at)) + part for at, part in enumerate(parts))
    return _Report("FINAL DIAGNOSIS:\n" + "\n".join(lines) + "\n", examined, positive, uncounted)


@pytest.mark.parametrize("seed", range(60))
def test_nodes_of_all_parts_are_added_up(extractor: Any, seed: int) -> None:
    report = _report(random.Random(seed), uncounted=False)
    fields = extractor(report.text).fields
    assert (fields["nodes_examined"].value, fields["nodes_positive"].value) == (
        report.examined,
        report.positive,
    ), report.text


@pytest.mark.parametrize("seed", range(60, 100))
def test_nodes_with_tumor_and_no_number_leave_the_total_open(extractor: Any, seed: int) -> None:
    report = _report(random.Random(seed), uncounted=True)
    assert extractor(report.text).fields["nodes_positive"].value is None, report.text
