"""How a report tells nodes again: in digits, in a reprinted item, or below the ratio of their part."""

from __future__ import annotations

import re

from extractor.nodes.words import Count

#: So many units make a list item; a line so long is not written twice by chance.
_NEAR, _LONG = 3, 60
#: A side of the body.
SIDE = re.compile(r"\b(?:left|right)\b", re.IGNORECASE)
#: A word that names the region of nodes.
REGION = re.compile(
    r"\b\w*(?:clavicular|jugular|digastric|mental|mandibular|tracheal|bronchial|hilar|carinal|aortic|caval|iliac"
    r"|obturator|inguinal|cervical|axillary|mesenteric|gastric|colic|pelvic|diaphragmatic)\b",
    re.IGNORECASE,
)
#: What nodes may hold beside the tumor that the count before is of.
_OTHER_TUMOR = re.compile(
    r"\bthyroid\b|lymphoma|leuk(?:a?e)mi|prostat\w+ (?:adeno)?carcinoma|melanoma|granuloma|inclusion",
    re.I,
)
#: The tumor of the report itself, spread to nodes of a level that the count before need not hold.
_SPREAD = re.compile(r"\bmetasta", re.I)
#: The nodes above hold none of a tumor called by its kind; another kind may be told of them.
_DENIED = re.compile(
    r"\b(?:no|without|negative for)\s(?:evidence of\s)?(?:\w+\s){0,2}?"
    r"(?:squamous|adeno\w*|transitional|urothelial|neuroendocrine|carcinoid|renal|hepatocellular|ductal|lobular)\b",
    re.I,
)
_LEVEL = re.compile(r"\blevels? (?:\d|[IV]+)\w?\b", re.I)
_NUMBER_FIRST = re.compile(r"\W*(\d{1,2}|[A-Z])(?:\s?[.):]|\s(?=[A-Z]))")
_ONLY_NOUN = re.compile(r"\S{0,8}\W{0,3}(?:(?:regional |lymph )?nodes?|examined)\W{1,3}", re.IGNORECASE)
_CUT_FAR = 10
#: So many letters of a heading tell it from another.
_HEADING = 32


def among(count: Count, ratio: Count) -> bool:
    """Whether nodes with something else, told below the ratio of their part, are some of its nodes.

    "No carcinoma in 14 nodes (0/14)." and on a line of its own "Papillary thyroid carcinoma in one node."
    """
    unit, above = count.unit, ratio.unit
    return (
        ratio.kind in ("ratio", "negative")
        and unit.part is not None
        and (unit.part, unit.section) == (above.part, above.section)
        and 0 < unit.index - above.index <= _NEAR
        and (count.examined or count.positive or 0) <= (ratio.examined or 0)
        and _OTHER_TUMOR.search(unit.text) is not None
        and _OTHER_TUMOR.search(above.text) is None
        and (_SPREAD.search(unit.text) is None or _DENIED.search(above.text) is not None)
        and _LEVEL.search(above.text) is None
        and (not _places(ratio) or _DENIED.search(above.text) is not None)
    )


def _places(count: Count) -> set[str]:
    """The places that the line of a count names before it."""
    return {word.lower() for word in REGION.findall(count.unit.text[: count.end])}


def cut_off(one: Count, other: Count) -> bool:
    """Whether a line only ends in digits what a line above, cut by other words, says in words."""
    apart = other.unit.index - one.unit.index
    return (
        not one.slash
        and other.slash
        and 0 < apart <= (_CUT_FAR if one.unit.part is not None else 2)
        and one.unit.part == other.unit.part
        and _ONLY_NOUN.fullmatch(other.unit.text[: other.start]) is not None
    )


def same_item(one: Count, other: Count) -> bool:
    """Whether a numbered item that names a place of nodes stands twice, its number read as a part or not."""
    first, again = _NUMBER_FIRST.match(one.unit.text), _NUMBER_FIRST.match(other.unit.text)
    if first is None or again is None or first[1] != again[1] or other.unit.index - one.unit.index <= _NEAR:
        return False
    words, same = letters(one.unit.text[: one.end], _LONG), letters(other.unit.text[: other.end], _LONG)
    return (
        len(words) > _HEADING
        and words == same
        and (SIDE.search(one.unit.text) or REGION.search(one.unit.text)) is not None
    )


def again_in_digits(one: Count, other: Count) -> bool:
    """Whether a line begins with the ratio in digits that the one before gave in words."""
    return not one.slash and other.slash and other.unit.text[: other.start].strip() == "("


def letters(text: str, most: int = _HEADING) -> str:
    """A heading without the signs and spaces that a scanner reads now so, now so."""
    return "".join(filter(str.isalpha, text)).lower()[:most]
