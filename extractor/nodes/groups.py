"""Groups of nodes under one word: ``3, 5 and 2 nodes``; ``one hilar and two lobar nodes``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.nodes.words import Count, Said, call, number, polarity, text_before
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: The most nodes that words are read as counting.
READABLE = 120
#: So many numbers before one word for nodes are counts, not a place.
_ENUMERATED = 3
#: The end of a list of groups: the level of the last.
_LEVEL_LAST = re.compile(r"\b(?:levels?|stations?|zones?|groups?)\s[\dIVX]{1,4}[AB]?$", re.IGNORECASE)


def in_groups(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """``one hilar, 3 lobar and two segmental lymph nodes``: all of them together."""
    match = words["several-groups"].search(unit.text)
    if match is None or words["no-count"].search(match[0][: match.start("rest") - match.start()]):
        return None
    before = text_before(match)
    if words["numbers-a-place"].search(before[-24:]) or polarity(match["list"], words):
        return None
    if _LEVEL_LAST.search(match["list"]) and words["node"].match(unit.text[match.end("last") :].lstrip()):
        return None  # "eleven level 3 and 4 lymph nodes": the last number is a level, too
    said = polarity(match["rest"], words) or polarity(before, words)
    whole = _whole(match, words)
    if said is None or whole is None or words["still-heading"].match(match["rest"]):
        return None
    return [call(said, whole, match.start(), match.start("rest"), unit)] if whole <= READABLE else None


def _whole(match: re.Match[str], words: FieldPatterns) -> int | None:
    """All nodes of a list of groups; None if one of its numbers cannot be read."""
    each = [number(m["count"]) for m in words["group-count"].finditer(match["list"])]
    each.append(number(match["last"]))
    return None if None in each else sum(n or 0 for n in each)


def all_of_list(text: str, at: int, words: FieldPatterns) -> int | None:
    """All nodes of the list of groups that a number (``at``) is one of."""
    match = words["several-groups"].search(text)
    if match is None or not match.start() <= at <= match.start("last"):
        return None
    if polarity(match["list"], words) or words["node"].search(match["list"]):
        return None  # "14 nodes, 3 positive nodes": the second are some of the first
    return _whole(match, words)


def in_numbers(unit: Unit, words: FieldPatterns, *, following: str) -> list[Count] | None:
    """``no tumor in 3, 5 and 2 nodes respectively``: all of them together."""
    match = words["several-numbers"].search(unit.text) or words["numbers-after"].search(unit.text)
    if match is None or words["still-heading"].match(match["rest"]):
        return None
    each = _numbers(match["list"], words)
    respectively = "respectively" in match["rest"].lower()
    if None in each or (len(each) < _ENUMERATED and not respectively):
        return None
    whole, start, end = sum(n or 0 for n in each), match.start(), match.start("rest")
    if (list_ := words["held-list"].match(match["rest"])) is not None:
        bearing = _numbers(list_["list"], words)
        if len(bearing) == len(each):
            part = sum(n or 0 for n in bearing)
            return [Count("ratio", whole, part, start, end, unit)] if part <= whole else []
    before = text_before(match)
    some, said = _said_of_all(match["rest"], before, following, words)
    if some is not None and said is not None:
        return some_of(some, said, whole, start, end, unit)
    if said is None or words["numbers-a-place"].search(before[-24:]):
        return [] if respectively else None
    return [call(said, whole, start, end, unit)] if whole <= READABLE else None


def _numbers(text: str, words: FieldPatterns) -> list[int | None]:
    """The numbers of a list, None for one that cannot be read."""
    return [number(m[0]) for m in words["any-count"].finditer(text)]


def _said_of_all(
    rest: str, before: str, following: str, words: FieldPatterns
) -> tuple[str | None, Said | None]:
    """What is said of the nodes of a list behind it, before it or in the next sentence, and of how many of
    them if not of all."""
    held = words["held-of-all"].match(rest)
    if held is not None and (told := polarity(held["said"], words)) is not None:
        return held["part"].lower(), told
    if (said := polarity(rest, words) or polarity(before, words)) is not None:
        return None, said
    some = words["some-of-them"].match(following)
    return (some["part"].lower() if some is not None else None), polarity(following, words)


def some_of(part: str, said: str, whole: int, start: int, end: int, unit: Unit) -> list[Count]:
    """``Twelve nodes. Two of these show metastases.``"""
    held = whole if part in ("all", "both", "each") else number(part)
    if held is None or held > whole:
        return []
    if said == "negative" and part not in ("none", "neither"):
        held = whole - held
    return [Count("ratio", whole, held, start, end, unit)]
