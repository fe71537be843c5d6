"""``summary.json`` and ``summary.html`` of a store: counts and plots, no word of a report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined

from extractor import catalog
from nenpath.errors import NenpathError
from nenpath.files import replace
from nenpath.summary import CONFIDENCE_BOUNDS, LEVELS, Histogram, Summary, ranked, sites

_MOST_SITES = 12
_GRADES = ("G1", "G2", "G3", "NEC", "TC", "AC", "LCNEC", "SCLC", "low", "high")


@dataclass(frozen=True, slots=True)
class Share:
    """A piece of a bar: where it begins and how long it is, in percent of the longest."""

    name: str
    count: int
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a plot with its pieces."""

    name: str
    count: int
    shares: list[Share]


def write_summary(summary: Summary, directory: Path) -> None:
    """Write both files, each in one step; equal stores give equal bytes."""
    content = json.dumps(summary.content(), indent=2, ensure_ascii=False) + "\n"
    for name, text in (("summary.json", content), ("summary.html", page(summary))):
        _put(directory / name, text.encode())


def page(summary: Summary) -> str:
    """Render the page."""
    environment = Environment(
        loader=PackageLoader("nenpath"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = sites(summary)[:_MOST_SITES]
    found = {grade for site in shown for grade in summary.grades[site]}
    grades = [
        grade for grade in (*_GRADES, *sorted(found - {*_GRADES, "unknown"}), "unknown") if grade in found
    ]
    names = bands(CONFIDENCE_BOUNDS, "1")
    return environment.get_template("summary.html").render(
        summary=summary,
        rooms=catalog.fields(),
        levels=[(level, summary.levels[level]) for level in LEVELS],
        failures=ranked(summary.failures),
        ki67=columns(summary.ki67),
        sizes=columns(summary.sizes),
        grades={grade: grade if grade in _GRADES else "unknown" for grade in grades},
        sites=stack(
            (site.replace("_", " "), [(g, summary.grades[site][g]) for g in grades]) for site in shown
        ),
        more_sites=max(0, len(summary.grades) - len(shown)),
        bands={name: f"band{number}" for number, name in enumerate(names)},
        confidence=stack(
            (room.title, list(zip(names, summary.confidence[room.name].counts, strict=True)))
            for room in catalog.fields()
        ),
    )


def bands(bounds: Iterable[float], last: str = "") -> list[str]:
    """Name the classes that begin at the bounds.

    >>> bands((0, 10, 20))
    ['0-10', '10-20', '20-']
    """
    texts = [f"{bound:g}" for bound in bounds]
    return [f"{low}-{high}" for low, high in zip(texts, [*texts[1:], last], strict=True)]


def columns(histogram: Histogram) -> list[Share]:
    """Give each class of a histogram its place and its height."""
    highest = max(*histogram.counts, 1)
    width = 100 / len(histogram.counts)
    names = bands(histogram.bounds)
    return [
        Share(name, count, round(number * width, 3), round(100 * count / highest, 3))
        for number, (name, count) in enumerate(zip(names, histogram.counts, strict=True))
    ]


def stack(rows: Iterable[tuple[str, list[tuple[str, int]]]]) -> list[Bar]:
    """Divide bars of equal length among their counts."""
    bars = []
    for name, counts in rows:
        total = sum(count for _, count in counts)
        shares, start = [], 0.0
        for piece, count in counts:
            length = 100 * count / total if total else 0.0
            shares.append(Share(piece, count, round(start, 3), round(length, 3)))
            start += length
        bars.append(Bar(name, total, shares))
    return bars


def _put(path: Path, content: bytes) -> None:
    def write(file: BinaryIO) -> None:
        file.write(content)

    try:
        replace(path, write)
    except OSError as error:
        raise NenpathError(f"{path}: {error.strerror or 'cannot be written'}") from None
