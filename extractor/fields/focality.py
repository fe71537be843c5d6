"""Whether the index tumor has one primary focus or several.

Meaning: ``multifocal`` for more than one primary focus, or the suffix (m) of pT; ``unifocal`` where the
report says single, solitary or unifocal. Several metastases, nodes or polyps are no foci of the primary.
Source: CAP cancer protocols, item tumor focality.
Conflicts: the form's answer before prose; multifocal before unifocal.
"""

from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.foci import labelled, prose
from extractor.tumors.mentions import mentions


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: answers of the form, and statements in prose."""
    away = {m.unit.index for m in mentions(document) if m.metastatic}
    answers = [patterns.rule(name) for name in ("answer-multifocal", "answer-unifocal")]
    statements = [patterns.rule(name) for name in ("stated-multifocal", "stated-unifocal")]
    elsewhere = patterns.rule("not-here").pattern
    stated = {unit.index for unit in document.units_with(*(rule.pattern for rule in statements))}
    for unit in prose(document):
        if labelled(patterns, unit):
            at = unit.value or 0
            words = unit.text[at:]
            if document.answers.is_option_list(words) or (
                "uni" in words.lower() and "multi" in words.lower()
            ):
                continue
            for rule in answers:
                if match := rule.pattern.search(words):
                    yield document.candidate(
                        rule.value,
                        unit,
                        at + match.start(),
                        at + match.end(),
                        rule.id,
                        strength=2.0,
                        answered=1.0,
                    )
                    break
            continue
        if unit.index not in stated or patterns.cue is None or not patterns.cue.search(unit.text):
            continue
        for rule in statements:
            match = rule.pattern.search(unit.text)
            if (
                match
                and unit.index not in away
                and not elsewhere.within(unit.text[: match.start()], unit.text)
            ):
                yield document.candidate(rule.value, unit, match.start(), match.end(), rule.id, prose=1.0)


FIELD = Field(
    title="Focality",
    position=440,
    value=Literal["unifocal", "multifocal"],
    read=read,
    order=lambda value: float(value == "multifocal"),
    of_index_tumor=False,
)
