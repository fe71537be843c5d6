"""Report text to a record of fields, each with evidence and a calibrated confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.extract import Extractor

__all__ = ["load"]


def load(patterns: Path | None = None, calibration: Path | None = None) -> Extractor:
    """Build an extractor.

    Parameters
    ----------
    patterns
        A directory of pattern data instead of the shipped one.
    calibration
        A JSON file of confidence weights instead of the shipped one.

    Raises
    ------
    FileNotFoundError, ValueError
        If the data is missing or unreadable; one line.
    """
    from extractor.extract import Extractor

    return Extractor(patterns, calibration)
