"""The records of a store as JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from extractor import catalog
from nenpath.errors import NenpathError
from nenpath.parts import replace
from nenpath.store import Store
from nenpath.table import Table, without_text

_FAILURE_COLUMNS = ["report_id", "reason", "source", "row"]
_ROWS = 500


class Format(StrEnum):
    """What ``cat`` writes."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def write_records(store: Store, form: Format, no_text: bool, file: BinaryIO) -> None:
    """Write all records in input order."""
    if form is Format.JSONL:
        for row in store.rows("record"):
            if row["record"] is not None:
                line = _dump(without_text(json.loads(row["record"]))) if no_text else row["record"]
                file.write(line.encode() + b"\n")
        return
    table = Table(store.manifest.keep)
    _write_table(map(table.row, store.records()), table.columns, form, file)


def write_failures(store: Store, form: Format, file: BinaryIO) -> None:
    """Write all failures in input order."""
    if form is Format.JSONL:
        for failure in store.failures():
            file.write(_dump(failure).encode() + b"\n")
        return
    _write_table(store.failures(), _FAILURE_COLUMNS, form, file)


def deliver(write: Callable[[BinaryIO], None], output: Path | None) -> None:
    """Write to a file, put in place whole and for its owner only, or to standard output."""
    if output is None:
        write(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    try:
        if output.exists() and not output.is_file():  # a device or a pipe
            with output.open("wb") as file:
                write(file)
        else:
            replace(output, write)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NenpathError(f"{output}: {error.strerror or 'cannot be written'}") from None


def _write_table(rows: Iterable[dict[str, Any]], columns: list[str], form: Format, file: BinaryIO) -> None:
    if form is Format.CSV:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.DictWriter(text, columns)
        writer.writeheader()
        writer.writerows(rows)
        text.detach()
        return
    kinds = _kinds()
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
    with pq.ParquetWriter(file, schema, compression="zstd") as parquet:
        for some in _batches(rows):
            table = [{name: _cell(row[name], schema.field(name).type) for name in columns} for row in some]
            parquet.write_table(pa.Table.from_pylist(table, schema=schema))


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while some := list(islice(iterator, _ROWS)):
        yield some


def _kinds() -> dict[str, Any]:
    kinds = {"probability_high": pa.float64(), "row": pa.int64()}
    for room in catalog.fields():
        kinds[f"{room.name}_confidence"] = pa.float64()
        kinds[f"{room.name}_low"] = kinds[f"{room.name}_high"] = pa.float64()
        if room.value is float:
            kinds[room.name] = pa.float64()
        elif room.value is int:
            kinds[room.name] = pa.int64()
    return kinds


def _cell(value: Any, kind: Any) -> Any:
    return str(value) if value is not None and pa.types.is_string(kind) else value


def _dump(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
