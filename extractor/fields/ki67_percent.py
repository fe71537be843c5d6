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
from extractor.field import Candidate, Field
from extractor.grading.ki67_apart import (
    CELL,
    ZERO,
    counted_shares,
    declared_figures,
    hot_spot_after,
    last_named,
    listed_tissues,
    next_sentence,
    over_page,
    row_cells,
    under_marker,
)
from extractor.grading.ki67_bounds import (
    AGREED,
    CHANGED,
    CHANGED_TO,
    CUT_OFF,
    LISTED,
    OF_TISSUE,
    OTHER_CELLS,
    OURS,
    REPLACED,
    SET_AGAINST,
    by_mark,
    class_after,
    class_before,
    current_words,
    explains_grade,
    narrowed,
    share_of_cells,
)
from extractor.grading.ki67_series import counted_before, of_respective, top_of_series
from extractor.matching.numbers import SPECIFIED, Quantity, interval, order, quantity
from extractor.matching.patterns import FieldPatterns
from extractor.printed.class_tables import beside_tables, class_tables
from extractor.printed.feet_and_ticks import printed
from extractor.record import Interval
from extractor.statements.charts import cells_under
from extractor.statements.criteria import criterion
from extractor.statements.earlier import mark
from extractor.unit import Unit

_REACH = 130
_PAUSE = re.compile(
    r"[(.;\[]|,(?= ?(?:the |cortical |small |reactive )?(?:background|lympho|thymo|T[ -]cells|"
    r"B[ -]cells|stroma|"
    r"n(?:a)?ev))|\b(?:as in|than|unlike|in contrast|compared)\b"
)
_PARTED = re.compile(r"(?<![\d.,])1 (?=\d)")
#: The head of a range whose second number is unreadable: "5-~0%", "2-i°l%".
_TORN = re.compile(r"(?<![A-Za-z])\d-\S{0,3}$")
#: How far behind a value is told where it was counted.
_TOLD = 40
#: A cell under the marker's name, with a percent sign.
_OF_CHART = re.compile(CELL.pattern + r" ?%[^\d%]{0,20}")
#: A greatest value in translated words: "Ki-67 to 12 % of nuclei".
_TO_ONLY = re.compile(r"\W{0,3}(?:(?:index|labell?ing(?: index)?|LI)\W{1,3})?(?:to|do) ", re.IGNORECASE)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: percentages tied to the marker's name in one unit, or in the one after it."""
    marker = patterns.rule("marker").pattern
    tables = class_tables(document.text.clean)
    found: list[Candidate] = []
    silent: list[Unit] = []
    replaced: set[float] = set()
    for unit in document.units_with(marker):
        if unit.section == "blocks" and "%" not in unit.text:
            continue
        here = [
            candidate
            for match in marker.finditer(unit.text)
            for candidate in _near(document, patterns, unit, match, tables, replaced)
            if not criterion(candidate)
        ]
        found += here
        if any(candidate.value for candidate in here):
            found += hot_spot_after(document, patterns, unit, here)
            if last_named(patterns, unit):
                found += listed_tissues(document, patterns, unit)
        elif named := marker.search(unit.text):
            listed = list(listed_tissues(document, patterns, unit, first=bool(named)))
            listed = listed or list(over_page(document, patterns, unit))
            found += listed
            if not listed and not here and patterns.rule("percent").pattern.search(unit.text):
                # the figure is another report's, or was replaced: the sentence after may give this one's
                found += next_sentence(document, patterns, unit, strength=0.0)
            elif not listed:
                silent.append(unit)
    found = [c for c in found if not (c.value and c.value["low"] == c.value["high"] in replaced)]
    found = [c for c in found if not narrowed(c, found)]
    found = [c for c in found if not explains_grade(c, found) and not class_after(patterns, c, found)]
    stated = any(candidate.value for candidate in found)
    for unit in silent:
        if not stated or any(c.value and c.unit.section == unit.section for c in found):
            found += next_sentence(document, patterns, unit)
        if not stated:
            found += under_marker(document, patterns, unit)
    found = [c for c in found if not (class_before(c, found) or criterion(c))]
    taken = {candidate.end for candidate in found}
    for unit, start, end in cells_under(document, marker):
        cell = unit.text[start:end]
        if unit.start + end not in taken and _OF_CHART.fullmatch(cell) and unit.section != "blocks":
            value = interval(quantity(cell), ceiling=100.0)
            if value is not None and (value["high"] or 0) <= 100:
                found.append(document.candidate(value, unit, start, end, patterns.rule("cells").id))
    if found:
        found += counted_shares(document, patterns, found)
    for candidate in found:
        _specify(document, patterns, candidate)
        if beside_tables(candidate.end - 1, candidate.unit.start, candidate.unit.end, tables):
            candidate.features.pop("reference", None)
    yield from mark(document, found, inside=True)


def _specify(document: Document, patterns: FieldPatterns, candidate: Candidate) -> None:
    """Where a form's class is followed by the figure itself, that counts."""
    value = candidate.value
    if value is None or value["comparator"] in ("=", "~"):
        return
    for name in ("specified", "specified-bare"):
        rule = patterns.rule(name)
        told = rule.pattern.match(document.text.clean, candidate.end, candidate.end + SPECIFIED)
        exact = interval(quantity(told["value"]), ceiling=100.0) if told else None
        if told is not None and exact is not None and value["low"] <= exact["low"] <= value["high"]:
            candidate.value, candidate.end, candidate.rule = exact, told.end(), rule.id
            return


def _near(
    document: Document,
    patterns: FieldPatterns,
    unit: Unit,
    marker: re.Match[str],
    tables: Sequence[tuple[int, int]],
    replaced: set[float],
) -> Iterator[Candidate]:
    other = patterns.rule("other-marker").pattern
    text = unit.text
    after = text[marker.end() : marker.end() + _REACH]
    stop = other.search(after)
    after = after[: stop.start()] if stop else after
    following = patterns.rule("marker").pattern.search(after)
    after = after[: following.start()] if following else after
    name = patterns.rule("percent").id
    from_here = 0
    if patterns.rule("not-this-tumor").pattern.search(text[: marker.start()]):
        ours = OURS.search(after)
        if ours is not None:
            from_here = ours.start()
        elif not AGREED.search(text, marker.end()):
            return
    if "%" in text:
        start, clean = unit.start + marker.start(), document.text.clean
        told_one = of_respective(patterns, clean, start, unit.end)
        value = interval(quantity(told_one[0]), ceiling=100.0) if told_one else None
        if told_one and value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, unit, marker.start(), told_one[1] - unit.start, name)
            return
    found, last, skipped, highest, reach = False, 0, False, 0.0, 0
    percent = patterns.rule("percent").pattern
    of_others = OTHER_CELLS.search(text, max(0, marker.start() - 70), marker.start())
    figures = list(percent.finditer(after))
    for match in figures:
        last, since = match.end(), last
        if match.start() < from_here or (of_others and not since):
            continue
        about = after[max(since, match.start() - 50) : match.start()]
        about += " " + _PAUSE.split(after[match.end() : match.end() + 22])[0]
        mark_ = by_mark(after, match, figures)
        if patterns.rule("not-index").pattern.search(about) and not mark_:
            continue
        changed = CHANGED.search(after[: match.start()]) and CHANGED_TO.fullmatch(match["value"])
        if not changed and (told_of := patterns.rule("instead").pattern.search(after[since : match.start()])):
            if told_of[0].strip() == "not" and not since:
                told_of = None  # "not >4 %"
        else:
            told_of = None
        if told_of and SET_AGAINST.search(told_of[0]) and OF_TISSUE.match(after, match.end()):
            told_of = None  # "6 % in the primary, as against 22 % in the metastasis"
        if told_of:
            if REPLACED.search(told_of[0]) and (old := quantity(match["value"])) is not None:
                replaced.add(old.high)
            continue
        if any(patterns.rule(name).pattern.match(after[match.end() :]) for name in ("aside", "in-general")):
            continue
        filled_in = patterns.rule("filled-in").pattern.search(after[: match.start()]) is not None
        if not filled_in and printed(text, marker.end() + match.start(), tables, unit.start):
            skipped = True
            continue
        if _TORN.search(after[: match.start()]):
            skipped = True
            continue
        if patterns.rule("withdrawn").pattern.search(after[match.end() :]):
            skipped = True
            continue
        plain = _PARTED.sub("1", ZERO.sub("0", match["value"].replace("|", " ")))
        told_here = quantity(current_words(plain, after, match))
        if told_here and told_here.comparator == "=" and _TO_ONLY.fullmatch(after[: match.start()]):
            told_here = Quantity(0.0, told_here.high, "up_to")
        if told_here and told_here.comparator == "=" and mark_:
            told_here = Quantity(told_here.low, told_here.high, "<" if mark_["below"] else ">")
        value = interval(told_here, ceiling=100.0)
        if value is None or value["low"] > 100 or (value["high"] or 0) > 100:
            continue
        value = top_of_series(value, after[: match.start()])
        told = after[since : match.start()] + _PAUSE.split(after[match.end() : match.end() + _TOLD])[0]
        if found and value["comparator"] == "up_to" and (value["high"] or 0) > highest:
            # the greatest of several values is a value, where "up to" of one alone is a bound
            value = {"low": value["high"], "high": value["high"], "comparator": "="}
        top = value["high"] or value["low"]
        rising = found and top > highest and patterns.rule("rising").pattern.search(told) is not None
        bound = value["comparator"] in (">", ">=")
        found_before, found, highest = found, True, max(highest, value["low"] if bound else top)
        start, end = marker.start(), marker.end() + match.end()
        listed = found_before and LISTED.fullmatch(after, since, match.start()) is not None
        reach = reach if listed else match.start()
        yield document.candidate(
            value,
            unit,
            start,
            end,
            name,
            distance=min(reach, 60) / 30,
            prose=float(unit.label is None),
            # Scanning put an addendum under the list of blocks.
            strength=1.0 * (unit.section == "blocks") + 1.5 * rising,
        )
    if found or skipped:
        return
    misread = patterns.rule("percent-misread")
    if torn := misread.pattern.search(text, marker.start(), marker.end() + len(after)):
        value = interval(quantity(torn["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, unit, marker.start(), torn.end(), misread.id, strength=-0.5)
            return
    first = patterns.rule("percent-first")
    if sign := first.pattern.search(after):
        words = f"{sign['bound'] or ''}{sign['figure'].replace('%', '')}"
        value = interval(quantity(words), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            end = marker.end() + sign.end()
            yield document.candidate(value, unit, marker.start(), end, first.id)
            return
    if declared := list(declared_figures(document, patterns, unit, marker.end())):
        yield from declared
        return
    counted = (patterns.rule(name) for name in ("count", "count-last"))
    if count := next((c for rule in counted if (c := rule.pattern.search(after))), None):
        value = share_of_cells(count["part"], count["whole"])
        if value is not None and count.groupdict().get("bound"):
            value = {"low": 0.0, "high": value["high"], "comparator": "<"}
        if value is not None:
            yield document.candidate(
                value, unit, marker.start(), marker.end() + count.end(), patterns.rule("count").id
            )
            return
    before = text[: marker.start()]
    if (share := counted_before(patterns, before)) is not None:
        rule_id = patterns.rule("count-before").id
        yield document.candidate(share[0], unit, share[1], marker.end(), rule_id)
        return
    stated = patterns.rule("percent-before").pattern.search(before)
    if (
        stated
        and not ("," in stated[0] and other.search(before[: stated.start()]))
        and not CUT_OFF.search(before, 0, stated.start())
    ):
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
    if cells := list(row_cells(document, patterns, unit, marker.end())):
        yield from cells
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
