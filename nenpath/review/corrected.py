"""A result store with what reviewers signed off in the place of what was read."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import typer

from nenpath.errors import NenpathError
from nenpath.store import Store

#: Text's checksum and corrected record (compressed) of each signed-off report, by id.
Signed = dict[str, tuple[str, bytes]]
_KEY = ("report_id", "text_sha256")


class CorrectedStore(Store):
    """A store whose signed-off reports are as corrected, if their text has not changed since.

    Parameters
    ----------
    directory
        The result store.
    database
        What ``nenpath review`` made.
    """

    def __init__(self, directory: Path, database: Path) -> None:
        super().__init__(directory)
        self.signed = signed_off(database)

    def rows(self, *names: str) -> Iterator[dict[str, Any]]:
        """Stream the named columns; the record of a signed-off report is the corrected one."""
        if "record" not in names:
            yield from super().rows(*names)
            return
        for row in super().rows(*dict.fromkeys((*names, *_KEY))):
            sha, record = self.signed.get(row["report_id"], ("", b""))
            if row["record"] is not None and sha == row["text_sha256"]:
                row["record"] = zlib.decompress(record).decode()
            yield {name: row[name] for name in names}


def signed_off(database: Path) -> Signed:
    """Read what is signed off; the database is not changed.

    Raises
    ------
    NenpathError
        If the file is not the database of a review.
    """
    try:
        address = f"{database.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            rows = connection.execute("SELECT report_id, text_sha256, record FROM signed").fetchall()
    except sqlite3.Error:
        raise NenpathError(f"{database}: not the database of a review") from None
    return {report_id: (sha, record) for report_id, sha, record in rows}


def open_store(directory: Path, database: Path | None) -> Store:
    """Open a store for an export, and say on standard error what becomes of signed-off corrections.

    Parameters
    ----------
    database
        Where to take corrections from; without one, they are only told of.
    """
    if database is None:
        store, usual = Store(directory), directory / "review.sqlite"
        used = _current(store, signed_off(usual)) if usual.exists() else 0
        if used:
            typer.echo(
                f"signed-off reports whose corrections this export does not use: {used:,};"
                f" --corrected {usual} uses them",
                err=True,
            )
        return store
    corrected = CorrectedStore(directory, database)
    used = _current(corrected, corrected.signed)
    typer.echo(f"reports taken as signed off: {used:,}", err=True)
    if left := len(corrected.signed) - used:
        typer.echo(f"signed-off reports not in this store, or with another text now: {left:,}", err=True)
    return corrected


def _current(store: Store, signed: Signed) -> int:
    """How many signed-off reports are in a store with the text they were signed off with."""
    if not signed:
        return 0
    held = {(row["report_id"], row["text_sha256"]) for row in store.rows(*_KEY)}
    return len(held & {(report_id, sha) for report_id, (sha, _) in signed.items()})
