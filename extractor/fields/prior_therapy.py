"""Therapy given before this specimen.

Meaning: the kinds stated as given ("after 4 cycles of PRRT", "history of octreotide", "status post
resection"); ``other`` for further kinds and for neoadjuvant therapy (also the prefix yp) that is not
named. Planned, recommended or denied therapy does not count, nor what a reference says of patients, nor
therapy of another cancer.
Source: the rule book of the gold files.
Conflicts: the value is the list of all kinds stated anywhere in the report.
"""

import re
from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.expressions import Expression
from extractor.matching.patterns import FieldPatterns
from extractor.statements.clinical import clinical, denied
from extractor.tumors.other_cancer import for_other_cancer
from extractor.unit import Unit

_NONE = re.compile(
    r"\bno (?:known |prior |previous |history of |neo-? ?adjuvant |pre-?surgical )*(?:treatment|therapy)\b|"
    r"\b(?:yes ?/ ?no|not (?:answered|specified|stated|given|provided|received|applicable|known))\b|\bN/A\b|"
    r":\s*(?:no|none|unknown)\b",
    re.IGNORECASE,
)
_TREATED = re.compile(r"\w{0,4}(?:-treated|[ -](?:effect|change|induced|associated)s?)", re.IGNORECASE)


class _Therapies:
    """The words of the kinds of therapy."""

    def __init__(self, patterns: FieldPatterns) -> None:
        self.words: tuple[str, ...] = (*patterns.data["gate"], *patterns.data["surgery_gate"])
        self.gate = Expression("|".join(map(re.escape, self.words)), re.IGNORECASE)
        self.exclude = Expression(patterns.data["exclude"], re.IGNORECASE)
        self.kinds = [
            (kind, Expression(pattern, re.IGNORECASE)) for kind, pattern in patterns.data["therapies"].items()
        ]


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """One candidate: the list of all therapies stated as given."""
    found: dict[str, list[tuple[Unit, int, int]]] = {}
    therapies = patterns.once(_Therapies)
    for unit in document.units_with(therapies.gate):
        words = unit.text.lower()
        if unit.section == "blocks" or not any(word in words for word in therapies.words):
            continue
        for kind, start, end in _therapies(document, patterns, unit):
            found.setdefault(kind, []).append((unit, start, end))
    if not found:
        unspecified = patterns["unspecified"]
        for unit in document.units_with(unspecified):
            match = unspecified.search(unit.text)
            if match and not denied(unit.text, match.start(), match.end()) and not _NONE.search(unit.text):
                found["other"] = [(unit, match.start(), match.end())]
                break
    if not found:
        return
    places = sorted((places[0] for places in found.values()), key=lambda p: p[0].start)
    unit, start, end = places[0]
    candidate = clinical(document, unit, sorted(found), start, end, f"{patterns.name}/given", 0.5)
    candidate.more = tuple((u.start + lo, u.start + hi) for u, lo, hi in places[1:])
    yield candidate


def _therapies(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[tuple[str, int, int]]:
    text = unit.text
    therapies = patterns.once(_Therapies)
    matches = [(kind, m) for kind, pattern in therapies.kinds for m in pattern.finditer(text)]
    if not matches or _NONE.search(text) or therapies.exclude.search(text):
        return
    labelled = (
        unit.label is not None and patterns.label is not None and patterns.label.search(unit.label_text)
    )
    answer = document.answers.read(unit.value_text) if labelled else None
    done: set[str] = set()
    for kind, match in matches:
        if kind in done:
            continue
        before = text[max(0, match.start() - 70) : match.start()]
        given = kind == "surgery" or patterns.rule("given").pattern.search(
            before + text[match.start() : match.end()]
        )
        treated = _TREATED.match(text, match.end())
        if answer is not None and answer.outcome != "present":
            continue
        if not (given or treated or answer) or denied(text, match.start(), match.end()):
            continue
        if not for_other_cancer(document, patterns, unit, match.start(), match.end()):
            done.add(kind)
            yield kind, match.start(), match.end()


FIELD = Field(
    title="Prior therapy",
    position=430,
    value=list[
        Literal[
            "chemotherapy",
            "prrt",
            "somatostatin_analogue",
            "targeted",
            "embolization",
            "radiotherapy",
            "surgery",
            "other",
        ]
    ],
    read=read,
    needs=("primary_site", "histology", "neuroendocrine_type"),
    of_index_tumor=False,
)
