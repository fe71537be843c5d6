"""Archives of reports: every form they come in, read as a stream.

The format follows the name's ending: ``.parquet``, ``.csv``, ``.tsv``, ``.jsonl``, ``.hl7``, or a report of
its own: ``.txt``, ``.pdf``, ``.rtf``, ``.docx``. Each also inside ``.gz``, ``.zst`` or ``.zip``, in a folder,
or named by a pattern.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nenpath.archives.item import Archive, ArchiveError, Columns, Fault, Report

__all__ = [
    "Archive",
    "ArchiveError",
    "Columns",
    "Fault",
    "Report",
    "open_archive",
    "open_archives",
    "read_report",
]


def open_archive(path: Path, columns: Columns) -> Archive:
    """Open an input and check that it can be read: format, encoding, columns.

    Raises
    ------
    ArchiveError
        With one line that says what is wrong and, where it helps, what would be right.
    """
    return open_archives([path], columns)[0]


def open_archives(paths: Iterable[Path], columns: Columns) -> list[Archive]:
    """Open the inputs of one run: a report sent again in one of them supersedes what another one holds.

    Raises
    ------
    ArchiveError
        If one of them cannot be read.
    """
    from nenpath.archives.collection import Collection
    from nenpath.archives.hl7 import Hl7Archive
    from nenpath.archives.opening import Opening

    opening = Opening(columns)
    archives = [opening.path(path) for path in paths]
    for archive in archives:
        if isinstance(archive, Collection | Hl7Archive):
            archive.scan()
    opening.versions.settle()
    return archives


_SAID = {
    "empty": "an empty report",
    "binary": "a binary file, not text",
    "unreadable": "cannot be read",
    "unknown_encoding": "neither UTF-8 nor another encoding this program can tell; save as UTF-8",
    "too_long": "too long to be a report",
    "encrypted": "encrypted",
    "no_text_layer": "a scan without a text layer",
}


def read_report(path: Path) -> Report:
    """Read a file that is one report, for looking at.

    Raises
    ------
    ArchiveError
        If it is not one, is empty, or cannot be read.
    """
    from nenpath.archives import single
    from nenpath.archives.source import of_file

    source = of_file(path)
    archive = single.SingleArchive(source) if source.kind == "" else open_archive(path, Columns())
    reports: list[Report] = []
    for item in archive:
        if isinstance(item, Fault):
            raise ArchiveError(f"{path}: {_SAID.get(item.reason, item.reason)}")
        if not item.superseded:
            reports.append(item)
        if len(reports) > 1:
            break
    if len(reports) != 1:
        raise ArchiveError(
            f"{path}: holds {'more than one report' if reports else 'no report'}; use nenpath run"
        )
    return reports[0]
