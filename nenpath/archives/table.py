"""Parquet tables, read a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nenpath.archives.item import ArchiveError, Columns, Fault, Report, check_columns, item_of
from nenpath.archives.source import DAMAGED, Source

_ROWS = 64
_BUFFER = 1 << 20
_DAMAGED = (pa.ArrowException, MemoryError, *DAMAGED)


class ParquetArchive:
    """A ``.parquet`` file with one report per row."""

    def __init__(self, source: Source, columns: Columns) -> None:
        self._stored, self.columns, self.source = source, columns, source.name
        self.notes: list[str] = []
        with self._open() as file:
            try:
                schema = file.schema_arrow
                self.total: int | None = file.metadata.num_rows
            except _DAMAGED:
                raise self._incomplete() from None
        check_columns(source.name, schema.names, columns)
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
            raise ArchiveError(f"{source.name}: column {columns.text!r} holds {kind}, not text")

    def _incomplete(self) -> ArchiveError:
        return ArchiveError(f"{self.source}: not a complete parquet file (truncated, or not parquet)")

    def _open(self) -> Any:
        """Open with columns read piece by piece; over a stream that only runs forward, each as a whole."""
        path = self._stored.in_place
        try:
            if self._stored.size == 0:
                raise ArchiveError(f"{self.source}: an empty file")
            if path is not None:
                return pq.ParquetFile(path, buffer_size=_BUFFER)
            return pq.ParquetFile(self._stored.open_seekable())
        except ArchiveError:
            raise
        except OSError as error:
            if error.strerror is None:
                raise self._incomplete() from None
            raise ArchiveError(f"{self.source}: {error.strerror}") from None
        except _DAMAGED:
            raise self._incomplete() from None

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield each row; raise ArchiveError where the file is damaged."""
        number = 0
        with self._open() as file:
            try:
                for batch in file.iter_batches(_ROWS, columns=self.columns.wanted(), use_threads=False):
                    for row in self._rows(batch):
                        number += 1
                        yield item_of(row, self.columns, self.source, number)
            except _DAMAGED:
                raise ArchiveError(f"{self.source}: damaged after row {number}") from None

    def _rows(self, batch: Any) -> Iterator[dict[str, Any]]:
        """Rows of a batch; the text as bytes, so that one which is not UTF-8 harms no other."""
        position = batch.schema.get_field_index(self.columns.text)
        texts = batch.column(position)
        if pa.types.is_dictionary(texts.type):
            texts = texts.dictionary_decode()
        if pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type):
            texts = texts.cast(pa.large_binary() if pa.types.is_large_string(texts.type) else pa.binary())
        rows = batch.drop_columns([self.columns.text]).to_pylist()
        for row, text in zip(rows, texts, strict=True):
            row[self.columns.text] = text.as_py()
            yield row
