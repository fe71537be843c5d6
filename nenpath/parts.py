"""Parts of a result store: Parquet files of a fixed number of rows, replaced in one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from nenpath.files import replace

SCHEMA = pa.schema(
    [
        pa.field("report_id", pa.string()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("text_sha256", pa.string()),
        pa.field("previous_sha256", pa.string()),
        pa.field("digest", pa.string(), nullable=False),
        pa.field("engine", pa.string()),
        pa.field("risk_level", pa.string()),
        pa.field("probability_high", pa.float64()),
        pa.field("stated", pa.list_(pa.string()), nullable=False),
        pa.field("review", pa.list_(pa.string()), nullable=False),
        pa.field("record", pa.string()),
        pa.field("text", pa.string()),
    ]
)
_REPEATING = ["source", "reason", "engine", "risk_level", "stated.list.element", "review.list.element"]
_STAMP = b"nenpath"


@dataclass(slots=True)
class Row:
    """One report in the store: its record, or the reason why there is none.

    ``previous_sha256`` names the text a changed report had before; ``digest`` stands for text, meta and
    the ``engine`` that read them; ``stated`` and ``review`` name fields.
    """

    report_id: str | None
    source: str
    row: int
    reason: str | None = None
    text_sha256: str | None = None
    previous_sha256: str | None = None
    digest: str = ""
    engine: str | None = None
    risk_level: str | None = None
    probability_high: float | None = None
    stated: list[str] = field(default_factory=list)
    review: list[str] = field(default_factory=list)
    record: str | None = None
    text: str | None = None


def part_name(number: int) -> str:
    """Name the file of a part.

    >>> part_name(7)
    'part-000007.parquet'
    """
    return f"part-{number:06d}.parquet"


def write_part(path: Path, rows: Sequence[Row]) -> str:
    """Write a part; the same rows always give the same bytes. Gives the stamp of its content."""
    content = blake2b(digest_size=16)
    for row in rows:
        for cell in (row.report_id, row.source, str(row.row), row.reason, row.digest, row.record):
            content.update(b"\0" if cell is None else b"\1" + cell.encode() + b"\0")
    columns = [pa.array([getattr(row, item.name) for row in rows], item.type) for item in SCHEMA]
    stamp = content.hexdigest()
    write_table(path, pa.Table.from_arrays(columns, schema=SCHEMA), stamp, _REPEATING)
    return stamp


def write_table(path: Path, table: Any, stamp: str, repeating: list[str] | bool = True) -> None:
    """Write a Parquet file in one step, with a stamp that :func:`read_stamp` finds again."""
    stamped = table.replace_schema_metadata({_STAMP: stamp.encode()})

    def write(file: BinaryIO) -> None:
        # Statistics would repeat words of reports in the footer, and help no reader.
        pq.write_table(
            stamped, file, compression="zstd", use_dictionary=repeating, write_statistics=False, version="2.6"
        )

    replace(path, write)


def read_stamp(path: Path) -> str | None:
    """Read the stamp of a file; nothing if there is no such file, or no stamp in it."""
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    return metadata[_STAMP].decode() if _STAMP in metadata else None


def read_part(path: Path) -> list[Row]:
    """Read a whole part.

    Raises
    ------
    OSError, pyarrow.ArrowException
        If it is damaged.
    """
    names = [item.name for item in fields(Row)]
    return [Row(**row) for row in _table(path, names).to_pylist()]


def read_columns(path: Path, names: Sequence[str]) -> dict[str, list[Any]]:
    """Read some columns of a part."""
    columns: dict[str, list[Any]] = _table(path, names).to_pydict()
    return columns


def read_rows(path: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Read some columns of a part, row by row."""
    for batch in _table(path, names).to_batches(max_chunksize=64):
        yield from batch.to_pylist()


def _table(path: Path, names: Sequence[str]) -> Any:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        there = [name for name in names if name in file.schema_arrow.names]
        table = file.read(columns=there, use_threads=False)
    for name in names:
        if name not in there:  # a part written before this column existed
            table = table.append_column(SCHEMA.field(name), pa.nulls(table.num_rows, SCHEMA.field(name).type))
    return table
