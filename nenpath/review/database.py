"""Decisions of reviewers in SQLite: each one on disk before it is answered, none ever deleted."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import Any

from nenpath.errors import NenpathError
from nenpath.review.decision import SIGN, Decision, RefusedError, State, Target

#: A report that its reviewer has not touched for so long is free for others.
CLAIM_SECONDS = 600.0
#: Corrected record and gold of a report, as lines of the two files.
Lines = tuple[bytes, bytes]


class Database:
    """The decisions of one store, shared by the servers of several reviewers.

    Raises
    ------
    NenpathError
        If the file cannot be used.
    """

    def __init__(self, path: Path, user: str) -> None:
        self.path, self.user = path, user
        self._lock = RLock()
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            self.connection = connect(path)
            self.connection.executescript((files("nenpath.review") / "schema.sql").read_text("utf-8"))
        except (OSError, sqlite3.Error):
            raise NenpathError(f"{path}: cannot be used as the database of a review") from None

    def close(self) -> None:
        """Let go of the reports this reviewer had open, and of the file."""
        with self.writing() as connection:
            connection.execute("DELETE FROM claims WHERE user = ?", (self.user,))
        self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Use the connection alone."""
        with self._lock:
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Change the database in one transaction, on disk at its end; other processes wait."""
        with self._lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def claim(self, target: Target) -> str | None:
        """Take a report, and let go of any other; gives who else holds it, if somebody does."""
        with self.writing() as connection:
            holder = self._claim(connection, target)
            if holder is None:
                connection.execute(
                    "DELETE FROM claims WHERE user = ? AND report_id <> ?", (self.user, target.report_id)
                )
            return holder

    def decide(self, target: Target, field: str, state: State, proposed: Any, seen: int) -> None:
        """Save a decision.

        Parameters
        ----------
        seen
            The last decision on this report the reviewer saw.

        Raises
        ------
        RefusedError
            If another reviewer has the report, signed it off, or decided since.
        """
        with self.writing() as connection:
            self._check(connection, target, seen)
            self._insert(connection, target, field, state, proposed)

    def sign(self, target: Target, record: bytes, gold: bytes, whole: bool, seen: int) -> None:
        """Sign a report off, with its corrected record and its line of the gold file."""
        with self.writing() as connection:
            self._check(connection, target, seen)
            self._insert(connection, target, "", State(SIGN, {"whole": whole}), None)
            connection.execute(
                "INSERT OR REPLACE INTO signed VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    target.report_id,
                    target.text_sha256,
                    target.position,
                    self.user,
                    _now(),
                    zlib.compress(record),
                    zlib.compress(gold),
                ),
            )
            connection.execute("DELETE FROM claims WHERE report_id = ?", (target.report_id,))

    def undo(self) -> tuple[Target, Lines | None]:
        """Undo this reviewer's last decision, on whichever report; gives the report.

        If it was a sign-off, the lines it had given come with it.

        Raises
        ------
        RefusedError
            If there is none, or somebody else has the report now.
        """
        with self.writing() as connection:
            last = connection.execute(
                "SELECT number, report_id, text_sha256, position, action FROM decisions"
                " WHERE user = ? AND undone_at IS NULL ORDER BY number DESC LIMIT 1",
                (self.user,),
            ).fetchone()
            if last is None:
                raise RefusedError("Nothing to undo.")
            number, report_id, sha, position, action = last
            target = Target(report_id, sha, position)
            self._check_holder(connection, target)
            lines = None
            if action == SIGN:
                lines = _unsign(connection, report_id)
            else:
                _check_open(connection, target)
            self._mark_undone(connection, "number = ?", number)
            return target, lines

    def reopen(self, target: Target) -> Lines | None:
        """Take a sign-off back, also one of somebody else; gives the lines it had given."""
        with self.writing() as connection:
            self._check_holder(connection, target)
            lines = _unsign(connection, target.report_id)
            self._mark_undone(
                connection, f"action = '{SIGN}' AND undone_at IS NULL AND report_id = ?", target.report_id
            )
            return lines

    def history(self, target: Target) -> list[Decision]:
        """All decisions on a report as its text is now, the undone ones too, in order."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT number, field, action, value, evidence, marked, settled, proposed, user, at,"
                " undone_by FROM decisions WHERE report_id = ? AND text_sha256 = ? ORDER BY number",
                (target.report_id, target.text_sha256),
            ).fetchall()
        return [
            Decision(
                number=number,
                field=field,
                state=State(
                    action,
                    json.loads(value),
                    tuple((start, end) for start, end in json.loads(evidence)),
                    bool(marked),
                    bool(settled),
                ),
                proposed=json.loads(proposed),
                user=user,
                at=at,
                undone_by=undone_by,
            )
            for (
                number,
                field,
                action,
                value,
                evidence,
                marked,
                settled,
                proposed,
                user,
                at,
                undone_by,
            ) in rows
        ]

    def signed_by(self, target: Target) -> tuple[str, str] | None:
        """Who signed a report off, and when."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT user, at FROM signed WHERE report_id = ? AND text_sha256 = ?",
                (target.report_id, target.text_sha256),
            ).fetchone()
        return None if row is None else (row[0], row[1])

    def _check(self, connection: sqlite3.Connection, target: Target, seen: int) -> None:
        self._check_holder(connection, target)
        _check_open(connection, target)
        latest = connection.execute(
            "SELECT max(number) FROM decisions WHERE report_id = ? AND user <> ?",
            (target.report_id, self.user),
        ).fetchone()[0]
        if latest is not None and latest > seen:
            raise RefusedError("Somebody else decided on this report meanwhile; look again.")

    def _check_holder(self, connection: sqlite3.Connection, target: Target) -> None:
        holder = self._claim(connection, target)
        if holder is not None:
            raise RefusedError(f"{holder} is reviewing this report.")

    def _claim(self, connection: sqlite3.Connection, target: Target) -> str | None:
        now = time.time()
        row = connection.execute(
            "SELECT user FROM claims WHERE report_id = ? AND user <> ? AND until > ?",
            (target.report_id, self.user, now),
        ).fetchone()
        if row is not None:
            return str(row[0])
        connection.execute(
            "INSERT OR REPLACE INTO claims VALUES (?, ?, ?)",
            (target.report_id, self.user, now + CLAIM_SECONDS),
        )
        return None

    def _insert(
        self, connection: sqlite3.Connection, target: Target, field: str, state: State, proposed: Any
    ) -> None:
        connection.execute(
            "INSERT INTO decisions (report_id, text_sha256, position, field, action, value, evidence, marked,"
            " settled, proposed, user, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                target.report_id,
                target.text_sha256,
                target.position,
                field,
                state.action,
                json.dumps(state.value),
                json.dumps(state.evidence),
                state.marked,
                state.settled,
                json.dumps(proposed),
                self.user,
                _now(),
            ),
        )

    def _mark_undone(self, connection: sqlite3.Connection, which: str, key: int | str) -> None:
        connection.execute(
            f"UPDATE decisions SET undone_by = ?, undone_at = ? WHERE {which}",  # noqa: S608 - own words
            (self.user, _now(), key),
        )


def connect(path: Path) -> sqlite3.Connection:
    """Open a database that survives a kill at any moment; each statement commits unless in a transaction."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _unsign(connection: sqlite3.Connection, report_id: str) -> Lines | None:
    row = connection.execute("SELECT record, gold FROM signed WHERE report_id = ?", (report_id,)).fetchone()
    connection.execute("DELETE FROM signed WHERE report_id = ?", (report_id,))
    return None if row is None else (zlib.decompress(row[0]), zlib.decompress(row[1]))


def _check_open(connection: sqlite3.Connection, target: Target) -> None:
    row = connection.execute(
        "SELECT user FROM signed WHERE report_id = ? AND text_sha256 = ?",
        (target.report_id, target.text_sha256),
    ).fetchone()
    if row is not None:
        raise RefusedError(f"{row[0]} signed this report off; reopen it first.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
