"""Where bytes come from: a file or a member of a zip, unpacked on the way and never written to disk."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

from nenpath.archives.item import ArchiveError

#: Unpacking to more than this many times the packed size is what decompression bombs do (text: 3 to 50).
MOST_EXPANSION = 1000
_ALWAYS_ALLOWED = 1 << 24
_PACKINGS = (".gz", ".zst")
_TAIL = 1 << 20
#: What reading a damaged or truncated stream raises.
DAMAGED = (
    OSError,
    EOFError,
    zlib.error,
    BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Source:
    """One input stream.

    Parameters
    ----------
    name
        What messages and rows call it: its path, or that of the zip and the member's name.
    size
        Bytes as stored.
    raw
        Opens the stored bytes.
    path
        Where it lies as a file of its own.
    """

    name: str
    size: int
    raw: Callable[[], IO[bytes]]
    path: Path | None = None

    @property
    def packing(self) -> str:
        """``.gz``, ``.zst`` or nothing."""
        return _packing(self.name)

    @property
    def kind(self) -> str:
        """The name's ending, that of the packing left away."""
        return kind_of(self.name)

    @property
    def stem(self) -> str:
        """The id of a report that is a file of its own.

        >>> of_file(Path("old/H12.3.txt"), 1).stem, of_file(Path("H4.txt.gz"), 1).stem
        ('H12.3', 'H4')
        """
        encoded = Path(_unpacked(self.name)).stem.encode("utf-8", "surrogateescape")
        return encoded.decode("utf-8", "replace")

    @property
    def in_place(self) -> Path | None:
        """The file, if its bytes can be read as they lie there."""
        return None if self.packing else self.path

    def open(self) -> IO[bytes]:
        """Open for reading from the beginning, unpacked.

        Raises
        ------
        ArchiveError
            If it cannot be opened.
        """
        try:
            raw = self.raw()
        except OSError as error:
            raise ArchiveError(f"{self.name}: {error.strerror or 'cannot be read'}") from None
        except (BadZipFile, NotImplementedError, RuntimeError):
            raise ArchiveError(f"{self.name}: damaged, or packed in a way this program cannot read") from None
        if self.packing == ".gz":
            return self._limited(gzip.GzipFile(fileobj=raw, mode="rb"), raw)
        if self.packing == ".zst":
            import pyarrow as pa  # tells a truncated stream from one that ended, and reads several frames

            return self._limited(pa.CompressedInputStream(raw, "zstd"), raw)
        return raw if self.path is not None else self._limited(raw, raw)

    def open_seekable(self) -> IO[bytes]:
        """Open for reading anywhere, such as Parquet and zip need it; going back unpacks again."""
        if self.in_place is not None:
            return self.open()
        return io.BufferedReader(_Rewinding(self.open), _TAIL)

    def read(self, most: int) -> bytes:
        """Read all of it, if it has at most so many bytes.

        Raises
        ------
        OverflowError
            If it has more.
        """
        with self.open() as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise OverflowError
        return data

    def _limited(self, stream: Any, raw: IO[bytes]) -> IO[bytes]:
        return io.BufferedReader(_Limited(stream, raw, self.name, allowance(self.size)), 1 << 16)


def of_file(path: Path, size: int | None = None) -> Source:
    """Take a file as a source."""
    return Source(str(path), path.stat().st_size if size is None else size, lambda: path.open("rb"), path)


def kind_of(name: str) -> str:
    """Give a name's ending in small letters, that of a packing left away.

    >>> kind_of("a/x.CSV.GZ"), kind_of("a.b/x"), kind_of("x.zst")
    ('.csv', '', '')
    """
    return Path(_unpacked(name)).suffix.lower()


def _packing(name: str) -> str:
    return next((end for end in _PACKINGS if name.lower().endswith(end)), "")


def _unpacked(name: str) -> str:
    return name[: len(name) - len(_packing(name))]


def allowance(size: int) -> int:
    """How many bytes so many packed bytes may become."""
    return max(_ALWAYS_ALLOWED, MOST_EXPANSION * size)


def expansion(name: str) -> ArchiveError:
    """Say that something unpacks to too much."""
    return ArchiveError(
        f"{name}: unpacks to more than {MOST_EXPANSION} times its size; refused as a decompression bomb"
    )


class _Limited(io.RawIOBase):
    """A stream that gives so many bytes and no more, and closes what it reads from."""

    def __init__(self, stream: Any, raw: IO[bytes], name: str, left: int) -> None:
        self._stream, self._raw, self._name, self._left = stream, raw, name, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise expansion(self._name)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._raw.close()
        super().close()


class _Rewinding(io.RawIOBase):
    """Random access to a stream that only runs forward: going back means beginning again.

    The end is kept in memory, since that is where Parquet and zip files have their index.
    """

    def __init__(self, opener: Callable[[], IO[bytes]]) -> None:
        self._opener, self._stream = opener, opener()
        self._at = self._wanted = 0
        self._size: int | None = None
        self._tail = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._wanted

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self._wanted
        elif whence == io.SEEK_END:
            offset += self._measure()
        if offset < 0:
            raise OSError("before the beginning")
        self._wanted = offset
        return offset

    def readinto(self, buffer: Any) -> int:
        data = self._from_tail(len(buffer))
        if data is None:
            self._go()
            data = self._stream.read(len(buffer))
            self._at += len(data)
        buffer[: len(data)] = data
        self._wanted += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()

    def _from_tail(self, length: int) -> bytes | None:
        if self._size is None or self._wanted < self._size - len(self._tail):
            return None
        start = self._wanted - (self._size - len(self._tail))
        return self._tail[start : start + length]

    def _measure(self) -> int:
        if self._size is None:
            while block := self._stream.read(_TAIL):
                self._at += len(block)
                self._tail = (self._tail + block)[-_TAIL:]
            self._size = self._at
        return self._size

    def _go(self) -> None:
        if self._wanted < self._at:
            self._stream.close()
            self._stream, self._at = self._opener(), 0
        while self._at < self._wanted:
            skipped = self._stream.read(min(_TAIL, self._wanted - self._at))
            if not skipped:
                return
            self._at += len(skipped)
