"""One JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from nenpath.archives.encoding import DAMAGED, encoding_of, note, open_text
from nenpath.archives.item import ArchiveError, Columns, Fault, Report, check_columns, item_of

_LINES_TRIED = 20


class JsonlArchive:
    """A ``.jsonl`` file; a line that is no JSON object is a fault, a file of such lines an error."""

    total: int | None = None

    def __init__(self, path: Path, columns: Columns) -> None:
        self.path, self.columns, self.source = path, columns, str(path)
        self._encoding = encoding_of(path)
        self._check()

    @property
    def notes(self) -> list[str]:
        """The encoding where it is not UTF-8."""
        return note(self.source, self._encoding)

    def _check(self) -> None:
        for _, row in islice(self._rows(), _LINES_TRIED):
            if row is not None:
                check_columns(self.path, list(row), self.columns)
                return
        raise ArchiveError(f"{self.path}: the first line is no JSON object")

    def _rows(self) -> Iterator[tuple[int, dict[str, Any] | None]]:
        number = 0
        try:
            with open_text(self.path, self._encoding) as file:
                for line in _lines(file):
                    number += 1
                    if line.strip():
                        yield number, _object(line.removeprefix("\ufeff"))
        except UnicodeDecodeError:
            raise ArchiveError(f"{self.path}: line {number + 1} is not {self._encoding}") from None
        except DAMAGED:
            raise ArchiveError(f"{self.path}: line {number + 1} cannot be read") from None

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield each line that is not blank."""
        for number, row in self._rows():
            if row is None:
                yield Fault(None, "not_json", self.source, number)
            else:
                yield item_of(row, self.columns, self.source, number)


def _lines(file: Any) -> Iterator[str]:
    # newline="" also ends lines at a lone carriage return, which JSON allows between its tokens.
    held = ""
    for line in file:
        held += line
        if held.endswith("\n"):
            yield held
            held = ""
    if held:
        yield held


def _object(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None
