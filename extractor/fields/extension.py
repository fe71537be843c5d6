"""Extension: the deepest layer or structure that tumor is stated to reach.

Meaning: from ``mucosa`` over the layers of a wall to ``confined_to_organ``, ``surrounding_fat``,
``adjacent_organ`` and ``great_vessel``. Negated structures do not count ("into but not through the
muscularis propria" is the muscularis propria).
Source: CAP cancer protocols (tumor extent); NAACCR items of tumor extension; the rule book of the gold files.
Conflicts: among current statements of equal rank the deepest counts.
"""

from collections.abc import Iterator
from typing import Literal

from extractor.assertion import judge
from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.invasion.forms import is_choice
from extractor.invasion.places import reached
from extractor.matching.patterns import FieldPatterns
from extractor.statements.forms import misplaced
from extractor.unit import Unit

LAYERS = (
    "mucosa",
    "submucosa",
    "muscularis_propria",
    "subserosa",
    "serosa",
    "confined_to_organ",
    "surrounding_fat",
    "adjacent_organ",
    "great_vessel",
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: what the statements of local invasion name, and layers of the organ's own wall."""
    document.reading("local_invasion")
    for found in document.candidates["local_invasion"]:
        unit, start, end = found.unit, found.start - found.unit.start, found.end - found.unit.start
        # "limited to the submucosa", "into but not through the muscularis propria"
        stopped = found.value == "absent" and "through" in unit.text[start:end].lower()
        confined = stopped or (found.value == "absent" and found.features.get("by_confined"))
        if not confined and (found.value != "present" or "answered" in found.features):
            continue
        words = unit.text[start : end + 12] if confined else reached(document, found)
        layer = _layer(patterns, words)
        if confined and layer not in LAYERS[:3]:
            layer = None if stopped else "confined_to_organ"
        if layer is not None:
            yield document.candidate(
                layer, unit, start, end, "extension/stated", strength=misplaced(unit) + 0.5
            )
    depth = patterns.rule("depth").pattern
    for unit in document.units_with(depth, *patterns.concepts):
        if unit.section == "blocks" or is_choice(unit):
            continue
        if (
            unit.label is not None
            and depth.search(unit.label_text)
            and (layer := _layer(patterns, unit.value_text[:70]))
        ):
            yield document.candidate(
                layer, unit, 0, len(unit.text), "extension/item", strength=misplaced(unit) + 0.5
            )
            continue
        yield from _walls(document, patterns, unit)


def _walls(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    for mention in document.mentions(unit, "WALL_LAYER", "GREAT_VESSEL"):
        judged = judge(mention, unit.text)
        if "HYPOTHETICAL" in mention.categories or (judged is not None and judged[0] != "present"):
            continue
        layer = (
            "great_vessel"
            if mention.target == "GREAT_VESSEL"
            else _layer(patterns, unit.text[mention.start : mention.end])
        )
        if layer is not None:
            yield document.candidate(
                layer, unit, mention.start, mention.end, "extension/wall", strength=misplaced(unit), prose=1.0
            )


def _layer(patterns: FieldPatterns, text: str) -> str | None:
    found = patterns.value_of(text)
    return None if found is None else found[0]


FIELD = Field(
    title="Extension",
    position=100,
    value=Literal[
        "mucosa",
        "submucosa",
        "muscularis_propria",
        "subserosa",
        "serosa",
        "confined_to_organ",
        "surrounding_fat",
        "adjacent_organ",
        "great_vessel",
    ],
    read=read,
    order=lambda value: float(LAYERS.index(value)),
    needs=("local_invasion",),
    of_this_specimen=True,
)
