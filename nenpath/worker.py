"""A worker process: one engine, one report at a time. Nothing it prints goes anywhere."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

#: A report that asks for more memory than it may fails for this reason.
MEMORY = "memory"
#: A worker whose parent is gone ends by itself this long after the report's time limit.
GRACE_SECONDS = 30.0


class Reader(Protocol):
    """What reads reports: an :class:`nenpath.engine.Engine`, or a test's stand-in."""

    provenance: dict[str, str]

    def read(self, text: str, report_id: str | None, meta: Mapping[str, Any] | None) -> dict[str, Any]:
        """Read one report into the JSON form of its record."""
        ...  # pragma: no cover

    def why(self, text: str, field: str) -> list[dict[str, Any]]:
        """List what moved the confidence of one field."""
        ...  # pragma: no cover


Loader = Callable[[Path | None, Path | None], Reader]


@dataclass(slots=True)
class Outcome:
    """A record as JSON with what the store tells of it, or the reason why there is none."""

    record: str | None = None
    reason: str | None = None
    risk_level: str | None = None
    probability_high: float | None = None
    stated: list[str] = field(default_factory=list)
    review: list[str] = field(default_factory=list)


def load_engine(patterns: Path | None, calibration: Path | None) -> Reader:
    """Build the engine a worker uses."""
    from nenpath.engine import Engine

    return Engine(patterns, calibration)


def serve(
    connection: Connection,
    loader: Loader,
    patterns: Path | None,
    calibration: Path | None,
    time_limit: float,
    memory_limit: int,
) -> None:
    """Answer reports until the connection closes: ``(number, report_id, text, meta)`` with an outcome."""
    _hush()
    with suppress(EOFError, OSError):
        try:
            reader = loader(patterns, calibration)
        except Exception as error:  # noqa: BLE001 - no report was read yet, so the message is of the set-up
            line = " ".join(str(error).split())
            name = "" if isinstance(error, OSError | ValueError) else f"{type(error).__name__}: "
            connection.send(("failed", f"{name}{line}"))
            return
        _limit_memory(memory_limit)
        # What the engine holds lives as long as the worker: the collector need not look through it again.
        gc.collect()
        gc.freeze()
        connection.send(("ready", reader.provenance))
        while True:
            number, report_id, text, meta = connection.recv()
            _alarm(time_limit + GRACE_SECONDS)
            outcome = answer(reader, text, report_id, meta)
            _alarm(0)
            connection.send((number, outcome))


def answer(reader: Reader, text: str, report_id: str | None, meta: Mapping[str, Any]) -> Outcome:
    """Read one report; an exception gives its class only, since its message may hold report text."""
    try:
        record = reader.read(text, report_id, meta)
        fields, risk = record["fields"], record["risk"]
        return Outcome(
            record=json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
            risk_level=risk["level"],
            probability_high=risk["probability_high"],
            stated=[name for name, reading in fields.items() if reading["value"] is not None],
            review=[name for name, reading in fields.items() if reading["review"]],
        )
    except MemoryError:
        return Outcome(reason=MEMORY)
    except BaseException as error:  # noqa: BLE001 - one report must not end the run
        return Outcome(reason=f"error: {type(error).__name__}")


def _hush() -> None:
    """Send what libraries print to nowhere, leave no core dump, leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(megabytes: int) -> None:
    """Let this process ask for so much more memory than it has; then Python raises MemoryError (Linux)."""
    with suppress(ImportError, ValueError, OSError, IndexError):
        import resource

        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        held = int(status.split("VmData:")[1].split()[0]) * 1024
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (held + megabytes * 2**20, hard))


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
