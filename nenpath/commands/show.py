"""``nenpath show``: one report for a person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nenpath.commands.options import Calibration, IdColumn, Patterns, Source, TextColumn

POSITION = 30


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: nenpath show out --id H17-1234 --html H17-1234.html")(show)


def show(
    target: Annotated[
        str, typer.Argument(metavar="FILE|-|DIR", help="A .txt report, standard input, or a result store.")
    ],
    report_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Which report of the store.")
    ] = None,
    why: Annotated[
        bool, typer.Option("--why", help="Also list what moved the confidence of each field.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page for a browser or a printer.")
    ] = None,
    source: Source = None,
    id_column: IdColumn = "report_id",
    text_column: TextColumn = "text",
    patterns: Patterns = None,
    calibration: Calibration = None,
) -> None:
    """Show one report: its text with the evidence marked, fields with confidence, risk with reasons."""
    from nenpath import case
    from nenpath.archives import Columns

    found = case.find(target, report_id, source, Columns(id_column, text_column), patterns, calibration)
    case.show(found, why=why, as_json=as_json, html=html, patterns=patterns, calibration=calibration)
