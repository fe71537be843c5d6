"""Organs named as alternatives ("pancreas or ileum"): none is said to be the origin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractor.tumors.organs import Hit

#: What stands between two alternatives, and between the members of a list of them.
_OR = re.compile(
    r"(?:[\s(]{1,2}[\w-]+){0,2}?\W{0,2}(?:,? ?\bor\b|\bversus\b|\bvs\b\.?|\s?/)\s?"
    r"(?:(?:the|an?|in|of|from|else|possibly|even|perhaps|terminal|distal|proximal|upper|lower|left|right)\s){0,3}",
    re.IGNORECASE,
)
_COMMA = re.compile(r",\s(?:(?:the|an?|in|of|from|terminal|distal|proximal)\s){0,2}", re.IGNORECASE)
#: What makes one of them the less likely.
_LESS = re.compile(r"\b(?:less|rather|unlikely|not|no)\b", re.IGNORECASE)
#: Alternatives stand no farther apart.
_FAR = 40
#: Organs that are parts of one another, or told apart by nobody.
_FAMILIES = (
    frozenset({"ileum", "jejunum", "small_bowel"}),
    frozenset({"colon", "rectum"}),
    frozenset({"uterus", "cervix"}),
    frozenset({"ovary", "soft_tissue"}),  # the peritoneum
)


def alternatives(present: Sequence[Hit]) -> frozenset[int]:
    """Where the organs of a unit begin that are but alternatives."""
    found: set[int] = set()
    for first, second in pairwise(present):
        between = first.unit.text[first.end : second.start]
        pair = {first.organ, second.organ}
        apart = len(pair) > 1 and not any(pair <= family for family in _FAMILIES)
        if apart and len(between) <= _FAR and _OR.fullmatch(between) and not _LESS.search(between):
            found |= {first.start, second.start}
    for first, second in reversed(list(pairwise(present))) if found else ():
        if second.start in found and _COMMA.fullmatch(first.unit.text, first.end, second.start):
            found.add(first.start)
    return frozenset(found)
