"""Text files in the encoding they happen to be in: UTF-8 where it fits, else a named guess."""

from __future__ import annotations

import codecs
import io
from contextlib import suppress
from typing import IO

from charset_normalizer import from_bytes

from nenpath.archives.item import ArchiveError
from nenpath.archives.source import DAMAGED, Source

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT_MARK_NEVER = ["utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be", "utf_7"]
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_TOO_FEW = 8


def guess(sample: bytes) -> str | None:
    """Name the likeliest encoding of bytes that are not UTF-8, or nothing if it is no text."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if b"\0" in sample:
        return None
    foreign = sum(byte > 127 for byte in sample)
    if foreign < _TOO_FEW and 4 * foreign < len(sample):
        # Too little to tell alphabets apart by: Latin script in the commonest code page, if it fits.
        with suppress(UnicodeDecodeError):
            sample.decode("cp1252")
            return "cp1252"
    best = from_bytes(sample, cp_exclusion=_WITHOUT_MARK_NEVER).best()
    if best is None:
        return None
    with suppress(UnicodeDecodeError):
        # The code pages of Latin script differ in few places: the commonest one, where it reads the same.
        if sample.decode("cp1252") == str(best):
            return "cp1252"
    return best.encoding


def decode(data: bytes) -> tuple[str, str] | None:
    """Decode a whole file, keeping a byte order mark; the text and the encoding, or nothing if no text."""
    encoding: str | None = "utf-8"
    if any(data.startswith(mark) for mark, _ in _MARKS):
        encoding = guess(data[:8])
    elif 3 * data.count(0) > len(data):
        # UTF-16 without a mark: every other byte of Latin script is zero.
        encoding = "utf-16-be" if 2 * data[::2].count(0) > data.count(0) else "utf-16-le"
    with suppress(UnicodeDecodeError):
        return data.decode(encoding or "utf-8"), encoding or "utf-8"
    encoding = guess(data)
    if encoding is None:
        return None
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return None


def encoding_of(source: Source) -> str:
    """Find the encoding of a text file by reading it once, in constant memory.

    Raises
    ------
    ArchiveError
        If the file is empty, cannot be read, or is not text.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = b""
    with source.open() as file:
        try:
            while block := file.read(_BLOCK):
                if not first:
                    first = block[:_SAMPLE]
                    marked = any(first.startswith(mark) for mark, _ in _MARKS)
                    if marked:
                        return guess(first) or "utf-8"
                    if b"\0" in first.split(b"\n", 1)[0]:
                        raise ArchiveError(f"{source.name}: a binary file, not text")
                try:
                    decoder.decode(block)
                except UnicodeDecodeError as error:
                    around = block[max(0, error.start - _SAMPLE) : error.start + _SAMPLE]
                    return _guess_of(source, first + b"\n" + around)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _guess_of(source, first)
        except DAMAGED:
            raise ArchiveError(f"{source.name}: cannot be read to its end (truncated or damaged)") from None
    if not first:
        raise ArchiveError(f"{source.name}: an empty file")
    return "utf-8"


def _guess_of(source: Source, sample: bytes) -> str:
    encoding = guess(sample)
    if encoding is None and b"\0" in sample:
        raise ArchiveError(f"{source.name}: a binary file, not text")
    if encoding is None:
        raise ArchiveError(
            f"{source.name}: neither UTF-8 nor another encoding this program can tell; save as UTF-8"
        )
    return encoding


def open_text(source: Source, encoding: str, newline: str = "") -> IO[str]:
    """Open a text file as it is, without translating line ends; ``newline`` tells where its lines end."""
    return io.TextIOWrapper(source.open(), encoding=encoding, newline=newline)


def note(source: str, encoding: str) -> list[str]:
    """Name an encoding that had to be guessed."""
    return [] if encoding == "utf-8" else [f"{source} read as {encoding}"]
