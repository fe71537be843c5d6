"""Words for the organ a tumor arose in, and for what it reaches."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate

#: Words for the parts of an organ of origin, where its name is not enough.
_OWN = {
    "ampulla": "ampull|duoden",
    "duodenum": "duoden|ampull",
    "colon": "colon|bowel|append|c(?:a)?ecum",
    "rectum": "rect|bowel|colon",
    "jejunum": "bowel|intestin|jejun",
    "ileum": "bowel|intestin|ile",
    "small_bowel": "bowel|intestin|jejun|ile",
    "appendix": "append|c(?:a)?ecum",
    "stomach": "stomach|gastric",
    "liver": "liver|hepat",
    "uterus": "uter|cervi|endomet",
    "cervix": "cervi|uter|endomet",
    "bone": "bone|vertebra|mandib",
    "skin": "skin",
    "soft_tissue": "musc|soft tissue|fat|adipose|fascia",
    "breast": "breast|fat|adipose|skin|nipple",
    "brain": "brain|cerebr|dura|mening",
    "pleura": "pleura|chest wall",
}
_ORIGIN = re.compile(r"\b(?:beyond|outside(?: of)?|confined to|limited to|from) (?:the )?\w+", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[.;:]|\b(?:but|not|without|sparing|margins?)\b|"
    r",(?=\s{1,3}(?:the )?(?:[\w-]+ ){1,4}(?:(?:is|are) )?"
    r"(?:un-?involved|spared|free|intact|clear|negative)\b)",
    re.IGNORECASE,
)


def own_organ(document: Document) -> re.Pattern[str] | None:
    """The words for the organ the tumor arose in, or None if the report does not say."""
    site = document.reading("primary_site").value
    return None if not site or site in ("unknown", "other") else _own_words(site)


@cache
def _own_words(site: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_OWN.get(site, site[:6])})", re.IGNORECASE)


def reached(document: Document, candidate: Candidate) -> str:
    """The words for what tumor reaches: the candidate's clause without the organ it comes from."""
    unit = candidate.unit
    start, end = candidate.start - unit.start, candidate.end - unit.start
    rest = unit.text[end : end + 60]
    stop = _CLAUSE.search(rest)
    return _ORIGIN.sub(" beyond ", unit.text[start:end] + (rest[: stop.start()] if stop else rest))
