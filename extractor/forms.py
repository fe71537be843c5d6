"""Lines of forms: labels and their answers in rows, tables, on the line below, garbled, or by number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extractor.expressions import Expression
from extractor.field import Candidate
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

#: Sections that rarely state a microscopic finding: where one is stated there, a heading was misread.
_MISPLACED = {"specimens": 2.0, "intraoperative": 2.0, "history": 1.5}

OUTCOMES = frozenset({"present", "absent", "indeterminate"})

#: A label begins within so many characters, except among pairs ("lvi=Y pni=N").
_FAR = 40
_OPEN = re.compile(r"\W*(?:\(?\s*(?:select|check|choose)[\w ]{0,20}\)?)?\W*", re.IGNORECASE)
_DIGIT = re.compile(r"^\W*(?P<digit>[12IlgzZ])\W*$")
#: What parts a label from its value where no colon does: a table's bar, a wide gap, dots.
_GAP = re.compile(r"[^|:\n]{0,25}?(?:\s*\|\s*|[ \t]{3,}|\s?\.{3,}\s*|\s?=\s?)(?=\S)")
_STOP = re.compile(r"[\n:;.]")
#: A cell of a row without bars, how many make a row of columns, and how far in a cell its answer begins.
_CELL = re.compile(r"\S(?:\S| {1,2}(?! ))*")
_COLUMNS, _LEADS = 3, 3
#: The heads of columns that are tumors, at most so many lines above.
_HEAD = re.compile(
    r"\b(?:tumou?r|lesion|nodule|focus|mass)\s?#?\s?(?:1|A|I)\b.{3,20}\b(?:tumou?r|lesion|nodule|focus|mass)?"
    r"\s?#?\s?(?:2|B|II)\b",
    re.IGNORECASE,
)
_HEAD_LINES = 14
#: A sentence that has ended asks nothing of the line below it.
_ENDED = re.compile(r"[a-z]{3}[a-z\s]*[a-z]{4}\.\s*$")
_LAST = re.compile(r"\s{3}(?P<label>[A-Z][^:]{4,60}):\s*$")
_CODES = re.compile(r"\b1\s?[.:)]?\s?Yes\b|\b2\s?[.:)]?\s?No\b", re.IGNORECASE)


def preceding(document: Document, unit: Unit) -> str:
    """Words of the same line just before a unit: a label may begin too late ("Renal | vein invasion:")."""
    words = document.text.clean[max(0, unit.start - 24) : unit.start]
    return _STOP.split(words)[-1]


def above(document: Document, unit: Unit) -> str:
    """The label above a unit; the last where a line holds an answer and the next label ("Fat   LVI:")."""
    if unit.index and unit.under and (last := document.units[unit.index - 1]).label is None:
        label = _LAST.search(last.text) if last.text.rstrip().endswith(":") else None
        if label is not None:
            return label["label"]
    return unit.under


def told(document: Document, labels: Sequence[Expression], others: Sequence[Expression]) -> list[Unit]:
    """The units in whose text an expression may match, or in the label above which one of the labels may."""
    found = {unit.index: unit for unit in document.units_with(*labels, *others)}
    for unit in document.units:
        if unit.under and unit.index not in found and not unit.label_text:
            asked = above(document, unit)
            if any(label.may_match(asked) for label in labels):
                found[unit.index] = unit
    return [found[index] for index in sorted(found)]


def misplaced(unit: Unit) -> float:
    """What a finding gains in a section where it would not be written: a heading was misread."""
    return _MISPLACED.get(unit.section, 0.0)


def coded(document: Document, words: str) -> str | None:
    """Outcome of a number for an answer, in forms that print "1. Yes 2. No" below their questions."""
    digit = _DIGIT.match(words)
    if digit is None or not _CODES.search(document.text.clean):
        return None
    return "present" if digit["digit"] in "1Il" else "absent"


def tabled(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """Answers in a table's row or after a wide gap ("| LVI | no |", "Perineural invasion      Seen").

    In a row of several cells each is an answer of its own: the columns are parts of the tumor.
    """
    if patterns.label is None or (match := patterns.label.search(unit.text)) is None:
        return
    paired = unit.text[match.end() : match.end() + 1] == "="
    if match.start() > _FAR and not paired:
        return
    if unit.label is not None and not paired:
        at, row = unit.value or 0, True
    elif (gap := _GAP.match(unit.text, match.end())) is not None:
        at, row = gap.end(), "|" in gap[0]
    else:
        return
    for words in unit.text[at:].split("|") if row else (unit.text[at:],):
        found = document.answers.read(words)
        if found is not None and found.start <= 12 and found.outcome in OUTCOMES:
            yield document.candidate(
                found.outcome,
                unit,
                match.start(),
                at + found.end,
                f"{patterns.name}/row",
                strength=misplaced(unit),
                answered=1.0,
            )
        at += len(words) + 1


def columned(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """Answers of a row whose columns are the tumors of a report ("LVI      no      yes      no")."""
    words = [m for m in _CELL.finditer(unit.text, unit.value or 0) if m[0].strip()]
    if unit.label is None or len(words) < _COLUMNS - 1:
        return
    read = [document.answers.read(m[0]) for m in words]
    outcomes = [found.outcome for found in read if found is not None and found.start <= _LEADS]
    if len(outcomes) != len(words):
        return
    # Two or three different answers side by side may be the print of a form, unless the columns have heads.
    repeated = len(set(outcomes)) < len(outcomes) and len(words) >= _COLUMNS
    before = document.units[max(0, unit.index - _HEAD_LINES) : unit.index]
    if not (repeated or any(_HEAD.search(above.text) for above in before)):
        return
    for match, outcome in zip(words, outcomes, strict=True):
        if outcome in OUTCOMES:
            yield document.candidate(
                outcome, unit, *match.span(), f"{patterns.name}/row", strength=misplaced(unit), answered=1.0
            )


def next_line(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """The answer on the line below a question that has none on its own."""
    if (
        len(unit.text) > 90
        or (unit.label is None and _ENDED.search(unit.text))
        or not _OPEN.fullmatch(unit.value_text if unit.label else "")
        or unit.index + 1 >= len(document.units)
    ):
        return None
    below = document.units[unit.index + 1]
    if below.label is not None or below.under or len(below.text) > 90:
        return None
    found = document.answers.read(below.text)
    if found is None or found.outcome not in OUTCOMES or found.start > 6:
        return None
    return document.candidate(
        found.outcome,
        below,
        0,
        found.end,
        f"{patterns.name}/below",
        strength=misplaced(unit),
        answered=1.0,
        below=1.0,
    )


def garbled(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """The answer nearest to garbled words after a label."""
    if unit.label is None or (found := document.answers.nearest(unit.value_text)) is None:
        return None
    if found.outcome not in OUTCOMES:
        return None
    return document.candidate(
        found.outcome,
        unit,
        unit.label[0],
        (unit.value or 0) + found.end,
        f"{patterns.name}/garbled",
        strength=misplaced(unit) - 1.0,
        answered=1.0,
        garbled=1.0,
    )
