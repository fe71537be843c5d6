"""The worker pool: one bad report harms neither its neighbors nor the run."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from nenpath.archives import Report
from nenpath.index import Verdict
from nenpath.pool import Pool, PoolError
from nenpath.store import Store
from tests import stand_in


def write_reports(path: Path, texts: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps({"report_id": i, "text": t}) + "\n" for i, t in texts.items()))
    return path


def outcomes(directory: Path) -> dict[str, str | None]:
    return {row["report_id"]: row["reason"] for row in Store(directory).rows("report_id", "reason")}


@pytest.mark.parametrize("workers", [1, 2])
def test_faults_are_contained(tmp_path: Path, workers: int) -> None:
    texts = {f"g{n}": f"Ki-67 {n}" for n in range(30)}
    texts = {"a": "CRASH", "b": "DIE", **texts, "c": "HANG", "d": "DIE", "e": "fine", "f": "", "g": "CRASH"}
    source = write_reports(tmp_path / "x.jsonl", texts)
    result = stand_in.run([source], tmp_path / "out", workers=workers, time_limit=0.5)
    expected: dict[str, str | None] = dict.fromkeys(texts)
    expected |= {
        "a": "error: ValueError",
        "b": "worker_died",
        "c": "timeout",
        "d": "worker_died",
        "f": "empty",
        "g": "error: ValueError",
    }
    assert outcomes(tmp_path / "out") == expected
    assert list(outcomes(tmp_path / "out")) == list(texts)
    assert result.failures == Counter(value for value in expected.values() if value)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is kept on Linux")
def test_memory_is_limited_and_the_worker_replaced(tmp_path: Path) -> None:
    texts = {f"g{n}": f"Ki-67 {n}" for n in range(20)}
    texts = {"a": "fine", "b": "GROW", **texts, "c": "GROW", "d": "fine"}
    source = write_reports(tmp_path / "x.jsonl", texts)
    result = stand_in.run([source], tmp_path / "out", memory_limit=200)
    assert result.failures == Counter({"memory": 2})
    assert outcomes(tmp_path / "out") == {**dict.fromkeys(texts), "b": "memory", "c": "memory"}
    assert list(outcomes(tmp_path / "out")) == list(texts)


def test_failures_are_read_again_alone_with_another_limit(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "x.jsonl", {"a": "fine", "b": "HANG", "c": "fine"})
    stand_in.run([source], tmp_path / "out", time_limit=0.3)
    assert outcomes(tmp_path / "out") == {"a": None, "b": "timeout", "c": None}
    write_reports(source, {"a": "fine", "b": "fine by now", "c": "fine"})
    result = stand_in.run([source], tmp_path / "out", only_failures=True)
    assert result.verdicts == Counter({Verdict.SKIPPED: 2, Verdict.CHANGED: 1})
    assert outcomes(tmp_path / "out") == {"a": None, "b": None, "c": None}


def test_very_long_report_goes_through(tmp_path: Path) -> None:
    texts = {"a": "Ki-67 1", "long": "words and more words " * 250_000 + "Ki-67 7", "b": "Ki-67 2"}
    source = write_reports(tmp_path / "x.jsonl", texts)
    stand_in.run([source], tmp_path / "out")
    assert outcomes(tmp_path / "out") == dict.fromkeys(texts)
    assert Store(tmp_path / "out").find("long").text == texts["long"]


def test_workers_are_recycled_without_losing_a_report() -> None:
    with Pool(2, loader=stand_in.load, recycle_after=5) as pool:
        tasks = [(n, Report(f"r{n}", f"Ki-67 {n}")) for n in range(40)]
        found = [(n, json.loads(outcome.record or "")["report_id"]) for n, _, outcome in pool.outcomes(tasks)]
    assert found == [(n, f"r{n}") for n in range(40)]


def test_tasks_without_a_report_keep_their_place() -> None:
    with Pool(1, loader=stand_in.load) as pool:
        tasks = [("a", Report("a", "x")), ("b", None), ("c", Report("c", "y")), ("d", None)]
        found = [(name, outcome.record is not None) for name, _, outcome in pool.outcomes(tasks)]
    assert found == [("a", True), ("b", False), ("c", True), ("d", False)]


def test_engine_that_cannot_start_is_said_in_one_line() -> None:
    with pytest.raises(PoolError, match=r"^patterns are no good$"), Pool(1, loader=stand_in.load_broken):
        pass


def test_workers_that_die_at_once_end_the_run() -> None:
    with pytest.raises(PoolError, match="before they are ready"), Pool(2, loader=stand_in.load_dead):
        pass


def test_archive_damaged_on_the_way_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('report_id,text\n1,fine\n2,"opens\n3,swallowed\n')
    result = stand_in.run([path], tmp_path / "out")
    assert outcomes(tmp_path / "out") == {"1": None}
    assert result.error == (
        f"{path}: the quote opened in row 2 never closes; the rows from there on were not read"
    )
