"""The two jobs: evaluate a store against a gold file, and make a calibration of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console

import classifier
from extractor.locations import confidence_sha256, patterns_dir, patterns_sha256
from nenpath import __version__, drift
from nenpath.calibration import Calibration
from nenpath.errors import NenpathError
from nenpath.evaluation.decisions import Matched, decide, match
from nenpath.evaluation.page import page
from nenpath.evaluation.refit import FEWEST, refit
from nenpath.evaluation.report import evaluate
from nenpath.evaluation.terminal import print_evaluation, print_refit
from nenpath.files import deliver
from nenpath.gold import read
from nenpath.store import Store


def evaluate_store(
    directory: Path, gold: Path, target: float, html: Path | None, as_json: Path | None, console: Console
) -> int:
    """Print the figures, write page and JSON, give the exit code."""
    store = Store(directory)
    annotated = read(gold)
    matched = match(store, annotated)
    if not matched.records:
        raise NenpathError(f"{gold}: none of its {len(annotated):,} reports is in {directory}")
    found = {
        "annotated": len(annotated),
        "absent": matched.absent,
        "failed": matched.failed,
        "provenance": {
            name: getattr(store.manifest, name) for name in ("nenpath", "patterns", "calibration")
        },
        **evaluate(decide(annotated, matched.records), target),
    }
    if as_json is not None:
        _write(as_json, json.dumps(found, indent=1, allow_nan=False) + "\n")
    if html is not None:
        _write(html, page(found))
    print_evaluation(found, console)
    return _said(matched, "each counts as a report that states nothing", console)


def calibrate_store(
    directory: Path, gold: Path, output: Path, target: float, patterns: Path | None, console: Console
) -> int:
    """Write a calibration file, print what it changes, give the exit code."""
    store = Store(directory)
    current = _current(patterns)
    _check(directory, store, current)
    annotated = read(gold)
    matched = match(store, annotated)
    usable = [
        report
        for report in annotated
        if report.report_id in matched.records
        and current.items() <= matched.records[report.report_id]["provenance"].items()
    ]
    if len(usable) < FEWEST:
        raise NenpathError(
            f"{gold}: {len(usable)} of its {len(annotated):,} reports have a record; {FEWEST} are needed, "
            "a hundred are better"
        )
    decisions = decide(usable, matched.records)
    refitted = refit(decisions, target)
    calibration = Calibration(
        format="nenpath calibration 1",
        nenpath=store.manifest.nenpath,
        patterns=store.manifest.patterns,
        base=current["calibration"],
        target=target,
        fields=refitted.fields,
        others=refitted.others,
        training=refitted.training,
        reference={},
    )
    records = (_moved(matched.records[report.report_id], calibration) for report in usable)
    calibration = calibration.model_copy(update={"reference": drift.describe(records)})
    _write(output, json.dumps(calibration.model_dump(mode="json"), indent=1, sort_keys=True) + "\n")
    print_refit(calibration, console)
    return _said(matched, "they were left out", console)


def _current(patterns: Path | None) -> dict[str, str]:
    """The provenance of what this program reads now with its shipped confidence."""
    try:
        directory = patterns_dir(patterns)
        return {
            "nenpath": __version__,
            "patterns": patterns_sha256(directory),
            "calibration": confidence_sha256(directory),
        }
    except OSError as error:
        raise NenpathError(str(error)) from None


def _check(directory: Path, store: Store, current: dict[str, str]) -> None:
    """Refuse a store that was read otherwise: a calibration made of it could not be used."""
    if store.manifest.calibration != current["calibration"]:
        raise NenpathError(
            f"{directory}: not read with the confidence of these patterns; run again without --calibration"
        )
    words = {"nenpath": "version of nenpath", "patterns": "patterns"}
    other = [words[name] for name in words if getattr(store.manifest, name) != current[name]]
    if other:
        raise NenpathError(
            f"{directory}: read with {'another' if other == [words['nenpath']] else 'other'} "
            f"{' and '.join(other)}; read its reports again (nenpath run), then calibrate"
        )


def _moved(record: dict[str, Any], calibration: Calibration) -> dict[str, Any]:
    """The record as a run with this calibration writes it, as far as drift looks."""
    fields = {name: calibration.move(name, reading) for name, reading in record["fields"].items()}
    assessed = classifier.assess(fields).model_dump(mode="json")
    return {**record, "fields": fields, "inconsistencies": assessed["inconsistencies"]}


def _said(matched: Matched, consequence: str, console: Console) -> int:
    without = [
        f"{count:,} {words}"
        for count, words in ((matched.absent, "not in the store"), (matched.failed, "failed"))
        if count
    ]
    if not without:
        return 0
    line = f"Annotated reports without a record: {', '.join(without)}; {consequence}"
    console.print(line, soft_wrap=True, markup=False)
    return 1


def _write(path: Path, text: str) -> None:
    content = text.encode("utf-8")

    def write(file: BinaryIO) -> None:
        file.write(content)

    deliver(write, path)
