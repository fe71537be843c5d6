"""Symptoms of the tumor, where stated.

Meaning: ``present`` for "symptomatic", stated symptoms, or complaints of the clinical history (jaundice,
pain, bleeding, obstruction, flushing, hypoglycemia); ``absent`` for "asymptomatic" or no symptoms. An
incidental finding alone says neither.
Source: the public record format; ENETS guidance (symptoms weigh against surveillance).
Conflicts: among statements of equal rank symptoms count before "asymptomatic".
"""

from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.statements.clinical import answered, clinical, denied, statements

_ORDER = {"absent": 0.0, "present": 1.0}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: stated symptoms anywhere, complaints in the clinical history."""
    yield from answered(document, patterns, {"present": "present", "absent": "absent"})
    yield from statements(document, patterns)
    complaint = patterns.rule("complaint")
    for unit in document.units_with(complaint.pattern):
        if unit.section != "history" or (patterns.cue and not patterns.cue.search(unit.text)):
            continue
        match = complaint.pattern.search(unit.text)
        if match and not denied(unit.text, match.start(), match.end()):
            yield clinical(document, unit, "present", match.start(), match.end(), complaint.id)


FIELD = Field(
    title="Symptoms",
    position=400,
    value=Literal["present", "absent"],
    read=read,
    order=_ORDER.__getitem__,
)
