"""What counts of nodes are compared with and grouped by, and the candidates made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.field import Candidate
from extractor.node_repeats import part_of
from extractor.node_sums import to_add
from extractor.node_words import Count

if TYPE_CHECKING:
    from extractor.document import Document


#: Before a count: what follows is the result, whatever was said before.
_CONCLUDED = re.compile(r"\b(?:final|therefore|thus|concluding|now)\b[^;]*$", re.IGNORECASE)


#: So many parts leave no doubt that the report counts by parts.
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """What a count is compared with: the greatest sum of a section, the greatest stated total, and the sum
    over parts that headings set apart (0 if they overlap)."""

    most: int
    stated: int
    parts: int


def scale_of(found: list[Count], whole: list[Count]) -> Scale:
    """The scale of a report; ``whole`` are the counts of the report proper."""
    sums = [sum(c.examined or 0 for c in to_add(here)) for here in by_section(found).values()]
    stated = [c.examined or 0 for c in found if c.kind == "examined" and c.total]
    stated += [c.examined or 0 for c in found if c.kind in ("ratio", "negative") and (c.total or c.staged)]
    most = max(sums, default=0)
    stated += [c.examined or 0 for c in found if c.labelled and (c.examined or 0) >= most]
    together = to_add(whole)
    labels = sum(c.kind == "examined" for c in found)
    return Scale(
        most=most,
        stated=max(stated, default=0) if labels < 2 else 0,
        parts=sum(c.examined or 0 for c in together) if apart(together) or _nearly_apart(together) else 0,
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


def _nearly_apart(here: list[Count]) -> bool:
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
