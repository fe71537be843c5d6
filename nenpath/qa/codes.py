"""What a coded cell means: code books and units, in the terms of the record."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from extractor import catalog
from nenpath.rates import area, parted

State = Literal["value", "unknown", "blank", "unreadable"]
_NUMBER = r"\d+(?:[.,]\d+)?"
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*(mm|cm|in)?\.?\s*", re.IGNORECASE)
_RANGE = re.compile(rf"\s*(<=|>=|<|>|≤|≥|~)?\s*({_NUMBER})\s*(?:(?:-|–|to)\s*({_NUMBER}))?\s*%?\s*")
_TNM = re.compile(r"[yracp]*([tnm])\s*([0-4x]|is|a)?(\S*)", re.IGNORECASE)
_TOPOGRAPHY = re.compile(r"(C\d\d)\.?(\d)?", re.IGNORECASE)
_MORPHOLOGY = re.compile(r"(?:M-?)?(\d{4})(?:\s*/?\s*(\d))?")


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded cell as read: ``covers`` are the values a general code stands for.

    ``soft`` marks a code in terms of another field, such as a grade of the letters A to D.
    """

    text: str
    state: State
    value: Any = None
    covers: frozenset[str] = frozenset()
    soft: bool = False


@cache
def data() -> dict[str, Any]:
    """The data of this room: names, units, books."""
    content = files("nenpath.qa").joinpath("data", "codes.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)


def plain(text: str) -> str:
    """Bring a name or a code to the form it is looked up in.

    >>> plain("Tumor_Size (mm)"), plain("gradePathological"), plain("G2 ")
    ('tumor size mm', 'grade pathological', 'g2')
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text.strip())
    return re.sub(r"[\s_\-()/:.,#]+", " ", text).strip().casefold()


def code(text: str) -> str:
    """Bring a cell to the form in which codes are compared: spaces and case do not count."""
    return " ".join(text.replace("_", " ").split()).casefold()


@cache
def books(field: str) -> dict[str, dict[str, str]]:
    """The code books of a field of words, each code in its compared form."""
    found: dict[str, dict[str, str]] = {}
    entry = data()["fields"].get(field, {})
    for name, book in entry.get("books", {}).items():
        found[name] = _book(field, book)
    if "books" in entry:
        found["own"] = {code(value): value for value in own_values(field)}
    if field == "primary_site":
        found["topography"] = {}
    if field == "neuroendocrine_type":
        found["morphology"] = {}
    return found


def item_book(field: str, column: str) -> dict[str, str]:
    """The codes of a column that stands for one value of a list, such as one site; empty for others."""
    for value, names in data()["fields"][field].get("items", {}).items():
        if plain(column) in map(plain, names):
            words = _book(field, "item")
            return {code_: value if meant == "site" else meant for code_, meant in words.items()}
    return {}


def _book(field: str, book: Any) -> dict[str, str]:
    if book == "own":
        return {code(value): value for value in own_values(field)}
    if isinstance(book, str):
        words = data()["words"][book]
        return {code(word): value for value, group in words.items() for word in group}
    return {code(word): value for word, value in book.items()}


@cache
def own_values(field: str) -> tuple[str, ...]:
    """The values the record itself may have, empty for numbers and free words."""
    room = next(room for room in catalog.fields() if room.name == field)
    args: tuple[Any, ...] = getattr(room.value, "__args__", ())
    for inner in args[:1]:
        args = getattr(inner, "__args__", args)  # a list
    return tuple(value for value in args if isinstance(value, str))


def read_cell(field: str, text: str, book: Mapping[str, str] | None, unit: str | None, name: str) -> Coded:
    """Read a cell by a code book (its content and its name) or, for numbers, by a unit."""
    said = data()
    kind = said["fields"][field]["kind"]
    own = (book or {}).get(code(text))
    if own is None and text.strip() not in said["sizes"]["codes"]:
        if code(text) in said["blank"]:
            return Coded(text, "blank")
        if code(text) in said["unknown"]:
            return Coded(text, "unknown")
    if own is not None:
        return _meant(field, kind, text, own)
    if kind == "length":
        return _length(text, unit or "mm")
    if kind in ("percent", "rate"):
        special = said["fields"][field].get("codes", {}).get(text.strip().upper())
        if special:
            return _meant(field, kind, text, special)
        return _rate(text, unit or "2 mm2") if kind == "rate" else _interval(text)
    if kind == "count":
        return _count(field, text)
    if kind == "tnm":
        return _tnm(field, text)
    if name == "topography" or kind == "topography":
        return _topography(field, text)
    if name == "morphology" or kind == "morphology":
        return _morphology(field, text)
    if kind == "list":
        parts = [code(part) for part in re.split(r"[;,|+]", text) if part.strip()]
        values = [(book or {}).get(part) for part in parts]
        return Coded(text, "unreadable") if None in values else Coded(text, "value", sorted(map(str, values)))
    return Coded(text, "unreadable")


def _meant(field: str, kind: str, text: str, meant: str) -> Coded:
    """What a book's right-hand side says; ``@`` marks a value in another field's terms."""
    if meant in ("unknown", "blank"):
        return Coded(text, "unknown" if meant == "unknown" else "blank")
    if kind == "list":
        return Coded(text, "value", [] if meant == "none" else [meant])
    if kind != "word":
        return Coded(text, "value", read_cell(field, meant, None, None, "").value)
    soft = meant.startswith("@")
    first, *others = meant.lstrip("@").split()
    covers = data()["fields"][field].get("covers", {}).get(first, ())
    return Coded(text, "value", first, frozenset((*others, *covers)), soft)


def check_meaning(field: str, meant: str) -> None:
    """Refuse what a mapping file says of a code if it is no value of the field.

    Raises
    ------
    ValueError
        With the values there are.
    """
    kind, own = data()["fields"][field]["kind"], own_values(field)
    if meant in ("unknown", "blank") or (kind == "list" and meant == "none"):
        return
    if kind in ("word", "list"):
        if not own or set(meant.lstrip("@").split()) - set(own):
            raise ValueError(f"{meant!r} is no value of {field}; they are {', '.join(own)}, unknown, blank")
    elif read_cell(field, meant, None, None, "").state != "value":
        raise ValueError(f"{meant!r} is no value of {field}")


def _length(text: str, unit: str) -> Coded:
    sizes = data()["sizes"]
    special = sizes["codes"].get(text.strip()) if unit == "mm" else None
    if special:
        return Coded(text, special)
    match = _LENGTH.fullmatch(text)
    if not match:
        return Coded(text, "unreadable")
    per = sizes["mm_per"][(match[2] or unit).lower()]
    return Coded(text, "value", round(_number(match[1]) * per, 6))


def _interval(text: str) -> Coded:
    match = _RANGE.fullmatch(text)
    if not match:
        return Coded(text, "unreadable")
    sign = {"≤": "<=", "≥": ">="}.get(match[1] or "", match[1] or "")
    low, high = _number(match[2]), _number(match[3] or match[2])
    if sign in ("<", "<="):
        return Coded(text, "value", {"low": 0.0, "high": high, "comparator": sign})
    if sign in (">", ">="):
        return Coded(text, "value", {"low": low, "high": None, "comparator": sign})
    comparator = sign or ("range" if match[3] else "=")
    return Coded(text, "value", {"low": low, "high": high, "comparator": comparator})


def _rate(text: str, unit: str) -> Coded:
    """A count over the area written in the cell, else over that of its column, brought to 2 mm2."""
    count, behind = parted(text)
    coded, over = _interval(count), area(unit if behind is None else behind)
    if coded.state != "value" or over is None:
        return Coded(text, "unreadable")
    bounds = {
        bound: None if coded.value[bound] is None else over.per_2mm2(coded.value[bound])
        for bound in ("low", "high")
    }
    return Coded(text, "value", {**coded.value, **bounds, "field_area": over.basis})


def _count(field: str, text: str) -> Coded:
    match = re.fullmatch(r"\s*(\d{1,4})(?:\.0+)?\s*", text)
    if not match:
        return Coded(text, "unreadable")
    special = data()["counts"].get(field, {}).get(match[1])
    if special:
        return Coded(text, "blank" if special == "none_examined" else "unknown")
    return Coded(text, "value", float(int(match[1])))


def _tnm(field: str, text: str) -> Coded:
    letter = field[-1].lower()
    word = text.strip().replace(" ", "")
    match = _TNM.fullmatch(word if re.search(f"[{letter}]", word, re.IGNORECASE) else letter + word)
    if not match or match[1].lower() != letter or word == "88" or not match[2]:
        return Coded(text, "blank" if word == "88" else "unreadable")
    if match[2].lower() == "x":
        return Coded(text, "unknown")
    rest = re.sub(r"\(.*?\)", lambda part: "mi" if "mi" in part[0] else "", match[3].lower())
    return Coded(text, "value", f"{match[2].lower()}{rest}")


def _topography(field: str, text: str) -> Coded:
    match = _TOPOGRAPHY.fullmatch(text.strip())
    if not match:
        return Coded(text, "unreadable")
    if match[1].upper() == "C80":
        return Coded(text, "unknown")
    full = f"{match[1].upper()}.{match[2] or 9}"
    if field != "primary_site":
        return Coded(text, "value", full)
    organs = data()["organs"]
    organ = organs.get(full) or organs.get(full[:3])
    return Coded(text, "value", organ) if organ else Coded(text, "blank")


def _morphology(field: str, text: str) -> Coded:
    match = _MORPHOLOGY.fullmatch(text.strip())
    if not match:
        return Coded(text, "unreadable")
    if field != "neuroendocrine_type":
        return Coded(text, "value", f"{match[1]}/{match[2] or 3}")
    types = data()["types"].items()
    return Coded(text, "value", next((name for name, group in types if match[1] in group), "none"))


def _number(text: str) -> float:
    return float(text.replace(",", "."))
