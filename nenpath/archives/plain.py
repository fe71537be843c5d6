"""Reports as plain text files: one ``.txt``, or a folder of them; the id is the file's stem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nenpath.archives.encoding import DAMAGED, decode, open_bytes
from nenpath.archives.item import ArchiveError, Fault, Report, unreadable

_SUFFIXES = (".txt", ".txt.gz")


class PlainArchive:
    """Text files in order of their names, folders below included."""

    def __init__(self, path: Path) -> None:
        self.path, self.source = path, str(path)
        self._guessed: Counter[str] = Counter()
        self._files = [path] if path.is_file() else sorted(_text_files(path))
        if not self._files:
            raise ArchiveError(f"{path}: a folder without .txt files")
        self.total: int | None = len(self._files)

    @property
    def notes(self) -> list[str]:
        """How many files were read in which guessed encoding, so far."""
        return [f"{self.source}: {n} read as {name}" for name, n in sorted(self._guessed.items())]

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield each file."""
        self._guessed.clear()
        for number, file in enumerate(self._files, start=1):
            yield self._item(file, number)

    def _item(self, path: Path, number: int) -> Report | Fault:
        report_id = stem(path)
        try:
            with open_bytes(path) as file:
                data = file.read()
        except (ArchiveError, *DAMAGED):
            return Fault(report_id, "unreadable", self.source, number)
        decoded = decode(data)
        if decoded is None:
            return Fault(report_id, "binary" if b"\0" in data else "unknown_encoding", self.source, number)
        text, encoding = decoded
        if encoding != "utf-8":
            self._guessed[encoding] += 1
        reason = unreadable(text)
        if reason is not None:
            return Fault(report_id, reason, self.source, number)
        return Report(report_id, text, {}, self.source, number)


def read_text(path: Path) -> str:
    """Read one text file as it is, for looking at.

    Raises
    ------
    ArchiveError
        If it is empty, binary, or cannot be read.
    """
    item = PlainArchive(path)._item(path, 1)
    if isinstance(item, Fault):
        raise ArchiveError(f"{path}: {_SAID.get(item.reason, item.reason)}")
    return item.text


_SAID = {
    "empty": "an empty report",
    "binary": "a binary file, not text",
    "unreadable": "cannot be read",
    "unknown_encoding": "neither UTF-8 nor another encoding this program can tell; save as UTF-8",
}


def stem(path: Path) -> str:
    """Give the id of a text file.

    >>> stem(Path("old/H12.3.txt")), stem(Path("H4.txt.gz"))
    ('H12.3', 'H4')
    """
    name = path.name.removesuffix(".gz")
    encoded = Path(name).stem.encode("utf-8", "surrogateescape")
    return encoded.decode("utf-8", "replace")


def _text_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.name.lower().endswith(_SUFFIXES) and not path.name.startswith(".") and path.is_file():
            yield path
