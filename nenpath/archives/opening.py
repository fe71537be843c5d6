"""Which reader an input gets: by its name's ending."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nenpath.archives import single
from nenpath.archives.item import Archive, ArchiveError, Columns, Fault
from nenpath.archives.source import Source, kind_of, of_file
from nenpath.archives.zipped import MOST_NESTED, Members

if TYPE_CHECKING:
    from nenpath.archives.collection import Collection
    from nenpath.archives.hl7 import Hl7Archive, Notes
    from nenpath.archives.hl7_versions import Versions

KINDS = (".parquet", ".csv", ".tsv", ".jsonl", ".hl7", ".zip", *single.KINDS)
READ = ".parquet .csv .tsv .jsonl .txt .hl7 .pdf .rtf .docx .zip, these in .gz or .zst, or a folder of them"


def _versions() -> Versions:
    from nenpath.archives.hl7_versions import Versions

    return Versions()


@dataclass(frozen=True)
class Opening:
    """Opens the inputs of one run, which share their HL7 versions."""

    columns: Columns
    versions: Versions = field(default_factory=_versions)
    depth: int = 0

    @property
    def may_nest(self) -> bool:
        """Whether a zip found here may be opened."""
        return self.depth < MOST_NESTED

    def path(self, path: Path) -> Archive:
        """Open a file or folder.

        Raises
        ------
        ArchiveError
            With one line that says what is wrong and, where it helps, what would be right.
        """
        from nenpath.archives.collection import Folder, Matches

        try:
            if path.is_dir():
                return self._collection(str(path), Folder(path, KINDS), "a folder")
            if not path.exists() and glob.has_magic(str(path)):
                return self._collection(str(path), Matches(str(path), KINDS), "a pattern")
            if not path.exists():
                raise ArchiveError(f"{path}: no such file or folder")
            return self.inner(of_file(path))
        except OSError as error:
            raise ArchiveError(f"{path}: {error.strerror or 'cannot be read'}") from None

    def inner(self, source: Source) -> Archive:
        """Open a file, or a member of a zip."""
        kind = source.kind
        if kind in (".csv", ".tsv"):
            from nenpath.archives.delimited import DelimitedArchive

            return DelimitedArchive(source, self.columns)
        if kind == ".jsonl":
            from nenpath.archives.jsonl import JsonlArchive

            return JsonlArchive(source, self.columns)
        if kind == ".parquet":
            from nenpath.archives.table import ParquetArchive

            return ParquetArchive(source, self.columns)
        if kind == ".hl7":
            return self.hl7(source)
        if kind == ".zip":
            return self._zip(source)
        if kind in single.KINDS:
            return single.SingleArchive(source)
        raise ArchiveError(f"{source.name}: not a format this program reads; use {READ}")

    def hl7(self, source: Source, notes: Notes | None = None) -> Hl7Archive:
        """Open a file of HL7 messages; ``notes`` are shared by the files of a folder."""
        from nenpath.archives.hl7 import Hl7Archive

        return Hl7Archive(source, self.versions, notes)

    def hl7_notes(self, source: str) -> Notes:
        """Begin the notes of a folder's HL7 files."""
        from nenpath.archives.hl7 import Notes

        return Notes(source)

    def _zip(self, source: Source) -> Collection:
        members = Members(source, lambda name: kind_of(name) in KINDS)
        return replace(self, depth=self.depth + 1)._collection(source.name, members, "a zip")

    def _collection(self, name: str, members: Iterable[Source | Fault], what: str) -> Collection:
        from nenpath.archives.collection import Collection

        found = Collection(name, members, self)
        if found.count == 0:
            raise ArchiveError(f"{name}: {what} without files this program reads")
        return found
