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
#: A word for many organs as the other alternative, behind an organ or before it.
_WIDE = (
    r"(?:upper |lower )?(?:gastro-?(?:intestin|enter)\w*(?: tract)?|GI(?: tract)?|gut|fore-?gut|hind-?gut|"
    r"enteric|intestinal|bowel|gyna?ecologic\w*|genital|m[uü]llerian|aero-?digestive)\b"
)
_OR_WIDE = re.compile(
    r"(?: (?:primary|origin|tumou?r|NET|site))?,? (?:or|versus|vs\.?) "
    r"(?:(?:an?|the|of|from|in|another|other)\s){0,3}"
    rf"(?:{_WIDE}|(?:other|another|different|else\w*)\b)",
    re.IGNORECASE,
)
_WIDE_OR = re.compile(rf"\b{_WIDE},? (?:or|versus|vs\.?) (?:(?:an?|the|of|from|in)\s){{0,2}}$", re.IGNORECASE)
#: Words by which what follows is the origin the report thinks of.
_THOUGHT_OF = re.compile(
    r"\b(?:consistent|compatible|in keeping|in line) with|\b(?:origin|primary|source)\b|\bsuggest|\bfavou?r|"
    r"\b(?:may|could|might) be\b",
    re.IGNORECASE,
)
#: What sets all of them aside.
_DISMISSED = re.compile(
    r"\b(?:unlikely|improbable|exclud\w+|ruled out|against|no (?:evidence|sign)|not|"
    r"rather|less likely|than)\b",
    re.IGNORECASE,
)
#: What makes one of them the less likely.
_LESS = re.compile(r"\b(?:less|rather|unlikely|not|no)\b", re.IGNORECASE)
#: Alternatives stand no farther apart.
_FAR = 40
#: How far before them the words of an origin are looked for.
_BEFORE = 60
#: Organs that are parts of one another, or told apart by nobody.
_FAMILIES = (
    frozenset({"ileum", "jejunum", "small_bowel"}),
    frozenset({"colon", "rectum"}),
    frozenset({"uterus", "cervix"}),
    frozenset({"ovary", "soft_tissue"}),  # the peritoneum
)


def alternatives(present: Sequence[Hit]) -> frozenset[int]:
    """Where the organs of a unit begin that are but alternatives."""
    found = {hit.start for hit in present if _beside_wide(hit)}
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


def open_origin(present: Sequence[Hit]) -> Hit | None:
    """The first of the organs between which a unit leaves the origin open."""
    open_ones = alternatives(present)
    for hit in present:
        if hit.start in open_ones:
            told = _THOUGHT_OF.search(hit.unit.text, max(0, hit.start - _BEFORE), hit.start)
            aside = _DISMISSED.search(hit.unit.text, max(0, hit.start - _BEFORE), hit.end + _BEFORE)
            return hit if told is not None and aside is None else None
    return None


def _beside_wide(hit: Hit) -> bool:
    """Whether the alternative of an organ is a word for many ("pancreas or other gastrointestinal")."""
    text = hit.unit.text
    if _LESS.search(text[max(0, hit.start - _FAR) : hit.start]):
        return False
    return (
        _OR_WIDE.match(text, hit.end) is not None
        or _WIDE_OR.search(text, max(0, hit.start - _FAR), hit.start) is not None
    )
