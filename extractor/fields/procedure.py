"""Operation that took the tissue, in words ("distal pancreatectomy").

Meaning: the operation of the specimen that holds the index tumor, as the report names it, in lower case. The
form's answer counts before a heading's words, a resection before a biopsy of the same report.
Source: the report's words; ``specimen`` holds the kind.
Conflicts: the form's answer, then the longest name in the heading of the tumor's part.
"""

import re
from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.index import index
from extractor.tumors.organ_places import heads

_SMALL = re.compile(r"biops|aspirat|FNA|TBNA|excision$|craniotomy|curett|core|dissection", re.IGNORECASE)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: operations named in the form, in headings and beside the tumor."""
    named = patterns.rule("named")
    found = index(document)
    near: set[int] = set()
    for mention in found.mentions[:6] if found else ():
        if not mention.metastatic:
            near.add(mention.unit.index)
            near.update(h.unit.index for h in heads(document)[mention.unit.index][:1])
    for unit in document.units_with(named.pattern):
        if unit.section in ("blocks", "outside") or not (patterns.cue and patterns.cue.search(unit.text)):
            continue
        answered = bool(patterns.label and unit.label and patterns.label.match(unit.label_text))
        under = bool(patterns.label and not unit.label and patterns.label.match(unit.under))
        for match in named.pattern.finditer(unit.text, (unit.value or 0) if answered else 0):
            words = " ".join(match[0].lower().split())
            strength = 2.0 * (answered or under) + 1.0 * (unit.index in near)
            strength += 0.3 * min(len(words.split()), 4) - 1.5 * bool(_SMALL.search(words))
            yield document.candidate(
                words,
                unit,
                match.start(),
                match.end(),
                named.id,
                strength=strength,
                answered=float(answered or under),
                near=float(unit.index in near),
                small=float(bool(_SMALL.search(words))),
            )


FIELD = Field(
    title="Procedure",
    position=470,
    value=str,
    read=read,
    of_index_tumor=False,
)
