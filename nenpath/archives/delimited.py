"""Comma- and tab-separated tables with a header line, embedded newlines included."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import IO

from nenpath.archives.encoding import encoding_of, note, open_text
from nenpath.archives.item import LONGEST, ArchiveError, Columns, Fault, Report, check_columns, item_of
from nenpath.archives.source import DAMAGED, Source

_DELIMITERS = {".csv": (",", ";", "\t", "|"), ".tsv": ("\t",)}
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
# A table without a header line starts with a patient's report: such words must not reach an error message.
_HEADING = re.compile(r"(?!.*\d{3})\w[\w.\-/#]*(?: [\w.\-/#]+){0,2}")
_COLUMN_WORDS = frozenset(
    re.findall(
        "[a-z]+",
        """accession age body case code column content date diagnosis doc document facility file
        history hospital id key mrn name no note nr num number patient path pathology pid report
        result sex site source specimen text time title type uid ward year""",
    )
)


class DelimitedArchive:
    """A ``.csv`` or ``.tsv`` file; a ``.csv`` may use semicolons, tabs or bars."""

    total: int | None = None

    def __init__(self, source: Source, columns: Columns) -> None:
        self._stored, self.columns, self.source = source, columns, source.name
        self._encoding = encoding_of(source)
        self._delimiter = self._find_delimiter(_DELIMITERS[source.kind])

    @property
    def notes(self) -> list[str]:
        """The encoding and the delimiter where they are not the usual ones."""
        usual = self._delimiter in (",", "\t")
        separated = [] if usual else [f"{self.source} read as separated by {_NAMES[self._delimiter]}"]
        return note(self.source, self._encoding) + separated

    def _header(self, delimiter: str) -> list[str]:
        with open_text(self._stored, self._encoding) as file:
            try:
                return next(self._reader(_RowLines(file), delimiter), [])
            except (csv.Error, _TooLongError, *DAMAGED):
                return []

    def _reader(self, lines: _RowLines, delimiter: str) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST)  # of the whole process: others may have set it since
        return csv.reader(lines, delimiter=delimiter)

    def _find_delimiter(self, candidates: tuple[str, ...]) -> str:
        headers = {delimiter: self._header(delimiter) for delimiter in candidates}
        for delimiter, header in headers.items():
            if set(self.columns.wanted()) <= set(header):
                return delimiter
        delimiter, header = max(headers.items(), key=lambda pair: len(pair[1]))
        if not header:
            raise ArchiveError(f"{self.source}: no header line")
        if not _names_columns(header):
            missing = ", ".join(repr(name) for name in self.columns.wanted() if name not in header)
            raise ArchiveError(
                f"{self.source}: no column {missing}; its first line may be a report's and is not repeated"
                " here (see --id-column, --text-column)"
            )
        check_columns(self.source, header, self.columns)
        return delimiter

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield each row; raise ArchiveError where a quote opens and never closes."""
        number = 0
        with open_text(self._stored, self._encoding) as file:
            lines = _RowLines(file)
            reader = self._reader(lines, self._delimiter)
            try:
                header = next(reader)
                lines.row.clear()
                for cells in reader:
                    if not cells:
                        lines.row.clear()
                        continue
                    number += 1
                    if len(lines.row) > 1 and lines.ended and self._is_open(lines.row):
                        raise ArchiveError(
                            f"{self.source}: the quote opened in row {number} never closes; "
                            "the rows from there on were not read"
                        )
                    lines.row.clear()
                    yield self._item(header, cells, number)
            except UnicodeDecodeError:
                raise ArchiveError(
                    f"{self.source}: row {number + 1} is not {self._encoding}; save the file as UTF-8"
                ) from None
            except (csv.Error, _TooLongError) as error:
                long = isinstance(error, _TooLongError) or "field larger" in str(error)
                what = f"is longer than {LONGEST:,} characters (an open quote?)" if long else "cannot be read"
                raise ArchiveError(f"{self.source}: row {number + 1} {what}") from None
            except DAMAGED:
                raise ArchiveError(f"{self.source}: row {number + 1} cannot be read") from None

    def _item(self, header: list[str], cells: list[str], number: int) -> Report | Fault:
        row = dict(zip(header, cells, strict=False))
        if len(cells) != len(header):
            # Shifted cells would put words into the wrong column, or cut a report short.
            report_id = row.get(self.columns.report_id) if len(cells) > len(header) else None
            return Fault(report_id or None, "malformed_row", self.source, number)
        return item_of(row, self.columns, self.source, number)

    def _is_open(self, lines: list[str]) -> bool:
        try:
            list(csv.reader(lines, delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False


def _names_columns(header: list[str]) -> bool:
    """Tell whether cells may be shown as the names of columns, rather than being a report's first line."""
    if len(header) < 2 or not all(len(name) <= 40 and _HEADING.fullmatch(name) for name in header):
        return False
    words = [re.findall("[a-z]+", re.sub("(?<=[a-z])(?=[A-Z])", " ", name).lower()) for name in header]
    known = [not _COLUMN_WORDS.isdisjoint(found) for found in words]
    return 2 * sum(known_ or "_" in name for known_, name in zip(known, header, strict=True)) > len(header)


class _TooLongError(Exception):
    """A line too long to be one of a table of reports."""


class _RowLines:
    """The lines of a file without its byte order mark, remembering those of the row being read."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._first = True
        self.row: list[str] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(2 * LONGEST)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) == 2 * LONGEST:
            raise _TooLongError
        if self._first:
            line, self._first = line.removeprefix("\ufeff"), False
        self.row.append(line)
        return line
