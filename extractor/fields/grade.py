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
from extractor.grading.grade_context import TUMOR, context, in_fraction, names_block
from extractor.grading.grade_numbers import NUMBERS, number_of, summed, value_of, without_provisional
from extractor.matching.patterns import FieldPatterns
from extractor.other_tumors.beside import found_beside
from extractor.printed.class_tables import beside_tables, class_tables
from extractor.printed.feet_and_ticks import printed, ticked
from extractor.printed.procurement import Row, procurement
from extractor.statements.earlier import PENALTY, mark
from extractor.unit import Unit

#: Sections that tell of this specimen's tissue: a number there beats any word.
_FIRM = 3
_WORDS = frozenset({"low", "intermediate", "high"})
_DOUBTED = {"historical", "reference", "template", "other_lesion"}
#: Signs no form has between a label and its number.
_GARBLED = re.compile(r"[;^~\\{}<>]")
#: Rules that need no label, and a sign of a further one.
_NAMED = ("named", "changed", "fraction", "worded", "who", "words")
_LETTER = re.compile(r"G(?:\s{1,3}|-)?[1-4Il]")
_HISTORY = re.compile(r"\b(?:hx|h/o|history) of\b", re.IGNORECASE)
#: A line of a Gleason score.
_PATTERN = re.compile(
    r"^\W*(?:histologic(?:al)? grade\W{1,3})?(?:primary|secondary|tertiary|gleason(?:'s)?)(?: gleason)? "
    r"(?:pattern|grade)\W*$",
    re.IGNORECASE,
)
#: One of several primaries, and before a grade that it is the one of a further, small one.
_SYNCHRONOUS = re.compile(r"\bsynchronous\b|\b(?:independent|separate) primar", re.IGNORECASE)
_SMALL = re.compile(
    r"\b(?:microscopic|minute|tiny|small)\s(?:\([^()]{0,30}\)\s)?(?:separate )?foc(?:us|i) of[\s_]{1,3}"
    r"(?:an? )?(?:FIGO |WHO )?$",
    re.IGNORECASE,
)
_LOW = re.compile(r"\blow[ -](?:histologic(?:al)? )?grade", re.IGNORECASE)
#: Grades of several tumors in a table's row.
_ROW = re.compile(
    r"(?:G(?:rade )?)?[1-4lI](?:(?:\s{3,30}|\s?\|\s?)(?:G(?:rade )?)?[1-4lI]){1,6}[\s|]*", re.IGNORECASE
)
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
        for candidate in (*_unit(document, patterns, unit, tables), *_form(document, unit, row))
    )
    found = [c for c in mark(document, graded) if not _told(c)]
    beside = found_beside(document)
    found = [c for c in found if c.unit.index not in beside]
    found = without_provisional(patterns, found, _DOUBTED)
    firm = [c for c in found if document.rank(c.unit.section) >= _FIRM and not _DOUBTED & c.features.keys()]
    numbers = [c for c in firm if str(c.value).startswith("G")]
    if _SYNCHRONOUS.search(text):
        small = [c for c in numbers if _SMALL.search(c.unit.text[: c.start - c.unit.start][-70:]) is not None]
        if len(small) < len(numbers):
            found = [c for c in found if c not in small]
            numbers = [c for c in numbers if c not in small]
    lower = _below_metastasis(document, numbers)
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
#: A printed option with a blank for its mark, which nobody filled.
_BLANK = re.compile(r"___ {1,3}[A-Z][^_]{0,80}\Z")
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


def _asked(document: Document, patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a unit labelled by a grade answers the line before it ("Grade:", then "G2: moderate ...")."""
    if not unit.index or unit.label is None or _CODE.fullmatch(unit.label_text) is None:
        return False
    before = document.units[unit.index - 1]
    return before.label is not None and not before.value_text.strip() and _labelled(patterns, before)


def _unit(
    document: Document, patterns: FieldPatterns, unit: Unit, tables: Sequence[tuple[int, int]]
) -> Iterator[Candidate]:
    text = unit.text
    taken: list[tuple[int, int]] = []
    in_label = _labelled(patterns, unit) or _asked(document, patterns, unit)
    label = unit.label_text if unit.label else unit.under
    other = patterns.rule("other-scale").pattern
    own = in_label and unit.label is not None
    if _PATTERN.search(document.units[unit.index - 1].text if unit.index and not own else ""):
        return  # "Primary pattern", and below it "Grade 3"
    if in_label and (match := patterns.rule("not-applicable").pattern.match(text, unit.value or 0)):
        rule = patterns.rule("not-applicable")
        yield document.candidate(None, unit, 0, match.end(), rule.id, status="not_applicable")
        return
    if patterns.rule("general").pattern.search(text) or (in_label and _CRITERION.search(label)):
        return

    def excluded(start: int, end: int) -> bool:
        if printed(text, start, tables, unit.start):
            return True
        if any(m.start() < end and start < m.end() for m in patterns["option-list"].finditer(text)):
            return True
        if text.count("___") > 1 and _BLANK.search(text, 0, start):
            return True
        before, after = text[max(0, start - 90) : start], text[end : end + 60]
        if patterns["hypothetical"].within(before, text) or patterns["former"].within(before[-40:], text):
            return True
        if patterns["rejected-before"].within(before, text):
            return True
        if any(patterns[name].within(text[:start], text) for name in _CLAUSES):
            return True
        return any(patterns[name].within(after, text) for name in _AFTER)

    for name in ("changed", "named", "fraction", "worded", "label-number", "letter", "who"):
        rule = patterns.rule(name)
        if name == "label-number" and not in_label:
            continue
        if name == "named" and in_label and _ROW.fullmatch(unit.value_text):
            continue  # a table's row of several tumors: each by its own cell
        if name == "letter" and unit.section == "gross" and not in_label and not TUMOR.search(text):
            continue  # in a gross description G1 is a block
        at = (unit.value or 0) if name == "label-number" else 0
        for match in rule.pattern.finditer(text, at):
            if name == "label-number" and (
                match.start() > at + 30
                or patterns.rule("other-number").pattern.search(text[at : match.start()])
                or _GARBLED.search(text[at : match.start()])
            ):
                break
            span = match.span()
            if any(lo < span[1] and span[0] < hi for lo, hi in taken):
                continue
            if other.within(text[max(0, span[0] - 40) : span[1] + 16], text) or (
                in_label and other.search(label)
            ):
                continue
            if excluded(*span):
                continue
            if name == "letter" and not in_label and names_block(document, patterns, unit, *span):
                continue
            if name == "label-number" and _COUNTED.search(text, at, span[0]):
                continue  # "2 (because of lesion 4)"
            if name == "named" and in_fraction(text, match):
                continue  # "high grade I poorly differentiated"
            grade = NUMBERS.get(name, number_of)(match)
            if name == "named" and grade and (range_ := _SLASHED.search(match[0])) and _GLIOMA.search(text):
                grade = max(grade, len(range_["upper"]))  # "oligodendroglioma, grade II / III"
            if name == "named" and match["second"] and (sum_ := summed(text, span[1])):
                grade = sum_
            if name in _RANGES and match["second"] and _CHANGED.search(text[max(0, span[0] - 40) : span[0]]):
                grade = value_of(match["second"])
            if grade is None or (grade == 4 and _FIGO.search(text[max(0, span[0] - 10) : span[1]])):
                continue  # FIGO has three grades: "IV" is misread
            taken.append(span)
            candidate = document.candidate(f"G{grade}", unit, span[0], span[1], rule.id)
            lettered = name == "label-number" and match[0][:1] == "G" and match[0][1:2].isdigit()
            kind = "letter" if lettered else "named" if name == "changed" else name.replace("-", "_")
            candidate.features[f"grade_{kind}"] = 1.0
            candidate.features.update(context(unit, in_label))
            if _SETTLED.search(text[max(0, span[0] - 45) : span[0]]):
                candidate.features.pop("historical", None)
            if _NUCLEAR.search(f"{label if in_label else ''} {text[max(0, span[0] - 25) : span[1]]}"):
                candidate.features["grade_nuclear"] = 0.0
            if ticked(text, span[0]) or beside_tables(unit.start + span[0], unit.start, unit.end, tables):
                # the grades beside it are options, or definitions
                candidate.features.pop("reference", None)
                candidate.features.pop("template", None)
            yield candidate
    words = patterns.rule("words")
    for match in words.pattern.finditer(text):
        if any(lo < match.end() and match.start() < hi for lo, hi in taken):
            continue
        behind = text[match.end() : match.end() + 50]
        if TUMOR.search(near := _NEXT.split(behind, maxsplit=1)[0]):
            behind = near  # "high grade carcinoma without high grade dysplasia"
        if patterns["not-a-tumor"].within(f"{match[0]}{behind}", text):
            continue
        if patterns["benign-before"].within(text[max(0, match.start() - 60) : match.start()], text):
            continue
        if other.within(text[max(0, match.start() - 30) : match.end() + 14], text) or excluded(*match.span()):
            continue
        if unit.section == "history":
            continue  # what another examination was called
        level = (match["before"] or match["upper"] or match["after"]).lower()
        candidate = document.candidate(level, unit, match.start(), match.end(), words.id, grade_words=1.0)
        candidate.features.update(context(unit, in_label))
        yield candidate


#: A further grade, of which the words behind it are told.
_NEXT = re.compile(r"\b(?:high|low|intermediate)[ -]{1,2}grade\b", re.IGNORECASE)
#: Rules on a clause before a grade that make it none of this tumor.
_CLAUSES = ("conditional", "not-shared")
#: Rules on the words after a grade that make it none of this tumor.
_AFTER = ("other-scale-after", "criterion-after", "former-after", "rejected-after")
#: Rules of ranges, and words that make of a range a change ("changed from G1 to G2").
_RANGES = ("named", "label-number", "letter", "who")
_CHANGED = re.compile(r"(?:graded|changed|corrected|revised|amended) from (?:an? )?(?:NET )?$", re.IGNORECASE)
#: Before the grade that takes the place of an earlier one.
_SETTLED = re.compile(
    r"\b(?:(?:up|re|down)-?graded|raised|revised|changed|amended|corrected|now|therefore|hence)\b[^.;,()]{0,28}$",
    re.IGNORECASE,
)
#: Before a number that counts lesions or blocks.
_COUNTED = re.compile(
    r"\b(?:lesion|nodule|block|segment|part|focus|slide|case|level)\s(?:no\.?\s)?$", re.IGNORECASE
)
#: A label that names a criterion of a score: "Nuclear grade III or IV".
_CRITERION = re.compile(r"\b(?:III|3) ?(?:or|/) ?(?:IV|4)\b")
_FIGO = re.compile(r"\bfigo\b(?!.*\bnuclear\b)", re.IGNORECASE)
_NUCLEAR = re.compile(r"\bnu\w{1,3}ear(?:\b|(?=gra))(?!.*(?:figo|architect|histolog))", re.IGNORECASE)


def _form(document: Document, unit: Unit, row: Row | None) -> Iterator[Candidate]:
    """The grade of a form whose columns came apart."""
    if row and row.grade and unit.start <= row.start < unit.end:
        start, end = row.start - unit.start, min(row.end, unit.end) - unit.start
        yield document.candidate(f"G{row.grade}", unit, start, end, "grade/procurement", strength=1.0)


#: Grades side by side of a tumor that has four: no fraction.
_SLASHED = re.compile(r"\bI{1,2} ?/ ?(?P<upper>I{2,3})(?!V)")
_GLIOMA = re.compile(r"glioma|astrocyt|oligodendro|ependym", re.IGNORECASE)


def _order(value: str) -> float:
    return _ORDER[value]


FIELD = Field(
    title="Grade",
    position=40,
    value=Literal["G1", "G2", "G3", "G4", "low", "intermediate", "high"],
    read=read,
    order=_order,
)
