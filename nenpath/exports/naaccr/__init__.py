"""NAACCR XML: one Tumor per report, coded by rules that are data, with a worksheet for the abstractor.

``data/`` holds the items of the dictionaries, the coding rules with their sources, the code tables, the
checks, and the schema the files are validated with; ``docs/naaccr.md`` lists them.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nenpath.commands.options import Corrected, ExportDate, StoreDirectory
from nenpath.errors import NenpathError


class Version(StrEnum):
    """The base dictionaries a file can be written for."""

    V24 = "24"
    V25 = "25"
    V26 = "26"


def register(app: typer.Typer) -> None:
    """Add ``nenpath export naaccr``."""
    app.command(epilog="Example: nenpath export naaccr out -o abstracts.xml")(naaccr)


def naaccr(
    directory: StoreDirectory,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="XML file to write.")],
    version: Annotated[Version, typer.Option("--dictionary", help="Base dictionary.")] = Version.V26,
    date: ExportDate = None,
    corrected: Corrected = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Quote the report in the XML file's text items.")
    ] = False,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Quote the report nowhere, not in the worksheet either.")
    ] = False,
    only_nen: Annotated[
        bool, typer.Option("--only-nen", help="Leave out reports without a neuroendocrine neoplasm.")
    ] = False,
) -> int:
    """Write coded registry items as NAACCR XML, one Tumor per report.

    Beside FILE.xml stand FILE.worksheet.csv (each item with confidence, evidence and review flag) and
    FILE.edits.csv (what the built-in checks found, and required items that are missing).

    Exit code 0: written. 1: written, and the checks found errors or suspect codes. 2: cannot be written.
    """
    from rich.console import Console

    from nenpath.exports.naaccr.items import dictionary
    from nenpath.exports.naaccr.write import Exporter, Options, write_all
    from nenpath.exports.when import export_time
    from nenpath.review.corrected import open_store

    if with_text and no_text:
        raise NenpathError("--with-text and --no-text exclude each other")
    store = open_store(directory, corrected)
    when = export_time(date, store.manifest.created)
    options = Options(dictionary(version.value), when, with_text, not no_text, only_nen)
    exporter = Exporter(store, options)
    files = [output, *(output.with_suffix(f".{kind}.csv") for kind in ("worksheet", "edits"))]
    write_all(exporter, files)
    summary = exporter.summary
    console = Console(stderr=True)
    for line in (
        f"{summary.tumors:,} tumors of {summary.patients:,} patients in {files[0]}",
        f"{summary.review:,} items to review in {files[1]}",
        f"{summary.findings['error']:,} errors, {summary.findings['check']:,} suspect codes,"
        f" {summary.findings['missing']:,} missing required items in {files[2]}",
        *([f"{summary.left_out:,} reports without a neuroendocrine neoplasm left out"] if only_nen else []),
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 1 if summary.findings["error"] or summary.findings["check"] else 0
