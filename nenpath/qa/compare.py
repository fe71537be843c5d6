"""How a coded value stands to a reading, on a registrar's terms."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any, Literal

from nenpath.qa.codes import Coded, data

Relation = Literal["equal", "compatible", "coarser", "different", "coded_not_stated", "stated_not_coded"]
#: Relations in which the code does not contradict the report.
AGREEING = ("equal", "compatible", "coarser")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
_FIELDS = re.compile(r"(?i)hpf|high[\s-]power|\bfields?\b")


def relation(field: str, coded: Coded, value: Any) -> Relation:
    """Compare what a code says with a value of the record, null where it states none.

    ``compatible``: the code is a range or a class the value lies in, or is more precise than the report.
    ``coarser``: the code says less than the report does. A cell that was not coded, or cannot be read,
    contradicts nothing; ``stated_not_coded`` tells that the report would fill it.
    """
    if value in ("X", "unknown", "C80.9"):
        value = None
    if coded.state != "value":
        return "equal" if value is None or value == "indeterminate" else "stated_not_coded"
    if value is None:
        return "equal" if coded.soft or coded.value == [] else "coded_not_stated"
    kind = data()["fields"][field]["kind"]
    if kind in ("percent", "rate"):
        return _intervals(coded.value, value, 0.02 if kind == "rate" else 0.005)
    if kind == "length":
        return _lengths(coded, float(value))
    if kind == "count":
        capped = data()["counts"]["capped_at"]
        same = coded.value == value or (coded.value == capped and value >= capped)
        return "equal" if same else "different"
    if kind == "tnm":
        return _categories(coded.value, str(value).lower())
    if kind == "topography":
        return _topographies(coded.value, value)
    if kind == "morphology":
        return _morphologies(coded.value, value)
    if kind == "list":
        return _lists(set(coded.value), set(value), data()["fields"][field].get("items", {}))
    return _words(field, coded, value)


def held_against(field: str, coded: Coded, reading: Mapping[str, Any]) -> Relation:
    """Compare what a code says with a reading: its value, and the words it stands on.

    A count over fields is right as the report writes it, though the report's value is by the stated size of
    its fields and the code's by the usual one.
    """
    how = relation(field, coded, reading["value"])
    return "compatible" if how == "different" and _is_count_as_written(coded, reading) else how


def _is_count_as_written(coded: Coded, reading: Mapping[str, Any]) -> bool:
    bases = (
        value.get("field_area") if isinstance(value, dict) else None
        for value in (coded.value, reading["value"])
    )
    if tuple(bases) != ("assumed", "stated"):
        return False
    figures = set(_FIGURE.findall(coded.text))
    words = [place.get("text", "") for place in reading["evidence"]]
    return any(_FIELDS.search(text) and figures <= set(_FIGURE.findall(text)) for text in words)


def _words(field: str, coded: Coded, value: Any) -> Relation:
    if field == "primary_site":
        return _organs(coded.value, value)
    if coded.value == value:
        return "coarser" if coded.soft else "equal"
    if value in coded.covers:
        return "coarser"
    if coded.value in data()["fields"][field].get("covers", {}).get(value, ()):
        return "compatible"
    return "different"


def _organs(coded: str, value: str) -> Relation:
    if coded == value:
        return "equal"
    if coded == "small_bowel" and value in ("duodenum", "jejunum", "ileum"):
        return "coarser"
    if value == "small_bowel" and coded in ("duodenum", "jejunum", "ileum"):
        return "compatible"
    if {coded, value} <= {"colon", "rectum"}:  # C19.9 is between the two
        return "compatible"
    return "different"


def _lengths(coded: Coded, value: float) -> Relation:
    size = float(coded.value)
    if math.isclose(size, value, rel_tol=0.005, abs_tol=0.05):
        return "equal"
    sizes = data()["sizes"]
    if abs(size - value) <= 0.5 or (size == sizes["capped_at"] and value >= size):
        return "compatible"  # whole millimeters
    if (
        size % 10 == 0
        and size >= 20
        and "." not in coded.text
        and abs(size - value) <= 5
        and "0" not in coded.text
    ):
        return "coarser"  # whole centimeters
    return "different"


def _intervals(coded: dict[str, Any], value: Any, tolerance: float) -> Relation:
    if not isinstance(value, dict):
        return "different"
    if all(_close(coded[bound], value.get(bound), tolerance) for bound in ("low", "high")):
        return "equal"
    for outer, inner in ((coded, value), (value, coded)):
        if _within(inner, outer):
            return "compatible"
    return "different"


def _within(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    low, high = inner["low"], math.inf if inner["high"] is None else inner["high"]
    top = math.inf if outer["high"] is None else outer["high"]
    if low < outer["low"] or high > top:
        return False
    if low == high:  # "<" and ">" exclude the bound
        return not (
            (outer["comparator"] == "<" and low == top)
            or (outer["comparator"] == ">" and low == outer["low"])
        )
    return True


def _categories(coded: str, value: str) -> Relation:
    coded, value = coded.replace(" ", ""), value.lstrip("pyctnm ").replace(" ", "")
    if coded == value:
        return "equal"
    if value.startswith(coded):
        return "coarser"
    return "compatible" if coded.startswith(value) else "different"


def _topographies(coded: str, value: str) -> Relation:
    if coded == value:
        return "equal"
    if coded[:3] == value[:3]:
        if coded[-1] in "89":
            return "coarser"
        return "compatible" if value[-1] in "89" else "different"
    return "different"


def _morphologies(coded: str, value: str) -> Relation:
    if coded == value:
        return "equal"
    if coded[:4] == value[:4]:
        return "different"
    if _covers(coded[:4], value[:4]):
        return "coarser"
    return "compatible" if _covers(value[:4], coded[:4]) else "different"


def _covers(general: str, special: str) -> bool:
    for span in data()["general"].get(general, ()):
        first, _, last = span.partition("-")
        if first <= special <= (last or first):
            return True
    return False


def _lists(coded: set[Any], value: set[Any], items: Collection[str]) -> Relation:
    if "other" in coded:  # what has no item of its own
        value = {one if one in items or one in coded else "other" for one in value}
    if coded == value:
        return "equal"
    if not coded:
        return "different"
    if coded < value:
        return "coarser"
    return "compatible" if coded > value else "different"


def _close(a: float | None, b: float | None, tolerance: float) -> bool:
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=0.005)
