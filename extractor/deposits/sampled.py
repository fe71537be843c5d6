"""Tumor in a sample of a distant organ that nobody calls metastatic ("Liver, wedge: adenocarcinoma")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.deposits.beyond import SKIPPED
from extractor.deposits.lists import NONE
from extractor.deposits.words import Deposit, is_stray
from extractor.tumors.organ_places import heads, organs

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

#: Organs in which a tumor from elsewhere must be said to be the same one.
_LINKED = frozenset({"lung", "adrenal"})
#: Primaries whose tumors reach the liver, bones and brain through the blood, not from beside.
_FAR = frozenset({
    "pancreas", "stomach", "duodenum", "ampulla", "jejunum", "ileum", "small_bowel", "appendix", "colon",
    "rectum", "lung", "breast", "kidney", "prostate", "thyroid", "testis", "skin", "esophagus",
})  # fmt: skip
#: What lies beside the liver or a lung.
_BESIDE = re.compile(
    r"\b(?:arter|periton|ribs?\b|soft tissue|chest wall|flexure|nodes?\b|duct|surface)", re.IGNORECASE
)
#: How early its organ stands in a title, and the longest title.
_EARLY, _TITLE = 25, 110
#: Tumors of the organ itself, other diseases, and what grew there from beside.
_OWN = re.compile(
    r"hepatocell|cholangio|h(?:a)?emangio|osteosarc|chondrosarc|ewing|glio|mening|myeloma|lymphoma|leuk|"
    r"in situ|nodes?\b|nodal|"
    r"\b(?:direct\w*|exten\w+|invad\w+|invasion|adher\w+|margins?|contiguous\w*|bed|capsul\w+|suspicious|cannot|"
    r"versus|vs|favou?r|primary (?:of|in|from|hepatic))\b",
    re.IGNORECASE,
)
#: What a sample of the liver holds of its own, or what only looks like tumor.
_RIVAL = re.compile(
    r"hepatocyt|bile duct|biliary|liver cell|hamartom|cirrho|mimic|simulat|resembl|"
    r"of (?:the )?(?:liver|bones?)\b",
    re.IGNORECASE,
)
#: Primaries outside the belly's tube, and the organs of it their tumors reach only through the blood.
_OUTSIDE = frozenset({"kidney", "skin", "lung", "breast", "thyroid", "testis", "head_neck", "adrenal"})
_TUBE = frozenset(
    {"pancreas", "stomach", "duodenum", "jejunum", "ileum", "small_bowel", "colon", "gallbladder"}
)


def in_sample(
    document: Document, patterns: FieldPatterns, unit: Unit, primary: str | None
) -> Iterator[Deposit]:
    """The site of a part that holds the tumor of another organ."""
    title = _title(patterns, unit)
    told = unit.text[unit.value or 0 :]
    found = patterns.rule("sampled-tumor").pattern.search(unit.text, unit.value or 0)
    if primary not in _FAR or title is None or found is None or is_stray(unit.text, found):
        return
    organ = patterns.value_of(title)
    if organ is None or organ[1] > _EARLY or organ[0] == primary or NONE.search(told) or _OWN.search(told):
        return
    if _RIVAL.search(told) or any(patterns.rule(rule).pattern.search(title) for rule in ("node", "many")):
        return
    if _BESIDE.search(title) or _holds(document, unit, primary):
        return  # what lies beside it, or the primary's own organ taken with it
    linked = patterns.rule("same-tumor").pattern.search(told) is not None
    if organ[0] in ("liver", "bone", "brain") or (organ[0] in _LINKED and linked):
        yield Deposit(organ[0], unit, found.start(), found.end(), "metastasis_sites/sampled-tumor", 0.5)


def _title(patterns: FieldPatterns, unit: Unit) -> str | None:
    """The title of the part that a unit tells of, short as titles are; None where there is none."""
    title = unit.label_text if unit.label is not None else unit.under or unit.heading
    elsewhere = unit.section in SKIPPED or unit.section in ("comment", "synoptic")
    if elsewhere or len(title) > _TITLE or not patterns.rule("part").pattern.search(title):
        return None
    return title


def _holds(document: Document, unit: Unit, organ: str | None) -> bool:
    """Whether a part is one of several organs, this one among them."""
    named = organs(document).find(replace(unit, text=unit.heading, label=None, value=None))
    return any(hit.organ == organ for hit in (*heads(document)[unit.index], *named))


def in_tube(
    document: Document, patterns: FieldPatterns, unit: Unit, primary: str | None
) -> Iterator[Deposit]:
    """A metastasis in the pancreas, stomach or bowel ("Pancreas: metastatic renal cell carcinoma")."""
    title = _title(patterns, unit)
    told = unit.text[unit.value or 0 :]
    found = patterns.rule("metastatic").pattern.search(unit.text, unit.value or 0)
    if primary not in _OUTSIDE or title is None or found is None:
        return
    held = {hit.organ for hit in heads(document)[unit.index]}
    if len(held) != 1 or not held <= _TUBE or NONE.search(told) or _OWN.search(told):
        return
    if not any(patterns.rule("node").pattern.search(text) for text in (title, told)):
        yield Deposit("other", unit, found.start(), found.end(), "metastasis_sites/part", 0.5)
