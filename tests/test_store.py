"""The result store: whole at any moment, the same bytes however often it was interrupted."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from benchmarks import kills
from extractor import catalog
from nenpath import store as store_module
from nenpath.archives import Columns
from nenpath.index import Verdict
from nenpath.parts import Row, read_part, write_part
from nenpath.progress import Progress
from nenpath.store import Store, StoreError, Writer
from nenpath.table import Table
from tests import stand_in


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "PART_ROWS", 4)


def write_reports(path: Path, reports: list[tuple[str, str]]) -> Path:
    path.write_text("".join(json.dumps({"report_id": i, "text": t}) + "\n" for i, t in reports))
    return path


def numbered(count: int) -> list[tuple[str, str]]:
    return [(f"r{n}", f"Ki-67 {n} %") for n in range(count)]


def content(directory: Path) -> dict[str, bytes]:
    """All bytes of a store but the time it was created."""
    manifest = json.loads((directory / "manifest.json").read_text())
    del manifest["created"]
    files = {
        str(path.relative_to(directory)): path for path in sorted(directory.rglob("*")) if path.is_file()
    }
    del files["lock"], files["manifest.json"]
    return {"manifest": json.dumps(manifest).encode()} | {name: p.read_bytes() for name, p in files.items()}


def ki67(directory: Path) -> dict[str, Any]:
    """Ki-67 per report, in the order of the store."""
    found = {}
    for record in Store(directory).records():
        value = record["fields"]["ki67_percent"]["value"]
        found[record["report_id"]] = value and value["low"]
    return found


class Stopping(Progress):
    """Interrupts a run after some reports, as Ctrl-C does."""

    def __init__(self, after: int) -> None:
        super().__init__(Console(quiet=True))
        self._left = after

    def advance(self, failures: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt


class Saying(Progress):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__(Console(quiet=True))
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def test_records_come_back_in_input_order(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(10))
    result = stand_in.run([source], tmp_path / "out", workers=2)
    assert result.verdicts == Counter({Verdict.NEW: 10})
    assert ki67(tmp_path / "out") == {f"r{n}": n for n in range(10)}
    assert [path.name for path in Store(tmp_path / "out").parts] == [
        "part-000000.parquet",
        "part-000001.parquet",
        "part-000002.parquet",
    ]


def test_rows_survive_a_part(tmp_path: Path) -> None:
    rows = [
        Row(
            "a",
            "x.csv",
            1,
            None,
            "s" * 64,
            None,
            "d1",
            "e1",
            "high",
            0.5,
            ["grade"],
            [],
            "{}",
            "text\r\n\ufeff",
        ),
        Row(None, "x.csv", 2, "missing_id", digest="d2"),
    ]
    write_part(tmp_path / "p.parquet", rows)
    assert read_part(tmp_path / "p.parquet") == rows


@pytest.mark.parametrize("after", [0, 3, 4, 9])
def test_interrupted_and_continued_store_is_identical(tmp_path: Path, after: int) -> None:
    reports = [*numbered(10), ("r1", "other text"), ("e", ""), ("r2", "Ki-67 2 %"), ("x", "CRASH")]
    source = write_reports(tmp_path / "x.jsonl", reports)
    stand_in.run([source], tmp_path / "whole")
    first = stand_in.run([source], tmp_path / "out", progress=Stopping(after))
    assert first.interrupted
    second = stand_in.run([source], tmp_path / "out")
    assert not second.interrupted
    assert content(tmp_path / "out") == content(tmp_path / "whole")
    assert second.failures == Counter({"duplicate_id": 1, "empty": 1, "error: ValueError": 1})


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_and_continued_store_is_identical(tmp_path: Path) -> None:
    reports = [(name, f"{text} SLOW") for name, text in numbered(40)]
    source = write_reports(tmp_path / "x.jsonl", reports)
    stand_in.run([source], tmp_path / "whole")
    code = (
        "import sys, pathlib\nfrom tests import stand_in\nfrom nenpath import store\nstore.PART_ROWS = 4\n"
        "if __name__ == '__main__':\n"
        "    stand_in.run([pathlib.Path(sys.argv[1])], pathlib.Path(sys.argv[2]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(source), str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "out" / "parts" / "part-000001.parquet").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert 8 <= len(ki67(tmp_path / "out")) < 40
    stand_in.run([source], tmp_path / "out")
    assert content(tmp_path / "out") == content(tmp_path / "whole")


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs SIGKILL")
def test_killed_many_times(tmp_path: Path) -> None:
    job = kills.Job(kills.made_up(tmp_path / "x.jsonl", 200), real=False, part_rows=4)
    assert kills.torture(job, tmp_path, kills=4, seed=5) >= 1


def test_tables_hold_what_the_parts_hold(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", [("a", "Ki-67 3 %"), ("b", "CRASH"), ("c", "none")])
    stand_in.run([source], tmp_path / "out")
    reports = pq.read_table(tmp_path / "out" / "reports").to_pylist()
    assert reports == [Table().row(record) for record in Store(tmp_path / "out").records()]
    fields = pq.read_table(tmp_path / "out" / "fields").to_pylist()
    assert len(fields) == 2 * len(catalog.fields())
    stated = {"report_id": "a", "field": "ki67_percent", "value": "3", "low": 3.0, "high": 3.0}
    stated |= {"comparator": "=", "confidence": 0.9, "status": "stated", "review": False}
    stated |= {"evidence": "Ki-67 3", "start": 0, "end": 7, "section": None, "part": None, "tissue": None}
    assert [row for row in fields if row["value"] is not None] == [{**stated, "rule": "stand-in/ki67"}]


def test_tables_of_another_part_are_made_anew(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(10))
    stand_in.run([source], tmp_path / "out")
    before = content(tmp_path / "out")
    (tmp_path / "out" / "fields" / "part-000001.parquet").unlink()
    reports = tmp_path / "out" / "reports"
    shutil.copy(reports / "part-000002.parquet", reports / "part-000000.parquet")
    result = stand_in.run([source], tmp_path / "out")
    assert result.verdicts == Counter({Verdict.KNOWN: 10})
    assert content(tmp_path / "out") == before


def test_kept_column_of_a_later_run_is_in_all_files(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(4))
    stand_in.run([source], tmp_path / "out")
    more = tmp_path / "y.jsonl"
    more.write_text('{"report_id": "z", "text": "Ki-67 9 %", "ward": "7b"}\n')
    stand_in.run([more], tmp_path / "out", columns=Columns(keep=("ward",)))
    wards = pq.read_table(tmp_path / "out" / "reports").column("ward").to_pylist()
    assert wards == [None, None, None, None, "7b"]


def test_appended_reports_are_read_alone(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(6))
    stand_in.run([source], tmp_path / "out")
    write_reports(source, numbered(9))
    result = stand_in.run([source], tmp_path / "out")
    assert result.verdicts == Counter({Verdict.KNOWN: 6, Verdict.NEW: 3})
    stand_in.run([source], tmp_path / "whole")
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_another_archive_adds_to_the_store(tmp_path: Path) -> None:
    first = write_reports(tmp_path / "x.jsonl", [("a", "Ki-67 1")])
    second = write_reports(tmp_path / "y.jsonl", [("b", "Ki-67 2")])
    stand_in.run([first], tmp_path / "out")
    stand_in.run([second], tmp_path / "out")
    assert ki67(tmp_path / "out") == {"a": 1, "b": 2}


def test_same_id(tmp_path: Path) -> None:
    source = write_reports(
        tmp_path / "x.jsonl",
        [("a", "Ki-67 1"), ("a", "Ki-67 1"), ("a", "Ki-67 2"), ("a", "Ki-67 2"), ("b", "Ki-67 1")],
    )
    result = stand_in.run([source], tmp_path / "out")
    assert result.verdicts == Counter({Verdict.NEW: 3, Verdict.REPEATED: 2})
    assert ki67(tmp_path / "out") == {"a": 1, "b": 1}
    failure = {"report_id": "a", "reason": "duplicate_id", "source": str(source), "row": 3}
    assert list(Store(tmp_path / "out").failures()) == [failure]
    again = stand_in.run([source], tmp_path / "out")
    assert again.verdicts == Counter({Verdict.KNOWN: 3, Verdict.REPEATED: 2})
    assert again.failures == Counter({"duplicate_id": 1})


def test_changed_text_is_read_again_in_its_place(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(6))
    stand_in.run([source], tmp_path / "out")
    old = Store(tmp_path / "out").find("r1")
    write_reports(source, [("r0", "Ki-67 0 %"), ("r1", "Ki-67 99 %"), ("r5", "Ki-67 55 %")])
    result = stand_in.run([source], tmp_path / "out")
    assert result.verdicts == Counter({Verdict.KNOWN: 1, Verdict.CHANGED: 2})
    assert ki67(tmp_path / "out") == {"r0": 0, "r1": 99, "r2": 2, "r3": 3, "r4": 4, "r5": 55}
    new = Store(tmp_path / "out").find("r1")
    assert (new.text, new.previous_sha256) == ("Ki-67 99 %", old.text_sha256)


def test_changed_engine_reads_everything_again_and_says_so(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", [*numbered(6), ("e", "")])
    stand_in.run([source], tmp_path / "out")
    result = stand_in.run([source], tmp_path / "out", loader=stand_in.load_newer)
    assert result.stale == ["the patterns"]
    assert result.verdicts == Counter({Verdict.AGAIN: 6, Verdict.KNOWN: 1})
    assert stand_in.run([source], tmp_path / "out", loader=stand_in.load_newer).stale == []
    assert {record["provenance"]["patterns"] for record in Store(tmp_path / "out").records()} == {"p2"}


def test_interrupted_redoing_is_said_again_and_finished(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(12))
    stand_in.run([source], tmp_path / "out")
    newer = {"loader": stand_in.load_newer}
    assert stand_in.run([source], tmp_path / "out", progress=Stopping(5), **newer).interrupted
    said = Saying()
    result = stand_in.run([source], tmp_path / "out", progress=said, **newer)
    assert result.verdicts == Counter({Verdict.KNOWN: 6, Verdict.AGAIN: 6})
    assert said.lines == [
        "the patterns changed since 6 of the 12 reports in this store were read; "
        "of these, all in this input are read again, the others stay as they are"
    ]
    assert {record["provenance"]["patterns"] for record in Store(tmp_path / "out").records()} == {"p2"}


def test_reports_of_another_engine_that_the_input_lacks_are_named(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(6))
    stand_in.run([source], tmp_path / "out")
    write_reports(source, numbered(2))
    result = stand_in.run([source], tmp_path / "out", loader=stand_in.load_newer)
    assert result.notes == ["4 reports of the store are not in this input and stay as they were read before"]


def test_changed_meta_is_read_again(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(1))
    stand_in.run([source], tmp_path / "out")
    source.write_text('{"report_id": "r0", "text": "Ki-67 0 %", "ward": "7b"}\n')
    result = stand_in.run([source], tmp_path / "out", columns=Columns(keep=("ward",)))
    assert result.verdicts == Counter({Verdict.AGAIN: 1})
    assert [record["meta"] for record in Store(tmp_path / "out").records()] == [{"ward": "7b"}]
    assert Store(tmp_path / "out").manifest.keep == ("ward",)


def test_only_failures(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", [("a", "Ki-67 1"), ("b", "CRASH"), ("c", "Ki-67 3")])
    stand_in.run([source], tmp_path / "out")
    write_reports(source, [("a", "Ki-67 7"), ("b", "Ki-67 2"), ("c", "Ki-67 3"), ("d", "Ki-67 4")])
    result = stand_in.run([source], tmp_path / "out", only_failures=True)
    assert result.verdicts == Counter({Verdict.SKIPPED: 3, Verdict.CHANGED: 1})
    assert ki67(tmp_path / "out") == {"a": 1, "b": 2, "c": 3}


def test_no_texts(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(2))
    stand_in.run([source], tmp_path / "out", texts=False)
    assert [row["text"] for row in Store(tmp_path / "out").rows("text")] == [None, None]
    with pytest.raises(StoreError, match="this store keeps no texts; run with --no-text"):
        stand_in.run([source], tmp_path / "out")


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(2))
    stand_in.run([source], tmp_path / "out")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*")}
    directories = dict.fromkeys(("parts", "reports", "fields"), 0o700)
    files = ("lock", "manifest.json", "part-000000.parquet", "summary.json", "summary.html")
    assert modes == {**directories, **dict.fromkeys(files, 0o600)}
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_second_run_at_once_refuses(tmp_path: Path) -> None:
    with Writer(tmp_path / "out"), pytest.raises(StoreError) as caught, Writer(tmp_path / "out"):
        pass
    assert str(caught.value) == f"{tmp_path / 'out'}: another run is writing this store"


def test_unusable_stores(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(9))
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.doc").touch()
    with pytest.raises(StoreError, match="neither empty nor a result store"):
        stand_in.run([source], other)
    with pytest.raises(StoreError, match="not a result store"):
        Store(other)
    with pytest.raises(StoreError, match="not a directory"):
        stand_in.run([source], source)

    out = tmp_path / "out"
    stand_in.run([source], out)
    (out / "parts" / "part-000001.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(StoreError, match=r"parts/part-000001\.parquet is damaged$"):
        list(Store(out).records())
    (out / "parts" / "part-000001.parquet").unlink()
    with pytest.raises(StoreError, match=r"parts/part-000001\.parquet is missing$"):
        list(Store(out).records())
    (out / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match=r"manifest\.json is damaged$"):
        Store(out)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of file sizes")
def test_full_disk_is_one_line_and_the_rerun_continues(tmp_path: Path) -> None:
    source = write_reports(
        tmp_path / "x.jsonl", [(f"r{n}", f"Ki-67 {n} {os.urandom(5000).hex()}") for n in range(12)]
    )
    stand_in.run([source], tmp_path / "whole")
    code = (
        "import resource, sys\nfrom nenpath import cli, store, worker\nfrom tests import stand_in\n"
        "store.PART_ROWS = 4\nworker.load_engine = stand_in.load\n"
        "if __name__ == '__main__':\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000))\n"
        "    cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "run", str(source), "-o", str(tmp_path / "out"), "--workers", "1"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, f"nenpath: {tmp_path / 'out'}: File too large\n")
    assert list((tmp_path / "out").rglob("*.tmp")) == []
    stand_in.run([source], tmp_path / "out")
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_a_run_that_cannot_write_leaves_the_old_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_reports(tmp_path / "x.jsonl", numbered(3))
    stand_in.run([source], tmp_path / "out")
    before = content(tmp_path / "out")
    write_reports(source, numbered(4))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nenpath.files.os.fsync", full)
    with pytest.raises(StoreError, match=r"No space left on device$"):
        stand_in.run([source], tmp_path / "out")
    assert content(tmp_path / "out") == before
