"""How far a run is: a bar on a terminal, a plain line now and then elsewhere. Never an id, never a text."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

_SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """Tells how a run goes, on standard error."""

    def __init__(self, console: Console, seconds_between_lines: float = _SECONDS_BETWEEN_LINES) -> None:
        self._console = console
        self._pause = seconds_between_lines
        self._bar: Bar | None = None
        self._task = TaskID(0)
        self._total: int | None = None
        self._done = self._failures = 0
        self._began = self._said = 0.0

    def say(self, line: str) -> None:
        """Print one line."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def counting(self, total: int | None) -> Iterator[None]:
        """Show progress until the block ends."""
        self._total, self._done, self._failures = total, 0, 0
        self._began = self._said = time.monotonic()
        if not self._console.is_terminal:
            yield
            return
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("reading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]:.0f}/s, {task.fields[failures]} failed"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
        )
        with self._bar:
            self._task = self._bar.add_task("", total=total, rate=0.0, failures=0)
            yield
            self._show()
        self._bar = None

    def advance(self, failures: int) -> None:
        """Count one report."""
        self._done += 1
        self._failures = failures
        now = time.monotonic()
        if self._bar is not None:
            if now - self._said > 0.1:
                self._said = now
                self._show()
        elif now - self._said >= self._pause:
            self._said = now
            of = f" of {self._total:,}" if self._total else ""
            self.say(f"{self._done:,}{of} reports, {self._rate():.0f}/s, {self._failures:,} failed")

    def _rate(self) -> float:
        return self._done / max(time.monotonic() - self._began, 0.001)

    def _show(self) -> None:
        if self._bar is not None:
            self._bar.update(
                self._task, completed=self._done, rate=self._rate(), failures=self._failures, refresh=True
            )
