"""Mitotic rate, in mitoses per 2 mm2.

Meaning: the count as stated, brought to 2 mm2. A stated field diameter or area is used
(``field_area: stated``), a rate per mm2 needs none; else one high-power field is 0.2 mm2
(``assumed``). "No mitoses" is 0; a count without a denominator is no rate; words only ("rare") are
``unquantified``.
Source: WHO 2019 digestive / WHO 2022 endocrine classification (count over 10 mm2, given per 2 mm2).
Conflicts: among current statements of equal rank the highest counts, of any tissue of the tumor.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from extractor.assertion import judge
from extractor.charts import columns_under
from extractor.document import Document
from extractor.earlier import mark
from extractor.field import Candidate, Field
from extractor.numbers import SPECIFIED, Quantity, interval, number, order, quantity
from extractor.patterns import FieldPatterns
from extractor.printed import beside_tables, class_tables, printed, ticked, unticked
from extractor.record import MitoticRate
from extractor.unit import Unit

#: One high-power field in mm2 when the report states none (10 fields = 2 mm2, the WHO convention).
HIGH_POWER_FIELD_MM2 = 0.2

#: How much the objective of high power enlarges.
_OBJECTIVE = 40

_UPPER, _LOWER = ("<", "<=", "up_to"), (">", ">=")
#: The smallest field of a microscope at high power, in mm2.
_SMALLEST = 0.05
#: How far a denial may stand before the mitoses it denies, and what parts them.
_SCOPE = 110
#: Digits of a number of fields that were read as letters.
_DIGITS = re.compile(r"[\dlLiI][0Oo]")
_FIELDS = str.maketrans("lLiIOo", "111100")
#: What ties the count itself to the class named before it: "< 2 per 10 HPF, specifically 1 in 50 HPF".
_NAMELY = re.compile(
    r"[\s,;(=-]{0,4}(?:specifically|exactly|precisely|namely|actual(?:ly)?|exact(?: count| number)?|"
    r"i\.? ?e\.?|in fact|here|counted(?: as)?|to be precise)[\s:,=]{0,3}|\s{0,2}\(\s?",
    re.IGNORECASE,
)
#: The middle grade's bounds as forms print them.
_CLASSES = {(2.0, 10.0), (2.0, 20.0)}
_TO = re.compile(r"s?\s{0,3}to\s{0,3}")
_TO_RATE = re.compile(r"s?\s{0,3}to\s{0,3}\d{1,2}\s{0,3}mitos[ie]s\s{0,2}(?:/|per)")
#: What is numbered before a dash and its count.
_NUMBERED = re.compile(
    r"\b(?:nodule|deposit|focus|part|specimen|block|slide|case|sample)\s{1,3}(?:no\.? ?|#)?$",
    re.IGNORECASE,
)
_OWN_NUMBER = re.compile(r"\d{1,2}\s*(?:-|to)\s+(?=\d)")
#: How the text of a unit may begin that goes on with another rate.
_BEGINS = frozenset("0123456789<>~")
#: A form's line that asks for a count, an option above it, and how many lines above the mitoses are named.
_ASKS = re.compile(
    r"\W{0,6}(?:[xX]\W{1,3})?(?:(?:please )?specify\b|number\b|count\b|rate\b|enter\b|"
    r"per\b)[^:=]{0,40}[:=]",
    re.IGNORECASE,
)
_OPTION_LINE = re.compile(r"\W{0,3}[(\[][ xX*]{0,3}[)\]]|\W*(?:<|less than|cannot|not )", re.IGNORECASE)
_ABOVE = 4
_COUNT = re.compile(r"\)?\W{0,6}(?P<value>(?:[<>~]\s?)?\d{1,3}(?:\s?-\s?\d{1,3})?)\s*(?:mitos\w+)?\W*")
#: What ties a count to the class it falls in.
_MEANS = re.compile(
    r"[^.;\d]{0,30}?[\s,;(=-]{0,4}(?:i\.? ?e\.?|that is|which is|meaning|thus|hence|corresponding to|"
    r"equivalent to|=|\()[^.;\d]{0,24}",
    re.IGNORECASE,
)
#: A bracket of classes that a colon in it made a label's end.
_CLASS_BRACKET = re.compile(r"\((?:WHO|NET|G ?1|grade|typical|TC|class)[^()]*$", re.IGNORECASE)
#: A single mitosis that is denied: "not one mitosis in 50 fields".
_NOT_ONE = re.compile(r"\bnot (?:even )?(?:a |one )?$", re.IGNORECASE)
#: An item of a list whose denominator comes with the last: "Mitoses: A: 2; B: 5 per 2 mm2".
_COUNTED = re.compile(r"[:=]\s?\d{1,3}\s?;$")
#: The name of a tissue before its count.
_OF_TISSUE = re.compile(
    r"(?:and |in |the ){0,2}(?:liver|hepatic|primary|(?:lymph )?node|nodal|metasta\w+|mesenteric|"
    r"omental|deposit|mass)\b",
    re.IGNORECASE,
)
#: The name of one item of a list of counts.
_ITEM = re.compile(
    r"(?:and )?(?:[A-Z]\d{0,2}\s?[:=]\s?|"
    r"[A-Za-z][A-Za-z ]{2,30}(?: ?#?\d{1,2}(?= ?[-:=]))?\s?[-:=]\s?|(?:in (?:the )?)?"
    r"(?:liver|primary|(?:lymph )?nod(?:e|al)|metasta\w+|mesenter\w+|oment\w+|deposit|mass|lung|tumou?r)"
    r"[A-Za-z ]{0,20}\d? )(?=[<>~]?\s?\d)"
)
#: Digits scanned as letters.
_MISREAD = re.compile(r"(?<![A-Za-z\d.])(?:[lI]|[Oo])(?![A-Za-z\d])")
_MIDDLE_DOT = re.compile(r"[*·•]")
_APART = re.compile(
    r"\.\s|\s\.|;|\b(?:low|index|number|difficult|hard|uncommon|infrequent|unusual|rare|few|sparse|scanty|"
    r"occasional|frequent)\b",
    re.IGNORECASE,
)
#: Words that make the mitoses denied a kind or a number of them.
_SOME = re.compile(
    r"\b(?:atypical|significant|increased|brisk|more|many|frequent|numerous|abnormal|prominent|scattered|"
    r"rare|occasional|abundant|excess\w*|granular)\s+$",
    re.IGNORECASE,
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: rates with a denominator, and statements that there are no mitoses."""
    found = list(_found(document, patterns))
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
        if _is_class(candidate) and any(_within(c, candidate) for c in found):
            continue  # the class that was ticked, and the count itself
        if _defined(patterns, candidate, found):
            continue  # "typical carcinoid < 2 per 2 mm2", where a count stands
        if _explained(candidate, found):
            continue  # the bound that the count meets: "1 in 10 fields, i.e. < 2 per 2 mm2"
        yield candidate


def _is_class(candidate: Candidate) -> bool:
    value = candidate.value
    return value is not None and value["comparator"] == "range" and (value["low"], value["high"]) in _CLASSES


def _explained(bound: Candidate, others: list[Candidate]) -> bool:
    """Whether a bound only says in which class the count before it falls, in the same sentence."""
    value = bound.value
    if value is None or value["comparator"] not in ("<", "<=", ">", ">=", "range"):
        return False
    text, start, end = bound.unit.text, bound.start - bound.unit.start, bound.end - bound.unit.start
    return any(
        other.unit is bound.unit
        and other.value is not None
        and other.value["comparator"] in ("=", "~")
        and (
            (other.end <= bound.start and _MEANS.fullmatch(text, other.end - other.unit.start, start))
            or (bound.end <= other.start and _NAMELY.fullmatch(text, end, other.start - other.unit.start))
        )
        and value["low"] <= other.value["low"]
        and (value["high"] is None or other.value["low"] <= value["high"])
        for other in others
    )


def _defined(patterns: FieldPatterns, bound: Candidate, others: list[Candidate]) -> bool:
    """Whether a bound is what a class is defined by, where the report gives a count."""
    value = bound.value
    if value is None or value["comparator"] not in ("<", "<=", ">", ">=", "range"):
        return False
    before = bound.unit.text[: bound.start - bound.unit.start]
    return patterns.rule("class-name").pattern.search(before[-40:]) is not None and any(
        other.value is not None and other.value["comparator"] in ("=", "~") for other in others
    )


def _per(text: str) -> float:
    """A number of fields, its digits perhaps read as letters."""
    return number(text.translate(_FIELDS) if _DIGITS.fullmatch(text) else text)


def _within(candidate: Candidate, bounds: Candidate) -> bool:
    value, outer = candidate.value, bounds.value
    return (
        value is not None
        and value["comparator"] == "="
        and outer["low"] <= value["low"] <= outer["high"]
        and candidate.unit.section == bounds.unit.section
    )


def _found(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    topic = patterns.rule("topic").pattern
    tables = class_tables(document.text.clean)
    named = {unit.index for unit in document.units_with(topic)}
    for index, unit in enumerate(document.units):
        if unit.section == "blocks":
            continue
        spoken = unit.index in named and topic.search(unit.text)
        if not spoken and not (unit.under and topic.search(unit.under)):
            if _ASKS.match(unit.text):
                yield from mark(document, _asked(document, patterns, unit))
            elif unit.text[:1] in _BEGINS or index - 1 in named or _listed(document, patterns, unit, index):
                yield from mark(document, _continued(document, patterns, unit, index))
            continue
        if patterns.rule("not-count").pattern.search(unit.text):
            continue
        rates = (
            list(_rates(document, patterns, unit, index))
            or list(_cells(document, patterns, unit, index))
            or list(_below(document, patterns, unit, index))
            or list(_rejoined(document, patterns, unit, index))
        )
        found = [r for r in rates if not printed(unit.text, r.end - 1 - unit.start, tables, unit.start)]
        for rate in found:
            if beside_tables(rate.end - 1, unit.start, unit.end, tables):
                rate.features.pop("reference", None)
        if found or not rates:
            yield from mark(document, found or _words(document, patterns, unit))
    for heading, unit, start, end in columns_under(document, topic):
        if not topic.search(unit.text):
            yield from mark(document, _cell(document, patterns, unit, heading, start, end))


def _cell(
    document: Document, patterns: FieldPatterns, unit: Unit, heading: str, start: int, end: int
) -> Iterator[Candidate]:
    """The rate in a table's cell; the heading may tell the denominator of all."""
    if (named_by := patterns.rule("rate-by-label").pattern.search(heading)) is not None:
        if not heading[:1].isalpha():
            return  # a value: "3 mitoses / 2 mm2"
        if (bare := patterns.rule("bare").pattern.fullmatch(unit.text, start, end)) is not None:
            yield from _labelled_rate(document, patterns, unit, named_by, bare)
        return
    if (told := patterns.rule("rate").pattern.match(unit.text, start, end)) is not None:
        mm2 = told["unit"].lower().startswith("mm")
        per = _per(told["per"]) if told["per"] else 1.0
        rule = patterns.rule("cells").id
        yield from _rate(document, patterns, unit, unit.index, told, told["value"], per, mm2, rule)


def _labelled_rate(
    document: Document, patterns: FieldPatterns, unit: Unit, named: re.Match[str], bare: re.Match[str]
) -> Iterator[Candidate]:
    """A count whose denominator is told by the words it stands under or behind."""
    mm2 = named["unit"].lower().startswith("mm")
    per = number(named["per"]) if named["per"] else 1.0
    rule = patterns.rule("rate-by-label").id
    yield from _rate(document, patterns, unit, unit.index, bare, bare["value"], per, mm2, rule)


def _asked(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The count of a form's line that only the lines above say is of mitoses: "Enter count per 2 mm2: 6"."""
    named = patterns.rule("rate-by-label").pattern.search(unit.text)
    if named is None or not _ASKS.match(unit.text):
        return
    for above in reversed(document.units[max(0, unit.index - _ABOVE) : unit.index]):
        if patterns.rule("topic").pattern.search(above.text):
            if above.value_text.strip() and above.label is not None:
                return
            break
        if not _OPTION_LINE.match(above.text):
            return
    else:
        return
    bare = _COUNT.fullmatch(unit.text, named.end())
    if bare is not None and not unticked(unit.text, bare.start()):
        yield from _labelled_rate(document, patterns, unit, named, bare)


def _rates(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
    text = unit.text
    rule = patterns.rule("rate")
    general = patterns.rule("in-general").pattern
    found = False
    for name in ("fields-first", "area-last", "area-told", "fields-last", "count-area", "count-last"):
        other = patterns.rule(name)
        for match in other.pattern.finditer(text):
            mm2 = match["unit"].lower().startswith("mm")
            per = number(match["per"])
            yield from _rate(document, patterns, unit, index, match, match["value"], per, mm2, other.id)
            if name == "count-last":
                return  # what stands before it is the class that was chosen
    low, end = "", 0
    for match in rule.pattern.finditer(text):
        if unit.label and match.end() <= unit.label[1] and not _cut_label(unit):
            continue  # the label's own bound: "Mitoses > 3/10 HPF: no"
        if patterns.rule("bound-answered").pattern.match(text, match.end()):
            continue  # "Mitotic figures >3/10 HPF ..... 0"
        if general.search(text[: match.start()]):
            continue
        mm2 = match["unit"].lower().startswith("mm")
        per = _per(match["per"]) if match["per"] else 1.0
        words = match["value"]
        if _NUMBERED.search(text[max(0, match.start() - 24) : match.start()]) and (
            numbered := _OWN_NUMBER.match(words)
        ):
            words = words[numbered.end() :]  # "nodule 1 - 0 per 2 mm2"
        if low and _TO.fullmatch(text, end, match.start()):
            words = f"{low}-{words}"  # "2 mitoses/10 HPF to 10 mitoses/10 HPF"
        if _TO_RATE.match(text, match.end()) and (least := quantity(words)):
            low, end = f"{least.low:g}", match.end()
            continue
        yield from _rate(document, patterns, unit, index, match, words, per, mm2, rule.id)
        low, found = "", True
        more = patterns.rule("elsewhere")
        if further := more.pattern.match(text, match.end()):
            yield from _rate(document, patterns, unit, index, further, further["value"], per, mm2, more.id)
    lost = patterns.rule("lost-slash")
    if not found and (ten := lost.pattern.search(text)):
        per = number(ten["per"])
        yield from _rate(document, patterns, unit, index, ten, ten["value"], per, False, lost.id)
    labelled = patterns.rule("rate-by-label")
    if (
        unit.label is not None
        and not _cut_label(unit)
        and (named := labelled.pattern.search(unit.label_text))
    ):
        at = unit.value or 0
        row = patterns.rule("cells").pattern.fullmatch(text, at)
        for bare in patterns.rule("bare").pattern.finditer(text, at):
            in_cell = text[: bare.start()].rstrip().endswith("|")
            chosen = bare.end() == len(text) and text[: bare.start()].rstrip().endswith(":")
            if (
                bare.start() > at
                and not in_cell
                and not chosen
                and not row
                and not ticked(text, bare.start())
            ):
                continue
            mm2 = named["unit"].lower().startswith("mm")
            per = number(named["per"]) if named["per"] else 1.0
            yield from _rate(
                document, patterns, unit, index, bare, bare["value"], per, mm2, labelled.id, labelled=True
            )


def _rejoined(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
    """The rate of a sentence that a line's end cut in two before its mitoses."""
    before = document.units[index - 1] if index else unit
    if before.section != unit.section or before.text[-1:] in ".;:" or not unit.text[:1].islower():
        return
    if before.label is not None or unit.label is not None or unit.start - before.end > 2:
        return
    text = document.text.clean[before.start : unit.end].replace("\n", " ")
    yield from _rates(document, patterns, replace(before, text=text), index - 1)


def _cut_label(unit: Unit) -> bool:
    """Whether a label is none, but prose up to a colon in brackets: "Mitoses 1 per 2 mm2 (G1: ...)"."""
    return _CLASS_BRACKET.search(unit.label_text) is not None


def _continued(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
    """A rate at the head of a unit whose "Mitoses" was cut off at the end of the one before."""
    if not index:
        return
    previous = document.units[index - 1]
    if patterns.rule("counts-on").pattern.match(unit.text):
        named = patterns.rule("topic").pattern.search(previous.text)
        if named and previous.section == unit.section and previous.label is None and unit.label is None:
            yield from _rates(document, patterns, unit, index)
        return
    if _listed(document, patterns, unit, index):
        yield from _rates(document, patterns, unit, index)
        return
    if unit.text[:1] not in _BEGINS or previous.section != unit.section:
        return
    if not patterns.rule("rate").pattern.match(unit.text):
        return
    goes_on = previous.text.endswith(";") and (
        patterns.rule("topic").pattern.search(previous.text)
        and patterns.rule("rate").pattern.search(previous.text)
    )
    if goes_on or patterns.rule("cut-off").pattern.search(previous.text[-40:]):
        yield from _rates(document, patterns, unit, index)


def _listed(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> bool:
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
            return (
                bool(patterns.rule("rate").pattern.search(previous.text))
                or _COUNTED.search(previous.text) is not None
            )
        if not _ITEM.match(previous.text):
            return False
    return False


def _cells(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
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
        yield from _rate(document, patterns, unit, index, bare, bare["value"], per, mm2, cells.id)


def _below(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
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
        yield from _rate(document, patterns, below, index, bare, bare["value"], per, mm2, rule)


def _rate(
    document: Document,
    patterns: FieldPatterns,
    unit: Unit,
    index: int,
    match: re.Match[str],
    words: str,
    per: float,
    mm2: bool,
    rule: str,
    *,
    labelled: bool = False,
) -> Iterator[Candidate]:
    words = _MISREAD.sub(lambda letter: "1" if letter[0] in "lI" else "0", words)
    found = quantity(_MIDDLE_DOT.sub("-", words))
    if found is None or per <= 0:
        return
    if found.low == found.high == 1 and _NOT_ONE.search(unit.text[: match.start()]):
        found = Quantity(0.0, 0.0, "=")
    if found.comparator in ("=", "~") and patterns.rule("at-most").pattern.match(unit.text, match.end()):
        found = Quantity(found.low, found.high, "<=")
    exact = patterns.rule("specified")
    told = None
    if found.comparator not in ("=", "~") or found.low != found.high:
        at = unit.start + match.end()
        told = exact.pattern.match(document.text.clean, at, at + SPECIFIED)
        number_ = quantity(told["value"]) if told is not None else None
        least, most = (0.0 if found.comparator in _UPPER else found.low), found.high
        if (
            number_ is not None
            and least <= number_.low
            and (found.comparator in _LOWER or number_.low <= most)
        ):
            found, rule = number_, exact.id
        else:
            told = None
    field = None if mm2 else _field_area(document, patterns, index)
    area = per if mm2 else per * (field or HIGH_POWER_FIELD_MM2)
    if not mm2 and field is None and told is None and (whole := _whole_area(patterns, unit, match, per)):
        area, field = whole, whole / per
    value = interval(found, ceiling=None, factor=2.0 / area)
    if value is None or value["low"] > 500:
        return
    value["field_area"] = "stated" if mm2 or field else "assumed"
    start, end = match.start(), told.end() - unit.start if told else match.end()
    if labelled and unit.label:
        start = unit.label[0]
    candidate = document.candidate(value, unit, start, end, rule)
    if "PHH3" in unit.text.upper():
        candidate.features["phh3"] = 1.0
    yield candidate


def _field_area(document: Document, patterns: FieldPatterns, index: int) -> float | None:
    """Area of one field in mm2 if this unit or a neighbor states it, or the report once for all counts."""
    for unit in document.units[index : index + 2]:
        if (told := _area_told(patterns, unit)) is not None:
            return told or None
    rules = [patterns.rule(name).pattern for name in ("field-diameter", "field-area", "field-number")]
    areas = {round(area, 4) for u in document.units_with(*rules) if (area := _area_told(patterns, u))}
    return areas.pop() if len(areas) == 1 else None


def _area_told(patterns: FieldPatterns, unit: Unit) -> float | None:
    """Area of one field in mm2 that a unit states, 0 if it can not be one; None if it states none."""
    if match := patterns.rule("field-diameter").pattern.search(unit.text):
        diameter = number(match["diameter"] or match["before"])
        return math.pi * (diameter / 2) ** 2 if 0.2 <= diameter <= 1.2 else 0.0
    if match := patterns.rule("field-area").pattern.search(unit.text):
        area = number(match["area"] or match["equals"])
        return area if 0.05 <= area <= 1.0 else 0.0
    if match := patterns.rule("field-number").pattern.search(unit.text):
        return math.pi * (number(match["number"]) / _OBJECTIVE / 2) ** 2
    return None


def _whole_area(patterns: FieldPatterns, unit: Unit, match: re.Match[str], per: float) -> float | None:
    """The area of all fields counted, if it is told after them."""
    told = patterns.rule("whole-area").pattern.match(unit.text, match.end())
    area = number(told["area"]) if told else 0.0
    return area if _SMALLEST * per <= area <= per else None


def _words(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    nothing = patterns.rule("none")
    match = nothing.pattern.search(unit.text)
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
        first, last = (judged[1], mention.start) if judged[1] < mention.start else (mention.end, judged[2])
        between = unit.text[first:last]
        if len(between) <= _SCOPE and not _APART.search(between):
            return judged[1], judged[2], "mitoses_per_2mm2/prose"
    return None


FIELD = Field(title="Mitoses per 2 mm²", position=20, value=MitoticRate, read=read, order=order)
