"""Where a report counts lymph nodes: every count, unit by unit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.nodes.answers import held_of
from extractor.nodes.brackets import OpenBracket
from extractor.nodes.columns import column_answers
from extractor.nodes.copies import Copies, printed_once
from extractor.nodes.current import current
from extractor.nodes.items import placed, summed_up
from extractor.nodes.lines import asks, joined, legible
from extractor.nodes.lists import table_rows
from extractor.nodes.one_unit import merge_unit
from extractor.nodes.passed_over import PassedOver
from extractor.nodes.plain import plain
from extractor.nodes.readings import Line
from extractor.nodes.settled import settled, without_listing
from extractor.nodes.words import Count, about_nodes
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document

#: More counts than any report holds; thirty were the most seen.
_MOST = 80
#: How many units below the last that counts nodes another may go on with them.
_CARRIED = 2
_NUMBER = re.compile(r"\W*\d{1,3}\W*")
#: A line that sums up the nodes of the lines before: "Total now 1/18."
_TOTAL_LINE = re.compile(
    r"\W*(?:(?:new|grand|final|overall|so|thus|revised)\W+){0,2}(?:totals?|altogether|in all|sum)\b"
    r"[^.;/]{0,40}?\b(?:\d{1,2}|none)\s?(?:/|of|out of)\s?\d",
    re.IGNORECASE,
)


@lru_cache(maxsize=2)
def counts(document: Document) -> tuple[Count, ...]:
    """Every count of nodes in a report, unit by unit; none if they are more than any report holds."""
    found = _Walk(document).counts()
    if found is None:
        return ()  # their sum would mean nothing, and comparing them takes for ever
    words = document.patterns("nodes")
    found = summed_up(document, placed(document, found), words) + column_answers(document)
    found = without_listing(document, printed_once(current(document, found)))
    return tuple(settled(found, words))


class _Walk:
    """A walk down a report: the counts of its units, and what each unit tells of the ones below."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._words = document.patterns("nodes")
        self._found: list[Count] = []
        self._rows = table_rows(document, self._words)
        self._passed_over = PassedOver(document)
        self._bracket = OpenBracket()
        self._copies = Copies(document)
        #: The unit before, and what it asks if it is only a label.
        self._before: Unit | None = None
        self._label = ""
        #: The last unit that speaks of nodes, and whether it counts them by ratios.
        self._last: Unit | None = None
        self._by_ratio = False

    def counts(self) -> list[Count] | None:
        """The counts of all units; None as soon as they are too many."""
        for written in joined(self._document):
            if len(self._found) > _MOST:
                return None
            self._read(plain(written))
        return self._found

    def _read(self, unit: Unit) -> None:
        """Count the nodes of a unit, in the way that fits it."""
        self._bracket.follow(unit)
        if self._passed_over.holds(unit):
            self._before = self._last = None
        elif (row := self._rows.get(unit.index)) is not None:
            self._found.append(row)
            self._last, self._by_ratio = unit, True
            self._before, self._label = unit, ""
        elif held := self._held_of_those_before(unit):
            self._found += held
            self._before, self._label = unit, ""
        else:
            self._read_line(unit)
            self._before, self._label = unit, asks(unit)

    def _held_of_those_before(self, unit: Unit) -> list[Count]:
        """The nodes with tumor of those that the unit before, an item of a form, counts as examined."""
        last = self._found[-1] if self._found else None
        if last is None or last.kind != "examined" or last.unit is not self._before:
            return []
        return list(held_of(unit, last))

    def _read_line(self, unit: Unit) -> None:
        """Count the nodes of a unit that speaks of them, or goes on with those counted before."""
        own = self._speaks_of_nodes(unit)
        if not (own or self._goes_on(unit)):
            return
        here = Line(self._document, self._words, unit, self._before, self._label, carried=not own).counts()
        here = self._bracket.marked(unit, here)
        if here and not self._copies.hold(unit):
            self._found += merge_unit(here)
        if own or here or not self._by_ratio:
            self._last = unit
            if here or self._words["speaks-of-nodes"].search(unit.text):  # else it only says more of them
                self._by_ratio = any(c.kind == "ratio" for c in here)

    def _speaks_of_nodes(self, unit: Unit) -> bool:
        """Whether a unit speaks of nodes, or is the number that a label above asks for."""
        return about_nodes(unit, self._before, self._words) or (
            self._label != "" and _NUMBER.fullmatch(unit.text) is not None
        )

    def _goes_on(self, unit: Unit) -> bool:
        """Whether a unit goes on with the nodes last counted, though it names none."""
        last = self._last
        if last is None or last.section != unit.section or unit.index - last.index > _CARRIED:
            return False
        further = self._by_ratio and self._words["carried"].match(unit.text) is not None
        return (further or _TOTAL_LINE.match(unit.text) is not None) and legible(unit.text)
