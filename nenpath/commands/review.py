"""``nenpath review``: a local page to settle what the machine is unsure of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from nenpath.commands.options import IdColumn, Source, StoreDirectory, TextColumn

POSITION = 65


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: nenpath review out --user 'A. Reviewer'")(review)


def review(
    directory: StoreDirectory,
    coded: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Coded data: review also where it disagrees.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Columns and code books of the coded data, as for qa."),
    ] = None,
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who reviews; the account's name if not given.")
    ] = None,
    db: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Database of the decisions; DIR/review.sqlite if not given."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address only.")] = False,
    weights: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What an error in each field costs (TOML).")
    ] = None,
    source: Source = None,
    id_column: IdColumn = "report_id",
    text_column: TextColumn = "text",
) -> None:
    """Check, correct and sign off fields in a browser, those with the greatest expected cost of error first.

    The page is served to this machine only, at an address with a random token. Every decision is saved at
    once; two reviewers start the command each with their own --user. Signed-off reports are written beside
    the database: FILE.corrected.jsonl (records), FILE.gold.jsonl (for nenpath evaluate and calibrate).
    """
    from rich.console import Console

    from nenpath.archives import Columns
    from nenpath.review import server
    from nenpath.store import Store

    found: tuple[dict[str, Any], str] = ({}, "")
    if coded is not None:
        from nenpath.review.coded import doubts

        found = doubts(directory, coded, mapping)
    store = Store(directory)
    console = Console()
    opened = server.open_review(
        store,
        directory / "review.sqlite" if db is None else db,
        server.reviewer(user),
        weights,
        source,
        Columns(id_column, text_column),
        found,
        console,
    )
    try:
        server.serve(opened, port, not no_browser, console)
    finally:
        opened.database.close()
