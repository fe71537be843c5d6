"""Number of primary foci of the index tumor.

Meaning: the number stated ("three separate tumors", "carcinoid, four foci", "number of tumors: 3", pT2(3)),
or one where the tumor is called unifocal, single or solitary. Metastases and nodes are not counted;
"multifocal" without a number gives no count, nor does the number of further tumors ("two more").
Source: CAP cancer protocols; the suffix of pT by AJCC.
Conflicts: the form's answer before prose; the greater number.
"""

from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.numbers import number
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.foci import answer, counts, focality, here, labelled, of_tumor, prose
from extractor.unit import Unit

#: Rules of focality that tell of one tumor.
_ONE = ("unifocal", "stated-unifocal")


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: answers of the form, and counts in prose."""
    foci = focality(document)
    for unit in prose(document):
        if labelled(patterns, unit):
            yield from _answer(document, patterns, unit)
        elif labelled(foci, unit):
            yield from _focality(document, patterns, unit)
        elif foci.cue is not None and foci.cue.search(unit.text):
            yield from _stated(document, patterns, unit)


def _answer(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The number the form's item is answered."""
    at, rule = unit.value or 0, patterns.rule("answer")
    if match := rule.pattern.search(unit.text[at:]):
        words = match["count"].lower()
        count = 1 if words in ("single", "solitary") else int(number(words))
        place = (at + match.start(), at + match.end())
        yield document.candidate(count, unit, *place, rule.id, strength=2.0, answered=1.0)


def _focality(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The number in the answer to the item on focality."""
    at, words = answer(unit)
    if document.answers.is_option_list(words) or ("uni" in words.lower() and "multi" in words.lower()):
        return
    rule = patterns.rule("focality")
    if match := rule.pattern.search(words):
        count = int(number(match["count"] or match["foci"]))
    elif not focality(document)["answer-multifocal"].search(words):
        rule = focality(document).rule("answer-unifocal")
        match, count = rule.pattern.search(words), 1
    if match:
        place = (at + match.start(), at + match.end())
        yield document.candidate(count, unit, *place, rule.id, strength=1.5, answered=1.0)


def _stated(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """Numbers of tumors a sentence tells."""
    for match, id_ in counts(document, unit):
        words = next(value for value in match.groupdict().values() if value)
        if not patterns["further"].search(match[0]):
            yield document.candidate(int(number(words)), unit, *match.span(), id_, answered=0.0)
    for name in _ONE:
        rule = focality(document).rule(name)
        one = rule.pattern.search(unit.text)
        if one and here(document, unit, one, name) and (name != "unifocal" or of_tumor(document, unit, one)):
            yield document.candidate(1, unit, *one.span(), rule.id, answered=0.0)


FIELD = Field(
    title="Number of tumors",
    position=450,
    value=int,
    read=read,
    order=float,
    of_index_tumor=False,
)
