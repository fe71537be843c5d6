"""What a signed-off report gives: its corrected record, its line of a gold file, and the two files of all."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import classifier
from extractor import catalog
from extractor.record import Interval
from nenpath.files import replace
from nenpath.review.database import Database, Lines
from nenpath.review.decision import State

_ASSESSED = ("risk", "grade", "stage", "inconsistencies")
#: Rule of evidence that a person marked.
RULE = "review/marked"


def corrected(
    record: Mapping[str, Any], text: str, states: Mapping[str, State], whole: bool
) -> dict[str, Any]:
    """Put decisions into a record: settled values are certain, and grade, stage and risk follow from them.

    Parameters
    ----------
    whole
        The reviewer read the whole report: the values nobody touched are right too.
    """
    fields = dict(record["fields"])
    for name, reading in record["fields"].items():
        state = states.get(name)
        if state is not None and state.settled:
            fields[name] = _settled(reading, state, text)
        elif whole:
            fields[name] = {**reading, "confidence": 1.0, "review": False, "alternatives": []}
    assessed = classifier.assess(fields).model_dump(mode="json")
    return {**record, "fields": fields, **{name: assessed[name] for name in _ASSESSED}}


def gold(record: Mapping[str, Any], states: Mapping[str, State], whole: bool) -> dict[str, Any]:
    """The line of the gold file: a field nobody looked at is absent, one not stated is null.

    Parameters
    ----------
    record
        The corrected record.
    """
    line: dict[str, Any] = {"id": record["report_id"]}
    for room in catalog.fields():
        state = states.get(room.name)
        if room.name not in record["fields"] or not (whole or (state is not None and state.settled)):
            continue
        value = record["fields"][room.name]["value"]
        if isinstance(room.value, type) and issubclass(room.value, Interval) and value is not None:
            value = {"low": value["low"], "high": value["high"]}
        if room.name == "mitoses_per_2mm2":
            line["mitoses"] = None if value is None else {**value, "per": 2, "unit": "mm2"}
        else:
            line[room.name] = value
    line["note"] = ""
    return line


def spans(reading: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Begin and end of the evidence of a reading, or of an alternative."""
    return tuple((evidence["start"], evidence["end"]) for evidence in reading.get("evidence", ()))


def _settled(reading: Mapping[str, Any], state: State, text: str) -> dict[str, Any]:
    known = {
        (evidence["start"], evidence["end"]): evidence
        for one in (*reading["alternatives"], reading)
        for evidence in one["evidence"]
    }
    evidence = [
        known.get((start, end))
        or {
            "start": start,
            "end": end,
            "text": text[start:end],
            "section": None,
            "part": None,
            "tissue": None,
            "rule": RULE,
        }
        for start, end in state.evidence
    ]
    if state.value == reading["value"]:
        status = reading["status"]
    elif state.value == "indeterminate":
        status = "indeterminate"
    else:
        status = "not_stated" if state.value is None else "stated"
    return {
        "value": state.value,
        "confidence": 1.0,
        "status": status,
        "review": False,
        "evidence": evidence,
        "alternatives": [],
    }


def as_lines(record: Mapping[str, Any], gold_line: Mapping[str, Any]) -> Lines:
    """Write a corrected record and its gold as the lines of the two files."""
    one, other = (json.dumps(line, ensure_ascii=False, allow_nan=False) for line in (record, gold_line))
    return one.encode("utf-8", "replace") + b"\n", other.encode("utf-8", "replace") + b"\n"


class Files:
    """The corrected records and the gold file of all signed-off reports, beside the database.

    A sign-off adds a line at once; a sign-off taken back, or a server that was killed between, makes the
    files anew from the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        stem = database.path.with_suffix("")
        self.records = stem.with_name(f"{stem.name}.corrected.jsonl")
        self.gold = stem.with_name(f"{stem.name}.gold.jsonl")

    def add(self, record: bytes, gold_line: bytes) -> None:
        """Add the lines of the report that was just signed off."""
        with self._database.writing() as connection:
            signed, exported = self._counts(connection)
            if signed != exported + 1 or self._sizes() != self._known(connection):
                self._write(connection, signed)
                return
            for path, line in ((self.records, record), (self.gold, gold_line)):
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
            self._note(connection, signed)

    def drop(self, lines: Lines | None) -> None:
        """Take the lines of a sign-off out again; where they are not the last, the files are made anew."""
        if lines is None:
            return
        with self._database.writing() as connection:
            signed, exported = self._counts(connection)
            files = list(zip((self.records, self.gold), lines, strict=True))
            whole = signed + 1 == exported and self._sizes() == self._known(connection)
            if not (whole and all(_ends_with(path, line) for path, line in files)):
                self._write(connection, signed)
                return
            for path, line in files:
                os.truncate(path, path.stat().st_size - len(line))
            self._note(connection, signed)

    def refresh(self) -> None:
        """Make the files anew if they do not hold what is signed off."""
        with self._database.writing() as connection:
            signed, exported = self._counts(connection)
            if signed != exported or self._sizes() != self._known(connection):
                self._write(connection, signed)

    def _sizes(self) -> tuple[int, int]:
        records, gold_lines = (
            path.stat().st_size if path.exists() else 0 for path in (self.records, self.gold)
        )
        return records, gold_lines

    def _counts(self, connection: sqlite3.Connection) -> tuple[int, int]:
        signed = connection.execute("SELECT count(*) FROM signed").fetchone()[0]
        row = connection.execute("SELECT number FROM exported").fetchone()
        return signed, 0 if row is None else row[0]

    def _known(self, connection: sqlite3.Connection) -> tuple[int, int]:
        row = connection.execute("SELECT records_bytes, gold_bytes FROM exported").fetchone()
        return (0, 0) if row is None else (row[0], row[1])

    def _note(self, connection: sqlite3.Connection, signed: int) -> None:
        connection.execute("DELETE FROM exported")
        connection.execute("INSERT INTO exported VALUES (?, ?, ?)", (signed, *self._sizes()))

    def _write(self, connection: sqlite3.Connection, signed: int) -> None:
        for column, path in (("record", self.records), ("gold", self.gold)):

            def write(file: BinaryIO, column: str = column) -> None:
                rows = connection.execute(f"SELECT {column} FROM signed ORDER BY position")  # noqa: S608
                for (line,) in rows:
                    file.write(zlib.decompress(line))

            replace(path, write)
        self._note(connection, signed)


def _ends_with(path: Path, line: bytes) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - len(line)))
        return file.read() == line
