"""Deposits away from the primary, and the organs they lie in.

A deposit needs tumor shown or stated there in this report: a part of that organ with metastatic tumor,
a sentence that says so, implants on the peritoneum. Regional nodes, direct invasion, history and
imaging make none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.deposits.beyond import SKIPPED, beyond_region, called_distant, named_beyond
from extractor.deposits.bowel import on_bowel
from extractor.deposits.lists import (
    NONE,
    diagnosed,
    in_brackets,
    involved_rows,
    is_spread,
    listed_deposits,
    on_lining,
    reached_row,
)
from extractor.deposits.located import FAR
from extractor.deposits.of_primary import is_beside, is_own, is_own_serosa, of_mesentery
from extractor.deposits.prose import metastatic_deposits, peritoneal_deposits
from extractor.deposits.sampled import in_sample, in_tube
from extractor.deposits.words import Deposit, heading_place

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

#: Organs whose regional nodes all lie in the pelvis.
_PELVIC = ("bladder", "prostate")
#: Organs of the belly for which the nodes beside the aorta are not regional.
_UPPER = ("stomach", "pancreas", "bile_duct", "gallbladder", "ampulla", "duodenum")
#: Organs whose tumors spread over the peritoneum.
_SPREADING = ("ovary", "uterus")
#: Organs of the belly whose nodes do not lie in the mesentery.
_SOLID = (
    "stomach",
    "esophagus",
    "liver",
    "gallbladder",
    "bile_duct",
    "kidney",
    "adrenal",
    "bladder",
    "cervix",
)
#: Organs for which nodes above the clavicle are not regional.
_FAR_FROM = (
    "pancreas", "stomach", "duodenum", "ampulla", "jejunum", "ileum", "small_bowel", "appendix", "colon",
    "rectum", "gallbladder", "bile_duct", "liver", "kidney", "bladder", "prostate", "adrenal", "uterus",
    "cervix", "ovary", "testis", "unknown", None,
)  # fmt: skip
_MARGIN = re.compile(r"\bmargins?\b", re.IGNORECASE)
#: Organs whose own fat holds their regional nodes.
_BOWEL = ("duodenum", "jejunum", "ileum", "small_bowel", "appendix", "colon", "rectum")
#: A line of a list: a dash, a letter or number, or a few words.
_ITEM = re.compile(r"\W{0,3}[-*\u2022]|\W{0,3}(?:[A-Za-z]|\d{1,2})[.):]\s|[A-Za-z, /-]{3,40}$")
#: Sites in the notation of TNM.
_CODES = {
    "HEP": "liver", "PUL": "lung", "OSS": "bone", "BRA": "brain", "PER": "peritoneum", "ADR": "adrenal",
    "LYM": "distant_node", "SKI": "other", "MAR": "other", "OTH": "other",
}  # fmt: skip
_COVERED = re.compile(r"\b(?:diaphragm|bladder|falciform)", re.IGNORECASE)
#: Two readings of one finding ("thyroid vs. metastasis").
_EITHER = re.compile(r"\b(?:vs|versus)\b", re.IGNORECASE)
#: The answer "none" of a question.
_ANSWERED_NONE = re.compile(r":\s*none\b(?! of\b)", re.IGNORECASE)
#: What makes a heading of deposits a question.
_REQUEST = re.compile(
    r"\b(?:indicate|specify|list|mark|request|please|evaluate|exclude|questions?|differential|includes?|"
    r"suspect\w*)\b[^.;]{0,50}$",
    re.IGNORECASE,
)
#: A heading of a form.
_TITLE = re.compile(
    r"\W*(?:tumou?r |distant )?metastas[ei]s\W*(?:\(?p?M\)?\W*|\s(?:to|of) regional.*)?|"
    r".{0,45}\bdistant metastas[ei]s (?:is|are)\s?:\W*",
    re.IGNORECASE,
)


#: Rules that are looked for in the units that may match them only.
_RULES = (
    "peritoneal-title", "peritoneal-item", "peritoneal-spread", "code-words", "code", "beyond-named",
    "list-of-involved", "pelvic-lining", "spread-there", "metastatic", "sampled-tumor",
)  # fmt: skip
#: Longest line that names a specimen.
_SPECIMEN = 130


def deposits(document: Document, patterns: FieldPatterns) -> Iterator[Deposit]:
    """Deposits the report states, in order; ``patterns`` are those of ``metastasis_sites``."""
    reader = _Reader(document, patterns)
    for unit in document.units:
        reader.follow(unit)
        yield from reader.read(unit)
    if reader.primary in _PELVIC or reader.primary in _UPPER:
        yield from beyond_region(document, patterns)


class _Reader:
    """Reads a report's units one after another; knows the list it is in, and the specimen last named."""

    def __init__(self, document: Document, patterns: FieldPatterns) -> None:
        self.document, self.patterns = document, patterns
        self.primary = document.reading("primary_site").value
        self.spreads = self.primary in _SPREADING
        self._units = {rule: {unit.index for unit in document.units_with(patterns[rule])} for rule in _RULES}
        self._named = ""
        #: Within a list of what the tumor involves, at an item of it, and whether it is one of metastases.
        self._listing = self._item = self._spread_to = False

    def follow(self, unit: Unit) -> None:
        """Keep up with the lists and specimens that a unit begins or ends."""
        begun = self._begins_list(unit)
        self._item = self._listing and not begun and _item(unit.text)
        self._listing = begun or self._item
        self._spread_to = self._listing and (self._spread_to or (begun and is_spread(unit.text)))
        if self._names_specimen(unit):
            self._named = "" if _MARGIN.search(unit.text) else unit.text
        elif unit.section == "comment":
            self._named = ""  # a remark on what was found, not on the last part

    def read(self, unit: Unit) -> Iterator[Deposit]:
        """The deposits that a unit states."""
        if whole := self._item_or_code(unit):
            yield from whole
            return
        if unit.section in SKIPPED and not diagnosed(self.patterns, unit):
            return
        yield from self._by_name(unit)
        if unit.label is not None and self.patterns["question"].search(unit.label_text):
            yield from self._answer(unit)
            return
        yield from self._told(unit)
        yield from self._in_parts(unit)
        if self.primary not in ("pleura", "lung"):
            yield from self._on_peritoneum(unit)
            yield from self._in_list(unit)
            yield from self._on_organs(unit)

    def _may(self, rule: str, unit: Unit) -> bool:
        return unit.index in self._units[rule]

    def _begins_list(self, unit: Unit) -> bool:
        """Whether a unit is the heading of a list of what the tumor involves."""
        if not self._may("list-of-involved", unit):
            return False
        head = self.patterns["list-of-involved"].search(unit.text)
        if head is None or NONE.search(unit.text, _behind_none(unit.text, head)):
            return False
        return not _asked_for(self.patterns, unit.text, head)

    def _names_specimen(self, unit: Unit) -> bool:
        if len(unit.text) > _SPECIMEN or unit.section in ("gross", "blocks"):
            return False
        return self.patterns["part"].search(unit.text) is not None

    def _item_or_code(self, unit: Unit) -> list[Deposit]:
        """What a form's item or a category's code says, which is all that its unit says."""
        item, code = self.patterns.rule("peritoneal-item"), self.patterns["code"]
        if self._may("peritoneal-item", unit) and (stated := item.pattern.search(unit.text)):
            return [Deposit("peritoneum", unit, stated.start(), stated.end(), item.id, 0.5)]
        if self._may("code", unit) and (named := code.search(unit.text)):
            sites = [_CODES[name] for name in re.findall("[A-Z]{3}", named["sites"])]
            start, end = named.span()
            return [Deposit(site, unit, start, end, "metastasis_sites/code", 0.5) for site in sites]
        return []

    def _by_name(self, unit: Unit) -> Iterator[Deposit]:
        """Sites that a category names, or that are called distant."""
        if self._may("code-words", unit) and unit.section != "history":
            yield from in_brackets(self.patterns, unit)
        if self._may("metastatic", unit) and "(" in unit.text:
            yield from called_distant(self.document, self.patterns, unit)
        if self._may("beyond-named", unit):
            yield from named_beyond(self.patterns, unit)

    def _answer(self, unit: Unit) -> Iterator[Deposit]:
        """The sites that answer a question."""
        site = self.patterns.value_of(unit.value_text[:40])
        if site is None or NONE.search(unit.value_text):
            return
        start = (unit.value or 0) + site[1]
        end = start + site[2] - site[1]
        yield Deposit(site[0], unit, start, end, "metastasis_sites/answer", 0.5)
        for further in listed_deposits(self.patterns, unit, end, "metastasis_sites/answer"):
            yield self._covered(further)

    def _told(self, unit: Unit) -> Iterator[Deposit]:
        """What the words for metastasis speak of, where it is away from the primary."""
        if _TITLE.fullmatch(unit.text):
            return
        for deposit in metastatic_deposits(self.document, unit, self._named):
            if self._is_away(deposit) and not _EITHER.search(unit.text, deposit.start, deposit.end):
                yield self._covered(deposit)

    def _is_away(self, deposit: Deposit) -> bool:
        """Whether a deposit lies neither in the primary's organ nor beside it nor in its region."""
        if deposit.rule == FAR and self.primary not in _FAR_FROM:
            return False
        return not (
            deposit.site == self.primary
            or is_beside(self.primary, deposit)
            or is_own(self.document, self.primary, deposit)
        )

    def _covered(self, deposit: Deposit) -> Deposit:
        """Diaphragm and bladder are reached over their peritoneum by tumors that spread there."""
        if self.spreads and deposit.site == "other" and _COVERED.search(heading_place(deposit.unit)):
            return replace(deposit, site="peritoneum")
        return deposit

    def _in_parts(self, unit: Unit) -> Iterator[Deposit]:
        """Tumor in the sample of another organ."""
        if self._may("sampled-tumor", unit):
            yield from in_sample(self.document, self.patterns, unit, self.primary)
        if self._may("metastatic", unit):
            yield from in_tube(self.document, self.patterns, unit, self.primary)

    def _on_peritoneum(self, unit: Unit) -> Iterator[Deposit]:
        """Tumor on the peritoneum and omentum."""
        spread = "peritoneal-spread" if self.spreads and self._may("peritoneal-spread", unit) else None
        titled = unit.index - 1 in self._units["peritoneal-title"]
        for deposit in peritoneal_deposits(self.document, self.patterns, unit, titled=titled, spread=spread):
            if not (self.primary in _BOWEL and of_mesentery(deposit)):
                yield deposit

    def _in_list(self, unit: Unit) -> Iterator[Deposit]:
        """A place in a list of what the tumor involves, or where it spread to."""
        if self.spreads and self._listing:
            yield from involved_rows(self.patterns, unit)
        elif self._spread_to and self._item:
            yield from (d for d in reached_row(self.patterns, unit) if d.site != self.primary)

    def _on_organs(self, unit: Unit) -> Iterator[Deposit]:
        """Tumor on bowel and mesentery, and on the lining of the pelvis."""
        if self._may("spread-there", unit) and (self.spreads or self.primary in _SOLID):
            above = self.document.units[unit.index - 1].text if unit.index else ""
            part = "bowel-part" if self.spreads else "mesentery-part"
            yield from on_bowel(self.patterns, unit, above if above == self._named else "", part)
        if self.spreads and self._may("pelvic-lining", unit):
            yield from (d for d in on_lining(self.patterns, unit) if not is_own_serosa(self.primary, d))


def _behind_none(text: str, head: re.Match[str]) -> int:
    """Where a heading begins behind the answer of the line above it ("ADDITIONAL FINDINGS: NONE")."""
    return max((m.end() for m in _ANSWERED_NONE.finditer(text, 0, head.start())), default=0)


def _asked_for(patterns: FieldPatterns, text: str, head: re.Match[str]) -> bool:
    """Whether deposits are supposed, asked for or known of before, and not found."""
    before = text[max(0, head.start() - 60) : head.start()]
    return _REQUEST.search(before) is not None or patterns["negated"].search(before) is not None


def _item(text: str) -> bool:
    """Whether a line goes on with a list of places that hold tumor."""
    return _ITEM.match(text) is not None and not NONE.search(text)
