"""Spark gives what a local run gives, record by record; needs Java and ``nenpath[spark]``."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from extractor import catalog
from nenpath import batch
from nenpath.archives import Columns
from nenpath.progress import Progress
from nenpath.store import Store
from tests import stand_in

sql = pytest.importorskip("pyspark.sql")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs Java", allow_module_level=True)

from nenpath import spark  # noqa: E402

ROOT = Path(__file__).parent.parent
SAMPLES = sorted((ROOT / "corpora" / "samples").glob("*.txt"))


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, sys.path)]))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        found = builder.config("spark.log.level", "ERROR").getOrCreate()
        yield found
        found.stop()


def test_records_and_tables_are_those_of_a_local_run(session: Any, tmp_path: Path) -> None:
    rows = [
        {"report_id": path.stem, "text": path.read_text(encoding="utf-8"), "ward": f"w{number}"}
        for number, path in enumerate(SAMPLES)
    ]
    rows.append({"report_id": "blank", "text": " ", "ward": "w"})
    source, out = tmp_path / "x.jsonl", tmp_path / "out"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = batch.Settings(columns=Columns(keep=("ward",)), workers=1)
    batch.run([source], out, settings, Progress(Console(quiet=True)))
    local = Store(out)

    df = session.createDataFrame(rows, "report_id string, text string, ward string").repartition(2)
    found = spark.extract(df, text="text", id="report_id", keep=["ward"]).cache()
    records = {row.report_id: row.record for row in found.collect()}
    assert records == {row["report_id"]: row["record"] for row in local.rows("report_id", "record")}
    assert {row.report_id: row.reason for row in found.collect()} == {
        row["report_id"]: row["reason"] for row in local.rows("report_id", "reason")
    }
    for name, flat in (("reports", spark.reports(found, ["ward"])), ("fields", spark.fields(found))):
        key = ["report_id", "field"] if name == "fields" else ["report_id"]
        expected = pq.read_table(out / name).to_pandas().sort_values(key, ignore_index=True)
        given = flat.toPandas().sort_values(key, ignore_index=True)
        assert list(given.columns) == list(expected.columns)
        assert given.to_json() == expected.to_json()


def test_the_page(session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [(path.stem, path.read_text(encoding="utf-8"), "7b") for path in SAMPLES[:2]] + [("e", "", "7b")]
    names = ["report_id", "text", "ward"]
    pq.write_table(
        pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows]), "reports.parquet"
    )
    page = (ROOT / "docs" / "spark.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    # Spark reads and writes where its Java process was started.
    for name in ("reports.parquet", "records", "reports_table", "fields_table"):
        code = code.replace(f'"{name}"', f'"{(tmp_path / name).as_uri()}"')
    found: dict[str, Any] = {"spark": session}
    exec(code, found)
    assert [tuple(row) for row in found["failures"].collect()] == [("e", "empty")]
    table = pq.read_table("reports_table").select(["report_id", "ward"]).to_pylist()
    assert sorted(row["report_id"] for row in table) == sorted(path.stem for path in SAMPLES[:2])
    assert {row["ward"] for row in table} == {"7b"}
    assert pq.read_table("fields_table").num_rows == 2 * len(catalog.fields())


def test_faults_stay_with_their_report(session: Any) -> None:
    texts = {"a": "Ki-67 3 %", "b": "CRASH", "c": "HANG", "d": "", "e": "SHOUT Ki-67 5 %"}
    df = session.createDataFrame(list(texts.items()), "number string, body string").coalesce(1)
    found = spark.extract(df, text="body", id="number", time_limit=0.5, loader=stand_in.load).collect()
    assert [(row.report_id, row.reason) for row in found] == [
        ("a", None),
        ("b", "error: ValueError"),
        ("c", "timeout"),
        ("d", "empty"),
        ("e", None),
    ]
