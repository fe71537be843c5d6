"""Deposits told in prose: metastatic tumor in an organ, implants, nodes beyond the region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.deposits.denied import denied_below, of_others
from extractor.deposits.lists import HILUM, NONE, headed_list, list_before, listed_deposits
from extractor.deposits.located import AFTER, BEFORE, METASTASES, Word
from extractor.deposits.words import REACH, Deposit, is_negated
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Longest line that is taken for the heading of a part.
_HEADING = 90
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
    r"(?:,? and |, | ?[&/] ?)){1,4})"
    r"(?:(?:regional|local|hilar|portal|\w{3,}(?:al|ic|ac)) )?(?:lymph )?(?:nodal|node)\s+$",
    re.IGNORECASE,
)
_SAME = re.compile(r"same\b|[\w]+ (?:identical to|same as|like|as)\b", re.IGNORECASE)
#: The organs in brackets right behind the word ("metastases (liver, bone)").
_IN_BRACKETS = re.compile(r"\s?\((?P<words>[^()\d]{3,60})\)")
#: What a tumor is of, right behind its name: the part holds the primary itself.
_OF_PERITONEUM = re.compile(
    r"\s+(?:(?:arising|originating) (?:from|in|on)|of) (?:the )?periton", re.IGNORECASE
)
#: Another disease than that of the deposits.
_LYMPHOMA = re.compile(
    r"\s{1,3}(?:with|by) (?:[\w-]+ ){0,4}(?:lymphoma|endometriosis|leuk[a]?emia)", re.IGNORECASE
)


def metastatic_deposits(document: Document, unit: Unit, named: str) -> Iterator[Deposit]:
    """What the words for metastasis speak of; ``named`` is the last line that names a specimen."""
    patterns, text = document.patterns("metastasis_sites"), unit.text
    for match in patterns["metastatic"].finditer(text):
        if _is_denied(document, patterns, unit, match):
            continue
        if listed := _listed_in_brackets(patterns, unit, match):
            yield from listed
        elif (
            organs := _WITH_NODAL.search(unit.text, max(0, match.start() - REACH), match.start())
        ) is not None:
            for site, start, _ in _organs(patterns, unit, organs):
                yield Deposit(site, unit, start, match.end(), BEFORE, 0.5)
        else:
            # "the same as" what: only a part's own heading tells
            last = "" if _SAME.match(match[0]) else named
            if (found := Word(document, unit, match, last).deposit()) is not None:
                yield found
                yield from _further(patterns, found, match)


def _is_denied(document: Document, patterns: FieldPatterns, unit: Unit, match: re.Match[str]) -> bool:
    """Whether a metastasis is denied, or another's."""
    start, end = match.span()
    return (
        is_negated(patterns, unit.text, match, told=unit.section == "diagnosis")
        or _is_refuted(patterns, unit, end)
        or of_others(patterns, unit.text, start, end)
        or denied_below(document, patterns, unit, end)
    )


def _is_refuted(patterns: FieldPatterns, unit: Unit, end: int) -> bool:
    """Whether what follows takes a deposit back."""
    return patterns["refuted"].match(unit.text[end : end + 80]) is not None


def _listed_in_brackets(patterns: FieldPatterns, unit: Unit, match: re.Match[str]) -> list[Deposit]:
    """The organs in brackets right behind the word."""
    listed = _IN_BRACKETS.match(unit.text, match.end()) if METASTASES.fullmatch(match[0]) else None
    if listed is None or _is_refuted(patterns, unit, listed.end()):
        return []
    words, node = listed["words"], patterns["node"]
    if NONE.search(words) or HILUM.search(words):
        return []
    if node.search(words) or node.search(unit.text[: match.start()]):
        return []
    sites = [site for site, pattern in patterns.values.items() if pattern.search(words)]
    return [Deposit(site, unit, match.start(), listed.end(), AFTER, 0.5) for site in sites]


def _organs(patterns: FieldPatterns, unit: Unit, listed: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """The organs among the words of a list, and where each is first named."""
    for site, pattern in patterns.values.items():
        if (place := pattern.search(unit.text, *listed.span("words"))) is not None:
            yield site, place.start(), place.end()


def _further(patterns: FieldPatterns, found: Deposit, match: re.Match[str]) -> Iterator[Deposit]:
    """Deposits in the organs that are listed with the one found."""
    unit, rule = found.unit, found.rule
    if rule == AFTER:
        yield from listed_deposits(patterns, unit, found.end, rule)
    if rule != BEFORE:
        return
    if head := list_before(unit, match.start()):
        yield from headed_list(patterns, unit, head, rule)
    elif many := _MANY.search(unit.text, 0, match.start()):
        for site, start, end in _organs(patterns, unit, many):
            yield Deposit(site, unit, start, end, rule, 0.5)


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
