"""Risk levels from extracted fields against those from annotated ones, and how levels are distributed.

    python benchmarks/levels.py GOLD.jsonl RECORDS.jsonl [--fold dev|check|all] [--errors]

RECORDS is what ``nenpath cat`` writes. Both sides are limited to the fields the gold annotates and go
through `nenpath.assess`; the record's readings with their distributions ("readings") and, for
comparison, its values as if certain ("values"). ``--errors`` names the reports whose levels differ and the
fields that differ; it refuses the check fold, which is not for reading.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nenpath
from nenpath import gold

LEVELS = ("high", "intermediate", "low", "indeterminate", "not_applicable")


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa of two labelings.

    >>> kappa([("a", "a"), ("b", "b"), ("a", "b"), ("b", "a")])
    0.0
    """
    total = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[name] * second[name] for name in first) / total**2
    observed = sum(a == b for a, b in pairs) / total
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)


def limited(record: dict[str, Any], names: Iterable[str], *, certain: bool) -> dict[str, Any]:
    """The record's readings of some fields, as they are or as values of probability 1."""
    keys = ("value",) if certain else ("value", "confidence", "alternatives", "status")
    found = {}
    for name in names:
        reading = {key: record["fields"][name][key] for key in keys}
        found[name] = reading["value"] if certain else reading
    return found


def measure(pairs: list[tuple[str, str]]) -> str:
    """One line of figures for (gold level, extracted level) pairs."""
    high = [extracted for annotated, extracted in pairs if annotated == "high"]
    sensitivity = sum(level == "high" for level in high) / len(high) if high else float("nan")
    same = sum(a == b for a, b in pairs)
    return (
        f"same {same}/{len(pairs)} ({same / len(pairs):.3f}), kappa {kappa(pairs):.3f}, "
        f"high-risk sensitivity {sensitivity:.3f} (n {len(high)}), high called low {high.count('low')}"
    )


def differing(annotated: dict[str, Any], record: dict[str, Any]) -> str:
    """The fields whose extracted value is not the annotated one."""
    return "; ".join(
        f"{name} {value!r} read as {record['fields'][name]['value']!r} "
        f"({record['fields'][name]['confidence']:.2f})"
        for name, value in annotated.items()
        if not gold.same(name, value, record["fields"][name]["value"])
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--fold", choices=("dev", "check", "all"), default="all")
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    if arguments.errors and arguments.fold != "dev":
        sys.exit("--errors reads the dev fold only: add --fold dev")
    lines = arguments.records.read_text(encoding="utf-8").splitlines()
    records = {record["report_id"]: record for record in map(json.loads, lines)}
    pairs: dict[str, list[tuple[str, str]]] = {"readings": [], "values": []}
    whole = []
    for row in gold.rows(arguments.gold):
        if arguments.fold != "all" and gold.in_check_fold(row["id"]) != (arguments.fold == "check"):
            continue
        record, annotated = records[row["id"]], gold.values(row)
        expected = nenpath.assess(annotated)["risk"]["level"]
        whole.append(record["risk"]["level"])
        for side in pairs:
            given = limited(record, annotated, certain=side == "values")
            found = nenpath.assess(given)["risk"]
            pairs[side].append((expected, found["level"]))
            if arguments.errors and side == "readings" and found["level"] != expected:
                print(f"{row['id']}: {expected} called {found['level']} ({found['probability_high']:.2f}):")
                print(f"    {differing(annotated, record)}")
    for side, found_pairs in pairs.items():
        print(f"{side}: {measure(found_pairs)}")
    annotated_levels = [annotated for annotated, _ in pairs["readings"]]
    for name, levels in (
        ("gold", annotated_levels),
        ("extracted, gold's fields", [level for _, level in pairs["readings"]]),
        ("extracted, all fields", whole),
    ):
        print(f"{name}: " + ", ".join(f"{level} {levels.count(level)}" for level in LEVELS))


if __name__ == "__main__":
    main()
