"""Numbers of nodes in brackets or behind a cross: nodes (x4); node x 2; nodes (4 left, 3 right)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.nodes.words import Count, Said, call, number, polarity, text_before
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: How far behind a list it is told which of its nodes hold tumor, and what its nodes are.
_TOLD, _SAID = 160, 100
#: An item of a list of counts in brackets whose place stands before it: "intermediate bronchus (1),".
_BARE = re.compile(r"[a-z] ?[({\[](?P<count>\d{1,2})[)}\]](?=, ?[a-z])", re.IGNORECASE)
#: The noun of a list in brackets, and the space behind it.
_NOUN = re.compile(
    r"\s*(?:[A-Za-z-]+\s+){0,3}?(?:lymph\s+)?nodes?\s+(?=and\b|as\b|plus\b)|\s*(?=and\b|as\b|plus\b)"
)


def in_brackets(unit: Unit, words: FieldPatterns, *, following: str) -> list[Count] | None:
    """The nodes of all brackets of a unit together; None if it has no such list."""
    if match := words["not-involved"].search(unit.text):
        return [call("negative", int(match["count"]), match.start(), match.end(), unit)]
    stations = list(words["station-list"].finditer(unit.text))
    if len(stations) > 1 and (said := _after(stations, words) or _before(stations, words)):
        return [_together(stations, said, unit)]
    times = list(words["times"].finditer(unit.text))
    if times and (said := polarity(unit.text, words) or polarity(following, words)):
        # of several groups called positive it is not told which ones are
        return None if len(times) > 1 and said == "positive" else [_times(times, said, unit)]
    if (found := _lists(unit, words)) is not None:
        return found
    each = list(words["bracketed"].finditer(unit.text))
    if len(each) > 1:
        free: Said | None = "negative" if _before(each, words) == "negative" else None
        if said := _after(each, words) or free:
            return [_together(each, said, unit)]
    match = words["bracket-total"].search(unit.text)
    if match and (said := polarity(match["rest"], words) or polarity(text_before(match), words)):
        return [call(said, int(match["count"]), match.start(), match.start("rest"), unit)]
    return None


def _after(items: list[re.Match[str]], words: FieldPatterns) -> Said | None:
    """What the words behind a list say of its nodes."""
    return polarity(items[-1].string[items[-1].end() :], words)


def _before(items: list[re.Match[str]], words: FieldPatterns) -> Said | None:
    """What the words before a list say of its nodes."""
    return polarity(items[0].string[: items[0].start()], words)


def _together(items: list[re.Match[str]], said: Said, unit: Unit) -> Count:
    """The nodes of all items of a list."""
    return call(said, sum(int(m["count"]) for m in items), items[0].start(), items[-1].end(), unit)


def _times(items: list[re.Match[str]], said: Said, unit: Unit) -> Count:
    """The nodes of all numbers behind or before a cross."""
    whole = sum(number(m["count"] or m["before"]) or 0 for m in items)
    return call(said, whole, items[0].start(), items[-1].end(), unit)


def _lists(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """The nodes of brackets that list several numbers; none if more hold tumor than there are."""
    lists = list(words["bracket-list"].finditer(unit.text))
    if not lists:
        return None
    start, end = lists[0].start(), lists[-1].end()
    whole = _listed(lists, words)
    if some := words["some-of-list"].search(unit.text[end:][:_TOLD]):
        part = (number(some["one"]) or 0) + (number(some["two"]) or 0 if some["two"] else 0)
        return [Count("ratio", whole, part, start, end, unit)] if part <= whole else []
    said = polarity(unit.text[end : end + _SAID], words)
    return [call(said, whole, start, end, unit)] if said and whole else None


def _listed(lists: list[re.Match[str]], words: FieldPatterns) -> int:
    """All nodes of the brackets of a list, of the items beside them and of the group named behind them."""
    text, end = lists[-1].string, lists[-1].end()
    whole = sum(int(n[0]) for m in lists for n in words["bracket-item"].finditer(m["list"]))
    whole += sum(int(m["count"]) for m in _BARE.finditer(text, 0, end))
    noun = _NOUN.match(text, end)
    more = words["further-group"].match(text, noun.end() if noun is not None else end)
    return whole + ((number(more["count"]) or 0) if more is not None else 0)
