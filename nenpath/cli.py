"""The command ``nenpath``. Heavy imports wait until a command needs them: help is instant."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import nenpath
from nenpath.errors import NenpathError
from nenpath.siblings import check_siblings

INTERRUPTED = 130

app = typer.Typer(
    name="nenpath",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Reads pathology reports of neuroendocrine neoplasms in bulk: fields with evidence and "
    "confidence, grade, stage, risk. Begin with: nenpath run reports.csv -o out",
)

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


class OutputFormat(StrEnum):
    """What ``cat`` writes."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def main() -> NoReturn:
    """Run the command and exit."""
    sys.exit(command(sys.argv[1:]))


def command(arguments: list[str]) -> int:
    """Run one command line; whatever goes wrong becomes one line and an exit code, never a traceback."""
    try:
        check_siblings()
        code = app(args=arguments or ["--help"], prog_name="nenpath", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except (NenpathError, ImportError) as error:
        return _cannot(str(error))
    except (typer.Exit, typer.Abort) as error:
        return getattr(error, "exit_code", INTERRUPTED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # typer and rich turn the first into the second
        _silence_stdout()
        return 0
    except Exception as error:  # noqa: BLE001 - its message may hold report text: its class and place do not
        if hasattr(error, "format_message"):  # what a person typed wrong
            return _cannot(error.format_message())
        return _cannot(f"internal error {type(error).__name__} at {_place(error)}; please report it")


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"nenpath {nenpath.__version__}")
    elif context.invoked_subcommand is None:
        raise NenpathError("no command; see nenpath --help")


@app.command(epilog="Example: nenpath run reports.parquet more.csv -o out --text-column report")
def run(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="INPUT...", help=".parquet .csv .tsv .jsonl .txt, or a folder of .txt."),
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
        only_failures=only_failures,
        texts=not no_text,
        loader=worker.load_engine,
    )
    result = batch.run(inputs, output, settings, Progress(console))
    return _report(result, output, console)


@app.command(epilog="Example: nenpath cat out --format csv -o records.csv")
def cat(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Result store.")],
    form: Annotated[OutputFormat, typer.Option("--format", help="What to write.")] = OutputFormat.JSONL,
    failures: Annotated[
        bool, typer.Option("--failures", help="Write the failures: id, reason, place in the archive.")
    ] = False,
    no_text: Annotated[bool, typer.Option("--no-text", help="Drop the quoted words of evidence.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="File in place of standard output.")
    ] = None,
) -> None:
    """Write the records of a result store, one per report, in input order."""
    from nenpath.output import Format, deliver, write_failures, write_records
    from nenpath.store import Store

    store = Store(directory)
    if form is OutputFormat.PARQUET and output is None and sys.stdout.isatty():
        raise NenpathError("parquet is no text for a terminal: name a file with -o")
    kind = Format(form.value)
    if failures:
        deliver(lambda file: write_failures(store, kind, file), output)
    else:
        deliver(lambda file: write_records(store, kind, no_text, file), output)


@app.command(epilog="Example: nenpath show out --id H17-1234 --html H17-1234.html")
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
    source: Annotated[
        Path | None, typer.Option(metavar="INPUT", help="The archive, for a store that keeps no texts.")
    ] = None,
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


@app.command(epilog="Example: nenpath schema > record.schema.json")
def schema() -> None:
    """Print the JSON Schema of a record."""
    from nenpath.schema import schema_text

    typer.echo(schema_text(), nl=False)


def _report(result: Any, output: Path, console: Any) -> int:
    """Say what a run did, and choose the exit code."""
    from nenpath.store import Store
    from nenpath.summary import print_summary, summarize

    def say(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    print_summary(summarize(Store(output)), console)
    counts = ", ".join(f"{count:,} {verdict.value}" for verdict, count in result.verdicts.items())
    total, failed = result.verdicts.total(), result.failures.total()
    say(f"This run: {total:,} reports ({counts or 'none'}), {failed:,} failed")
    for note in result.notes:
        say(f"Note: {note}")
    if result.interrupted:
        say("Interrupted: run the same command again to continue")
        return INTERRUPTED
    if result.error is not None:
        return _cannot(result.error)
    return 1 if result.failures else 0


def _cannot(line: str) -> int:
    with suppress(OSError):
        typer.echo(f"nenpath: {' '.join(line.split())}", err=True)
    return 2


def _silence_stdout() -> None:
    """Whoever read our output has gone: leave nothing that the interpreter's exit would try to write."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
