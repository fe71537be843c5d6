"""A deposit of tumor away from the primary, and the words of organs and denials around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

REACH = 70
#: In the diagnosis a known metastasis is one.
_KNOWN = re.compile(r"(?<!\bno )(?<!\bnot )(?<!un)\bknown (?=(?:[a-z]+ ){0,2}$)", re.IGNORECASE)
#: Such a list is no longer than this.
LONGEST = 160
#: What was not found in a metastasis that is there: "no mitoses in the liver metastasis".
_FINDING_DENIED = re.compile(
    r"\b(?:no|without|not)\s(?:\w+ ){0,3}?(?:necros[ei]s|mitos[ei]s|mitotic \w+|fibrosis|calcifications?|"
    r"(?:lympho)?vascular invasion|expression|staining|loss|regression)\b[^.;,:]{0,20}?\b(?:in|within|of) "
    r"(?:the|this|these|both|all) (?:\w+ )?$",
    re.IGNORECASE,
)
#: Tumor that does not grow where it lies.
_STRAY_BEFORE = re.compile(
    r"\b(?:free[- ]?floating|floaters?|stray|contaminant|contamination)\b[^.;:]{0,40}$", re.IGNORECASE
)
_STRAY_BEHIND = re.compile(
    r"[^.;:()]{0,40}[(,]? ?\b(?:stray|floaters?|contaminant|contamination|carry-?over)\b", re.IGNORECASE
)
_SUPPOSED = re.compile(r" (?:suspected|candidates?|or any)\b", re.IGNORECASE)
BRACKETED = re.compile(r"\([^()]{0,60}\)")


@dataclass(frozen=True, slots=True)
class Deposit:
    """Tumor at a site, shown by ``unit.text[start:end]``; ``sure`` is how plainly it is said."""

    site: str
    unit: Unit
    start: int
    end: int
    rule: str
    sure: float


def heading_place(unit: Unit) -> str:
    """Where a unit stands: the heading of its part, the one above it, and its own words."""
    return f"{unit.heading} {unit.under} {unit.text}"


def is_stray(text: str, match: re.Match[str]) -> bool:
    """Whether tumor floats where it lies and does not grow there ("a free-floating cluster of cells")."""
    return (
        _STRAY_BEFORE.search(text, max(0, match.start() - REACH), match.start()) is not None
        or _STRAY_BEHIND.match(text, match.end()) is not None
    )


def is_negated(patterns: FieldPatterns, text: str, match: re.Match[str], *, told: bool = False) -> bool:
    """Whether the words around a deposit deny it; with ``told``, words for what is known do not count."""
    before = text[max(0, match.start() - 60) : match.start()]
    if is_stray(text, match):
        return True
    if not _SUPPOSED.match(text, match.end()):
        before = _FINDING_DENIED.sub("", before)
    if told:
        before = _KNOWN.sub("", before)
    return patterns.rule("negated").pattern.search(before) is not None


def words_after(document: Document, unit: Unit, at: int) -> str:
    """What follows a word for metastasis in its sentence; brackets are blank and add no length."""
    text = unit.text[at : at + REACH + LONGEST]
    if text.rfind("(") > text.rfind(")"):
        # the sentence was cut at a full stop within brackets ("(NET G2 acc. WHO 2019) in the liver")
        text = f"{unit.text[at:]} {document.text_below(unit)[:REACH]}"
    blank = BRACKETED.sub(lambda m: " " * len(m[0]), text)
    reach = REACH + sum(len(m[0]) for m in BRACKETED.finditer(text[: REACH + LONGEST]))
    return re.split(r"[.;](?!\d)", blank[:reach])[0]


def first_organ(patterns: FieldPatterns, text: str) -> tuple[str, int, int] | None:
    """The organ named first in a text."""
    found = [(site, m) for site, pattern in patterns.values.items() if (m := pattern.search(text))]
    if not found:
        return None
    site, match = min(found, key=lambda named: named[1].start())
    return site, match.start(), match.end()


def last_organ(patterns: FieldPatterns, text: str) -> tuple[str, int, int] | None:
    """The organ named last in a text, and where."""
    best: tuple[str, int, int] | None = None
    for site, pattern in patterns.values.items():
        for match in pattern.finditer(text):
            if best is None or match.start() > best[1]:
                best = (site, match.start(), match.end())
    return best
