"""Counts of nodes in words: twelve benign nodes; metastatic tumor in two lymph nodes; a reactive node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from extractor.nodes.groups import READABLE, in_groups, in_numbers, some_of
from extractor.nodes.uncounted import is_lone_free_node, uncounted
from extractor.nodes.words import Count, call, number, polarity
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: The letter of the next item of a form.
_ITEM = re.compile(r"\b[A-Z]\.\s")
#: How far behind a list it is told which of its nodes hold tumor.
_TOLD = 160
#: So near before a count, and twice as near after it, words may tell that it includes other parts.
_HEAD = 35
#: An item of a list of counts in brackets whose place stands before it: "intermediate bronchus (1),".
_BARE = re.compile(r"[a-z] ?[({\[](?P<count>\d{1,2})[)}\]](?=, ?[a-z])", re.IGNORECASE)
#: The noun of a list in brackets, and the space behind it.
_NOUN = re.compile(
    r"\s*(?:[A-Za-z-]+\s+){0,3}?(?:lymph\s+)?nodes?\s+(?=and\b|as\b|plus\b)|\s*(?=and\b|as\b|plus\b)"
)
_MEASURED = re.compile(r"\s+(?:measures|is)\s+(?:up to\s+)?\d", re.IGNORECASE)
#: A node by its number: "node 2:".
_NUMBERED = re.compile(r"(?:lymph\W{0,2})?node\s+\d+\s?:", re.IGNORECASE)
#: Nodes with a number in brackets and a colon behind it.
_STATION = re.compile(r"[^(]*\(\s?\d{1,2}\s?\)\s*:\s*")
#: A number and a single node behind it.
_ONE_NODE = re.compile(r"\d{1,2}[A-Z]?\s+lymph node", re.IGNORECASE)
_FRAGMENT = re.compile(r"\bfragment$", re.IGNORECASE)
#: Before a count: the nodes were found in something.
_YIELDS = re.compile(r"\b(?:yield|reveal)(?:s|ed|ing)\s+(?:a total of\s+)?$", re.IGNORECASE)
#: A size beside a single node: it is that one.
_SIZED = re.compile(r"\s*[(,]\s?\d[\d.]*\s?(?:cm|mm|em)\b")
#: Nodes with their number in words.
_COUNTED_BEHIND = re.compile(
    r",\s(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty)"
    r"\s(?:lymph )?nodes?\b",
    re.I,
)
#: A number that names a part: "In 4 - nodes without metastasis".
_NAMES_PART = re.compile(r"(?:^|[.;]\s*)(?:in|ad|from|re)?\s*$", re.IGNORECASE)
#: After nodes: what was said of them before ("reported as negative").
_ONCE = re.compile(
    r"\s+(?:\w+\s+){0,2}?(?:reported|diagnosed|called|signed out|interpreted|read|considered)\s+"
    r"(?:as\s+)?(?:negative|benign|free)\b",
    re.IGNORECASE,
)
#: Before a count: how many of its nodes are meant is not told.
_VAGUE = re.compile(
    r"\b(?:most|many|several|some|few|half|majority|bulk|minority|proportion|part"
    r"|(?:nearly|almost|practically|virtually|not) all)"
    r"\s+of\s+(?:the\s+|these\s+|those\s+)?$",
    re.IGNORECASE,
)
#: In so many letters after nodes stands what they are of ("fragments").
_BESIDE = 12


def worded(unit: Unit, words: FieldPatterns, following: str = "") -> Iterator[Count]:
    """The first reading of a unit's prose that counts nodes, of the exact ones before the loose ones.

    ``following`` is the next sentence, if it may say what a count left open ("Two nodes. No tumor seen.").
    """
    listed, before = partial(_listed, following=following), partial(_before, following=following)
    numbers = partial(in_numbers, following=following)
    for read in (_metastases, listed, numbers, in_groups, _after, _placed, before, _one, uncounted):
        found = read(unit, words)
        if found is not None:
            yield from found
            return


def _listed(unit: Unit, words: FieldPatterns, *, following: str) -> list[Count] | None:
    """Numbers in brackets, or behind a cross: nodes (x4); node x 2; nodes (4 left, 3 right)."""
    text = unit.text
    if match := words["not-involved"].search(text):
        return [call("negative", int(match["count"]), match.start(), match.end(), unit)]
    stations = list(words["station-list"].finditer(text))
    if len(stations) > 1 and (
        said := polarity(text[stations[-1].end() :], words) or polarity(text[: stations[0].start()], words)
    ):
        whole = sum(int(m["count"]) for m in stations)
        return [call(said, whole, stations[0].start(), stations[-1].end(), unit)]
    times = list(words["times"].finditer(text))
    if times and (said := polarity(text, words) or polarity(following, words)):
        whole = sum(number(m["count"] or m["before"]) or 0 for m in times)
        # of several groups called positive it is not told which ones are
        several = len(times) > 1 and said == "positive"
        return None if several else [call(said, whole, times[0].start(), times[-1].end(), unit)]
    if lists := list(words["bracket-list"].finditer(text)):
        whole = sum(int(n[0]) for m in lists for n in words["bracket-item"].finditer(m["list"]))
        whole += sum(int(m["count"]) for m in _BARE.finditer(text, 0, lists[-1].end()))
        more = words["further-group"].match(text, _gap(text, lists[-1].end()))
        whole += (number(more["count"]) or 0) if more is not None else 0
        said = polarity(text[lists[-1].end() : lists[-1].end() + 100], words)
        if some := words["some-of-list"].search(text[lists[-1].end() :][:_TOLD]):
            part = (number(some["one"]) or 0) + (number(some["two"]) or 0 if some["two"] else 0)
            return (
                [Count("ratio", whole, part, lists[0].start(), lists[-1].end(), unit)]
                if part <= whole
                else []
            )
        if said and whole:
            return [call(said, whole, lists[0].start(), lists[-1].end(), unit)]
    each = list(words["bracketed"].finditer(text))
    if len(each) > 1 and (
        said := polarity(text[each[-1].end() :], words)
        or ("negative" if polarity(text[: each[0].start()], words) == "negative" else None)
    ):
        return [call(said, sum(int(m["count"]) for m in each), each[0].start(), each[-1].end(), unit)]
    if (match := words["bracket-total"].search(text)) and (
        said := polarity(match["rest"], words)
        or polarity(text[max(0, match.start() - 80) : match.start()], words)
    ):
        return [call(said, int(match["count"]), match.start(), match.start("rest"), unit)]
    return None


def _metastases(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """``with three lymph node metastases``: how many nodes there were is not told."""
    match = words["metastases-counted"].search(unit.text)
    if match is None or words["numbers-a-place"].search(
        unit.text[max(0, match.start() - 24) : match.start()]
    ):
        return None
    held = number(match["count"] or match["times"])
    if held is None or held > READABLE:
        return None
    return [Count("positive", None, held, match.start(), match.end(), unit)]


def _gap(text: str, at: int) -> int:
    """Where the words after a list go on that name other nodes: past the noun of the list."""
    match = _NOUN.match(text, at)
    return match.end() if match is not None else at


def _after(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """``lymph nodes: 12, negative``."""
    match = words["after-nodes"].search(unit.text)
    if match is None or (said := polarity(match["rest"], words)) is None:
        return None
    if said == "positive" and _STATION.fullmatch(match[0][: match.start("rest") - match.start()]):
        return None  # "nodes (3): metastatic" may be those of station 3
    if _NUMBERED.match(match[0]):
        return None  # "sentinel node 2: negative" is the second node
    if any(m.start("node") == match.start() for m in words["count-then-nodes"].finditer(unit.text)):
        return None
    return [call(said, number(match["count"]) or 0, match.start(), match.end("count"), unit)]


def _placed(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """``node hepatic peduncle (2): reactive``; ``metastasis in matted nodes (about twenty)``."""
    match = words["place-bracket"].search(unit.text)
    if match is None:
        return None
    if match["count"].isdigit() and words["numbered-place"].search(unit.text[: match.start("count")]):
        return None
    said = polarity(match["rest"], words) or polarity(
        unit.text[max(0, match.start() - 80) : match.start()], words
    )
    if said is None or words["any-count"].match(match["rest"].lstrip(" :,-")):
        return None
    if _COUNTED_BEHIND.search(match["rest"]):
        return None  # "nodes, excision (1): negative, four lymph nodes": the bracket names a part
    if said == "positive" and _STATION.fullmatch(
        f"{match[0][: match.start('rest') - match.start()]}{match['rest'][:1]}"
    ):
        return None
    return [call(said, number(match["count"]) or 0, match.start(), match.start("rest"), unit)]


def _before(unit: Unit, words: FieldPatterns, *, following: str) -> list[Count] | None:
    """``twelve benign lymph nodes``."""
    text = unit.text
    pattern = words["count-then-nodes"]
    at = unit.value if unit.value is not None and pattern.search(text, unit.value) else 0
    while match := pattern.search(text, at):
        at = match.end("count")
        count = number(match["count"])
        if count is None or count > READABLE:
            continue
        if words["numbers-a-place"].search(text[max(0, match.start() - 24) : match.start()]):
            continue
        if count > 1 and _ONE_NODE.fullmatch(match[0][: match.end("node") - match.start()]):
            continue  # "7 lymph node: negative" is the node of station 7
        if match[0].startswith("(") and words["any-count"].search(match["between"]):
            continue  # "excision (1) - negative, four nodes": the bracket names a part
        if "number of" in match["between"].lower():
            continue  # "2 of 6 Number of nodes involved": the number of a page, and an item of a form
        if match["between"][:1] in ("-", "–", ":", ")") and _NAMES_PART.search(text[: match.start()][-24:]):
            continue
        beside = " ".join(text[match.end("node") :].split())[:_BESIDE]
        pieces = words["no-count"].search(f"{text[match.start() : match.end('node')]} {beside}")
        if pieces is not None and not (count == 1 and _FRAGMENT.search(pieces[0])):
            continue  # one fragment is one node
        if match["between"].count("(") > match["between"].count(")") or _ITEM.search(match["between"]):
            continue
        if words["still-heading"].match(text[match.end("node") :]) or _ONCE.match(text, match.end("node")):
            continue
        near = match["between"] + " " + match["rest"]
        said = polarity(near, words) or polarity(text[max(0, match.start() - 80) : match.start()], words)
        end = match.end("node")
        if said is None and not words["no-tumor"].search(text):
            said = polarity(following, words)
            if said and (told := words["some-of-them"].match(following)) is not None:
                return some_of(told["part"].lower(), said, count, match.start(), end, unit)
        if (
            said == "positive"
            and words["no-tumor"].search(text)
            and not words["metastatic-tumor"].search(text, end)
        ):
            return []
        if said and _VAGUE.search(text[max(0, match.start() - _HEAD) : match.start()]):
            return [Count("found", count, None, match.start(), end, unit)]
        if said:
            before = text[max(0, match.start() - 12) : match.start()]
            whole = (
                words["total"].search(f"{before} {match['between']}") is not None
                or words["including"].search(text[max(0, match.start() - _HEAD) : match.start()]) is not None
                or words["including"].search(text[end : end + 2 * _HEAD]) is not None
            )
            rest = words["rest-free"].match(following) if said == "positive" else None
            if rest is not None and (others := number(rest["count"])) is not None:
                return [Count("ratio", count + others, count, match.start(), end, unit)]
            return [replace(call(said, count, match.start(), end, unit), total=whole)]
        if words["seen"].search(near) or _YIELDS.search(text[max(0, match.start() - _HEAD) : match.start()]):
            whole = words["total"].search(text) is not None
            return [Count("found", count, None, match.start(), end, unit, total=whole)]
        return []
    return None


def _one(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """A single node without a number."""
    if (match := words["whole-node"].search(unit.text)) is not None:
        return [call("positive", 1, match.start(), match.end(), unit)]
    at = 0
    while (match := words["one"].search(unit.text, at)) is not None:
        at = match.end("node")  # the words after a heading ("Node, left: reactive lymph node") are read, too
        if _MEASURED.match(match["rest"]):
            continue  # "the lymph node measures 3 cm and is replaced by tumor": counted before
        said = polarity((match["quality"] or "") + " " + match["rest"], words)
        if said and words["not-a-node"].match(match["rest"]) is None and "regional" not in match[0].lower():
            sure = match["quality"] is not None or match["article"] is not None
            sure = sure or _SIZED.match(match["rest"]) is not None or is_lone_free_node(unit)
            if said == "positive" or sure:
                found = call(said, 1, match.start("node"), match.end("node"), unit)
                return [replace(found, lookalike=not sure)]
    return None
