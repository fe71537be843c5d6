"""Mitotic rate, in mitoses per 2 mm2.

Meaning: the count as stated, brought to 2 mm2. A stated field diameter or area is used
(``field_area: stated``), a rate per mm2 needs none; else one high-power field is 0.2 mm2
(``assumed``). "No mitoses" is 0; a count without a denominator is no rate; words only ("rare") are
``unquantified``.
Source: WHO 2019 digestive / WHO 2022 endocrine classification (count over 10 mm2, given per 2 mm2).
Conflicts: among current statements of equal rank the highest counts, of any tissue of the tumor.
"""

import re
from collections.abc import Iterator

from extractor.assertion import judge
from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.grading.mitosis_bounds import defined, explained, falls_within, is_class, is_key
from extractor.grading.mitosis_lines import (
    ASKS,
    BEGINS,
    asked_count,
    continued_rates,
    is_listed,
    labelled_list,
    number_below,
    rejoined_rates,
    row_cells,
    table_cell,
)
from extractor.grading.mitotic_rate import told_rates
from extractor.matching.numbers import Quantity, interval, order
from extractor.matching.patterns import FieldPatterns
from extractor.printed.class_tables import beside_tables, class_tables
from extractor.printed.feet_and_ticks import printed
from extractor.record import MitoticRate
from extractor.statements.charts import columns_under
from extractor.statements.criteria import criterion
from extractor.statements.earlier import mark
from extractor.unit import Unit

#: How far a denial may stand before the mitoses it denies, and what parts them: a gap between columns too.
_SCOPE = 110
_APART = re.compile(
    r"\.\s|\s\.|;|(?<!\bor)(?<!\bnor)(?<!\band)(?<=[^\s,]) {3,}(?!(?:n?or|and)\b)\S|"
    r"\b(?:low|index|number|difficult|hard|uncommon|infrequent|unusual|rare|few|sparse|scanty|"
    r"occasional|frequent)\b",
    re.IGNORECASE,
)
#: Words that make the mitoses denied a kind or a number of them.
_SOME = re.compile(
    r"\b(?:atypical|significant|increased|brisk|more|many|frequent|numerous|abnormal|prominent|scattered|"
    r"rare|occasional|abundant|excess\w*|granular)\s+$",
    re.IGNORECASE,
)

#: Words behind mitoses that take them out of a denial before them.
_SOME_ARE = re.compile(
    r"[,:]?\s(?:(?:is|are|was|were|very|rather|only|quite|but|extremely|exceedingly) ){0,3}"
    r"(?:hard\b|difficult|sparse|scarce|scant|few\b|a few|rare(?:ly)?\b|occasional|infrequent|uncommon|"
    r"inconspicuous|seldom|low\b|only after|after (?:long )?search)",
    re.IGNORECASE,
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: rates with a denominator, and statements that there are no mitoses."""
    found = [c for c in _found(document, patterns) if not (criterion(c) or is_key(c))]
    seen = patterns.rule("seen").pattern
    counted = (
        [u for u in document.units_with(seen) if seen.search(u.text) and u.section != "history"]
        if found
        else []
    )
    for candidate in found:
        rank = document.rank(candidate.unit.section)
        none = candidate.value is not None and candidate.value["high"] == 0.0
        if none and any(document.rank(u.section) >= rank and u is not candidate.unit for u in counted):
            continue  # "no mitoses" of one part, a mitosis in another
        if is_class(candidate) and any(falls_within(c, candidate) for c in found):
            continue  # the class that was ticked, and the count itself
        if defined(patterns, candidate, found):
            continue  # "typical carcinoid < 2 per 2 mm2", where a count stands
        if explained(candidate, found):
            continue  # the bound that the count meets: "1 in 10 fields, i.e. < 2 per 2 mm2"
        yield candidate


def _found(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    topic = patterns.rule("topic").pattern
    tables = class_tables(document.text.clean)
    named = {unit.index for unit in document.units_with(topic)}
    told = set()
    for index, unit in enumerate(document.units):
        if unit.section == "blocks":
            continue
        spoken = unit.index in named and topic.search(unit.text)
        if not spoken and not (unit.under and topic.search(unit.under)):
            if ASKS.match(unit.text):
                yield from mark(document, asked_count(document, patterns, unit))
            elif unit.text[:1] in BEGINS or index - 1 in named or is_listed(document, patterns, unit, index):
                yield from mark(document, continued_rates(document, patterns, unit, index))
            continue
        if patterns.rule("not-count").pattern.search(unit.text):
            continue
        rates = (
            list(told_rates(document, patterns, unit, index))
            or list(labelled_list(document, patterns, unit))
            or list(row_cells(document, patterns, unit, index))
            or list(number_below(document, patterns, unit, index))
            or list(rejoined_rates(document, patterns, unit, index))
        )
        found = [r for r in rates if not printed(unit.text, r.end - 1 - unit.start, tables, unit.start)]
        for rate in found:
            if beside_tables(rate.end - 1, unit.start, unit.end, tables):
                rate.features.pop("reference", None)
        if found or not rates:
            found = found or list(_words(document, patterns, unit))
            told |= {unit.index for candidate in found if candidate.value}
            yield from mark(document, found)
    for heading, unit, start, end in columns_under(document, topic):
        if unit.index not in told:
            yield from mark(document, table_cell(document, patterns, unit, heading, start, end))


def _words(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    nothing = patterns.rule("none")
    match = nothing.pattern.search(unit.text)
    if match and _SOME_ARE.match(unit.text, match.end()):
        match = None  # "no necrosis, mitoses hard to find"
    denied = (match.start(), match.end(), nothing.id) if match else _denied(document, unit)
    if denied and not _benign(document, patterns, unit):
        value = interval(Quantity(0.0, 0.0, "="), ceiling=None)
        assert value is not None
        value["field_area"] = "assumed"
        yield document.candidate(value, unit, *denied, by_rule=float(match is not None))
        return
    for status in ("not_applicable", "pending", "not_stated", "unquantified"):
        rule = patterns.rule(status.replace("_", "-"))
        if match := rule.pattern.search(unit.text):
            yield document.candidate(None, unit, match.start(), match.end(), rule.id, status=status)
            return


def _benign(document: Document, patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether a sentence, or the one it goes on from, speaks of another, benign lesion."""
    benign = patterns.rule("benign").pattern
    if benign.search(unit.text):
        return True
    return bool(
        unit.index
        and patterns.rule("goes-on").pattern.match(unit.text)
        and benign.search(document.units[unit.index - 1].text)
    )


def _denied(document: Document, unit: Unit) -> tuple[int, int, str] | None:
    """Mitoses among the things prose says are not there."""
    for mention in document.mentions(unit, "MITOSES"):
        judged = judge(mention, unit.text)
        if not judged or judged[0] != "absent" or _SOME.search(unit.text[: mention.start]):
            continue
        if judged[1] < mention.start and _SOME_ARE.match(unit.text, mention.end):
            continue  # "no necrosis, mitoses hard to find"
        first, last = (judged[1], mention.start) if judged[1] < mention.start else (mention.end, judged[2])
        between = unit.text[first:last]
        if len(between) <= _SCOPE and not _APART.search(between):
            return judged[1], judged[2], "mitoses_per_2mm2/prose"
    return None


FIELD = Field(title="Mitoses per 2 mm²", position=20, value=MitoticRate, read=read, order=order)
