"""Deposits told in a list of organs: behind a heading, in brackets, in rows that are involved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.deposits.words import BRACKETED, LONGEST, Deposit
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

_MORE = re.compile(r"(?: gland| parenchyma)?\s{0,3}(?:,|\band\b|&|\bas well as\b|\bplus\b)\s", re.IGNORECASE)
#: One of its members, and the longest of them.
_ITEM = re.compile(
    r"(?:,|\band\b|&|\bas well as\b|\bplus\b)+\s{1,3}(?P<words>(?:(?!\b(?:and|as well as|plus)\b)[^,&])+)",
    re.IGNORECASE,
)
_WORDS = 45
#: A part's diagnosis behind its operation, in a list taken for one of specimens.
_TAKEN = re.compile(
    r"(?:ectomy|excision|resection|biopsy|aspirat\w*|FNA|cell ?block|core)\s{0,2}[-:]{1,2}\s+"
    r"(?:[\w-]+ ){0,4}(?:\w*carcinoma|(?<!no )metasta(?:tic|s[ie]s))\b",
    re.IGNORECASE,
)
#: A list of places, closed by a colon.
_LIST = re.compile(
    r"\b[a-z]+(?:[ -][a-z]+){0,3}(?:(?:,| and|, and| &) [a-z]+(?:[ -][a-z]+){0,3}){1,5}:\s*$", re.IGNORECASE
)
_SPREAD = re.compile(r"\b(?:metasta(?:tic|s[ei]s)|implants?|deposits?)\b", re.IGNORECASE)
#: A line of such a list.
_ROW = re.compile(r"\W{0,3}(?:[-*\u2022]|(?:[A-Za-z]|\d{1,2})[.):])\s?[\w ,/-]{3,45}\W{0,3}$")
_METASTATIC = re.compile(r"\W*metasta(?:tic|s[ei]s)\b", re.IGNORECASE)
NONE = re.compile(
    r"\b(?:no|not|none|cannot|free|negative|without|excluded|uninvolved|benign)\b", re.IGNORECASE
)
#: What the category would hold for ("M1 (if the ovary is the primary)").
_SUPPOSED = re.compile(r"\b(?:if|unless|provided|assuming|primary)\b", re.IGNORECASE)
HILUM = re.compile(r"\bhil(?:um|ar)|hepatic artery|pulmonary ligament", re.IGNORECASE)


def diagnosed(patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a part's title has its diagnosis, though organs are described there ("G. RIB, BIOPSY: ...")."""
    if unit.section == "specimens":
        return unit.part is not None and _TAKEN.search(unit.text) is not None
    return (
        unit.section == "gross"
        and unit.part is not None
        and unit.label is not None
        and _METASTATIC.match(unit.value_text) is not None
        and patterns.rule("part").pattern.search(unit.label_text) is not None
    )


def in_brackets(patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """The sites a category names in words ("M1 (liver, bone)", "M1 (para-aortic LN)")."""
    rule = patterns.rule("code-words")
    for code in rule.pattern.finditer(unit.text):
        words = code["sites"]
        if NONE.search(words) or _SUPPOSED.search(words):
            continue
        sites = {site for site, pattern in patterns.values.items() if pattern.search(words)}
        if patterns.rule("node").pattern.search(words) or "LYM" in words:
            sites = {"distant_node"} | (sites - {"liver", "lung"} if HILUM.search(words) else sites)
        for site in sorted(sites):
            yield Deposit(site, unit, code.start(), code.end(), rule.id, 0.5)


def involved_rows(patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """A place of a list below "carcinoma involving:"."""
    place = patterns.values["peritoneum"].search(unit.text)
    if place is not None and not NONE.search(unit.text) and "?" not in unit.text:
        yield Deposit(
            "peritoneum", unit, place.start(), place.end(), "metastasis_sites/peritoneal-spread", 0.5
        )


def is_spread(text: str) -> bool:
    """Whether a heading is one of metastases ("Metastatic carcinoma in:", "tumor deposits found in:")."""
    return _SPREAD.search(text) is not None


def reached_row(patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """A place of a lettered list below "metastatic carcinoma in:"."""
    found = None if NONE.search(unit.text) or "?" in unit.text else patterns.value_of(unit.text)
    if found is None or _ROW.match(unit.text) is None or patterns.rule("node").pattern.search(unit.text):
        return
    site, start, end = found
    yield Deposit(site, unit, start, end, "metastasis_sites/after", 0.5)


def on_lining(patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """Metastatic tumor on the peritoneum of the pelvis or the cover of an organ."""
    rule = patterns.rule("pelvic-lining")
    place, found = rule.pattern.search(unit.text), _SPREAD.search(unit.text)
    if place is not None and found is not None and not NONE.search(unit.text):
        yield Deposit("peritoneum", unit, place.start(), place.end(), rule.id, 0.5)


#: Where a list of invaded organs ends and one of spared organs begins.
_SPARED = re.compile(
    r"\b(?:whereas|while|but)\b|\bwith (?:(?:an?|the) )?(?:normal|unremarkable|uninvolved|benign)\b",
    re.IGNORECASE,
)


def list_before(unit: Unit, end: int) -> re.Match[str] | None:
    """A list of places right before, closed by a colon."""
    if not unit.text[:end].rstrip().endswith(":"):
        return None
    return _LIST.search(unit.text, max(0, end - LONGEST), end)


def headed_list(patterns: FieldPatterns, unit: Unit, head: re.Match[str], rule: str) -> Iterator[Deposit]:
    """Every organ of a heading that lists where deposits are ("Both ovaries, omentum: metastatic ...")."""
    if patterns.rule("part").pattern.search(head[0]) or patterns.rule("node").pattern.search(head[0]):
        return
    for site, pattern in patterns.values.items():
        for place in pattern.finditer(head[0]):
            start, end = head.start() + place.start(), head.start() + place.end()
            yield Deposit(site, unit, start, end, rule, 0.5)


def listed_deposits(patterns: FieldPatterns, unit: Unit, at: int, rule: str) -> Iterator[Deposit]:
    """Further organs of a list ("to the right ovary, serosal surface of the uterus and omentum")."""
    rest = re.split(r"[.;:](?!\d)", BRACKETED.sub(lambda m: " " * len(m[0]), unit.text[at : at + LONGEST]))[0]
    rest = _SPARED.split(rest)[0]
    if not _MORE.match(rest):
        return
    for item in _ITEM.finditer(rest):
        words = item["words"]
        if NONE.search(words) or patterns.rule("node").pattern.search(words) or len(words) > _WORDS:
            return
        if (found := patterns.value_of(words)) is not None:
            site, start, end = found
            start, end = (at + item.start("words") + place for place in (start, end))
            yield Deposit(site, unit, start, end, rule, 0.5)
