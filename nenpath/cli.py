"""The command ``nenpath``. Heavy imports wait until a command needs them: help is instant."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import nenpath
from nenpath import commands
from nenpath.errors import INTERRUPTED, NenpathError
from nenpath.siblings import check_siblings

app = typer.Typer(
    name="nenpath",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Reads pathology reports of neuroendocrine neoplasms in bulk: fields with evidence and "
    "confidence, grade, stage, risk. Begin with: nenpath run reports.csv -o out",
)


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


commands.register(app)


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
