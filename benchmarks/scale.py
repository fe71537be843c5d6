"""Reads an archive repeated with new ids until it has N reports, and watches the memory of all processes.

    python benchmarks/scale.py reports.parquet --reports 100000 --remember 500
    python benchmarks/scale.py reports.parquet --reports 10000

With ``--remember K`` only the first K reports are repeated, and a worker reads each text once and then gives
the record it gave before: records are real, and the store and the parent do all their work, but the engine is
not used again. Without it every report is extracted. Prints the growth of resident memory per 100,000 reports
(least squares after the first fifth of its life) for the parent and for each worker, and the highest. Linux.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

_LOT = 500


class Remembering:
    """The engine, with a memory for texts it has read."""

    def __init__(self, patterns: Path | None, calibration: Path | None) -> None:
        from nenpath.worker import load_engine

        self._engine = load_engine(patterns, calibration)
        self.provenance = self._engine.provenance
        self._known: dict[str, str] = {}

    def read(self, text: str, report_id: str | None, meta: Mapping[str, Any] | None) -> dict[str, Any]:
        """Read a report, or give another one of the same text under its id."""
        if text not in self._known:
            self._known[text] = json.dumps(self._engine.read(text, report_id, meta))
        record: dict[str, Any] = json.loads(self._known[text])
        return {**record, "report_id": report_id}

    def why(self, text: str, field: str) -> list[dict[str, Any]]:
        """Pass on."""
        return self._engine.why(text, field)


def repeat(archive: Path, target: Path, reports: int, first: int | None, id_column: str, column: str) -> None:
    """Write the archive again and again under new ids."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = pq.read_table(archive, columns=[column]).column(column).slice(0, first).to_pylist()
    schema = pa.schema([(id_column, pa.string()), (column, pa.string())])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for start in range(0, reports, _LOT):
            numbers = range(start, min(start + _LOT, reports))
            lot = {
                id_column: [f"{n:09d}" for n in numbers],
                column: [texts[n % len(texts)] for n in numbers],
            }
            writer.write_table(pa.table(lot, schema=schema))


def resident(root: int) -> dict[int, float]:
    """Megabytes of a process and of all below it."""
    parents, sizes = {}, {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            lines = (entry / "status").read_text(errors="replace")
        except OSError:
            continue
        values = dict(line.split(":\t", 1) for line in lines.splitlines() if ":\t" in line)
        if "VmRSS" in values:
            parents[int(entry.name)] = int(values["PPid"])
            sizes[int(entry.name)] = int(values["VmRSS"].split()[0]) / 1024
    found, fresh = {root}, {root}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return {pid: sizes[pid] for pid in found if pid in sizes}


def slope(points: list[tuple[int, float]]) -> float:
    """Growth per 100,000 reports.

    >>> slope([(0, 10.0), (50_000, 11.0), (100_000, 12.0)])
    2.0
    """
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    shared = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return 100_000 * shared / spread if spread else 0.0


def child(archive: str, directory: str, remember: str, workers: str, id_column: str, column: str) -> None:
    """Be the run that is watched."""
    from rich.console import Console

    from benchmarks import scale
    from nenpath import batch, worker
    from nenpath.archives import Columns
    from nenpath.progress import Progress

    loader = scale.Remembering if int(remember) else worker.load_engine
    settings = batch.Settings(Columns(id_column, column), workers=int(workers), loader=loader)
    batch.run([Path(archive)], Path(directory), settings, Progress(Console(stderr=True, width=200)))


def watch(process: subprocess.Popen[bytes], directory: Path) -> dict[int, list[tuple[int, float]]]:
    """Sample until the process ends: reports done and megabytes, by process."""
    from nenpath.store import PART_ROWS

    samples: dict[int, list[tuple[int, float]]] = defaultdict(list)
    while process.poll() is None:
        done = PART_ROWS * sum(1 for _ in (directory / "parts").glob("part-*"))
        for pid, size in resident(process.pid).items():
            samples[pid].append((done, size))
        time.sleep(1)
    return samples


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--remember", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--id-column", default="report_id")
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--keep", type=Path, help="folder for the store, which is deleted else")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        archive, out = Path(name) / "x.parquet", arguments.keep or Path(name) / "out"
        columns = [arguments.id_column, arguments.text_column]
        repeat(arguments.archive, archive, arguments.reports, arguments.remember or None, *columns)
        began = time.monotonic()
        options = [archive, out, arguments.remember, arguments.workers, *columns]
        command = [sys.executable, __file__, "--child", *map(str, options)]
        process = subprocess.Popen(command)  # noqa: S603 - this file
        samples = watch(process, out)
        seconds = time.monotonic() - began
        size = sum(path.stat().st_size for path in out.rglob("*")) / 2**20
    print(f"{arguments.reports:,} reports, {seconds:.0f} s, store {size:,.0f} MB, exit {process.returncode}")
    for pid, points in samples.items():
        if pid == process.pid:
            print("parent, MB at every tenth:", *(round(points[len(points) * n // 10][1]) for n in range(10)))
        # Every process warms up: workers are replaced now and then.
        warm = [point for point in points if point[0] >= points[0][0] + (points[-1][0] - points[0][0]) / 5]
        if len(warm) < 5 or warm[0][0] == warm[-1][0]:
            continue
        role = "parent" if pid == process.pid else "below "
        print(
            f"{role} {pid}: {slope(warm):+.1f} MB per 100,000 over {warm[-1][0] - warm[0][0]:,} reports; "
            f"first {warm[0][1]:.0f}, last {warm[-1][1]:.0f}, highest {max(y for _, y in points):.0f} MB"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
