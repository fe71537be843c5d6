"""Small result stores for the tests of the review page, and its server as a person starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nenpath.engine import text_sha256
from nenpath.parts import Row
from nenpath.store import Writer
from tests.stand_in import StandIn

ROOT = Path(__file__).parent.parent


def text_of(number: int) -> str:
    """A report with one uncertain field."""
    return f"Pancreas, report {number}.\r\nNeuroendocrine tumor.\r\nKi-67 {number + 2} percent, DOUBT."


def make_store(directory: Path, texts: Sequence[str], keep_texts: bool = True) -> Path:
    """Write a store of reports R0, R1 and so on, read by the stand-in."""
    engine = StandIn()
    with Writer(directory) as writer:
        writer.begin(engine.provenance, (), texts=keep_texts)
        for position, text in enumerate(texts):
            record = engine.read(text, f"R{position}", {})
            writer.put(
                position,
                Row(
                    f"R{position}",
                    "made",
                    position,
                    text_sha256=text_sha256(text),
                    record=json.dumps(record),
                    text=text if keep_texts else None,
                ),
            )
        writer.flush()
    return directory


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    address: str

    @property
    def origin(self) -> str:
        """Address without the token."""
        return self.address.split("/?")[0]

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@contextmanager
def served(store: Path, *more: str, said: Path | None = None) -> Iterator[Served]:
    """Run ``nenpath review``; what it says after the address goes to ``said``."""
    command = [sys.executable, "-m", "nenpath", "review", str(store), "--no-browser", *more]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if said is None else said.open("w"),
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            assert process.stdout is not None
            heard = ""
            while (line := process.stdout.readline()) and not re.match(r"http://", line):
                heard += line
            assert line, heard
            yield Served(process, line.strip())
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                assert process.wait(30) == 0
