"""ICD-O-3 morphology code of the index tumor, such as 8240/3.

Meaning: a code printed in the report, else the code of the histologic type. A neuroendocrine tumor of grade 2
or 3 is 8249/3, of grade 1 or without a grade 8240/3.
Source: ICD-O-3.2; the table stands in ``patterns/fields/histology.toml``.
Conflicts: a printed code before a derived one.
A code that follows from the grade has the grade's evidence, too, and is no surer than it.
"""

from collections.abc import Iterator, Mapping

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.record import Reading
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
    graded: list[Candidate] = []
    if name in _GRADED:
        grade = document.reading("grade").value
        derived = _of_grade(patterns, grade)
        graded = [c for c in document.candidates["grade"] if grade is not None and c.value == grade]
    source = next(c for c in document.candidates["histology"] if c.value == name)
    unit = source.unit
    found = document.candidate(
        derived,
        unit,
        source.start - unit.start,
        source.end - unit.start,
        f"{patterns.name}/derived",
        strength=2.0,
        derived=1.0,
        sure=document.reading("histology").confidence,
    )
    found.inputs = tuple(graded[:1])
    yield found


def _of_grade(patterns: FieldPatterns, grade: str | None) -> str:
    """The code of a neuroendocrine tumor by its grade."""
    second = grade is not None and patterns.rule("second-grade").pattern.search(str(grade))
    return "8249/3" if second else "8240/3"


def _ceiling(patterns: FieldPatterns, reading: Reading[str], others: Mapping[str, Reading[str]]) -> float:
    """The probability of the grades that give the code, for a code that follows from the grade."""
    if not any(evidence.rule.startswith("grade/") for evidence in reading.evidence):
        return 1.0
    grade = others["grade"]
    shares = [(grade.value, grade.confidence), *((a.value, a.probability) for a in grade.alternatives)]
    return sum(share for value, share in shares if _of_grade(patterns, value) == reading.value)


FIELD = Field(
    title="ICD-O-3 morphology",
    position=240,
    value=str,
    read=read,
    needs=("histology", "grade"),
    of_index_tumor=False,
    ceiling=_ceiling,
)
