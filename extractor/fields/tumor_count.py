"""Number of primary foci of the index tumor.

Meaning: the number stated ("three separate tumors", "number of tumors: 3", pT2(3)), or one where the tumor is
called unifocal, single or solitary. Metastases and nodes are not counted; "multifocal" without a number gives
no count.
Source: CAP cancer protocols; the suffix of pT by AJCC.
Conflicts: the form's answer before prose; the greater number.
"""

from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.numbers import number
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.foci import focality, labelled, prose
from extractor.tumors.mentions import mentions


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: answers of the form, and counts in prose."""
    away = {m.unit.index for m in mentions(document) if m.metastatic}
    foci = focality(document)
    rules = {name: patterns.rule(name) for name in ("answer", "focality", "stated")}
    elsewhere = foci.rule("not-here").pattern
    stated = {unit.index for unit in document.units_with(rules["stated"].pattern)}
    for unit in prose(document):
        at, strength, name = 0, 0.0, "stated"
        if labelled(patterns, unit):
            at, strength, name = unit.value or 0, 2.0, "answer"
        elif labelled(foci, unit):
            at, strength, name = unit.value or 0, 1.5, "focality"
            if "uni" in unit.value_text.lower() and "multi" in unit.value_text.lower():
                continue
        elif unit.index not in stated or foci.cue is None or not foci.cue.search(unit.text):
            continue
        rule = rules[name]
        match = rule.pattern.search(unit.text[at:])
        if match is None or (name == "stated" and unit.index in away):
            continue
        if name == "stated" and elsewhere.within(unit.text[: match.start()], unit.text):
            continue
        words = next(
            (match[group] for group in ("count", "named", "suffix") if match.groupdict().get(group)), None
        )
        count = int(number(words)) if words and words.lower() not in ("single", "solitary") else 1
        yield document.candidate(
            count,
            unit,
            at + match.start(),
            at + match.end(),
            rule.id,
            strength=strength,
            answered=float(bool(at)),
        )


FIELD = Field(
    title="Number of tumors",
    position=450,
    value=int,
    read=read,
    order=float,
    of_index_tumor=False,
)
