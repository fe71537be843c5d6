"""Side of the index tumor, for organs that have two.

Meaning: left, right or bilateral tumor of a paired organ (lung, kidney, breast, ovary, testis, adrenal,
brain, head and neck, thyroid lobe, skin, ...). The side of a colon segment or of a liver lobe is no
laterality.
Source: NAACCR item 410.
Conflicts: the form's answer, then the words next to the tumor's name, then the heading of its part.
"""

from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.index import index
from extractor.tumors.organ_places import heads, organs
from extractor.unit import Unit


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: sides named where the report speaks of the tumor."""
    if document.reading("primary_site").value not in patterns.data["paired"]:
        return
    for unit, start, end, strength, kind in _places(document, patterns):
        for value, pattern in patterns.values.items():
            if match := pattern.search(unit.text, start, end):
                before = unit.text[max(start, match.start() - 40) : match.start()]
                if organs(document).not_near.search(before) and kind != "heading":
                    continue
                yield document.candidate(
                    value,
                    unit,
                    match.start(),
                    match.end(),
                    f"{patterns.name}/{kind}",
                    strength=strength,
                    answered=float(kind == "answered"),
                    sited=float(kind == "sited"),
                    heading=float(kind == "heading"),
                )
                break


def _places(document: Document, patterns: FieldPatterns) -> Iterator[tuple[Unit, int, int, float, str]]:
    site = organs(document).label
    for unit in document.units:
        name = unit.label_text or unit.under
        if not name or not document.rank(unit.section):
            continue
        if patterns.label and patterns.label.match(name):
            yield unit, unit.value or 0, len(unit.text), 3.0, "answered"
        elif site and site.match(name):
            yield unit, unit.value or 0, len(unit.text), 1.5, "sited"
    found = index(document)
    seen = set()
    for mention in found.mentions[:6] if found else ():
        unit = mention.unit
        if mention.metastatic or mention.historical or unit.index in seen:
            continue
        seen.add(unit.index)
        yield unit, max(0, mention.start - 90), min(len(unit.text), mention.end + 90), 0.5, "beside"
        head = heads(document)[unit.index]
        if head and head[0].unit is not unit and head[0].unit.index not in seen:
            seen.add(head[0].unit.index)
            yield head[0].unit, 0, len(head[0].unit.text), 1.0, "heading"


FIELD = Field(
    title="Laterality",
    position=210,
    value=Literal["left", "right", "bilateral"],
    read=read,
    order=lambda value: float(value == "bilateral"),
    needs=("primary_site",),
    of_index_tumor=False,
)
