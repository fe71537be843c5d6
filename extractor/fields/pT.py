# ruff: noqa: N999
"""Pathologic T category: extent of the primary tumor.

Meaning: the category without its prefix (``3a``, ``X``, ``is``); never derived from size or depth.
Suffixes such as (m) are dropped; categories after therapy or at recurrence (ypT, rpT) are taken without
their prefix, clinical ones (cT) are not taken. A pT1 of the prostate read from a look-alike of the digit is
none: there is no such category, and a scanner makes the same of pT2 and pT3.
Source: AJCC and UICC TNM; NAACCR item 1011; the rule book of the gold files.
Conflicts: the section decides, then the highest category.
"""

from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.staging.categories import read_code
from extractor.staging.code import Code, order


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of pT."""
    prostate = document.reading("primary_site").value == "prostate"

    def unlikely(code: Code) -> bool:
        return prostate and code.repaired and code.value.startswith("1")

    yield from read_code("T", document, patterns, unlikely)


FIELD = Field(
    title="Pathologic T category",
    position=260,
    value=str,
    read=read,
    order=order,
    needs=("primary_site",),
    of_this_specimen=True,
)
