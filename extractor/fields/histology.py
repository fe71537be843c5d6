"""Histologic type of the index tumor, in words.

Meaning: the name of the tumor as the vocabulary of ``patterns/fields/histology.toml`` writes it
("neuroendocrine tumor", "renal cell carcinoma, clear cell"); the evidence has the report's own words. General
names ("carcinoma", "adenocarcinoma") count only where nothing more exact is said.
Source: WHO classification of tumors; ICD-O-3.2 terms.
Conflicts: the form's "histologic type" and the diagnosis before other sections, exact names before general
ones.
"""

from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.index import index


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: names of the index tumor's kind, the heaviest place of each."""
    found = index(document)
    if found is None:
        return
    general = set(patterns.data["general"])
    exact = any(
        m.name not in general and m.rank == found.best.rank and m.weight >= found.best.weight - 1.6
        for m in found.mentions
    )
    seen: dict[str, int] = {}
    for mention in found.mentions:
        if mention.rank < found.best.rank and mention.name not in seen and seen:
            continue
        seen[mention.name] = seen.get(mention.name, 0) + 1
        if seen[mention.name] > 3 or len(seen) > 4:
            continue
        behind = found.best.weight - mention.weight
        broad = mention.name in general and exact
        yield document.candidate(
            mention.name,
            mention.unit,
            mention.start,
            mention.end,
            f"{patterns.name}/{'typed' if mention.typed else 'named'}",
            strength=(2.0 if mention is found.best else 1.0 - min(behind, 4.0)) - 2.5 * broad,
            broad=float(broad),
            behind=min(behind, 4.0),
            unspecific=float(mention.rank == 2),
        )


FIELD = Field(
    title="Histology",
    position=230,
    value=str,
    read=read,
    of_index_tumor=False,
)
