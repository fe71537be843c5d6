"""Deposits told in prose: metastatic tumor in an organ, implants, nodes beyond the region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.deposits.beyond import CLEAR
from extractor.deposits.denied import denied_below, of_others, spoken_of_else
from extractor.deposits.lists import HILUM, NONE, headed_list, list_before, listed_deposits
from extractor.deposits.words import REACH, Deposit, first_organ, is_negated, last_organ, words_after
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Longest line that is taken for the heading of a part.
_HEADING = 90
FAR = "metastasis_sites/far-node"
#: The longest name of an organ alone above its finding, and how early the organ stands in it.
_TITLE, _EARLY = 45, 12
#: How many units below a heading still belong to it.
_BELOW = 4
#: Further organs before the word ("liver-, node- and left adrenal metastases").
_MANY = re.compile(
    r"(?P<words>(?:\b[a-z]{4,}-?(?:,? and |, | ?[&/] ?)(?:(?:left|right|both|bilateral|multiple) )?){1,3})"
    r"[a-z]+-?\s+$",
    re.IGNORECASE,
)
#: Organs named before the nodes ("hepatic, osseous and nodal metastases").
_WITH_NODAL = re.compile(
    r"(?P<words>(?:\b(?:hepatic|liver|osseous|bony?|pulmonary|lung|peritoneal|cerebral|brain|adrenal|ovarian)"
    r"(?:,? and |, | ?[&/] ?)){1,4})(?:lymph )?(?:nodal|node)\s+$",
    re.IGNORECASE,
)
#: An organ named last, behind nodes ("metastatic to nodes (1 of 8) and liver").
_LAST = r"(?:,? and|,? as well as|,? plus| ?&|,) (?:to |in |the |left |right |both )*$"
_AND_ORGAN = re.compile(
    rf"[^.;:]{{0,60}}?\bnod(?:es?|al)\b[^.;:,]{{0,25}}?{_LAST}|"
    rf"[^.;:]{{0,30}}?(?-i:\bLNs?\b)[^.;:,]{{0,25}}?{_LAST}",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|[.,;()]|and\b|&)")
#: An organ that only tells where a node lies ("node of the hilum of spleen: metastasis").
_AT_PLACE = re.compile(r"\b(?:hil\w{1,3}|along|around|near|at|beside|next to)\b[^,;]{0,15}$", re.IGNORECASE)
_SAME = re.compile(r"same\b|[\w]+ (?:identical to|same as|like|as)\b", re.IGNORECASE)
#: Nodes told of apart from what stands before the word ("liver metastases and node metastases").
_ANOTHER = re.compile(r"\s{0,3}(?:,|and\b|&|;|with\b|\+)", re.IGNORECASE)
#: An organ right behind the word ("metastases liver and bone", "metastases: liver").
_BARE = re.compile(r"\s{0,2}[:(,-]?\s{0,2}(?:(?:left|right|both|the|in) ){0,2}$", re.IGNORECASE)
_METASTASES = re.compile(r"metasta(?:sis|ses)", re.IGNORECASE)
#: The organs in brackets right behind the word ("metastases (liver, bone)").
_IN_BRACKETS = re.compile(r"\s?\((?P<words>[^()\d]{3,60})\)")
#: A deposit in the tumor's own region, before the word.
_REGIONAL = re.compile(
    r"\b(?:mesent\w+|mesocol\w+|mesorect\w+|regional|satellite|in-?transit|root|hilar|nodal)(?: root)?\s+$",
    re.IGNORECASE,
)
#: A part in which no tumor was found.
_FREE_PART = re.compile(
    r"\b(?:no (?:tumou?r|malignan\w*|carcinoma|NET|metasta\w+|evidence)|negative|benign|hamartoma|"
    r"h(?:a)?emangioma|cysts?|normal|von meyenburg)\b",
    re.IGNORECASE,
)
#: What names where a tumor came from, not where it went ("of lung origin").
_ORIGIN = re.compile(r"\W{0,2}(?:origin|primary)\b", re.IGNORECASE)
#: A place behind the word, other than that of the part itself.
_TO_PLACE = re.compile(r"\s?to\s(?!(?:the\s)?(?:this|that|same|above|here)\b)[a-z]+", re.IGNORECASE)
#: How many nodes hold tumor, of how many ("Metastatic carcinoma (2/9)").
_FRACTION = re.compile(r"[^.;()]{0,40}(?:\(\d{1,2} ?/ ?\d{1,2}\)|\b\d{1,2} ?/ ?\d{1,2}(?![\d/.]))")
#: How large a metastasis is says nothing of where it is ("Size of largest metastasis: 9 mm").
_ITS_SIZE = re.compile(
    r"\b(?:size|dimensions?|diameter|largest|greatest|biggest)\s(?:(?:of|the|largest|greatest|biggest|nodal)\s){0,3}$",
    re.IGNORECASE,
)
#: The wording of a category of the nodes ("pN1: Metastasis in a single node").
_CATEGORY = re.compile(r"\bp?N[0-3lI][abc]?\W{1,3}$")
_SIZE = re.compile(r"\W{0,2}(?:size|diameter|dimensions?)\b", re.IGNORECASE)
#: A list goes on between an organ and nodes ("to both ovaries, omentum and mesenteric nodes").
_APART = re.compile(r",|\band\b|&")
#: What holds the tumor is a node, whatever it lies beside.
_NODE_WITH = re.compile(
    r"\b(?:nodes?|nodal tissue)\s+(?:with|contain\w*|show\w*|holding|positive for|involved by|replaced by)\s+"
    r"(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
#: A line that ends before the name of the place.
_GOES_ON = re.compile(r"\b(?:in|of|within)\s[\w\s-]{1,40}$", re.IGNORECASE)
#: What a tumor is of, right behind its name: the part holds the primary itself.
_OF_PERITONEUM = re.compile(
    r"\s+(?:(?:arising|originating) (?:from|in|on)|of) (?:the )?periton", re.IGNORECASE
)
#: Another disease than that of the deposits.
_LYMPHOMA = re.compile(
    r"\s{1,3}(?:with|by) (?:[\w-]+ ){0,4}(?:lymphoma|endometriosis|leuk[a]?emia)", re.IGNORECASE
)
#: A sentence about the finding of the one before.
_THIS = re.compile(
    r"\W*(?:this|these|the) (?:finding|lesion|tumou?r|appearance|picture|is|are|represent)", re.IGNORECASE
)
_LIES = re.compile(
    r"\b(?:\w*carcinoma|tumou?r|NET|neoplasm|infiltrates?)\b[^.;]{0,60}?\b(?:in|of|from|within) (?:the )?"
    r"(?:(?:region|area|tissue) of (?:the )?)?",
    re.IGNORECASE,
)


def _organ_alone(patterns: FieldPatterns, unit: Unit) -> str:
    """The label above, if it is the name of an organ ("LIVER:", "Liver (seg 3):")."""
    if unit.section not in ("diagnosis", "unknown", "amendment") or len(unit.under) >= _TITLE:
        return ""
    found = patterns.value_of(unit.under)
    return unit.under if found is not None and found[1] <= _EARLY else ""


def _part_before(document: Document, patterns: FieldPatterns, unit: Unit) -> str | None:
    """The organ of the part as it was first named ("2: wedge resection of liver" ... "2: METASTASIS")."""
    if unit.part is None:
        return None
    said = {u.heading: u for u in reversed(document.units[: unit.index]) if u.part == unit.part}
    found = set()
    for heading, first in said.items():
        if heading == unit.heading or first.section not in ("specimens", "gross", "unknown"):
            continue
        if patterns.rule("node").pattern.search(heading) or patterns.rule("many").pattern.search(heading):
            return None
        found |= {site for site, pattern in patterns.values.items() if pattern.search(heading[:60])}
    return found.pop() if len(found) == 1 else None


def metastatic_deposits(document: Document, unit: Unit, named: str) -> Iterator[Deposit]:
    """What the words for metastasis speak of."""
    patterns = document.patterns("metastasis_sites")
    refuted = patterns.rule("refuted").pattern
    for match in patterns.rule("metastatic").pattern.finditer(unit.text):
        if is_negated(patterns, unit.text, match, told=unit.section == "diagnosis") or refuted.match(
            unit.text[match.end() : match.end() + 80]
        ):
            continue
        if of_others(patterns, unit.text, match.start(), match.end()) or denied_below(
            document, patterns, unit, match.end()
        ):
            continue
        if _METASTASES.fullmatch(match[0]) and (listed := _IN_BRACKETS.match(unit.text, match.end())):
            words = listed["words"]
            silent = NONE.search(words) or patterns.rule("node").pattern.search(words) or HILUM.search(words)
            sites = [site for site, pattern in patterns.values.items() if pattern.search(words)]
            denied = refuted.match(unit.text[listed.end() : listed.end() + 80])
            if (
                sites
                and not (silent or denied)
                and not patterns.rule("node").pattern.search(unit.text[: match.start()])
            ):
                for site in sites:
                    yield Deposit(site, unit, match.start(), listed.end(), "metastasis_sites/after", 0.5)
                continue
        last = "" if _SAME.match(match[0]) else named  # the same as what: only a part's own heading tells
        if (
            listed := _WITH_NODAL.search(unit.text, max(0, match.start() - REACH), match.start())
        ) is not None:
            for site, pattern in patterns.values.items():
                if (place := pattern.search(unit.text, *listed.span("words"))) is not None:
                    yield Deposit(site, unit, place.start(), match.end(), "metastasis_sites/before", 0.5)
        elif (found := _located_deposits(document, unit, match, last)) is not None:
            site, start, end, rule, sure = found
            yield Deposit(site, unit, start, end, rule, sure)
            if rule == "metastasis_sites/after":
                yield from listed_deposits(patterns, unit, end, rule)
            elif rule == "metastasis_sites/before" and (head := list_before(unit, match.start())):
                yield from headed_list(patterns, unit, head, rule)
            elif rule == "metastasis_sites/before" and (many := _MANY.search(unit.text, 0, match.start())):
                for other, pattern in patterns.values.items():
                    if (place := pattern.search(unit.text, *many.span("words"))) is not None:
                        yield Deposit(other, unit, place.start(), place.end(), rule, 0.5)


def peritoneal_deposits(
    document: Document, patterns: FieldPatterns, unit: Unit, *, titled: bool, spread: str | None
) -> Iterator[Deposit]:
    """Tumor in a part of the peritoneum or omentum, or implants on it."""
    part = patterns.rule("peritoneal-part")
    above = document.units[unit.index - 1].text if unit.index and unit.label is None else ""
    match: re.Match[str] | None = None
    named = False  # the title names what was taken as if it were found
    if (
        part.pattern.match(unit.text)
        or (part.pattern.match(unit.heading) and _headed(document, unit))
        or (above.rstrip().endswith(":") and len(above) < _HEADING and part.pattern.match(above))
        or (titled and patterns.rule("peritoneal-title").pattern.search(above))
    ):
        implant = patterns.rule("implant").pattern
        rule, match = part, implant.search(unit.text)
        if match is not None and unit.label is not None and match.end() <= (unit.value or 0):
            # "Omental implant:" names what was taken; what was found comes after it.
            answer = document.answers.read(unit.value_text)
            if answer is None or answer.outcome != "present":
                match = implant.search(unit.text, unit.value or 0)
                named = True
    if match is None and not named:
        rule = patterns.rule("peritoneal-deposit")
        match = rule.pattern.search(unit.text)
        if match is None and spread is not None:
            rule = patterns.rule(spread)
            match = rule.pattern.search(unit.text)
    if (
        match is not None
        and not is_negated(patterns, unit.text, match)
        and not patterns.rule("refuted").pattern.match(unit.text[match.end() : match.end() + 80])
        and not _LYMPHOMA.match(unit.text, match.end())
        and not (rule is part and _OF_PERITONEUM.match(unit.text, match.end()))
        and not denied_below(document, patterns, unit, match.end())
        and not of_others(patterns, unit.text, match.start(), match.end())
    ):
        yield Deposit("peritoneum", unit, match.start(), match.end(), rule.id, 0.5)


def _headed(document: Document, unit: Unit) -> bool:
    """Whether the heading still speaks: a finding just below it, no item of a form and no remark."""
    if unit.label is not None or unit.section in ("synoptic", "comment"):
        return False
    before = document.units[max(0, unit.index - _BELOW) : unit.index]
    return len(before) < _BELOW or any(u.heading != unit.heading for u in before)


def _located_deposits(
    document: Document, unit: Unit, match: re.Match[str], named: str
) -> tuple[str, int, int, str, float] | None:
    """The organ a word for metastasis speaks of: after it, before it, or the part's."""
    patterns = document.patterns("metastasis_sites")
    text, node = unit.text, patterns.rule("node").pattern
    after = words_after(document, unit, match.end())
    before = text[max(0, match.start() - REACH) : match.start()]
    around = f"{unit.heading} {unit.under} {before} | {after}"
    far = patterns.rule("far-node").pattern.search(around)
    if far and not CLEAR.search(around[far.end() :].split("|")[0]) and node.search(f"{around} {far[0]}"):
        return "distant_node", match.start(), match.end(), FAR, 0.5
    into = patterns.rule("into").pattern.search(after)
    found = first_organ(patterns, after[into.end() : into.end() + 40]) if into else None
    if into and found and _ORIGIN.match(after, into.end() + found[2]):
        found = None
    if into and found and _AND_ORGAN.fullmatch(after, into.end(), into.end() + found[1]):
        if not _ENDS.match(after, into.end() + found[2]) or CLEAR.search(after):
            return None
        return found[0], match.start(), match.end() + into.end() + found[2], "metastasis_sites/after", 1.0
    if (
        not (into and into.start() <= 1)
        and _METASTASES.fullmatch(match[0])
        and (bare := first_organ(patterns, after[:40])) is not None
        and _BARE.fullmatch(after, 0, bare[1])
        and _ENDS.match(after, bare[2])
        and not CLEAR.search(after)
    ):
        return bare[0], match.start(), match.end() + bare[2], "metastasis_sites/after", 0.5
    if (
        _ANOTHER.match(after)
        and not (into and found)
        and (organ := last_organ(patterns, before)) is not None
        and organ[2] == len(before.rstrip())
    ):
        return organ[0], match.start() - len(before) + organ[1], match.end(), "metastasis_sites/before", 0.5
    if (of_node := node.search(after)) and not (
        into and found and _APART.search(after[into.end() + found[2] : of_node.start()])
    ):
        return None
    if into and found:
        if _NODE_WITH.search(before):
            return None
        site, lo, hi = found
        end = min(len(text), match.end() + into.end() + hi)
        return site, match.start(), end, "metastasis_sites/after", 1.0
    found = last_organ(patterns, before)
    beside = found is not None and found[2] == len(before.rstrip())  # "liver metastases"
    if found is not None and beside and node.search(before) and _AT_PLACE.search(before, 0, found[1]):
        return None  # the node lies there
    if (node.search(before) and not beside) or node.search(unit.heading):
        return None
    if found is None and _FRACTION.match(after):
        return None
    if found is None and node.search(unit.under) and not patterns.value_of(unit.under):
        return None
    if found is not None and spoken_of_else(before, after):
        return None
    if found is not None:
        site, lo, _ = found
        return site, match.start() - len(before) + lo, match.end(), "metastasis_sites/before", 0.5
    if _ITS_SIZE.search(before) or _SIZE.match(after) or _CATEGORY.search(before):
        return None
    own = (
        unit.heading
        if unit.part is not None and len(unit.heading) < 60 and patterns.value_of(unit.heading)
        else ""
    )
    if into and _TO_PLACE.match(after) and not into.start() > 1:
        return None  # it lies where no organ is named ("metastasis to the perirenal fat")
    heading = patterns.rule("part").pattern
    above = unit.under if heading.search(unit.under) and not heading.fullmatch(unit.under) else ""
    rest = text[match.end() :]
    if _GOES_ON.search(rest):
        rest += f" {document.text_below(unit)[:REACH]}"
    in_node = node.search(rest.split(". ")[0])
    above = above or ("" if in_node else _organ_alone(patterns, unit))
    part = above or (unit.heading if heading.search(unit.heading) else own or named)
    if _REGIONAL.search(before) or (part == named and _FREE_PART.search(named)):
        return None
    if unit.section == "comment" and not above:
        part = ""  # a remark on what was found, not on the last part
    if not node.search(part):
        places = {site for site, pattern in patterns.values.items() if pattern.search(part[:60])}
        if len(places) == 1 and not patterns.rule("many").pattern.search(part):
            return places.pop(), match.start(), match.end(), "metastasis_sites/part", 0.5
    if not in_node and (earlier := _part_before(document, patterns, unit)) is not None:
        return earlier, match.start(), match.end(), "metastasis_sites/part", 0.5
    if unit.index and _THIS.match(text) and (last := document.units[unit.index - 1]).section == unit.section:
        into = _LIES.search(last.text)
        found = first_organ(patterns, last.text[into.end() : into.end() + 40]) if into else None
        if found is not None:
            return found[0], match.start(), match.end(), "metastasis_sites/part", 0.5
    return None
