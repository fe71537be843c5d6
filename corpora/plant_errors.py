"""Coded sample data with planted errors, made from annotated reports, and how many of them qa finds.

Run by hand:  python -m corpora.plant_errors GOLD.jsonl -o DIR [--rounds 10] [--store DIR]

Each round codes every annotated report once more and plants an error in some of its cells, of the kinds

- ``decimal``: a factor of 10 up or down;
- ``digits``: two digits swapped;
- ``specimen``: the value of another report;
- ``stale``: the value of an earlier specimen, made up: a lower grade, another size, a lower index;
- ``columns``: two columns of the row swapped, which makes two wrong cells;
- ``absent``: what the report does not state coded as absent, negative or 0.

A planted value never means the same as the right one. ``coded.csv`` is for ``nenpath qa --coded``;
``planted.csv`` names row, field and kind of each wrong cell. With ``--store`` (a result store of the same
reports) it prints the share found and the false alarms: cells above the threshold.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from nenpath import gold
from nenpath.qa import coded_file, mapping
from nenpath.qa.codes import data
from nenpath.qa.compare import AGREEING, relation
from nenpath.qa.findings import check
from nenpath.qa.mapping import FieldMapping, Mapping
from nenpath.store import Store

KINDS = ("decimal", "digits", "specimen", "stale", "columns", "absent")
#: A third of the rows is left as it is.
SHARE_PLANTED = 2 / 3
_LEFT = ("specimen", "metastasis_sites", "mesenteric_mass_mm")
_SWAPS = (
    ("nodes_examined", "nodes_positive"),
    ("lymphovascular_invasion", "perineural_invasion"),
    ("ki67_percent", "mitoses_per_2mm2"),
    ("pT", "pN"),
    ("chromogranin", "synaptophysin"),
)
_ABSENT = {
    **dict.fromkeys(
        (
            "lymphovascular_invasion",
            "perineural_invasion",
            "local_invasion",
            "necrosis",
            "distant_metastasis",
        ),
        "absent",
    ),
    **dict.fromkeys(("chromogranin", "synaptophysin", "p53", "margins"), "negative"),
    "nodes_positive": "0",
    "pN": "N0",
    "pM": "M0",
}
_LOWER = {"G2": "G1", "G3": "G2", "moderate": "well", "poor": "moderate"}

Row = dict[str, str]
Planted = tuple[int, str, str]


def cell(field: str, value: Any) -> str:
    """Write an annotated value as a coder would.

    >>> cell("ki67_percent", {"low": 2, "high": 3}), cell("pT", "3a"), cell("grade", None)
    ('2-3', 'T3a', 'unknown')
    """
    if value is None:
        return "unknown"
    if isinstance(value, dict):
        low, high = value["low"], value["high"]
        if high is None:
            return f">={low:g}"
        return f"{low:.4g}" if low == high else f"{low:.4g}-{high:.4g}"
    if field in ("pT", "pN", "pM"):
        return f"{field[1]}{value}"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def coded_rows(reports: Iterable[gold.Annotated]) -> list[Row]:
    """The right codes of annotated reports; every field that qa compares, but for lists."""
    return [
        {"report_id": report.report_id}
        | {
            name: cell(name, report.values[name])
            for name in data()["fields"]
            if name in report.values and name not in _LEFT
        }
        for report in reports
    ]


def plant(right: list[Row], rounds: int, seed: int = 1) -> tuple[list[Row], list[Planted]]:
    """Code all reports ``rounds`` times, with errors; gives the rows and the wrong cells, rows from 1."""
    generator = random.Random(seed)
    rows, planted = [], []
    for _ in range(rounds):
        for row in right:
            new = dict(row)
            if generator.random() < SHARE_PLANTED:
                kinds = list(KINDS)
                generator.shuffle(kinds)
                for kind in kinds:
                    wrong = _MAKERS[kind](row, right, generator)
                    if wrong:
                        new |= wrong
                        planted += [(len(rows) + 1, name, kind) for name in wrong]
                        break
            rows.append(new)
    return rows, planted


def _differs(field: str, right: str, wrong: str) -> bool:
    """Whether two cells mean different things."""
    first, second = (_read(field, text) for text in (wrong, right))
    return first.state == "value" and relation(field, first, second.value) not in AGREEING


def _read(field: str, text: str) -> Any:
    column = coded_file.Column(field, [text], np.zeros(1, dtype=np.int32))
    unit = "mm" if data()["fields"][field]["kind"] == "length" else None
    return mapping.place(column, field, FieldMapping(columns=[field], unit=unit)).readings[0]


def _one(row: Row, generator: random.Random, change: Callable[[str, str], str | None]) -> Row:
    """The first field, in random order, that can be changed so that it means something else."""
    names = [name for name in row if name != "report_id"]
    generator.shuffle(names)
    for name in names:
        wrong = change(name, row[name])
        if wrong is not None and _differs(name, row[name], wrong):
            return {name: wrong}
    return {}


def _number(name: str, text: str) -> float | None:
    if data()["fields"][name]["kind"] not in ("length", "count", "percent", "rate"):
        return None
    try:
        return float(text)
    except ValueError:
        return None


def _decimal(row: Row, others: list[Row], generator: random.Random) -> Row:
    def shifted(name: str, text: str) -> str | None:
        number = _number(name, text)
        if not number or data()["fields"][name]["kind"] == "count":
            return None
        up = number < 10 or (number < 100 and generator.random() < 0.5)
        if name == "ki67_percent" and number >= 10:
            up = False
        return f"{number * 10 if up else number / 10:.4g}"

    return _one(row, generator, shifted)


def _digits(row: Row, others: list[Row], generator: random.Random) -> Row:
    def swapped(name: str, text: str) -> str | None:
        number = _number(name, text)
        if number is None or number != int(number) or number < 10 or number >= 100:
            return None
        return str(int(f"{number:g}"[::-1]))

    return _one(row, generator, swapped)


def _specimen(row: Row, others: list[Row], generator: random.Random) -> Row:
    other = generator.choice(others)
    return _one(row, generator, lambda name, text: None if text == "unknown" else other.get(name))


def _stale(row: Row, others: list[Row], generator: random.Random) -> Row:
    def earlier(name: str, text: str) -> str | None:
        if text in _LOWER:
            return _LOWER[text]
        number = _number(name, text)
        if number is None or data()["fields"][name]["kind"] == "count" or number < 2:
            return None
        return f"{round(number * generator.choice((0.5, 0.6, 0.8, 1.3))):g}"

    return _one(row, generator, earlier)


def _columns(row: Row, others: list[Row], generator: random.Random) -> Row:
    pairs = list(_SWAPS)
    generator.shuffle(pairs)
    for first, second in pairs:
        if "unknown" in (row.get(first, "unknown"), row.get(second, "unknown")):
            continue
        swapped = {first: row[second], second: row[first]}
        if first == "pT":
            swapped = {first: f"T{row[second][1:]}", second: f"N{row[first][1:]}"}
        if all(_differs(name, row[name], wrong) for name, wrong in swapped.items()):
            return swapped
    return {}


def _absent(row: Row, others: list[Row], generator: random.Random) -> Row:
    return _one(row, generator, lambda name, text: _ABSENT.get(name) if text == "unknown" else None)


_MAKERS: dict[str, Callable[[Row, list[Row], random.Random], Row]] = {
    "decimal": _decimal,
    "digits": _digits,
    "specimen": _specimen,
    "stale": _stale,
    "columns": _columns,
    "absent": _absent,
}


def write(directory: Path, rows: list[Row], planted: list[Planted]) -> None:
    """Write ``coded.csv``, ``planted.csv`` and ``mapping.toml``."""
    directory.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with (directory / "coded.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    with (directory / "planted.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(("row", "field", "kind"))
        lines.writerows(planted)
    (directory / "mapping.toml").write_text(MAPPING, encoding="utf-8")


#: The codes were made from these very reports.
MAPPING = (
    'id = "report_id"\nother_sources = 0\n[fields.tumor_size_mm]\ncolumns = "tumor_size_mm"\nunit = "mm"\n'
)


def measure(
    directory: Path, store: Path, threshold: float
) -> tuple[Counter[str], Counter[str], int, list[tuple[str, ...]]]:
    """Run qa: plants found and planted by kind, correct cells, and the false alarms."""
    opened = Store(store)
    coded = coded_file.read(directory / "coded.csv")
    wanted: Mapping = mapping.read(directory / "mapping.toml")
    ids = {row["report_id"] for row in opened.rows("report_id")}
    plan = mapping.plan(coded, wanted, ids, set())
    found = check(opened, coded, plan, None, threshold)
    with (directory / "planted.csv").open(encoding="utf-8") as file:
        kinds = {(int(row["row"]), row["field"]): row["kind"] for row in csv.DictReader(file)}
    above = {(one.row, one.field): one for one in found.discrepancies if one.probability >= threshold}
    hit = Counter(kind for place, kind in kinds.items() if place in above)
    false = [
        (one.report_id, one.field, one.coded, one.report_value, str(one.probability))
        for place, one in above.items()
        if place not in kinds
    ]
    return hit, Counter(kinds.values()), coded.length * len(plan.places) - len(kinds), false


def main() -> None:
    """Make the data, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--threshold", type=float, default=0.5)
    options = parser.parse_args()
    rows, planted = plant(coded_rows(gold.read(options.gold)), options.rounds, options.seed)
    write(options.output, rows, planted)
    print(f"{len(rows)} rows, {len(planted)} wrong cells")
    if options.store:
        hit, all_, right, false = measure(options.output, options.store, options.threshold)
        for kind in KINDS:
            print(f"{kind:10} {hit[kind]:4} of {all_[kind]:4}")
        print(f"found {hit.total()} of {all_.total()}: {hit.total() / all_.total():.3f}")
        print(f"false alarms {len(false)} of {right} correct cells: {len(false) / right:.4f}")
        for one, count in Counter(place[1:] for place in false).most_common(20):
            print("  ", count, *one)


if __name__ == "__main__":
    main()
