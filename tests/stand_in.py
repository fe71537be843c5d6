"""A stand-in for the engine: instant, and misbehaving where a report's text tells it to."""

from __future__ import annotations

import logging
import os
import re
import sys
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import classifier
from extractor import catalog
from extractor.record import Reading
from nenpath.engine import text_sha256

if TYPE_CHECKING:
    from nenpath.archives import Columns
    from nenpath.batch import Result
    from nenpath.progress import Progress


class StandIn:
    """Reads the Ki-67 index and nothing else."""

    def __init__(self, patterns: str = "p1") -> None:
        self.provenance = {"nenpath": "0", "patterns": patterns, "calibration": "c1"}
        self._rest = classifier.assess({}).model_dump(mode="json")
        self._empty = {room.name: Reading().model_dump(mode="json") for room in catalog.fields()}

    def read(self, text: str, report_id: str | None, meta: Any) -> dict[str, Any]:
        """Read one report, or do what its text says."""
        if "CRASH" in text:
            raise ValueError(f"cannot read {report_id}: {text}")
        if "DIE" in text:
            os._exit(9)
        if "HANG" in text:
            time.sleep(600)
        if "GROW" in text:
            grow()
        if "SHOUT" in text:
            shout(text)
        if "SLOW" in text:
            time.sleep(0.01)
        fields = dict(self._empty)
        found = re.search(r"Ki-67 (\d+)", text)
        if found:
            number = float(found[1])
            doubt = "DOUBT" in text
            evidence = {
                "start": found.start(),
                "end": found.end(),
                "text": found[0],
                "section": None,
                "part": None,
                "tissue": None,
                "rule": "stand-in/ki67",
            }
            fields["ki67_percent"] = {
                "value": {"low": number, "high": number, "comparator": "="},
                "confidence": 0.5 if doubt else 0.9,
                "status": "stated",
                "review": doubt,
                "evidence": [evidence],
                "alternatives": [{"value": None, "probability": 0.5 if doubt else 0.1, "evidence": []}],
            }
        return {
            "report_id": report_id,
            "meta": dict(meta or {}),
            "fields": fields,
            "other_tumors": [],
            **{name: self._rest[name] for name in ("risk", "grade", "stage", "inconsistencies")},
            "provenance": {**self.provenance, "text_sha256": text_sha256(text)},
        }

    def why(self, text: str, field: str) -> list[dict[str, Any]]:
        """List nothing."""
        return []


def grow() -> None:
    """Ask for memory until there is none."""
    held = []
    while True:
        held.append(bytearray(2**24))


def shout(text: str) -> None:
    """Print a report in every way a careless library could."""
    print(text)
    print(text, file=sys.stderr)
    os.write(1, text.encode())
    os.write(2, text.encode())
    logging.getLogger("careless").error("read %s", text)
    warnings.warn(text, stacklevel=1)


def load(patterns: Path | None = None, calibration: Path | None = None) -> StandIn:
    """Build a stand-in."""
    return StandIn()


def load_newer(patterns: Path | None = None, calibration: Path | None = None) -> StandIn:
    """Build one with other patterns."""
    return StandIn("p2")


def load_broken(patterns: Path | None = None, calibration: Path | None = None) -> StandIn:
    """Fail as an engine with bad patterns does."""
    raise ValueError("patterns are\nno good")


def load_dead(patterns: Path | None = None, calibration: Path | None = None) -> StandIn:
    """End before being ready."""
    os._exit(3)


def run(
    inputs: list[Path],
    directory: Path,
    loader: Any = load,
    columns: Columns | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> Result:
    """Run the main job with the stand-in."""
    from rich.console import Console

    from nenpath import batch
    from nenpath.archives import Columns
    from nenpath.progress import Progress

    quiet = Progress(Console(stderr=True, quiet=True))
    return batch.run(
        inputs,
        directory,
        batch.Settings(
            columns=columns or Columns(), loader=loader, workers=settings.pop("workers", 1), **settings
        ),
        progress or quiet,
    )
