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
    mm2 = _in_mm2(named)
    per = number(named["per"]) if named["per"] else 1.0
    rule = patterns.rule("rate-by-label").id
    yield from scaled_rate(document, patterns, unit, unit.index, bare, bare["value"], per, mm2, rule)


def told_rates(document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> Iterator[Candidate]:
    """Counts together with what they are counted in: fields, an area, or mm2."""
    yield from _RateReader(document, patterns, unit, index).read()


class _RateReader:
    """Reads the rates of a unit; ``index`` is the unit whose field area holds."""

    def __init__(self, document: Document, patterns: FieldPatterns, unit: Unit, index: int) -> None:
        self.document, self.patterns, self.unit, self.index = document, patterns, unit, index

    def read(self) -> Iterator[Candidate]:
        """The rates in every order of count and denominator."""
        for name in ("fields-first", "area-last", "area-told", "count-area"):
            for match in self.patterns[name].finditer(self.unit.text):
                yield from self._ordered(match, name)
        if last := self.patterns["count-last"].search(self.unit.text):
            yield from self._ordered(last, "count-last")
            return  # what stands before it is the class that was chosen
        yield from self._plain()
        yield from self._labelled()

    def _rate(
        self, match: re.Match[str], words: str, per: float, mm2: bool, name: str, *, labelled: bool = False
    ) -> Iterator[Candidate]:
        document, patterns, rule = self.document, self.patterns, self.patterns.rule(name).id
        return scaled_rate(
            document, patterns, self.unit, self.index, match, words, per, mm2, rule, labelled=labelled
        )

    def _ordered(self, match: re.Match[str], name: str) -> Iterator[Candidate]:
        """A rate whose denominator is told whole."""
        return self._rate(match, match["value"], number(match["per"]), _in_mm2(match), name)

    def _plain(self) -> Iterator[Candidate]:
        """Counts before their denominator, or else one in short ("3/10")."""
        text, found = self.unit.text, False
        low, end = "", 0
        for match in self.patterns["rate"].finditer(text):
            if self._is_asked(match):
                continue
            words = _own_words(text, match)
            if low and _TO.fullmatch(text, end, match.start()):
                words = f"{low}-{words}"  # "2 mitoses/10 HPF to 10 mitoses/10 HPF"
            if _CHANGED.search(text, 0, match.start()) and (changed := _OWN_NUMBER.match(words)):
                words = words[changed.end() :]  # "revised from 2 to 5 per 2 mm2"
            if _TO_RATE.match(text, match.end()) and (least := quantity(words)):
                low, end = f"{least.low:g}", match.end()
                continue
            yield from self._with_others(match, words)
            low, found = "", True
        if not found and (ten := self.patterns["abbreviated"].search(text)):
            yield from self._rate(ten, ten["value"], fields_counted(ten["per"]), False, "abbreviated")

    def _is_asked(self, match: re.Match[str]) -> bool:
        """Whether a rate is a form's bound, or what is said of such tumors in general."""
        unit = self.unit
        if unit.label and match.end() <= unit.label[1] and not _cut_label(unit):
            return True  # the label's own bound: "Mitoses > 3/10 HPF: no"
        if self.patterns["bound-answered"].match(unit.text, match.end()):
            return True  # "Mitotic figures >3/10 HPF ..... 0"
        return self.patterns["in-general"].search(unit.text[: match.start()]) is not None

    def _with_others(self, match: re.Match[str], words: str) -> Iterator[Candidate]:
        """A rate, and the counts elsewhere in the tumor that share its denominator."""
        per = fields_counted(match["per"]) if match["per"] else 1.0
        mm2 = _in_mm2(match)
        yield from self._rate(match, words, per, mm2, "rate")
        for name in ("elsewhere", "elsewhere-first"):
            if further := self.patterns[name].match(self.unit.text, match.end()):
                yield from self._rate(further, further["value"], per, mm2, name)

    def _labelled(self) -> Iterator[Candidate]:
        """Counts behind a label that tells what they are counted in."""
        unit = self.unit
        if unit.label is None or _cut_label(unit):
            return
        if (named := self.patterns["rate-by-label"].search(unit.label_text)) is None:
            return
        per, mm2 = number(named["per"]) if named["per"] else 1.0, _in_mm2(named)
        for bare in self.patterns["bare"].finditer(unit.text, unit.value or 0):
            if self._answers(bare):
                yield from self._rate(bare, bare["value"], per, mm2, "rate-by-label", labelled=True)

    def _answers(self, bare: re.Match[str]) -> bool:
        """Whether a number is the label's: the first one, that of a cell or of a row, or the one chosen."""
        text, at = self.unit.text, self.unit.value or 0
        before = text[: bare.start()].rstrip()
        if bare.start() <= at or before.endswith("|"):
            return True
        if bare.end() == len(text) and before.endswith(":"):
            return True
        return self.patterns["cells"].fullmatch(text, at) is not None or ticked(text, bare.start())


def _in_mm2(match: re.Match[str]) -> bool:
    """Whether a rate is counted in mm2."""
    return match["unit"].lower().startswith("mm")


def _own_words(text: str, match: re.Match[str]) -> str:
    """The words of a count without the number of what it was counted in ("nodule 1 - 0 per 2 mm2")."""
    words: str = match["value"]
    if _NUMBERED.search(text[max(0, match.start() - 24) : match.start()]):
        numbered = _OWN_NUMBER.match(words)
        return words[numbered.end() :] if numbered else words
    return words


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
