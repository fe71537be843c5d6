"""Words of organs, and the words around them, from ``patterns/fields/primary_site.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression, Group
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns


@dataclass(frozen=True, slots=True)
class Hit:
    """An organ's words at ``unit.text[start:end]``."""

    organ: str
    unit: Unit
    start: int
    end: int


class Organs:
    """The organ words of ``primary_site.toml``."""

    def __init__(self, patterns: FieldPatterns) -> None:
        keys: dict[str, list[str]] = patterns.data["key"]
        self._organs = Group(
            ((n, organ, tuple(keys[organ])), p) for n, (organ, p) in enumerate(patterns.values.items())
        )
        self._procedures = Group(
            ((n, organ), Expression(text, re.IGNORECASE))
            for n, (organ, text) in enumerate(patterns.data["procedure"].items())
        )
        self._operated = Expression("ectomy|otomy|whipple|debulk|resection|LAR|APR|TUR", re.IGNORECASE)
        self.operation = patterns.rule("operation").pattern
        self.origin_after = patterns.rule("origin-after").pattern
        self.origin_before = patterns.rule("origin-before").pattern
        self.unlikely = [(organ, re.compile(text)) for organ, text in patterns.data["unlikely"].items()]
        self.implied = [
            (organ, re.compile(text, re.IGNORECASE)) for organ, text in patterns.data["implied"].items()
        ]
        self.doubtful = patterns.rule("doubtful").pattern
        self.not_near = patterns.rule("not-near").pattern
        self.sought = patterns.rule("sought").pattern
        self.suggested = patterns.rule("suggested").pattern
        self.bearing = patterns.rule("bearing").pattern
        self.unknown = patterns.rule("unknown").pattern
        self.nodes = patterns.rule("nodes").pattern
        self.attached = patterns.rule("attached").pattern
        self.adjective = patterns.rule("adjective").pattern
        self.overview = patterns.rule("overview").pattern
        self.label = patterns.label
        self.narrower: list[list[str]] = patterns.data["narrower"]
        self.weights: dict[str, float] = patterns.data["weights"]

    def find(self, unit: Unit) -> list[Hit]:
        """Organ words of a unit, in order: leftmost first, at one place in the file's order."""
        lower = unit.text.lower()
        found = []
        for (number, organ, keys), pattern in self._organs.possible(unit.text):
            for key in keys:
                if key in lower:
                    found += [(m.start(), number, m.end(), organ) for m in pattern.finditer(unit.text)]
                    break
        hits = _leftmost(unit, found)
        if any(h.organ == "rectum" for h in hits):  # "adenocarcinoma of the colorectal type" is no place
            hits = [h for h in hits if unit.text[h.start : h.end].lower() != "colorectal"]
        return hits

    def find_procedures(self, unit: Unit) -> list[Hit]:
        """Operations that name an organ."""
        if not self._operated.search(unit.text):
            return []
        possible = self._procedures.possible(unit.text)
        found = [
            (m.start(), number, m.end(), organ)
            for (number, organ), pattern in possible
            for m in pattern.finditer(unit.text)
        ]
        return _leftmost(unit, found)


def _leftmost(unit: Unit, found: list[tuple[int, int, int, str]]) -> list[Hit]:
    """Of overlapping places (begin, rank, end, organ) the first, at one place the first in rank."""
    hits: list[Hit] = []
    at = -1
    for start, _, end, organ in sorted(found):
        if start >= at:
            hits.append(Hit(organ, unit, start, end))
            at = end
    return hits
