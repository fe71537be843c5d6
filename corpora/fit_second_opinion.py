"""Fit ``patterns/second_opinion.json``: how the second opinion moves confidence.

Run by hand:  python -m corpora.fit_second_opinion [GOLD.jsonl=REPORTS[=WEIGHT[=dev]] ...] [--folds 5]
                  [--decisions FILE ... --reports REPORTS ...] [--save FILE]

Every set is taken whole, or its dev fold only. Only decisions made before anybody read a set's errors say
how often the rules are wrong on reports of other hospitals: with the rules of that time, ``--save`` writes
the decisions (numbers, no text) and fits nothing; ``--decisions`` takes them in later (``--reports``: their
texts, for what drift is measured against). It prints figures of reports left out of the fit, set by set,
then writes the weights fitted on everything taken.
"""

from __future__ import annotations

import argparse
import datetime
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

import extractor
import nenpath
from corpora.fit_confidence import texts_of
from extractor.confidence.odds import doubted, log_odds
from extractor.confidence.second_reader import kind_of
from extractor.extract import Extractor
from extractor.locations import SECOND, patterns_dir
from nenpath.drift import describe
from nenpath.evaluation import figures
from nenpath.evaluation.decisions import Decisions
from nenpath.gold import in_check_fold, rows, same, values

#: Standard deviations of the weights about "as the resolver says", by kind; and of a field's intercept.
SPREAD = {"": 0.5, "rule": 0.5, "kind": 0.4, "reading": 0.3}
FIELD_SPREAD = 0.6

#: Weights nearer to nothing are not kept.
LEAST = 0.02

KINDS = ("not_stated", "value")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was read of one field of one report, and whether it is right."""

    set: str
    group: str
    field: str
    given: bool
    stated: bool
    right: bool
    confidence: float
    features: dict[str, float]
    weight: float
    rivals: tuple[float, ...] = ()


def decisions(engine: Extractor, gold: Path, reports: Path, weight: float, *, fold: str) -> list[Decision]:
    """Read the annotated reports of a set ("dev", "check" or "all"); those called unreadable are left out."""
    texts = texts_of(reports)
    found = []
    for row in rows(gold):
        own = "check" if in_check_fold(row["id"]) else "dev"
        if fold not in ("all", own) or (row.get("note") or "").lower().startswith("unread"):
            continue
        document = engine.document(texts[row["id"]])
        for name in engine.confidence.fields:
            document.reading(name)
        expected = engine.expected(document)
        for name, annotated in values(row).items():
            if name == "nodes_positive" and row.get("nodes_examined") == 0:
                continue
            reading = document.reading(name)
            given = bool(kind_of(name, reading.value))
            stated = bool(kind_of(name, annotated))
            found.append(
                Decision(
                    set=gold.stem,
                    group=row["id"],
                    field=name,
                    given=given,
                    stated=stated,
                    right=same(name, annotated, reading.value) if stated else not given,
                    confidence=reading.confidence,
                    features=engine.second_features(document, name, expected),
                    weight=weight,
                    rivals=tuple(alternative.probability for alternative in reading.alternatives),
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class Regression:
    """Weights of one kind of decision, and the intercepts of fields."""

    weights: dict[str, float]
    fields: dict[str, float]
    other: float  # the intercept of a field without decisions to fit on

    def log_odds(self, decision: Decision) -> float:
        """Of being right."""
        moved = sum(self.weights.get(name, 0.0) * amount for name, amount in decision.features.items())
        own = self.fields.get(decision.field, self.other)
        return self.weights["resolver"] * log_odds(decision.confidence) + own + moved


def regression(found: list[Decision]) -> Regression:
    """Penalized logistic regression of being right; the prior is the resolver's own confidence."""
    features = sorted({name for d in found for name in d.features})
    fields = sorted({d.field for d in found})
    place = {name: number for number, name in enumerate(["resolver", *features, "", *fields])}
    entries = [
        (row, place[name], amount)
        for row, d in enumerate(found)
        for name, amount in {"resolver": log_odds(d.confidence), "": 1.0, d.field: 1.0, **d.features}.items()
    ]
    down, across, amounts = zip(*entries, strict=True)
    x = csr_matrix((amounts, (down, across)), shape=(len(found), len(place)))
    y = np.array([d.right for d in found], dtype=float)
    w = np.array([d.weight for d in found])
    spread = np.array([SPREAD.get(name.split("_")[0], SPREAD[""]) for name in place])
    spread[len(features) + 2 :] = FIELD_SPREAD
    prior = np.zeros(len(place))
    prior[0] = 1.0

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        u = x @ beta
        away = (beta - prior) / spread
        value = float(w @ (np.logaddexp(0.0, u) - y * u) + 0.5 * away @ away)
        return value, x.T @ (w * (1.0 / (1.0 + np.exp(-u)) - y)) + away / spread

    beta = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x
    base = float(beta[len(features) + 1])
    return Regression(
        {
            name: round(float(b), 4)
            for name, b in zip(["resolver", *features], beta, strict=False)
            if abs(b) >= LEAST
        },
        {name: round(base + float(b), 4) for name, b in zip(fields, beta[len(features) + 2 :], strict=True)},
        base,
    )


def moved(found: list[Decision], fitted: dict[bool, Regression]) -> list[Decision]:
    """The decisions with the confidence a fit gives, as a record would have it."""
    chances = (1.0 / (1.0 + float(np.exp(-fitted[d.given].log_odds(d)))) for d in found)
    return [
        replace(d, confidence=round(doubted(chance, d.rivals), 4))
        for d, chance in zip(found, chances, strict=True)
    ]


def held_out(found: list[Decision], folds: int) -> tuple[list[Decision], NDArray[np.int64]]:
    """The decisions with the confidence of fits on the other folds' reports, and the fold of each."""
    groups = sorted({d.group for d in found})
    fold_of = {group: index % folds for index, group in enumerate(groups)}
    done: list[Decision] = []
    for fold in range(folds):
        fitted = fit([d for d in found if fold_of[d.group] != fold])
        done += moved([d for d in found if fold_of[d.group] == fold], fitted)
    return done, np.array([fold_of[d.group] for d in done])


def fit(found: list[Decision]) -> dict[bool, Regression]:
    """Both regressions."""
    return {given: regression([d for d in found if d.given == given]) for given in (False, True)}


def shipped() -> dict[bool, Regression]:
    """The regressions of the project."""
    data = json.loads((patterns_dir() / SECOND[1]).read_text(encoding="utf-8"))
    return {
        bool(number): Regression(data["weights"][kind], data["fields"][kind], 0.0)
        for number, kind in enumerate(KINDS)
    }


def columns(found: list[Decision]) -> Decisions:
    """Decisions as ``nenpath evaluate`` would count them."""
    names = sorted({d.field for d in found})
    groups = {name: number for number, name in enumerate(sorted({d.group for d in found}))}
    each: list[Any] = [
        np.array([groups[d.group] for d in found]),
        np.array([names.index(d.field) for d in found]),
        np.array([d.confidence for d in found]),
        np.array([d.right for d in found]),
        np.array([d.given for d in found]),
        np.array([d.stated for d in found]),
        (np.arange(len(found), dtype=np.uint64) * 2654435761) % 2**32,  # ties follow neither field nor report
    ]
    return Decisions(tuple(names), len(groups), *each)


def summary(done: Decisions) -> dict[str, Any]:
    """Accuracy and calibration."""
    given = done.where(done.given)
    sure = given.where(given.confidence >= 0.99)
    return {
        "reports": len(np.unique(done.report)),
        "decisions": len(done),
        "given": len(given),
        "right_given": round(float(given.right.mean()), 4),
        "ece_given": round(figures.ece(given)[1], 4),
        "ece_all": round(figures.ece(done)[1], 4),
        "brier_given": round(figures.brier(given) or 0.0, 4),
        "accepted_at_99": round(figures.accepted_at(done, 0.99) or 0.0, 4),
        "sure": len(sure),
        "right_sure": round(float(sure.right.mean()), 4) if len(sure) else None,
    }


def reference(fitted: list[str], reports: list[Path]) -> dict[str, Any]:
    """What the records of the reports fitted on look like, for archives to be compared with."""
    engine, wanted = nenpath.load(), set(fitted)
    texts = {name: text for path in reports for name, text in texts_of(path).items()}
    return describe(engine.read(text) for name, text in texts.items() if name in wanted)


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="*")
    parser.add_argument("--decisions", nargs="+", default=[], type=Path)
    parser.add_argument("--reports", nargs="+", default=[], type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    engine = extractor.load()
    found: list[Decision] = []
    for pair in arguments.gold:
        gold, reports, *more = pair.split("=")
        weight = float(more[0]) if more else 1.0
        found += decisions(engine, Path(gold), Path(reports), weight, fold=more[1] if more[1:] else "all")
    if arguments.save is not None:
        arguments.save.write_text("".join(json.dumps(asdict(d)) + "\n" for d in found), encoding="utf-8")
        return
    for path in arguments.decisions:
        found += [Decision(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    done, _ = held_out(found, arguments.folds)
    sets: dict[str, Any] = {}
    for name in dict.fromkeys(d.set for d in found):
        before, after = ([d for d in which if d.set == name] for which in (found, done))
        sets[name] = {
            "weight": before[0].weight,
            "resolver": summary(columns(before)),
            "cross_fitted": summary(columns(after)),
        }
        print(name, json.dumps(sets[name], indent=1))
    fitted = fit(found)
    data = {
        "weights": {kind: fitted[bool(number)].weights for number, kind in enumerate(KINDS)},
        "fields": {kind: fitted[bool(number)].fields for number, kind in enumerate(KINDS)},
        "training": {"date": datetime.date.today().isoformat(), "folds": arguments.folds, "sets": sets},
    }
    path = patterns_dir() / SECOND[1]
    path.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    reports = [Path(pair.split("=")[1]) for pair in arguments.gold] + arguments.reports
    data["reference"] = reference([d.group for d in found], reports)
    path.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
