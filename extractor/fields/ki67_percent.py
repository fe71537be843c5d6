"""Ki-67 (MIB-1) proliferation index of tumor tissue, in percent.

Meaning: the share of tumor nuclei that stain, as stated: a number, a range ("2-3 %"), a bound
("<1 %" is 0 to 1, ">20 %" is 20 to 100, "up to 30 %" is 0 to 30) or an approximation. Words only
("low") are ``unquantified``; "pending" is ``pending``. A count of cells ("11 of 500") without a
percentage gives the computed one.
Source: WHO 2019/2022 classification (percent of at least 500 tumor nuclei in hot spots); NAACCR item 3863.
Conflicts: among current statements of equal rank the highest counts, of any tissue of the tumor.
"""

import re
from collections.abc import Iterator
from typing import Any

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.grading.ki67_apart import (
    CELL,
    counted_shares,
    hot_spot_after,
    last_named,
    listed_tissues,
    next_sentence,
    over_page,
    under_marker,
)
from extractor.grading.ki67_beside import MarkerReader
from extractor.grading.ki67_bounds import (
    class_after,
    class_before,
    class_told,
    explains_grade,
    narrowed,
    restated,
)
from extractor.matching.numbers import SPECIFIED, interval, order, quantity
from extractor.matching.patterns import FieldPatterns
from extractor.printed.class_tables import beside_tables, class_tables
from extractor.record import Interval
from extractor.statements.charts import columns_under
from extractor.statements.criteria import criterion
from extractor.statements.earlier import mark
from extractor.unit import Unit

#: A cell under the marker's name, with a percent sign.
_OF_CHART = re.compile(CELL.pattern + r" ?%[^\d%]{0,20}")
#: A stain made once more, whose figure a later part of the report gives.
_ANEW = re.compile(
    r"\b(?:further|repeat\w*|re-?stain\w*|another|additional|new|again|second|re-?count\w*|"
    r"(?:was|were|has been) (?:run|performed|done|added|carried out|made))\b",
    re.IGNORECASE,
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: percentages tied to the marker's name in one unit, or in the one after it."""
    tables = class_tables(document.text.clean)
    found, silent = _named(document, patterns, tables)
    found = [c for c in found if not narrowed(c, found)]
    found = [c for c in found if not explains_grade(c, found) and not class_after(patterns, c, found)]
    found += _after_silence(document, patterns, found, silent)
    found = [c for c in found if not (class_before(c, found) or criterion(c))]
    found += _in_chart(document, patterns, {candidate.end for candidate in found})
    if found:
        found += counted_shares(document, patterns, found)
    for candidate in found:
        _specify(document, patterns, candidate)
        if beside_tables(candidate.end - 1, candidate.unit.start, candidate.unit.end, tables):
            candidate.features.pop("reference", None)
    told = list(mark(document, found, inside=True))
    yield from (c for c in told if not (class_told(c, told) or restated(c, told)))


def _named(
    document: Document, patterns: FieldPatterns, tables: tuple[tuple[int, int], ...]
) -> tuple[list[Candidate], list[Unit]]:
    """Percentages in the units that name the marker, and the units that tell none."""
    marker = patterns["marker"]
    found: list[Candidate] = []
    silent: list[Unit] = []
    replaced: set[float] = set()
    for unit in document.units_with(marker):
        if unit.section == "blocks" and "%" not in unit.text:
            continue
        here = [
            candidate
            for match in marker.finditer(unit.text)
            for candidate in MarkerReader(document, patterns, unit, match, tables, replaced).read()
            if not criterion(candidate)
        ]
        found += here
        if any(candidate.value for candidate in here):
            found += _beside(document, patterns, unit, here)
        elif marker.search(unit.text):
            further = _elsewhere(document, patterns, unit, silent=not here)
            found += further or []
            if further is None:
                silent.append(unit)
    return [c for c in found if not (c.value and c.value["low"] == c.value["high"] in replaced)], silent


def _beside(
    document: Document, patterns: FieldPatterns, unit: Unit, here: list[Candidate]
) -> list[Candidate]:
    """Percentages that follow those of a unit: of hot spots, and of further tissues."""
    found = list(hot_spot_after(document, patterns, unit, here))
    if last_named(patterns, unit):
        found += listed_tissues(document, patterns, unit)
    return found


def _elsewhere(
    document: Document, patterns: FieldPatterns, unit: Unit, *, silent: bool
) -> list[Candidate] | None:
    """Percentages told behind a unit that has none, or (``silent``) no candidate at all; None if none is."""
    listed = list(listed_tissues(document, patterns, unit, first=True))
    listed = listed or list(over_page(document, patterns, unit))
    if listed:
        return listed
    if silent and patterns["percent"].search(unit.text):
        # the figure is another report's, or was replaced: the sentence after may give this one's
        return list(next_sentence(document, patterns, unit, strength=0.0))
    return None


def _after_silence(
    document: Document, patterns: FieldPatterns, found: list[Candidate], silent: list[Unit]
) -> list[Candidate]:
    """Percentages in the sentence after a unit that tells none, or under the marker's name."""
    stated = any(candidate.value for candidate in found)
    further: list[Candidate] = []
    top = max((document.rank(c.unit.section) for c in found if c.value), default=0)
    for unit in silent:
        later = document.rank(unit.section) > top and _ANEW.search(unit.text) is not None
        if not stated or later or any(c.value and c.unit.section == unit.section for c in [*found, *further]):
            further += next_sentence(document, patterns, unit)
        if not stated:
            further += under_marker(document, patterns, unit)
    return further


def _in_chart(document: Document, patterns: FieldPatterns, taken: set[int]) -> Iterator[Candidate]:
    """Percentages in the cells of a table under the marker's name."""
    for heading, unit, start, end in columns_under(document, patterns["marker"]):
        cell = unit.text[start:end]
        form = CELL if "%" in heading else _OF_CHART
        if unit.start + end in taken or unit.section == "blocks" or not form.fullmatch(cell):
            continue
        value = interval(quantity(cell), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, unit, start, end, patterns.rule("cells").id)


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


def _order(value: dict[str, Any]) -> float:
    return order(value)


FIELD = Field(title="Ki-67 (%)", position=10, value=Interval, read=read, order=_order)
