"""Values of fields as FHIR values, and how a field was read as an extension."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from extractor import catalog
from nenpath.exports.fhir.codes import FieldCodes, Term, concept, systems

_WHOLE = {"%": 100.0}
_PLACE = ("section", "part", "tissue", "rule")
# White space FHIR's strings cannot hold: form feeds, no-break spaces and their like.
_SPACE = re.compile(r"[^\S \r\n\t]")


def value_elements(name: str, value: Any, codes: FieldCodes) -> dict[str, Any]:
    """Write a value as ``value[x]``, or as components where it has several parts.

    Parameters
    ----------
    name
        The field's name, which also names the system of its words.
    value
        Any value of the record's contract but null.
    """
    if isinstance(value, dict):
        elements = interval(value, codes)
        if "field_area" in value:
            area = {"code": concept(Term("field", "field_area", "Field area"))}
            area |= {"valueCodeableConcept": word("field_area", value["field_area"], FieldCodes())}
            elements["component"] = [area]
        return elements
    if isinstance(value, list):
        return {"component": [_item(name, item, codes) for item in value]}
    if isinstance(value, int) and not codes.unit:
        return {"valueInteger": value}
    if isinstance(value, int | float):
        return {"valueQuantity": quantity(value, codes)}
    return {"valueCodeableConcept": word(name, str(value), codes)}


def interval(value: Mapping[str, Any], codes: FieldCodes) -> dict[str, Any]:
    """Write an interval: one number, a number with a comparator, or a range.

    FHIR (R4) has no sign for "about" and "up to": these stand in the extension ``stated-comparator``.
    """
    low, high, sign = value["low"], value["high"], value["comparator"]
    whole = _WHOLE.get(codes.unit or "")
    if sign in ("<", "<=") and low == 0:
        return {"valueQuantity": quantity(high, codes, sign)}
    if sign in (">", ">=") and high in (None, whole):
        return {"valueQuantity": quantity(low, codes, sign)}
    stated = [{"url": systems().extension("stated-comparator"), "valueCode": sign}]
    if low == high:
        about = {} if sign == "=" else {"extension": stated}
        return {"valueQuantity": about | quantity(low, codes)}
    elements: dict[str, Any] = {} if sign == "range" else {"extension": stated}
    elements["low"] = quantity(low, codes)
    if high is not None:
        elements["high"] = quantity(high, codes)
    return {"valueRange": elements}


def quantity(value: float, codes: FieldCodes, comparator: str | None = None) -> dict[str, Any]:
    """Write a number with its unit."""
    content: dict[str, Any] = {"value": number(value)}
    if comparator:
        content["comparator"] = comparator
    if codes.unit:
        content["unit"] = codes.unit
    if codes.ucum:
        content |= {"system": systems().systems["ucum"], "code": codes.ucum}
    return content


def number(value: float) -> int | float:
    """Write whole numbers without a point.

    >>> number(3.0), number(2.5)
    (3, 2.5)
    """
    return int(value) if float(value).is_integer() else value


def word(name: str, value: str, codes: FieldCodes) -> dict[str, Any]:
    """Write a word: with the code of its system, with our own where words are few and fixed, else alone."""
    if codes.value_system:
        return {"coding": [{"system": systems().systems[codes.value_system], "code": value}], "text": value}
    if name not in _closed():
        return {"text": plain(value)}
    known = [codes.values[value]] if value in codes.values else []
    return concept(Term(name, value, value), *known)


def plain(text: str) -> str:
    """Put a space for every white space that FHIR's strings cannot hold; the length stays.

    >>> plain("G1\\xa0(WHO)")
    'G1 (WHO)'
    """
    return _SPACE.sub(" ", text)


@cache
def _closed() -> frozenset[str]:
    """Fields whose words are a fixed list, and the parts of intervals."""
    rooms = {room.name: room.value for room in catalog.fields()}
    items = {
        name: (get_args(kind) or (kind,))[0] if get_origin(kind) is list else kind
        for name, kind in rooms.items()
    }
    return frozenset(name for name, kind in items.items() if get_origin(kind) is Literal) | {"field_area"}


def _item(name: str, value: str, codes: FieldCodes) -> dict[str, Any]:
    return {"code": concept(Term("field", name, name)), "valueCodeableConcept": word(name, value, codes)}


def reading_extension(reading: Mapping[str, Any], with_text: bool) -> dict[str, Any]:
    """Write how a field was read: confidence, status, review flag and where in the report."""
    parts: list[dict[str, Any]] = [
        {"url": "confidence", "valueDecimal": reading["confidence"]},
        {"url": "status", "valueCode": reading["status"]},
        {"url": "review", "valueBoolean": reading["review"]},
    ]
    parts += [_evidence(item, with_text) for item in reading["evidence"]]
    return {"url": systems().extension("reading"), "extension": parts}


def _evidence(item: Mapping[str, Any], with_text: bool) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"url": name, "valueInteger": item[name]} for name in ("start", "end")]
    parts += [{"url": name, "valueString": plain(item[name])} for name in _PLACE if item[name]]
    if with_text and item["text"].strip():
        parts.append({"url": "text", "valueString": plain(item["text"])})
    return {"url": "evidence", "extension": parts}
