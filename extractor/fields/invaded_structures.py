"""Invaded structures: what tumor is stated to reach outside its organ, in words.

Meaning: the names of fat, surfaces and organs that statements of local invasion name ("peripancreatic fat",
"duodenum"), in lower case; null without such a statement. Organs of metastasis are not among them.
Source: CAP cancer protocols (tumor extent: adjacent structures); the rule book of the gold files.
Conflicts: none; the structures of all current statements are joined.
"""

import re
from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.invasion.places import own_organ, reached
from extractor.matching.patterns import FieldPatterns

_SPACE = re.compile(r"\s+")


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """One candidate: the structures named where local invasion is present."""
    if document.reading("local_invasion").value != "present":
        return
    own = own_organ(document)
    named = patterns.rule("named").pattern
    places: dict[str, Candidate] = {}
    for found in document.candidates["local_invasion"]:
        if found.value != "present" or {"outranked", "historical"} & found.features.keys():
            continue
        for match in named.finditer(reached(document, found)):
            words = _SPACE.sub(" ", match[0].lower()).strip()
            words = next(
                (name for name, pattern in patterns.values.items() if pattern.fullmatch(words)), words
            )
            if own is None or not own.match(words):
                places.setdefault(words, found)
    if not places:
        return
    kept = list({id(c): c for c in places.values()}.values())
    first = kept[0]
    candidate = document.candidate(
        sorted(places),
        first.unit,
        first.start - first.unit.start,
        first.end - first.unit.start,
        "invaded_structures/named",
        strength=2.0,
    )
    candidate.more = tuple((c.start, c.end) for c in kept[1:])
    yield candidate


FIELD = Field(
    title="Invaded structures",
    position=110,
    value=list[str],
    read=read,
    needs=("local_invasion",),
)
