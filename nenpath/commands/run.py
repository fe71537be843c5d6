"""``nenpath run``: archives of reports into a result store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from nenpath.commands.options import Calibration, IdColumn, Patterns, TextColumn
from nenpath.errors import INTERRUPTED, NenpathError

POSITION = 10
INPUTS = (
    ".parquet .csv .tsv .jsonl .hl7, or files that are a report each: .txt .pdf .rtf .docx; all these also "
    "in .gz, .zst or .zip, a folder of them, or a quoted pattern."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: nenpath run reports.parquet more.csv -o out --text-column report")(run)


def run(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="INPUT...", help=INPUTS),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Result store to write.")],
    id_column: IdColumn = "report_id",
    text_column: TextColumn = "text",
    patient_column: Annotated[str | None, typer.Option(help="Column with the patient's id.")] = None,
    date_column: Annotated[str | None, typer.Option(help="Column with the report's date.")] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Column to take over into the records; may be repeated."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes.", show_default="one per processor")
    ] = None,
    patterns: Patterns = None,
    calibration: Calibration = None,
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Time a report may take before it is a failure.")
    ] = 60.0,
    memory_limit: Annotated[
        int,
        typer.Option(min=50, metavar="MB", help="Memory a report may take before it is a failure (Linux)."),
    ] = 1000,
    only_failures: Annotated[
        bool, typer.Option("--only-failures", help="Read only reports again that failed before.")
    ] = False,
    no_text: Annotated[
        bool,
        typer.Option(
            "--no-text", help="Keep no report texts in the store (records still quote their evidence)."
        ),
    ] = False,
) -> int:
    """Read archives of reports into the result store DIR.

    Run it again to continue after an interruption, or to add new and changed reports: what is known is
    not read twice.

    Exit code 0: all reports have a record. 1: some have none (nenpath cat DIR --failures). 2: cannot run.
    """
    from nenpath.interrupts import held

    with held():
        from rich.console import Console

        from nenpath import batch, worker
        from nenpath.archives import Columns
        from nenpath.progress import Progress

    console = Console(stderr=True)
    settings = batch.Settings(
        columns=Columns(id_column, text_column, patient_column, date_column, tuple(keep or ())),
        workers=workers,
        patterns=patterns,
        calibration=calibration,
        time_limit=time_limit,
        memory_limit=memory_limit,
        only_failures=only_failures,
        texts=not no_text,
        loader=worker.load_engine,
    )
    result = batch.run(inputs, output, settings, Progress(console))
    return _report(result, output, console, patterns, calibration)


def _report(result: Any, output: Path, console: Any, patterns: Path | None, calibration: Path | None) -> int:
    """Say what a run did, and choose the exit code."""
    from nenpath import drift
    from nenpath.store import Store
    from nenpath.summary import print_summary

    def say(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    if result.summary is not None:
        print_summary(result.summary, console)
        for line in drift.said(Store(output), patterns, calibration):
            say(line)
    counts = ", ".join(f"{count:,} {verdict.value}" for verdict, count in result.verdicts.items())
    total, failed = result.verdicts.total(), result.failures.total()
    say(f"This run: {total:,} reports ({counts or 'none'}), {failed:,} failed")
    for note in result.notes:
        say(f"Note: {note}")
    if result.interrupted:
        say("Interrupted: run the same command again to continue")
        return INTERRUPTED
    if result.error is not None:
        raise NenpathError(result.error)
    return 1 if result.failures else 0
