"""One report looked at: found in a store or read on the spot, then printed or written as a page."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rich.console import Console

from nenpath import worker
from nenpath.archives import Columns, Report, open_archive, read_report
from nenpath.archives.encoding import decode
from nenpath.archives.item import unreadable
from nenpath.archives.single import KINDS
from nenpath.archives.source import kind_of
from nenpath.engine import text_sha256
from nenpath.errors import NenpathError
from nenpath.files import deliver
from nenpath.quiet import quiet
from nenpath.terminal import print_view, print_why
from nenpath.view import view

if TYPE_CHECKING:
    from nenpath.store import Store

_ONE = ".txt, .pdf, .rtf, .docx, .hl7 with one message"


@dataclass(slots=True)
class Case:
    """A record in its JSON form, with its text where there is one."""

    record: dict[str, Any]
    text: str | None


def find(
    target: str,
    report_id: str | None,
    source: Path | None,
    columns: Columns,
    patterns: Path | None,
    calibration: Path | None,
) -> Case:
    """Find a report in a store by its id, or read the one in a file or on standard input."""
    path = Path(target)
    if target != "-" and path.is_dir():
        from nenpath.store import Store, is_store  # heavy: a report of its own does without

        if is_store(path):
            if report_id is None:
                raise NenpathError(f"{target}: name the report with --id")
            return _stored(Store(path), report_id, source, columns, patterns, calibration)
    if report_id is not None:
        raise NenpathError(f"{target}: --id is for a result store, and this is none")
    if target == "-":
        report = Report("", _standard_input())
    elif path.is_dir():
        raise NenpathError(f"{target}: neither a report nor a result store")
    elif not path.exists():
        raise NenpathError(f"{target}: no such file or result store")
    elif kind_of(target) not in ("", ".hl7", *KINDS):
        raise NenpathError(f"{target}: show reads one report ({_ONE}); for an archive use nenpath run")
    else:
        report = read_report(path)
    return Case(_read(report, patterns, calibration), report.text)


def show(
    case: Case,
    *,
    why: bool,
    as_json: bool,
    html: Path | None,
    patterns: Path | None,
    calibration: Path | None,
) -> None:
    """Print a case, or write it as a page."""
    shown = view(case.record, case.text)
    if html is not None:
        from nenpath.page import page

        content = page(shown).encode("utf-8")

        def write(file: BinaryIO) -> None:
            file.write(content)

        deliver(write, html)
    if as_json:
        line = json.dumps(case.record, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.buffer.write(line.encode() + b"\n")
        sys.stdout.buffer.flush()
    console = Console()
    if html is None and not as_json:
        print_view(shown, console)
    if why:
        if case.text is None:
            raise NenpathError("--why needs the report's text; name the archive with --source")
        with quiet():
            found = _why(case.text, [line.name for line in shown.lines], patterns, calibration)
        for name, options in found:
            print_why(name, options, Console(stderr=True) if as_json else console)


def _why(
    text: str, names: list[str], patterns: Path | None, calibration: Path | None
) -> list[tuple[str, list[dict[str, Any]]]]:
    reader = worker.load_engine(patterns, calibration)
    return [(name, reader.why(text, name)) for name in names]


def _read(report: Report, patterns: Path | None, calibration: Path | None) -> dict[str, Any]:
    with quiet():
        try:
            reader = worker.load_engine(patterns, calibration)
        except (OSError, ValueError) as error:
            raise NenpathError(str(error)) from None
        outcome = worker.answer(reader, report.text, report.report_id or None, report.meta)
    if outcome.record is None:
        raise NenpathError(f"this report cannot be read ({outcome.reason})")
    record: dict[str, Any] = json.loads(outcome.record)
    return record


def _stored(
    store: Store,
    report_id: str,
    source: Path | None,
    columns: Columns,
    patterns: Path | None,
    calibration: Path | None,
) -> Case:
    row = store.find(report_id)
    text = row.text
    if text is None and source is not None:
        text = _from_archive(source, columns, row.text_sha256)
    if row.record is not None:
        return Case(json.loads(row.record), text)
    if text is None:
        raise NenpathError("this version was superseded and has no record; name the archive with --source")
    return Case(_read(Report(report_id, text), patterns, calibration), text)


def _from_archive(source: Path, columns: Columns, sha: str | None) -> str:
    for item in open_archive(source, columns):
        if isinstance(item, Report) and text_sha256(item.text) == sha:
            return item.text
    raise NenpathError(f"{source}: the text of this report, as it was read, is not there")


def _standard_input() -> str:
    decoded = decode(sys.stdin.buffer.read())
    if decoded is None:
        raise NenpathError("standard input: not text")
    reason = unreadable(decoded[0])
    if reason is not None:
        raise NenpathError(f"standard input: {'an empty report' if reason == 'empty' else 'not text'}")
    return decoded[0]
