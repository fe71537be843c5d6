"""The two tumors of a cystoprostatectomy: which is the index tumor, and what is said of the other.

The one of the higher stage is the index tumor; the prostate's is found beside the bladder's where both have
gone equally far.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.staging.codes import codes
from extractor.tumors.lesions import of_other_primary

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.unit import Unit

#: How far before a place the tumor it tells of is named; in reports that do not stage both, it stands near.
_BEFORE, _NEAR = 1800, 700
#: What a report on both names, in any order.
_BOTH = (re.compile(r"gleason", re.IGNORECASE), re.compile(r"urothel|transitional cell", re.IGNORECASE))
#: Nodes with tumor weigh as much as two categories of the tumor's extent.
_NODES = 2
#: What a line says of a tumor that is not the one the specimen was taken for, or not of this specimen.
_ASIDE = re.compile(
    r"\bincidental|\bsecond(?:ary)? (?:primary|tumou?r|malignancy)|\bclinical(?:ly)?(?: \w+)?\s?:|"
    r"\b(?:history|previous(?:ly)?|prior|known|earlier|former|s/p|status post|patient has|treated)\b|"
    r"(?:(?<!AJCC )(?<!UICC )(?<!TNM )(?<!edition )\(|\bin )(?:19|20)\d\d\b",
    re.IGNORECASE,
)
#: The words of a line that name the tumor of either organ.
_OWN = {
    "bladder": re.compile(r"\burothel|\btransitional|\bbladder\b|\bperivesic", re.IGNORECASE),
    "prostate": re.compile(r"\bprostat", re.IGNORECASE),
}
#: A carcinoma of the prostate, and not the organ alone.
_PROSTATIC = re.compile(
    r"\bgleason|\bprostat\w+ (?:\w+ ){0,2}(?:adeno)?carcinoma|carcinoma of (?:the )?prostate|"
    r"\bprostate\b[^.\n]{0,60}\n?[^.\n]{0,40}\badenocarcinoma",
    re.IGNORECASE,
)
_SILENT = frozenset({"history", "outside", "blocks"})


def organ_of(document: Document, at: int, reach: int = _BEFORE) -> str | None:
    """The organ of the two whose tumor is named last before a place of the clean text."""
    before, words = document.text.clean[max(0, at - reach) : at], document.patterns("tnm")
    last = {
        organ: max((m.start() for m in words[f"of-{organ}"].finditer(before)), default=-1)
        for organ in ("bladder", "prostate")
    }
    organ = max(last, key=lambda name: last[name])
    return organ if last[organ] >= 0 else None


def _unit(document: Document, at: int) -> Unit | None:
    index = bisect_right(document.units, at, key=lambda unit: unit.start) - 1
    return document.units[index] if index >= 0 else None


@lru_cache(maxsize=2)
def leading_organ(document: Document) -> str | None:
    """The organ of the index tumor where tumors of both are staged, each by itself; None elsewhere."""
    text = document.text.clean
    if not all(word.search(text) for word in _BOTH):
        return None
    extent: dict[str, int] = {}
    spread: set[str] = set()
    apart: set[str] = set()  # whose lines are already known to be on the tumor beside the index tumor
    past = False  # a tumor of the bladder that is not the one of this specimen
    for code in codes(document):
        unit = _unit(document, code.start)
        if unit is None or unit.section in _SILENT or code.letter == "M" or code.prefix.startswith("c"):
            continue
        organ = organ_of(document, code.start)
        if organ is not None and _ASIDE.search(unit.text):
            if organ == "bladder":
                past = True
                continue
            apart.add(organ)
        if organ is not None and unit.index in of_other_primary(document):
            apart.add(organ)
        if organ is not None and code.letter == "T" and code.value[0] in "01234ia":
            digit = int(code.value[0]) if code.value[0].isdigit() else 0
            extent[organ] = max(extent.get(organ, 0), digit)
        elif organ is not None and code.letter == "N" and code.value[0] in "123":
            spread.add(organ)
    if len(extent) < len(_BOTH):
        return "prostate" if past and "prostate" in extent else None
    stage = {organ: reached + _NODES * (organ in spread) for organ, reached in extent.items()}
    higher = stage["prostate"] > stage["bladder"] and "prostate" not in apart
    return "prostate" if higher else "bladder"


def of_other(document: Document, at: int) -> bool:
    """Whether a place of the clean text tells of the tumor of the other organ."""
    site, leading = document.reading("primary_site").value, leading_organ(document)
    if site == "bladder":
        return organ_of(document, at, _BEFORE if leading else _NEAR) == "prostate"
    return site == "prostate" and leading == site and organ_of(document, at) == "bladder"


def beside(document: Document, candidate: Candidate) -> bool:
    """Whether a finding is that of the tumor beside the index tumor."""
    return of_other(document, candidate.start)


def without_other(document: Document, found: list[Candidate], reach: int = _BEFORE) -> list[Candidate]:
    """Findings without those of the tumor beside the index tumor, which is named within ``reach`` before.

    What the clinician told, and a line that names the index tumor's organ, is not of the other one.
    """
    own = _OWN.get(document.reading("primary_site").value or "")
    if own is None:
        return found
    text, staged = document.text.clean, leading_organ(document) is not None
    return [
        c
        for c in found
        if c.unit.section == "history"
        or own.search(c.unit.text)
        or not beside(document, c)
        or organ_of(document, c.start, reach) is None
        or not (staged or _PROSTATIC.search(text, max(0, c.start - reach), c.start))
    ]
