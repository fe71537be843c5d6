"""Kind of neuroendocrine neoplasm of the index tumor; ``none`` if the index tumor is another one.

Meaning: ``net`` (tumor, carcinoid, islet cell tumor, medullary thyroid carcinoma, and the older "well" or
"moderately differentiated neuroendocrine carcinoma"), ``nec`` (small cell, large cell, poorly
differentiated or unqualified neuroendocrine carcinoma, Merkel cell carcinoma), ``minen`` (mixed),
``paraganglioma`` (with pheochromocytoma). Goblet cell adenocarcinoma, tumorlets, olfactory neuroblastoma
and carcinomas "with neuroendocrine differentiation" are ``none``, a stated value with the diagnosis as
evidence, and so is a diagnosis that names no tumor at all. Without a diagnosis the field is silent;
"suspicious for" alone is ``indeterminate``.
Source: WHO 2019/2022; ``extractor/tumors/index.py`` decides which tumor is the index tumor.
Conflicts: another tumor's kind is an alternative, never the value.
"""

from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.index import index
from extractor.tumors.mentions import mentions


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: the index tumor's mentions; those of other kinds marked as another tumor's."""
    found = index(document)
    doubtful = [
        m for m in mentions(document) if m.doubtful and not m.denied and not m.template and m.kind != "none"
    ]
    vague = found is None or (found.kind == "none" and found.best.rank in (0, 2))
    if doubtful and vague:
        best = max(doubtful, key=lambda m: m.weight)
        rule = f"{patterns.name}/doubtful"
        yield document.candidate(None, best.unit, best.start, best.end, rule, status="indeterminate")
        return
    if found is None:
        yield from _without_tumor(document, patterns)
        return
    for place, mention in enumerate(found.mentions[:4]):
        yield document.candidate(
            found.kind,
            mention.unit,
            mention.start,
            mention.end,
            f"{patterns.name}/{'typed' if mention.typed else 'named'}",
            strength=1.0 + 0.3 * found.lead + 0.4 * mention.weight if place == 0 else 0.0,
            lead=found.lead,
            unspecific=float(mention.rank == 2),
            benign=float(mention.rank < 2),
            past=float(mention.historical),
        )
    for mention in mentions(document):
        part = found.kind == "minen" and mention.kind in ("nec", "none")
        if mention.counts and mention.kind != found.kind and mention.rank == 3 and not part:
            yield document.candidate(
                mention.kind,
                mention.unit,
                mention.start,
                mention.end,
                f"{patterns.name}/other",
                other_tumor=1.0,
            )


def _without_tumor(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """A diagnosis that names no tumor at all."""
    for unit in document.units:
        if unit.section not in _DIAGNOSES:
            continue
        if (named := patterns.value_of(unit.text)) is not None:
            _, start, end = named
            yield document.candidate("none", unit, start, end, f"{patterns.name}/no-tumor", strength=0.5)


#: Sections in which a diagnosis stands.
_DIAGNOSES = frozenset({"amendment", "addendum", "diagnosis", "unknown"})

FIELD = Field(
    title="Neuroendocrine type",
    position=220,
    value=Literal["net", "nec", "minen", "paraganglioma", "none"],
    read=read,
    of_index_tumor=False,
)
