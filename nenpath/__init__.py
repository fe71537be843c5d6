"""Reads pathology reports of neuroendocrine neoplasms: fields with evidence, grade, stage and risk.

>>> import nenpath
>>> engine = nenpath.load()  # doctest: +SKIP
>>> record = engine("Pancreas, distal: neuroendocrine tumor, Ki-67 4 %.")  # doctest: +SKIP

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nenpath.siblings import check_siblings, started_as_command

if TYPE_CHECKING:
    from nenpath.engine import Engine
    from nenpath.record import Record

__version__ = "0.1.0"
__all__ = ["Engine", "Record", "__version__", "assess", "load"]

if not started_as_command():  # the command says it in its own way, with its own exit code
    check_siblings()


def load(patterns: Path | str | None = None, calibration: Path | str | None = None) -> Engine:
    """Build an engine that reads reports; takes a second or two, so build one and keep it.

    Parameters
    ----------
    patterns
        A directory of pattern data to use in place of the project's own.
    calibration
        A calibration file to use in place of the project's own.

    Raises
    ------
    FileNotFoundError
        If either does not exist.
    """
    from nenpath.engine import Engine

    return Engine(
        None if patterns is None else Path(patterns), None if calibration is None else Path(calibration)
    )


def assess(values: Mapping[str, Any]) -> dict[str, Any]:
    """Compute grade, stage and risk from plain field values, such as coded registry data.

    Parameters
    ----------
    values
        Field name to value, or to ``{"value", "confidence", "alternatives"}``. Absent or null is unknown;
        a plain value counts with probability 1.

    Returns
    -------
    dict
        ``risk``, ``grade``, ``stage`` and ``inconsistencies``, as in a record.

    Raises
    ------
    ValueError
        If a name is not that of a field.
    """
    from nenpath.assessment import assess_values

    return assess_values(values)


def __getattr__(name: str) -> Any:
    if name == "Record":
        from nenpath.record import Record

        return Record
    if name == "Engine":
        from nenpath.engine import Engine

        return Engine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
