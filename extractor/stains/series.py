"""Stains of a list that semicolons part, with one result before them all.

"The tumor is negative for: CK20; CDX2; chromogranin; synaptophysin.": each item is a unit of its own, and
what the first begins with is the result of the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.stains.columns import deciding_rule
from extractor.stains.row import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

#: How many items before a stain may stand.
_ITEMS = 10
#: The words that begin such a list.
_BEGINS = re.compile(
    r"(?P<denied>\b(?:no|not|nor|neither|without|lacks?|lacking|\w{2,4}n['’]t) (?:\w+ ){0,2})?"
    r"\b(?P<result>(?:posi|nega)tive(?:ly)?|(?:non-? ?|un)?reactive|negativity|positivity)"
    r"(?: (?:for|with|to|stains?|markers?|antibodies|reactions?)){0,2}\s?:",
    re.IGNORECASE,
)


def told_in_series(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The result of a stain that is one item of such a list."""
    kinds = [patterns.rule(name).pattern for name in ("marker", "other", "word")]
    tokens = scan(unit.text, *kinds)
    if unit.label is not None or any(token.kind == "result" for token in tokens):
        return
    for above in reversed(document.units[max(0, unit.index - _ITEMS) : unit.index]):
        if not above.text.endswith(";") or above.section != unit.section:
            return
        if begun := list(_BEGINS.finditer(above.text)):
            begins = begun[-1]
            if begins["denied"]:
                return  # "not reactive for: ..." is left to what reads whole sentences
            rule = deciding_rule(patterns, begins["result"])
            target = next((token for token in tokens if token.kind == "target"), None)
            if rule is not None and target is not None:
                yield document.candidate(
                    rule.value, unit, target.start, target.end, rule.id, strength=rule.strength - 0.3
                )
            return
        if above.label is not None or any(token.kind == "result" for token in scan(above.text, *kinds)):
            return
