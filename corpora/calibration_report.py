"""How honest the confidence is: the figures the project promises, from annotated reports.

Run by hand:  python -m corpora.calibration_report GOLD.jsonl=REPORTS[=WEIGHT[=KIND]] ... [--folds 5]

KIND (``real`` unless given, ``net`` for reports of neuroendocrine tumors) names the sets that are shown apart
and between which transfer is measured. On the dev fold the second opinion is that of reports left out of its
fit, all of a report in one fold; on the check fold it is the shipped one, as totals only.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

import extractor
from corpora.fit_second_opinion import Decision, columns, decisions, fit, held_out, moved, shipped, summary
from nenpath.evaluation import figures
from nenpath.evaluation.decisions import Decisions


def isotonic(done: Decisions, folds: NDArray[np.int64]) -> Decisions:
    """Confidence of given values refitted by isotonic regression per field, on the other folds."""
    confidence = done.confidence.copy()
    for field in range(len(done.names)):
        own = (done.field == field) & done.given
        for fold in np.unique(folds):
            train, out = own & (folds != fold), own & (folds == fold)
            if train.any() and out.any():
                order = np.argsort(done.confidence[train], kind="stable")
                x = done.confidence[train][order]
                y = isotonic_regression(done.right[train][order].astype(float)).x
                confidence[out] = np.interp(done.confidence[out], x, y)
    return replace(done, confidence=confidence)


def show(name: str, found: list[Decision]) -> None:
    """Print figures on a line."""
    print(f"{name}:", " ".join(f"{key}={value}" for key, value in summary(columns(found)).items()))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+")
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    engine = extractor.load()
    dev: dict[str, list[Decision]] = {}
    check: dict[str, list[Decision]] = {}
    for pair in arguments.gold:
        gold, reports, *rest = pair.split("=")
        weight, kind = float(rest[0]) if rest else 1.0, rest[1] if len(rest) > 1 else "real"
        for sets, fold in ((dev, "dev"), (check, "check")):
            added = decisions(engine, Path(gold), Path(reports), weight, fold=fold)
            sets.setdefault(kind, []).extend(replace(d, set=kind) for d in added)
    done, folds = held_out([d for found in dev.values() for d in found], arguments.folds)
    print(f"Out of fold, {arguments.folds} folds by report, dev")
    show("pooled", done)
    for kind in dev:
        show(kind, [d for d in done if d.set == kind])
    counted = columns(done)
    smooth = isotonic(counted, folds)
    brier = figures.brier(smooth.where(smooth.given))
    print(f"Brier score of given values after isotonic regression: {brier:.4f}")
    print("ECE of given values by field (50 or more)")
    for name in counted.names:
        own = counted.of(name)
        own = own.where(own.given)
        if len(own) >= 50:
            print(f"  {name}: n={len(own)} ece={figures.ece(own)[1]:.4f}")
    print("Transfer: fitted on the other kinds, dev")
    for kind, here in dev.items():
        there = [d for name, found in dev.items() if name != kind for d in found]
        if there:
            show(kind, moved(here, fit(there)))
    print("Check fold, shipped, totals")
    for kind, found in check.items():
        if found:
            show(kind, moved(found, shipped()))


if __name__ == "__main__":
    main()
