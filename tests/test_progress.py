"""How far a run is: plain lines in a log, a bar on a terminal."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from nenpath.progress import Progress


class Clock:
    """A clock that goes when told to."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("nenpath.progress.time", clock)
    return clock


def test_a_log_has_a_line_now_and_then_with_the_rate_of_the_last_minute(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(Console(file=stream))
    with progress.counting(10_000):
        for _ in range(1000):  # known from an earlier run: at once
            progress.advance(0)
        for number in range(200):
            clock.now += 1
            progress.advance(number // 100)
    assert stream.getvalue().splitlines() == [
        "1,030 of 10,000 reports, 34/s, 4 min 21 s left, 0 failed",
        "1,060 of 10,000 reports, 18/s, 8 min 26 s left, 0 failed",
        "1,090 of 10,000 reports, 1/s, 2 h 28 min left, 0 failed",
        "1,120 of 10,000 reports, 1/s, 2 h 28 min left, 1 failed",
        "1,150 of 10,000 reports, 1/s, 2 h 27 min left, 1 failed",
        "1,180 of 10,000 reports, 1/s, 2 h 27 min left, 1 failed",
    ]


def test_without_a_total_there_is_no_time_left(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(Console(file=stream), seconds_between_lines=5)
    with progress.counting(None):
        for _ in range(5):
            clock.now += 1
            progress.advance(2)
    assert stream.getvalue() == "5 reports, 1/s, 2 failed\n"


def test_a_terminal_has_a_bar(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress(Console(file=stream, force_terminal=True, width=120))
    with progress.counting(40):
        for _ in range(20):
            clock.now += 0.5
            progress.advance(3)
    printed = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert re.search(r"reading .* 20/40 2/s, 10 s left, 3 failed", printed)
