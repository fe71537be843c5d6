"""A coded value with all that a rule may look at: the record, the row, the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from nenpath.qa.codes import Coded, data
from nenpath.qa.compare import AGREEING, Relation, relation
from nenpath.qa.settings import judgement
from nenpath.rates import parted

_NUMBER = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,2})?)(?![.,]?\d)")
_UNIT = re.compile(r"[^a-z\n]{0,24}?\b(cm|mm)\b", re.IGNORECASE)
_BEFORE, _AFTER = 90, 40


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
        return number(self.coded.value) if self.coded.state == "value" else None

    @property
    def figures(self) -> set[float]:
        """The numbers a coded value is made of: the ends of a range, else the value itself.

        Of a count over another area than 2 mm2 also the numbers as written.
        """
        if self.coded.state != "value":
            return set()
        if isinstance(self.coded.value, dict):
            return {
                bound for bound in (self.coded.value["low"], self.coded.value["high"]) if bound
            } | self.counted
        return set() if self.number is None else {self.number}

    @property
    def counted(self) -> set[float]:
        """The numbers of a count as written, before they were brought to 2 mm2."""
        if data()["fields"][self.name]["kind"] != "rate":
            return set()
        return {float(one[1].replace(",", ".")) for one in _NUMBER.finditer(parted(self.coded.text)[0])} - {
            0.0
        }

    @property
    def read(self) -> float | None:
        """The report's value as a number."""
        return number(self.reading["value"])

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
            self._places = self.numbers()
        return self._places

    def numbers(self, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """Where the coded number stands in a stretch of the text, in its unit."""
        if self.text is None or not self.figures:
            return []
        length = data()["fields"][self.name]["kind"] == "length"
        figures, found = self.figures, []
        for match in _NUMBER.finditer(self.text, start, len(self.text) if end is None else end):
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
        words = _words()[kind]
        for start, end in self.places():
            assert self.text is not None
            before = re.split(r"[.;\n](?!\d)", self.text[max(0, start - _BEFORE) : start])[-1]
            after = re.split(r"[.;\n](?!\d)", self.text[end : end + _AFTER])[0]
            if words.search(before) or words.search(after):
                self.found = (start, end)
                return True
        return False

    def remember(self, places: list[tuple[int, int]]) -> bool:
        """Keep the first of some places for a person to look at; tells whether there is one."""
        if places:
            self.found = places[0]
        return bool(places)


def number(value: Any) -> float | None:
    """A value as one number, where it is one."""
    if isinstance(value, dict):
        low, high = value.get("low"), value.get("high")
        return float(low) if low == high and low is not None else None
    if isinstance(value, int | float):
        return float(value)
    return None


@cache
def _words() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(words, re.IGNORECASE) for name, words in judgement()["near"].items()}
