"""A second reader: what the bare words of a report make likely, learned without any rule.

The rules find a value where its wording is known. This reader knows no wordings: it weighs words and pairs
of words, of each unit and of the whole report, with weights learned from thousands of reports
(``patterns/second_reader.npz``). It never gives a value. Where it expects one and the rules found none, or
where the words of the evidence are unlike those that usually carry such a value, the reading deserves less
trust (:mod:`extractor.confidence.second_opinion`).

Words are hashed into a fixed number of buckets, so the weights are numbers only and hold no text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractor.unit import Unit

#: Buckets of hashed words; a power of two.
BUCKETS = 1 << 15

#: How many words of the unit before are seen from a unit.
BEFORE = 8

#: Units weighed at a time.
BLOCK = 1000

#: Words kept hashed; beyond that the store of them starts anew (an archive has no end of misspellings).
KNOWN = 50_000

#: Different terms from which on a report counts in full, and the farthest log-odds told.
ENOUGH, FARTHEST = 300, 6.0

#: Values this reader tells apart; of other fields it only tells that there is one.
POLAR = {
    "lymphovascular_invasion": ("present", "absent"),
    "perineural_invasion": ("present", "absent"),
    "local_invasion": ("present", "absent"),
    "margins": ("positive", "negative"),
    "distant_metastasis": ("present", "absent"),
    "necrosis": ("present", "absent"),
}

_WORD = re.compile(r"[a-z0-9+/%-]+")
_DIGIT = re.compile(r"\d")
_PAIR, _BEFORE, _MASK = 0x9E3779B1, 0x85EBCA77, 0xFFFFFFFF

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]

_hashed: dict[str, int] = {}


def kind_of(field: str, value: Any) -> str:
    """What this reader calls a value: its polarity where it tells that, else only "given", or "" for none."""
    if value in (None, "none") or value == []:
        return ""
    if field == "nodes_positive":
        return "positive" if value else "negative"
    polar = POLAR.get(field)
    if polar is None or value in polar:
        return str(value) if polar else "given"
    return "other"


@dataclass(frozen=True, slots=True)
class Terms:
    """Hashed terms of a report: ``lines`` by unit (``owner``, rising), ``report`` of the whole."""

    lines: Ids
    owner: Ids
    report: Ids


def terms(units: Sequence[Unit]) -> Terms:
    """Hash the words and pairs of words of each unit, its section, and the last words of the unit before."""
    words: list[int] = []
    owners: list[int] = []
    sections = []
    for unit in units:
        found = _WORD.findall(_DIGIT.sub("0", unit.text.lower()))
        words += map(_hash, found)
        owners += [unit.index] * len(found)
        sections.append(_hash("section " + unit.section))
    single, at = np.array(words, dtype=np.int64), np.array(owners, dtype=np.int64)
    inside = at[:-1] == at[1:]
    pairs, pairs_at = ((single[:-1] * _PAIR + single[1:]) & _MASK)[inside], at[1:][inside]
    after = np.searchsorted(at, at, side="right")
    last = (after - np.arange(len(at)) <= BEFORE) & (after < len(at))
    before, before_at = (single[last] * _BEFORE) & _MASK, at[after[last]]
    numbers = np.arange(len(units), dtype=np.int64)
    ids = np.concatenate([single, pairs, before, np.array(sections, dtype=np.int64)]) % BUCKETS
    keys = np.unique(np.concatenate([at, pairs_at, before_at, numbers]) * BUCKETS + ids)
    return Terms(keys % BUCKETS, keys // BUCKETS, np.unique(np.concatenate([single, pairs]) % BUCKETS))


def _hash(word: str) -> int:
    found = _hashed.get(word)
    if found is None:
        if len(_hashed) >= KNOWN:
            _hashed.clear()
        found = _hashed[word] = zlib.crc32(word.encode())
    return found


class SecondReader:
    """The weights: for each (field, kind) a column for units and one for whole reports, log-odds both."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as data:
            columns = [tuple(name.split("/")) for name in data["columns"].tolist()]
            self._lines: Floats = data["lines"] * data["lines_scale"]
            self._lines_base: Floats = data["lines_base"]
            self._report: Floats = data["report"] * data["report_scale"]
            self._report_base: Floats = data["report_base"]
            self._rarity: Floats = data["rarity"].astype(np.float32)
        self.columns: dict[str, dict[str, int]] = {}
        for number, (field, kind) in enumerate(columns):
            self.columns.setdefault(field, {})[kind] = number

    def __call__(self, units: Sequence[Unit], *, several_tumors: bool = False) -> Expectation:
        """What each unit, and the report as a whole, makes likely.

        Parameters
        ----------
        several_tumors
            Whether the rules found another tumor beside the index tumor: values are then often the other's.
        """
        if not units:
            nothing = np.zeros((1, len(self._lines_base)), np.float32)
            return Expectation(self.columns, nothing, self._report_base, several_tumors)
        found = terms(units)
        starts = np.searchsorted(found.owner, np.arange(len(units)))
        counts = np.diff(starts, append=len(found.owner))
        sums = np.empty((len(units), len(self._lines_base)), np.float32)
        for at in range(0, len(units), BLOCK):  # a report of many megabytes is not weighed at once
            first, end = starts[at], starts[at : at + BLOCK][-1] + counts[at : at + BLOCK][-1]
            weights = self._lines[found.lines[first:end]]
            sums[at : at + BLOCK] = np.add.reduceat(weights, starts[at : at + BLOCK] - first, axis=0)
        lines = sums / np.sqrt(counts, dtype=np.float32)[:, None] + self._lines_base
        rarity = self._rarity[found.report]
        size = float(np.sqrt(np.square(rarity).sum())) or 1.0
        # einsum, for a matrix product would start threads that cost more than they save
        report = np.einsum("i,ij->j", rarity, self._report[found.report]) / size + self._report_base
        report *= min(1.0, len(found.report) / ENOUGH)
        return Expectation(self.columns, lines, report, several_tumors)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Log-odds of each column, by unit and for the whole report (drawn to even odds if that is short)."""

    columns: dict[str, dict[str, int]]
    lines: Floats
    report: Floats
    several_tumors: bool

    def most(self, field: str) -> int | None:
        """Index of the unit in which a value of the field is most expected, if it is more likely than not."""
        columns = self.columns.get(field)
        if columns is None:
            return None
        given = self.lines[:, columns[""]]
        return int(given.argmax()) if given.max() > 0.0 else None

    def features(self, field: str, value: Any, evidence: Sequence[int]) -> dict[str, float]:
        """Say how expected a reading is: log-odds; empty for fields this reader was not taught.

        Parameters
        ----------
        evidence
            Indices of the units a value stands in.
        """
        columns = self.columns.get(field)
        if columns is None:
            return {}
        any_value = columns[""]
        given = self.lines[:, any_value]
        found = {
            "report_any": self.report[any_value],
            "unit_any": given.max(),
            "units_any": np.log((1.0 / (1.0 + np.exp(-given))).sum()),
        }
        kind = kind_of(field, value)
        if kind:
            own = columns.get(kind, any_value)
            rivals = [column for name, column in columns.items() if name not in ("", kind)]
            here = list(evidence)
            found["report_value"] = self.report[own]
            found["unit_value"] = self.lines[:, own].max()
            found["evidence_value"] = self.lines[here, own].max() if here else 0.0
            found["evidence_any"] = self.lines[here, any_value].max() if here else 0.0
            found["unit_rival"] = self.lines[:, rivals].max() if rivals else 0.0
            found["several_tumors"] = float(self.several_tumors)
        return {name: min(max(float(x), -FARTHEST), FARTHEST) for name, x in found.items()}
