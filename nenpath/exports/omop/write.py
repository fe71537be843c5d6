"""Writes the tables of a result store as files shaped like the CDM, with the script that loads them."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from jinja2 import Environment, PackageLoader, select_autoescape

from nenpath.exports.files import open_together
from nenpath.exports.omop.numbers import Numbers, digest
from nenpath.exports.omop.rows import Keys, Rows
from nenpath.exports.omop.schema import Column, Concepts, tables
from nenpath.store import Store

UNMAPPED = "unmapped_concepts.csv"
SCRIPT = "load.sql"
CROSSWALK = "crosswalk"
_CROSSWALK = tuple(
    Column(name, kind, required, None)
    for name, kind, required in (
        ("note_id", "integer", True),
        ("report_id", "text", True),
        ("person_id", "integer", True),
        ("patient_id", "text", False),
    )
)
_FLUSH = 5000


@dataclass(frozen=True, slots=True)
class Export:
    """A store to write, and how."""

    store: Store
    when: datetime
    concepts: Concepts
    with_text: bool = False
    only_nen: bool = False

    def records(self, text: bool) -> Iterator[tuple[dict[str, Any], str | None]]:
        """Every record with its text, if that is wanted."""
        for row in self.store.rows(*(("record", "text") if text else ("record",))):
            if row["record"] is None:
                continue
            record = json.loads(row["record"])
            if not self.only_nen or record["fields"]["neuroendocrine_type"]["value"] not in (None, "none"):
                yield record, row.get("text")


def write_tables(export: Export, directory: Path, form: str) -> Counter[str]:
    """Write all tables, the crosswalk, the list of concepts left 0 and the script.

    Parameters
    ----------
    form
        ``parquet`` or ``csv``.

    Returns
    -------
    Counter
        Rows of each table, and ``undated``: notes without a date of their own.
    """
    people, notes = _numbers(export)
    shapes = {**tables(), CROSSWALK: _CROSSWALK}
    names = {table: f"{table}.{form}" for table in shapes}
    rows = Rows(export.concepts, export.when, export.with_text)
    with open_together(directory, [*names.values(), UNMAPPED, SCRIPT]) as opened:
        writers = {table: _Table(columns, opened[names[table]], form) for table, columns in shapes.items()}
        for record, text in export.records(export.with_text):
            report_id, patient_id = record["report_id"] or "", record["meta"].get("patient_id")
            keys = Keys(notes.of(digest("report", report_id)), people.of(_person(record)))
            writers["note"].add(rows.note(record, text, keys))
            for row in rows.note_nlp(record, text, keys):
                writers["note_nlp"].add(row)
            for row in rows.measurements(record, keys):
                writers["measurement"].add(row)
            cells = {"note_id": keys.note, "report_id": report_id, "person_id": keys.person}
            writers[CROSSWALK].add(cells | {"patient_id": None if patient_id is None else str(patient_id)})
        for writer in writers.values():
            writer.close()
        export.concepts.write(opened[UNMAPPED])
        opened[SCRIPT].write(script(form).encode())
    return Counter({table: writer.count for table, writer in writers.items()} | {"undated": rows.undated})


def script(form: str) -> str:
    """Write the script that makes the tables in DuckDB, loads the files and runs a sample query."""
    loader = PackageLoader("nenpath", "templates")
    environment = Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True)
    shapes = {**tables(), CROSSWALK: _CROSSWALK}
    return environment.get_template("omop_load.sql.j2").render(tables=shapes, form=form) + "\n"


def _numbers(export: Export) -> tuple[Numbers, Numbers]:
    people, notes = array("Q"), array("Q")
    for record, _ in export.records(False):
        people.append(_person(record))
        notes.append(digest("report", record["report_id"] or ""))
    return Numbers(people), Numbers(notes)


def _person(record: dict[str, Any]) -> int:
    """A report whose patient is not known has a person of its own."""
    patient_id = record["meta"].get("patient_id")
    if patient_id is None or patient_id == "":
        return digest("patient of report", record["report_id"] or "")
    return digest("patient", str(patient_id))


class _Table:
    """One file, written in groups of rows."""

    def __init__(self, columns: tuple[Column, ...], file: BinaryIO, form: str) -> None:
        self._columns = columns
        self._schema = pa.schema([column.arrow for column in columns])
        self._rows: list[dict[str, Any]] = []
        self.count = 0
        if form == "parquet":
            self._writer: Any = pq.ParquetWriter(file, self._schema, compression="zstd", version="2.6")
        else:
            options = pc.WriteOptions(quoting_style="needed")
            self._writer = pc.CSVWriter(file, self._schema, write_options=options)

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        self.count += 1
        if len(self._rows) == _FLUSH:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        columns = [
            pa.array([_cut(row.get(column.name), column.width) for row in self._rows], field.type)
            for column, field in zip(self._columns, self._schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self._rows.clear()


def _cut(cell: Any, width: int | None) -> Any:
    return cell[:width] if width is not None and isinstance(cell, str) else cell
