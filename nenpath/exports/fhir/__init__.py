"""FHIR R4 Bundles: one per report, with confidence, evidence and provenance.

Built from elements that R4 (4.0.1) and R4B share, and validated with ``fhir.resources``. Codes, profiles and
their sources are in ``data/``; ``docs/fhir.md`` lists them.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nenpath.commands.options import Corrected, ExportDate, StoreDirectory

_SITE = "https://nenpath.example/site"


class Layout(StrEnum):
    """How Bundles become files."""

    LINES = "lines"
    FOLDER = "folder"
    TYPES = "types"


def register(app: typer.Typer) -> None:
    """Add ``nenpath export fhir``."""
    app.command(epilog="Example: nenpath export fhir out -o bundles.ndjson")(fhir)


def fhir(
    directory: StoreDirectory,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="PATH", help="FILE.ndjson, or a folder to make.")
    ],
    layout: Annotated[
        Layout | None,
        typer.Option(
            help="lines: one Bundle a line (default for .ndjson); folder: one file a Bundle (default else); "
            "types: NDJSON files by type of resource, for bulk import."
        ),
    ] = None,
    date: ExportDate = None,
    corrected: Corrected = None,
    site: Annotated[
        str, typer.Option(metavar="URL", help="Root of your identifier systems; part of every resource's id.")
    ] = _SITE,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Put in the report and the quoted words of evidence.")
    ] = False,
    only_nen: Annotated[
        bool, typer.Option("--only-nen", help="Leave out reports without a neuroendocrine neoplasm.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes that build and check Bundles.")] = 1,
) -> None:
    """Write FHIR R4 Bundles, one transaction per report.

    Resources have the same ids at every export of the same report, so that importing again replaces them.
    """
    from nenpath.errors import NenpathError
    from nenpath.exports.fhir.bundle import Options
    from nenpath.exports.fhir.identity import Site
    from nenpath.exports.fhir.write import LAYOUTS, Export
    from nenpath.exports.when import export_time
    from nenpath.review.corrected import open_store

    if "://" not in site:
        raise NenpathError("--site: no URL such as https://hospital.example/fhir")
    store = open_store(directory, corrected)
    if with_text and not store.manifest.texts:
        raise NenpathError(f"{directory}: this store keeps no texts; export without --with-text")
    options = Options(Site(site), export_time(date, store.manifest.created), with_text)
    lines = output.suffix.lower() in (".ndjson", ".jsonl")
    chosen = layout or (Layout.LINES if lines else Layout.FOLDER)
    counted = LAYOUTS[chosen.value](Export(store, options, workers, only_nen), output)
    observations, bundles = counted["Observation"], counted["Bundle"]
    typer.echo(f"{bundles:,} reports with {observations:,} observations in {output}", err=True)
