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

from extractor import stain_words as words
from extractor.earlier import mark
from extractor.field import Candidate
from extractor.findings import SKIPPED
from extractor.stain_results import Finding, Token, findings, scan
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns, Rule

_GOES_ON = re.compile(r"(?:and|or)\b|[/,&]", re.IGNORECASE)
#: Where other tissue lies: "islets next to the tumor" are no tumor.
_BESIDE = re.compile(
    r"\b(?:adjacent to|next to|beside|near|around|away from|surrounding) (?:the |this )?"
    r"\w*(?:tumou?r|carcinoma|neoplasm)",
    re.IGNORECASE,
)
#: A sentence begins that no space parts from the one before (units are parted at the others).
_SENTENCE = re.compile(r"\s[.](?=[A-Z])")
#: A sentence's end.
_STOP = re.compile(r"[.;]\s")
#: The subject is one of the sentence before.
_OF_THOSE = re.compile(r"\W*(?:these|those|they|this nodule|the nodules?)\b", re.IGNORECASE)
#: White space with a line break, and how wide it parts what stands in one line.
_WIDE, _GAP = re.compile(r"[^\S\n]*\n\s*"), 3
_UNFINISHED = re.compile(r"(?:\b(?:and|or)|[/,&])\s*$", re.IGNORECASE)


def read_stain(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of a field that is the result of one stain (or of a test of its gene)."""
    yield from mark(document, _stains(document, patterns))


def _stains(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    marker = patterns.rule("marker").pattern
    named = {unit.index for unit in document.units_with(marker)}
    for unit in document.units:
        if unit.index not in named or not marker.search(unit.text):
            if unit.under and unit.label is None and marker.search(unit.under):
                yield from _below(document, patterns, unit)
            continue
        found = list(_read_unit(document, patterns, unit))
        yield from found
        if not found and (match := marker.search(unit.text)) and words.PENDING.search(unit.text):
            yield document.candidate(
                None, unit, match.start(), match.end(), f"{patterns.name}/pending", status="pending"
            )


def _read_unit(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    marker, stains, results = (patterns.rule(name).pattern for name in ("marker", "other", "word"))
    text = _text(document, unit)
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
    tokens = scan(text, marker, stains, results)
    for index, token in enumerate(tokens):
        if token.kind != "target":
            continue
        if not text.lstrip().startswith("|") and words.OPTIONS.match(text, token.end):
            continue
        if (boxes := list(words.BOX.finditer(text, token.end))) and boxes[0].start() - token.end <= 30:
            yield from _ticked(document, patterns, unit, token, boxes)
            continue
        if cells := list(_cells(document, patterns, unit, token)):
            yield from cells
            continue
        for finding in findings(text, tokens, index):
            decided = _decide(patterns, finding.words)
            if decided is None:
                continue
            if not ("muta" in finding.words.lower() and words.PENDING.search(text)):
                found = _candidate(document, unit, text, token, finding, decided)
                if found is not None:
                    yield found
            break
        else:
            if unit.under and not any(t.kind == "result" for t in tokens) and token.start <= 3:
                yield from _under(document, patterns, unit, token)


def _cells(document: Document, patterns: FieldPatterns, unit: Unit, token: Token) -> Iterator[Candidate]:
    """A table's row with a result for each of several components."""
    if unit.text.count("|", token.end) < 2 or unit.text.count("|", 0, token.start) > 1:
        return
    at = token.end
    for cell in unit.text[token.end :].split("|"):
        words_ = cell.strip()
        if words_ and len(words_) <= 40 and (rule := _decide(patterns, words_)) is not None:
            yield document.candidate(
                rule.value, unit, token.start, at + len(cell), rule.id, strength=rule.strength
            )
        at += len(cell) + 1


def _column(document: Document, unit: Unit, column: int) -> str:
    """The heading of a column of boxes, from the nearest line above that names results."""
    for above in reversed(document.units[max(0, unit.index - 20) : unit.index]):
        names = words.COLUMN.findall(above.text)
        if len(names) >= 2:
            return names[column] if column < len(names) else ""
    return ""


def _under(document: Document, patterns: FieldPatterns, unit: Unit, token: Token) -> Iterator[Candidate]:
    """A stain in a list below "Positive:" or "The tumor cells are negative for:"."""
    if not re.search(r"posit|negat|(?:lost|retained)\s*$", unit.under, re.IGNORECASE):
        return
    if (rule := _decide(patterns, unit.under)) is not None:
        strength = rule.strength - 0.5
        yield document.candidate(
            rule.value, unit, token.start, token.end, rule.id, strength=strength, under_result=1.0
        )


def _below(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """A result on the line below the stain's name."""
    match = patterns.rule("word").pattern.match(unit.text)
    if match and len(unit.text) <= 60 and (rule := _decide(patterns, unit.text)) is not None:
        yield document.candidate(rule.value, unit, 0, len(unit.text), rule.id, strength=rule.strength - 0.5)


def _decide(patterns: FieldPatterns, result: str) -> Rule | None:
    """The first of the field's rules with a value that the words of a result meet."""
    result = result.replace("\n", " ")
    for rule in patterns.rules:
        if rule.value is not None and not rule.id.endswith("-sentence") and rule.pattern.search(result):
            return rule
    return None


def _aside(text: str, start: int, end: int) -> bool:
    """Whether tissue other than the tumor is named before a result, or right after it."""
    if words.SECOND_LESION.search(text) or words.ELSEWHERE.search(text[max(0, start - 90) : start]):
        return True
    after = words.ELSEWHERE.search(text, end, end + 60)
    return after is not None and words.IN_TISSUE.match(text[end : after.start()]) is not None


def _ticked(
    document: Document, patterns: FieldPatterns, unit: Unit, token: Token, boxes: list[re.Match[str]]
) -> Iterator[Candidate]:
    """The option whose box is marked, if it is the only one."""
    marked = [box for box in boxes if re.search(r"[xX*☒☑■]", box["box"])]
    if len(marked) == 1 and not any(re.search(r"\w", box["option"]) for box in boxes):
        name = _column(document, unit, boxes.index(marked[0]))
        if name and (rule := _decide(patterns, name)) is not None:
            yield document.candidate(rule.value, unit, token.start, marked[0].end(), rule.id)
        return
    if len(marked) == 1 and (rule := _decide(patterns, marked[0]["option"])) is not None:
        yield document.candidate(rule.value, unit, token.start, marked[0].end(), rule.id)


def _text(document: Document, unit: Unit) -> str:
    """The unit's text; with the next one's if it ends within a list ("DAXX and | ATRX: preserved").

    A wide gap that is the end of a line, the next one set in, keeps the line break.
    """
    following = document.units[unit.index + 1] if unit.index + 1 < len(document.units) else None
    if (
        following is None
        or following.start - unit.end > 3
        or not (_UNFINISHED.search(unit.text) or _GOES_ON.match(following.text))
    ):
        following = None
    end = unit.start + len(unit.text) if following is None else following.end
    text = words.SAID_BY.sub(
        lambda said: (" a" * len(said[0]))[: len(said[0])], document.text.clean[unit.start : end]
    )
    return _WIDE.sub(lambda gap: gap[0].replace("\n", " ") if len(gap[0]) < _GAP else _broken(gap[0]), text)


def _broken(gap: str) -> str:
    """White space of the same length that begins with a line break."""
    return "\n" + " " * (len(gap) - 1)


def _candidate(
    document: Document, unit: Unit, text: str, token: Token, finding: Finding, rule: Rule
) -> Candidate | None:
    strength = rule.strength
    start, end = min(token.start, finding.start), max(token.end, finding.end)
    before = _SENTENCE.split(text[max(0, start - 70) : start])[-1]
    if words.GENERAL.search(before) or words.GENERAL.search(text[end : end + 40]):
        return None
    if words.NEGATOR.search(finding.words) and words.SEEKS.match(text, finding.end):
        return None
    if words.UNDONE.search(_STOP.split(text[finding.start : end + 30], maxsplit=1)[0]):
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
    if _aside(text, start, end):
        if not words.TUMOR.search(_BESIDE.sub("", text[max(0, start - 60) : start])):
            return None
        features["stain_aside"] = 1.0
        strength -= 1.0
    if unit.section in SKIPPED:  # results are often told after the list of specimens or blocks
        strength += 2.5
    candidate = document.candidate(rule.value, unit, start, end, rule.id, strength=strength)
    candidate.features.update(features)
    return candidate
