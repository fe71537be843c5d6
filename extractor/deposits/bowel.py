"""Deposits on the bowel and its mesentery, of tumors that spread over the peritoneum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.deposits.beyond import SKIPPED
from extractor.deposits.lists import NONE
from extractor.deposits.words import REACH, Deposit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

#: How early in its heading the bowel stands.
_EARLY = 60
#: Sections whose lines tell of all parts.
_REMARKS = frozenset({"comment", "synoptic"})
#: How far behind the word the bowel is named, and what leads to it or tells of the origin.
_AFTER = 90
_SENTENCE = re.compile(r"[.;](?!\d)")
_INTO = re.compile(r"\b(?:to|in|on|into|involv\w+|infiltrat\w+|replac\w+)\b", re.IGNORECASE)
_FROM = re.compile(r"\b(?:primary|origin\w*|from|direct)\b", re.IGNORECASE)

#: What grew there from beside.
_DIRECT = re.compile(r"\b(?:direct(?:ly)?|contiguous(?:ly)?|by extension|extension of)\b", re.IGNORECASE)


def on_bowel(patterns: FieldPatterns, unit: Unit, named: str, part: str = "bowel-part") -> Iterator[Deposit]:
    """Metastatic tumor in a part of the bowel ("Rectosigmoid nodule, excision: metastatic carcinoma").

    It lies on the peritoneum there; ``named`` is the line right above, if it names a specimen, and
    ``part`` the rule for what is taken.
    """
    rule, node = patterns.rule(part), patterns.rule("node").pattern
    found = patterns.rule("spread-there").pattern.search(unit.text, unit.value or 0)
    if found is None or unit.section in SKIPPED or NONE.search(unit.text[: found.end() + REACH]):
        return
    deposit = Deposit("peritoneum", unit, found.start(), found.end(), rule.id, 0.5)
    after = _SENTENCE.split(unit.text[found.end() : found.end() + _AFTER])[0]
    there = rule.pattern.search(after)
    if there is not None and _INTO.search(after, 0, there.start()):
        if not (_FROM.search(after) or node.search(after)):
            yield deposit
        return
    if _DIRECT.search(unit.text[unit.value or 0 : found.end()] + after):
        return
    taken = patterns.rule("part").pattern
    heads = (unit.label_text,) if unit.label is not None else (unit.under, unit.heading, named[-_EARLY:])
    if unit.section in _REMARKS and (unit.label is None or not taken.search(unit.label_text)):
        return
    for head in heads:
        if rule.pattern.search(head[:_EARLY]) is None:
            if taken.search(head):
                return  # a part of something else
            continue
        if not (node.search(head) or patterns.rule("many").pattern.search(head)):
            yield deposit
        return
