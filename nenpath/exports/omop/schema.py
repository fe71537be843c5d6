"""The tables and concepts an export uses, read from ``data/``."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from nenpath.errors import NenpathError

_TYPES = {
    "integer": pa.int32(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "numeric": pa.float64(),
    "text": pa.string(),
}


class Column(NamedTuple):
    """A column as the CDM defines it; ``width`` is that of a varchar."""

    name: str
    type: str
    required: bool
    width: int | None

    @property
    def arrow(self) -> pa.Field:
        """The column in a file."""
        return pa.field(self.name, _TYPES.get(self.type, pa.string()), nullable=not self.required)


class Concept(BaseModel):
    """A concept; see the head of ``concepts.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    value: str
    concept_id: int = 0
    vocabulary: str = ""
    code: str = ""
    candidate: int | None = None
    source: str = ""


class Terms(BaseModel):
    """What becomes of fields; see ``terms.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measurements: Mapping[str, str]
    not_there: Mapping[str, tuple[str, ...]]
    operators: Mapping[str, tuple[tuple[str, str], ...]]


@cache
def tables() -> dict[str, tuple[Column, ...]]:
    """Read ``tables.toml``."""
    return {table: tuple(_columns(columns)) for table, columns in _data("tables").items()}


@cache
def known() -> dict[tuple[str, str], Concept]:
    """Read ``concepts.toml``, keyed by column and value."""
    found = [Concept.model_validate(item) for item in _data("concepts")["concept"]]
    return {(item.column, item.value): item for item in found}


@cache
def terms() -> Terms:
    """Read ``terms.toml``."""
    return Terms.model_validate(_data("terms"))


class Concepts:
    """Gives concept ids, and keeps account of those that are 0.

    Parameters
    ----------
    chosen
        A table like ``unmapped_concepts.csv`` with ``concept_id`` filled in by the site.

    Raises
    ------
    NenpathError
        If that table cannot be used.
    """

    COLUMNS = ("column", "value", "vocabulary", "code", "concept_id", "candidate", "source", "rows")

    def __init__(self, chosen: Path | None = None) -> None:
        self._ids = {key: item.concept_id for key, item in known().items()}
        self.unmapped: Counter[tuple[str, str]] = Counter()
        if chosen is not None:
            self._ids |= _read_chosen(chosen)

    def id(self, column: str, value: str) -> int:
        """Give the concept id of a value in a column; 0 where none was verified."""
        found = self._ids.get((column, value), 0)
        if not found:
            self.unmapped[column, value] += 1
        return found

    def write(self, file: BinaryIO) -> None:
        """List what was written as 0, most used first within each column."""
        lines: list[tuple[str, ...]] = [self.COLUMNS]
        for (column, value), rows in sorted(
            self.unmapped.items(), key=lambda item: (item[0][0], -item[1], item)
        ):
            concept = known().get((column, value)) or Concept(column=column, value=value)
            cells = (
                column,
                value,
                concept.vocabulary,
                concept.code,
                "",
                concept.candidate,
                concept.source,
                rows,
            )
            lines.append(tuple("" if cell is None else str(cell) for cell in cells))
        for line in lines:
            file.write((",".join(map(_quoted, line)) + "\n").encode())


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\n') else cell


def _read_chosen(path: Path) -> dict[tuple[str, str], int]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row.get("concept_id")]
        return {(row["column"], row["value"]): int(row["concept_id"]) for row in rows}
    except OSError as error:
        raise NenpathError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except (KeyError, ValueError):
        raise NenpathError(
            f"{path}: wanted are columns column, value and concept_id, a whole number"
        ) from None


def _columns(columns: Mapping[str, str]) -> Iterator[Column]:
    for name, definition in columns.items():
        kind, _, required = definition.partition(" ")
        width = int(kind[8:-1]) if kind.startswith("varchar(") else None
        yield Column(name, kind, required == "required", width)


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8"))
