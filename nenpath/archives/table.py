"""Parquet tables, read a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nenpath.archives.item import ArchiveError, Columns, Fault, Report, check_columns, item_of

_ROWS = 256


class ParquetArchive:
    """A ``.parquet`` file with one report per row."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self.path, self.columns, self.source = path, columns, str(path)
        self.notes: list[str] = []
        with self._open() as file:
            schema = file.schema_arrow
            self.total: int | None = file.metadata.num_rows
        check_columns(path, schema.names, columns)
        kind = schema.field(columns.text).type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        readable = (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_null,
        )
        if not any(check(kind) for check in readable):
            raise ArchiveError(f"{path}: column {columns.text!r} holds {kind}, not text")

    def _open(self) -> Any:
        try:
            if self.path.stat().st_size == 0:
                raise ArchiveError(f"{self.path}: an empty file")
            return pq.ParquetFile(self.path)
        except OSError as error:
            raise ArchiveError(f"{self.path}: {error.strerror or 'not a complete parquet file'}") from None
        except pa.ArrowException:
            raise ArchiveError(
                f"{self.path}: not a complete parquet file (truncated, or not parquet)"
            ) from None

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield each row; raise ArchiveError where the file is damaged."""
        number = 0
        with self._open() as file:
            try:
                for batch in file.iter_batches(_ROWS, columns=self.columns.wanted(), use_threads=False):
                    for row in batch.to_pylist():
                        number += 1
                        yield item_of(row, self.columns, self.source, number)
            except (OSError, pa.ArrowException, UnicodeDecodeError):
                raise ArchiveError(f"{self.path}: damaged after row {number}") from None
