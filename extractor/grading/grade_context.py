"""What stands round a grade: words for a tumor, names of blocks, fractions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

#: How near its unit's beginning a statement continues the unit before, in characters.
_NEAR = 30
#: How much of the unit before it goes on from, in characters, and items of a list at most.
_BEFORE, _ITEMS = 45, 4
#: Lines to either side of an answer, how far before it its question stands, and grades of but a part.
_BESIDE, _QUESTIONS = 2, 25
_PARTIAL = re.compile(r"gleason|pattern|primary|secondary", re.IGNORECASE)


#: Words for a tumor beside a grade.
TUMOR = re.compile(
    r"carcinoma|tumou?r|neoplasm|glioma|astrocytoma|sarcoma|blastoma|\bNET\b|carcinoid|cytoma|melanoma",
    re.IGNORECASE,
)


def context(unit: Unit, in_label: bool) -> dict[str, float]:
    """Features of a grade by the words of its unit."""
    features = {"grade_label": 1.0} if in_label else {}
    if TUMOR.search(unit.text):
        features["beside_tumor"] = 1.0
    return features


#: A grade's letter and number alone on their line.
_ALONE = re.compile(r"\s*G ?[1-4]\W*")
_WORD = re.compile(r"[A-Za-z]{4}|\d ?[cm]m\b")


def answers_apart(document: Document, patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a line that is a grade stands among answers whose questions, a grade's too, came before."""
    at, units = unit.index, document.units
    if _ALONE.fullmatch(unit.text) is None or patterns.label is None:
        return False
    beside = units[max(0, at - 1) : at] + units[at + 1 : at + 2]
    if len(beside) < _BESIDE or not all(_WORD.search(each.text) for each in beside):
        return False
    asked = (each for each in units[max(0, at - _QUESTIONS) : at] if each.text.rstrip().endswith(":"))
    return any(patterns.label.search(each.text) and not _PARTIAL.search(each.text) for each in asked)


def names_block(document: Document, patterns: FieldPatterns, unit: Unit, start: int, end: int) -> bool:
    """Whether a letter and a number name a block of tissue and no grade."""
    if answers_apart(document, patterns, unit):
        return False
    text = unit.text
    before, after = text[max(0, start - 60) : start], text[end : end + 40]
    if start < _NEAR and unit.index:
        before = f"{_goes_before(document, unit)} {before}"
    if patterns.rule("block-before").pattern.search(before):
        return True
    if patterns.rule("block-after").pattern.match(after):
        return True
    near = patterns.rule("letter-context").pattern
    return not (near.search(f"{before} {after}") or near.search(before))


def _goes_before(document: Document, unit: Unit) -> str:
    """The end of the unit before, or all of a list parted by semicolons: "NET of the ileum; 12 mm; G1"."""
    listed: list[str] = []
    for before in reversed(document.units[max(0, unit.index - _ITEMS) : unit.index]):
        if not before.text.endswith(";") or before.section != unit.section or "block" in before.text.lower():
            break
        listed.insert(0, before.text)
    return " ".join(listed) if listed else document.units[unit.index - 1].text[-_BEFORE:]


#: A stroke that may be a slash, between the word of a grade and a degree of differentiation.
_STROKE, _DEGREE_WORD = re.compile(r"[Il1|]"), re.compile(r"\s{1,3}(?:poor|well|moder|undiff)", re.IGNORECASE)
_LEVEL = re.compile(r"\b(?:high|low|intermediate)[ -]?$", re.IGNORECASE)


def in_fraction(text: str, match: re.Match[str]) -> bool:
    """Whether a number is a slash read as a letter, between the word of a grade and a degree."""
    return (
        _STROKE.fullmatch(match["first"]) is not None
        and _DEGREE_WORD.match(text, match.end("first")) is not None
        and _LEVEL.search(text, max(0, match.start() - 14), match.start()) is not None
    )
