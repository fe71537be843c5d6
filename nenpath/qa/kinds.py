"""The likely kind of error: a table of rules (``data/judgement.toml``), each a test of one function here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from nenpath.qa.case import Case, number
from nenpath.qa.codes import Coded, data
from nenpath.qa.compare import AGREEING
from nenpath.qa.mentions import in_words, is_mentioned, is_sum, says, stated_places
from nenpath.qa.row import speaks_against
from nenpath.qa.settings import judgement

_EARLIER = ("history", "prior", "outside", "frozen", "imaging", "clinical")
_LATER = ("addendum", "amendment")


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
    figure = number(coded.value)
    if figure is not None:
        return figure == number(value)
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


def _is_area(case: Case) -> bool:
    """The report's count was copied, with another area than it was counted over."""
    return case.relation == "different" and case.read in case.counted


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


def _is_no_such_number(case: Case) -> bool:
    """The coded number stands nowhere, though the report gives numbers of this field in the coder's unit."""
    if case.text is None or not case.figures or case.read is None:
        return False
    kind = data()["fields"][case.name]["kind"]
    if kind == "length":
        return not case.places()
    if stated_places(case):
        return False
    if kind == "percent":
        return True
    # A rate may have been counted over another area, a count may be a sum.
    figures = " ".join(place.get("text", "") for place in case.evidence)
    word = in_words({case.read})
    printed = re.search(rf"(?<!\d){case.read:g}(?!\d)", figures) or (word and word.search(figures))
    return kind in ("rate", "count") and bool(printed) and not (kind == "count" and is_sum(case))


def _is_no_such_word(case: Case) -> bool:
    """No word for the coded value stands anywhere in the report."""
    words = judgement()["says"].get(case.name, {}).get(str(case.coded.value))
    if case.name not in judgement()["says"]["spoken"] or not words or case.text is None:
        return False
    return case.coded.state == "value" and re.search(words, case.text) is None


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
    kind = data()["fields"][case.name]["kind"]
    if kind == "length":
        return case.remember(case.places()[:1])
    if kind in ("percent", "rate", "count"):
        return case.remember(stated_places(case)[:1])
    if case.text is None or case.name in judgement()["says"]["spoken"]:  # words of other meanings as well
        return False
    match = says(case.name, str(case.coded.value)).search(case.text)
    return match is not None and case.remember([match.span()])


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
    "area": _is_area,
    "factor_ten": _is_factor,
    "digit_swap": _is_digit_swap,
    "superseded": _is_superseded,
    "prior": _is_prior,
    "node": _is_node,
    "margin": _is_length_near("margin"),
    "specimen": _is_length_near("specimen"),
    "other_part": _is_other_part,
    "side": _is_other_side,
    "mentioned": is_mentioned,
    "no_such_number": _is_no_such_number,
    "no_such_word": _is_no_such_word,
    "row": speaks_against,
    "unknown_as_absent": _is_unknown_as_absent,
    "not_stated": lambda case: case.relation == "coded_not_stated",
    "unknown_throughout": _is_unknown_throughout,
    "not_coded": lambda case: case.relation == "stated_not_coded",
    "off_by_one": _is_off_by_one,
    "in_report": _is_in_report,
    "any": lambda case: True,
}
