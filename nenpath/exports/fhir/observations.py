"""Observations: one for every field that says something; grade and stage derived, criteria, scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from extractor import catalog
from nenpath.exports.fhir.codes import Code, Term, codes_of, coding, concept, staging, systems
from nenpath.exports.fhir.identity import Report
from nenpath.exports.fhir.values import number, quantity, reading_extension, value_elements

_KIND = "Observation"
_TNM = ("pT", "pN", "pM")


class Observations:
    """The Observations of one record.

    Parameters
    ----------
    record
        A record in its JSON form.
    common
        What all Observations of the report share: subject, specimen, dates.
    with_text
        Whether the words of the evidence go along.
    """

    def __init__(
        self, record: Mapping[str, Any], report: Report, common: Mapping[str, Any], with_text: bool
    ) -> None:
        self._record = record
        self._fields: Mapping[str, Any] = record["fields"]
        self._report = report
        self._common = common
        self._with_text = with_text
        self._said = {
            name
            for name, reading in self._fields.items()
            if reading["value"] is not None or reading["status"] in systems().absent
        }

    def all(self) -> Iterator[tuple[dict[str, Any], float | None]]:
        """Every Observation with the confidence of what it says, null for what is computed."""
        for name, title in _titles():
            if name in self._said:
                yield self._field(name, title), self._fields[name]["confidence"]
        if self._record["grade"]["scheme"]:
            yield self._derived_grade(), None
        if self._record["stage"]["derived"]:
            yield self._derived_stage(), None
        if self._record["risk"]["level"] != "not_applicable":
            for criterion in self._record["risk"]["criteria"]:
                yield self._criterion(criterion), None
            for score in self._record["risk"]["scores"]:
                if score["applies"] is not False and score["low"] is not None:
                    yield self._score(score), None

    def references(self, fields: list[str]) -> list[dict[str, Any]]:
        """Refer to the Observations of these fields, as far as there are any."""
        return [self._report.reference(_KIND, name) for name in fields if name in self._said]

    def _observation(
        self,
        name: str,
        code: dict[str, Any],
        profile: str | None = None,
        extension: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        content: dict[str, Any] = {"resourceType": _KIND, "id": self._report.id(_KIND, name)}
        if profile:
            content["meta"] = {"profile": [systems().profiles[profile]]}
        if extension:
            content["extension"] = extension
        category = {"coding": [coding(Code(system="category", code="laboratory"))]}
        return content | {
            "status": "preliminary",
            "category": [category],
            "code": code,
            **{key: value for key, value in self._common.items() if key != "specimen"},
        }

    def _field(self, name: str, title: str) -> dict[str, Any]:
        codes, reading = codes_of(name), self._fields[name]
        by_kind = codes.coding_by_kind.get(staging().kind(self._value("tnm_prefix")))
        code = concept(Term("field", name, title), *codes.coding, *([by_kind] if by_kind else []))
        value = reading["value"]
        if value is None:
            reason = coding(Code(system="absent", code=systems().absent[reading["status"]]))
            elements: dict[str, Any] = {"dataAbsentReason": {"coding": [reason], "text": reading["status"]}}
        elif name in _TNM:
            elements = self._category(name, value)
        elif codes.component:
            longest: dict[str, Any] = {"code": {"coding": [coding(codes.component)]}}
            elements = {"component": [longest | {"valueQuantity": quantity(value, codes)}]}
        else:
            elements = value_elements(name, value, codes)
        profile = codes.profile if value is not None and self._conforms(name, elements) else None
        extension = [reading_extension(reading, self._with_text)]
        observation = self._observation(name, code, profile, extension)
        return _ordered(observation, elements, self._common.get("specimen"))

    def _value(self, name: str) -> Any:
        return self._fields[name]["value"] if name in self._fields else None

    def _conforms(self, name: str, elements: Mapping[str, Any]) -> bool:
        codes = codes_of(name)
        if codes.tnm:
            return len(elements["valueCodeableConcept"]["coding"]) > 1
        return all(self._value(other) in values for other, values in codes.profile_if.items())

    def _category(self, name: str, value: str) -> dict[str, Any]:
        letters = [letter for letter in self._value("tnm_prefix") or () if letter != "m"] or ["p"]
        edition = self._value("tnm_edition")
        written = f"{''.join(sorted(letters, key='yracp'.index))}{codes_of(name).tnm}{value}"
        method = staging().methods.get(edition) if edition else None
        known = method and letters in (["c"], ["p"]) and staging().takes(value)
        codes = [Code(system="ajcc", code=written)] if known else []
        elements: dict[str, Any] = {"valueCodeableConcept": concept(Term(name, value, written), *codes)}
        if edition:
            elements["method"] = _method(method, edition)
        return elements

    def _derived_grade(self) -> dict[str, Any]:
        grade = self._record["grade"]
        observation = self._observation(
            "derived_grade", concept(Term("field", "derived_grade", "Grade derived"))
        )
        elements = _word("derived_grade", grade["derived"])
        if grade["edition"]:
            elements["method"] = {"text": grade["edition"]}
        elements["component"] = [
            {
                "code": concept(Term("derived_grade", level, level)),
                "valueQuantity": _probability(probability),
            }
            for level, probability in grade["probabilities"].items()
        ]
        return _ordered(observation, elements, self._common.get("specimen"))

    def _derived_stage(self) -> dict[str, Any]:
        stage = self._record["stage"]
        derived = stage["derived"]
        kind = staging().kind(self._value("tnm_prefix"))
        code = concept(Term("field", "derived_stage", "Stage group derived"), staging().group[kind])
        elements = _word("derived_stage", derived["group"])
        elements["method"] = _method(staging().methods.get(stage["scheme"]), stage["scheme"])
        if members := self.references(list(_TNM)):
            elements["hasMember"] = members
        elements["component"] = [
            {
                "code": concept(Term("field", f"derived_{letter}", f"{letter} derived")),
                "valueCodeableConcept": concept(
                    Term(f"p{letter}", derived[letter], f"{letter}{derived[letter]}")
                ),
            }
            for letter in "TNM"
            if derived[letter] is not None
        ]
        if not elements["component"]:
            del elements["component"]
        return _ordered(self._observation("derived_stage", code), elements, None)

    def _criterion(self, criterion: Mapping[str, Any]) -> dict[str, Any]:
        name = f"criterion/{criterion['id']}"
        extension = [
            {"url": systems().extension("probability"), "valueDecimal": _rounded(criterion["probability"])},
            {"url": systems().extension("role"), "valueCode": criterion["role"]},
        ]
        code = concept(Term("criterion", criterion["id"], criterion["id"]))
        observation = self._observation(name, code, extension=extension)
        elements = _word("criterion-state", criterion["state"])
        elements["note"] = [{"text": criterion["reason"]}, {"text": f"Source: {criterion['source']}"}]
        if sources := self.references(criterion["fields"]):
            elements["derivedFrom"] = sources
        return _ordered(observation, elements, None)

    def _score(self, score: Mapping[str, Any]) -> dict[str, Any]:
        observation = self._observation(
            f"score/{score['id']}", concept(Term("score", score["id"], score["id"]))
        )
        if score["value"] is not None:
            elements: dict[str, Any] = {"valueQuantity": {"value": number(score["value"])}}
        else:
            bounds = {"low": {"value": number(score["low"])}}
            high = {} if score["high"] is None else {"high": {"value": number(score["high"])}}
            elements = {"valueRange": bounds | high}
        elements["note"] = [{"text": score["why"]}, {"text": f"Source: {score['source']}"}]
        return _ordered(observation, elements, None)


@cache
def _titles() -> tuple[tuple[str, str], ...]:
    return tuple((room.name, room.title) for room in catalog.fields())


def _word(system: str, value: str | None) -> dict[str, Any]:
    if value is None:
        unknown = {"coding": [coding(Code(system="absent", code="unknown"))]}
        return {"dataAbsentReason": unknown}
    return {"valueCodeableConcept": concept(Term(system, value, value))}


def _method(code: str | None, words: str) -> dict[str, Any]:
    names: dict[str, Any] = {"coding": [coding(Code(system="snomed", code=code))]} if code else {}
    return names | {"text": words}


def _probability(value: float) -> dict[str, Any]:
    return {"value": _rounded(value), "unit": "1", "system": systems().systems["ucum"], "code": "1"}


def _rounded(value: float) -> float:
    return round(value, 6)


_ORDER = ("value", "dataAbsentReason", "note", "method", "specimen", "hasMember", "derivedFrom", "component")


def _ordered(
    observation: dict[str, Any], elements: Mapping[str, Any], specimen: dict[str, Any] | None
) -> dict[str, Any]:
    """Join in the order of the resource's definition."""
    rest = dict(elements) | ({"specimen": specimen} if specimen else {})

    def place(name: str) -> int:
        return 0 if name.startswith("value") else _ORDER.index(name)

    return observation | {name: rest[name] for name in sorted(rest, key=place)}
