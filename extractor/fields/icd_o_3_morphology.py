"""ICD-O-3 morphology code of the index tumor, such as 8240/3.

Meaning: a code printed in the report, else the code of the histologic type. A neuroendocrine tumor of grade 2
or 3 is 8249/3, of grade 1 or without a grade 8240/3.
Source: ICD-O-3.2; the table stands in ``patterns/fields/histology.toml``.
Conflicts: a printed code before a derived one.
"""

from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.mentions import vocabulary

_GRADED = {"neuroendocrine tumor", "neuroendocrine carcinoma, well differentiated"}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: printed codes, then the code of the histologic type."""
    printed = patterns.rule("printed")
    for unit in document.units:
        for match in printed.pattern.finditer(unit.text) if "/" in unit.text else ():
            code = f"{match['type']}/{match['behavior']}"
            yield document.candidate(
                code, unit, match.start(), match.end(), printed.id, strength=2.5, printed=1.0
            )
    name = document.reading("histology").value
    derived = vocabulary(document).codes.get(name) if name is not None else None
    if derived is None:
        return
    if name in _GRADED:
        grade = document.reading("grade").value
        if grade is not None and patterns.rule("second-grade").pattern.search(str(grade)):
            derived = "8249/3"
    source = next(c for c in document.candidates["histology"] if c.value == name)
    unit = source.unit
    yield document.candidate(
        derived,
        unit,
        source.start - unit.start,
        source.end - unit.start,
        f"{patterns.name}/derived",
        strength=2.0,
        derived=1.0,
        sure=document.reading("histology").confidence,
    )


FIELD = Field(
    title="ICD-O-3 morphology",
    position=240,
    value=str,
    read=read,
    needs=("histology", "grade"),
    of_index_tumor=False,
)
