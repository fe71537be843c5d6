"""Coded data as it stands in a file: one row per tumor, every cell as words.

Cells are kept once for each different content, so that a registry's million rows are no burden.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from nenpath.errors import NenpathError

_SUFFIXES = ".csv, .tsv (also .gz), .xlsx, .parquet or NAACCR XML (.xml, .xml.gz)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its different cells, and which of them each row has."""

    name: str
    cells: list[str]
    rows: NDArray[np.int32]

    def at(self, row: int) -> str:
        """The cell of a row."""
        return self.cells[int(self.rows[row])]


@dataclass(frozen=True, slots=True)
class CodedFile:
    """A file of coded data."""

    path: Path
    columns: dict[str, Column]
    length: int
    naaccr: bool = False


def read(path: Path) -> CodedFile:
    """Read a file by its suffix.

    Raises
    ------
    NenpathError
        If it cannot be read; the message holds nothing of its cells.
    """
    name = path.name.lower()
    try:
        path.open("rb").close()  # for the system's own words on what is wrong
        if name.endswith((".csv", ".csv.gz")):
            return _of_table(path, _delimited(path, None))
        if name.endswith((".tsv", ".tsv.gz", ".tab")):
            return _of_table(path, _delimited(path, "\t"))
        if name.endswith((".parquet", ".pq")):
            return _of_table(path, pq.read_table(path))
        if name.endswith((".xlsx", ".xlsm")):
            return _of_rows(path, *_sheet(path))
        if name.endswith((".xml", ".xml.gz")):
            return _registry(path)
    except OSError as error:
        if error.strerror is None:
            raise NenpathError(f"{path}: cannot be read") from None
        raise NenpathError(f"{path}: {error.strerror}") from None
    except (pa.ArrowException, UnicodeDecodeError, csv.Error, BadZipFile, KeyError, ValueError):
        raise NenpathError(f"{path}: damaged, or not what its suffix says") from None
    raise NenpathError(f"{path}: coded data comes as {_SUFFIXES}")


def _delimited(path: Path, delimiter: str | None) -> pa.Table:
    with pa.input_stream(str(path), compression="detect") as stream:
        head = stream.read(1 << 16)
    encoding = "utf-8"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not merely cut within a character
            encoding = "latin-1"
    first = head.decode(encoding, errors="replace").lstrip("\ufeff").partition("\n")[0]
    if not first.strip():
        raise NenpathError(f"{path}: no header line")
    if delimiter is None:
        delimiter = max(",;\t|", key=first.count)
    names = next(csv.reader([first.rstrip("\r")], delimiter=delimiter))
    return pyarrow.csv.read_csv(
        pa.input_stream(str(path), compression="detect"),
        read_options=pyarrow.csv.ReadOptions(encoding=encoding),
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _of_table(path: Path, table: pa.Table) -> CodedFile:
    columns = {}
    for name in table.column_names:
        array = table[name]
        if pa.types.is_nested(array.type):
            continue
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
        if not pa.types.is_dictionary(array.type):
            array = array.dictionary_encode(null_encoding="encode")
        rows = np.asarray(array.indices.fill_null(-1), dtype=np.int32)
        cells = [_cell(value) for value in array.dictionary.to_pylist()]
        columns[name] = Column(name, [*cells, ""], rows)  # -1, a null, is the last
    return CodedFile(path, columns, table.num_rows)


def _of_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> CodedFile:
    known: list[dict[str, int]] = [{} for _ in header]
    indices: list[list[int]] = [[] for _ in header]
    length = 0
    for row in rows:
        length += 1
        for number, index in enumerate(indices):
            cell = _cell(row[number]) if number < len(row) else ""
            index.append(known[number].setdefault(cell, len(known[number])))
    columns = {
        name: Column(name, list(cells), np.asarray(index, dtype=np.int32))
        for name, cells, index in zip(header, known, indices, strict=True)
        if name
    }
    return CodedFile(path, columns, length)


def _sheet(path: Path) -> tuple[list[str], Iterable[Sequence[Any]]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    rows = ([_sheet_value(cell) for cell in row] for row in sheet.iter_rows())
    header = [_cell(cell) for cell in next(rows, [])]
    if not any(header):
        raise NenpathError(f"{path}: no header line in the first sheet")
    return header, (row for row in rows if any(cell is not None for cell in row))


def _sheet_value(cell: Any) -> Any:
    """The value of a cell; a share shown in percent as a person sees it: 0.068 in ``0.0%`` is "6.8 %"."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = re.sub(r'"[^"]*"|\\.', "", cell.number_format or "")
        if "%" in shown:
            return f"{value * 100:.10g} %"
    return value


def _registry(path: Path) -> CodedFile:
    from nenpath.exports.naaccr.read import read as read_xml

    tumors = list(read_xml(path))
    header = sorted({name for tumor in tumors for name in tumor})
    found = _of_rows(path, header, ([tumor.get(name, "") for name in header] for tumor in tumors))
    return CodedFile(path, found.columns, found.length, naaccr=True)


def _cell(value: Any) -> str:
    """Write a cell as words: whole numbers without ``.0``, which spreadsheets add to them.

    >>> [_cell(value) for value in (None, 34.0, 3.4, " G2 ", True)]
    ['', '34', '3.4', 'G2', 'true']
    """
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value).strip()
