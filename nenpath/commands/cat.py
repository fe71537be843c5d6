"""``nenpath cat``: the records of a result store."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nenpath.commands.options import StoreDirectory
from nenpath.errors import NenpathError

POSITION = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: nenpath cat out --format csv -o records.csv")(cat)


class OutputFormat(StrEnum):
    """What ``cat`` writes."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class Rows(StrEnum):
    """What is a row of the output."""

    REPORTS = "reports"
    FIELDS = "fields"


def cat(
    directory: StoreDirectory,
    form: Annotated[OutputFormat, typer.Option("--format", help="What to write.")] = OutputFormat.JSONL,
    failures: Annotated[
        bool, typer.Option("--failures", help="Write the failures: id, reason, place in the archive.")
    ] = False,
    rows: Annotated[
        Rows, typer.Option("--rows", help="One row per report, or one per field of each report.")
    ] = Rows.REPORTS,
    no_text: Annotated[bool, typer.Option("--no-text", help="Drop the quoted words of evidence.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="File in place of standard output.")
    ] = None,
) -> None:
    """Write the records of a result store in input order, or with --rows fields each of their fields."""
    from nenpath.files import deliver
    from nenpath.output import Format, write_failures, write_records
    from nenpath.store import Store

    store = Store(directory)
    if form is OutputFormat.PARQUET and output is None and sys.stdout.isatty():
        raise NenpathError("parquet is no text for a terminal: name a file with -o")
    kind = Format(form.value)
    if failures:
        deliver(lambda file: write_failures(store, kind, file), output)
    else:
        by_field = rows is Rows.FIELDS
        deliver(lambda file: write_records(store, kind, no_text, file, by_field), output)
