"""``nenpath evaluate``: a result store against annotated reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nenpath.commands.options import StoreDirectory

POSITION = 50


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: nenpath evaluate out --gold gold.jsonl --html evaluation.html")(evaluate)


def evaluate(
    directory: StoreDirectory,
    gold: Annotated[Path, typer.Option(metavar="FILE", help="Annotated reports, one JSON object per line.")],
    target: Annotated[
        float, typer.Option(min=0.5, max=0.9999, help="Precision that accepted values shall have.")
    ] = 0.99,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with plots for a browser.")
    ] = None,
    as_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all figures as JSON.")
    ] = None,
) -> int:
    """Measure how right the fields are and how honest their confidence, against annotated reports.

    An annotated report that has no record counts as one that states nothing.

    Exit code 0: every annotated report has a record. 1: some have none. 2: cannot evaluate.
    """
    from rich.console import Console

    from nenpath.evaluation.command import evaluate_store
    from nenpath.evaluation.terminal import wide

    return evaluate_store(directory, gold, target, html, as_json, wide(Console()))
