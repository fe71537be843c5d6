"""``nenpath qa``: manually coded data against what the reports say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nenpath.commands.options import IdColumn, Source, StoreDirectory, TextColumn

POSITION = 70


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: nenpath qa out --coded registry.csv --html qa.html --csv worklist.csv")(qa)


def qa(
    directory: StoreDirectory,
    coded: Annotated[
        Path,
        typer.Option(metavar="FILE", help="Coded data: CSV, TSV, XLSX, Parquet or NAACCR XML."),
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml", help="Columns, units and code books, where the guess is not right."
        ),
    ] = None,
    show_mapping: Annotated[
        bool, typer.Option("--show-mapping", help="Print the mapping as TOML and stop.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with figures and marked text.")
    ] = None,
    as_csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a worklist.")] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the worklist as a spreadsheet.")
    ] = None,
    as_json: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write all as JSON.")] = None,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Probability of a wrong code from which it is a finding.")
    ] = 0.5,
    source: Source = None,
    id_column: IdColumn = "report_id",
    text_column: TextColumn = "text",
) -> int:
    """Find the errors of coded data: every discrepancy with evidence, its likely kind and probability.

    Exit code 0: no discrepancy above the threshold. 1: there are some. 2: cannot compare.
    """
    from rich.console import Console

    from nenpath.evaluation.terminal import wide
    from nenpath.qa.command import qa_store

    outputs = {"html": html, "csv": as_csv, "xlsx": xlsx, "json": as_json}
    return qa_store(
        directory,
        coded,
        mapping,
        show_mapping,
        outputs,
        threshold,
        (source, id_column, text_column),
        wide(Console()),
    )
