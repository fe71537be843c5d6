"""ICD-O-3 topography code of the index tumor, such as C25.2.

Meaning: a code printed in the report if it fits the primary site, else the code of the subsite, else that of
the organ. A derived code carries the evidence of the words it comes from.
Source: ICD-O-3.2 topography; the ileocecal valve is C18.0, the rectosigmoid junction C19.9.
Conflicts: a printed code before a derived one.
"""

from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.tumors.organ_places import subsites


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: printed codes of the organ, then the code of its named part, then the organ's."""
    organ = document.reading("primary_site").value
    if organ is None:
        return
    parts = subsites(document)
    own = {code for _, of, code, _ in parts if of == organ} | {patterns.data["organ"].get(organ, "")}
    groups = {code[:3] for code in own if code}
    printed = patterns.rule("printed")
    for unit in document.units:
        for match in printed.pattern.finditer(unit.text) if "." in unit.text else ():
            code = f"C{match['group']}.{match['part']}"
            if code[:3] in groups:
                yield document.candidate(
                    code, unit, match.start(), match.end(), printed.id, strength=3.0, printed=1.0
                )
    part = document.reading("primary_subsite").value
    for name, of, code, _ in parts:
        if of == organ and name == part:
            yield from _derived(document, "primary_subsite", part, code, patterns, 2.0)
            return
    if code := patterns.data["organ"].get(organ):
        yield from _derived(document, "primary_site", organ, code, patterns, 1.0)


def _derived(
    document: Document, field: str, value: str, code: str, patterns: FieldPatterns, strength: float
) -> Iterator[Candidate]:
    """The code with the evidence of the words it is derived from."""
    sources = [c for c in document.candidates[field] if c.value == value]
    for source in sources[:1]:
        unit = source.unit
        yield document.candidate(
            code,
            unit,
            source.start - unit.start,
            source.end - unit.start,
            f"{patterns.name}/derived",
            strength=strength + 2.5,
            derived=1.0,
            sure=document.reading(field).confidence,
        )


FIELD = Field(
    title="ICD-O-3 topography",
    position=200,
    value=str,
    read=read,
    needs=("primary_site", "primary_subsite"),
    of_index_tumor=False,
)
