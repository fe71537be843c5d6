"""Whether the index tumor has one primary focus or several.

Meaning: ``multifocal`` for more than one primary focus, or the suffix (m) of pT; ``unifocal`` where the
report says single, solitary or unifocal. Several metastases, nodes or polyps are no foci of the primary, and
multifocal invasion, necrosis or dysplasia is no multifocal tumor.
Source: CAP cancer protocols, item tumor focality.
Conflicts: the form's answer before prose; multifocal before unifocal.
"""

from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.numbers import number
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.foci import answer, counts, here, labelled, of_tumor, prose
from extractor.unit import Unit

#: Rules of statements in prose, the one that needs the tumor's name before it, and those that name it.
_BEHIND, _TOLD = "multiple", ("stated", "suffix")
_STATEMENTS = (
    "multifocal",
    "unifocal",
    "suffix",
    "stated-multifocal",
    "stated-foci",
    _BEHIND,
    "stated-unifocal",
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: answers of the form, and statements in prose."""
    number_of = document.patterns("tumor_count")
    for unit in prose(document):
        if labelled(patterns, unit):
            yield from _answer(document, patterns, unit)
        elif labelled(number_of, unit):
            yield from _number(document, number_of, unit)
        elif patterns.cue is not None and patterns.cue.search(unit.text):
            yield from _stated(document, patterns, unit)


def _answer(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """What the form's item on focality is answered."""
    at, words = answer(unit)
    if document.answers.is_option_list(words) or ("uni" in words.lower() and "multi" in words.lower()):
        return
    for name in ("answer-multifocal", "answer-unifocal"):
        rule = patterns.rule(name)
        if match := rule.pattern.search(words):
            place = (at + match.start(), at + match.end())
            yield document.candidate(rule.value, unit, *place, rule.id, strength=2.0, answered=1.0)
            return


def _number(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """What the form's item on the number of tumors says of focality."""
    at, rule = unit.value or 0, patterns.rule("answer")
    match = rule.pattern.search(unit.text[at:])
    if match is None:
        return
    count = 1.0 if match["count"].lower() in ("single", "solitary") else number(match["count"])
    if not count:
        return
    value = "unifocal" if count == 1 else "multifocal"
    place = (at + match.start(), at + match.end())
    yield document.candidate(value, unit, *place, rule.id, strength=1.5, answered=1.0)


def _stated(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """What a sentence says: in words, or by a number of tumors."""
    for name in _STATEMENTS:
        rule = patterns.rule(name)
        for match in rule.pattern.finditer(unit.text):
            told = name.startswith(_TOLD) or of_tumor(document, unit, match, behind=name == _BEHIND)
            if told and here(document, unit, match, name):
                yield document.candidate(rule.value, unit, *match.span(), rule.id, prose=1.0)
                break
    for match, id_ in counts(document, unit):
        yield document.candidate("multifocal", unit, *match.span(), id_, prose=1.0)


FIELD = Field(
    title="Focality",
    position=440,
    value=Literal["unifocal", "multifocal"],
    read=read,
    order=lambda value: float(value == "multifocal"),
    of_index_tumor=False,
)
