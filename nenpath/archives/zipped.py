"""The members of a zip, read in the order they are stored in, never written anywhere."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from typing import IO

from nenpath.archives.item import ArchiveError, Fault
from nenpath.archives.source import DAMAGED, Source, allowance, expansion

#: A zip may lie in a zip, no deeper.
MOST_NESTED = 2
_ENCRYPTED = 1
_SEPARATORS = re.compile(r"[/\\]")


class Members:
    """The members of a zip, as sources; what may not be read is a fault.

    Raises
    ------
    ArchiveError
        If it is no whole zip, encrypted altogether, or a decompression bomb.
    """

    def __init__(self, source: Source, reads: Callable[[str], bool]) -> None:
        self._source, self._reads = source, reads
        try:
            self._zip = zipfile.ZipFile(source.open_seekable())
        except ArchiveError:
            raise
        except DAMAGED:
            raise ArchiveError(f"{source.name}: not a whole zip file (truncated, or not zip)") from None
        wanted = [info for info in self._zip.infolist() if self._wanted(info)]
        if not wanted:
            raise ArchiveError(f"{source.name}: a zip without files this program reads")
        if all(info.flag_bits & _ENCRYPTED for info in wanted):
            raise ArchiveError(f"{source.name}: encrypted; unpack it first")
        if sum(info.file_size for info in wanted) > allowance(source.size):
            raise expansion(source.name)

    def __iter__(self) -> Iterator[Source | Fault]:
        """Yield each member of a kind that is read, in stored order."""
        number = 0
        for info in self._zip.infolist():
            if not self._wanted(info):
                continue
            number += 1
            if is_unsafe(info.orig_filename):
                yield Fault(None, "unsafe_name", self._source.name, number)
            elif info.flag_bits & _ENCRYPTED:
                yield Fault(None, "encrypted", self._source.name, number)
            else:
                yield self._member(info)

    def _member(self, info: zipfile.ZipInfo) -> Source:
        def raw() -> IO[bytes]:
            return self._zip.open(info)

        return Source(f"{self._source.name}/{_printable(info.filename)}", info.compress_size, raw)

    def _wanted(self, info: zipfile.ZipInfo) -> bool:
        *folders, last = info.filename.split("/")
        hidden = "__MACOSX" in folders or (last.startswith(".") and not is_unsafe(info.orig_filename))
        return not info.is_dir() and not hidden and self._reads(last)


def is_unsafe(name: str) -> bool:
    r"""Tell whether a member's name points out of the zip, as no honest archiver writes it.

    >>> [is_unsafe(name) for name in ("a/b.txt", "../b.txt", "/etc/b.txt", "C:\\b.txt", "a\\..\\b.txt")]
    [False, True, True, True, True]
    """
    parts = _SEPARATORS.split(name)
    return not parts[0] or ".." in parts or parts[0].endswith(":") or "\0" in name


def _printable(name: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in name)
