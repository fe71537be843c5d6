"""One report of the store at a time, by its position: nothing else of the store is read or kept."""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nenpath.archives import Columns, Report, open_archive
from nenpath.engine import text_sha256
from nenpath.errors import NenpathError
from nenpath.parts import part_name
from nenpath.review.decision import Target
from nenpath.store import Store

_KEPT = 4


class GoneError(Exception):
    """The store no longer holds the report as the index knows it."""


@dataclass(frozen=True, slots=True)
class Volume:
    """A record in its JSON form and the text it was read from."""

    record: dict[str, Any]
    text: str


class Shelf:
    """The reports of a store.

    Parameters
    ----------
    source
        The archive, for a store that keeps no texts: these are held in memory, compressed.
    """

    def __init__(self, store: Store, source: Path | None = None, columns: Columns | None = None) -> None:
        self._store = store
        self._lock = Lock()
        self._volumes: OrderedDict[tuple[Target, int], Volume] = OrderedDict()
        self._texts: dict[str, bytes] | None = None
        if store.manifest.texts:
            return
        if source is None:
            raise NenpathError(
                f"{store.directory}: this store keeps no texts; name the archive with --source"
            )
        self._texts = {}
        for item in open_archive(source, columns or Columns()):
            if isinstance(item, Report):
                self._texts[text_sha256(item.text)] = zlib.compress(
                    item.text.encode("utf-8", "surrogatepass")
                )

    def get(self, target: Target) -> Volume:
        """Read a report.

        Raises
        ------
        GoneError
            If the store was written anew since the index was made, or has not its text.
        """
        number, offset = divmod(target.position, self._store.manifest.part_rows)
        path = self._store.directory / "parts" / part_name(number)
        with self._lock:
            try:
                key = (target, path.stat().st_mtime_ns)
                found = self._volumes.pop(key, None) or self._read(path, offset, target)
            except (OSError, pa.ArrowException):
                raise GoneError("The store cannot be read at this place.") from None
            self._volumes[key] = found
            if len(self._volumes) > _KEPT:
                self._volumes.popitem(last=False)
            return found

    def _read(self, path: Path, offset: int, target: Target) -> Volume:
        row = _row(path, offset)
        if row is None or row["record"] is None or row["report_id"] != target.report_id:
            raise GoneError("The store has changed; start the review again.")
        record = json.loads(row["record"])
        if record["provenance"]["text_sha256"] != target.text_sha256:
            raise GoneError("The store has changed; start the review again.")
        text = row["text"]
        if text is None and self._texts is not None and target.text_sha256 in self._texts:
            text = zlib.decompress(self._texts[target.text_sha256]).decode("utf-8", "surrogatepass")
        if text is None:
            raise GoneError("The text of this report is not in the archive named with --source.")
        return Volume(record, text)


def _row(path: Path, offset: int) -> dict[str, Any] | None:
    """Read one row without holding the part in memory."""
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(32, columns=["report_id", "record", "text"], use_threads=False):
            if offset < batch.num_rows:
                row: dict[str, Any] = batch.slice(offset, 1).to_pylist()[0]
                return row
            offset -= batch.num_rows
    return None
