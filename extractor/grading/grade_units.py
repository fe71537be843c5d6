"""The grades that one unit states: in numbers by the rules of the field, else in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.grading.grade_context import TUMOR, context, in_fraction, names_block
from extractor.grading.grade_numbers import NUMBERS, number_of, summed, value_of
from extractor.printed.class_tables import beside_tables
from extractor.printed.feet_and_ticks import printed, ticked
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Rules of numbers, the surest first.
_RULES = ("changed", "named", "fraction", "worded", "label-number", "letter", "who")
#: How far behind its label a bare number stands, in characters.
_BEHIND_LABEL = 30
#: Signs no form has between a label and its number.
_GARBLED = re.compile(r"[;^~\\{}<>]")
#: A line of a Gleason score.
_PATTERN = re.compile(
    r"^\W*(?:histologic(?:al)? grade\W{1,3})?(?:primary|secondary|tertiary|gleason(?:'s)?)(?: gleason)? "
    r"(?:pattern|grade)\W*$",
    re.IGNORECASE,
)
#: Grades of several tumors in a table's row.
_ROW = re.compile(
    r"(?:G(?:rade )?)?[1-4lI](?:(?:\s{3,30}|\s?\|\s?)(?:G(?:rade )?)?[1-4lI]){1,6}[\s|]*", re.IGNORECASE
)
#: A printed option with a blank for its mark, which nobody filled.
_BLANK = re.compile(r"___ {1,3}[A-Z][^_]{0,80}\Z")
#: Grades side by side of a tumor that has four: no fraction.
_SLASHED = re.compile(r"\bI{1,2} ?/ ?(?P<upper>I{2,3})(?!V)")
_GLIOMA = re.compile(r"glioma|astrocyt|oligodendro|ependym", re.IGNORECASE)
#: The begin of another sentence, or what stands outside of a grade's brackets.
_SENTENCE = re.compile(r"\.\s+(?=[A-Z])|\),?\s")
#: A further grade, of which the words behind it are told.
_NEXT = re.compile(r"\b(?:high|low|intermediate)[ -]{1,2}grade\b", re.IGNORECASE)
#: Rules on a clause before a grade that make it none of this tumor.
_CLAUSES = ("conditional", "not-shared")
#: Rules on the words after a grade that make it none of this tumor.
_AFTER = ("other-scale-after", "criterion-after", "former-after", "rejected-after")
#: Codes of vessels, nerves and margins that follow a grade in a row.
_CODES = re.compile(r"[,;]?\s{0,2}(?:(?:[LR]|[VY](?!I))[\s-]?[0OIl12X]|Pn[\s-]?[0OIl1])\b")
#: Before one of the two patterns of a Gleason score.
_TWO = re.compile(r"\bG ?[1-5]\b|\b(?:primary|secondary|tertiary|patterns?)\b", re.IGNORECASE)
#: Rules of ranges, and words that make of a range a change ("changed from G1 to G2").
_RANGES = ("named", "label-number", "letter", "who")
_CHANGED = re.compile(r"(?:graded|changed|corrected|revised|amended) from (?:an? )?(?:NET )?$", re.IGNORECASE)
#: Before the grade that takes the place of an earlier one.
_SETTLED = re.compile(
    r"\b(?:(?:up|re|down)-?graded|raised|revised|changed|amended|corrected|now|therefore|hence)\b[^.;,()]{0,28}$|"
    r"\bre-?(?:classified|categori[sz]ed|designated) as\b[^.;()]{0,70}$",
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


class GradeReader:
    """Reads one unit.

    Parameters
    ----------
    tables
        Where the text prints what grades mean.
    labelled
        Whether a label announces a grade.
    """

    def __init__(
        self,
        document: Document,
        patterns: FieldPatterns,
        unit: Unit,
        tables: Sequence[tuple[int, int]],
        *,
        labelled: bool,
    ) -> None:
        self._document = document
        self._patterns = patterns
        self._unit = unit
        self._text = unit.text
        self._tables = tables
        self._labelled = labelled
        self._label = unit.label_text if unit.label else unit.under
        self._other = patterns.rule("other-scale").pattern
        self._taken: list[tuple[int, int]] = []

    def read(self) -> Iterator[Candidate]:
        """Candidates of the unit."""
        text, unit = self._text, self._unit
        if self._below_pattern():
            return
        inapplicable = self._patterns.rule("not-applicable")
        if self._labelled and (match := inapplicable.pattern.match(text, unit.value or 0)):
            yield self._document.candidate(
                None, unit, 0, match.end(), inapplicable.id, status="not_applicable"
            )
            return
        if self._patterns.rule("general").pattern.search(text):
            return
        if self._labelled and _CRITERION.search(self._label):
            return
        yield from self._numbers()
        yield from self._words()

    def _below_pattern(self) -> bool:
        """Whether the line before asks for a Gleason pattern ("Primary pattern", and below it "Grade 3")."""
        if not self._unit.index or (self._labelled and self._unit.label is not None):
            return False
        return _PATTERN.search(self._document.units[self._unit.index - 1].text) is not None

    def _numbers(self) -> Iterator[Candidate]:
        for name in _RULES:
            if self._applies(name):
                for match in self._matches(name):
                    if self._stands(name, match) and (grade := self._grade(name, match)) is not None:
                        self._taken.append(match.span())
                        yield self._number(name, match, grade)

    def _applies(self, name: str) -> bool:
        if name == "label-number":
            return self._labelled
        if name == "named":  # a table's row of several tumors: each by its own cell
            return not (self._labelled and _ROW.fullmatch(self._unit.value_text))
        if name == "letter" and self._unit.section == "gross" and not self._labelled:
            return TUMOR.search(self._text) is not None  # in a gross description G1 is a block
        return True

    def _matches(self, name: str) -> Iterator[re.Match[str]]:
        """Where a rule matches; behind a label, as far as nothing else comes first."""
        pattern = self._patterns.rule(name).pattern
        if name != "label-number":
            yield from pattern.finditer(self._text)
            return
        at = self._unit.value or 0
        further = self._patterns.rule("other-number").pattern
        for match in pattern.finditer(self._text, at):
            between = self._text[at : match.start()]
            if len(between) > _BEHIND_LABEL or further.search(between) or _GARBLED.search(between):
                return
            yield match

    def _stands(self, name: str, match: re.Match[str]) -> bool:
        """Whether a match tells a grade of this tumor that no surer rule has read."""
        text, (start, end) = self._text, match.span()
        if any(lo < end and start < hi for lo, hi in self._taken):
            return False
        near = max(0, start - 40)
        if name == "letter" and _CODES.match(text, end) and not _TWO.search(text, near, start):
            # "Gleason 7, G3, L0, V0": each an item of its own
            near = max(near, text.rfind(",", 0, start), text.rfind(";", 0, start))
        behind = _SENTENCE.split(text[end : end + 16], maxsplit=1)[0]
        if self._other.within(text[near:end] + behind, text):
            return False
        if self._labelled and self._other.search(self._label):
            return False
        if self._excluded(start, end):
            return False
        if name == "letter" and not self._labelled:
            return not names_block(self._document, self._patterns, self._unit, start, end)
        if name == "label-number":  # "2 (because of lesion 4)"
            return _COUNTED.search(text, self._unit.value or 0, start) is None
        return not (name == "named" and in_fraction(text, match))  # "high grade I poorly differentiated"

    def _excluded(self, start: int, end: int) -> bool:
        """Whether a grade is print, or not said of this tumor now."""
        text, patterns = self._text, self._patterns
        if any(printed(text, at, self._tables, self._unit.start) for at in (start, end - 1)):
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

    def _grade(self, name: str, match: re.Match[str]) -> int | None:
        """The number a match names."""
        text, (start, end) = self._text, match.span()
        grade: int | None = NUMBERS.get(name, number_of)(match)
        if name == "named" and grade and (range_ := _SLASHED.search(match[0])) and _GLIOMA.search(text):
            grade = max(grade, len(range_["upper"]))  # "oligodendroglioma, grade II / III"
        if name == "named" and match["second"] and (sum_ := summed(text, end)):
            grade = sum_
        if name in _RANGES and match["second"] and _CHANGED.search(text[max(0, start - 40) : start]):
            grade = value_of(match["second"])
        if grade == 4 and _FIGO.search(text[max(0, start - 10) : end]):
            return None  # FIGO has three grades: "IV" is misread
        return grade

    def _number(self, name: str, match: re.Match[str], grade: int) -> Candidate:
        text, (start, end) = self._text, match.span()
        candidate = self._document.candidate(
            f"G{grade}", self._unit, start, end, self._patterns.rule(name).id
        )
        lettered = name == "label-number" and match[0][:1] == "G" and match[0][1:2].isdigit()
        kind = "letter" if lettered else "named" if name == "changed" else name.replace("-", "_")
        candidate.features[f"grade_{kind}"] = 1.0
        candidate.features.update(context(self._unit, self._labelled))
        if _SETTLED.search(text[max(0, start - 90) : start]):
            candidate.features.pop("historical", None)
        if _NUCLEAR.search(f"{self._label if self._labelled else ''} {text[max(0, start - 25) : end]}"):
            candidate.features["grade_nuclear"] = 0.0
        unit = self._unit
        if ticked(text, start) or beside_tables(unit.start + start, unit.start, unit.end, self._tables):
            # the grades beside it are options, or definitions
            candidate.features.pop("reference", None)
            candidate.features.pop("template", None)
        return candidate

    def _words(self) -> Iterator[Candidate]:
        rule = self._patterns.rule("words")
        if self._unit.section == "history":
            return  # what another examination was called
        for match in rule.pattern.finditer(self._text):
            if self._is_level(match):
                level = (match["before"] or match["upper"] or match["after"]).lower()
                candidate = self._document.candidate(
                    level, self._unit, match.start(), match.end(), rule.id, grade_words=1.0
                )
                candidate.features.update(context(self._unit, self._labelled))
                yield candidate

    def _is_level(self, match: re.Match[str]) -> bool:
        """Whether "high grade" and the like are said of this tumor."""
        text, (start, end) = self._text, match.span()
        if any(lo < end and start < hi for lo, hi in self._taken):
            return False
        behind = text[end : end + 50]
        if TUMOR.search(near := _NEXT.split(behind, maxsplit=1)[0]):
            behind = near  # "high grade carcinoma without high grade dysplasia"
        if self._patterns["not-a-tumor"].within(f"{match[0]}{behind}", text):
            return False
        if self._patterns["benign-before"].within(text[max(0, start - 60) : start], text):
            return False
        if self._other.within(text[max(0, start - 30) : end + 14], text):
            return False
        return not self._excluded(start, end)
