"""Deposits away from the primary, and the organs they lie in.

A deposit needs tumor shown or stated there in this report: a part of that organ with metastatic tumor,
a sentence that says so, implants on the peritoneum. Regional nodes, direct invasion, history and
imaging make none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.node_places import counts
from extractor.node_words import Count
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

_SKIPPED = frozenset({"gross", "history", "blocks", "specimens", "intraoperative", "outside"})
_REACH = 70
#: Longest line that is taken for the heading of a part.
_HEADING = 90
#: Organs whose regional nodes all lie in the pelvis.
_PELVIC = ("bladder", "prostate")
#: How many units below a heading still belong to it.
_BELOW = 4
_MORE = re.compile(
    r"(?: gland| parenchyma)?(?:, and|,| and) (?:to )?(?:the )?"
    r"(?:(?:left|right|pelvic|both) )?(?P<words>[a-z]+(?: nodes?)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Deposit:
    """Tumor at a site, shown by ``unit.text[start:end]``; ``sure`` is how plainly it is said."""

    site: str
    unit: Unit
    start: int
    end: int
    rule: str
    sure: float


def deposits(document: Document, patterns: FieldPatterns) -> Iterator[Deposit]:
    """Deposits the report states, in order; ``patterns`` are those of ``metastasis_sites``."""
    primary = document.reading("primary_site").value
    procedure, question = patterns.rule("part").pattern, patterns.rule("question").pattern
    named = ""  # the last line that names a specimen
    for unit in document.units:
        if len(unit.text) <= 130 and unit.section not in ("gross", "blocks") and procedure.search(unit.text):
            named = unit.text
        if unit.section in _SKIPPED:
            continue
        if unit.label is not None and question.search(unit.label_text):
            if (site := patterns.value_of(unit.value_text[:40])) is not None:
                start = (unit.value or 0) + site[1]
                end = start + site[2] - site[1]
                yield Deposit(site[0], unit, start, end, "metastasis_sites/answer", 0.5)
            continue
        for deposit in _metastatic(patterns, unit, named):
            own = deposit.site == "ovary" and primary in ("uterus", "cervix")
            if deposit.site != primary and not own:
                yield deposit
        if primary not in ("pleura", "lung"):
            yield from _peritoneal(document, patterns, unit)
    if primary in _PELVIC:
        yield from _beyond_region(document, patterns)


def _beyond_region(document: Document, patterns: FieldPatterns) -> Iterator[Deposit]:
    """Positive nodes beside the aorta or the vena cava: not regional for the organs of the pelvis."""
    named = patterns.rule("beyond-pelvis").pattern
    last: Count | None = None
    for count in counts(document):
        unit = count.unit
        same = last is not None and last.unit is unit
        since = last.end if last is not None and same else 0
        last = count
        if not count.positive or unit.section in _SKIPPED:
            continue
        above = "" if same or not unit.index else document.units[unit.index - 1].text[-_REACH:]
        if named.search(f"{above} {unit.text[since : count.start]}"):
            yield Deposit("distant_node", unit, count.start, count.end, "metastasis_sites/beyond-pelvis", 0.5)


def _metastatic(patterns: FieldPatterns, unit: Unit, named: str) -> Iterator[Deposit]:
    """What the words for metastasis speak of."""
    refuted = patterns.rule("refuted").pattern
    for match in patterns.rule("metastatic").pattern.finditer(unit.text):
        if _negated(patterns, unit.text, match) or refuted.match(unit.text[match.end() : match.end() + 80]):
            continue
        if (found := _located(patterns, unit, match, named)) is not None:
            site, start, end, rule, sure = found
            yield Deposit(site, unit, start, end, rule, sure)
            if rule == "metastasis_sites/after":
                yield from _listed(patterns, unit, end, rule)


def _listed(patterns: FieldPatterns, unit: Unit, at: int, rule: str) -> Iterator[Deposit]:
    """Further organs of a list ("metastases to the liver, lung and left adrenal gland")."""
    while (more := _MORE.match(unit.text, at)) and (found := patterns.value_of(more["words"])):
        site, start, end = found
        yield Deposit(site, unit, more.start("words") + start, more.start("words") + end, rule, 0.5)
        at = more.start("words") + end


def _peritoneal(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Deposit]:
    """Tumor in a part of the peritoneum or omentum, or implants on it."""
    part = patterns.rule("peritoneal-part")
    above = document.units[unit.index - 1].text if unit.index and unit.label is None else ""
    if (
        part.pattern.match(unit.text)
        or (part.pattern.match(unit.heading) and _headed(document, unit))
        or (above.rstrip().endswith(":") and len(above) < _HEADING and part.pattern.match(above))
    ):
        rule, match = part, patterns.rule("implant").pattern.search(unit.text)
    else:
        rule = patterns.rule("peritoneal-deposit")
        match = rule.pattern.search(unit.text)
    if match is not None and not _negated(patterns, unit.text, match):
        yield Deposit("peritoneum", unit, match.start(), match.end(), rule.id, 0.5)


def _headed(document: Document, unit: Unit) -> bool:
    """Whether the heading still speaks: a finding just below it, no item of a form and no remark."""
    if unit.label is not None or unit.section in ("synoptic", "comment"):
        return False
    before = document.units[max(0, unit.index - _BELOW) : unit.index]
    return len(before) < _BELOW or any(u.heading != unit.heading for u in before)


def _negated(patterns: FieldPatterns, text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 60) : match.start()]
    return patterns.rule("negated").pattern.search(before) is not None


def _located(
    patterns: FieldPatterns, unit: Unit, match: re.Match[str], named: str
) -> tuple[str, int, int, str, float] | None:
    """The organ a word for metastasis speaks of: after it, before it, or the part's."""
    text, node = unit.text, patterns.rule("node").pattern
    after = re.split(r"[.;]", text[match.end() : match.end() + _REACH])[0]
    before = text[max(0, match.start() - _REACH) : match.start()]
    if node.search(after):
        return None
    if (into := patterns.rule("into").pattern.search(after)) and (
        found := patterns.value_of(after[into.end() : into.end() + 40])
    ):
        site, lo, hi = found
        return site, match.start(), match.end() + into.end() + hi, "metastasis_sites/after", 1.0
    if node.search(before) or node.search(unit.heading):
        return None
    if (found := _last(patterns, before)) is not None:
        site, lo, _ = found
        return site, match.start() - len(before) + lo, match.end(), "metastasis_sites/before", 0.5
    own = (
        unit.heading
        if unit.part is not None and len(unit.heading) < 60 and patterns.value_of(unit.heading)
        else ""
    )
    heading = patterns.rule("part").pattern
    above = unit.under if heading.search(unit.under) else ""
    part = above or (unit.heading if heading.search(unit.heading) else own or named)
    if not node.search(part):
        places = {site for site, pattern in patterns.values.items() if pattern.search(part[:60])}
        if len(places) == 1 and not patterns.rule("many").pattern.search(part):
            return places.pop(), match.start(), match.end(), "metastasis_sites/part", 0.5
    return None


def _last(patterns: FieldPatterns, text: str) -> tuple[str, int, int] | None:
    best: tuple[str, int, int] | None = None
    for site, pattern in patterns.values.items():
        for match in pattern.finditer(text):
            if best is None or match.start() > best[1]:
                best = (site, match.start(), match.end())
    return best
