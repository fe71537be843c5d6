"""Mitotic counts whose words stand on several lines: lists, tables, forms."""

import re
from collections.abc import Iterator
from dataclasses import replace

from extractor.document import Document
from extractor.field import Candidate
from extractor.grading.mitotic_rate import fields_counted, labelled_rate, scaled_rate, told_rates
from extractor.matching.numbers import number
from extractor.matching.patterns import FieldPatterns
from extractor.printed.feet_and_ticks import unticked
from extractor.unit import Unit

#: How the text of a unit may begin that goes on with another rate.
BEGINS = frozenset("0123456789<>~")
#: A form's line that asks for a count, an option above it, and how many lines above the mitoses are named.
ASKS = re.compile(
    r"\W{0,6}(?:[xX]\W{1,3})?(?:(?:please )?specify\b|number\b|count\b|rate\b|enter\b|"
    r"per\b)[^:=]{0,40}[:=]",
    re.IGNORECASE,
)
_ABOVE = 4
_COUNT = re.compile(r"\)?\W{0,6}(?P<value>(?:[<>~]\s?)?\d{1,3}(?:\s?-\s?\d{1,3})?)\s*(?:mitos\w+)?\W*")
#: A cell of the same row that tells the area counted ("B4    2 mm2    3").
_AREA = re.compile(
    r"(?<=\s\s|\| )(?P<per>\d{1,2}(?:[.,]\d)?) ?(?P<unit>mm2|HPFs?)(?=\s\s|\s?\||\s*$)", re.IGNORECASE
)
#: A cell that holds a value of its own.
_VALUE = re.compile(
    r"[^/(]{0,28}?\d{1,3}(?: ?- ?\d{1,3})? ?(?:mit\w*(?: \w+)?)? ?(?:/|per|in) ?\d", re.IGNORECASE
)
#: A tissue and its count, in a list whose label holds the denominator.
_TISSUE_COUNT = re.compile(
    r"\s*(?:and )?(?:(?:in|the) ){0,2}(?:primary|liver|hepatic|(?:lymph )?nod(?:e|al|ule)s?|metasta\w+|"
    r"mesenter\w+|oment\w+|deposit|mass|tumou?r|lesion|ile\w+|segment|block|part|(?-i:[A-Z]))\b"
    r"[A-Za-z ]{0,20}(?:(?<=[a-z] )[A-Z\d]{1,2}(?=\s?[:=-]))?\s?[:=-]?\s?"
    r"(?P<value>(?:[<>~]\s?)?\d{1,3}(?:\s?-\s?\d{1,3})?)\s?[;,.]?",
    re.IGNORECASE,
)
#: The name of a tissue before its count.
_OF_TISSUE = re.compile(
    r"(?:and |in |the ){0,2}(?:liver|hepatic|primary|(?:lymph )?node|nodal|metasta\w+|mesenteric|"
    r"omental|deposit|mass)\b",
    re.IGNORECASE,
)
#: The name of one item of a list of counts.
_ITEM = re.compile(
    r"(?:and )?(?:[A-Z]\d{0,2}\s?[:=]\s?|"
    r"[A-Za-z][A-Za-z ]{2,30}(?: ?#?\d{1,2}(?= ?[-:=]))?\s?[-:=]\s?|(?:(?:in|at|on|by) )?"
    r"(?:(?:the|this|present|current|whole|resected|excised|surgical|operation) ){0,3}"
    r"(?:liver|primary|(?:lymph )?nod(?:e|al)|metasta\w+|mesenter\w+|oment\w+|deposit|mass|lung|tumou?r|"
    r"specimen|resection|resectate|material|biopsy|now|here|today|currently)"
    r"[A-Za-z ]{0,20}\d? )(?=[<>~]?\s?\d)"
)


def table_cell(
    document: Document, patterns: FieldPatterns, unit: Unit, heading: str, start: int, end: int
) -> Iterator[Candidate]:
    """The rate in a table's cell; the heading may tell the denominator of all."""
    if (named_by := patterns.rule("rate-by-label").pattern.search(heading)) is not None:
        if not heading[:1].isalpha() or _VALUE.match(heading):
            return  # a value: "3 mitoses / 2 mm2", "fewer than 2 per 2 mm2"
        if (bare := patterns.rule("bare").pattern.fullmatch(unit.text, start, end)) is not None:
            yield from labelled_rate(document, patterns, unit, named_by, bare)
        return
    bare = patterns.rule("bare").pattern.fullmatch(unit.text, start, end)
    if bare is not None and len(areas := list(_AREA.finditer(unit.text))) == 1:
        mm2, per, rule = areas[0]["unit"].lower() == "mm2", number(areas[0]["per"]), patterns.rule("cells").id
        yield from scaled_rate(document, patterns, unit, unit.index, bare, bare["value"], per, mm2, rule)
        return
    if (told := patterns.rule("rate").pattern.match(unit.text, start, end)) is not None:
        mm2 = told["unit"].lower().startswith("mm")
        per = fields_counted(told["per"]) if told["per"] else 1.0
        rule = patterns.rule("cells").id
        yield from scaled_rate(document, patterns, unit, unit.index, told, told["value"], per, mm2, rule)


def labelled_list(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The counts of tissues behind a label with the denominator: "Mitoses per 2 mm2: primary 2; node 8"."""
    if (
        unit.label is None
        or (named := patterns.rule("rate-by-label").pattern.search(unit.label_text)) is None
    ):
        return
    at = unit.value or 0
    for below in document.units[unit.index : unit.index + _ABOVE + 1]:
        item = _TISSUE_COUNT.fullmatch(below.text, at)
        if item is None:
            return
        yield from labelled_rate(document, patterns, below, named, item)
        if not below.text.endswith((";", ",")):
            return
        at = 0


def asked_count(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The count of a form's line that only the line above says is of mitoses: "Enter count per 2 mm2: 6"."""
    named = patterns.rule("rate-by-label").pattern.search(unit.text)
    if named is None or not ASKS.match(unit.text):
        return
    above = document.units[max(0, unit.index - 1)]
    if not patterns.rule("topic").pattern.search(above.text):
        return
    if above.value_text.strip() and above.label is not None:
        return
    bare = _COUNT.fullmatch(unit.text, named.end())
    if bare is not None and not unticked(unit.text, bare.start()):
        yield from labelled_rate(document, patterns, unit, named, bare)


def rejoined_rates(
    document: Document, patterns: FieldPatterns, unit: Unit, index: int
) -> Iterator[Candidate]:
    """The rate of a sentence that a line's end cut in two before its mitoses."""
    before = document.units[index - 1] if index else unit
    if before.section != unit.section or before.text[-1:] in ".;:" or not unit.text[:1].islower():
        return
    if before.label is not None or unit.label is not None or unit.start - before.end > 2:
        return
    text = document.text.clean[before.start : unit.end].replace("\n", " ")
    yield from told_rates(document, patterns, replace(before, text=text), index - 1)


def continued_rates(
    document: Document, patterns: FieldPatterns, unit: Unit, index: int
) -> Iterator[Candidate]:
    """A rate at the head of a unit whose "Mitoses" was cut off at the end of the one before."""
    if not index:
        return
    previous = document.units[index - 1]
    if patterns.rule("counts-on").pattern.match(unit.text):
        named = patterns.rule("topic").pattern.search(previous.text)
        if named and previous.section == unit.section and previous.label is None and unit.label is None:
            yield from told_rates(document, patterns, unit, index)
        return
    if is_listed(document, patterns, unit, index):
        yield from told_rates(document, patterns, unit, index)
        return
    if unit.text[:1] not in BEGINS or previous.section != unit.section:
        return
    if not patterns.rule("rate").pattern.match(unit.text):
        return
    goes_on = previous.text.endswith(";") and (
        patterns.rule("topic").pattern.search(previous.text)
        and (
            patterns.rule("rate").pattern.search(previous.text)
            or patterns.rule("none").pattern.search(
                previous.text
            )  # "no mitoses in the liver; 3 in the primary"
        )
    )
    if goes_on or patterns.rule("cut-off").pattern.search(previous.text[-40:]):
        yield from told_rates(document, patterns, unit, index)


def is_listed(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> bool:
    """Whether a unit is one more item of a list: "Mitoses: node 1 - 0 per 2 mm2; mass - 3 per 2 mm2"."""
    item = _ITEM.match(unit.text)
    if item is None or (unit.label is not None and unit.label[1] > item.end()):
        return False
    if not patterns.rule("rate").pattern.match(unit.text, item.end()):
        return False
    for back in range(index - 1, max(-1, index - 5), -1):
        previous = document.units[back]
        listed = previous.text.rstrip().endswith(";") or _OF_TISSUE.match(unit.text)
        if not listed or previous.section != unit.section:
            return False
        if patterns.rule("topic").pattern.search(previous.text):
            return bool(patterns.rule("rate").pattern.search(previous.text))
        if not _ITEM.match(previous.text):
            return False
    return False


def row_cells(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
    """The numbers of a table's row whose first cell names the denominator."""
    labelled = patterns.rule("rate-by-label").pattern.search(unit.text[:60])
    if labelled is None or not patterns.rule("topic").pattern.search(unit.text[: labelled.start()]):
        return
    cells = patterns.rule("cells")
    if not cells.pattern.fullmatch(unit.text, labelled.end()):
        return
    mm2 = labelled["unit"].lower().startswith("mm")
    per = number(labelled["per"]) if labelled["per"] else 1.0
    for bare in patterns.rule("bare").pattern.finditer(unit.text, labelled.end()):
        yield from scaled_rate(document, patterns, unit, index, bare, bare["value"], per, mm2, cells.id)


def number_below(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
    """The number on the line under a label that names the denominator."""
    labelled = patterns.rule("rate-by-label").pattern.search(unit.text)
    if labelled is None or len(unit.text) > 48 or index + 1 >= len(document.units) or patterns.label is None:
        return
    if not patterns.label.match(unit.text) or unit.text[labelled.end() :].strip(" ):"):
        return
    below = document.units[index + 1]
    if below.label is None and (bare := patterns.rule("bare").pattern.fullmatch(below.text)):
        mm2 = labelled["unit"].lower().startswith("mm")
        per = number(labelled["per"]) if labelled["per"] else 1.0
        rule = patterns.rule("rate-by-label").id
        yield from scaled_rate(document, patterns, below, index, bare, bare["value"], per, mm2, rule)
