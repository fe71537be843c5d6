"""One module per subject of an abstract, each with ``code(report)``; ``ORDER`` is that of coding."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from nenpath.exports.naaccr.report import Coded, Report

#: Later modules may ask for codes of earlier ones (``report.codes``).
ORDER = (
    "identity",
    "site",
    "ki67",
    "size",
    "grade",
    "invasion",
    "nodes",
    "tnm",
    "metastases",
    "eod",
    "therapy",
)


def code(report: Report) -> Iterator[Coded]:
    """Code one report: one outcome per item, also where the item is left out and a person should know."""
    for name in ORDER:
        yield from import_module(f"{__name__}.{name}").code(report)
