"""How the tissue was taken: biopsy, resection or cytology.

Meaning: of the current specimen, by the words of its operation. A resection outranks a biopsy of the same report (a core
biopsy before the operation is history), a biopsy outranks cytology. An excision of a brain tumor is a resection unless it
is called a biopsy. Reports of images or addenda without tissue are silent.
Source: the rule book of this project (registry items type of reporting source and diagnostic confirmation differ).
Conflicts: the greater operation of the tissue that holds the tumor.
"""

from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.layout import Unit
from extractor.patterns import FieldPatterns
from extractor.tumors import mentions

_PLACES = {
    "diagnosis": 1.5, "amendment": 1.5, "unknown": 1.0, "synoptic": 1.5, "specimens": 1.2, "addendum": 0.5, "comment": 0.2,
    "gross": 0.6, "microscopic": 0.3, "history": 0.0, "intraoperative": 0.1, "blocks": -0.5, "outside": -2.0, "ihc": -0.5,
}  # fmt: skip


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: operations named, weighed by where they stand; the greater operation counts first."""
    past = patterns.rule("past").pattern
    tumors = {m.unit.index for m in mentions(document) if m.counts and m.rank >= 2}
    best: dict[str, list[tuple[float, Unit, int, int, str]]] = {}
    for unit in document.units:
        labelled = bool(unit.label and patterns.label and patterns.label.match(unit.label_text))
        for rule in patterns.rules:
            if rule.value is None:
                continue
            for match in rule.pattern.finditer(unit.text):
                before = unit.text[max(0, match.start() - 60) : match.start()]
                if past.search(before) or past.search(unit.text[match.end() : match.end() + 30]):
                    continue
                weight = _PLACES.get(unit.section, 0.3) + rule.strength + 0.8 * labelled
                weight += 0.7 * bool({unit.index, unit.index + 1} & tumors)
                best.setdefault(rule.value, []).append((weight, unit, match.start(), match.end(), rule.id))
    tops = {value: max(w for w, *_ in places) for value, places in best.items()}
    for value, places in best.items():
        places.sort(key=lambda item: -item[0])
        rivals = [top for other, top in tops.items() if other != value and _GREATER[other] > _GREATER[value]]
        beaten = any(top >= 1.0 or top >= tops[value] - 1.0 for top in rivals)
        for place, (weight, unit, start, end, rule_id) in enumerate(places[:3]):
            yield document.candidate(
                value,
                unit,
                start,
                end,
                rule_id,
                strength=(weight if place == 0 else 0.0) - 4.0 * beaten + 1.0,
                beaten=float(beaten),
                weight=weight,
            )


_GREATER = {"cytology": 0, "biopsy": 1, "resection": 2}

FIELD = Field(
    title="Specimen",
    position=460,
    value=Literal["biopsy", "resection", "cytology"],
    read=read,
    order=lambda v: float(_GREATER[v]),
)
