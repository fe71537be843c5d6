"""The tables beside the parts, for DuckDB, pandas, R and Spark: ``reports/`` and ``fields/``.

They hold nothing the parts do not, in files of the same numbers and order. A part is written first, then
its tables; each table carries the stamp of the part it was made from, so that a run that was killed between
the two makes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa

from nenpath.parts import Row, part_name, read_stamp, write_table
from nenpath.table import FieldTable, Shape, Table, arrow

DIRECTORIES = ("reports", "fields")
# A record takes some hundred kilobytes as Python objects: a part's records are never all open.
_AT_ONCE = 25


class Results:
    """The two tables of a store.

    Parameters
    ----------
    directory
        Of the store.
    kept
        The archive's columns kept in the records.
    """

    def __init__(self, directory: Path, kept: Iterable[str]) -> None:
        shapes: tuple[Shape, ...] = (Table(kept), FieldTable())
        self._shapes = {directory / name: shape for name, shape in zip(DIRECTORIES, shapes, strict=True)}

    def write(self, part: int, rows: Sequence[Row], stamp: str | None) -> None:
        """Write the tables of one part."""
        made = [row.record for row in rows if row.record is not None]
        pieces: dict[Path, list[pa.Table]] = {directory: [] for directory in self._shapes}
        for start in range(0, max(1, len(made)), _AT_ONCE):
            records = [json.loads(record) for record in made[start : start + _AT_ONCE]]
            for directory, shape in self._shapes.items():
                pieces[directory].append(arrow(shape, records))
        for directory, shape in self._shapes.items():
            table = pa.concat_tables(pieces.pop(directory)).combine_chunks()
            write_table(directory / part_name(part), table, _stamp(shape, stamp))

    def current(self, part: int, stamp: str | None) -> bool:
        """Tell whether the tables of a part were made from it, with the columns of today."""
        return all(
            read_stamp(directory / part_name(part)) == _stamp(shape, stamp)
            for directory, shape in self._shapes.items()
        )


def _stamp(shape: Shape, part: str | None) -> str:
    columns = "\n".join(f"{column.name} {column.type}" for column in shape.schema)
    return blake2b(f"{part}\n{columns}".encode(), digest_size=16).hexdigest()
