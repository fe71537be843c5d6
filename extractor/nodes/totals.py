"""What counts of nodes are compared with and grouped by, and the candidates made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.field import Candidate
from extractor.nodes.parts import part_of
from extractor.nodes.sums import to_add
from extractor.nodes.words import Count, examined_of, positive_of

if TYPE_CHECKING:
    from extractor.document import Document


#: Before a count: what follows is the result, whatever was said before.
_CONCLUDED = re.compile(r"\b(?:final|therefore|thus|concluding|now)\b[^;]*$", re.IGNORECASE)


#: A side, as a word in small letters.
_SIDE = re.compile(r"\b(?:left|right)\b")
#: The heading of a part inside a line, and how far above a count it stands.
_RUN_ON = re.compile(r"\b(?:\d{1,2}|[A-Z])\s?[.)]\s?(?:lymph\s?)?nod", re.IGNORECASE)
_ABOVE = 3
#: So many parts leave no doubt that the report counts by parts.
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """What a count is compared with: the greatest sum of a section, the greatest stated total, and the sum
    over parts that headings set apart (0 if they overlap); and how many nodes hold tumor of those that the
    parts of a section come to."""

    most: int
    stated: int
    parts: int
    held: dict[int, int]


def scale_of(found: list[Count], whole: list[Count]) -> Scale:
    """The scale of a report; ``whole`` are the counts of the report proper."""
    sums = [examined_of(to_add(here)) for here in by_section(found).values()]
    stated = [c.examined or 0 for c in found if c.kind == "examined" and c.total]
    stated += [c.examined or 0 for c in found if c.kind in ("ratio", "negative") and (c.total or c.staged)]
    most = max(sums, default=0)
    stated += [c.examined or 0 for c in found if c.labelled and (c.examined or 0) >= most]
    together = to_add(whole)
    held: dict[int, int] = {}
    for here in (*by_section(whole).values(), whole):
        counted = to_add(here)
        if len(counted) > 1 and not any(c.total or c.staged or c.labelled for c in counted):
            held[examined_of(counted)] = positive_of(counted)
    labels = sum(c.kind == "examined" for c in found)
    return Scale(
        most=most,
        stated=max(stated, default=0) if labels < 2 else 0,
        held=held,
        parts=examined_of(together) if apart(together) or nearly_apart(together) else 0,
    )


def by_section(found: Iterable[Count]) -> dict[str, list[Count]]:
    """Counts by the section they stand in."""
    sections: dict[str, list[Count]] = {}
    for count in found:
        sections.setdefault(count.unit.section, []).append(count)
    return sections


def apart(here: list[Count]) -> bool:
    """Whether each count belongs to a part of its own."""
    parts = [part_of(c) for c in here]
    return len(parts) > 1 and len(set(parts)) == len(parts) and None not in parts


def nearly_apart(here: list[Count]) -> bool:
    """The same but for one count whose part the scanner lost."""
    known = [c for c in here if part_of(c) is not None]
    return len(known) == len(here) - 1 and len(known) >= _SEVERAL and apart(known)


def candidate(
    document: Document, value: int, here: list[Count], rule: str, *, strength: float, **features: Any
) -> Candidate:
    """A candidate that stands on some counts."""
    first = here[0]
    made = document.candidate(
        value,
        first.unit,
        first.start,
        first.end,
        rule,
        strength=strength,
        **{k: v for k, v in features.items() if v},
    )
    if "historical" in made.features and _CONCLUDED.search(first.unit.text[: first.start][-60:]):
        del made.features["historical"]
    for tissue in ("tissue_node", "tissue_metastasis"):
        made.features.pop(tissue, None)  # of course it speaks of nodes
    made.more = tuple((c.unit.start + c.start, c.unit.start + c.end) for c in here[1:9])
    return made


def lost_part(document: Document, counted: list[Count]) -> bool:
    """Whether the heading of the part of a count is run on to the words before it."""
    return any(
        _RUN_ON.search(above.text) is not None
        for c in counted
        if part_of(c) is None
        for above in document.units[max(0, c.unit.index - _ABOVE) : c.unit.index]
    )


def other_side(count: Count, counted: list[Count]) -> bool:
    """Whether nodes are those of a side of which the section counts none."""
    sides = set(_SIDE.findall(count.unit.text.lower()))
    return bool(sides) and all(
        (named := set(_SIDE.findall(around(c).lower()))) and not named & sides for c in counted
    )


def around(count: Count) -> str:
    """The words of a count and of the headings above it."""
    unit = count.unit
    return f"{unit.under} {unit.heading} {unit.text}"
