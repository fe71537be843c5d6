"""``nenpath calibrate``: confidence refitted on a hospital's own annotated reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nenpath.commands.options import Patterns, StoreDirectory

POSITION = 55


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: nenpath calibrate out --gold gold.jsonl -o hospital.json")(calibrate)


def calibrate(
    directory: StoreDirectory,
    gold: Annotated[Path, typer.Option(metavar="FILE", help="Annotated reports, one JSON object per line.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="CAL.json", help="Calibration file to write.")
    ],
    target: Annotated[
        float, typer.Option(min=0.5, max=0.9999, help="Precision that accepted readings shall have.")
    ] = 0.99,
    patterns: Patterns = None,
) -> int:
    """Refit confidence on annotated reports, and find where readings may be accepted unseen.

    The store must have been written by this version with the shipped confidence; its texts are not needed.
    Use the file with: nenpath run ... --calibration CAL.json. A hundred annotated reports are worth it, 30
    are needed; what they cannot show goes to review, and how much that is is printed.

    Exit code 0: written. 1: written, but some annotated reports have no record. 2: cannot calibrate.
    """
    from rich.console import Console

    from nenpath.evaluation.command import calibrate_store

    return calibrate_store(directory, gold, output, target, patterns, Console())
