"""Grade of the index tumor, as stated.

Meaning: the histologic grade in numbers (G1 to G4: WHO, FIGO, Nottingham, ISUP / Fuhrman nuclear grade) or,
when no number is given, in words (low, intermediate, high). Never derived here from Ki-67 or mitoses.
Gleason, Dukes, regression and dysplasia grades are other scales and do not count.
Source: WHO 2019/2022 (G1-G3); NAACCR items 3843-3845 for the registry's codes.
Conflicts: a number before a word; a range ("2-3", "II to III") is the higher; among current statements of
equal rank the highest counts.
"""

import re
from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.earlier import mark
from extractor.field import Candidate, Field
from extractor.patterns import FieldPatterns
from extractor.printed import class_tables, printed, ticked
from extractor.unit import Unit

#: Sections that tell of this specimen's tissue: a number there beats any word.
_FIRM = 3
_WORDS = frozenset({"low", "intermediate", "high"})
_ORDER = {"low": 1.0, "intermediate": 2.0, "high": 3.0, "G1": 11.0, "G2": 12.0, "G3": 13.0, "G4": 14.0}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: graded statements, in numbers or words."""
    tables = class_tables(document.text.clean)
    graded = (
        candidate
        for unit in document.units
        if unit.section != "blocks"
        for candidate in _unit(document, patterns, unit, tables)
    )
    found = list(mark(document, graded))
    doubted = {"historical", "reference", "template", "other_lesion"}
    numbered = any(
        str(c.value).startswith("G")
        and document.rank(c.unit.section) >= _FIRM
        and not doubted & c.features.keys()
        for c in found
    )
    for candidate in found:
        if not numbered or candidate.value not in _WORDS:
            yield candidate


def _unit(
    document: Document, patterns: FieldPatterns, unit: Unit, tables: list[tuple[int, int]]
) -> Iterator[Candidate]:
    text = unit.text
    taken: list[tuple[int, int]] = []
    in_label = bool(
        (unit.label and patterns.label and patterns.label.search(unit.label_text))
        or (unit.label is None and unit.under and patterns.label and patterns.label.search(unit.under))
    )
    other = patterns.rule("other-scale").pattern
    if in_label and (match := patterns.rule("not-applicable").pattern.match(text, unit.value or 0)):
        rule = patterns.rule("not-applicable")
        yield document.candidate(None, unit, 0, match.end(), rule.id, status="not_applicable")
        return
    listed = [match.span() for match in patterns.rule("option-list").pattern.finditer(text)]

    if patterns.rule("general").pattern.search(text):
        return

    def excluded(start: int, end: int) -> bool:
        if printed(text, start, tables, unit.start) or any(lo < end and start < hi for lo, hi in listed):
            return True
        before, after = text[max(0, start - 40) : start], text[end : end + 16]
        former = patterns.rule("former").pattern
        return bool(former.search(before) or patterns.rule("former-after").pattern.match(after))

    for name in ("named", "label-number", "letter", "who"):
        rule = patterns.rule(name)
        if name == "label-number" and not in_label:
            continue
        if name == "letter" and unit.section == "gross" and not in_label and not _TUMOR.search(text):
            continue  # in a gross description G1 is a block
        at = (unit.value or 0) if name == "label-number" else 0
        for match in rule.pattern.finditer(text, at):
            if name == "label-number" and (
                match.start() > at + 30
                or patterns.rule("other-number").pattern.search(text[at : match.start()])
            ):
                break
            span = match.span()
            if any(lo < span[1] and span[0] < hi for lo, hi in taken):
                continue
            if other.search(text[max(0, span[0] - 40) : span[1] + 16]) or (
                in_label and other.search(unit.label_text)
            ):
                continue
            if excluded(*span):
                continue
            if name == "letter" and patterns.rule("block-before").pattern.search(text[: span[0]][-40:]):
                continue
            grade = _number(match)
            if grade is None:
                continue
            taken.append(span)
            candidate = document.candidate(f"G{grade}", unit, span[0], span[1], rule.id)
            candidate.features[f"grade_{name.replace('-', '_')}"] = 1.0
            candidate.features.update(_context(unit, in_label))
            if ticked(text, span[0]):
                candidate.features.pop("reference", None)  # the grades beside it are options
            yield candidate
    words = patterns.rule("words")
    for match in words.pattern.finditer(text):
        if any(lo < match.end() and match.start() < hi for lo, hi in taken):
            continue
        if patterns.rule("not-a-tumor").pattern.search(text[match.start() : match.end() + 50]):
            continue
        if other.search(text[max(0, match.start() - 30) : match.end() + 14]) or excluded(*match.span()):
            continue
        level = (match["before"] or match["after"]).lower()
        candidate = document.candidate(level, unit, match.start(), match.end(), words.id, grade_words=1.0)
        candidate.features.update(_context(unit, in_label))
        yield candidate


def _context(unit: Unit, in_label: bool) -> dict[str, float]:
    features = {"grade_label": 1.0} if in_label else {}
    if _TUMOR.search(unit.text):
        features["beside_tumor"] = 1.0
    return features


_TUMOR = re.compile(
    r"carcinoma|tumou?r|neoplasm|glioma|astrocytoma|sarcoma|blastoma|\bNET\b|carcinoid|cytoma|melanoma",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


def _number(match: re.Match[str]) -> int | None:
    """The highest grade a match names, 1 to 4."""
    grades = [_value(text) for text in (match["first"], match["second"]) if text]
    known = [g for g in grades if g is not None]
    return max(known) if known else None


def _value(text: str) -> int | None:
    """One grade in digits, words or Roman numerals (with 1, l or T read for I).

    >>> _value("2"), _value("iii"), _value("1I"), _value("11"), _value("ITT"), _value("7")
    (2, 3, 2, 2, 3, None)
    """
    token = text.strip().lower()
    words = {"one": 1, "two": 2, "three": 3, "four": 4}
    if token in words:
        return words[token]
    if len(token) == 1 and token.isdigit():
        return int(token) if 1 <= int(token) <= 4 else None
    return _ROMAN.get(re.sub(r"[1ltr|]", "I", token.replace(" ", ""), flags=re.IGNORECASE).upper())


def _order(value: str) -> float:
    return _ORDER[value]


FIELD = Field(
    title="Grade",
    position=40,
    value=Literal["G1", "G2", "G3", "G4", "low", "intermediate", "high"],
    read=read,
    order=_order,
)
