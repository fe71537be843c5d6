"""Degree of differentiation of the index tumor, as stated.

Meaning: well, moderate, poor or undifferentiated, from words only; never derived from a grade or a count.
Differentiation is a separate axis from grade: it tells a NET G3 from a neuroendocrine carcinoma.
"Neuroendocrine differentiation" and the like name a line, not a degree.
Source: WHO 2019/2022; SEER grade manual (A-D).
Conflicts: a range ("well to moderately") is the worst; among current statements of equal rank the worst
counts.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.expressions import Expression
from extractor.matching.patterns import FieldPatterns
from extractor.printed.feet_and_ticks import unticked
from extractor.statements.earlier import mark
from extractor.unit import Unit

#: What the words for differentiation hold.
_STEM = Expression("iff", re.IGNORECASE)
_GRADE = Expression("histologic(?:al)? grade", re.IGNORECASE)
#: Words of a frozen section's heading and of a later one; how far above they are looked for, and how long
#: a heading is ("Intraoperative consultation: diagnosis"), in characters.
_FROZEN = re.compile(
    r"frozen|intra-?\s?op|operative (?:call|consult)|(?-i:\bA?FS?[ #]?[A-Z]?\d|\bFS\b)", re.IGNORECASE
)
_FINAL = re.compile(r"final|agnosis|microscopic", re.IGNORECASE)
_ABOVE, _TITLE = 400, 40
#: The first of the degrees that a form prints below each other, and how many lines they take.
_FIRST = re.compile(r"[\W_]*GX\W{1,3}cannot be", re.IGNORECASE)
_LINES, _DEGREES = 8, 3
_DEGREE = re.compile(
    r"\b(?:well|moderate\w*|poor\w*|undiff\w*)\s{1,2}(?:un-?)?d\w{6,}|\bundiff\w{6,}", re.IGNORECASE
)
#: The grade whose two degrees a form prints in brackets.
_CATEGORY = re.compile(
    r"\b(?:high|low)\W{1,3}grade\s?\((?:well|moderate|poor)\w*(?: diff\w+)?\s?(?:to|and|or|"
    r"/)\s?[\w ]{4,32}\)",
    re.IGNORECASE,
)
_MARK = re.compile(r"\[[xX]\]|[☒☑■✓✔]|^\W*[xX]\b")
#: The degrees a form prints by number, and one of them.
_OPTIONS = Expression(r"\b(?<!grade )(?<!who )1 ?[.,] ?well\b", re.IGNORECASE)
_OPTION = re.compile(r"\b[1-4][.,] ?$")
_OPTION_ENDS = re.compile(r"[\s.,;:]*(?:$|(?:[A-Z]|\d{1,2})[.,] ?[A-Z\d])")
#: A form's options in brackets behind its answer: "3. Poorly differentiated. (1. well, 2. moderate)".
_LEGEND = re.compile(r"[\s.;:]{0,4}\([^()\n]{0,40}\b1 ?[.,] ?well\b", re.IGNORECASE)
_STRAY = re.compile(r"[./] {0,2}diff", re.IGNORECASE)
#: Sections of what is seen before the slides are.
_BY_EYE = ("intraoperative", "gross")
#: Rules of a degree, wherever it stands.
_RULES = ("degree", "garbled", "labelled", "level", "beside-grade", "abbreviated")
_ORDER = {"well": 0.0, "moderate": 1.0, "poor": 2.0, "undifferentiated": 3.0}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: degrees of differentiation that are asserted."""
    found = list(mark(document, _degrees(document, patterns)))
    own = [c for c in found if not _category(c) and "historical" not in c.features]
    yield from (c for c in found if not (own and _category(c)))


def _category(candidate: Candidate) -> bool:
    """Whether a degree is what a form prints to explain a grade: "High-grade (poorly to "
    "undifferentiated)"."""
    at = candidate.start - candidate.unit.start
    return any(m.start() <= at < m.end() for m in _CATEGORY.finditer(candidate.unit.text))


def _degrees(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    reader = _Degrees(document, patterns)
    short, garbled = patterns["abbreviated"], patterns["garbled"]
    named = {unit.index for unit in document.units_with(short, garbled, _STEM, _GRADE)}
    for unit in _rejoined(document):
        if unit.section == "blocks" or not (unit.index in named or unit.under):
            continue
        if reader.may_tell(unit) and not _printed(document, unit):
            yield from reader.read(unit)


class _Degrees:
    """Reads the degrees that units assert."""

    def __init__(self, document: Document, patterns: FieldPatterns) -> None:
        self.document, self.patterns = document, patterns
        self._grades = document.patterns("grade")
        self._options = _OPTIONS.anywhere(document.text.clean)

    def may_tell(self, unit: Unit) -> bool:
        """Whether the words of a degree stand in a unit or above it."""
        lower = unit.text.lower()
        if "iff" in lower or "iff" in unit.under.lower() or "grade" in lower:
            return True
        return any(self.patterns[name].search(unit.text) is not None for name in ("abbreviated", "garbled"))

    def read(self, unit: Unit) -> Iterator[Candidate]:
        """The degrees of a unit, rule by rule."""
        listed = [match.span() for match in self.patterns["option-list"].finditer(unit.text)]
        label = unit.label_text if unit.label is not None else unit.under
        in_label = self.patterns.label is not None and bool(self.patterns.label.search(label))
        for name in (*_RULES, *(("answer",) if in_label else ())):
            rule = self.patterns.rule(name)
            for match in rule.pattern.finditer(unit.text, (unit.value or 0) if name == "answer" else 0):
                at = match.start("degree")
                if any(lo <= at < hi for lo, hi in listed) or self._is_barred(unit, match):
                    continue
                if (found := self._candidate(unit, match, rule.id, in_label=in_label)) is not None:
                    yield found

    def _is_barred(self, unit: Unit, match: re.Match[str]) -> bool:
        """Whether a degree is denied, said of something else, or not chosen."""
        return (
            self._is_rejected(unit, match)
            or self._is_option(unit, match)
            or unticked(unit.text, match.start("degree"))
            or (unit.section in _BY_EYE and _frozen(self.document, unit.start + match.start()))
        )

    def _is_rejected(self, unit: Unit, match: re.Match[str]) -> bool:
        """Whether the words around a degree deny it, or say it of something else."""
        text = unit.text
        before, after = _around(unit, match)
        if self.patterns["denied"].within(before, text) or self.patterns["denied-after"].within(after, text):
            return True
        if self._grades["rejected-before"].within(before, text):
            return True
        behind = text[match.end("degree") :][:80]
        return self._grades["rejected-after"].within(behind, text) is not None

    def _is_option(self, unit: Unit, match: re.Match[str]) -> bool:
        """Whether a degree is one of those that the form prints by number."""
        if not self._options or self._options.start() >= unit.start + match.start():
            return False
        before, _ = _around(unit, match)
        if not _OPTION.search(before) or not _OPTION_ENDS.match(unit.text, match.end()):
            return False
        return not _LEGEND.match(self.document.text.clean, unit.start + match.end())

    def _candidate(self, unit: Unit, match: re.Match[str], rule: str, *, in_label: bool) -> Candidate | None:
        degrees = [d for d, pattern in self.patterns.values.items() if pattern.search(match["degree"])]
        if not degrees:
            return None
        value = max(degrees, key=_ORDER.__getitem__)
        end = match.start() + len(match[0].rstrip(" \n,.;/-"))
        candidate = self.document.candidate(value, unit, match.start(), end, rule)
        if in_label:
            candidate.features["in_label"] = 1.0
        before, after = _around(unit, match)
        if self.patterns["tumor-name"].search(before[-40:] + " " + after):
            candidate.features["beside_tumor"] = 1.0
        return candidate


def _around(unit: Unit, match: re.Match[str]) -> tuple[str, str]:
    """The words before and behind a degree."""
    return unit.text[max(0, match.start() - 60) : match.start()], unit.text[match.end() :][:60]


def _rejoined(document: Document) -> Iterator[Unit]:
    """The units, a word of differentiation that a stray stop parted from its degree joined to it."""
    for unit in document.units:
        before = document.units[unit.index - 1] if unit.index else unit
        if _STRAY.match(unit.text) and before.section == unit.section and unit.start - before.end <= 3:
            text = document.text.clean[before.start : unit.end].replace("\n", " ")
            yield replace(unit, start=before.start, text=text, label=None, value=None)
        else:
            yield unit


def _printed(document: Document, unit: Unit) -> bool:
    """Whether a line is one of the printed degrees of a form (below "GX"), none marked."""
    above = document.units[max(0, unit.index - _LINES) : unit.index]
    first = next((u.index for u in above if _FIRST.match(u.text)), None)
    if first is None:
        return False
    options = [u.text for u in document.units[first : first + _LINES] if _DEGREE.search(u.text)]
    return len(options) >= _DEGREES and not any(_MARK.search(text) for text in options)


def _frozen(document: Document, at: int) -> bool:
    """Whether the last heading before a place is that of a frozen section's reading."""
    before = document.text.clean[max(0, at - _ABOVE) : at]
    frozen = [match.end() for match in _FROZEN.finditer(before)]
    return bool(frozen) and not any(m.start() > frozen[-1] + _TITLE for m in _FINAL.finditer(before))


def _order(value: str) -> float:
    return _ORDER[value]


FIELD = Field(
    title="Differentiation",
    position=50,
    value=Literal["well", "moderate", "poor", "undifferentiated"],
    read=read,
    order=_order,
)
