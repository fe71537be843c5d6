"""OMOP Common Data Model 5.4: NOTE, NOTE_NLP and MEASUREMENT as files to load.

Tables, concepts and rules are in ``data/``; ``docs/omop.md`` lists them.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nenpath.commands.options import Corrected, ExportDate, StoreDirectory


class Form(StrEnum):
    """Kinds of files."""

    PARQUET = "parquet"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add ``nenpath export omop``."""
    app.command(epilog="Example: nenpath export omop out -o cdm")(omop)


def omop(
    directory: StoreDirectory,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUTDIR", help="Folder for the tables.")],
    form: Annotated[Form, typer.Option("--format", help="What to write.")] = Form.PARQUET,
    concepts: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="An unmapped_concepts.csv whose concept_id you filled in from your vocabulary.",
        ),
    ] = None,
    date: ExportDate = None,
    corrected: Corrected = None,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Put in the report's text, snippets and lexical variants.")
    ] = False,
    only_nen: Annotated[
        bool, typer.Option("--only-nen", help="Leave out reports without a neuroendocrine neoplasm.")
    ] = False,
) -> None:
    """Write NOTE, NOTE_NLP and MEASUREMENT in the shape of the OMOP CDM 5.4.

    Beside them stand load.sql (makes the tables in DuckDB and queries them), unmapped_concepts.csv (concepts
    written as 0) and a crosswalk from the numbers of notes and persons to the ids of reports and patients.
    """
    from nenpath.errors import NenpathError
    from nenpath.exports.omop.schema import Concepts
    from nenpath.exports.omop.write import UNMAPPED, Export, write_tables
    from nenpath.exports.when import export_time
    from nenpath.review.corrected import open_store

    store = open_store(directory, corrected)
    if with_text and not store.manifest.texts:
        raise NenpathError(f"{directory}: this store keeps no texts; export without --with-text")
    used = Concepts(concepts)
    when = export_time(date, store.manifest.created)
    counted = write_tables(Export(store, when, used, with_text, only_nen), output, form.value)
    typer.echo(
        ", ".join(f"{counted[name]:,} rows of {name}" for name in ("note", "note_nlp", "measurement")),
        err=True,
    )
    if used.unmapped:
        typer.echo(f"{len(used.unmapped):,} concepts left 0, listed in {output / UNMAPPED}", err=True)
    if counted["undated"]:
        typer.echo(
            f"{counted['undated']:,} notes without a date of their own carry that of the export", err=True
        )
