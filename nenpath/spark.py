"""Extraction on a Spark cluster; needs ``pip install nenpath[spark]`` and nenpath on every executor.

>>> from nenpath import spark as nenpath_spark  # doctest: +SKIP
>>> records = nenpath_spark.extract(df, text="text", id="report_id")  # doctest: +SKIP
>>> records.write.parquet("records")  # doctest: +SKIP

Spark does the distribution; a record is computed by the same function as in ``nenpath run`` and is the same
to the byte. Each Python worker of an executor builds one engine and keeps it.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from nenpath import worker
from nenpath.archives.item import Columns, Fault, item_of
from nenpath.quiet import quiet
from nenpath.table import FieldTable, Shape, Table, arrow
from nenpath.worker import Loader, Outcome, Reader

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

SCHEMA = pa.schema(
    [
        ("report_id", pa.string()),
        ("reason", pa.string()),
        ("risk_level", pa.string()),
        ("probability_high", pa.float64()),
        ("record", pa.string()),
    ]
)
# Records are some ten times as long as their reports: what goes back to Spark goes in small batches.
_ROWS = 64


def extract(
    df: DataFrame,
    text: str = "text",
    id: str = "report_id",  # noqa: A002 - the public name
    *,
    patient: str | None = None,
    date: str | None = None,
    keep: Iterable[str] = (),
    patterns: str | None = None,
    calibration: str | None = None,
    time_limit: float = 60.0,
    loader: Loader | None = None,
) -> DataFrame:
    """Read the reports of a Spark DataFrame.

    Parameters
    ----------
    df
        One report per row.
    text, id, patient, date
        Names of its columns.
    keep
        Columns to take over into the records.
    patterns, calibration
        Paths, as each executor sees them, of data to use in place of the project's own.
    time_limit
        Seconds a report may take; then it has failed by ``timeout``.
    loader
        Builds what reads the reports, for tests.

    Returns
    -------
    pyspark.sql.DataFrame
        ``report_id``, ``reason`` (why there is no record, else null), ``risk_level``,
        ``probability_high``, and ``record``, the JSON text that ``nenpath cat`` writes. One row per row of
        `df`, in its order; an id that occurs twice is read twice. Like every DataFrame it is computed
        anew for each use: write it down before asking it twice.
    """
    columns = Columns(id, text, patient, date, tuple(keep))
    build = partial(_engine, loader or worker.load_engine, patterns, calibration)
    read = partial(_records, columns, build, time_limit)
    return df.select(*columns.wanted()).mapInArrow(read, _struct(SCHEMA))


def reports(records: DataFrame, keep: Iterable[str] = ()) -> DataFrame:
    """Flatten what :func:`extract` gave into one row per report, as in ``reports/`` of a result store."""
    table = Table(keep)
    return records.select("record").mapInArrow(partial(_flatten, table), _struct(table.schema))


def fields(records: DataFrame) -> DataFrame:
    """Flatten what :func:`extract` gave into one row per field, as in ``fields/`` of a result store."""
    table = FieldTable()
    return records.select("record").mapInArrow(partial(_flatten, table), _struct(table.schema))


@cache
def _engine(loader: Loader, patterns: str | None, calibration: str | None) -> Reader:
    """Build the engine of this process, once."""
    with quiet():
        return loader(Path(patterns) if patterns else None, Path(calibration) if calibration else None)


def _records(
    columns: Columns, build: Callable[[], Reader], time_limit: float, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    reader = build()
    for rows in _lots(batches):
        with quiet():  # what libraries print would land in the logs of the cluster
            answers = [_answer(reader, row, columns, time_limit) for row in rows]
        yield pa.RecordBatch.from_pylist(answers, schema=SCHEMA)


def _answer(reader: Reader, row: dict[str, Any], columns: Columns, time_limit: float) -> dict[str, Any]:
    item = item_of(row, columns, "", 0)
    if isinstance(item, Fault):
        outcome = Outcome(reason=item.reason)
    else:
        with _alarm(time_limit) as late:
            outcome = worker.answer(reader, item.text, item.report_id, item.meta)
        if late and outcome.record is None:
            outcome = Outcome(reason="timeout")
    answer = {name: getattr(outcome, name) for name in SCHEMA.names if name != "report_id"}
    return {"report_id": item.report_id, **answer}


@contextmanager
def _alarm(seconds: float) -> Iterator[list[bool]]:
    """Raise TimeoutError in the block when its time is over, and note that in the list given."""
    late: list[bool] = []
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield late
        return

    def end(*_: object) -> None:
        late.append(True)
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield late
    except TimeoutError:  # it rang when the report was just done
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _flatten(shape: Shape, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for rows in _lots(batches):
        found = [json.loads(row["record"]) for row in rows if row["record"] is not None]
        yield from arrow(shape, found).to_batches()


def _lots(batches: Iterable[pa.RecordBatch]) -> Iterator[list[dict[str, Any]]]:
    for batch in batches:
        for start in range(0, batch.num_rows, _ROWS):
            yield batch.slice(start, _ROWS).to_pylist()


def _struct(schema: pa.Schema) -> StructType:
    from pyspark.sql import types

    kinds = {
        pa.string(): types.StringType(),
        pa.float64(): types.DoubleType(),
        pa.int64(): types.LongType(),
        pa.int32(): types.IntegerType(),
        pa.bool_(): types.BooleanType(),
    }
    return types.StructType([types.StructField(column.name, kinds[column.type]) for column in schema])
