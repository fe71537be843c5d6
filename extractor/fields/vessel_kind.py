"""Kind of vessel that is invaded: lymphatic, venous, or both.

Meaning: which vessels the statements of lymphovascular invasion name; null if the report says only
"lymphovascular", "angiolymphatic" or "vascular", or there is no invasion. Small vessel (lymphatic) and L1 are
lymphatic; large vessel (venous), extramural venous and V1 are venous.
Source: CAP cancer protocols (small vessel / large vessel); UICC TNM supplement for L and V; NAACCR item 1182.
Conflicts: the kinds of all current statements of invasion are joined.
"""

from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.statements.forms import preceding


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """One candidate: the kinds named where invasion is present."""
    if document.reading("lymphovascular_invasion").value != "present":
        return
    either = patterns.rule("either").pattern
    places: dict[str, Candidate] = {}
    for found in document.candidates["lymphovascular_invasion"]:
        if found.value != "present" or "outranked" in found.features:
            continue
        text = preceding(document, found.unit) + document.text.clean[found.start : found.end].replace(
            "\n", " "
        )
        if either.search(text):
            continue
        for kind, pattern in patterns.values.items():
            if pattern.search(text):
                places.setdefault(kind, found)
    if not places:
        return
    lead, *others = dict.fromkeys(map(id, places.values()))
    by_id = {id(c): c for c in places.values()}
    first = by_id[lead]
    candidate = document.candidate(
        sorted(places),
        first.unit,
        first.start - first.unit.start,
        first.end - first.unit.start,
        "vessel_kind/named",
        strength=2.0,
    )
    candidate.more = tuple((by_id[o].start, by_id[o].end) for o in others)
    yield candidate


FIELD = Field(
    title="Kind of invaded vessel",
    position=70,
    value=list[str],
    read=read,
    needs=("lymphovascular_invasion",),
    of_this_specimen=True,
)
