"""Many files as one input: a folder, or a zip. Files that are a report each, and archives among them."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nenpath.archives import documents, single
from nenpath.archives.item import Archive, ArchiveError, Fault, Report
from nenpath.archives.source import Source, of_file

if TYPE_CHECKING:
    from nenpath.archives.opening import Opening


class Collection:
    """The files of a folder or zip.

    Tables are opened and checked at once; files that are a report, or HL7, one after the other.

    Parameters
    ----------
    name
        What rows call it.
    members
        The files, in order; may be iterated again.
    opening
        How archives among them are opened.
    """

    def __init__(self, name: str, members: Iterable[Source | Fault], opening: Opening) -> None:
        self.source, self._members, self._opening = name, members, opening
        self._guessed: Counter[str] = Counter()
        self._inner: dict[str, Archive] = {}
        self._hl7 = opening.hl7_notes(name)
        self.count = 0
        needed: set[str] = set()
        for member in members:
            self.count += 1
            if isinstance(member, Fault):
                continue
            if member.kind in documents.KINDS and member.kind not in needed:
                documents.require(member.kind, member.name)
                needed.add(member.kind)
            if member.kind not in (*single.KINDS, ".hl7") and not self._too_deep(member):
                self._inner[member.name] = opening.inner(member)

    @property
    def total(self) -> int | None:
        """How many reports, where each file is one."""
        return None if self._inner or self._hl7.seen else self.count

    @property
    def notes(self) -> list[str]:
        """Guessed encodings with counts, and what the archives among the files note."""
        inner = [note for archive in self._inner.values() for note in archive.notes]
        return single.guessed(self.source, self._guessed) + self._hl7.lines() + inner

    def scan(self) -> None:
        """Take note of the versions of HL7 reports."""
        for member in self._members:
            if isinstance(member, Fault):
                continue
            archive = self._inner.get(member.name)
            if isinstance(archive, Collection):
                archive.scan()
            elif member.kind == ".hl7":
                self._hl7.seen = True
                with suppress(ArchiveError):  # said when it is read
                    self._opening.hl7(member, self._hl7).scan()

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield the reports of each file."""
        self._guessed.clear()
        self._hl7.clear()
        for number, member in enumerate(self._members, start=1):
            if isinstance(member, Fault):
                yield member
            elif member.kind in single.KINDS:
                yield single.report_of(member, self.source, number, self._guessed)
            elif member.name in self._inner:
                yield from self._inner[member.name]
            elif member.kind == ".hl7":
                yield from self._messages(member, number)
            else:
                yield Fault(None, "nested_too_deep", self.source, number)

    def _messages(self, member: Source, number: int) -> Iterator[Report | Fault]:
        """Messages of a file; one damaged file among many does not end the run."""
        try:
            yield from self._opening.hl7(member, self._hl7)
        except ArchiveError:
            yield Fault(None, "unreadable", self.source, number)

    def _too_deep(self, member: Source) -> bool:
        return member.kind == ".zip" and not self._opening.may_nest


class Folder:
    """The files of a folder, those of folders below included, in order of their names."""

    def __init__(self, path: Path, kinds: tuple[str, ...]) -> None:
        self._path, self._kinds = path, kinds

    def __iter__(self) -> Iterator[Source]:
        """Yield each file of a kind that is read; one at a time, since there may be millions."""
        yield from self._below(str(self._path))

    def _below(self, folder: str) -> Iterator[Source]:
        try:
            with os.scandir(folder) as entries:
                found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        except OSError as error:
            raise ArchiveError(f"{folder}: {error.strerror or 'cannot be read'}") from None
        for name, is_folder in found:
            path = Path(folder, name)
            if name.startswith("."):
                continue
            if is_folder:
                yield from self._below(str(path))
            elif of_file(path, 0).kind in self._kinds and path.is_file():
                yield of_file(path)


class Matches:
    """The files a pattern such as ``2019-*/*.txt`` matches, in order of names; folders with their files."""

    def __init__(self, pattern: str, kinds: tuple[str, ...]) -> None:
        self._pattern, self._kinds = pattern, kinds

    def __iter__(self) -> Iterator[Source]:
        """Yield each file of a kind that is read."""
        names = glob.glob(self._pattern, recursive=True)  # noqa: PTH207 - may be absolute
        for path in sorted(map(Path, names)):
            if path.is_dir():
                if "**" not in self._pattern:
                    yield from Folder(path, self._kinds)
            elif of_file(path, 0).kind in self._kinds and path.is_file():
                yield of_file(path)
