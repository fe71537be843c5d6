"""The fields, found by looking into ``extractor.fields``: no list is kept anywhere."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractor.field import Field


@dataclass(frozen=True, slots=True)
class FieldRoom:
    """A field with the name its module gives it."""

    name: str
    field: Field
    manual: str

    @property
    def title(self) -> str:
        """Name for a person."""
        return self.field.title

    @property
    def position(self) -> int:
        """Place in tables."""
        return self.field.position

    @property
    def value(self) -> Any:
        """Type of the value."""
        return self.field.value


@cache
def fields() -> tuple[FieldRoom, ...]:
    """Every field of the record, in the order of the public format."""
    package = importlib.import_module("extractor.fields")
    rooms = []
    for module_info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"extractor.fields.{module_info.name}")
        rooms.append(FieldRoom(module_info.name, module.FIELD, module.__doc__ or ""))
    return tuple(sorted(rooms, key=lambda room: (room.position, room.name)))
