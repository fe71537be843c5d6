"""Figures of an evaluation and of a calibration, printed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from nenpath.calibration import Calibration

#: Columns the table of fields needs.
WIDTH = 100


def wide(console: Console) -> Console:
    """Give a console that cuts no column: a narrow terminal wraps the lines, a file keeps them whole."""
    console.width = max(console.width, WIDTH)
    return console


def print_evaluation(found: dict[str, Any], console: Console) -> None:
    """Print a line per field and what may be accepted."""
    target = f"{found['target']:.4g}"
    table = Table(box=None, pad_edge=False)
    table.add_column("field")
    headings = ("stated", "acc", "P", "R", "F1", "95 %", "ECE", "Brier", "accept at", "cover")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, figures in (*found["fields"].items(), ("all fields", found["pooled"])):
        shown = figures["threshold"]
        enough = figures["given"] >= shown["needed"]
        accept = _number(shown["confidence"], 4) if shown["confidence"] is not None or enough else "few"
        f1 = figures["f1"]
        table.add_row(
            Text(name),
            f"{figures['stated']:,}",
            *(_number(figures[score]["value"]) for score in ("accuracy", "precision", "recall")),
            _number(f1["value"]),
            "" if f1["low"] is None else f"{f1['low']:.2f}-{f1['high']:.2f}",
            _number(figures["ece_given"]),
            _number(figures["brier_given"]),
            accept,
            _number(shown["coverage"], 2),
        )
    console.print(table)
    pooled, macro = found["pooled"], found["pooled"]["macro_f1"]
    for line in (
        f"{found['reports']:,} reports, {pooled['n']:,} decisions; mean F1 {_interval(macro)}; accuracy "
        f"{_interval(pooled['accuracy'])}",
        f"ECE above chance: all decisions {_number(pooled['ece_all'])}, "
        f"given values {_number(pooled['ece_given'])}",
        f"Observed: {_number(pooled['accepted_observed'])} of all values could be accepted "
        f"at a precision of {target}",
        f'"accept at": values this sure are right {target} of the time or more, with 95 % confidence; "few": '
        f"fewer than the {pooled['threshold']['needed']:,} values that could show it; -: not shown",
    ):
        console.print(Text(line), soft_wrap=True)


def print_refit(calibration: Calibration, console: Console) -> None:
    """Print figures before and after, both of reports not fitted on, and where thresholds come from."""
    training = calibration.training
    table = Table(box=None, pad_edge=False)
    table.add_column("reports not fitted on")
    for heading in ("shipped", "refitted"):
        table.add_column(heading, justify="right")
    for name, words in (
        ("ece_given", "ECE above chance, given values"),
        ("ece_all", "ECE above chance, all decisions"),
        ("brier_given", "Brier score, given values"),
        ("log_loss", "log loss"),
        ("accepted_at_target", f"accepted at a precision of {calibration.target:.4g}, observed"),
    ):
        table.add_row(words, *(_number(training[which][name], 4) for which in ("shipped", "refitted")))
    console.print(table)
    said = f"{training['reports']:,} reports, {training['decisions']:,} decisions"
    if not training["strength"]["shared"]:
        said += "; no refit foretells these reports better than the shipped confidence, which is kept"
    console.print(Text(said), soft_wrap=True)
    basis: Counter[str] = Counter(moves.accept["value"].basis for moves in calibration.fields.values())
    said_of = {
        "field": "shown for the field itself",
        "pooled": "shown for all fields together",
        "model": "by the confidence itself",
        "none": "none accepted",
    }
    listed = ", ".join(f"{basis[name]} {said_of[name]}" for name in said_of if basis[name])
    console.print(Text(f"Thresholds for given values, by field: {listed}"), soft_wrap=True)


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _interval(score: dict[str, float | None]) -> str:
    return f"{_number(score['value'])} ({_number(score['low'])}-{_number(score['high'])})"
