"""Grade of the index tumor, as stated.

Meaning: the histologic grade in numbers (G1 to G4: WHO, FIGO, Nottingham, ISUP / Fuhrman nuclear grade) or,
when no number is given, in words (low, intermediate, high). Never derived here from Ki-67 or mitoses.
Gleason, Dukes, regression and dysplasia grades are other scales and do not count.
Source: WHO 2019/2022 (G1-G3); NAACCR items 3843-3845 for the registry's codes.
Conflicts: a number before a word; a range ("2-3", "II to III") is the higher; among current statements of
equal rank the highest counts.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.grading.grade_numbers import without_provisional
from extractor.grading.grade_units import GradeReader
from extractor.matching.expressions import Expression
from extractor.matching.patterns import FieldPatterns
from extractor.other_tumors.beside import found_beside
from extractor.printed.class_tables import class_tables
from extractor.printed.procurement import Row, procurement
from extractor.staging.cystoprostatectomy import without_other
from extractor.statements.earlier import PENALTY, mark
from extractor.unit import Unit

#: Sections that tell of this specimen's tissue: a number there beats any word.
_FIRM = 3
_WORDS = frozenset({"low", "intermediate", "high"})
_DOUBTED = {"historical", "reference", "template", "other_lesion"}
#: Rules that need no label, and a sign of a further one.
_NAMED = ("named", "changed", "fraction", "worded", "who", "words")
_LETTER = re.compile(r"G(?:\s{1,3}|-)?[1-4Il]")
_HISTORY = re.compile(r"\b(?:hx|h/o|history) of\b", re.IGNORECASE)
#: One of several primaries, and before a grade that it is the one of a further, small one.
_SYNCHRONOUS = Expression(r"\bsynchronous\b|\b(?:independent|separate) primar", re.IGNORECASE)
_SMALL = re.compile(
    r"\b(?:microscopic|minute|tiny|small)\s(?:\([^()]{0,30}\)\s)?(?:separate )?foc(?:us|i) of[\s_]{1,3}"
    r"(?:an? )?(?:FIGO |WHO )?$",
    re.IGNORECASE,
)
_LOW = re.compile(r"\blow[ -](?:histologic(?:al)? )?grade", re.IGNORECASE)
_ORDER = {"low": 1.0, "intermediate": 2.0, "high": 3.0, "G1": 11.0, "G2": 12.0, "G3": 13.0, "G4": 14.0}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: graded statements, in numbers or words."""
    text = document.text.clean
    tables = class_tables(text)
    row = procurement(text)
    graded = (
        candidate
        for unit in _units(document, patterns, row)
        if unit.section != "blocks"
        for candidate in (
            *_reader(document, patterns, unit, tables).read(),
            *_form(document, unit, row),
        )
    )
    found = [c for c in mark(document, graded) if not _told(c)]
    aside = found_beside(document)
    found = [c for c in found if c.unit.index not in aside]
    found = without_other(document, found)
    found = without_provisional(patterns, found, _DOUBTED)
    firm = [c for c in found if document.rank(c.unit.section) >= _FIRM and not _DOUBTED & c.features.keys()]
    numbers = [c for c in firm if str(c.value).startswith("G")]
    if _SYNCHRONOUS.anywhere(text):
        small = [c for c in numbers if _SMALL.search(c.unit.text[: c.start - c.unit.start][-70:]) is not None]
        if len(small) < len(numbers):
            found = [c for c in found if c not in small]
            numbers = [c for c in numbers if c not in small]
    lower = document.outdone["grade"] = _below_metastasis(document, numbers)
    found = [c for c in found if c not in lower]
    numbers = [c for c in numbers if c not in lower]
    if any("grade_nuclear" in c.features for c in found) and not patterns["kidney"].anywhere(text):
        overall = [c for c in numbers if "grade_nuclear" not in c.features]
        if overall or patterns["figo"].anywhere(text):
            # The grade of the nuclei is but a part of the tumor's.
            found = [c for c in found if "grade_nuclear" not in c.features]
            numbers = overall
    # A tumor that is high grade is not the one of a number that means low grade.
    lower = [c for c in numbers if c.value == "G1" or (c.value == "G2" and _LOW.search(c.unit.text))]
    if lower and len(lower) == len(numbers):
        top = max(document.rank(c.unit.section) for c in lower)
        if any(c.value == "high" and document.rank(c.unit.section) >= top for c in firm):
            found = [c for c in found if c not in lower]
            numbers = []
    for candidate in found:
        if not numbers or candidate.value not in _WORDS:
            yield candidate


def _below_metastasis(document: Document, numbers: Sequence[Candidate]) -> list[Candidate]:
    """Grades lower than that of a metastasis, told with as much weight: the highest of any tissue counts."""
    told = [
        c
        for c in numbers
        if _OF_METASTASIS.search(c.unit.text, max(0, c.start - c.unit.start - 80), c.start - c.unit.start)
    ]
    return [
        c
        for c in numbers
        if any(
            _order(m.value) > _order(c.value)
            and document.rank(m.unit.section) >= document.rank(c.unit.section)
            for m in told
        )
    ]


#: A metastasis as what is graded.
_OF_METASTASIS = re.compile(
    r"(?<!no )\b(?:(?:liver|hepatic|nodal|mesenteric|omental|peritoneal|lymph node) "
    r"(?:disease|lesions?|tumou?rs?|deposits?|nodules?|metasta\w+|mass)|metasta(?:sis|ses)|deposits?)\b"
    r"[^.;:,]{0,45}$",
    re.IGNORECASE,
)
#: Grades that stand as the label of their meaning.
_CODE = re.compile(r"\W{0,3}G ?[1-4](?:\W{1,3}G? ?[1-4])?\W{0,2}")


def _units(document: Document, patterns: FieldPatterns, row: Row | None) -> Iterator[Unit]:
    """The units that may state a grade."""
    named = {unit.index for unit in document.units_with(*(patterns[name] for name in _NAMED))}
    for unit in document.units:
        if (
            unit.index in named
            or _LETTER.search(unit.text)
            or _labelled(patterns, unit)
            or (row is not None and unit.start <= row.start < unit.end)
        ):
            yield unit


def _told(candidate: Candidate) -> bool:
    """Whether a grade is of an earlier tumor, told in the history, or of another specimen."""
    unit, features = candidate.unit, candidate.features
    return "historical" in features and (
        features.get("strength", 0.0) <= -PENALTY
        or unit.section == "history"
        or _HISTORY.search(unit.text, 0, candidate.start - unit.start) is not None
    )


def _labelled(patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether the unit's label, or the one above a unit without, announces a grade."""
    label = unit.label_text if unit.label else unit.under
    return bool(label and patterns.label and patterns.label.search(label))


def _reader(
    document: Document, patterns: FieldPatterns, unit: Unit, tables: Sequence[tuple[int, int]]
) -> GradeReader:
    """A reader of a unit that knows whether a label, the unit's own or one above, announces a grade."""
    labelled = _labelled(patterns, unit) or _asked(document, patterns, unit)
    return GradeReader(document, patterns, unit, tables, labelled=labelled)


def _asked(document: Document, patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a unit labelled by a grade answers the line before it ("Grade:", then "G2: moderate ...")."""
    if not unit.index or unit.label is None or _CODE.fullmatch(unit.label_text) is None:
        return False
    before = document.units[unit.index - 1]
    return before.label is not None and not before.value_text.strip() and _labelled(patterns, before)


def _form(document: Document, unit: Unit, row: Row | None) -> Iterator[Candidate]:
    """The grade of a form whose columns came apart."""
    if row and row.grade and unit.start <= row.start < unit.end:
        start, end = row.start - unit.start, min(row.end, unit.end) - unit.start
        yield document.candidate(f"G{row.grade}", unit, start, end, "grade/procurement", strength=1.0)


def _order(value: str) -> float:
    return _ORDER[value]


FIELD = Field(
    title="Grade",
    position=40,
    value=Literal["G1", "G2", "G3", "G4", "low", "intermediate", "high"],
    read=read,
    order=_order,
)
