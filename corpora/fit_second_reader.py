"""Teach the second reader (``patterns/second_reader.npz``) what the rules read in many reports.

Run by hand:  python -m corpora.fit_second_reader REPORTS[=WEIGHT] ... --without GOLD.jsonl[=check] ...

REPORTS are JSON lines or Parquet with ``report_id`` and ``text``; a rare kind of reports may weigh more.
Reports annotated in a GOLD file (or in its check fold only) are left out, so that confidence can be fitted on
them afterwards (``corpora.fit_second_opinion``, to be run next). Needs scikit-learn (``nenpath[fit]``).

The labels are the rules' own values where these are sure enough: a unit is labelled by the value whose
evidence stands in it, a report by its value. A linear model of words cannot learn the rules themselves,
only what usually stands round a value; where the two disagree, the rules are more often wrong.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import SGDClassifier

import extractor
from corpora.fit_confidence import texts_of
from extractor.confidence.second_reader import BUCKETS, Terms, kind_of, terms
from extractor.extract import Extractor
from extractor.locations import SECOND, patterns_dir
from nenpath.gold import in_check_fold, rows

#: Values and absences less sure than this teach nothing.
SURE_VALUE, SURE_ABSENCE = 0.8, 0.9

#: A field or kind of value with fewer reports is not learned.
FEWEST = 30

#: Penalties and passes of the two models.
LINES = {"alpha": 3e-6, "max_iter": 6}
REPORT = {"alpha": 2e-5, "max_iter": 15}


@dataclass(frozen=True, slots=True)
class Lesson:
    """One report: its terms, and for each field the kind of value, how sure it is and where it stands."""

    weight: float
    units: int
    terms: Terms
    readings: dict[str, tuple[str, float, tuple[int, ...]]]


def lessons(engine: Extractor, texts: list[str], weights: list[float], annotated: list[str]) -> list[Lesson]:
    """Read the reports with the rules alone."""
    found = []
    for text, weight in track(list(zip(texts, weights, strict=True)), "Reading"):
        document = engine.document(text)
        if not document.units:
            continue
        readings = {}
        for name in annotated:
            reading = document.reading(name)
            stands_in = document.stands_in.get(name, ())
            readings[name] = kind_of(name, reading.value), reading.confidence, stands_in
        found.append(Lesson(weight, len(document.units), terms(document.units), readings))
    return found


def unit_matrix(found: list[Lesson]) -> tuple[csr_matrix, NDArray[np.int64]]:
    """Terms of all units, each row of length one; and the first row of each report."""
    starts = np.cumsum([0] + [lesson.units for lesson in found])
    owner = np.concatenate([lesson.terms.owner + start for lesson, start in zip(found, starts, strict=False)])
    ids = np.concatenate([lesson.terms.lines for lesson in found])
    matrix = csr_matrix((np.ones(len(ids), np.float32), (owner, ids)), shape=(starts[-1], BUCKETS))
    return diags(1.0 / np.sqrt(np.maximum(matrix.getnnz(axis=1), 1)).astype(np.float32)) @ matrix, starts


def report_matrix(found: list[Lesson]) -> tuple[csr_matrix, NDArray[np.float32]]:
    """Terms of whole reports weighed by rarity, each row of length one; and the rarities."""
    owner = np.concatenate([np.full(len(lesson.terms.report), n) for n, lesson in enumerate(found)])
    ids = np.concatenate([lesson.terms.report for lesson in found])
    matrix = csr_matrix((np.ones(len(ids), np.float32), (owner, ids)), shape=(len(found), BUCKETS))
    rarity = np.log((1 + len(found)) / (1 + matrix.getnnz(axis=0))).astype(np.float32)
    weighed = matrix @ diags(rarity)
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return (diags((1.0 / np.maximum(length, 1e-6)).astype(np.float32)) @ weighed).tocsr(), rarity


def column(matrix: csr_matrix, labels: NDArray[Any], weights: NDArray[Any], **how: float) -> NDArray[Any]:
    """Weights of one linear model, its base last."""
    model = SGDClassifier(loss="log_loss", tol=None, random_state=0, **how)
    model.fit(matrix, labels, sample_weight=weights)
    return np.append(model.coef_[0], model.intercept_[0])


def learn(found: list[Lesson], annotated: list[str]) -> dict[str, Any]:
    """The arrays of the weights file."""
    by_unit, starts = unit_matrix(found)
    by_report, rarity = report_matrix(found)
    weight = np.array([lesson.weight for lesson in found])
    names, lines, report = [], [], []
    for name in track(annotated, "Learning"):
        readings = [lesson.readings[name] for lesson in found]
        kinds = np.array([kind for kind, _, _ in readings])
        counts = Counter(kinds.tolist())
        common = sorted(kind for kind, n in counts.items() if kind and n >= FEWEST)
        if not common:
            continue
        sure = weight * [c >= (SURE_VALUE if kind else SURE_ABSENCE) for kind, c, _ in readings]
        at_unit = np.full(by_unit.shape[0], "", dtype=kinds.dtype)
        for start, (kind, _, stands_in) in zip(starts, readings, strict=False):
            at_unit[[start + index for index in stands_in if kind]] = kind
        sure_unit = np.repeat(sure, np.diff(starts))
        for kind in ["", *(common if len(common) > 1 else [])]:
            here, whole = (at_unit == kind, kinds == kind) if kind else (at_unit != "", kinds != "")
            names.append(f"{name}/{kind}")
            lines.append(column(by_unit, here, sure_unit, **LINES))
            report.append(column(by_report, whole, sure, **REPORT))
    return {
        "columns": np.array(names),
        "rarity": rarity.astype(np.float16),
        **packed("lines", np.array(lines)),
        **packed("report", np.array(report)),
    }


def packed(name: str, weights: NDArray[Any]) -> dict[str, Any]:
    """Weights to a byte each, with the scale and the base of each column."""
    scale = np.abs(weights[:, :-1]).max(axis=1) / 127
    return {
        name: np.round(weights[:, :-1] / scale[:, None]).astype(np.int8).T.copy(),
        f"{name}_scale": scale.astype(np.float32),
        f"{name}_base": weights[:, -1].astype(np.float32),
    }


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", nargs="+")
    parser.add_argument("--without", nargs="*", default=[])
    arguments = parser.parse_args()
    left_out = set()
    for pair in arguments.without:
        path, _, fold = pair.partition("=")
        names = [row["id"] for row in rows(Path(path))]
        left_out.update(name for name in names if fold != "check" or in_check_fold(name))
    texts, each = [], []
    for pair in arguments.reports:
        path, _, weight = pair.partition("=")
        taken = [text for name, text in texts_of(Path(path)).items() if name not in left_out]
        texts += taken
        each += [float(weight or 1.0)] * len(taken)
    engine = extractor.load()
    annotated = sorted(engine.confidence.fields)
    weights = learn(lessons(engine, texts, each, annotated), annotated)
    np.savez_compressed(patterns_dir() / SECOND[0], **weights)
    print(f"{len(texts):,} reports, {len(weights['columns'])} columns")


if __name__ == "__main__":
    main()
