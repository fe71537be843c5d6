"""Worker processes that survive their reports: hung or dead workers are replaced, order is kept.

Text goes in, plain data comes out. spaCy's own ``n_process`` cannot carry medSpaCy's matches.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Generic, TypeVar

from nenpath.archives.item import Report
from nenpath.errors import NenpathError
from nenpath.interrupts import held
from nenpath.worker import MEMORY, Loader, Outcome, load_engine, serve

T = TypeVar("T")

#: A worker stays as large as it is after some hundred reports; a fresh one now and then is a precaution.
RECYCLE_AFTER = 50_000
#: Megabytes; the longest real reports take some tens.
MEMORY_LIMIT = 1_000
_STARTS_TRIED = 3
_WINDOW_ITEMS = 2_000
_WINDOW_CHARACTERS = 64_000_000
# A busy worker reads nothing: what is sent ahead must fit the pipe's buffer, or both sides wait for ever.
_AHEAD_BYTES = 32_000 if sys.platform == "linux" else 0
_AHEAD_ITEMS = 8


class PoolError(NenpathError):
    """Workers cannot start; the message is one line."""


@dataclass(slots=True)
class _Task(Generic[T]):
    payload: T
    report: Report | None


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    ready: bool = False
    served: int = 0
    since: float = 0.0
    ahead: int = 0
    outstanding: deque[tuple[int, int]] = field(default_factory=deque)


class Pool:
    """Reads reports in worker processes; use as a context manager.

    Parameters
    ----------
    workers
        How many processes.
    time_limit
        Seconds a report may take; then its worker is ended and the report has failed by ``timeout``.
    memory_limit
        Megabytes a report may take beyond its worker's engine; then it has failed by ``memory``, and its
        worker is replaced. Kept on Linux only.
    loader
        Builds what reads the reports, in each worker; must be importable there.
    """

    def __init__(
        self,
        workers: int | None = None,
        time_limit: float = 60.0,
        patterns: Path | None = None,
        calibration: Path | None = None,
        loader: Loader = load_engine,
        recycle_after: int = RECYCLE_AFTER,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        methods = multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        if self._context.get_start_method() == "forkserver":
            self._context.set_forkserver_preload(["nenpath.worker", "nenpath.engine"])
        self._size = max(1, workers or os.cpu_count() or 1)
        self._time_limit = time_limit
        self._arguments = (loader, patterns, calibration, time_limit, memory_limit)
        self._recycle_after = recycle_after
        self._workers: list[_Worker] = []
        self._bad_starts = 0
        self.provenance: dict[str, str] = {}

    def __enter__(self) -> Pool:
        self._workers = [self._start() for _ in range(self._size)]
        try:
            while not self.provenance:
                self._receive(timeout=None)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers now."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
        self._workers = []

    def outcomes(
        self, tasks: Iterable[tuple[T, Report | None]]
    ) -> Iterator[tuple[T, Report | None, Outcome]]:
        """Read reports; outcomes come in the order of the tasks. A task without a report passes through."""
        source = iter(tasks)
        held: dict[int, _Task[T]] = {}
        done: dict[int, Outcome] = {}
        waiting: deque[int] = deque()
        first = number = size = 0
        exhausted = False
        while True:
            while not exhausted and len(held) < _WINDOW_ITEMS and size < _WINDOW_CHARACTERS:
                try:
                    payload, report = next(source)
                except StopIteration:
                    exhausted = True
                    break
                held[number] = _Task(payload, report)
                if report is None:
                    done[number] = Outcome()
                else:
                    size += len(report.text)
                    waiting.append(number)
                number += 1
                if len(waiting) >= 2 * _AHEAD_ITEMS * self._size:
                    break  # let the workers begin before the window is full
            self._feed(waiting, held)
            while first in done:
                task = held.pop(first)
                size -= len(task.report.text) if task.report else 0
                yield task.payload, task.report, done.pop(first)
                first += 1
            if exhausted and not held:
                return
            if waiting or any(worker.outstanding for worker in self._workers):
                room = not exhausted and len(held) < _WINDOW_ITEMS and size < _WINDOW_CHARACTERS
                starving = room and len(waiting) < _AHEAD_ITEMS * self._size
                found, returned = self._receive(0.0 if starving else self._patience())
                done.update(found)
                late, more = self._end_late()
                done.update(late)
                waiting.extendleft(sorted((*returned, *more), reverse=True))

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, *self._arguments), daemon=True)
        if self._context.get_start_method() == "forkserver":
            resource_tracker.ensure_running()  # beforehand: it lets Ctrl-C through when it has begun
            with held():
                forkserver.ensure_running()
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _feed(self, waiting: deque[int], held: dict[int, _Task[T]]) -> None:
        for worker in list(self._workers):
            if worker.served >= self._recycle_after:
                if not worker.outstanding:
                    self._replace(worker)
                continue
            while waiting and worker.ready and worker.served < self._recycle_after:
                report = held[waiting[0]].report
                if report is None:  # pragma: no cover - such tasks never wait
                    waiting.popleft()
                    continue
                cost = (1 if report.text.isascii() else 4) * len(report.text) + 1_000
                full = len(worker.outstanding) >= _AHEAD_ITEMS or worker.ahead + cost > _AHEAD_BYTES
                if worker.outstanding and full:
                    break
                if not worker.outstanding:
                    worker.since = time.monotonic()
                    cost = 0  # an idle worker reads at once
                number = waiting.popleft()
                worker.outstanding.append((number, cost))
                worker.ahead += cost
                worker.served += 1
                try:
                    worker.connection.send((number, report.report_id, report.text, report.meta))
                except OSError:
                    break  # it died; _receive finds out

    def _patience(self) -> float:
        now = time.monotonic()
        ends = [worker.since + self._time_limit - now for worker in self._workers if worker.outstanding]
        return max(0.0, min([*ends, 1.0]))

    def _receive(self, timeout: float | None) -> tuple[dict[int, Outcome], list[int]]:
        """Take what has arrived: outcomes, and the numbers of reports a dead worker had not begun."""
        done: dict[int, Outcome] = {}
        returned: list[int] = []
        by_connection = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(by_connection), timeout):
            worker = by_connection[connection]  # type: ignore[index]
            try:
                while True:
                    head, content = worker.connection.recv()
                    self._take(worker, head, content, done)
                    if head != "ready" and content.reason == MEMORY:
                        # What could not be had may be missing somewhere: no other report meets this worker.
                        returned += [number for number, _ in worker.outstanding]
                        self._replace(worker)
                        break
                    if not worker.connection.poll():
                        break
            except (EOFError, OSError):
                self._bury(worker, done, returned)
        return done, returned

    def _take(self, worker: _Worker, head: Any, content: Any, done: dict[int, Outcome]) -> None:
        if head == "failed":
            raise PoolError(content)
        if head == "ready":
            worker.ready = True
            self._bad_starts = 0
            self.provenance = content
            return
        number, cost = worker.outstanding.popleft()
        worker.ahead -= cost
        worker.since = time.monotonic()
        done[number] = content

    def _bury(self, worker: _Worker, done: dict[int, Outcome], returned: list[int]) -> None:
        if not worker.ready:
            self._bad_starts += 1
            if self._bad_starts >= _STARTS_TRIED:
                raise PoolError("worker processes end before they are ready (not enough memory?)")
        self._drop(worker, "worker_died", done, returned)

    def _end_late(self) -> tuple[dict[int, Outcome], list[int]]:
        """End workers whose report is over its time."""
        done: dict[int, Outcome] = {}
        returned: list[int] = []
        now = time.monotonic()
        for worker in list(self._workers):
            late = worker.outstanding and now - worker.since > self._time_limit
            if late and not _has_news(worker.connection):
                self._drop(worker, "timeout", done, returned)
        return done, returned

    def _drop(self, worker: _Worker, reason: str, done: dict[int, Outcome], returned: list[int]) -> None:
        numbers = [number for number, _ in worker.outstanding]
        if numbers:
            done[numbers[0]] = Outcome(reason=reason)
            returned += numbers[1:]
        self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        with suppress(OSError):
            worker.connection.close()
        self._workers[self._workers.index(worker)] = self._start()


def _has_news(connection: Connection) -> bool:
    try:
        return connection.poll()
    except OSError:
        return True
