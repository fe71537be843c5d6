"""How far a run is: a bar on a terminal, a plain line now and then elsewhere. Never an id, never a text."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

_SECONDS_BETWEEN_LINES = 30.0
_SECONDS_OF_RATE = 60.0


class Progress:
    """Tells how a run goes, on standard error."""

    def __init__(self, console: Console, seconds_between_lines: float = _SECONDS_BETWEEN_LINES) -> None:
        self._console = console
        self._pause = seconds_between_lines
        self._bar: Bar | None = None
        self._task = TaskID(0)
        self._total: int | None = None
        self._done = self._failures = 0
        self._said = self._marked = 0.0
        self._marks: deque[tuple[float, int]] = deque()

    def say(self, line: str) -> None:
        """Print one line."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def counting(self, total: int | None) -> Iterator[None]:
        """Show progress until the block ends."""
        self._total, self._done, self._failures = total, 0, 0
        self._said = self._marked = time.monotonic()
        self._marks = deque([(self._said, 0)])
        if not self._console.is_terminal:
            yield
            return
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("reading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}, {task.fields[failures]:,} failed"),
            TimeElapsedColumn(),
            console=self._console,
        )
        with self._bar:
            self._task = self._bar.add_task("", total=total, pace="", failures=0)
            yield
            self._show()
        self._bar = None

    def advance(self, failures: int) -> None:
        """Count one report."""
        self._done += 1
        self._failures = failures
        now = time.monotonic()
        if now - self._marked >= 1.0:
            self._marked = now
            self._marks.append((now, self._done))
            while now - self._marks[0][0] > _SECONDS_OF_RATE:
                self._marks.popleft()
        if self._bar is not None:
            if now - self._said > 0.1:
                self._said = now
                self._show()
        elif now - self._said >= self._pause:
            self._said = now
            of = f" of {self._total:,}" if self._total else ""
            self.say(f"{self._done:,}{of} reports, {self._pace()}, {self._failures:,} failed")

    def _pace(self) -> str:
        """Say the rate of the last minute (what a store knows already goes by fast) and the time left."""
        since, before = self._marks[0]
        rate = (self._done - before) / max(time.monotonic() - since, 0.001)
        if not self._total or not rate:
            return f"{rate:.0f}/s"
        return f"{rate:.0f}/s, {duration((self._total - self._done) / rate)} left"

    def _show(self) -> None:
        if self._bar is not None:
            self._bar.update(
                self._task, completed=self._done, pace=self._pace(), failures=self._failures, refresh=True
            )


def duration(seconds: float) -> str:
    """Write a duration in two units at most.

    >>> duration(42), duration(754), duration(3 * 3600 + 125)
    ('42 s', '12 min 34 s', '3 h 2 min')
    """
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
