"""Ki-67 (MIB-1) proliferation index of tumor tissue, in percent.

Meaning: the share of tumor nuclei that stain, as stated: a number, a range ("2-3 %"), a bound
("<1 %" is 0 to 1, ">20 %" is 20 to 100, "up to 30 %" is 0 to 30) or an approximation. Words only
("low") are ``unquantified``; "pending" is ``pending``. A count of cells ("11 of 500") without a
percentage gives the computed one.
Source: WHO 2019/2022 classification (percent of at least 500 tumor nuclei in hot spots); NAACCR item 3863.
Conflicts: among current statements of equal rank the highest counts, of any tissue of the tumor.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from extractor.document import Document
from extractor.earlier import mark
from extractor.field import Candidate, Field
from extractor.numbers import Quantity, interval, order, quantity
from extractor.patterns import FieldPatterns
from extractor.printed import class_tables, printed
from extractor.record import Interval
from extractor.unit import Unit

_REACH = 130
_PAUSE = re.compile(r"[(.;]")
_ZERO = re.compile(r"(?<=\d)[Oo](?![a-z])")
_PARTED = re.compile(r"(?<![\d.,])1 (?=\d)")
#: The head of a range whose second number is unreadable: "5-~0%", "2-i°l%".
_TORN = re.compile(r"(?<![A-Za-z])\d-\S{0,3}$")
#: How far down a sheet the figure may stand, in units.
_SHEET = 3


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: percentages tied to the marker's name in one unit, or in the one after it."""
    marker = patterns.rule("marker").pattern
    tables = class_tables(document.text.clean)
    found: list[Candidate] = []
    silent: list[Unit] = []
    for unit in document.units_with(marker):
        if unit.section == "blocks" and "%" not in unit.text:
            continue
        here = [
            candidate
            for match in marker.finditer(unit.text)
            for candidate in _near(document, patterns, unit, match, tables)
        ]
        found += here
        if not any(candidate.value for candidate in here) and marker.search(unit.text):
            silent.append(unit)
    stated = any(candidate.value for candidate in found)
    for unit in silent:
        if not stated or any(c.value and c.unit.section == unit.section for c in found):
            found += _next_sentence(document, patterns, unit)
        if not stated:
            found += _sheet(document, patterns, unit)
    yield from mark(document, found)


def _next_sentence(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """An index that the sentence after the marker's gives, if that names no stain of its own."""
    if unit.index + 1 >= len(document.units):
        return
    following = document.units[unit.index + 1]
    text = following.text
    if following.section != unit.section or following.label is not None:
        return
    if any(patterns.rule(name).pattern.search(text) for name in ("marker", "other-marker", "not-index")):
        return
    if not patterns.rule("percent-after").pattern.search(text):
        return
    rule = patterns.rule("percent-after").id
    for match in patterns.rule("percent").pattern.finditer(text):
        value = interval(quantity(match["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, following, *match.span(), rule, strength=-0.5)


def _sheet(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The figure under the marker's line in a sheet: "Ki-67", "Percent: 28 %"."""
    rule = patterns.rule("percent-label")
    if patterns.rule("not-index").pattern.search(unit.text):
        return
    for below in document.units[unit.index + 1 : unit.index + 1 + _SHEET]:
        if any(patterns.rule(name).pattern.search(below.text) for name in ("marker", "other-marker")):
            return
        label = rule.pattern.match(below.text)
        if label and (match := patterns.rule("percent").pattern.search(below.text, label.end())):
            value = interval(quantity(match["value"]), ceiling=100.0)
            if value is not None and (value["high"] or 0) <= 100:
                yield document.candidate(value, below, *match.span(), rule.id)
            return


def _near(
    document: Document,
    patterns: FieldPatterns,
    unit: Unit,
    marker: re.Match[str],
    tables: Sequence[tuple[int, int]],
) -> Iterator[Candidate]:
    other = patterns.rule("other-marker").pattern
    text = unit.text
    after = text[marker.end() : marker.end() + _REACH]
    stop = other.search(after)
    after = after[: stop.start()] if stop else after
    following = patterns.rule("marker").pattern.search(after)
    after = after[: following.start()] if following else after
    name = patterns.rule("percent").id
    if patterns.rule("not-this-tumor").pattern.search(text[: marker.start()]):
        return
    found, last, skipped = False, 0, False
    percent = patterns.rule("percent").pattern
    for match in percent.finditer(after):
        last, since = match.end(), last
        about = after[max(since, match.start() - 50) : match.start()]
        about += " " + _PAUSE.split(after[match.end() : match.end() + 22])[0]
        if patterns.rule("not-index").pattern.search(about):
            continue
        if patterns.rule("aside").pattern.match(after[match.end() :]):
            continue
        if printed(text, marker.end() + match.start(), tables, unit.start):
            skipped = True
            continue
        if _TORN.search(after[: match.start()]):
            skipped = True
            continue
        if patterns.rule("withdrawn").pattern.search(after[match.end() :]):
            skipped = True
            continue
        value = interval(quantity(_PARTED.sub("1", _ZERO.sub("0", match["value"]))), ceiling=100.0)
        if value is None or value["low"] > 100 or (value["high"] or 0) > 100:
            continue
        found = True
        start, end = marker.start(), marker.end() + match.end()
        yield document.candidate(
            value,
            unit,
            start,
            end,
            name,
            distance=min(match.start(), 60) / 30,
            prose=float(unit.label is None),
            # Scanning put an addendum under the list of blocks.
            strength=1.0 if unit.section == "blocks" else 0.0,
        )
    if found or skipped:
        return
    misread = patterns.rule("percent-misread")
    if torn := misread.pattern.search(text, marker.start(), marker.end() + len(after)):
        value = interval(quantity(torn["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, unit, marker.start(), torn.end(), misread.id, strength=-0.5)
            return
    if count := patterns.rule("count").pattern.search(after):
        part, whole = float(count["part"].replace(",", "")), float(count["whole"].replace(",", ""))
        if whole > 0 and part <= whole and whole >= 50:
            share = round(100 * part / whole, 2)
            value = interval(Quantity(share, share, "="), ceiling=100.0)
            yield document.candidate(
                value, unit, marker.start(), marker.end() + count.end(), patterns.rule("count").id
            )
            return
    before = text[: marker.start()]
    stated = patterns.rule("percent-before").pattern.search(before)
    if stated and not ("," in stated[0] and other.search(before[: stated.start()])):
        value = interval(quantity(stated["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(
                value, unit, stated.start(), marker.end(), patterns.rule("percent-before").id
            )
            return
    for status in ("not_applicable", "pending", "not_stated", "unquantified"):
        rule = patterns.rule(status.replace("_", "-"))
        if stated := rule.pattern.search(after):
            yield document.candidate(
                None,
                unit,
                marker.start(),
                marker.end() + stated.end(),
                rule.id,
                status=status,
            )
            return
    if unit.label is None or marker.end() > (unit.value or 0):
        return
    if bare := patterns.rule("bare-number").pattern.fullmatch(unit.value_text.strip(" :.|")):
        value = interval(quantity(bare["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(
                value,
                unit,
                marker.start(),
                len(text),
                patterns.rule("bare-number").id,
                no_unit=0.0 if "%" in unit.label_text or "percent" in unit.label_text.lower() else 1.0,
            )


def _order(value: dict[str, Any]) -> float:
    return order(value)


FIELD = Field(title="Ki-67 (%)", position=10, value=Interval, read=read, order=_order)
