"""Size of the index tumor: the greatest dimension of its largest focus, in millimeters.

Meaning: the tumor itself, never the specimen, a margin, a node, a depth or another lesion. "a to b"
gives the greater, "at least x" and "less than x" give x. The primary's if it is in the specimen or
stated, else the largest deposit's; imaging counts only when there is no pathologic size.
Source: AJCC/CAP (greatest dimension); SEER manual, tumor size items 752-756 (three digits, mm).
Conflicts: final diagnosis and synoptic before gross before history; among equal rank the largest.
"""

import re
from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.layout import Unit
from extractor.patterns import FieldPatterns

#: Larger than any reported solid tumor dimension here is likely a lost decimal point.
IMPLAUSIBLE_MM = 400.0

_NOUNS = frozenset({"tumor", "lesion", "node", "specimen", "other"})
_QUOTED = re.compile(r"\"[^\"]{1,80}\"")
_CLAUSE = re.compile(r"[;.]\s|\band\b (?=a |an |the )|,\s(?=(?:and|with)\b)|\bthere (?:is|are)\b|\breveal(?:s|ing|ed)?\b", re.IGNORECASE)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: every dimension that words nearby may tie to a tumor, with those words as features."""
    dimensions = patterns.rule("dimensions")
    bare = patterns.rule("bare-dimensions")
    for unit in document.units:
        if unit.section == "blocks":
            continue
        labelled = _labelled(patterns, unit)
        defined = patterns.rule("definition").pattern.search(unit.text) and patterns.rule("stage-line").pattern.search(unit.text)
        if defined:
            continue  # the wording of a T category, not a measurement
        found = False
        for match in dimensions.pattern.finditer(unit.text):
            millimeters = _millimeters(match["numbers"], match["unit"])
            if millimeters is not None:
                found = True
                yield _candidate(document, patterns, unit, match, millimeters, dimensions.id, labelled)
        if not found and (match := patterns.rule("unit-in-label").pattern.search(unit.text)):
            millimeters = _millimeters(match["numbers"], match["unit"])
            if millimeters is not None:
                yield _candidate(document, patterns, unit, match, millimeters, patterns.rule("unit-in-label").id, True)
            continue
        if found or not labelled or unit.value is None:
            continue
        scale = patterns.rule("label-unit").pattern.search(unit.label_text)
        match = bare.pattern.match(unit.text, unit.value)
        if match:
            millimeters = _millimeters(match["numbers"], scale["unit"] if scale else "cm")
            if millimeters is not None:
                yield _candidate(
                    document, patterns, unit, match, millimeters, bare.id, labelled, **({} if scale else {"no_unit": 1.0})
                )


def _millimeters(numbers: str, unit: str) -> float | None:
    values = [float(n.replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)?|[.,]\d+", numbers)]
    if not values:
        return None
    size = max(values) * (10.0 if unit.lower().startswith("c") else 1.0)
    return round(size, 3) if 0 < size < 2000 else None


def _labelled(patterns: FieldPatterns, unit: Unit) -> bool:
    label = unit.label_text or ""
    if label and patterns.label and patterns.label.search(label):
        return not patterns.rule("not-tumor-label").pattern.search(label)
    return bool(
        unit.under
        and patterns.label
        and patterns.label.search(unit.under)
        and not patterns.rule("not-tumor-label").pattern.search(unit.under)
        and not patterns.rule("not-tumor-label").pattern.search(label)
    )


def _candidate(
    document: Document,
    patterns: FieldPatterns,
    unit: Unit,
    match: re.Match[str],
    millimeters: float,
    rule: str,
    labelled: bool,
    **features: float,
) -> Candidate:
    start, end = match.span()
    before, after = _QUOTED.sub(_blank, unit.text[max(0, start - 120) : start]), unit.text[end : end + 70]
    # The clause the dimension stands in decides more than the rest of the sentence.
    clause_before, clause_after = _CLAUSE.split(before)[-1], re.split(r"[;.]\s|\band\b|, (?:with|which)", after)[0]
    features |= {f"size_{name}": 1.0 for name in _context(patterns, clause_before, clause_after, unit)}
    if not any(name.startswith("size_nearest") for name in features) and unit.index:
        previous = document.units[unit.index - 1]
        if previous.section == unit.section:
            features |= {f"size_prev_{n}": 1.0 for n in _context(patterns, previous.text[-90:], "", previous)}
    if labelled:
        kind = "tumor" if patterns.rule("before-tumor").pattern.search(f"{unit.label_text} {unit.under}") else "plain"
        features[f"size_labelled_{kind}"] = 1.0
        if unit.section in ("gross", "specimens", "unknown"):
            features[f"size_labelled_{kind}_{unit.section}"] = 1.0
    dimensions = 1 + len(re.findall(r"[xX]|\bby\b", match["numbers"]))
    features[f"size_dimensions_{min(dimensions, 3)}"] = 1.0
    if millimeters > 150:
        features["size_large"] = 1.0
    if millimeters > IMPLAUSIBLE_MM:
        features["size_implausible"] = 1.0
    return document.candidate(millimeters, unit, start, end, rule, **features)


def _context(patterns: FieldPatterns, before: str, after: str, unit: Unit) -> Iterator[str]:
    """Kinds of words around a dimension: any in the clause, and the nearest on either side."""
    nearest, next_ = (-1, ""), (10_000, "")
    for rule in patterns.rules:
        kind, _, place = rule.id.removeprefix("tumor_size_mm/").partition("-")
        if kind == "before":
            last = -1
            for match in rule.pattern.finditer(before):
                last = match.end()
            if last >= 0:
                yield f"{place}_before"
                if place in _NOUNS:
                    nearest = max(nearest, (last, place))
        elif kind == "after":
            if match := rule.pattern.search(after):
                yield f"{place}_after"
                if place in _NOUNS:
                    next_ = min(next_, (match.end(), place))
        elif kind == "under" and rule.pattern.search(f"{unit.heading} {unit.under}"):
            yield f"{place}_under"
    if nearest[1]:
        yield f"nearest_{nearest[1]}"
    if next_[1]:
        yield f"next_{next_[1]}"


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


FIELD = Field(title="Tumor size (mm)", position=30, value=float, read=read, order=float)
