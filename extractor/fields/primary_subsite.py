"""Part of the organ the index tumor comes from, in words ("tail", "sigmoid colon").

Meaning: the subsite of ICD-O-3 topography that the report names for the tumor: the answer to "tumor site", a
word beside the tumor's name, the heading of its part. Words of margins, nodes and invaded structures do not
count.
Source: ICD-O-3 topography; ``patterns/fields/primary_subsite.toml`` lists the parts of each organ.
Conflicts: the form's answer, then the place next to the tumor's name, then the heading.
"""

import re
from collections.abc import Iterator
from functools import cache

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.index import index
from extractor.tumors.organ_places import heads, hits, organs
from extractor.unit import Unit


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: parts of the primary's organ in the places that speak of the tumor."""
    organ = document.reading("primary_site").value
    parts = [(name, _compiled(text)) for name, of, _, text in patterns.data["subsite"] if of == organ]
    if not parts:
        return
    for unit, start, end, strength, kind in _places(document, patterns):
        taken: list[tuple[int, int]] = []
        for name, pattern in parts:
            for match in pattern.finditer(unit.text, start, end):
                if any(lo < match.end() and match.start() < hi for lo, hi in taken):
                    continue
                taken.append(match.span())
                if not organs(document).not_near.search(
                    unit.text[max(start, match.start() - 40) : match.start()]
                ):
                    yield document.candidate(
                        name,
                        unit,
                        match.start(),
                        match.end(),
                        f"{patterns.name}/{kind}",
                        strength=strength - 0.5 * (len(taken) - 1),
                        place=float(len(taken)),
                        answered=float(kind == "answered"),
                        heading=float(kind == "heading"),
                    )


def _places(document: Document, patterns: FieldPatterns) -> Iterator[tuple[Unit, int, int, float, str]]:
    """Stretches of text that speak of the tumor's place: unit, start, end, strength, kind."""
    label, own = organs(document).label, patterns.label
    for unit in document.units:
        name = unit.label_text or unit.under
        if (
            name
            and ((label and label.match(name)) or (own and own.match(name)))
            and document.rank(unit.section)
        ):
            yield unit, unit.value or 0, len(unit.text), 2.0, "answered"
    of = document.reading("primary_site").value
    for unit, present in zip(document.units, hits(document), strict=True):
        if document.rank(unit.section) != 1:
            for hit in present:
                if hit.organ == of and unit.section not in ("blocks", "intraoperative", "outside"):
                    yield unit, max(0, hit.start - 12), min(len(unit.text), hit.end + 8), -0.8, "organ"
    found = index(document)
    if found is None:
        return
    seen = set()
    for mention in found.mentions[:6]:
        unit = mention.unit
        if mention.metastatic or mention.historical or unit.index in seen:
            continue
        seen.add(unit.index)
        strength = 0.6 if document.rank(unit.section) >= 3 else -0.5
        yield unit, max(0, mention.start - 90), min(len(unit.text), mention.end + 120), strength, "beside"
        head = heads(document)[unit.index]
        if head and head[0].unit is not unit and head[0].unit.index not in seen:
            seen.add(head[0].unit.index)
            yield head[0].unit, 0, len(head[0].unit.text), 0.4, "heading"


FIELD = Field(
    title="Primary subsite",
    position=190,
    value=str,
    read=read,
    needs=("primary_site",),
    of_index_tumor=False,
)
