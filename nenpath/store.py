"""The result store: a directory with ``manifest.json`` and ``parts/``, one row per report in input order.

Beside them stand ``reports/`` and ``fields/``, the same as tables for other programs. Rows never move: what
is read again replaces its row, so a run that was interrupted and continued leaves the same bytes as one
that was not. Readers need no lock, a file is replaced in one step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

import pyarrow as pa
from filelock import FileLock, Timeout

from nenpath.archives.item import SUPERSEDED
from nenpath.errors import NenpathError
from nenpath.files import replace, sync
from nenpath.parts import (
    Row,
    part_name,
    read_columns,
    read_part,
    read_rows,
    read_stamp,
    write_part,
)
from nenpath.results import DIRECTORIES, Results

FORMAT = 1
PART_ROWS = 500


class StoreError(NenpathError):
    """A result store that cannot be used; the message is one line and never holds report text."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a store was made with; ``created`` is the one thing two equal stores differ in."""

    created: str
    nenpath: str
    patterns: str
    calibration: str
    keep: tuple[str, ...] = ()
    texts: bool = True
    part_rows: int = PART_ROWS
    format: int = FORMAT


class Store:
    """A result store, for reading.

    Raises
    ------
    StoreError
        If the directory holds none, or one of another format.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.manifest = _read_manifest(directory)

    @property
    def parts(self) -> list[Path]:
        """The parts in order; none may be missing."""
        found = sorted((self.directory / "parts").glob("part-*.parquet"))
        for number, path in enumerate(found):
            if path.name != part_name(number):
                raise StoreError(f"{self.directory}: parts/{part_name(number)} is missing")
        return found

    def rows(self, *names: str) -> Iterator[dict[str, Any]]:
        """Stream the named columns of all rows, in input order."""
        for path in self.parts:
            with self._reading(path):
                yield from read_rows(path, names)

    def records(self) -> Iterator[dict[str, Any]]:
        """Stream the records in input order."""
        for row in self.rows("record"):
            if row["record"] is not None:
                yield json.loads(row["record"])

    def failures(self) -> Iterator[dict[str, Any]]:
        """Stream the failures in input order: id, reason, and the place in the archive."""
        for row in self.rows("report_id", "reason", "source", "row"):
            if row["reason"] not in (None, SUPERSEDED):
                yield row

    def results(self, names: Sequence[str]) -> Iterator[dict[str, list[Any]]]:
        """Stream columns of ``reports/``, one file at a time."""
        for part in self.parts:
            path = self.directory / "reports" / part.name
            with self._reading(path):
                yield read_columns(path, names)

    def find(self, report_id: str) -> Row:
        """Find one report; an earlier version that was superseded has its text and no record.

        Raises
        ------
        StoreError
            If it is not there, or could not be read; the message does not repeat the id.
        """
        failed: Row | None = None
        for path in self.parts:
            with self._reading(path):
                if report_id not in read_columns(path, ["report_id"])["report_id"]:
                    continue
                for row in read_part(path):
                    if row.report_id == report_id and (row.record is not None or row.reason == SUPERSEDED):
                        return row
                    if row.report_id == report_id:
                        failed = failed or row
        if failed is not None:
            raise StoreError(f"{self.directory}: this report has no record, the reason is {failed.reason}")
        raise StoreError(f"{self.directory}: no report with this id")

    @contextmanager
    def _reading(self, path: Path) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException):
            raise StoreError(f"{self.directory}: {path.parent.name}/{path.name} is damaged") from None


class Writer(Store):
    """A result store held by one run; use as a context manager.

    Rows are put at their position: the next free one, or one already taken, which replaces that row.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = FileLock(directory / "lock", mode=0o600)
        self._tail: list[Row] = []
        self._full = 0
        self._changed: dict[int, dict[int, Row]] = {}
        self._tail_written = True

    def __enter__(self) -> Self:
        try:
            if self.directory.exists() and not self.directory.is_dir():
                raise StoreError(f"{self.directory}: not a directory")
            if self.directory.is_dir() and not _is_store(self.directory) and _is_occupied(self.directory):
                raise StoreError(
                    f"{self.directory}: neither empty nor a result store; name another directory"
                )
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            for name in ("parts", *DIRECTORIES):
                (self.directory / name).mkdir(exist_ok=True, mode=0o700)
            sync(self.directory)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise StoreError(f"{self.directory}: another run is writing this store") from None
        except OSError as error:
            raise StoreError(f"{self.directory}: {error.strerror or 'cannot be written'}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def begin(self, provenance: dict[str, str], keep: tuple[str, ...], texts: bool) -> Manifest | None:
        """Start or continue; gives the manifest of the earlier run, if there was one."""
        earlier: Manifest | None = None
        if _is_store(self.directory):
            earlier = _read_manifest(self.directory)
            if earlier.texts != texts:
                kept = "keeps texts; run without" if earlier.texts else "keeps no texts; run with"
                raise StoreError(f"{self.directory}: this store {kept} --no-text, or name another directory")
        self.manifest = Manifest(
            created=earlier.created if earlier else datetime.now(UTC).isoformat(timespec="seconds"),
            keep=tuple(dict.fromkeys((*(earlier.keep if earlier else ()), *keep))),
            texts=texts,
            part_rows=earlier.part_rows if earlier else PART_ROWS,
            nenpath=provenance["nenpath"],
            patterns=provenance["patterns"],
            calibration=provenance["calibration"],
        )
        for stray in self.directory.rglob(".*.tmp"):
            stray.unlink(missing_ok=True)
        parts = self.parts
        self._full = len(parts)
        if parts:
            with self._reading(parts[-1]):
                last = read_part(parts[-1])
            if len(last) < self.manifest.part_rows:
                self._full -= 1
                self._tail = last
        content = (json.dumps(asdict(self.manifest), indent=2) + "\n").encode()

        def write(file: BinaryIO) -> None:
            file.write(content)

        with self._writing():
            replace(self.directory / "manifest.json", write)
        self._results = Results(self.directory, self.manifest.keep)
        for part, path in enumerate(parts):
            self._complete(part, path)
        return earlier

    @property
    def length(self) -> int:
        """How many rows there are."""
        return self._full * self.manifest.part_rows + len(self._tail)

    def put(self, position: int, row: Row) -> None:
        """Append a row, or replace the one at this position."""
        size = self.manifest.part_rows
        part, offset = divmod(position, size)
        if part < self._full:
            self._changed.setdefault(part, {})[offset] = row
            if len(self._changed) > 2 or len(self._changed[part]) == size:
                self._flush_changed()
            return
        if offset < len(self._tail):
            row.previous_sha256 = _previous(self._tail[offset], row)
            self._tail[offset] = row
        elif offset == len(self._tail):
            self._tail.append(row)
        else:
            raise IndexError(f"position {position} leaves a gap")
        self._tail_written = False
        if len(self._tail) == size:
            self._write(self._full, self._tail)
            self._full += 1
            self._tail = []
            self._tail_written = True

    def at(self, position: int) -> Row:
        """Read the row at a position, as it was before this run replaces it."""
        part, offset = divmod(position, self.manifest.part_rows)
        if part >= self._full:
            return self._tail[offset]
        path = self._path(part)
        with self._reading(path):
            return read_part(path)[offset]

    def flush(self) -> None:
        """Write everything put so far."""
        self._flush_changed()
        self._flush_tail()

    def _flush_tail(self) -> None:
        if not self._tail_written:
            self._write(self._full, self._tail)
            self._tail_written = True

    def _flush_changed(self) -> None:
        if self._changed:
            self._flush_tail()  # it may hold what a changed row had before
        for part, rows in sorted(self._changed.items()):
            path = self._path(part)
            with self._reading(path):
                old = read_part(path)
            for offset, row in rows.items():
                row.previous_sha256 = _previous(old[offset], row)
                old[offset] = row
            self._write(part, old)
        self._changed.clear()

    def _complete(self, part: int, path: Path) -> None:
        """Make the tables of a part anew if they are not of this part, or not with the columns of today."""
        stamp = read_stamp(path)
        if not self._results.current(part, stamp):
            with self._reading(path):
                rows = read_part(path)
            with self._writing():
                self._results.write(part, rows, stamp)

    def _path(self, part: int) -> Path:
        return self.directory / "parts" / part_name(part)

    def _write(self, part: int, rows: list[Row]) -> None:
        with self._writing():
            stamp = write_part(self._path(part), rows)
            self._results.write(part, rows, stamp)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"{self.directory}: {error.strerror or 'cannot be written'}") from None


def _previous(old: Row, new: Row) -> str | None:
    return old.previous_sha256 if old.text_sha256 == new.text_sha256 else old.text_sha256


def _is_store(directory: Path) -> bool:
    return (directory / "manifest.json").is_file()


def _is_occupied(directory: Path) -> bool:
    # A run that ended before its manifest was written leaves these.
    left = {"lock", "parts", ".manifest.json.tmp", *DIRECTORIES}
    return any(path.name not in left for path in directory.iterdir())


def _read_manifest(directory: Path) -> Manifest:
    try:
        content = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise StoreError(f"{directory}: a result store of format {content['format']}, not {FORMAT}")
        return Manifest(**{**content, "keep": tuple(content["keep"])})
    except FileNotFoundError:
        raise StoreError(f"{directory}: not a result store (no manifest.json)") from None
    except OSError as error:
        raise StoreError(f"{directory}: {error.strerror or 'cannot be read'}") from None
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{directory}: manifest.json is damaged") from None


def is_store(path: Path) -> bool:
    """Tell whether a path is a result store."""
    return path.is_dir() and _is_store(path)
