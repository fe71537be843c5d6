"""How honest the confidence is: every figure the project promises, from annotated reports.

Run by hand:  python -m corpora.calibration_report GOLD.jsonl=REPORTS.jsonl[=WEIGHT[=KIND]] ... [--folds 5]

KIND (``real`` unless given, ``net`` for reports of neuroendocrine tumors) names the sets that are shown
apart and between which transfer is measured. On the dev fold the figures are of reports left out of the fit,
all of a report in one fold; on the check fold they are those of the shipped weights, as totals only.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

import extractor
from corpora.fit_confidence import samples
from extractor.fitting import Sample, fit
from extractor.locations import patterns_dir
from extractor.resolve import Weights, options, probabilities
from nenpath.evaluation import figures
from nenpath.evaluation.decisions import Decisions
from nenpath.evaluation.thresholds import lower_bound, upper_bound

Fitted = tuple[Weights, dict[str, Weights]]


def judged(found: list[Sample], weights: Fitted) -> Decisions:
    """Decisions of samples under weights, as ``nenpath evaluate`` would count them."""
    shared, by_field = weights
    names: dict[str, int] = {}
    reports: dict[str, int] = {}
    rows = []
    for number, sample in enumerate(found):
        merged = dict(shared)
        for name, amount in by_field.get(sample.field, {}).items():
            merged[name] = merged.get(name, 0.0) + amount
        choices = options(sample.candidates, sample.rank, sample.order, merged, sample.noise)
        shares = probabilities(choices, merged)
        best = max(range(len(choices) - 1), key=lambda i: shares[i])
        value = choices[best].value
        absent = sample.field == "neuroendocrine_type" and sample.right("none")
        stated = not (absent or sample.right(None))
        given = value is not None and not (sample.field == "neuroendocrine_type" and value == "none")
        right = sample.right(value) if stated else not given
        rows.append(
            (
                reports.setdefault(sample.group, len(reports)),
                names.setdefault(sample.field, len(names)),
                round(shares[best], 4),
                right,
                given,
                stated,
                (number * 2654435761) % 2**32,  # an order of ties that follows neither field nor report
            )
        )
    kinds = (np.int64, np.int64, np.float64, np.bool_, np.bool_, np.bool_, np.uint64)
    columns: list[Any] = [np.array(c, dtype=k) for c, k in zip(zip(*rows, strict=True), kinds, strict=True)]
    return Decisions(tuple(names), len(reports), *columns)


def isotonic(decisions: Decisions, folds: NDArray[np.int64]) -> Decisions:
    """Confidence of given values refitted by isotonic regression per field, on the other folds."""
    confidence = decisions.confidence.copy()
    for field in range(len(decisions.names)):
        own = (decisions.field == field) & decisions.given
        for fold in np.unique(folds):
            train, out = own & (folds != fold), own & (folds == fold)
            if train.any() and out.any():
                order = np.argsort(decisions.confidence[train], kind="stable")
                x = decisions.confidence[train][order]
                y = isotonic_regression(decisions.right[train][order].astype(float)).x
                confidence[out] = np.interp(decisions.confidence[out], x, y)
    return replace(decisions, confidence=confidence)


def totals(decisions: Decisions) -> dict[str, Any]:
    """The promised figures."""
    given = decisions.where(decisions.given)
    sure = given.where(given.confidence >= 0.99)
    n, right = len(sure), int(sure.right.sum())
    return {
        "reports": len(np.unique(decisions.report)),
        "decisions": len(decisions),
        "given": len(given),
        "accuracy": float(decisions.right.mean()),
        "ece_all": figures.ece(decisions)[1],
        "ece_given": figures.ece(given)[1],
        "ece_given_raw": figures.ece(given)[0],
        "brier_given": figures.brier(given),
        "accepted_at_99": figures.accepted_at(decisions, 0.99),
        "sure": n,
        "sure_right": right / n if n else None,
        "sure_low": lower_bound(right, n, 0.025) if n else None,
        "sure_high": upper_bound(right, n, 0.025) if n else None,
    }


def show(name: str, figure: dict[str, Any]) -> None:
    """Print figures on a line."""
    words = " ".join(f"{k}={v:.4f}" if isinstance(v, float) else f"{k}={v}" for k, v in figure.items())
    print(f"{name}: {words}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gold", nargs="+")
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    data = json.loads((patterns_dir() / "confidence.json").read_text(encoding="utf-8"))
    start = data["prior"]
    engine = extractor.load()
    dev: list[Sample] = []
    check: dict[str, list[Sample]] = {}
    kinds: dict[str, str] = {}
    for pair in arguments.gold:
        gold, reports, *rest = pair.split("=")
        weight, kind = float(rest[0]) if rest else 1.0, rest[1] if len(rest) > 1 else "real"
        added = samples(engine, Path(gold), Path(reports), weight)
        kinds |= {sample.group: kind for sample in added}
        dev += added
        check.setdefault(kind, []).extend(samples(engine, Path(gold), Path(reports), weight, check=True))

    def fitted(found: list[Sample]) -> Fitted:
        return fit(found, start["shared"], start["fields"], start["held"], rounds=2)

    groups = sorted({sample.group for sample in dev})
    fold_of = {group: number % arguments.folds for number, group in enumerate(groups)}
    order = [s for fold in range(arguments.folds) for s in dev if fold_of[s.group] == fold]
    parts = []
    for fold in range(arguments.folds):
        weights = fitted([s for s in dev if fold_of[s.group] != fold])
        parts.append([judged([s], weights) for s in order if fold_of[s.group] == fold])
    held_out = judged(order, fitted(dev))  # for the columns; the confidence and what it decides come next
    one = [decision for part in parts for decision in part]
    held_out = replace(
        held_out,
        **{
            c: np.concatenate([getattr(d, c) for d in one])
            for c in ("confidence", "right", "given", "stated")
        },
    )
    folds = np.array([fold_of[sample.group] for sample in order])
    kind_of = np.array([kinds[sample.group] for sample in order])
    print(f"Out of fold, {arguments.folds} folds by report, dev")
    show("pooled", totals(held_out))
    for kind in sorted(check):
        show(kind, totals(held_out.where(kind_of == kind)))
    smooth = figures.brier((fit_ := isotonic(held_out, folds)).where(fit_.given))
    print(f"Brier score of given values after isotonic regression per field: {smooth:.4f}")
    print("ECE of given values by field (50 or more)")
    for name in held_out.names:
        own = held_out.of(name)
        own = own.where(own.given)
        if len(own) >= 50:
            raw, above = figures.ece(own)
            print(f"  {name}: n={len(own)} ece={above:.4f} raw={raw:.4f}")
    print("Transfer: fitted on one kind, tested on the other, dev")
    for kind in sorted(check):
        there = [s for s in dev if kinds[s.group] != kind]
        here = [s for s in dev if kinds[s.group] == kind]
        if there and here:
            show(f"others -> {kind}", totals(judged(here, fitted(there))))
    print("Check fold, shipped weights, totals")
    shipped = data["shared"], data["fields"]
    everything = [sample for found in check.values() for sample in found]
    show("pooled", totals(judged(everything, shipped)))
    for kind, found in sorted(check.items()):
        if found:
            show(kind, totals(judged(found, shipped)))


if __name__ == "__main__":
    main()
