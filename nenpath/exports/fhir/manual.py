"""The table of ``docs/fhir.md``, made from the codes themselves: a test compares the two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from extractor import catalog
from extractor.record import Interval
from nenpath.exports.fhir.codes import FieldCodes, codes_of


def table() -> str:
    """Write one line per field: codes, form of the value, profile, source, limits."""
    lines = ["| field | codes beside the project's own | value | mCODE profile | source and limits |"]
    lines.append("|---|---|---|---|---|")
    for room in catalog.fields():
        codes = codes_of(room.name)
        cells = (f"`{room.name}`", _codes(codes), _form(room.value, codes), _profile(codes), _notes(codes))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _codes(codes: FieldCodes) -> str:
    found = [f"{code.system} {code.code}" for code in codes.coding]
    found += [f"{kind}: {code.system} {code.code}" for kind, code in codes.coding_by_kind.items()]
    if codes.component:
        found.append(f"component {codes.component.system} {codes.component.code}")
    return ", ".join(found)


def _form(kind: Any, codes: FieldCodes) -> str:
    if codes.value_system:
        return f"concept, {codes.value_system}"
    if codes.tnm:
        return f"concept, text such as p{codes.tnm}1"
    unit = f" in {codes.unit}" if codes.unit else ""
    if isinstance(kind, type) and issubclass(kind, Interval):
        return f"quantity or range{unit}"
    if kind is float:
        return f"quantity{unit}"
    if kind is int:
        return "integer"
    if get_origin(kind) is list:
        return f"components: {_form(get_args(kind)[0], codes)}"
    words = "concept, own code" if get_origin(kind) is Literal else "concept, text only"
    known = [f"{value}: {code.system} {code.code}" for value, code in codes.values.items()]
    return "; ".join([words, *known])


def _profile(codes: FieldCodes) -> str:
    if codes.tnm:
        return f"{codes.profile}, if AJCC 7 to 9 is stated"
    rules = [f"{name} is {' or '.join(values)}" for name, values in codes.profile_if.items()]
    return ", if ".join([codes.profile, *rules]) if codes.profile else ""


def _notes(codes: FieldCodes) -> str:
    return ". ".join(_sentences(codes))


def _sentences(codes: FieldCodes) -> Iterator[str]:
    for part in (codes.source, codes.limits):
        if part:
            yield part.rstrip(".")
