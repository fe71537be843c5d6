"""Fit ``patterns/confidence.json`` on annotated reports (their dev fold only).

Run by hand:  python -m corpora.fit_confidence GOLD.jsonl=REPORTS[=WEIGHT[=all]] ... [--folds 5]
REPORTS is JSON lines or Parquet with ``report_id`` and ``text``; ``all`` takes a set whole, no check fold.
It prints out-of-fold accuracy and calibration, then writes the weights fitted on everything taken.
``corpora.fit_second_opinion`` is run again after it.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import extractor
from extractor.catalog import fields
from extractor.confidence.fitting import Sample, fit, target
from extractor.confidence.resolve import Weights, options, probabilities
from extractor.locations import patterns_dir
from nenpath.gold import in_check_fold, rows, same, values


def texts_of(reports: Path) -> dict[str, str]:
    """Texts by id."""
    if reports.suffix == ".parquet":
        table = pq.read_table(reports, columns=["report_id", "text"]).to_pydict()
        return dict(zip(table["report_id"], table["text"], strict=True))
    with reports.open(encoding="utf-8") as lines:
        return {r["report_id"]: r["text"] for r in map(json.loads, lines)}


def samples(
    engine: Any, gold: Path, reports: Path, weight: float, *, check: bool | None = False
) -> list[Sample]:
    """Decisions of the dev fold (or the check fold, or both): candidates of every annotated field."""
    texts = texts_of(reports)
    rooms = {room.name: room.field for room in fields()}
    found = []
    for row in rows(gold):
        if check is not None and in_check_fold(row["id"]) != check:
            continue
        document = engine.document(texts[row["id"]])
        for name, annotated in values(row).items():
            if name not in rooms or (name == "nodes_positive" and row.get("nodes_examined") == 0):
                continue
            engine.options(document, name)
            found.append(
                Sample(
                    field=name,
                    group=row["id"],
                    candidates=document.candidates[name],
                    rank=document.rank,
                    order=rooms[name].order,
                    right=lambda value, n=name, a=annotated: same(n, a, value),
                    weight=weight,
                    noise=document.noise,
                )
            )
    return found


def decisions(
    found: list[Sample], shared: Weights, by_field: dict[str, Weights]
) -> list[tuple[str, float, bool, bool]]:
    """(field, confidence, right, a value was given) of each sample under the weights."""
    result = []
    for sample in found:
        weights = dict(shared)
        for name, amount in by_field.get(sample.field, {}).items():
            weights[name] = weights.get(name, 0.0) + amount
        choices = options(sample.candidates, sample.rank, sample.order, weights, sample.noise)
        shares = probabilities(choices, weights)
        best = max(range(len(choices) - 1), key=lambda i: shares[i])
        result.append(
            (
                sample.field,
                shares[best],
                target(choices, sample.right) == best,
                choices[best].value is not None,
            )
        )
    return result


def report(done: list[tuple[str, float, bool, bool]]) -> dict[str, Any]:
    """Accuracy and expected calibration error, over all decisions and over given values."""
    figures = {}
    for name, subset in (("all", done), ("given", [d for d in done if d[3]])):
        ranked = sorted(d[1:3] for d in subset)
        bins = [ranked[i * len(ranked) // 15 : (i + 1) * len(ranked) // 15] for i in range(15)]
        gap = sum(abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins if b) / max(1, len(ranked))
        figures[name] = {
            "n": len(ranked),
            "accuracy": round(sum(r for _, r in ranked) / max(1, len(ranked)), 4),
            "ece": round(gap, 4),
        }
    return figures


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+")
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    engine = extractor.load()
    found: list[Sample] = []
    sets = []
    for pair in arguments.gold:
        gold, reports, *more = pair.split("=")
        weight = float(more[0]) if more else 1.0
        check = None if more[1:] == ["all"] else False
        added = samples(engine, Path(gold), Path(reports), weight, check=check)
        sets.append(
            {"gold": Path(gold).name, "reports": len({s.group for s in added}), "weight": added[0].weight}
        )
        found += added
    path = patterns_dir() / "confidence.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    start = data["prior"]
    groups = sorted({s.group for s in found})
    fold_of = {group: index % arguments.folds for index, group in enumerate(groups)}
    held_out: list[tuple[str, float, bool, bool]] = []
    for fold in range(arguments.folds):
        shared, by_field = fit(
            [s for s in found if fold_of[s.group] != fold],
            start["shared"],
            start["fields"],
            start["held"],
            rounds=2,
        )
        held_out += decisions([s for s in found if fold_of[s.group] == fold], shared, by_field)
    shared, by_field = fit(found, start["shared"], start["fields"], start["held"])
    used: dict[str, list[bool]] = defaultdict(list)
    for name, _, right, _ in held_out:
        used[name].append(right)
    data["shared"] = {k: round(v, 4) for k, v in sorted(shared.items())}
    data["fields"] = {
        name: {k: round(v, 4) for k, v in sorted(weights.items()) if abs(v) >= 5e-4}
        for name, weights in sorted(by_field.items())
    }
    data["training"] = {
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "reports": len(groups),
        "sets": sets,
        "decisions": len(found),
        "cross_fitted": report(held_out),
        "accuracy_by_field": {name: round(sum(r) / len(r), 4) for name, r in sorted(used.items())},
    }
    path.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(data["training"], indent=1))


if __name__ == "__main__":
    main()
