"""A mitotic count and its denominator, brought to 2 mm2."""

import math
import re
from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate
from extractor.matching.numbers import SPECIFIED, Quantity, interval, number, quantity
from extractor.matching.patterns import FieldPatterns
from extractor.printed.feet_and_ticks import ticked
from extractor.unit import Unit

#: One high-power field in mm2 when the report states none (10 fields = 2 mm2, the WHO convention).
HIGH_POWER_FIELD_MM2 = 0.2
#: How much the objective of high power enlarges.
_OBJECTIVE = 40
_UPPER, _LOWER = ("<", "<=", "up_to"), (">", ">=")
#: The smallest field of a microscope at high power, in mm2.
_SMALLEST = 0.05
#: Digits of a number of fields that were read as letters.
_DIGITS = re.compile(r"[\dlLiI][0Oo]")
_FIELDS = str.maketrans("lLiIOo", "111100")
_TO = re.compile(r"s?\s{0,3}to\s{0,3}")
_TO_RATE = re.compile(r"s?\s{0,3}to\s{0,3}\d{1,2}\s{0,3}mitos[ie]s\s{0,2}(?:/|per)")
#: What is numbered before a dash and its count.
_NUMBERED = re.compile(
    r"\b(?:nodule|deposit|focus|part|specimen|block|slide|case|sample)\s{1,3}(?:no\.? ?|#)?$",
    re.IGNORECASE,
)
_OWN_NUMBER = re.compile(r"\d{1,2}\s*(?:-|to)\s+(?=\d)")
#: What makes of two numbers an old and a new one.
_CHANGED = re.compile(
    r"\b(?:corrected|changed|revised|amended|updated|adjusted|risen|rose|increased|raised)\b"
    r"[^.;\d]{0,24}\bfrom $",
    re.IGNORECASE,
)
#: A bracket of classes that a colon in it made a label's end.
_CLASS_BRACKET = re.compile(
    r"\((?:WHO|NET|G ?1|grade|typical|TC|class)[^()]*$|"
    # ... or of how it was counted, behind the count: "Mitoses 6 per 2 mm2 (counted in 3 areas: 4, 3 and 6)"
    r"\d\s{0,2}(?:mitos\w+ )?(?:/|per|in)\s{0,2}\d{1,2}\s?(?:mm2|HPFs?|fields)\s?\([^()]*$",
    re.IGNORECASE,
)
#: A single mitosis that is denied: "not one mitosis in 50 fields".
_NOT_ONE = re.compile(r"\bnot (?:even )?(?:a |one )?$", re.IGNORECASE)
#: The same within the words of a value: "not a", "never a".
_NONE = re.compile(r"\s*(?:not (?:even )?|never |nowhere )(?:an?|one)\b", re.IGNORECASE)
#: Digits scanned as letters.
_MISREAD = re.compile(r"(?<![A-Za-z\d.])(?:[lI]|[Oo])(?![A-Za-z\d])")
#: A greatest count in translated words: "mitoses numerous, to 25 in 10 fields".
_TO_ONLY = re.compile(r"(?:[,;(]|\bmitoses)\s(?:up )?to $", re.IGNORECASE)
_MIDDLE_DOT = re.compile(r"[*·•]")


def fields_counted(text: str) -> float:
    """A number of fields, its digits perhaps read as letters."""
    return number(text.translate(_FIELDS) if _DIGITS.fullmatch(text) else text)


def labelled_rate(
    document: Document, patterns: FieldPatterns, unit: Unit, named: re.Match[str], bare: re.Match[str]
) -> Iterator[Candidate]:
    """A count whose denominator is told by the words it stands under or behind."""
    mm2 = named["unit"].lower().startswith("mm")
    per = number(named["per"]) if named["per"] else 1.0
    rule = patterns.rule("rate-by-label").id
    yield from scaled_rate(document, patterns, unit, unit.index, bare, bare["value"], per, mm2, rule)


def told_rates(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
    """Counts together with what they are counted in: fields, an area, or mm2."""
    text = unit.text
    rule = patterns.rule("rate")
    general = patterns.rule("in-general").pattern
    found = False
    for name in ("fields-first", "area-last", "area-told", "count-area", "count-last"):
        other = patterns.rule(name)
        for match in other.pattern.finditer(text):
            mm2 = match["unit"].lower().startswith("mm")
            per = number(match["per"])
            yield from scaled_rate(document, patterns, unit, index, match, match["value"], per, mm2, other.id)
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
        per = fields_counted(match["per"]) if match["per"] else 1.0
        words = match["value"]
        if _NUMBERED.search(text[max(0, match.start() - 24) : match.start()]) and (
            numbered := _OWN_NUMBER.match(words)
        ):
            words = words[numbered.end() :]  # "nodule 1 - 0 per 2 mm2"
        if low and _TO.fullmatch(text, end, match.start()):
            words = f"{low}-{words}"  # "2 mitoses/10 HPF to 10 mitoses/10 HPF"
        if _CHANGED.search(text, 0, match.start()) and (changed := _OWN_NUMBER.match(words)):
            words = words[changed.end() :]  # "revised from 2 to 5 per 2 mm2"
        if _TO_RATE.match(text, match.end()) and (least := quantity(words)):
            low, end = f"{least.low:g}", match.end()
            continue
        yield from scaled_rate(document, patterns, unit, index, match, words, per, mm2, rule.id)
        low, found = "", True
        for more in (patterns.rule("elsewhere"), patterns.rule("elsewhere-first")):
            if further := more.pattern.match(text, match.end()):
                yield from scaled_rate(
                    document, patterns, unit, index, further, further["value"], per, mm2, more.id
                )
    short = patterns.rule("abbreviated")
    if not found and (ten := short.pattern.search(text)):
        per = fields_counted(ten["per"])
        yield from scaled_rate(document, patterns, unit, index, ten, ten["value"], per, False, short.id)
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
            yield from scaled_rate(
                document, patterns, unit, index, bare, bare["value"], per, mm2, labelled.id, labelled=True
            )


def _cut_label(unit: Unit) -> bool:
    """Whether a label is none, but prose up to a colon in brackets: "Mitoses 1 per 2 mm2 (G1: ...)"."""
    return _CLASS_BRACKET.search(unit.label_text) is not None


def scaled_rate(
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
    """A count brought to 2 mm2, with what the words around it say of it."""
    words = _MISREAD.sub(lambda letter: "1" if letter[0] in "lI" else "0", words)
    found = quantity(_MIDDLE_DOT.sub("-", words))
    if found is None or per <= 0:
        return
    if found.low == found.high == 1 and (_NONE.match(words) or _NOT_ONE.search(unit.text[: match.start()])):
        found = Quantity(0.0, 0.0, "=")
    if (
        found.comparator in ("=", "~")
        and found.low == found.high
        and _TO_ONLY.search(unit.text[: match.start()])
    ):
        found = Quantity(0.0, found.high, "up_to")
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
