"""The likely kind of error: a table of rules (``data/judgement.toml``), each a test of one function here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from nenpath.qa.codes import Coded, data
from nenpath.qa.compare import AGREEING, Relation, relation
from nenpath.qa.settings import judgement

_CENTIMETERS = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)(?![\d.,]*\d)(?=\s{0,3}(?:x\s|x\d|cm\b|mm\b|%|\b))", re.IGNORECASE
)
_UNIT = re.compile(r"[^a-z\n]{0,24}?\b(cm|mm)\b", re.IGNORECASE)
_BEFORE, _AFTER = 90, 40
_FIGURES = ("length", "percent")
_COUNTS = ("count", "rate")
_SENTENCE = re.compile(r"[.;](?=\s)")
_EARLIER = ("history", "prior", "outside", "frozen", "imaging", "clinical")
_LATER = ("addendum", "amendment")


@dataclass(slots=True)
class Case:
    """All that a rule may look at: one coded value of a row, the record, the text where there is one."""

    name: str
    coded: Coded
    reading: Mapping[str, Any]
    relation: Relation
    fields: Mapping[str, Mapping[str, Any]]
    row: Mapping[str, Coded]
    text: str | None
    relations: Mapping[str, Relation]
    contradicted: Set[str] = frozenset()
    several: bool = False
    found: tuple[int, int] | None = None
    _places: list[tuple[int, int]] | None = field(default=None, repr=False)

    @property
    def number(self) -> float | None:
        """The coded value as a number."""
        return _number(self.coded.value) if self.coded.state == "value" else None

    @property
    def figures(self) -> set[float]:
        """The numbers a coded value is made of: the ends of a range, else the value itself."""
        if self.coded.state != "value":
            return set()
        if isinstance(self.coded.value, dict):
            return {bound for bound in (self.coded.value["low"], self.coded.value["high"]) if bound}
        return set() if self.number is None else {self.number}

    @property
    def read(self) -> float | None:
        """The report's value as a number."""
        return _number(self.reading["value"])

    @property
    def evidence(self) -> list[Mapping[str, Any]]:
        """Where the report's value stands."""
        return list(self.reading["evidence"])

    def alternatives(self) -> list[Mapping[str, Any]]:
        """Other readings of the report that agree with the code, with where they stand."""
        if self.coded.state != "value":
            return []
        return [
            place
            for other in self.reading["alternatives"]
            if other["value"] is not None and relation(self.name, self.coded, other["value"]) in AGREEING
            for place in other["evidence"]
        ]

    def places(self) -> list[tuple[int, int]]:
        """Where the coded number stands in the text, in its unit."""
        if self._places is None:
            self._places = list(self._numbers()) if self.text is not None and self.figures else []
        return self._places

    def _numbers(self) -> list[tuple[int, int]]:
        assert self.text is not None
        length = data()["fields"][self.name]["kind"] == "length"
        figures, found = self.figures, []
        for match in _CENTIMETERS.finditer(self.text):
            value = float(match[1].replace(",", "."))
            if length:
                unit = _UNIT.match(self.text, match.end())
                if unit is None:
                    continue
                value *= 10 if unit[1].lower() == "cm" else 1
            if any(abs(value - figure) < 0.01 for figure in figures):
                found.append((match.start(), match.end()))
            if len(found) == 20:
                break
        return found

    def near(self, kind: str) -> bool:
        """Whether the coded number stands near words of this kind; remembers where."""
        words = _near()[kind]
        for start, end in self.places():
            assert self.text is not None
            before = re.split(r"[.;\n](?!\d)", self.text[max(0, start - _BEFORE) : start])[-1]
            after = re.split(r"[.;\n](?!\d)", self.text[end : end + _AFTER])[0]
            if words.search(before) or words.search(after):
                self.found = (start, end)
                return True
        return False


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table."""

    id: str
    title: str
    test: Callable[[Case], bool]
    weight: float


@cache
def table() -> tuple[Kind, ...]:
    """The rules in their order."""
    return tuple(
        Kind(rule["id"], rule["title"], TESTS[rule["test"]], float(rule["weight"]))
        for rule in judgement()["kinds"]
    )


def kind_of(case: Case) -> Kind:
    """The first rule that fits; the last fits always."""
    for kind in table():
        case.found = None
        if kind.test(case):
            return kind
    raise LookupError("the table of kinds has no last row")


@cache
def _near() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(words, re.IGNORECASE) for name, words in judgement()["near"].items()}


def _number(value: Any) -> float | None:
    if isinstance(value, dict):
        low, high = value.get("low"), value.get("high")
        return float(low) if low == high and low is not None else None
    if isinstance(value, int | float):
        return float(value)
    return None


def _is_swapped(case: Case) -> bool:
    """The code is another field's reading, and that field's code is this one's."""
    if case.relation != "different":
        return False
    for other, coded in case.row.items():
        if other == case.name or case.relations.get(other) != "different":
            continue
        if _alike(case, coded, case.reading["value"]) and _alike(
            case, case.coded, case.fields[other]["value"]
        ):
            return True
    return False


def _alike(case: Case, coded: Coded, value: Any) -> bool:
    number = _number(coded.value)
    if number is not None:
        return number == _number(value)
    return isinstance(value, str) and value in (coded.value, coded.text)


def _is_other_report(case: Case) -> bool:
    """Most of what the row and the report both state differs, and at least three values do.

    Where the report has several tumors the program may have read another one than the coder.
    """
    if case.several:
        return False
    compared = [kind for kind in case.relations.values() if kind in ("different", *AGREEING)]
    wrong = sum(kind == "different" for kind in compared)
    return case.relation == "different" and wrong >= 3 and wrong > 0.6 * len(compared)


def _is_unit(case: Case) -> bool:
    """The report's figure was copied, its unit not."""
    if data()["fields"][case.name]["kind"] != "length" or not _is_factor(case, (10.0,)):
        return False
    coded = re.sub(r"[^\d.,]", "", case.coded.text).replace(",", ".")
    figures = {
        figure.replace(",", ".")
        for place in case.evidence
        for figure in re.findall(r"\d+(?:[.,]\d+)?", place.get("text", ""))
    }
    return coded in figures


def _is_factor(case: Case, factors: tuple[float, ...] = (10.0, 100.0)) -> bool:
    if not case.number or not case.read:
        return False
    ratio = max(case.number, case.read) / min(case.number, case.read)
    return any(abs(ratio / factor - 1) < 0.01 for factor in factors)


def _is_digit_swap(case: Case) -> bool:
    if case.number is None or case.read is None:
        return False
    coded, read = (re.sub(r"\D", "", f"{value:g}").lstrip("0") for value in (case.number, case.read))
    pads = {len(coded), len(read)}
    return coded != read and len(pads) == 1 and len(coded) > 1 and sorted(coded) == sorted(read)


def _is_superseded(case: Case) -> bool:
    """The code is what stood there before an addendum that speaks of the same part, or of no one part."""
    later = {place.get("part") for place in case.evidence if place.get("section") in _LATER}
    earlier = {place.get("part") for place in case.alternatives() if place.get("section") not in _LATER}
    return bool(earlier) and (None in later or bool(later & earlier))


def _is_prior(case: Case) -> bool:
    for place in case.alternatives():
        if (place.get("section") or "").startswith(_EARLIER):
            case.found = place["start"], place["end"]
            return True
    return case.near("prior")


def _is_node(case: Case) -> bool:
    if data()["fields"][case.name]["kind"] in ("count", "tnm"):  # whose tissue is a node anyway
        return False
    if any(place.get("tissue") in ("node", "metastasis") for place in case.alternatives()):
        return True
    return data()["fields"][case.name]["kind"] == "length" and case.near("node")


def _is_length_near(kind: str) -> Callable[[Case], bool]:
    return lambda case: data()["fields"][case.name]["kind"] == "length" and case.near(kind)


def _is_other_part(case: Case) -> bool:
    parts = {place.get("part") for place in case.evidence}
    others = [place for place in case.alternatives() if place.get("part") not in parts]
    if others:
        case.found = others[0]["start"], others[0]["end"]
    return bool(others)


def _is_other_side(case: Case) -> bool:
    return (case.coded.value, case.reading["value"]) in (("left", "right"), ("right", "left"))


def _is_unknown_as_absent(case: Case) -> bool:
    return case.relation == "coded_not_stated" and case.coded.value in ("absent", "negative", "0", 0.0)


def _is_mentioned(case: Case) -> bool:
    """The report speaks of what was coded, yet no value was read; found only where there is the text."""
    if case.relation != "coded_not_stated" or case.text is None:
        return False
    if data()["fields"][case.name]["kind"] in _FIGURES:
        return _remembered(case, case.places()[:1])
    words = _words_of(case.name)
    if words is None or (data()["fields"][case.name]["kind"] in _COUNTS and not _has_number(case)):
        return False
    absence = judgement()["absence"]
    near = absence["near"] if case.coded.value in (*absence["codes"], 0.0) else None
    for match in words.finditer(case.text):
        if near is None or _is_denied(case.text, match.span(), near):
            return _remembered(case, [match.span()])
    return False


def _is_denied(text: str, span: tuple[int, int], near: int) -> bool:
    """Whether a word of absence stands in the sentence of a place, or on the line after a label."""
    before = _SENTENCE.split(text[max(0, span[0] - near) : span[0]])[-1].rpartition("\n")[2]
    after = _SENTENCE.split(text[span[1] : span[1] + near])[0]
    line = before + text[slice(*span)] + "\n".join(after.split("\n")[:2])
    words = judgement()["absence"]
    return bool(re.search(words["words"], line)) and not re.search(words["options"], line)


def _has_number(case: Case) -> bool:
    """The coded number stands somewhere, in digits or, where it is small, in words."""
    assert case.text is not None
    numbers = judgement()["absence"]["number_words"]
    spelled = [numbers[int(figure)] for figure in case.figures if figure in range(len(numbers))]
    return bool(case.places()) or any(re.search(rf"(?i)\b(?:{word})\b", case.text) for word in spelled)


def _remembered(case: Case, places: list[tuple[int, int]]) -> bool:
    if places:
        case.found = places[0]
    return bool(places)


@cache
def _words_of(name: str) -> re.Pattern[str] | None:
    words = judgement()["mentions"].get(name)
    return re.compile(words) if words else None


def _is_no_such_number(case: Case) -> bool:
    """The coded number stands nowhere, though the report gives numbers of this field in the coder's unit."""
    if case.text is None or not case.figures or case.places():
        return False
    kind = data()["fields"][case.name]["kind"]
    if kind == "rate":  # which may have been counted over another area
        figures = " ".join(place.get("text", "") for place in case.evidence)
        return case.read is not None and re.search(rf"(?<!\d){case.read:g}(?!\d)", figures) is not None
    return kind in _FIGURES


def _is_off_by_one(case: Case) -> bool:
    if case.relation != "different":
        return False
    if data()["fields"][case.name]["kind"] == "count":
        return case.number is not None and case.read is not None and abs(case.number - case.read) == 1
    order: list[str] = data()["fields"][case.name].get("order", [])
    read = case.reading["value"]
    if case.coded.value in order and read in order:
        return abs(order.index(case.coded.value) - order.index(read)) == 1
    if data()["fields"][case.name]["kind"] == "tnm":
        first, second = str(case.coded.value)[:1], str(read)[:1]
        return first.isdigit() and second.isdigit() and abs(int(first) - int(second)) <= 1
    return False


def _is_in_report(case: Case) -> bool:
    found = case.alternatives()
    if found:
        case.found = found[0]["start"], found[0]["end"]
        return True
    if data()["fields"][case.name]["kind"] in _FIGURES:
        return _remembered(case, case.places()[:1])
    words = _says(case.name, str(case.coded.value))
    match = words.search(case.text) if words and case.text is not None else None
    return match is not None and _remembered(case, [match.span()])


@cache
def _says(name: str, value: str) -> re.Pattern[str] | None:
    """How a report would say a grade or a category of TNM."""
    if data()["fields"][name]["kind"] == "tnm":
        return re.compile(
            rf"(?i)(?<![a-z])[yrp]{{0,3}}(?:T\S{{1,4}} ?)?{name[-1]} ?{re.escape(value)}(?![a-z0-9])"
        )
    words = judgement()["says"].get(name, {}).get(value)
    return re.compile(words) if words else None


def _is_unknown_throughout(case: Case) -> bool:
    """At least three values that the report states, and a quarter of them, were coded as unknown.

    Slips fall one by one; so many in a row have a common cause.
    """
    omitted = sum(kind == "stated_not_coded" for kind in case.relations.values())
    both = sum(
        case.row[name].state == "value" and kind in ("different", *AGREEING)
        for name, kind in case.relations.items()
    )
    return case.relation == "stated_not_coded" and omitted >= 3 and 4 * omitted >= omitted + both


TESTS: dict[str, Callable[[Case], bool]] = {
    "swapped": _is_swapped,
    "other_report": _is_other_report,
    "unit": _is_unit,
    "factor_ten": _is_factor,
    "digit_swap": _is_digit_swap,
    "superseded": _is_superseded,
    "prior": _is_prior,
    "node": _is_node,
    "margin": _is_length_near("margin"),
    "specimen": _is_length_near("specimen"),
    "other_part": _is_other_part,
    "side": _is_other_side,
    "mentioned": _is_mentioned,
    "no_such_number": _is_no_such_number,
    "unknown_as_absent": _is_unknown_as_absent,
    "not_stated": lambda case: case.relation == "coded_not_stated",
    "unknown_throughout": _is_unknown_throughout,
    "not_coded": lambda case: case.relation == "stated_not_coded",
    "off_by_one": _is_off_by_one,
    "in_report": _is_in_report,
    "any": lambda case: True,
}
