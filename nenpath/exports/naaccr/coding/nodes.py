"""Regional nodes positive (820) and examined (830)."""

from __future__ import annotations

from collections.abc import Iterator

from nenpath.exports.naaccr.report import Coded, Report

_POSITIVE, _EXAMINED = "regionalNodesPositive", "regionalNodesExamined"
_MOST = 90
Pair = tuple[str, str]


def code(report: Report) -> Iterator[Coded]:
    """Code items 820 and 830."""
    category = str(report.value("pN") or "X")[:1].upper()
    positive, examined = report.value("nodes_positive"), report.value("nodes_examined")
    if positive is None and category == "0" and examined != 0:
        positive = 0
    made = coded_counts(positive, examined, category in "123", aspirated=report.resection is False)
    fields = (
        "nodes_positive",
        "nodes_examined",
        *(("pN",) if report.value("nodes_positive") is None else ()),
    )
    yield report.coded(_POSITIVE, *made[0], *fields)
    yield report.coded(_EXAMINED, *made[1], "nodes_examined")


def coded_counts(
    positive: int | None, examined: int | None, found: bool = False, aspirated: bool = False
) -> tuple[Pair, Pair]:
    """Code both counts; each with the id of the rule.

    Parameters
    ----------
    positive, examined
        As stated, or null.
    found
        Positive nodes are stated, if only by pN.
    aspirated
        The specimen is a biopsy or cytology.

    Examples
    --------
    >>> coded_counts(2, 14)
    (('02', 'nodes/counts'), ('14', 'nodes/counts'))
    >>> coded_counts(None, 0)
    (('98', 'nodes/none-examined'), ('00', 'nodes/counts'))
    """
    if aspirated and (positive or (positive is None and found)):
        return ("95", "nodes/aspirated"), ("95", "nodes/aspirated")
    if positive is not None and examined is not None and positive > examined:
        return ("97", "nodes/contradictory"), ("98", "nodes/contradictory")
    if examined == 0 and not positive:
        return ("98", "nodes/none-examined"), ("00", "nodes/counts")
    if positive is not None:
        first = (_count(positive), "nodes/counts")
    else:
        first = ("97", "nodes/positive-unspecified") if found else ("99", "nodes/unknown")
    if examined is not None:
        return first, (_count(examined), "nodes/counts")
    known = positive is not None or found
    return first, ("98", "nodes/number-unknown") if known else ("99", "nodes/unknown")


def _count(number: int) -> str:
    return f"{min(number, _MOST):02d}"
