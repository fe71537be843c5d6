"""What a store holds, in numbers: the table at the end of a run, ``summary.json`` and ``summary.html``."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from extractor import catalog
from nenpath.archives.item import SUPERSEDED
from nenpath.store import Store

LEVELS = ("high", "intermediate", "low", "indeterminate", "not_applicable")
KI67_BOUNDS = (0, 1, 2, 3, 5, 10, 15, 20, 30, 40, 55, 70, 85)
SIZE_BOUNDS = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
CONFIDENCE_BOUNDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)


class Histogram:
    """Counts of numbers by classes; a class begins at its bound, the last one is open.

    >>> sizes = Histogram((0, 10, 20))
    >>> for number in (3, 10, 99):
    ...     sizes.add(number)
    >>> sizes.counts
    [1, 1, 1]
    """

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * len(bounds)

    def add(self, number: float) -> None:
        """Count one number."""
        self.counts[max(0, bisect_right(self.bounds, number) - 1)] += 1

    def spans(self, low: float, high: float | None) -> bool:
        """Tell whether an interval reaches over more than one class."""
        return high is None or bisect_right(self.bounds, low) != bisect_right(self.bounds, high)


@dataclass(slots=True)
class Summary:
    """Counts over all rows of a store; of intervals wider than a class only the number is kept."""

    records: int = 0
    superseded: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)
    review: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    ki67: Histogram = field(default_factory=lambda: Histogram(KI67_BOUNDS))
    ki67_ranges: int = 0
    sizes: Histogram = field(default_factory=lambda: Histogram(SIZE_BOUNDS))
    grades: dict[str, Counter[str]] = field(default_factory=dict)
    confidence: dict[str, Histogram] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """Give all counts as ``summary.json`` has them."""
        return {
            "reports": self.records + self.failures.total(),
            "records": self.records,
            "superseded": self.superseded,
            "fields": {
                room.name: {
                    "stated": self.stated[room.name],
                    "not_stated": self.records - self.stated[room.name],
                    "below_threshold": self.review[room.name],
                }
                for room in catalog.fields()
            },
            "risk_levels": {level: self.levels[level] for level in LEVELS},
            "failures": dict(ranked(self.failures)),
            "ki67_percent": {
                "class_from": self.ki67.bounds,
                "reports": self.ki67.counts,
                "wider_than_a_class": self.ki67_ranges,
            },
            "tumor_size_mm": {"class_from": self.sizes.bounds, "reports": self.sizes.counts},
            "grade_by_site": {site: dict(sorted(self.grades[site].items())) for site in sites(self)},
            "confidence": {
                "class_from": CONFIDENCE_BOUNDS,
                "reports": {name: histogram.counts for name, histogram in self.confidence.items()},
            },
        }


def summarize(store: Store) -> Summary:
    """Count records by risk level and field, failures by reason, and what the plots show."""
    summary = Summary()
    names = [room.name for room in catalog.fields()]
    for row in store.rows("reason", "risk_level", "stated", "review"):
        if row["reason"] == SUPERSEDED:
            summary.superseded += 1
            continue
        if row["reason"] is not None:
            summary.failures[row["reason"]] += 1
            continue
        summary.records += 1
        summary.levels[row["risk_level"]] += 1
        summary.stated.update(row["stated"])
        summary.review.update(row["review"])
    summary.confidence = {name: Histogram(CONFIDENCE_BOUNDS) for name in names}
    wanted = ["ki67_percent_low", "ki67_percent_high", "ki67_percent_comparator", "tumor_size_mm"]
    wanted += ["primary_site", "grade_derived", *(f"{name}_confidence" for name in names)]
    for columns in store.results(wanted):
        _count(summary, columns)
    return summary


def _count(summary: Summary, columns: dict[str, list[Any]]) -> None:
    for name, histogram in summary.confidence.items():
        for confidence in columns[f"{name}_confidence"]:
            if confidence is not None:
                histogram.add(confidence)
    for size in columns["tumor_size_mm"]:
        if size is not None:
            summary.sizes.add(size)
    bounds = (columns[f"ki67_percent_{part}"] for part in ("low", "high", "comparator"))
    for low, high, comparator in zip(*bounds, strict=True):
        if comparator is None:
            continue
        # "<3" does not reach 3: it lies in the classes below.
        top = high - 1e-9 if comparator == "<" and high is not None else high
        if summary.ki67.spans(low, top):
            summary.ki67_ranges += 1
        else:
            summary.ki67.add(low)
    for site, grade in zip(columns["primary_site"], columns["grade_derived"], strict=True):
        summary.grades.setdefault(site or "not_stated", Counter())[grade or "unknown"] += 1


def ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Order counts, the highest first, equal ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def sites(summary: Summary) -> list[str]:
    """Order the sites, that of most reports first."""
    return [site for site, _ in ranked(Counter({site: n.total() for site, n in summary.grades.items()}))]


def print_summary(summary: Summary, console: Console) -> None:
    """Print the counts as tables."""
    fields = Table(title="Fields", title_justify="left", box=None, pad_edge=False)
    fields.add_column("field")
    for heading in ("stated", "not stated", "to review"):
        fields.add_column(heading, justify="right")
    for room in catalog.fields():
        stated = summary.stated[room.name]
        fields.add_row(
            room.name, f"{stated:,}", f"{summary.records - stated:,}", f"{summary.review[room.name]:,}"
        )
    console.print(fields)
    _print_counts("Risk", {level: summary.levels[level] for level in LEVELS}, console)
    if summary.failures:
        _print_counts("Failures", dict(ranked(summary.failures)), console)


def _print_counts(title: str, counts: dict[str, int], console: Console) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    console.print(table)
