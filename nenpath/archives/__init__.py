"""Archives of reports: every form they come in, read as a stream.

The format follows the name's ending: ``.parquet``, ``.csv``, ``.tsv``, ``.jsonl``, ``.txt`` (each but the
first also inside ``.gz``), or a folder of ``.txt``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nenpath.archives.item import Archive, ArchiveError, Columns, Fault, Report

__all__ = ["Archive", "ArchiveError", "Columns", "Fault", "Report", "open_archive", "open_archives"]

_READ = ".parquet .csv .tsv .jsonl .txt, or a folder of .txt"
_NOT_YET = (".hl7", ".zip", ".zst", ".pdf", ".rtf", ".docx")


def open_archive(path: Path, columns: Columns) -> Archive:
    """Open an input and check that it can be read: format, encoding, columns.

    Raises
    ------
    ArchiveError
        With one line that says what is wrong and, where it helps, what would be right.
    """
    if not path.exists():
        raise ArchiveError(f"{path}: no such file or folder")
    kinds = [suffix.lower() for suffix in path.suffixes]
    kind = kinds[-1] if kinds else ""
    if kind in _NOT_YET:
        raise ArchiveError(f"{path}: {kind} is not supported yet; use {_READ}")
    if kind == ".gz":
        kind = kinds[-2] if len(kinds) > 1 else ""
    if path.is_dir() or kind == ".txt":
        from nenpath.archives.plain import PlainArchive

        return PlainArchive(path)
    if kind in (".csv", ".tsv"):
        from nenpath.archives.delimited import DelimitedArchive

        return DelimitedArchive(path, columns, kind)
    if kind == ".jsonl":
        from nenpath.archives.jsonl import JsonlArchive

        return JsonlArchive(path, columns)
    if kind == ".parquet" and kinds[-1] != ".gz":
        from nenpath.archives.table import ParquetArchive

        return ParquetArchive(path, columns)
    raise ArchiveError(f"{path}: not a format this program reads; use {_READ}")


def open_archives(paths: Iterable[Path], columns: Columns) -> list[Archive]:
    """Open the inputs of one run."""
    return [open_archive(path, columns) for path in paths]
