"""The records of a store as JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from nenpath.store import Store
from nenpath.table import FieldTable, Shape, Table, arrow, without_text

# Rows are made in small lots, and written in large ones: each lot has an entry per column in the footer.
_LOT = 200
_LOTS_WRITTEN = 50


class Format(StrEnum):
    """What ``cat`` writes."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class _Failures:
    """Failures as a table."""

    schema = pa.schema(
        [("report_id", pa.string()), ("reason", pa.string()), ("source", pa.string()), ("row", pa.int64())]
    )

    def rows(self, record: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Give the failure, which is a row already."""
        return [dict(record)]


def write_records(store: Store, form: Format, no_text: bool, file: BinaryIO, by_field: bool = False) -> None:
    """Write all records in input order: as they are, or as a table of one row per report or per field."""
    if form is Format.JSONL and not by_field:
        for row in store.rows("record"):
            if row["record"] is not None:
                line = _dump(without_text(json.loads(row["record"]))) if no_text else row["record"]
                file.write(line.encode() + b"\n")
        return
    shape: Shape = FieldTable() if by_field else Table(store.manifest.keep)
    records = map(without_text, store.records()) if no_text else store.records()
    _write_table(records, shape, form, file)


def write_failures(store: Store, form: Format, file: BinaryIO) -> None:
    """Write all failures in input order."""
    _write_table(store.failures(), _Failures(), form, file)


def _write_table(records: Iterable[Mapping[str, Any]], shape: Shape, form: Format, file: BinaryIO) -> None:
    names = shape.schema.names
    if form is Format.JSONL:
        for record in records:
            for row in shape.rows(record):
                file.write(_dump({name: row.get(name) for name in names}).encode() + b"\n")
    elif form is Format.CSV:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.DictWriter(text, names)
        writer.writeheader()
        for record in records:
            writer.writerows(shape.rows(record))
        text.detach()
    else:
        with pq.ParquetWriter(file, shape.schema, compression="zstd") as parquet:
            lots = (arrow(shape, lot) for lot in _lots(records, _LOT))
            for tables in _lots(lots, _LOTS_WRITTEN):
                parquet.write_table(pa.concat_tables(tables))


def _lots(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while lot := list(islice(iterator, size)):
        yield lot


def _dump(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
