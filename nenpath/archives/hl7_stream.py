"""HL7 v2 files cut into messages, in constant memory: batches, MLLP frames, any line ends."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from nenpath.archives.encoding import guess
from nenpath.archives.item import LONGEST
from nenpath.archives.source import Source

_BLOCK = 1 << 16
_LINE_END = re.compile(b"\r\n|\r|\n")
_MARKS = (b"\xff\xfe", b"\xfe\xff")
#: MLLP: a vertical tab before a message, a file separator after it.
_FRAME = b"\x0b\x1c"
_ENVELOPE = (b"FHS", b"BHS", b"BTS", b"FTS")


@dataclass(slots=True)
class RawMessage:
    """The segments of one message, as bytes; a line break inside a segment is kept as a line feed."""

    separator: bytes
    segments: list[bytes] = field(default_factory=list)
    size: int = 0
    too_long: bool = False

    def add(self, segment: bytes) -> None:
        """Add a segment."""
        if self._fits(segment):
            self.segments.append(segment)

    def extend(self, line: bytes) -> None:
        """Take a line that begins no segment as more of the one before."""
        if self._fits(line):
            self.segments[-1] += b"\n" + line

    def _fits(self, line: bytes) -> bool:
        self.size += len(line) + 1
        self.too_long = self.too_long or self.size > LONGEST
        return not self.too_long


def messages(source: Source) -> Iterator[RawMessage | bytes]:
    """Cut a file into its messages; a line that belongs to none is given as it is (its first bytes)."""
    message: RawMessage | None = None
    blank = 0
    with source.open() as file:
        for raw in _lines(file):
            framed = b"\x0b" in raw or b"\x1c" in raw
            line = raw.strip(_FRAME) if framed else raw
            if not line.strip():
                blank += 0 if framed else 1
                continue
            tag, mark = line[:3], line[3:4]
            if tag == b"MSH" and not mark.isalnum() and not mark.isspace():
                if message is not None:
                    yield message
                message = RawMessage(mark)
                message.add(line)
            elif tag in _ENVELOPE and (len(line) == 3 or not (mark.isalnum() or mark.isspace())):
                if message is not None:
                    yield message
                message = None
            elif message is None:
                yield line[:80]
            elif mark == message.separator and _is_tag(tag):
                message.add(line)
            else:
                for _ in range(min(blank, 2)):
                    message.extend(b"")
                message.extend(line)
            blank = 0
    if message is not None:
        yield message


def begins(source: Source) -> bool:
    """Tell whether a file begins as HL7 does."""
    with source.open() as file:
        for line in _lines(file):
            line = line.strip(_FRAME + b" ")
            if line:
                return line[:3] in (b"MSH", b"FHS", b"BHS") and len(line) > 3 and not line[3:4].isalnum()
    return False


def _is_tag(tag: bytes) -> bool:
    return len(tag) == 3 and tag.isalnum() and tag[:1].isalpha() and tag.isupper()


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines ended by CR, LF or both; of a line that is too long, a little more than fits a message."""
    carry = b""
    for block in _blocks(file):
        pieces = _LINE_END.split(carry + block)
        if block.endswith(b"\r"):  # a line feed may follow
            pieces.pop()
            carry = pieces.pop() + b"\r"
        else:
            carry = pieces.pop()
        yield from pieces
        if len(carry) > 2 * LONGEST:
            carry = carry[: LONGEST + 1]
    for line in _LINE_END.split(carry):
        if line:
            yield line


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Blocks of a file that is UTF-8 or another superset of ASCII; UTF-16 is turned into UTF-8."""
    block = file.read(_BLOCK)
    encoding = guess(block[:4]) if block.startswith(_MARKS) else None
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    block = block.removeprefix(codecs.BOM_UTF8)
    while block:
        yield decoder.decode(block).removeprefix("\ufeff").encode("utf-8", "replace") if decoder else block
        block = file.read(_BLOCK)
