"""Whether an archive looks like the reports the confidence was fitted on.

Only what records say is used: how sure each field's reading is, in which section its evidence stands, what
its status is, and a few facts of the whole report. Two sets are compared by the population stability index
(the symmetric Kullback-Leibler distance of two histograms) less what chance alone gives sets of these sizes.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from nenpath.store import Store

#: Distances above chance that are called a shift, and a strong one (usual in credit scoring).
SHIFT, STRONG = 0.1, 0.25

#: Fewer reports on either side tell nothing.
FEWEST = 30

#: Records looked at, spread over the store; as many give distances to a hundredth.
SAMPLE = 2000

#: Chance that anything is named where nothing differs.
CHANCE = 0.01

#: facet -> category -> number of reports; a facet is "field/aspect" or "report/aspect".
Shares = dict[str, dict[str, int]]

_BANDS = ((0.5, "below 50 %"), (0.8, "50-80 %"), (0.95, "80-95 %"), (0.99, "95-99 %"), (2.0, "99 % and more"))
_ASPECTS = {"reading": "how sure", "evidence": "where it stands", "status": "status"}


@dataclass(frozen=True, slots=True)
class Shift:
    """A facet whose distribution differs: distance above chance, and the category that moved most."""

    facet: str
    distance: float
    category: str
    before: float
    now: float

    @property
    def field(self) -> str:
        """The field's name, or "report"."""
        return self.facet.partition("/")[0]

    def __str__(self) -> str:
        aspect = self.facet.partition("/")[2]
        words = _ASPECTS.get(aspect, aspect)
        return f"{words}: {self.category} {self.before:.0%} -> {self.now:.0%}"


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs, strongest first; ``reports`` and ``reference`` say how many were compared."""

    reports: int
    reference: int
    shifts: tuple[Shift, ...]

    @property
    def enough(self) -> bool:
        """Whether there are enough reports to tell."""
        return min(self.reports, self.reference) >= FEWEST


def describe(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Count what records look like: ``{"reports": n, "shares": {facet: {category: reports}}}``.

    The counts hold no words of reports, only names of fields, sections and statuses.
    """
    counts: dict[str, Counter[str]] = {}
    reports = 0
    for record in records:
        reports += 1
        for facet, category in _facets(record):
            counts.setdefault(facet, Counter())[category] += 1
    shares = {facet: dict(sorted(count.items())) for facet, count in sorted(counts.items())}
    return {"reports": reports, "shares": shares}


def compare(reference: Mapping[str, Any], now: Mapping[str, Any]) -> Drift:
    """Compare two descriptions."""
    from scipy.stats import chi2

    shifts = []
    facets = sorted(reference["shares"].keys() & now["shares"].keys())
    for facet in facets:
        before, after = reference["shares"][facet], now["shares"][facet]
        n, m = sum(before.values()), sum(after.values())
        categories = sorted(before.keys() | after.keys())
        if min(n, m) < FEWEST or len(categories) < 2:
            continue
        size = len(categories)
        shares = {
            c: ((before.get(c, 0) + 0.5) / (n + 0.5 * size), (after.get(c, 0) + 0.5) / (m + 0.5 * size))
            for c in categories
        }
        distance = sum((q - p) * math.log(q / p) for p, q in shares.values())
        noise = 1.0 / n + 1.0 / m
        above = distance - (size - 1) * noise
        if above >= SHIFT and chi2.sf(distance / noise, size - 1) < CHANCE / len(facets):
            most = max(categories, key=lambda c: abs(shares[c][1] - shares[c][0]))
            shifts.append(Shift(facet, above, most, before.get(most, 0) / n, after.get(most, 0) / m))
    shifts.sort(key=lambda shift: (-shift.distance, shift.facet))
    return Drift(now["reports"], reference["reports"], tuple(shifts))


def drift_of(store: Store, reference: Mapping[str, Any]) -> Drift:
    """Compare a store's records, those its manifest's calibration made, with a reference."""
    made = (
        record
        for record in _sample(store)
        if record["provenance"]["calibration"] == store.manifest.calibration
    )
    return compare(reference, describe(made))


def reference_of(path: Path) -> dict[str, Any] | None:
    """The reference a file of weights or of a hospital's calibration holds; None if it has none."""
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")).get("reference")
    return found


def said(store: Store, patterns: Path | None, calibration: Path | None) -> list[str]:
    """Compare a store with what its calibration was fitted on, in a few lines for a person."""
    from extractor.locations import patterns_dir

    reference = reference_of(calibration or patterns_dir(patterns) / "second_opinion.json")
    return list(lines(None if reference is None else drift_of(store, reference)))


def lines(drift: Drift | None, most: int = 8) -> Iterator[str]:
    """Say it in a few lines."""
    if drift is None:
        yield "Drift: the calibration holds no reference to compare with"
        return
    if not drift.enough:
        yield f"Drift: {drift.reports:,} reports are too few to compare ({FEWEST} are needed)"
        return
    strong: dict[str, Shift] = {}
    mild = set()
    for shift in drift.shifts:
        if shift.distance >= STRONG:
            strong.setdefault(shift.field, shift)
        else:
            mild.add(shift.field)
    whole = strong.pop("report", None)
    mild -= {"report", *strong}
    yield (
        f"Drift: {drift.reports:,} reports against the {drift.reference:,} the confidence was fitted on: "
        f"{len(strong)} fields differ strongly, {len(mild)} somewhat"
    )
    if whole is not None:
        yield f"  the reports themselves differ ({whole}; distance {whole.distance:.2f})"
    if strong:
        yield "  Confidence is doubtful for (check some of these readings, or run nenpath calibrate):"
        for name, shift in islice(strong.items(), most):
            yield f"    {name} ({shift}; distance {shift.distance:.2f})"
        if len(strong) > most:
            yield f"    and {', '.join(list(strong)[most:])}"


def _facets(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    fields = record["fields"]
    stated = review = 0
    past = False
    for name, reading in fields.items():
        given = reading["value"] is not None
        stated += given
        review += reading["review"]
        yield f"{name}/reading", _reading(reading, given)
        if not given:
            continue
        sections = [evidence["section"] or "none" for evidence in reading["evidence"]]
        yield f"{name}/evidence", sections[0] if sections else "none"
        yield f"{name}/status", reading["status"]
        past = past or set(sections) == {"history"}
    yield "report/fields stated", _count(stated, (4, 8, 12, 16, 20))
    yield "report/fields to review", _count(review, (0, 2, 5, 10))
    yield "report/other tumors", _count(len(record["other_tumors"]), (0, 1))
    yield "report/a value from the history alone", "yes" if past else "no"
    yield "report/contradictions", _count(len(record["inconsistencies"]), (0, 1))
    for name in ("specimen", "neuroendocrine_type"):
        yield f"report/{name}", str(fields[name]["value"])


def _reading(reading: Mapping[str, Any], given: bool) -> str:
    if not given:
        return "not stated" if reading["confidence"] >= 0.95 else "not stated, unsure"
    return next("sure " + name for limit, name in _BANDS if reading["confidence"] < limit)


def _count(number: int, limits: tuple[int, ...]) -> str:
    """Put a number in its class.

    >>> _count(3, (0, 2, 5)), _count(9, (0, 2, 5))
    ('3-5', 'over 5')
    """
    low = 0
    for limit in limits:
        if number <= limit:
            return str(limit) if low == limit else f"{low}-{limit}"
        low = limit + 1
    return f"over {limits[-1]}"


def _sample(store: Store) -> Iterator[dict[str, Any]]:
    step = math.ceil(max(1, len(store.parts)) * store.manifest.part_rows / SAMPLE)
    for row in islice(store.rows("record"), 0, None, step):
        if row["record"] is not None:
            yield json.loads(row["record"])
