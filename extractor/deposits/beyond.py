"""Nodes with tumor beyond the primary's own region, and what the report itself calls distant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.deposits.words import REACH, Deposit, is_negated
from extractor.nodes.places import counts
from extractor.nodes.words import Count
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Sections that tell of no deposit by themselves.
SKIPPED = frozenset({"gross", "history", "blocks", "specimens", "intraoperative", "outside"})
#: What parts nodes that are free from a metastasis named after them.
CLEAR = re.compile(r"\b(?:negative|free|no|not|benign|uninvolved|without|reactive)\b", re.IGNORECASE)


def named_beyond(patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """A node the report itself calls one of another region, with tumor in it."""
    rule = patterns.rule("beyond-named")
    for match in rule.pattern.finditer(unit.text):
        around = unit.text[max(0, match.start() - REACH) : match.end() + REACH]
        around = re.split(r"[;](?!\d)", around)[0] if ";" in around[:REACH] else around
        if not patterns.rule("node").pattern.search(around) or CLEAR.search(around):
            continue
        if patterns.rule("beyond-found").pattern.search(around):
            yield Deposit("distant_node", unit, match.start(), match.end(), rule.id, 0.5)
            return


def called_distant(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """A metastasis that the category beside it calls distant, where no organ of the list is named."""
    rule = patterns.rule("code-place")
    text = unit.text
    if text.count("(") > text.count(")"):
        text += f" {document.text_below(unit)}"  # cut at a sign within the bracket
    match = rule.pattern.search(text)
    if match is None or match.start() >= len(unit.text) or is_negated(patterns, text, match):
        return
    node = patterns.rule("node").pattern.search(match["place"])
    if node is None and CLEAR.search(match[0]) is None and patterns.value_of(match["place"]) is None:
        yield Deposit("other", unit, match.start(), min(match.end(), len(unit.text)), rule.id, 0.5)


def beyond_region(document: Document, patterns: FieldPatterns) -> Iterator[Deposit]:
    """Positive nodes beside the aorta or the vena cava: not regional for the organs of the pelvis."""
    named = patterns.rule("beyond-pelvis").pattern
    last: Count | None = None
    for count in counts(document):
        unit = count.unit
        same = last is not None and last.unit is unit
        since = last.end if last is not None and same else 0
        last = count
        if not count.positive or unit.section in SKIPPED:
            continue
        above = "" if same or not unit.index else document.units[unit.index - 1].text[-REACH:]
        if named.search(f"{above} {unit.text[since : count.start]}"):
            yield Deposit("distant_node", unit, count.start, count.end, "metastasis_sites/beyond-pelvis", 0.5)
