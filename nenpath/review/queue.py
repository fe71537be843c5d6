"""What to review first: an index of the store, made once and kept beside the database of decisions.

A request never looks through the store: the index tells where a report stands and which comes next.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from nenpath.errors import NenpathError
from nenpath.parts import read_rows, read_stamp
from nenpath.review.database import Database, connect
from nenpath.review.decision import Target
from nenpath.review.weights import Weights
from nenpath.store import Store

_FORMAT = "1"
_COLUMNS = ("report_id", "record")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A coded value that disagrees with the report: in words, as a value if it is one; is it wrong?"""

    shown: str
    value: Any
    is_value: bool
    kind: str
    probability_wrong: float


#: Doubts by field, of one report.
Doubts = Mapping[str, Doubt]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the queue is: reports in it, signed off, and decisions taken."""

    queue: int
    signed: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A report of the index with the fields to review; ``rank`` 0 is first, None is not in the queue."""

    target: Target
    fields: tuple[str, ...]
    cost: float
    rank: int | None


def index_path(database: Path) -> Path:
    """Name the file of the index."""
    return database.with_name(f"{database.name}.index")


def build(
    store: Store,
    path: Path,
    weights: Weights,
    doubts: Mapping[str, Doubts],
    doubts_key: str = "",
    tell: Callable[[int, int], None] = lambda done, parts: None,
) -> None:
    """Bring the index up to date: parts of the store that have not changed are not read again.

    Parameters
    ----------
    doubts
        Coded values that disagree with a report, by report id; ``doubts_key`` stands for them all.
    tell
        Called with the number of parts done and the number of all.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        connection = connect(path)
    except (OSError, sqlite3.Error):
        raise NenpathError(f"{path}: cannot be written") from None
    try:
        connection.executescript((files("nenpath.review") / "index.sql").read_text("utf-8"))
        connection.execute("BEGIN IMMEDIATE")
        if _fill(connection, store, weights, doubts, doubts_key, tell):
            _rank(connection)
        connection.execute("COMMIT")
    except sqlite3.Error:
        raise NenpathError(f"{path}: damaged or in use; delete it, it is made anew") from None
    finally:
        connection.close()


def _fill(
    connection: sqlite3.Connection,
    store: Store,
    weights: Weights,
    doubts: Mapping[str, Doubts],
    doubts_key: str,
    tell: Callable[[int, int], None],
) -> bool:
    fingerprint = f"{_FORMAT} {weights.sha256} {doubts_key}"
    row = connection.execute("SELECT fingerprint FROM made_with").fetchone()
    if row is None or row[0] != fingerprint:
        for table in ("made_with", "parts", "reports", "queue"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - own words
        connection.execute("INSERT INTO made_with VALUES (?)", (fingerprint,))
    size = store.manifest.part_rows
    paths = store.parts
    known = dict(connection.execute("SELECT number, stamp FROM parts"))
    changed = len(known) > len(paths)
    connection.execute("DELETE FROM reports WHERE position >= ?", (len(paths) * size,))
    connection.execute("DELETE FROM parts WHERE number >= ?", (len(paths),))
    for number, path in enumerate(paths):
        stamp = _stamp(path)
        if known.get(number) == stamp:
            continue
        changed = True
        connection.execute(
            "DELETE FROM reports WHERE position BETWEEN ? AND ?", (number * size, (number + 1) * size - 1)
        )
        connection.executemany(
            "INSERT INTO reports VALUES (?, ?, ?, ?, ?)", _entries(path, number * size, weights, doubts)
        )
        connection.execute("INSERT OR REPLACE INTO parts VALUES (?, ?)", (number, stamp))
        tell(number + 1, len(paths))
    return changed


def _entries(
    path: Path, first: int, weights: Weights, doubts: Mapping[str, Doubts]
) -> Iterator[tuple[int, str, str, str, float]]:
    for offset, row in enumerate(read_rows(path, _COLUMNS)):
        if row["record"] is None or row["report_id"] is None:
            continue
        record = json.loads(row["record"])
        costs = field_costs(record, weights, doubts.get(row["report_id"], {}))
        yield (
            first + offset,
            row["report_id"],
            record["provenance"]["text_sha256"],
            json.dumps(list(costs)),
            sum(costs.values()),
        )


def field_costs(record: Mapping[str, Any], weights: Weights, doubts: Doubts) -> dict[str, float]:
    """Expected cost of error of each field to review, the most costly first.

    It is the probability that the value (or the code, where the coded data disagrees) is wrong, times the
    field's weight.
    """
    costs: dict[str, float] = {}
    for name, reading in record["fields"].items():
        if reading["review"]:
            costs[name] = (1.0 - reading["confidence"]) * weights.of(name)
        if name in doubts:
            costs[name] = max(costs.get(name, 0.0), doubts[name].probability_wrong * weights.of(name))
    return dict(sorted(costs.items(), key=lambda item: (-item[1], item[0])))


def _rank(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM queue")
    connection.execute(
        "INSERT INTO queue SELECT row_number() OVER (ORDER BY cost DESC, position) - 1, position, report_id"
        " FROM reports WHERE fields <> '[]' ORDER BY cost DESC, position"
    )


def _stamp(path: Path) -> str:
    status = path.stat()
    return read_stamp(path) or f"{status.st_mtime_ns} {status.st_size}"


class Queue:
    """The index beside the decisions: where reports stand, and which is next for this reviewer."""

    def __init__(self, database: Database, index: Path) -> None:
        self._database = database
        self._floor = 0  # every report before this rank is signed off
        with database.reading() as connection:
            connection.execute("ATTACH DATABASE ? AS idx", (str(index),))
            self._length = int(connection.execute("SELECT count(*) FROM idx.queue").fetchone()[0])

    def entry(self, position: int) -> Entry | None:
        """The report at a position of the store."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT report_id, text_sha256, fields, cost, (SELECT rank FROM idx.queue WHERE"
                " queue.position = reports.position) FROM idx.reports WHERE position = ?",
                (position,),
            ).fetchone()
        if row is None:
            return None
        return Entry(Target(row[0], row[1], position), tuple(json.loads(row[2])), row[3], row[4])

    def find(self, report_id: str) -> int | None:
        """Position of a report by its id."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT position FROM idx.reports WHERE report_id = ?", (report_id,)
            ).fetchone()
        return None if row is None else int(row[0])

    def reopened(self, position: int) -> None:
        """Look at the queue from this report on again."""
        entry = self.entry(position)
        if entry is not None and entry.rank is not None:
            self._floor = min(self._floor, entry.rank)

    def first(self) -> int | None:
        """Position of the most costly report that is neither signed off nor another reviewer's now."""
        found = self._seek(self._floor, floor=True)
        if found is None and self._floor:  # another reviewer may have reopened one
            found = self._seek(0)
        return found

    def next(self, rank: int | None) -> int | None:
        """Position of the next such report; after the last comes the first."""
        found = None if rank is None else self._seek(rank + 1)
        return self.first() if found is None else found

    def previous(self, rank: int | None) -> int | None:
        """Position of the report before, signed off or not."""
        if not rank:
            return None
        with self._database.reading() as connection:
            row = connection.execute("SELECT position FROM idx.queue WHERE rank = ?", (rank - 1,)).fetchone()
        return None if row is None else int(row[0])

    def progress(self) -> Progress:
        """Count what is done."""
        with self._database.reading() as connection:
            signed, decisions = connection.execute(
                "SELECT (SELECT count(*) FROM signed),"
                " (SELECT count(*) FROM decisions WHERE undone_at IS NULL AND field <> '')"
            ).fetchone()
        return Progress(self._length, signed, decisions)

    def _seek(self, rank: int, *, floor: bool = False) -> int | None:
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT rank, queue.position, claims.report_id IS NOT NULL FROM idx.queue AS queue"
                " JOIN idx.reports AS report ON report.position = queue.position"
                " LEFT JOIN signed ON signed.report_id = queue.report_id"
                " AND signed.text_sha256 = report.text_sha256"
                " LEFT JOIN claims ON claims.report_id = queue.report_id AND claims.user <> ?"
                " AND claims.until > ?"
                " WHERE rank >= ? AND signed.report_id IS NULL ORDER BY rank",
                (self._database.user, time.time(), rank),
            )
            for number, (found, position, claimed) in enumerate(rows):
                if floor and number == 0:
                    self._floor = found
                if not claimed:
                    rows.close()
                    return int(position)
        return None
