"""Margins: whether the tumor reaches a final resection margin.

Meaning: ``positive`` if any final margin holds invasive (index) tumor, ``negative`` if all stated ones are
free, a close margin with a distance included; ``indeterminate`` where margins cannot be assessed (RX).
Dysplasia, adenoma or in situ change at a margin is not positive. Frozen sections never count. A form's "not
applicable" (biopsies) is no value.
Source: NAACCR item 1320 (SEER manual), residual tumor classification R0 to R2; the rule
book of the gold files.
Conflicts: the section decides, then the worst.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from extractor.field import Candidate, Field

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns
    from extractor.unit import Unit

_SKIPPED = frozenset({"history", "intraoperative", "outside", "blocks", "specimens"})
_GATE = re.compile(
    r"margin|edge|section (?:lines?|planes?|surfaces?|slices?|ends?)|(?:lines?|planes?) of |border|"
    r"\bink|cut ends?|(?:excision|surgical) (?:lines?|planes?|surfaces?)|vaginal cuff|[HV]M[01]|"
    r"\bR\s?[012OX]\b|excised|excision (?:is|appears|seems)|complete excision",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"margin|\bCRM\b|(?:section|surgical|excision) (?:line|edge|plane|surface)|residual tumou?r \(?R",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"suggest(?:ive|s|ing)|suspicious|suspected|cannot (?:exclude|rule out)|possibl[ey]|"
    r"questionable|equivocal",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\W*(?:surgical |resection )?margins?(?: of resection)?[\s.;:]*$", re.IGNORECASE)


def order(value: str) -> float:
    """Positive if any margin is positive; indeterminate before negative."""
    return {"negative": 0.0, "indeterminate": 1.0, "positive": 2.0}[value]


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates from answers to labels that name margins, from prose, and from residual tumor codes."""
    frozen, other = patterns.rule("frozen").pattern, patterns.rule("other-finding").pattern
    negated, apart = patterns.rule("negated").pattern, patterns.rule("heading").pattern
    stating = [
        r
        for r in patterns.rules
        if r.value is not None and not r.id.startswith("margins/answer") and not r.id.endswith("-part")
    ]
    answers = [r for r in patterns.rules if r.value is not None and r.id.startswith("margins/answer")]
    not_applicable = patterns.rule("not-applicable").pattern
    before = None
    for unit in document.units:
        heading = apart.search(unit.heading) is not None
        labelled = _LABEL.search(unit.label_text or unit.under) is not None or (
            before is not None and _ALONE.match(before.text) is not None
        )
        before = unit
        if (
            unit.section in _SKIPPED
            or not (labelled or heading or _GATE.search(unit.text))
            or frozen.search(unit.text)
            or (labelled and document.answers.is_option_list(unit.value_text))
        ):
            continue
        at = (unit.value or 0) if labelled else 0
        seen: set[str] = set()
        for rule in [*answers, *stating] if labelled else stating:
            shift = at if rule in answers else 0
            for match in rule.pattern.finditer(unit.text[shift:]):
                start, end = match.start() + shift, match.end() + shift
                if rule.value in seen or (labelled and unit.label is not None and end <= at):
                    continue
                if rule.value == "negative" and "distance" in rule.id and "positive" in seen:
                    continue
                if rule.value == "positive" and (
                    negated.search(unit.text[max(0, start - 32) : start])
                    or other.search(unit.text[max(0, start - 60) : end + 40])
                ):
                    continue
                seen.add(str(rule.value))
                hedged = rule.value == "positive" and _HEDGED.search(unit.text[max(0, start - 30) : end])
                yield document.candidate(
                    "indeterminate" if hedged else rule.value,
                    unit,
                    start,
                    end,
                    rule.id,
                    strength=rule.strength,
                    **_features(unit, rule.id, labelled=labelled),
                )
                break
        if labelled and not seen and (silent := not_applicable.search(unit.text[at:])):
            start = unit.label[0] if unit.label else 0
            yield document.candidate(
                None, unit, start, at + silent.end(), "margins/not-applicable", status="not_applicable"
            )
        if heading and not seen and not labelled:
            for name in ("involved-part", "free-part"):
                rule = patterns.rule(name)
                hit = rule.pattern.search(unit.text)
                if hit and not (
                    name == "involved-part"
                    and negated.search(unit.text[max(0, hit.start() - 50) : hit.start()])
                ):
                    yield document.candidate(
                        rule.value,
                        unit,
                        hit.start(),
                        hit.end(),
                        rule.id,
                        strength=rule.strength,
                        by_heading=1.0,
                    )
                    break


def _features(unit: Unit, rule: str, *, labelled: bool) -> dict[str, Any]:
    features = {
        "answered": float(labelled),
        "coded": float("code" in rule),
        "distance_stated": float("distance" in rule),
        "any_margin": float(re.search(r"\ball\b|\bmargins\b", unit.text, re.IGNORECASE) is not None),
    }
    return {name: value for name, value in features.items() if value}


FIELD = Field(
    title="Resection margins",
    position=120,
    value=Literal["positive", "negative", "indeterminate"],
    read=read,
    order=order,
)
