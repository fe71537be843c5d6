"""Which statements on local invasion stand, given the others of the report.

A surface or a structure that is spared is one way out of the organ: it takes nothing back of tumor
that was found outside.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.invasion.prose import VESICLE
from extractor.matching.expressions import Expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.document import Document
    from extractor.field import Candidate

#: Words for what lies around an organ.
AROUND = Expression(
    r"vesical|\bfat|adipose|soft tissue|surrounding|adjacent|beyond|confined|limited", re.IGNORECASE
)
#: A structure whose being spared says nothing of others; rank of a section that shows invasion.
_SINGLE = re.compile(r"\b(?:pleura|splen|duoden|spleen|stomach|gastric)", re.IGNORECASE)
_FIRM = 3
#: An item that calls a surface intact.
_INTACT = re.compile(r"\b(?:surface|pleura|capsule)\b.*\bintact\b", re.IGNORECASE)
#: A surface that tumor did not break through, and nothing else: deposits say more.
_SURFACE = re.compile(r"\W*(?:\w+ ){0,3}(?:serosa\w*|capsule|surface)\b[^.;]{0,40}", re.IGNORECASE)
_SEROSA = re.compile(r"\W*(?:uter\w+ )?serosa\w*\b(?! of)", re.IGNORECASE)
#: Other organs that are free, where tumor is in the layers or the fat beside its own.
_OTHERS = re.compile(
    r"(?:direct )?(?:exten\w+|invasion|involvement|spread) (?:to|into|of) (?:any )?(?:adjacent|other|"
    r"neighbou?ring|surrounding) (?:areas?|organs?|structures?|sites?)\b|"
    r"\b(?:adjacent|other|neighbou?ring) (?:organs?|structures?)\b",
    re.IGNORECASE,
)
_LAYER = re.compile(r"\bsub-?seros|\bfat\b|adipose|\bmes(?:o|ent)\w+|soft tissue|\bperi\w{4,}", re.IGNORECASE)
#: The items of a form on how far tumor reaches, by the slides and by the naked eye.
_SLIDES = re.compile(r"\W*microscopic\w* (?:tumou?r )?(?:extent|extension)", re.IGNORECASE)
_NAKED_EYE = re.compile(r"\W*(?:macroscopic\w*|gross) (?:tumou?r )?(?:extent|extension)", re.IGNORECASE)
#: A carcinoma that arose in an adenoma is the tumor.
_ARISING = re.compile(
    r"\barising (?:from|in|within|out of) (?:an? |the )?(?:[\w-]+ ){0,4}"
    r"(?:adenoma|polyp|dysplasia|na?evus|papilloma)",
    re.IGNORECASE,
)


def standing(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The candidates that stand beside tumor found outside the organ."""
    for candidate in found:
        if "other_lesion" in candidate.features and _ARISING.search(candidate.unit.text):
            del candidate.features["other_lesion"]
    found = _without_macroscopic(_without_apart(document, found))
    present = [c for c in found if c.value == "present"]
    if not present:
        return found
    implanted = any(_implanted(c) for c in present)
    layered = [c for c in present if document.rank(c.unit.section) >= _FIRM and _LAYER.search(words(c))]
    return [
        c
        for c in found
        if c.value != "absent"
        or not (
            # Seminal vesicles are but one way to leave the prostate: spared, they deny no other.
            _of_vesicles(c)
            # A surface that looks intact says less than tumor found there.
            or _looks_intact(c)
            or (implanted and _SURFACE.fullmatch(words(c)))
            or (layered and _OTHERS.search(words(c)) and "answered" in c.features)
        )
    ]


def _implanted(candidate: Candidate) -> bool:
    """Whether a candidate is a deposit on the peritoneum."""
    return candidate.rule.endswith("/implants")


def _without_macroscopic(found: list[Candidate]) -> list[Candidate]:
    """Candidates without a form's item on the gross extent, where the one on the slides says otherwise."""
    seen = {c.value for c in found if _SLIDES.match(c.unit.label_text)}
    if not seen:
        return found
    return [c for c in found if c.value in seen or not _NAKED_EYE.match(c.unit.label_text)]


def _without_apart(document: Document, found: list[Candidate]) -> list[Candidate]:
    """Candidates without deposits apart from a uterus whose own surface is told to be free.

    A tumor of the ovary lies on the surface it sheds from; one of the uterus has its wall to cross first.
    """
    if document.reading("primary_site").value != "uterus" or not any(map(_implanted, found)):
        return found
    if any(c.value == "present" and not _implanted(c) for c in found):
        return found
    spared = any(
        c.value == "absent" and document.rank(c.unit.section) >= _FIRM and _SEROSA.match(words(c))
        for c in found
    )
    return [c for c in found if not (spared and _implanted(c))]


def without_spared(document: Document, found: list[Candidate]) -> Iterator[Candidate]:
    """The candidates without single structures that are spared, where another one is invaded."""
    invaded = [c for c in found if c.value == "present" and document.rank(c.unit.section) >= _FIRM]
    for candidate in found:
        named = _SINGLE.search(words(candidate)) if candidate.value == "absent" else None
        if named is None or all(named[0].lower() in words(c).lower() for c in invaded):
            yield candidate


def words(candidate: Candidate) -> str:
    """The words of a candidate."""
    unit = candidate.unit
    return unit.text[candidate.start - unit.start : candidate.end - unit.start]


def _of_vesicles(candidate: Candidate) -> bool:
    """Whether a candidate speaks of the seminal vesicles and of nothing else."""
    return VESICLE.search(words(candidate)) is not None and AROUND.search(words(candidate)) is None


def _looks_intact(candidate: Candidate) -> bool:
    """Whether a candidate is an item that calls a surface intact."""
    return candidate.unit.label is not None and _INTACT.search(words(candidate)) is not None
