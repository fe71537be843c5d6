"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StoreDirectory = Annotated[Path, typer.Argument(metavar="DIR", help="Result store.")]
Source = Annotated[
    Path | None, typer.Option(metavar="INPUT", help="The archive, for a store that keeps no texts.")
]
ExportDate = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Date of the export, in place of SOURCE_DATE_EPOCH or the store's."),
]
Corrected = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        metavar="FILE",
        help="Database of a review (DIR/review.sqlite): reports signed off in it are taken as corrected.",
    ),
]
IdColumn = Annotated[str, typer.Option(help="Column with the report's id.")]
TextColumn = Annotated[str, typer.Option(help="Column with the report's text.")]
Patterns = Annotated[
    Path | None,
    typer.Option(
        exists=True, file_okay=False, metavar="DIR", help="Pattern data in place of the project's own."
    ),
]
Calibration = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, metavar="FILE", help="Calibration in place of the project's own."
    ),
]
