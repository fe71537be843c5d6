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
from extractor.stains.results import Finding, findings, scan
from extractor.stains.series import told_in_series
from extractor.stains.text import blank, is_aside, is_slashed, text_of
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
#: Two results for two stains: "A/B: +/-", "A and B positive and negative, respectively".
_PAIR = re.compile(
    r"\s*[:=]?\s*(?P<first>[+-]|\(\s?[+-]\s?\)|[a-z][a-z-]{2,11})\s?(?:/|\band\b)\s?"
    r"(?P<second>[+-]|\(\s?[+-]\s?\)|[a-z][a-z-]{2,11})(?P<respectively>,? respectively)?(?=\s*(?:[,;.)]|$))",
    re.IGNORECASE,
)
#: Signs for stains that a slash parts: "A/B/C + + -", "A/B +/+".
_SIGNS = re.compile(r"\s*[:=]?\s*(?P<signs>[+-](?:(?:\s{0,2}/\s?|\s{1,2})[+-]){1,3})(?![+\w-])")
_BESIDE_IT = re.compile(r"\s*(?:/|\band\b)\s*", re.IGNORECASE)
_VERB = re.compile(r"\s*(?:is|are|was|were|stained|stain)\b", re.IGNORECASE)
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
    marker, stains, results = (patterns.rule(name).pattern for name in ("marker", "other", "word"))
    text = text_of(document, unit)
    for rule in patterns.rules:
        if rule.value is None or not rule.id.endswith("-sentence"):
            continue
        if (match := rule.pattern.search(text.replace("\n", " "))) is not None:
            yield document.candidate(
                rule.value,
                unit,
                match.start(),
                match.end(),
                rule.id,
                strength=rule.strength,
                stain_sentence=1.0,
            )
            return
    if other := EXCEPT.search(text):
        if marker.search(other["stain"]):
            yield from excepted(document, patterns, unit, text, other)
            return
        text = text[: other.start()] + blank(other[0]) + text[other.end() :]
    tokens = scan(text, marker, stains, results)
    for index, token in enumerate(tokens):
        if token.kind != "target":
            continue
        pair = _of_pair(document, patterns, unit, text, tokens, index)
        if pair := pair or _of_signs(document, patterns, unit, text, tokens, index):
            yield pair
            continue
        if not text.lstrip().startswith("|") and words.OPTIONS.match(text, token.end):
            continue
        if (boxes := list(words.BOX.finditer(text, token.end))) and boxes[0].start() - token.end <= 30:
            yield from ticked_results(document, patterns, unit, token, boxes)
            continue
        if cells := list(told_in_cells(document, patterns, unit, token)):
            yield from cells
            continue
        whole = whole_result(patterns, text, tokens, index)
        first = [Finding(*whole, direct=True)] if whole else []
        for finding in (*first, *findings(text, tokens, index)):
            decided = deciding_rule(patterns, finding.words)
            if decided is None:
                continue
            if not ("muta" in finding.words.lower() and words.PENDING.search(text)):
                last = max(token.end, finding.end)
                beyond = next((t.start for t in tokens if t.start >= last and t.kind != "result"), len(text))
                found = _candidate(document, unit, text, token, finding, decided, beyond)
                if found is not None:
                    yield found
            break
        else:
            if not any(t.kind == "result" for t in tokens) and _TOO.search(text):
                yield from _too(document, patterns, unit, token)
            elif unit.under and not any(t.kind == "result" for t in tokens) and token.start <= 3:
                yield from told_under(document, patterns, unit, token)


def _of_pair(
    document: Document, patterns: FieldPatterns, unit: Unit, text: str, tokens: tuple[Token, ...], index: int
) -> Candidate | None:
    """The one of two results that belongs to the one of two stains."""
    for first in (index, index - 1):
        if first < 0 or first + 1 >= len(tokens) or "result" in (tokens[first].kind, tokens[first + 1].kind):
            continue
        between = text[tokens[first].end : tokens[first + 1].start]
        if not _BESIDE_IT.fullmatch(between):
            continue
        verb = _VERB.match(text, tokens[first + 1].end)
        found = _PAIR.match(text, verb.end() if verb else tokens[first + 1].end)
        if found and (found["respectively"] or ("/" in between and "/" in found[0])):
            name = "first" if first == index else "second"
            if (rule := deciding_rule(patterns, found[name].strip("() "))) is not None:
                start = tokens[index].start
                return document.candidate(rule.value, unit, start, found.end(name), rule.id)
    return None


def _of_signs(
    document: Document, patterns: FieldPatterns, unit: Unit, text: str, tokens: tuple[Token, ...], index: int
) -> Candidate | None:
    """The one of several signs that belongs to the one of as many stains."""
    first = last = index
    while first and is_slashed(text, tokens, first - 1):
        first -= 1
    while last + 1 < len(tokens) and is_slashed(text, tokens, last):
        last += 1
    if first == last or (found := _SIGNS.match(text, tokens[last].end)) is None:
        return None
    signs = list(re.finditer(r"[+-]", found["signs"]))
    if len(signs) != last - first + 1:
        return None
    sign = signs[index - first]
    if (rule := deciding_rule(patterns, sign[0])) is None:
        return None
    end = found.start("signs") + sign.end()
    return document.candidate(rule.value, unit, tokens[index].start, end, rule.id)


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
