"""Extension: the deepest layer or structure that tumor is stated to reach.

Meaning: from ``mucosa`` over the layers of a wall to ``confined_to_organ``, ``surrounding_fat``,
``adjacent_organ`` and ``great_vessel``. Negated structures do not count ("into but not through the
muscularis propria" is the muscularis propria).
Source: CAP cancer protocols (tumor extent); NAACCR items of tumor extension; the rule book of the gold files.
Conflicts: among current statements of equal rank the deepest counts.
"""

import re
from collections.abc import Iterator
from typing import Literal

from extractor.assertion import judge
from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.invasion.forms import is_choice
from extractor.invasion.places import own_organ, reached
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

#: A wall that is entered and not passed.
_STOPPED = re.compile(r"through|\binto\b.*\bnot beyond", re.IGNORECASE)
#: Where the words for a wall end that is entered and not passed, and how far they go.
_END = re.compile(r"[.;:,]|\b(?:and|or|without|with)\b", re.IGNORECASE)
_BEHIND = 45
#: So much of an answer is read; its clauses, those that deny, and what is denied within one.
_ANSWER = 90
_CLAUSE = re.compile(r"[.;,]\s|\b(?:but|however|although|while|whereas)\b", re.IGNORECASE)
_NEXT_LINE = re.compile(r"(?<!\s)\s*\n\s*(?=[A-Z][a-z])(?=[^\n]{0,60}(?:\s[-–]\s|[ \t]{3}|:))")
_SPARED = re.compile(
    r"\b(?:uninvolved|intact|spared|unremarkable|negative|clear|absent|free|sparing|"
    r"(?:not|nor) (?:\w+ly )?"
    r"(?:involved|invaded|infiltrated|penetrated|reached|breached|identified|seen|present))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|no|nor|without|never|surrounded by)\b", re.IGNORECASE)
#: The organ that tumor is within, and the one that it left.
_WITHIN = re.compile(
    r"\b(?:(?:confined|limited|restricted) to|within) (?:the )?(?!\w*(?:muc|musc)|sub|lamina)\w+",
    re.IGNORECASE,
)
_LEFT = re.compile(r"\b(?:beyond|outside(?: of)?) (?:the )?\w+", re.IGNORECASE)

#: A place that is only named for its margin.
_MARGIN = re.compile(
    r"(?:\s{1,3}(?:surgical|resection|excision|vascular|\(?inked\)?))?\s{1,3}margins?\b", re.IGNORECASE
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: what the statements of local invasion name, and layers of the organ's own wall."""
    document.reading("local_invasion")
    for found in document.candidates["local_invasion"]:
        unit, start, end = found.unit, found.start - found.unit.start, found.end - found.unit.start
        # "limited to the submucosa", "into but not through the muscularis propria"
        stopped = found.value == "absent" and _STOPPED.search(unit.text[start:end]) is not None
        confined = stopped or (found.value == "absent" and found.features.get("by_confined"))
        if not confined and (found.value != "present" or "answered" in found.features):
            continue
        words = _kept_within(unit, start, end) if confined else reached(document, found)
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
            and (layer := _item(document, patterns, unit))
        ):
            yield document.candidate(
                layer, unit, 0, len(unit.text), "extension/item", strength=misplaced(unit) + 0.5
            )
            continue
        yield from _walls(document, patterns, unit)


def _kept_within(unit: Unit, start: int, end: int) -> str:
    """The words for what keeps tumor in, with those behind ("into but not through | the muscle coat")."""
    return unit.text[start:end] + _END.split(unit.text[end : end + _BEHIND])[0]


def _item(document: Document, patterns: FieldPatterns, unit: Unit) -> str | None:
    """The deepest layer that an item's answer names; not what it denies, nor the organ tumor arose in."""
    own = own_organ(document)
    answer = document.text.clean[unit.start + (unit.value or 0) : unit.end][:_ANSWER]
    clauses = [c for c in _CLAUSE.split(_NEXT_LINE.split(answer)[0]) if not _SPARED.search(c)]
    told = "; ".join(_DENIED.split(clause)[0] for clause in clauses)
    told = _LEFT.sub(" beyond ", _WITHIN.sub(" ", told))
    while (found := patterns.value_of(told)) is not None:
        layer, start, end = found
        if own is None or not own.search(told[start:end]):
            return layer
        told = told[:start] + told[end:]
    return None


def _walls(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    for mention in document.mentions(unit, "WALL_LAYER", "GREAT_VESSEL"):
        judged = judge(mention, unit.text)
        if "HYPOTHETICAL" in mention.categories or (judged is not None and judged[0] != "present"):
            continue
        if _MARGIN.match(unit.text, mention.end):
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
