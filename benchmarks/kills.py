"""Kills a run again and again, and compares the store that comes out with that of a run left alone.

    python benchmarks/kills.py --kills 200
    python benchmarks/kills.py --kills 20 --archive reports.parquet --reports 300

Without an archive the reports are made up and read by the tests' stand-in for the engine, in small parts, so
that there is nearly always a write to interrupt. Part of the kills fall while the program starts. After each
kill the store must hold a beginning of the archive, in order, and no less than before.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nenpath import store as store_module  # noqa: E402
from nenpath.store import Store  # noqa: E402

_STARTING = 0.25


@dataclass(frozen=True, slots=True)
class Job:
    """A run that can be started: what it reads, with which engine, in parts of how many rows."""

    archive: Path
    real: bool
    part_rows: int
    workers: int = 1

    def start(self, directory: Path) -> subprocess.Popen[bytes]:
        """Start the run in a process group of its own."""
        arguments = [self.archive, directory, int(self.real), self.part_rows, self.workers]
        return subprocess.Popen(  # noqa: S603 - this file
            [sys.executable, __file__, "--child", *map(str, arguments)],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def child(archive: str, directory: str, real: str, part_rows: str, workers: str) -> None:
    """Be the run that is killed."""
    from rich.console import Console

    from nenpath import batch, worker
    from nenpath.progress import Progress
    from tests import stand_in

    store_module.PART_ROWS = int(part_rows)
    settings = batch.Settings(loader=worker.load_engine if int(real) else stand_in.load, workers=int(workers))
    batch.run([Path(archive)], Path(directory), settings, Progress(Console(quiet=True)))


def made_up(path: Path, count: int) -> Path:
    """Write an archive for the stand-in, with some faults and repetitions in it."""
    with path.open("w") as file:
        for number in range(count):
            text = "" if number % 97 == 5 else f"Ki-67 {number % 100} % SLOW"
            report_id = f"r{number - 3}" if number % 89 == 7 else f"r{number}"
            file.write(json.dumps({"report_id": report_id, "text": text}) + "\n")
    return path


def content(directory: Path) -> dict[str, bytes]:
    """All bytes of a store but the time it was created."""
    files = {str(path.relative_to(directory)): path for path in directory.rglob("*") if path.is_file()}
    del files["lock"]
    found = {name: path.read_bytes() for name, path in files.items()}
    manifest = json.loads(found["manifest.json"])
    del manifest["created"]
    return {**found, "manifest.json": json.dumps(manifest).encode()}


def rows(directory: Path) -> list[tuple[str | None, int]]:
    """Ids and places of the rows a store holds at this moment."""
    if not (directory / "manifest.json").exists():
        return []
    return [(row["report_id"], row["row"]) for row in Store(directory).rows("report_id", "row")]


def torture(job: Job, place: Path, kills: int, seed: int) -> int:
    """Kill a run so many times, let it end, compare; gives how many kills met a run before its end.

    Raises
    ------
    AssertionError
        If a report is lost, doubled or out of order at any time, or the bytes differ at the end.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    whole, out = place / "whole", place / "out"
    began = time.monotonic()
    process = job.start(whole)
    first = _wait_for_rows(process, whole, 0) - began
    process.wait()
    pace = 2 * (time.monotonic() - began - first) / kills
    expected, before, met = rows(whole), 0, 0
    for _ in range(kills):
        process = job.start(out)
        if chance.random() < _STARTING:
            time.sleep(chance.uniform(0, first))
        else:
            _wait_for_rows(process, out, _size(out))
            time.sleep(chance.uniform(0, pace))
        met += process.poll() is None
        with suppress(ProcessLookupError):
            if chance.random() < 0.5:  # the workers as well, or left to find out
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
        process.wait()
        found = rows(out)
        assert found == expected[: len(found)], "lost, doubled or out of order after a kill"
        assert len(found) >= before, "rows were lost"
        before = len(found)
    process = job.start(out)
    assert process.wait() == 0
    assert content(out) == content(whole), "the bytes differ"
    return met


def _size(directory: Path) -> tuple[int, int]:
    newest = sorted((directory / "parts").glob("part-*.parquet"))[-1:]
    return (len(newest) and int(newest[0].stem[5:]) + 1, newest[0].stat().st_mtime_ns if newest else 0)


def _wait_for_rows(process: subprocess.Popen[bytes], directory: Path, before: object) -> float:
    while process.poll() is None and _size(directory) in (before, (0, 0)):
        time.sleep(0.002)
    return time.monotonic()


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--archive", type=Path, help="Parquet of real reports, read with the real engine")
    parser.add_argument("--reports", type=int, default=4000)
    parser.add_argument("--part-rows", type=int, default=4)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if arguments.archive is None:
            archive = made_up(place / "x.jsonl", arguments.reports)
        else:
            import pyarrow.parquet as pq

            archive = place / "x.parquet"
            pq.write_table(pq.read_table(arguments.archive).slice(0, arguments.reports), archive)
        job = Job(archive, arguments.archive is not None, arguments.part_rows, arguments.workers)
        began = time.monotonic()
        met = torture(job, place, arguments.kills, arguments.seed)
        total = len(rows(place / "out"))
    print(
        f"{arguments.kills} kills ({met} before the run's end) over {total} rows in parts of "
        f"{arguments.part_rows}: nothing lost, nothing doubled, store identical; "
        f"{time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
