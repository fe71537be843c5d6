"""Which column holds which field, in which unit or code book: guessed, shown, and overridable in TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from nenpath.errors import NenpathError
from nenpath.qa import codes
from nenpath.qa.coded_file import CodedFile, Column
from nenpath.qa.codes import Coded, books, data, plain, read_cell
from nenpath.rates import area

_LOOKED_AT = 400
# A column whose cells are read less often than this is not what its name says.
_READABLE = 0.6
# Kinds of fields whose numbers need a unit, or the area they were counted over.
_WITH_UNIT = ("length", "rate")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _unit_named(unit: str) -> str:
    if unit not in data()["sizes"]["mm_per"] and area(unit) is None:
        raise ValueError("a unit is mm, cm, in, or the area of a count such as 50 HPF or 2 mm2")
    return unit


class FieldMapping(BaseModel):
    """The columns of a field: the first that says something counts, but see ``precedence`` in the data."""

    model_config = ConfigDict(extra="forbid")

    columns: Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
    unit: Annotated[str, AfterValidator(_unit_named)] | None = None
    book: str | None = None
    codes: dict[str, str] = {}


class Mapping(BaseModel):
    """A mapping file. A field that is ``false`` is not compared."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = None
    patient: str | None = None
    other_sources: Annotated[float, Field(ge=0, le=1)] | None = None
    error_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    guess: bool = True
    fields: dict[str, FieldMapping | Literal[False]] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """A column of a field with the readings of its different cells."""

    column: Column
    readings: list[Coded]
    unit: str | None
    book: str
    codes: dict[str, str] = field(default_factory=dict)


@cache
def _clinical() -> frozenset[str]:
    return frozenset(map(plain, data()["registry"]["clinical"]))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is compared: the key of a row and the places of each field."""

    key: Column
    by_patient: bool
    places: dict[str, list[Place]]
    other_sources: float | None = None
    error_rate: float | None = None
    left: list[str] = field(default_factory=list)
    neoadjuvant: Column | None = None
    of_registry: frozenset[str] = frozenset()

    def coded(self, name: str, row: int, clinical: bool = False) -> Coded:
        """What a row says of a field; ``clinical`` puts items of the time before a resection first."""
        coded = self._said(name, row, clinical)
        if coded.state == "unknown" and name in data()["registry"]["before_therapy"] and self._treated(row):
            return Coded(coded.text, "blank")
        return coded

    def _treated(self, row: int) -> bool:
        given = data()["registry"]["neoadjuvant_given"]
        return self.neoadjuvant is not None and self.neoadjuvant.at(row) in given

    def _said(self, name: str, row: int, clinical: bool) -> Coded:
        places = self.places[name]
        if clinical and len(places) > 1:
            places = sorted(places, key=lambda place: plain(place.column.name) not in _clinical())
        found = [place.readings[int(place.column.rows[row])] for place in places]
        if len(found) == 1:
            return found[0]
        stated = [coded for coded in found if coded.state == "value"]
        if stated and data()["fields"][name]["kind"] == "list":
            named = zip(places, found, strict=True)
            text = ", ".join(f"{place.column.name} {coded.text}" for place, coded in named if coded.value)
            return Coded(
                text or "none", "value", sorted({value for coded in stated for value in coded.value})
            )
        for value in data()["precedence"]:
            for coded in stated:
                if coded.value == value:
                    return coded
        return (stated or [coded for coded in found if coded.state == "unknown"] or found)[0]

    def toml(self) -> Iterator[str]:
        """The mapping as the lines of a file that can be edited and passed back."""
        yield f"{'patient' if self.by_patient else 'id'} = {_quoted(self.key.name)}"
        for key, share in (("other_sources", self.other_sources), ("error_rate", self.error_rate)):
            if share is not None:
                yield f"{key} = {share:g}"
        for name, places in self.places.items():
            yield f"[fields.{name}]"
            yield f"columns = [{', '.join(_quoted(place.column.name) for place in places)}]"
            if places[0].unit:
                yield f"unit = {_quoted(places[0].unit)}"
            elif places[0].book:
                yield f"book = {_quoted(places[0].book)}"
            if places[0].codes:
                own = (f"{_quoted(code)} = {_quoted(value)}" for code, value in places[0].codes.items())
                yield f"codes = {{ {', '.join(own)} }}"
        if self.left:
            yield f"# not compared: {', '.join(self.left)}"


def read(path: Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    NenpathError
        If it is none: one line with the place of the first fault.
    """
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise NenpathError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NenpathError(f"{path}: not TOML ({error})") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise NenpathError(f"{path}: {place}: {first['msg']}") from None


def plan(coded: CodedFile, mapping: Mapping, ids: set[str], patients: set[str]) -> Plan:
    """Decide what is compared, by the mapping and, where it is silent, by names and cells.

    Parameters
    ----------
    ids, patients
        Report ids and patient ids of the store: the key is a column that holds some of them.
    """
    known = data()["fields"]
    for name in mapping.fields:
        if name not in known:
            raise NenpathError(f"{name[:40]}: no field that qa compares; they are {', '.join(known)}")
    key, by_patient = _key(coded, mapping, ids, patients)
    places: dict[str, list[Place]] = {}
    used = {key.name}
    for name in known:
        entry = mapping.fields.get(name)
        if entry is False:
            continue
        if entry is None:
            found = _guess(coded, name, used) if mapping.guess else []
            if not found:
                continue
            entry = FieldMapping(columns=found)
        for column in entry.columns:
            if column not in coded.columns:
                raise NenpathError(f"{coded.path}: no column {column!r} for {name}")
            used.add(column)
        places[name] = [place(coded.columns[column], name, entry) for column in entry.columns]
    if not places:
        raise NenpathError(f"{coded.path}: no column is recognized; write a mapping file (--mapping)")
    left = [name for name in coded.columns if name not in used]
    neoadjuvant = next(iter(_named(coded, data()["registry"]["neoadjuvant"])), None)
    return Plan(
        key,
        by_patient,
        places,
        mapping.other_sources,
        mapping.error_rate,
        left,
        neoadjuvant,
        frozenset(name for name, found in places.items() if coded.naaccr or _is_item(name, found[0].column)),
    )


def _named(coded: CodedFile, names: list[str]) -> list[Column]:
    """The columns of these names, in their order."""
    by_name = {plain(column.name): column for column in coded.columns.values()}
    return [by_name[name] for name in dict.fromkeys(map(plain, names)) if name in by_name]


def _is_item(name: str, column: Column) -> bool:
    """Whether a column is a registry item that holds a field at one time of several."""
    return plain(column.name) in map(plain, data()["registry"]["items"].get(name, ()))


def _key(coded: CodedFile, mapping: Mapping, ids: set[str], patients: set[str]) -> tuple[Column, bool]:
    if mapping.id or mapping.patient:
        name = mapping.id or mapping.patient or ""
        if name not in coded.columns:
            raise NenpathError(f"{coded.path}: no column {name!r}")
        return coded.columns[name], mapping.id is None
    best: tuple[float, Column, bool] | None = None
    for wanted, known, by_patient in (("id_columns", ids, False), ("patient_columns", patients, True)):
        ranks = {plain(name): rank for rank, name in enumerate(data()[wanted])}
        for column in coded.columns.values():
            hits = sum(cell in known for cell in column.cells)
            if hits:
                named = 0.5 if plain(column.name) in ranks else 0.0
                score = hits / max(1, len(column.cells)) + named - 0.1 * by_patient
                if best is None or score > best[0]:
                    best = score, column, by_patient
    if best is None:
        raise NenpathError(
            f"{coded.path}: no column holds report or patient ids of the store; name one in a mapping file"
        )
    return best[1], best[2]


def _guess(coded: CodedFile, name: str, used: set[str]) -> list[str]:
    names = {plain(known): rank for rank, known in enumerate(data()["fields"][name]["names"])}
    names.setdefault(plain(name), -1)
    ranked = []
    for column in coded.columns.values():
        rank = names.get(plain(column.name))
        if rank is not None and column.name not in used:
            tried = place(column, name, FieldMapping(columns=[column.name]))
            said = [cell for cell in tried.readings if cell.state not in ("blank",)]
            read_ = sum(cell.state != "unreadable" for cell in said)
            if said and read_ >= _READABLE * len(said):
                ranked.append((rank, column.name))
    if ranked:
        best = coded.columns[min(ranked)[1]]
        items = _named(coded, data()["registry"]["items"][name]) if _is_item(name, best) else [best]
        return [column.name for column in items if column.name not in used]
    return [column for column in coded.columns if column not in used and codes.item_book(name, column)]


def place(column: Column, name: str, entry: FieldMapping) -> Place:
    """The column of a field with its unit or code book, the one that reads the most of its cells."""
    kind = data()["fields"][name]["kind"]
    for meant in entry.codes.values():
        try:
            codes.check_meaning(name, meant)
        except ValueError as error:
            raise NenpathError(f"fields.{name}.codes: {error}") from None
    own = {codes.code(key): value for key, value in entry.codes.items()}
    if entry.unit and (kind not in _WITH_UNIT or (area(entry.unit) is None) == (kind == "rate")):
        raise NenpathError(f"{name}: no unit {entry.unit!r}")
    if kind in _WITH_UNIT:
        unit = entry.unit or (_unit(column) if kind == "length" else _area(column))
        readings = [read_cell(name, cell, own, unit, "") for cell in column.cells]
        return Place(column, readings, unit, "", entry.codes)
    known = {"item": item} if (item := codes.item_book(name, column.name)) else books(name)
    if entry.book is not None and entry.book not in known:
        raise NenpathError(f"{name}: no code book {entry.book!r}; there are {', '.join(known) or 'none'}")
    candidates = [entry.book] if entry.book else list(known) or [""]
    best: tuple[float, str, list[Coded]] | None = None
    counts = np.bincount(column.rows, minlength=len(column.cells))
    for candidate in candidates:
        book = {**known.get(candidate, {}), **own}
        tried = [read_cell(name, cell, book, None, candidate) for cell in column.cells]
        read_ = sum(int(n) for n, cell in zip(counts, tried, strict=True) if cell.state != "unreadable")
        if best is None or read_ > best[0]:
            best = read_, candidate, tried
    assert best is not None
    return Place(column, best[2], None, best[1], entry.codes)


def _unit(column: Column) -> str:
    words = plain(column.name).split()
    for unit in ("mm", "cm"):
        if unit in words:
            return unit
    if column.name.startswith("tumorSize") or any(
        len(c) == 3 and c.isdigit() and c < "100" for c in column.cells
    ):
        return "mm"  # registry codes of three digits
    sample = [codes.read_cell("tumor_size_mm", cell, None, "mm", "") for cell in column.cells[:_LOOKED_AT]]
    numbers = [coded.value for coded in sample if coded.state == "value"]
    if numbers and median(numbers) <= data()["sizes"]["cm_if_median_at_most"]:
        return "cm"
    return "mm"


def _area(column: Column) -> str:
    """The area that the name of a column of counts ends with: "mitoses per 50 HPF"."""
    found = re.search(r"(?:\d+ ?)?(?:hpf|mm2|mm²)$", plain(column.name))
    return found[0] if found else "2 mm2"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
