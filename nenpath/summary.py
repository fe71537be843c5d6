"""What a store holds, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from extractor import catalog
from nenpath.store import Store

LEVELS = ("high", "intermediate", "low", "indeterminate", "not_applicable")


@dataclass(slots=True)
class Summary:
    """Counts over all rows of a store."""

    records: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    stated: Counter[str] = field(default_factory=Counter)
    review: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)


def summarize(store: Store) -> Summary:
    """Count records by risk level and field, and failures by reason."""
    summary = Summary()
    for row in store.rows("reason", "risk_level", "stated", "review"):
        if row["reason"] is not None:
            summary.failures[row["reason"]] += 1
            continue
        summary.records += 1
        summary.levels[row["risk_level"]] += 1
        summary.stated.update(row["stated"])
        summary.review.update(row["review"])
    return summary


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
        _print_counts("Failures", dict(summary.failures.most_common()), console)


def _print_counts(title: str, counts: dict[str, int], console: Console) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    console.print(table)
