"""One JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from nenpath.archives.encoding import encoding_of, note, open_text
from nenpath.archives.item import LONGEST, ArchiveError, Columns, Fault, Report, check_columns, item_of
from nenpath.archives.source import DAMAGED, Source

_LINES_TRIED = 20
# A text may double in length by being written as JSON; the rest of the object is short.
_LONGEST_LINE = 2 * LONGEST

_Row = dict[str, Any] | str


class JsonlArchive:
    """A ``.jsonl`` file; a line that is no JSON object is a fault, a file of such lines an error."""

    total: int | None = None

    def __init__(self, source: Source, columns: Columns) -> None:
        self._stored, self.columns, self.source = source, columns, source.name
        self._encoding = encoding_of(source)
        self._check()

    @property
    def notes(self) -> list[str]:
        """The encoding where it is not UTF-8."""
        return note(self.source, self._encoding)

    def _check(self) -> None:
        for _, row in islice(self._rows(), _LINES_TRIED):
            if isinstance(row, dict):
                check_columns(self.source, list(row), self.columns)
                return
        raise ArchiveError(f"{self.source}: the first line is no JSON object")

    def _rows(self) -> Iterator[tuple[int, _Row]]:
        """Yield each line that is not blank: its object, or the reason why it has none."""
        number = 0
        try:
            with open_text(self._stored, self._encoding, newline="\n") as file:
                while line := file.readline(_LONGEST_LINE):
                    number += 1
                    if len(line) == _LONGEST_LINE:
                        _skip_line(file)
                        yield number, "too_long"
                    elif line.strip():
                        yield number, _object(line.removeprefix("\ufeff"))
        except UnicodeDecodeError:
            raise ArchiveError(f"{self.source}: line {number + 1} is not {self._encoding}") from None
        except DAMAGED:
            raise ArchiveError(f"{self.source}: line {number + 1} cannot be read") from None

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield each line that is not blank."""
        for number, row in self._rows():
            if isinstance(row, str):
                yield Fault(None, row, self.source, number)
            else:
                yield item_of(row, self.columns, self.source, number)


def _skip_line(file: IO[str]) -> None:
    while (more := file.readline(_LONGEST_LINE)) and not more.endswith("\n"):
        pass


def _object(line: str) -> _Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return "not_json"
    return row if isinstance(row, dict) else "not_json"
