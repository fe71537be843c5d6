"""How one unit counts nodes: as ratios, as answers to labels, or in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractor.nodes.answers import answers
from extractor.nodes.items import supposed
from extractor.nodes.lines import FOUND, legible
from extractor.nodes.lists import listed_groups
from extractor.nodes.pairs import paired
from extractor.nodes.prose import worded
from extractor.nodes.ratios import ratios
from extractor.nodes.words import Count, examined_of, polarity
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Longest sentence that only goes on with the one before.
_SHORT = 90
#: Before a ratio: the bracket that it opens, with or without the name of its group.
_OPENED, _LABEL = re.compile(r"\([^();.]*$"), 24
_TOTAL_OF = re.compile(r"\btotal (?:number )?of\s*$", re.IGNORECASE)
#: A line of a checklist that only tells how many nodes were examined.
_REGIONAL = re.compile(
    r"\W*\d{1,3} regional (?:lymph )?nodes? (?:were )?(?:examined|evaluated)\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """A unit that may count nodes, and what the one before it tells.

    ``label`` is the unit before, if it only asks for a number. ``carried`` tells that the unit does not speak
    of nodes itself and goes on with those counted before.
    """

    document: Document
    words: FieldPatterns
    unit: Unit
    before: Unit | None
    label: str
    carried: bool

    def counts(self) -> list[Count]:
        """The counts of the unit, in the most exact of the forms it has."""
        numbers = self._numbers()
        answered = self._answers()
        if answered and not any(c.kind == "ratio" for c in numbers):
            return [*answered, *self._all_clear(answered)]
        if not numbers:
            return self._absent() or self._told() or self._found()
        whole = self._itemized(numbers)
        return numbers if whole is None else [whole]

    @property
    def _above(self) -> str:
        """The unit before, if it does not end a sentence; else empty."""
        ended = self.before is None or self.before.text.rstrip()[-1:] in (".", ";")
        return "" if self.before is None or ended else self.before.text

    def _numbers(self) -> list[Count]:
        """Ratios; without any, the groups of a list or a pair of numbers."""
        unit, words = self.unit, self.words
        headed = self.before.text if self.before is not None else ""
        carried = self.carried or words["speaks-of-nodes"].search(headed) is not None
        found = list(ratios(unit, words, carried=carried, above=self._above, headed=headed))
        found = found or listed_groups(unit, words)
        if not found and not self.carried and (pair := paired(unit, words)) is not None:
            found = [pair]
        if found and not (self.carried or legible(unit.text) or words["speaks-of-nodes"].search(unit.text)):
            # handwriting in the margin, below a line of nodes
            found = [c for c in found if unit.text[max(0, c.start - 1) : c.start] in ("(", "{", "[")]
        return found

    def _answers(self) -> list[Count]:
        """Answers to labels; none in a form whose numbers stand for yes and no."""
        coded = (
            self.words["yes-or-no"].search(self.unit.text) is not None
            and self.words["coded-answers"].search(self.document.text.clean) is not None
        )
        return [] if coded else self._grouped(answers(self.unit, self.label, self.words))

    def _grouped(self, found: Iterable[Count]) -> list[Count]:
        """Answers below a line that names one group of nodes ("Left obturator") are no totals.

        Those below one that names all parts ("Nodes, from parts A-E:") are the totals of the report.
        """
        before, words = self.before, self.words
        if before is None:
            return list(found)
        if words["from-parts"].search(before.text):
            return [replace(count, staged=True) for count in found]
        goes_on = before.text.rstrip().endswith(";") and words["one-group"].search(before.text) is not None
        if goes_on or words["side"].search(before.text):
            return [replace(count, total=False) for count in found]
        return list(found)

    def _all_clear(self, answered: list[Count]) -> list[Count]:
        """No node with tumor, if the next sentence calls all the nodes just counted free of tumor."""
        if not all(c.kind == "examined" for c in answered):
            return []
        after = self._following()
        all_of_them = after[:4].lower().strip() in ("all", "both", "none")
        told = (
            all_of_them
            and self.words["some-of-them"].match(after) is not None
            and polarity(after, self.words) == "negative"
        )
        if not (told or self.words["called-clear"].match(after)):
            return []
        return [Count("involved", None, 0, answered[0].start, answered[0].end, self.unit)]

    def _absent(self) -> list[Count]:
        """Nodes that a unit says were not sent, or not found."""
        unit, words = self.unit, self.words
        gross = unit.section == "gross"
        if match := words["none-provided" if gross else "absent"].search(unit.text) or self._answered_none():
            return [Count("none", 0, None, match.start(), match.end(), unit)]
        if gross and (match := words["absent"].search(unit.text)):
            return [Count("none", 0, None, match.start(), match.end(), unit, lookalike=True)]
        return []

    def _answered_none(self) -> re.Match[str] | None:
        """The answer "Not identified" below a label that names only the nodes."""
        above = self.before.text.strip(" ;:.,") if self.before is not None else ""
        if not (self.words["only-label"].match(above) or self.words["only-label"].match(self.unit.under)):
            return None
        return self.words["answer-none"].match(self.unit.text)

    def _told(self) -> list[Count]:
        """Nodes counted in words."""
        told = worded(self.unit, self.words, self._following())
        return [_answered(c) for c in told if not supposed(c, self._above)]

    def _found(self) -> list[Count]:
        """``Lymph nodes: 24 found.``, where nothing tells how many of them hold tumor."""
        match = FOUND.fullmatch(self.unit.text)
        if match is None:
            return []
        return [
            Count("examined", int(match["count"]), None, match.start(), match.end(), self.unit, total=True)
        ]

    def _following(self) -> str:
        """The next sentence, if it goes on about the same nodes."""
        unit = self.unit
        after = self.document.units[unit.index + 1 : unit.index + 2]
        if unit.section == "gross" or not after:
            return ""
        text = after[0].text
        apart = (after[0].section, after[0].part) != (unit.section, unit.part)
        return "" if apart or len(text) > _SHORT or self.words["speaks-of-nodes"].search(text) else text

    def _itemized(self, here: list[Count]) -> Count | None:
        """``Eighteen nodes, no tumor (0/3 level I; 0/4 level II``: the count in words, if it is greater."""
        first = min(c.start for c in here)
        if _OPENED.search(self.unit.text[max(0, first - _LABEL) : first]) is None:
            return None
        listed = examined_of(here)
        told = (c for c in worded(self.unit, self.words) if c.end <= first and c.kind == "negative")
        return next((c for c in told if (c.examined or 0) > listed), None)


def _answered(count: Count) -> Count:
    """A count that the report calls the total of the nodes found, as an answer to how many were examined."""
    before = count.unit.text[max(0, count.start - _LABEL) : count.start]
    if count.kind != "found" or count.unit.section == "gross":
        return count
    whole = _TOTAL_OF.search(before) is not None or _REGIONAL.fullmatch(count.unit.text) is not None
    return replace(count, kind="examined", total=True) if whole else count
