"""Codes of one row against each other: what cannot both be right."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

import classifier
from nenpath.qa.case import Case
from nenpath.qa.codes import Coded, data
from nenpath.qa.mentions import is_mentioned

#: Fields that contradict each other in any cancer, and those that do in neuroendocrine neoplasms.
_OF_ANY = ("nodes_examined", "nodes_positive", "pN", "pM", "distant_metastasis", "metastasis_sites")
_OF_NEUROENDOCRINE = (
    *("ki67_percent", "mitoses_per_2mm2", "grade", "differentiation", "neuroendocrine_type", "primary_site"),
    *("pT", "tumor_size_mm", *_OF_ANY),
)
_MOST_KEPT = 1 << 16


def speaks_against(case: Case) -> bool:
    """A contradiction of this code with others of its row ends with the report's value in its place.

    It says nothing where the report tells that another of them is the wrong one.
    """
    names = _OF_NEUROENDOCRINE if _is_neuroendocrine(case) else _OF_ANY
    if case.name not in names:
        return False
    values = {
        name: plain(name, coded) for name, coded in case.row.items() if name in names and not coded.soft
    }
    before = _contradictions(case.name, values)
    if not before:
        return False
    after = _contradictions(case.name, {**values, case.name: case.reading["value"]})
    return any(
        one not in after and not any(_is_likelier(case, other) for other in others)
        for one, others in before.items()
    )


def plain(name: str, coded: Coded) -> Any:
    """A coded value as the record would hold it, null where none is."""
    if coded.state != "value":
        return None
    return int(coded.value) if data()["fields"][name]["kind"] == "count" else coded.value


def _is_neuroendocrine(case: Case) -> bool:
    coded = case.row.get("neuroendocrine_type")
    said = case.fields["neuroendocrine_type"]["value"], coded.value if coded else None
    return any(kind not in (None, "none") for kind in said)


def _contradictions(name: str, values: dict[str, Any]) -> dict[str, list[str]]:
    """Contradictions that name a field, by id, with the other fields they name."""
    found = _assessed(json.dumps({name: value for name, value in values.items() if value is not None}))
    return {one: [other for other in fields if other != name] for one, fields in found if name in fields}


@lru_cache(_MOST_KEPT)
def _assessed(values: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Contradictions of at least two values: rows of a registry resemble each other."""
    held = json.loads(values)
    named = (
        (one["id"], tuple(name for name in one["fields"] if name in held))
        for one in classifier.classify(held)["inconsistencies"]
    )
    return tuple((one, fields) for one, fields in named if len(fields) > 1)


def _is_likelier(case: Case, other: str) -> bool:
    """Whether the report speaks against the code of another field more than against this one."""
    how = case.relations.get(other)
    if how == "different":
        return True
    if case.relation != "coded_not_stated" or how != "coded_not_stated":
        return False
    there = replace(case, name=other, coded=case.row[other], reading=case.fields[other], _places=None)
    return is_mentioned(case) and not is_mentioned(there)
