"""One report that is a file of its own; its id is the file's stem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from nenpath.archives import documents
from nenpath.archives.encoding import decode
from nenpath.archives.item import LONGEST, ArchiveError, Fault, Report, unreadable
from nenpath.archives.source import DAMAGED, Source

KINDS = (".txt", *documents.KINDS)
_MOST_BYTES = 4 * LONGEST


class SingleArchive:
    """A ``.txt``, ``.pdf``, ``.rtf`` or ``.docx`` file."""

    total: int | None = 1

    def __init__(self, source: Source) -> None:
        if source.kind in documents.KINDS:
            documents.require(source.kind, source.name)
        self._stored, self.source = source, source.name
        self._guessed: Counter[str] = Counter()

    @property
    def notes(self) -> list[str]:
        """The encoding, where it had to be guessed."""
        return guessed(self.source, self._guessed)

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield the report."""
        self._guessed.clear()
        yield report_of(self._stored, self.source, 1, self._guessed)


def report_of(source: Source, named: str, number: int, encodings: Counter[str]) -> Report | Fault:
    """Read the report a file is; encodings other than UTF-8 are counted."""
    try:
        text = _text(source, encodings)
    except documents.UnreadableError as error:
        return Fault(source.stem, error.reason, named, number)
    reason = unreadable(text)
    if reason is not None:
        return Fault(source.stem, reason, named, number)
    return Report(source.stem, text, {}, named, number)


def _text(source: Source, encodings: Counter[str]) -> str:
    try:
        data = source.read(_MOST_BYTES)
    except OverflowError:
        raise documents.UnreadableError("too_long") from None
    except (ArchiveError, *DAMAGED):
        raise documents.UnreadableError("unreadable") from None
    if not data:
        raise documents.UnreadableError("empty")
    if source.kind in documents.KINDS:
        return documents.text_of(source.kind, data)
    decoded = decode(data)
    if decoded is None:
        raise documents.UnreadableError("binary" if b"\0" in data else "unknown_encoding")
    text, encoding = decoded
    if encoding != "utf-8":
        encodings[encoding] += 1
    return text


def guessed(source: str, encodings: Counter[str]) -> list[str]:
    """Say how many reports were read in which guessed encoding."""
    return [f"{source}: {n:,} read as {name}" for name, n in sorted(encodings.items())]
