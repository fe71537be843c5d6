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
from extractor.deposits.prose import FAR, metastatic_deposits, peritoneal_deposits
from extractor.deposits.sampled import in_sample, in_tube
from extractor.deposits.words import Deposit, heading_place
from extractor.tumors.organ_places import heads, hits

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

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
_MESENTERY = re.compile(r"\bmes(?:enter|ocol|orect|oappend)", re.IGNORECASE)
_LINING = re.compile(r"implant|periton|oment|carcinomatosis|carcinosis", re.IGNORECASE)
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
_UTERINE = re.compile(r"\buter(?:us|ine)\b", re.IGNORECASE)
_VAGINA = re.compile(r"\b(?:vagina|cervi)", re.IGNORECASE)
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


def deposits(document: Document, patterns: FieldPatterns) -> Iterator[Deposit]:
    """Deposits the report states, in order; ``patterns`` are those of ``metastasis_sites``."""
    primary = document.reading("primary_site").value
    procedure, question = patterns.rule("part").pattern, patterns.rule("question").pattern
    titled = {unit.index for unit in document.units_with(patterns.rule("peritoneal-title").pattern)}
    stating = patterns.rule("peritoneal-item")
    spread = {unit.index for unit in document.units_with(patterns.rule("peritoneal-spread").pattern)}
    items = {unit.index for unit in document.units_with(stating.pattern)}
    worded = {unit.index for unit in document.units_with(patterns.rule("code-words").pattern)}
    coded = {unit.index for unit in document.units_with(patterns.rule("code").pattern)}
    beyond = {unit.index for unit in document.units_with(patterns.rule("beyond-named").pattern)}
    involved = patterns.rule("list-of-involved").pattern
    listing = {unit.index for unit in document.units_with(involved)}
    lined = {unit.index for unit in document.units_with(patterns.rule("pelvic-lining").pattern)}
    there = {unit.index for unit in document.units_with(patterns.rule("spread-there").pattern)}
    metastatic = {unit.index for unit in document.units_with(patterns.rule("metastatic").pattern)}
    sampled = {unit.index for unit in document.units_with(patterns.rule("sampled-tumor").pattern)}
    named = ""  # the last line that names a specimen
    involving = spread_to = False  # within a list of what the tumor involves, or where it spread to
    for unit in document.units:
        head = involved.search(unit.text) if unit.index in listing else None
        begun = head is not None and not (
            NONE.search(unit.text, _behind_none(unit.text, head)) or _asked_for(patterns, unit.text, head)
        )
        item = involving and not begun and _item(unit.text)
        involving = begun or item
        spread_to = involving and (spread_to or (begun and is_spread(unit.text)))
        if len(unit.text) <= 130 and unit.section not in ("gross", "blocks") and procedure.search(unit.text):
            named = "" if _MARGIN.search(unit.text) else unit.text
        elif named and unit.section == "comment":
            named = ""  # a remark on what was found, not on the last part
        if unit.index in items and (stated := stating.pattern.search(unit.text)) is not None:
            yield Deposit("peritoneum", unit, stated.start(), stated.end(), stating.id, 0.5)
            continue
        if unit.index in coded and (code := patterns.rule("code").pattern.search(unit.text)) is not None:
            for name in re.findall("[A-Z]{3}", code["sites"]):
                yield Deposit(_CODES[name], unit, code.start(), code.end(), "metastasis_sites/code", 0.5)
            continue
        if unit.section in SKIPPED and not diagnosed(patterns, unit):
            continue
        if unit.index in worded and unit.section != "history":
            yield from in_brackets(patterns, unit)
        if unit.index in metastatic and "(" in unit.text:
            yield from called_distant(document, patterns, unit)
        if unit.index in beyond:
            yield from named_beyond(patterns, unit)
        if unit.label is not None and question.search(unit.label_text):
            if (site := patterns.value_of(unit.value_text[:40])) is not None:
                start = (unit.value or 0) + site[1]
                end = start + site[2] - site[1]
                if NONE.search(unit.value_text):
                    continue
                yield Deposit(site[0], unit, start, end, "metastasis_sites/answer", 0.5)
                for further in listed_deposits(patterns, unit, end, "metastasis_sites/answer"):
                    yield _covered(further) if primary in _SPREADING else further
            continue
        for deposit in () if _TITLE.fullmatch(unit.text) else metastatic_deposits(document, unit, named):
            if deposit.rule == FAR and primary not in _FAR_FROM:
                continue
            if _EITHER.search(unit.text, deposit.start, deposit.end):
                continue
            if (
                deposit.site != primary
                and not _beside(primary, deposit)
                and not _own(document, primary, deposit)
            ):
                yield _covered(deposit) if primary in _SPREADING else deposit
        if unit.index in sampled:
            yield from in_sample(document, patterns, unit, primary)
        if unit.index in metastatic:
            yield from in_tube(document, patterns, unit, primary)
        if primary not in ("pleura", "lung"):
            rule = "peritoneal-spread" if primary in _SPREADING and unit.index in spread else None
            for deposit in peritoneal_deposits(
                document, patterns, unit, titled=unit.index - 1 in titled, spread=rule
            ):
                if not (primary in _BOWEL and _of_mesentery(deposit)):
                    yield deposit
            if primary in _SPREADING and (item or begun):
                yield from involved_rows(patterns, unit)
            elif spread_to and item:
                yield from (d for d in reached_row(patterns, unit) if d.site != primary)
            if unit.index in there and (primary in _SPREADING or primary in _SOLID):
                above = document.units[unit.index - 1].text if unit.index else ""
                part = "bowel-part" if primary in _SPREADING else "mesentery-part"
                yield from on_bowel(patterns, unit, above if above == named else "", part)
            if primary in _SPREADING and unit.index in lined:
                yield from (d for d in on_lining(patterns, unit) if not _own_serosa(primary, d))
    if primary in _PELVIC or primary in _UPPER:
        yield from beyond_region(document, patterns)


def _behind_none(text: str, head: re.Match[str]) -> int:
    """Where a heading begins behind the answer of the line above it ("ADDITIONAL FINDINGS: NONE")."""
    return max((m.end() for m in _ANSWERED_NONE.finditer(text, 0, head.start())), default=0)


def _asked_for(patterns: FieldPatterns, text: str, head: re.Match[str]) -> bool:
    """Whether deposits are supposed, asked for or known of before, and not found."""
    before = text[max(0, head.start() - 60) : head.start()]
    return _REQUEST.search(before) is not None or patterns.rule("negated").pattern.search(before) is not None


def _own(document: Document, primary: str | None, deposit: Deposit) -> bool:
    """Whether the words for a site name the primary's own organ, or the part they head holds the primary."""
    unit = deposit.unit
    if deposit.site == "peritoneum":
        return False
    if deposit.rule.endswith("/part") and any(hit.organ == primary for hit in heads(document)[unit.index]):
        return True
    named = document.patterns("metastasis_sites").values["other"]
    place = named.search(unit.text, deposit.start, deposit.end) if deposit.site == "other" else None
    return place is not None and any(
        hit.organ == primary and hit.start < place.end() and place.start() < hit.end
        for hit in hits(document)[unit.index]
    )


def _own_serosa(primary: str | None, deposit: Deposit) -> bool:
    """Whether a deposit lies on the cover of the primary's own organ: a matter of its T."""
    said = deposit.unit.text[deposit.start : deposit.end]
    return primary in ("uterus", "cervix") and _UTERINE.search(said) is not None


def _item(text: str) -> bool:
    """Whether a line goes on with a list of places that hold tumor."""
    return _ITEM.match(text) is not None and not NONE.search(text)


def _of_mesentery(deposit: Deposit) -> bool:
    """Whether a deposit lies in the fat that belongs to the bowel: it counts with the nodes there."""
    text = f"{deposit.unit.heading} {deposit.unit.text}" if deposit.rule.endswith("part") else ""
    said = deposit.unit.text[deposit.start : deposit.end]
    return _MESENTERY.search(text or said) is not None and not _LINING.search(text or said)


def _beside(primary: str | None, deposit: Deposit) -> bool:
    """Whether a deposit lies beside the primary: tumors of the uterus reach ovaries and vagina."""
    if primary not in ("uterus", "cervix"):
        return False
    unit = deposit.unit
    if deposit.site == "other":
        return _VAGINA.search(f"{unit.heading} {unit.text[deposit.start : deposit.end]}") is not None
    return deposit.site == "ovary"


def _covered(deposit: Deposit) -> Deposit:
    """Diaphragm and bladder are reached over their peritoneum by tumors that spread there."""
    if deposit.site == "other" and _COVERED.search(heading_place(deposit.unit)):
        return replace(deposit, site="peritoneum")
    return deposit
