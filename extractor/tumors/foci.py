"""How many primary foci a report tells of: shared by focality and the count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.tumors.mentions import mentions
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Rules of the count in prose, and those that need a tumor's name before them.
_COUNTS, _BEHIND, _SUFFIX = ("named", "foci", "behind", "times", "n", "suffix"), "behind", "suffix"
#: Rules on foci and nodules: those of a gross description may be anything.
_VAGUE = frozenset({"foci", "behind", "stated-foci", "multiple"})
_GROSS = 2
#: The words themselves, which no number or name of a tumor stands for.
_WORDS = ("multifocal", "unifocal")
#: What may stand before it: a bullet, a label, a size.
_VALUE = re.compile(r"^.*:|\d[\d.,xX ]*(?:cm|mm)|\W", re.DOTALL)
#: Where a clause ends, for the nouns around "multifocal".
_CLAUSE = re.compile(r"[.;:,()]|\b(?:with|and|in(?! situ)|of the)\b", re.IGNORECASE)
_SENTENCES = re.compile(r"[.;:()]|\b(?:with|and)\b", re.IGNORECASE)
_APART = re.compile(r"\b(?:separate|distinct|discrete)\b", re.IGNORECASE)
#: What may follow a word that stands for itself.
_ENDS = re.compile(r"\s*(?:$|[.,;:(-])")
#: A number with its noun in a bracket ("invasion (5 tumors)"), unlike "multiple (5) tumors".
_IN_BRACKET = re.compile(r".?\(\w+ ")
#: What a form prints behind its item: "(unifocal/multifocal)", "(more than one tumor):".
_EXPLAINED = re.compile(r"\s*\([^()\d]{3,90}\)\s*:?\s*(?=\w)")
_SENTENCE = re.compile(r"[.;]\s")


def labelled(patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a unit answers the form's item."""
    label = patterns.label
    if label is None:
        return False
    if unit.label and (name := unit.label_text):
        return label.may_match(unit.text) and label.match(name) is not None
    return bool(unit.under) and label.match(unit.under) is not None


def answer(unit: Unit) -> tuple[int, str]:
    """Where the answer of a form's item begins, and its words, without what explains the item in brackets."""
    at = unit.value or 0
    explained = _EXPLAINED.match(unit.text, at)
    at = explained.end() if explained else at
    return at, unit.text[at:]


def prose(document: Document) -> Iterator[Unit]:
    """Units whose sentences may tell of the foci of the index tumor."""
    for unit in document.units:
        if document.rank(unit.section) >= 2 and unit.section != "ihc":
            yield unit


def focality(document: Document) -> FieldPatterns:
    """The patterns of focality."""
    return document.patterns("focality")


def counts(document: Document, unit: Unit) -> Iterator[tuple[re.Match[str], str]]:
    """Numbers of primary foci a sentence states, each with its rule."""
    patterns = document.patterns("tumor_count")
    for name in _COUNTS:
        match = patterns[name].search(unit.text)
        if match is None or not here(document, unit, match, name):
            continue
        bracketed = _IN_BRACKET.match(unit.text, max(0, match.start() - 1)) is not None
        if not (name == _BEHIND or bracketed) or of_tumor(document, unit, match, behind=True):
            yield match, patterns.rule(name).id


def here(document: Document, unit: Unit, match: re.Match[str], name: str) -> bool:
    """Whether a statement on foci, found by the rule ``name``, is of the primary and not denied."""
    patterns = focality(document)
    if name == _SUFFIX:
        return True
    if name in _VAGUE and document.rank(unit.section) <= _GROSS and not _APART.search(match[0]):
        return False
    if patterns["not-here"].within(unit.text[: match.start()], unit.text):
        return False
    if patterns["away"].within(unit.text[match.end() :], unit.text):
        return False
    if name not in _WORDS and _elsewhere(document, unit):
        return False
    before = [m for m in mentions(document) if m.counts and m.unit is unit and m.start < match.end()]
    return not (before and before[-1].metastatic)


def _elsewhere(document: Document, unit: Unit) -> bool:
    """Whether a unit stands in a part that is no primary's: nodes, omentum, a metastasis."""
    if unit.part is None or unit.section == "synoptic":
        return False
    away = focality(document)["away-part"]
    if unit.label is not None:
        return away.search(unit.label_text) is not None
    if away.search(unit.heading.partition(":")[0]):
        return True
    ours = [m for m in mentions(document) if m.counts and m.unit.part == unit.part]
    return bool(ours) and all(m.metastatic for m in ours)


def of_tumor(document: Document, unit: Unit, match: re.Match[str], *, behind: bool = False) -> bool:
    """Whether "multifocal" is said of the tumor, by the nouns around it.

    The noun it stands before decides ("multifocal carcinoma"), else the last one before it
    ("perineural invasion, multifocal"), else the label. ``behind`` lets only those before it decide.
    """
    after, before = unit.text[match.end() :], _SENTENCE.split(unit.text[: match.start()])[-1]
    above = document.units[unit.index - 1].text if unit.index and unit.label is None else ""
    if behind and not before.strip(" -*"):
        return above.endswith(";") and _noun(document, above) == "tumor"
    kind = None if behind else _noun(document, _CLAUSE.split(after, maxsplit=1)[0], first=True)
    kind = kind or _noun(document, before)
    if kind is None and not behind:
        kind = _noun(document, _SENTENCES.split(after, maxsplit=1)[0], first=True)
    kind = kind or _noun(document, f"{unit.under} {unit.label_text}")
    if kind is None and not behind and _ENDS.match(after) and not _VALUE.sub("", before):
        # It stands for itself: "- Multifocal, involving both lobes".
        return _noun(document, above) != "other"
    return kind == "tumor"


def _noun(document: Document, text: str, *, first: bool = False) -> str | None:
    """Kind of the first or last noun of a text: the tumor or something else; None without any."""
    patterns = focality(document)
    other = [m.span() for m in patterns["noun-other"].finditer(text)]
    tumor = [
        m.span()
        for m in patterns["noun-tumor"].finditer(text)
        if not any(lo < m.end() and m.start() < hi for lo, hi in other)
    ]
    found = sorted([(*span, "other") for span in other] + [(*span, "tumor") for span in tumor])
    if not found:
        return None
    return found[0][2] if first else found[-1][2]
