"""How results of immunostains are read: lists, tables, signs and sentences.

A unit is read as a row of stains and results. A result belongs to the stain before it ("CD56 +",
"A, B and C are negative") or to those after it ("positive for A and B; negative for C", "loss of ATRX").
The words of the result then decide the value, by the field's own rules (those with a ``value``) in the
order of its file; the rules ``marker``, ``other`` and ``word`` say what is a stain and what a result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.stains import words
from extractor.stains.brackets import whole_result
from extractor.stains.columns import (
    deciding_rule,
    ticked_results,
    told_below,
    told_in_cells,
    told_in_column,
    told_under,
)
from extractor.stains.components import of_neuroendocrine_part
from extractor.stains.exceptions import EXCEPT, excepted
from extractor.stains.lesions import of_main_lesion
from extractor.stains.links import Token
from extractor.stains.pairs import of_pair, of_signs
from extractor.stains.results import Finding, findings
from extractor.stains.row import scan
from extractor.stains.series import told_in_series
from extractor.stains.text import blank, is_aside, text_of
from extractor.statements.earlier import mark
from extractor.statements.findings import SKIPPED
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns, Rule

#: Stains of which any part of a mixed tumor that is positive counts.
_NEUROENDOCRINE = frozenset({"chromogranin", "synaptophysin"})
#: A sentence of a stain that has the result of the sentence before: "Chromogranin too.", "So is CD56."
_TOO = re.compile(
    r"\b(?:too|also|as well|likewise|similarly|ditto|the same|so (?:is|are|was|were|does|do|did))\b",
    re.IGNORECASE,
)
#: What a sentence says of the stains that the one before lists: "Both are positive".
_OF_THEM = re.compile(
    r"\W*(?:both|all|they|these|each|neither|none)(?: of (?:them|these|the two))?"
    r"(?: (?:two|three|stains?|markers?|reactions?|antibodies))*\s"
    r"(?=(?:are|is|were|was|show\w*|stain\w*|came|gave|prove\w*|turn\w*|positive|negative|diffuse\w*|strong\w*)\b)|"
    r"[^.;:]{3,60}\b(?:for|with|of|to|by|expresse?s?|lacks?) (?:these|both|either|the two|all three)(?: of)?"
    r"(?: (?:these|neuroendocrine|endocrine|NE|two|three))*(?: (?:markers?|antibodies|stains|antigens))?\W*$",
    re.IGNORECASE,
)
#: A stain that was made, and what the next sentence says of it.
_MADE = re.compile(
    r"\b(?:stained (?:with|for|by)|(?:done|performed|added|ordered|requested|applied|made|carried out|"
    r"run|repeated))\b",
    re.IGNORECASE,
)
_ITS_RESULT = re.compile(
    r"\W*(?:it|this|that|the (?:stain|reaction|result|immunostain|reactivity))(?: (?:stain|reaction|one))?"
    r" (?:(?:is|was|came (?:back|out)|turned out|proved|remain(?:s|ed))(?: to be)? (?:(?:also|all|"
    r"\w+ly) ){0,2})"
    r"(?P<result>(?:negative|positive|non-?reactive|unreactive)\b)(?! (?:for|margin|node|in the (?:non|"
    r"normal|adj)))",
    re.IGNORECASE,
)
#: Where other tissue lies: "islets next to the tumor" are no tumor.
_BESIDE = re.compile(
    r"\b(?:adjacent to|next to|beside|near|around|away from|surrounding) (?:the |this )?"
    r"\w*(?:tumou?r|carcinoma|neoplasm)",
    re.IGNORECASE,
)
#: A sentence begins that no space parts from the one before (units are parted at the others).
_SENTENCE = re.compile(r"\s[.](?=[A-Z])")
#: "Shows generally weak staining" is said of this tumor, not of its kind.
_SHADED = re.compile(r"\bgenerally(?=\s(?:weak|faint|patchy|focal|low|moderate))", re.IGNORECASE)
#: What would follow, were the result another: "if A had been negative", "had A been positive".
_SUPPOSED = re.compile(
    r"\b[il]f (?:(?!\b(?:so|any)\b)[^.;:,]){0,30}$|(?:^|[.;]\s+)\W*had (?:the )?$", re.IGNORECASE
)
_WOULD = re.compile(r"\s*would\b", re.IGNORECASE)
#: A sentence's end, or other stains named after a comma: "synaptophysin +, hormone stains not done".
_STOP = re.compile(r"[.;]\s|,\s(?=(?:\w+ ){0,2}(?:stains|markers|antibodies|hormones|others)\b)")
#: How far before a stain it may be told that no tumor is left.
_LEFT = 200
#: The subject is one of the sentence before.
_OF_THOSE = re.compile(r"\W*(?:these|those|they|this nodule|the nodules?)\b", re.IGNORECASE)
#: How far behind a stain its boxes begin, and how early in its line a stain stands alone.
_BOXED, _BEGIN = 30, 3


def read_stain(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of a field that is the result of one stain (or of a test of its gene)."""
    found = of_main_lesion(document, list(mark(document, _stains(document, patterns))))
    yield from of_neuroendocrine_part(found) if patterns.name in _NEUROENDOCRINE else found


def _stains(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    marker = patterns.rule("marker").pattern
    named = {unit.index for unit in document.units_with(marker)}
    if named:
        yield from told_in_column(document, patterns, marker)
    for unit in document.units:
        if unit.index not in named or not marker.search(unit.text):
            if unit.under and unit.label is None and marker.search(unit.under):
                yield from told_below(document, patterns, unit)
            elif unit.index - 1 in named and document.units[unit.index - 1].section == unit.section:
                yield from _of_them(document, patterns, unit)
            continue
        found = list(_told_next(document, patterns, unit)) or list(_read_unit(document, patterns, unit))
        found = found or list(told_in_series(document, patterns, unit))
        yield from found
        if not found and (match := marker.search(unit.text)) and words.PENDING.search(unit.text):
            yield document.candidate(
                None, unit, match.start(), match.end(), f"{patterns.name}/pending", status="pending"
            )


def _read_unit(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    text = text_of(document, unit)
    if (whole := _by_sentence(document, patterns, unit, text)) is not None:
        yield whole
        return
    if other := EXCEPT.search(text):
        if patterns["marker"].search(other["stain"]):
            yield from excepted(document, patterns, unit, text, other)
            return
        text = text[: other.start()] + blank(other[0]) + text[other.end() :]
    yield from _RowReader(document, patterns, unit, text).read()


def _by_sentence(document: Document, patterns: FieldPatterns, unit: Unit, text: str) -> Candidate | None:
    """What a rule for whole sentences says."""
    for rule in patterns.rules:
        if rule.value is None or not rule.id.endswith("-sentence"):
            continue
        if (match := rule.pattern.search(text.replace("\n", " "))) is not None:
            start, end, strength = *match.span(), rule.strength
            return document.candidate(
                rule.value, unit, start, end, rule.id, strength=strength, stain_sentence=1.0
            )
    return None


class _RowReader:
    """Reads a unit as a row of stains and results."""

    def __init__(self, document: Document, patterns: FieldPatterns, unit: Unit, text: str) -> None:
        self.document, self.patterns, self.unit, self.text = document, patterns, unit, text
        self.tokens = scan(text, patterns["marker"], patterns["other"], patterns["word"])

    def read(self) -> Iterator[Candidate]:
        """The results of the field's stain, at each of its names."""
        for index, token in enumerate(self.tokens):
            if token.kind == "target":
                yield from self._at(index, token)

    def _at(self, index: int, token: Token) -> Iterator[Candidate]:
        """The result at one name of the stain: of a pair, a box, a cell, or words."""
        row = (self.document, self.patterns, self.unit, self.text, self.tokens, index)
        if pair := of_pair(*row) or of_signs(*row):
            yield pair
            return
        if not self.text.lstrip().startswith("|") and words.OPTIONS.match(self.text, token.end):
            return
        boxes = list(words.BOX.finditer(self.text, token.end))
        if boxes and boxes[0].start() - token.end <= _BOXED:
            yield from ticked_results(self.document, self.patterns, self.unit, token, boxes)
            return
        if cells := list(told_in_cells(self.document, self.patterns, self.unit, token)):
            yield from cells
        elif (decided := self._decided(index)) is not None:
            yield from self._of_finding(token, *decided)
        else:
            yield from self._without_result(token)

    def _decided(self, index: int) -> tuple[Finding, Rule] | None:
        """The likeliest result whose words decide the value."""
        whole = whole_result(self.patterns, self.text, self.tokens, index)
        first = [Finding(*whole, direct=True)] if whole else []
        for finding in (*first, *findings(self.text, self.tokens, index)):
            if (rule := deciding_rule(self.patterns, finding.words)) is not None:
                return finding, rule
        return None

    def _of_finding(self, token: Token, finding: Finding, rule: Rule) -> Iterator[Candidate]:
        """The candidate of a result, unless it waits for a test."""
        if "muta" in finding.words.lower() and words.PENDING.search(self.text):
            return
        last = max(token.end, finding.end)
        behind = (t.start for t in self.tokens if t.start >= last and t.kind != "result")
        beyond = next(behind, len(self.text))
        found = _candidate(self.document, self.unit, self.text, token, finding, rule, beyond)
        if found is not None:
            yield found

    def _without_result(self, token: Token) -> Iterator[Candidate]:
        """What the sentence before or the line above says of a stain in a row without results."""
        if any(t.kind == "result" for t in self.tokens):
            return
        if _TOO.search(self.text):
            yield from _too(self.document, self.patterns, self.unit, token)
        elif self.unit.under and token.start <= _BEGIN:
            yield from told_under(self.document, self.patterns, self.unit, token)


def _last_result(document: Document, patterns: FieldPatterns, unit: Unit) -> str | None:
    """The last result the unit before tells."""
    before = document.units[unit.index - 1] if unit.index else None
    if before is None or before.section != unit.section:
        return None
    tokens = scan(before.text, *(patterns.rule(name).pattern for name in ("marker", "other", "word")))
    told = [t for t in tokens if t.kind == "result" and words.POLAR.search(before.text, t.start, t.end)]
    return before.text[told[-1].start : told[-1].end] if told else None


def _too(document: Document, patterns: FieldPatterns, unit: Unit, token: Token) -> Iterator[Candidate]:
    """A stain that has the result of the sentence before."""
    result = _last_result(document, patterns, unit)
    if result is not None and (rule := deciding_rule(patterns, result)) is not None:
        yield document.candidate(rule.value, unit, token.start, token.end, rule.id, strength=-0.3)


def _told_next(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The result of a stain that was only made, in the next sentence: "It was stained for A. This is "
    "negative"."""
    said = _ITS_RESULT.match(document.text_below(unit))
    if said is None or not _MADE.search(unit.text):
        return
    tokens = scan(unit.text, *(patterns.rule(name).pattern for name in ("marker", "other", "word")))
    if any(t.kind == "result" and words.POLAR.search(unit.text, t.start, t.end) for t in tokens):
        return
    named = [t for t in tokens if t.kind != "result"]
    if len(named) == 1 and (rule := deciding_rule(patterns, said["result"])) is not None:
        below = document.units[unit.index + 1]
        yield document.candidate(rule.value, below, said.start("result"), said.end("result"), rule.id)


def _of_them(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """A result told of the stains that the sentence before names."""
    said = _OF_THEM.match(unit.text)
    if said is None or words.UNDONE.search(unit.text) is not None:
        return
    if not patterns.rule("marker").pattern.search(document.units[unit.index - 1].text):
        return
    tokens = scan(unit.text, *(patterns.rule(name).pattern for name in ("marker", "other", "word")))
    told = [t for t in tokens if t.kind == "result"]
    if len(told) != 1 or len(tokens) != 1:
        return
    none = said[0].lstrip().lower().startswith(("neither", "none"))
    result = f"{'not ' if none else ''}{unit.text[told[0].start : told[0].end]}"
    if (rule := deciding_rule(patterns, result)) is not None:
        yield document.candidate(rule.value, unit, 0, told[0].end, rule.id, strength=rule.strength - 0.3)


def _candidate(
    document: Document, unit: Unit, text: str, token: Token, finding: Finding, rule: Rule, beyond: int
) -> Candidate | None:
    """The candidate of a finding; ``beyond`` is where the next stain begins."""
    strength = rule.strength
    start, end = min(token.start, finding.start), max(token.end, finding.end)
    first = max(0, start - 70)
    before = _SENTENCE.split(_SHADED.sub(" " * 9, text[first : start + 10])[: start - first])[-1]
    if (
        _SUPPOSED.search(before)
        or _WOULD.match(text, token.end)
        or words.GENERAL.search(before)
        or words.GENERAL.search(text[end : end + 40])
    ):
        return None
    at = unit.start + token.start
    if rule.value == "negative" and words.NOTHING_LEFT.search(document.text.clean[max(0, at - _LEFT) : at]):
        return None
    if words.NEGATOR.search(finding.words) and words.SEEKS.match(text, finding.end):
        return None
    if words.UNDONE.search(_STOP.split(text[finding.start : min(end + 30, beyond)], maxsplit=1)[0]):
        return None
    around = text[max(0, start - 90) : end + 60]
    features: dict[str, float] = {"stain_direct": float(finding.direct)}
    if words.TUMOR.search(around):
        features["stain_of_tumor"] = 1.0
    if (
        _OF_THOSE.match(text)
        and unit.index
        and words.SECOND_LESION.search(document.units[unit.index - 1].text)
    ):
        return None
    if is_aside(text, start, end):
        if not words.TUMOR.search(_BESIDE.sub("", text[max(0, start - 60) : start])):
            return None
        features["stain_aside"] = 1.0
        strength -= 1.0
    if unit.section in SKIPPED:  # results are often told after the list of specimens or blocks
        strength += 2.5
    candidate = document.candidate(rule.value, unit, start, end, rule.id, strength=strength)
    candidate.features.update(features)
    return candidate
