"""One record as rows of NOTE, NOTE_NLP, MEASUREMENT and the crosswalk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from extractor import catalog
from nenpath.exports.dates import read_date
from nenpath.exports.omop.schema import Concepts, terms

_AROUND = 60
_NLP = "NLP"
_NOTE = "pathology report"
_MARKS = str.maketrans({";": ",", "=": ":"})


@dataclass(slots=True)
class Keys:
    """The numbers of one record; ids of rows run on through the export."""

    note: int
    person: int
    note_nlp: int = 0
    measurement: int = 0


@dataclass(slots=True)
class Rows:
    """Makes rows; keeps count of what had no date of its own."""

    concepts: Concepts
    when: datetime
    with_text: bool = False
    undated: int = 0
    note_nlp_id: int = 0
    measurement_id: int = 0

    def note(self, record: Mapping[str, Any], text: str | None, keys: Keys) -> dict[str, Any]:
        """Write the report itself; without ``with_text`` its text is empty, as the CDM wants one."""
        day = self._day(record, "report_date", "specimen_date")
        self.undated += day is None
        number = record["meta"].get("report_number")
        return {
            "note_id": keys.note,
            "person_id": keys.person,
            "note_date": day or self.when.date(),
            "note_type_concept_id": self.concepts.id("note_type_concept_id", _NOTE),
            "note_class_concept_id": self.concepts.id("note_class_concept_id", _NOTE),
            "note_title": str(number) if number else None,
            "note_text": (text or "") if self.with_text else "",
            "encoding_concept_id": self.concepts.id("encoding_concept_id", "UTF-8"),
            "language_concept_id": self.concepts.id("language_concept_id", "unknown"),
            "note_source_value": record["report_id"],
        }

    def note_nlp(self, record: Mapping[str, Any], text: str | None, keys: Keys) -> Iterator[dict[str, Any]]:
        """Write one row for every place a field stands on."""
        versions = record["provenance"]
        system = f"nenpath {versions['nenpath']}, patterns {versions['patterns'][:12]}"
        system += f", calibration {versions['calibration'][:12]}"
        for room in catalog.fields():
            reading = record["fields"].get(room.name)
            if reading is None:
                continue
            for place in reading["evidence"]:
                self.note_nlp_id += 1
                section = place["section"]
                yield {
                    "note_nlp_id": self.note_nlp_id,
                    "note_id": keys.note,
                    "section_concept_id": self.concepts.id("section_concept_id", section)
                    if section
                    else None,
                    "snippet": _around(text, place) if self.with_text and text else "",
                    "offset": str(place["start"]),
                    "lexical_variant": place["text"] if self.with_text else "",
                    "note_nlp_concept_id": self.concepts.id("note_nlp_concept_id", room.name),
                    "note_nlp_source_concept_id": self.concepts.id("note_nlp_source_concept_id", room.name),
                    "nlp_system": system,
                    "nlp_date": self.when.date(),
                    "nlp_datetime": self.when.replace(tzinfo=None),
                    "term_exists": _exists(room.name, reading["value"]),
                    "term_modifiers": _modifiers(room.name, reading, place),
                }

    def measurements(self, record: Mapping[str, Any], keys: Keys) -> Iterator[dict[str, Any]]:
        """Write the numeric fields that have a value: one row, or two for a range."""
        day = self._day(record, "specimen_date", "report_date") or self.when.date()
        for field, unit in terms().measurements.items():
            value = record["fields"].get(field, {}).get("value")
            if value is None:
                continue
            for operator, number in _bounds(value):
                self.measurement_id += 1
                yield {
                    "measurement_id": self.measurement_id,
                    "person_id": keys.person,
                    "measurement_concept_id": self.concepts.id("measurement_concept_id", field),
                    "measurement_date": day,
                    "measurement_type_concept_id": self.concepts.id("measurement_type_concept_id", _NLP),
                    "operator_concept_id": self.concepts.id("operator_concept_id", operator),
                    "value_as_number": number,
                    "unit_concept_id": self.concepts.id("unit_concept_id", unit) if unit else None,
                    "measurement_source_value": field,
                    "measurement_source_concept_id": self.concepts.id("measurement_source_concept_id", field),
                    "unit_source_value": unit or None,
                    "unit_source_concept_id": self.concepts.id("unit_source_concept_id", unit)
                    if unit
                    else None,
                    "value_source_value": value_words(value),
                    "measurement_event_id": keys.note,
                    "meas_event_field_concept_id": self.concepts.id(
                        "meas_event_field_concept_id", "note.note_id"
                    ),
                }

    @staticmethod
    def _day(record: Mapping[str, Any], *names: str) -> date | None:
        for name in names:
            found = read_date(record["meta"].get(name))
            if found and len(found) == len("2024-03-09"):
                return date.fromisoformat(found)
        return None


def value_words(value: Any) -> str:
    """Write a value as a person would.

    >>> value_words({"low": 2.0, "high": 3.0, "comparator": "range"}), value_words(["c", "p"])
    ('2-3', 'c, p')
    """
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        low, high, sign = value["low"], value["high"], value["comparator"]
        if sign in ("<", "<=", "up_to"):
            return f"{'up to ' if sign == 'up_to' else sign}{high:g}"
        if high is None or sign in (">", ">="):
            return f"{sign}{low:g}"
        about = "~" if sign == "~" else ""
        return f"{about}{low:g}" if low == high else f"{about}{low:g}-{high:g}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _bounds(value: Any) -> Iterator[tuple[str, float]]:
    """Operators and numbers of a value; an interval without an upper bound has no row for it."""
    if not isinstance(value, dict):
        yield "=", float(value)
        return
    sign, low, high = value["comparator"], value["low"], value["high"]
    if sign in ("=", "~") and low != high:
        sign = "range"
    for operator, bound in terms().operators[sign]:
        if value[bound] is not None:
            yield operator, value[bound]


def _exists(field: str, value: Any) -> str | None:
    if value is None or value == "indeterminate":
        return None
    return "N" if value in terms().not_there.get(field, ()) else "Y"


def _modifiers(field: str, reading: Mapping[str, Any], place: Mapping[str, Any]) -> str:
    value = reading["value"]
    content = {"field": field, "value": None if value is None else value_words(value)}
    content |= {name: reading[name] for name in ("status", "confidence", "review")}
    content |= {name: place[name] for name in ("end", "section", "part", "tissue", "rule")}
    return ";".join(f"{name}={_clean(item)}" for name, item in content.items() if item is not None)


def _clean(item: Any) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item).translate(_MARKS)


def _around(text: str, place: Mapping[str, Any]) -> str:
    return text[max(0, place["start"] - _AROUND) : place["end"] + _AROUND]
