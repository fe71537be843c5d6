"""The items a file can hold, by dictionary version: length, data type, codes (``data/items.csv``).

Sources: the base dictionaries 24, 25 and 26 as published with imsweb/naaccr-xml; code lists by item.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

DATA = Path(__file__).parent / "data"
Parent = Literal["Patient", "Tumor"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a dictionary.

    ``codes`` is a regular expression of what a coded item may be, empty for dates, ids and texts;
    ``required`` items are listed in the edit report where they are missing.
    """

    number: int
    id: str
    name: str
    parent: Parent
    length: int
    type: str
    codes: str
    required: bool
    source: str

    def fault(self, value: str) -> str | None:
        """Name what is wrong with a value, or nothing.

        Returns
        -------
        str or None
            ``length``, ``type`` or ``codes``.
        """
        if len(value) > self.length or (self.type == "digits" and len(value) != self.length):
            return "length"
        if not re.fullmatch(types()[self.type], value, re.DOTALL):
            return "type"
        if self.codes and not re.fullmatch(self.codes, value):
            return "codes"
        return None


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A base dictionary: its address, the version of the XML specification, and the items in order."""

    version: str
    uri: str
    specification: str
    items: dict[str, Item]

    def number(self, naaccr_id: str) -> int:
        """Give an item's number."""
        return self.items[naaccr_id].number


def default_version() -> str:
    """Name the dictionary that is written unless another is chosen."""
    return str(_dictionaries()["default"])


def versions() -> list[str]:
    """Name the dictionaries a file can be written for."""
    return list(_dictionaries()["versions"])


@cache
def dictionary(version: str) -> Dictionary:
    """Give a dictionary by its version, such as ``26``."""
    chosen = _dictionaries()["versions"][version]
    with (DATA / "items.csv").open(encoding="utf-8", newline="") as file:
        items = [_item(row) for row in csv.DictReader(file)]
    items = [replace(item, **chosen.get("items", {}).get(item.id, {})) for item in items]
    items.sort(key=lambda item: item.number)
    return Dictionary(version, chosen["uri"], chosen["specification"], {item.id: item for item in items})


def types() -> dict[str, str]:
    """Give the regular expression of each data type."""
    found: dict[str, str] = _dictionaries()["types"]
    return found


def _item(row: dict[str, str]) -> Item:
    parent: Parent = "Patient" if row["parent"] == "Patient" else "Tumor"
    return Item(
        int(row["number"]),
        row["id"],
        row["name"],
        parent,
        int(row["length"]),
        row["type"],
        row["codes"],
        row["required"] == "yes",
        row["source"],
    )


@cache
def _dictionaries() -> dict[str, Any]:
    return tomllib.loads((DATA / "dictionaries.toml").read_text(encoding="utf-8"))
