"""Origins a report favors in roundabout words: "midgut, ileum most likely", "orients to an origin"."""

from __future__ import annotations

import re

from extractor.matching.expressions import Expression
from extractor.tumors.organs import Hit
from extractor.unit import Unit

#: The likeliest of several origins: "midgut (ileum most likely)".
_LIKELIEST = re.compile(
    r"\W{0,2}(?:(?:primary|origin|source) )?(?:(?:is|being|as) )?(?:the )?"
    r"(?:most (?:likely|\w{1,2}kely|probable)|likeliest|favou?red|preferred)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:primary|ori[gq]\w{1,3}|source)\b", re.IGNORECASE)
_LIKELY = re.compile(
    r"\b(?:most (?:likely|probabl[ey])|likeliest(?: site| source| origin| primary)?(?: is)?|first of all|"
    r"in (?:the )?first place|most probable (?:source|origin|primary|site)(?: is)?|most suggestive of|"
    r"(?:most|best) (?:(?:in (?:keeping|line)|consistent|compatible) with|"
    r"(?:regarded|interpreted|classified) as))\W{0,3}"
    r"(?:(?:in|of|from|at|within) )?(?:(?:an?|the) )?(?:(?:terminal|distal|proximal) )?$",
    re.IGNORECASE,
)
#: What the stains favor, the words apart: "points, above all, to an origin in the ".
_TOWARDS = re.compile(
    r"\b(?:orients?|points?|speaks?|pleads?|argues?|tends?|leans?|suggests?|favou?rs?|indicates?|evokes?|fits?)\b"
    r"[^.;:]{0,40}\b(?:origin|primary|source|point of departure|starting point)\b[^.;:]{0,20}"
    r"\b(?:of|in|from|at) (?:the )?(?:terminal |distal )?$",
    re.IGNORECASE,
)
#: "site of origin likely ileum", "primary: probably in the ".
_SUPPOSED = re.compile(
    r"\b(?:site of origin|primary(?: site| tumou?r)?|origin|source)(?:,|:| is| being| was)? "
    r"(?:likely|probably|presumably|presumed(?: to be)?)\W{0,2}"
    r"(?:(?:in|of|from|at) )?(?:the )?(?:terminal |distal )?$",
    re.IGNORECASE,
)
#: "a metastasis of the known ileal tumor".
_FROM_KNOWN = re.compile(
    r"\b(?:metasta\w+|deposits?|spread|recurren\w+) (?:of|from) (?:[\w'’]+ ){0,3}?known (?:[\w-]+ ){0,2}$",
    re.IGNORECASE,
)
#: "is excluded", behind such a tumor.
_SET_ASIDE = re.compile(
    r"[^.;:]{0,40}\b(?:excluded|ruled out|unlikely|improbable|not (?:\w+ ){0,2}?(?:favou?red|suggested|"
    r"supported|considered|likely)|less likely|can ?not|questionable|possible)\b",
    re.IGNORECASE,
)
#: "would favor an endocervical origin", with what follows the organ.
_FAVORS = re.compile(r"\b(?:favou?rs?|prefers?)(?: (?:an?|the))? $", re.IGNORECASE)
_ITS = re.compile(r" (?:primary|origin)\b|\s?(?:[.;,)]|$)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r" ?\((?:the |terminal |distal )?$")
#: How far before an organ such words begin.
_REACH = 80


def favored(unit: Unit, hit: Hit, named: Hit | None, doubtful: Expression) -> float | None:
    """How much the words around an organ make it the origin; 0.0 where they doubt it, None without any.

    Parameters
    ----------
    named
        The organ of the same unit that was favored before.
    doubtful
        What takes an origin back.
    """
    text = unit.text
    before, after = text[max(0, hit.start - 60) : hit.start], text[hit.end : hit.end + 30]
    likeliest = _LIKELIEST.match(after) or _LIKELY.search(before)
    if likeliest and unit.section != "history" and _ASKED.search(text):
        return 0.0 if doubtful.search(before[-40:]) else 1.5
    if unit.section != "history" and _FROM_KNOWN.search(before):
        return 0.0 if doubtful.search(before[-40:]) or _SET_ASIDE.match(text, hit.end) else 1.0
    if unit.section != "history" and _SUPPOSED.search(before):
        return 0.6
    if _TOWARDS.search(text, max(0, hit.start - _REACH), hit.start):
        return 0.0 if doubtful.search(text[max(0, hit.start - _REACH) : hit.start]) else 0.6
    if unit.section != "history" and _ITS.match(after) and _FAVORS.search(before):
        return 0.5
    if named is not None and _IN_BRACKETS.fullmatch(text, named.end, hit.start):
        return 1.0
    return None
