"""Counts of nodes in words: twelve benign nodes; metastatic tumor in two lymph nodes; a reactive node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from extractor.nodes.bracketed import in_brackets
from extractor.nodes.groups import READABLE, in_groups, in_numbers, some_of
from extractor.nodes.uncounted import is_lone_free_node, uncounted
from extractor.nodes.words import Count, Said, call, number, polarity, text_before
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: The letter of the next item of a form.
_ITEM = re.compile(r"\b[A-Z]\.\s")
#: So near before a count, and twice as near after it, words may tell that it includes other parts.
_HEAD = 35
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
#: The heading of one node that was biopsied, and its answer.
_BIOPSIED = re.compile(
    r"[^;:.\d]{0,50}\bbiopsy\s?:\s*"
    r"(?:negative\b|benign\b|free of|no (?:evidence|tumou?r|carcinoma|malignan|metasta))",
    re.I,
)
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
#: In so many letters before a number it is told that it is that of a place.
_PLACE = 24
#: In so many letters before a count it is called a total.
_TOTAL = 12
#: In so many letters after nodes stands what they are of ("fragments").
_BESIDE = 12


def worded(unit: Unit, words: FieldPatterns, following: str = "") -> Iterator[Count]:
    """The first reading of a unit's prose that counts nodes, of the exact ones before the loose ones.

    ``following`` is the next sentence, if it may say what a count left open ("Two nodes. No tumor seen.").
    """
    listed, before, numbers = (partial(f, following=following) for f in (in_brackets, _before, in_numbers))
    for read in (_metastases, listed, numbers, in_groups, _after, _last, _placed, before, _one, uncounted):
        found = read(unit, words)
        if found is not None:
            yield from found
            return


def _metastases(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """``with three lymph node metastases``: how many nodes there were is not told."""
    match = words["metastases-counted"].search(unit.text)
    if match is None or words["numbers-a-place"].search(text_before(match, _PLACE)):
        return None
    held = number(match["count"] or match["times"])
    if held is None or held > READABLE:
        return None
    return [Count("positive", None, held, match.start(), match.end(), unit)]


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


def _last(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """``station 7: without metastasis, 4``; ``right iliac nodes: benign (6)``."""
    match = words["free-then-count"].match(unit.text)
    if match is None:
        return None
    return [call("negative", number(match["count"]) or 0, match.start("free"), match.end(), unit)]


def _placed(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """``node hepatic peduncle (2): reactive``; ``metastasis in matted nodes (about twenty)``."""
    match = words["place-bracket"].search(unit.text)
    if match is None:
        return None
    if match["count"].isdigit() and words["numbered-place"].search(unit.text[: match.start("count")]):
        return None
    said = polarity(match["rest"], words) or polarity(text_before(match), words)
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
    pattern = words["count-then-nodes"]
    at = unit.value if unit.value is not None and pattern.search(unit.text, unit.value) else 0
    while match := pattern.search(unit.text, at):
        at = match.end("count")
        count = number(match["count"])
        if count is not None and count <= READABLE and not _counts_others(match, count, words):
            return _of_nodes(unit, match, count, words, following)
    return None


def _counts_others(match: re.Match[str], count: int, words: FieldPatterns) -> bool:
    """Whether the number before a word for nodes is not the number of those nodes."""
    return (
        _names_place(match, count, words)
        or _of_pieces(match, count, words)
        or match["between"].count("(") > match["between"].count(")")
        or _ITEM.search(match["between"]) is not None
        or _numbers_part(match, words)
        or words["still-heading"].match(match.string[match.end("node") :]) is not None
        or _ONCE.match(match.string, match.end("node")) is not None
    )


def _numbers_part(match: re.Match[str], words: FieldPatterns) -> bool:
    """Whether a number that begins a line is that of the part, before the count: "4  Three celiac nodes"."""
    first = not match.string[: match.start()].strip() and match["count"].isdigit()
    return first and match["between"][:1].isalpha() and words["any-count"].match(match["between"]) is not None


def _names_place(match: re.Match[str], count: int, words: FieldPatterns) -> bool:
    """Whether a number is that of a station, a part or a page."""
    before, between = text_before(match, _PLACE), match["between"]
    return (
        (words["numbers-a-place"].search(before) is not None and not _worded_behind(match))
        # "7 lymph node: negative" is the node of station 7
        or (count > 1 and _ONE_NODE.fullmatch(match[0][: match.end("node") - match.start()]) is not None)
        # "excision (1) - negative, four nodes": the bracket names a part
        or (match[0].startswith("(") and words["any-count"].search(between) is not None)
        # "2 of 6 Number of nodes involved": the number of a page, and an item of a form
        or "number of" in between.lower()
        or (between[:1] in ("-", "–", ":", ")") and _NAMES_PART.search(before) is not None)
    )


def _worded_behind(match: re.Match[str]) -> bool:
    """Whether a number in words stands behind the dash that ends the name of a station: "station 7 - two"."""
    return match["count"][0].isalpha() and text_before(match, _PLACE).endswith(" - ")


def _of_pieces(match: re.Match[str], count: int, words: FieldPatterns) -> bool:
    """Whether a number counts pieces of nodes or the like; one fragment is one node."""
    end = match.end("node")
    beside = " ".join(match.string[end:].split())[:_BESIDE]
    pieces = words["no-count"].search(f"{match.string[match.start() : end]} {beside}")
    return pieces is not None and not (count == 1 and _FRAGMENT.search(pieces[0]))


def _of_nodes(
    unit: Unit, match: re.Match[str], count: int, words: FieldPatterns, following: str
) -> list[Count]:
    """Counted nodes with what is said of them; none if it cannot be told whether they hold tumor."""
    near, end = f"{match['between']} {match['rest']}", match.end("node")
    no_tumor = words["no-tumor"].search(unit.text) is not None
    said = polarity(near, words) or polarity(text_before(match), words)
    if said is None and not no_tumor:
        said = polarity(following, words)
        if said and (told := words["some-of-them"].match(following)) is not None:
            return some_of(told["part"].lower(), said, count, match.start(), end, unit)
    if said == "positive" and no_tumor and not words["metastatic-tumor"].search(unit.text, end):
        return []
    if said:
        return [_called(unit, match, count, said, words, following)]
    if words["seen"].search(near) or _YIELDS.search(text_before(match, _HEAD)):
        total = words["total"].search(unit.text) is not None
        return [Count("found", count, None, match.start(), end, unit, total=total)]
    return []


def _called(
    unit: Unit, match: re.Match[str], count: int, said: Said, words: FieldPatterns, following: str
) -> Count:
    """Counted nodes called negative or positive: alone, with the free ones of the next sentence, or some."""
    start, end = match.start(), match.end("node")
    head = text_before(match, _HEAD)
    if _VAGUE.search(head):
        return Count("found", count, None, start, end, unit)
    rest = words["rest-free"].match(following) if said == "positive" else None
    if rest is not None and (others := number(rest["count"])) is not None:
        return Count("ratio", count + others, count, start, end, unit)
    total = (
        words["total"].search(f"{text_before(match, _TOTAL)} {match['between']}") is not None
        or words["including"].search(head) is not None
        or words["including"].search(unit.text[end : end + 2 * _HEAD]) is not None
    )
    return replace(call(said, count, start, end, unit), total=total)


def _one(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """A single node without a number."""
    if (match := words["whole-node"].search(unit.text)) is not None:
        return [replace(call("positive", 1, match.start(), match.end(), unit), inside=True)]
    at = 0
    while (match := words["one"].search(unit.text, at)) is not None:
        at = match.end("node")  # the words after a heading ("Node, left: reactive lymph node") are read, too
        if _MEASURED.match(match["rest"]):
            continue  # "the lymph node measures 3 cm and is replaced by tumor": counted before
        said = polarity((match["quality"] or "") + " " + match["rest"], words)
        if said and words["not-a-node"].match(match["rest"]) is None and "regional" not in match[0].lower():
            sure = match["quality"] is not None or match["article"] is not None
            sure = sure or _SIZED.match(match["rest"]) is not None or is_lone_free_node(unit)
            sure = sure or _BIOPSIED.match(match["rest"]) is not None
            if said == "positive" or sure:
                found = call(said, 1, match.start("node"), match.end("node"), unit)
                return [replace(found, lookalike=not sure)]
    return None
