"""Functional status: whether the tumor causes a hormone syndrome.

Meaning: ``functioning`` where a syndrome (carcinoid syndrome, Zollinger-Ellison, hypoglycemia of an
insulinoma, catecholamine excess), a functioning tumor or a tumor named by its hormone is stated;
``nonfunctioning`` where the report says so or denies a syndrome. Hormones seen in a stain only, and
symptoms only, are no syndrome.
Source: the rule book of the gold files; WHO 2022 (a functioning tumor is named by its syndrome, not by
its stain).
Conflicts: an explicit "nonfunctioning" counts before the name of a hormone.
"""

import re
from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.statements.clinical import SYNDROMES, answered, clinical, outcome, statements

#: Before what is said of another tumor than the one the report is about.
_BESIDE = re.compile(
    r"\b(?:separate|second|another|additional|incidental|independent|unrelated)\W+(?:[\w-]+\W+){0,2}$|"
    r"\b(?:separate|second|another|additional)\W+(?:[\w-]+\W+){0,2}(?:NET|tumou?r|nodule|lesion|neoplasm)\b"
    r"[^.;\n]{0,45}$",
    re.IGNORECASE,
)
#: Where a tumor that does not function lies, when one that does is named before it.
_PLACED = re.compile(
    r"[^.;\n]{0,60}\((?:in |from )?(?:parts?|specimens?|nodules?|lesions?|tumou?rs?|pots?|jars?|no\.)\b",
    re.IGNORECASE,
)
#: The glands whose tumors a hormone's level tells of, and tumors that have their own.
_GLANDS = {
    "adrenal": re.compile(
        r"\badrenal|paragangli|ph(?:a)?eochromocyt|\bcarotid body|\bglomus|incidentaloma", re.I
    ),
    "parathyroid": re.compile(
        r"\bparathyroid (?:\w+ ){0,2}(?:carcinoma|adenoma|tumou?r|neoplasm|mass|gland)|"
        r"\batypical parathyroid",
        re.I,
    ),
}
_THYROID = re.compile(
    r"\b(?:papillary|follicular|medullary|anaplastic) (?:thyroid |micro-?)?carcinoma|\bthyroid carcinoma",
    re.I,
)
_ECL = re.compile(r"\bECL\b|\benterochromaffin-?like\b", re.I)
_ANSWERS = {"present": "functioning", "absent": "nonfunctioning"}
_APART = 160
_ORDER = {"functioning": 0.0, "nonfunctioning": 1.0}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: stated function, and syndromes and hormone-named tumors that are present."""
    yield from answered(document, patterns, _ANSWERS)
    named = list(_syndromes(document, patterns))
    for candidate in statements(document, patterns):
        at = candidate.start - candidate.unit.start
        gland = next((g for g in _GLANDS if f"-{g}" in candidate.rule), None)
        if gland and (not _GLANDS[gland].search(document.text.clean) or _THYROID.search(document.text.clean)):
            continue  # what a hormone's level tells of a tumor of another gland
        if _BESIDE.search(candidate.unit.text[max(0, at - 60) : at]):
            continue
        if (
            candidate.value == "nonfunctioning"
            and _PLACED.match(candidate.unit.text, at)
            and any(0 < candidate.start - other.end < _APART for other in named)
        ):
            continue  # "insulinoma (part 1); non-functioning tumor (part 2)"
        yield candidate
    yield from named


def _syndromes(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    for unit in document.units:
        for mention in document.mentions(unit, *SYNDROMES):
            if mention.target == "GASTRINOMA" and _ECL.search(document.text.clean):
                continue  # gastrin from elsewhere is the cause of the stomach's tumors
            if outcome(mention, unit.text) == "present":
                yield clinical(
                    document,
                    unit,
                    "functioning",
                    mention.start,
                    mention.end,
                    f"{patterns.name}/syndrome",
                    syndrome=1.0,
                )


FIELD = Field(
    title="Functional status",
    position=380,
    value=Literal["functioning", "nonfunctioning"],
    read=read,
    order=_ORDER.__getitem__,
)
