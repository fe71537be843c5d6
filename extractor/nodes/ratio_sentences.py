"""Numbers of nodes and of those with tumor told apart in a sentence, in order or turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.nodes.exceptions import excepted
from extractor.nodes.words import LOOKALIKES, Count, call, number, polarity, roman
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: In so many characters after "twelve nodes, three" stands what the three are.
_VERB, SHORT = 32, 24
#: Before what was examined: it is that of all nodes.
_TOTAL_FIRST = re.compile(r"\btotal\b", re.IGNORECASE)
#: What is said of nodes without tumor.
_FREE = re.compile(r"(?:is |are |was |were |being )?(?:free|clear|unaffected)\b", re.IGNORECASE)
#: What nodes may hold that is no tumor.
_BENIGN = re.compile(
    r"(?:(?:is|are|was|were|being)\s)?"
    r"(?:with|show\w*|contain\w*|ha(?:s|ve|d)|harbou?r\w*|demonstrat\w*|involved by)\s"
    r"(?:(?:an?|only|foci|focus|focal|small|rare|some|of|microscopic|benign|few|extensive)\s){0,3}"
    r"(?:endosalping|m[uü]llerian|n[ae]{1,2}v[ui]|granulom|non-?necroti|non-?caseat|caseat|sarcoid"
    r"|(?:glandular |epithelial )?inclusion|anthraco|silico|calcif|hyalin|fibros|scar|sinus|reactive|follic"
    r"|lymphoid|fat|lipo|h[ae]{1,2}morrh)"
    r"(?!\w*[\s-](?:(?!and\b|but\b|while\b)[\w-]+\s){0,4}?(?:metasta|deposits?\b|carcinoma|melanoma))",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:and|while|whereas|but)\s(?P<count>\d{1,2}|[a-z]{3,9})\s(?:other\s|more\s|further\s|of\s\w+\s|nodes?\s){0,2}"
    r"(?:with|show|contain|ha[sv]|harbou?r|(?:is|are|was|were)\s|metasta|positive|involved)",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:no|without|not)\s*$", re.IGNORECASE)
#: Before "of 21 nodes": the part is told already.
_COUNTED = re.compile(
    r"(?:\d|\b(?:none|(?:\w+-)?(?:one|two|three|four|five|six|seven|eight|nine|ten)|\w+teen))\)?\s*$", re.I
)


def in_sentences(unit: Unit, words: FieldPatterns) -> Iterator[Count]:
    """Forms that name both numbers apart: of twelve nodes, three; No II/XVII; 3 positive and 5 negative."""
    by_exception = list(excepted(unit, words))
    yield from by_exception
    taken = max((count.end for count in by_exception), default=0)
    pairs = list(words["positive-and-negative"].finditer(unit.text))
    paired = {pair.start() for pair in pairs}  # the first number is no whole
    for rule in ("of-nodes", "nodes-some", "examined-some", "in-nodes", "nodes-in-some", "held-among"):
        for match in words[rule].finditer(unit.text, taken):
            held, whole = number(match["part"]), number(match["whole"]) or 0
            if match["part"].lower() in ("all", "both"):
                held = whole
            if (
                held is None
                or held > whole
                or match.start() in paired
                or _between_numbers(rule, match, words)
            ):
                continue
            if held and (_FREE.match(match["said"]) or polarity(match["said"][:_VERB], words) == "negative"):
                held = whole - held
            if (benign := _BENIGN.match(match["said"])) is not None:
                held = min(_beside_benign(match["said"][benign.end() :], held, words), whole)
            taken = match.end()
            total = rule == "held-among" and _TOTAL_FIRST.search(unit.text, 0, match.start()) is not None
            yield Count("ratio", whole, held, match.start(), match.end(), unit, total=total)
    yield from _metastases_in(unit, words, taken)
    for match in words["after-some"].finditer(unit.text, taken):
        whole = number(match["n"] or match["whole"]) or 0
        told = (match["part"] or match["held"] or match["within"] or match["inside"]).lower()
        held = whole if told in ("all", "both") else number(told)
        if held is not None and held <= whole:
            taken = match.end()
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["examined-involved"].finditer(unit.text, taken):
        held, whole = number(match["part"] or match["held"]), number(match["whole"] or match["all"]) or 0
        if held is not None and held <= whole:
            taken = match.end()
            total = _TOTAL_FIRST.search(unit.text[: match.start()][-8:] + match[0][:6]) is not None
            yield Count("ratio", whole, held, match.start(), match.end(), unit, total=total)
    for match in words["plus"].finditer(unit.text, taken):
        if match["all"] is not None:
            held, whole = int(match["held"]), int(match["all"])
            if held <= whole:
                yield Count("ratio", whole, held, match.start(), match.end(), unit)
            continue
        held = int(match["part"].translate(LOOKALIKES))
        whole = held + int(match["clear"]) if match["clear"] else int(match["whole"].translate(LOOKALIKES))
        if held <= whole:
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["node-out-of"].finditer(unit.text, taken):
        held, whole = number(match["part"]), number(match["whole"]) or 0
        if held is not None and held <= whole:
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["some-examined"].finditer(unit.text, taken):
        held, whole = number(match["part"]), number(match["whole"] or match["all"] or match["total"]) or 0
        if held is not None and held <= whole and not _DENIES.search(unit.text[: match.start()]):
            taken = match.end()
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["metastases-then-nodes"].finditer(unit.text, taken):
        held, whole = number(match["part"]), number(match["whole"]) or 0
        if held is not None and held <= whole:
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["none-staged"].finditer(unit.text, taken):
        whole = number(match["whole"]) or 0
        yield Count("ratio", whole, 0, match.start(), match.end(), unit, staged=True)
    for match in words["roman"].finditer(unit.text):
        part, whole = roman(match["part"]), roman(match["whole"])
        if 0 < part <= whole:
            yield Count("ratio", whole, part, match.start(), match.end(), unit)
    for match in words["roman-count"].finditer(unit.text):
        if said := polarity(unit.text[max(0, match.start() - 80) : match.start()], words):
            count = roman(match["count"] or match["bare"])
            yield replace(call(said, count, match.start(), match.end(), unit), kind="ratio")
    for match in pairs:
        held, clear = (
            number(next(match[name] for name in names if match[name])) or 0 for names in (_HELD, _CLEAR)
        )
        yield Count("ratio", held + clear, held, match.start(), match.end(), unit)


def _beside_benign(rest: str, held: int, words: FieldPatterns) -> int:
    """How many nodes hold tumor where some (``held``) hold something else, as ``rest`` goes on to tell."""
    if polarity(rest, words) != "positive":
        return 0  # "two nodes, one of them with endosalpingiosis"
    others = _OTHERS.search(rest)
    told = number(others["count"]) if others is not None else None
    return held if told is None else told


#: The groups of "3 positive and 5 negative" that hold the number of each, in whatever order they are told.
_HELD = ("positive", "held", "with", "bearing", "struck")
_CLEAR = ("negative", "clear", "without", "benign", "spared")


def _metastases_in(unit: Unit, words: FieldPatterns, taken: int) -> Iterator[Count]:
    """``Of 19 nodes there are metastases in 7``: the nodes first, those with tumor behind the finding."""
    for match in words["nodes-in"].finditer(unit.text, taken):
        held, whole = number(match["part"]), number(match["whole"]) or 0
        held = whole if match["part"].lower() in ("all", "both") else held
        before = unit.text[max(0, match.start() - _VERB) : match.start()]
        told = f"{match['between']} {unit.text[match.start('whole') : match.start('between')]}"
        if held is None or held > whole or polarity(before, words) or polarity(told, words):
            continue
        if words["numbers-a-place"].search(before[-24:]) or words["no-count"].search(told):
            continue
        if _DENIES.search(match["between"]):
            held = 0 if held == whole else whole - held
        yield Count("ratio", whole, held, match.start(), match.end(), unit)


def _between_numbers(rule: str, match: re.Match[str], words: FieldPatterns) -> bool:
    """Whether the nodes of "twelve nodes, three with tumor" are themselves a part, or no count of nodes."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    if rule == "of-nodes":
        return _COUNTED.search(before) is not None  # "3 of 21 nodes contain tumor, 2 show scars"
    return rule == "nodes-some" and (
        words["numbers-a-place"].search(before) is not None
        or words["no-count"].search(match[0][: match.start("part") - match.start()]) is not None
        or re.search(r"(?:\bof|/)\s*(?:the\s+)?$", before) is not None
    )
