"""The job of ``nenpath qa``."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from nenpath.errors import NenpathError
from nenpath.files import deliver
from nenpath.qa import coded_file, mapping
from nenpath.qa.content import content
from nenpath.qa.findings import Findings, check, texts_of
from nenpath.qa.page import page
from nenpath.qa.worklist import write_csv, write_sheet
from nenpath.store import Store

#: Rows and cells named on the terminal.
_NAMED = 20


def qa_store(
    directory: Path,
    coded: Path,
    mapping_file: Path | None,
    show_mapping: bool,
    outputs: dict[str, Path | None],
    threshold: float,
    source: tuple[Path | None, str, str],
    console: Console,
) -> int:
    """Compare, write what was asked for, print the figures, give the exit code.

    Parameters
    ----------
    outputs
        Files by form: ``html``, ``csv``, ``xlsx``, ``json``.
    source
        The archive of a store without texts, with the columns of id and text.
    """
    store, plan, file = plan_of(directory, coded, mapping_file)
    console.print("Columns compared (a mapping file may say otherwise):", markup=False)
    for line in plan.toml():
        console.print(f"  {line}", markup=False, soft_wrap=True, highlight=False)
    if show_mapping:
        return 0
    if source[0] is None and not store.manifest.texts:
        console.print(
            "This store keeps no texts: rules that look at the words of a report do not speak (--source)",
            soft_wrap=True,
        )
    texts = texts_of(*_named(source)) if source[0] is not None else None
    found = check(store, file, plan, texts, threshold)
    if not found.matched:
        raise NenpathError(f"{coded}: none of its {file.length:,} rows is of a report in {directory}")
    figures = content(found, threshold)
    writers = {
        "json": lambda stream: stream.write(
            (json.dumps(figures, indent=1, ensure_ascii=False) + "\n").encode()
        ),
        "html": lambda stream: stream.write(page(found, figures).encode("utf-8")),
        "csv": lambda stream: write_csv(found, stream),
        "xlsx": lambda stream: write_sheet(found, stream),
    }
    for form, path in outputs.items():
        if path is not None:
            deliver(writers[form], path)
    _print(found, figures, threshold, console)
    return 1 if figures["above"] else 0


def plan_of(
    directory: Path, coded: Path, mapping_file: Path | None
) -> tuple[Store, mapping.Plan, coded_file.CodedFile]:
    """Open the store and the coded data, and decide what is compared."""
    store = Store(directory)
    wanted = mapping.read(mapping_file) if mapping_file else mapping.Mapping()
    file = coded_file.read(coded)
    if not file.length:
        raise NenpathError(f"{coded}: no rows")
    ids = {row["report_id"] for row in store.rows("report_id") if row["report_id"] is not None}
    patients: set[str] = set()
    if wanted.id is None:
        for part in store.results(["patient_id"]):
            patients.update(value for value in part["patient_id"] if value)
    return store, mapping.plan(file, wanted, ids, patients), file


def _named(source: tuple[Path | None, str, str]) -> tuple[Path, str, str]:
    path, id_column, text_column = source
    assert path is not None
    return path, id_column, text_column


def _print(found: Findings, figures: dict[str, object], threshold: float, console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (
        "field",
        "both",
        "equal",
        "agree",
        "95 %",
        "kappa or Lin",
        "95 %",
        "not stated",
        "omitted",
        "above",
    ):
        table.add_column(title, justify="left" if title == "field" else "right")
    fields = figures["fields"]
    assert isinstance(fields, dict)
    for name, one in fields.items():
        second = one["concordance"] or one["weighted_kappa"] or one["kappa"]
        table.add_row(
            name,
            f"{one['n']:,}",
            f"{one['equal']:,}",
            *_shown(one["agreement"]),
            *_shown(second),
            f"{one['counts'].get('coded_not_stated', 0):,}",
            f"{one['counts'].get('stated_not_coded', 0):,}",
            f"{one['above']:,}",
        )
    console.print(table)
    console.print(
        f"{found.matched:,} of {found.rows:,} coded rows have a report; {len(found.discrepancies):,} "
        f"discrepancies, {figures['above']:,} of them with a probability of at least {threshold:g} that the "
        "code is wrong",
        soft_wrap=True,
        highlight=False,
    )
    _print_left("rows without a report", [f"{one.row}" for one in found.left_rows], console)
    _print_left("cells not read", [f"{one.row} {one.field}" for one in found.left_cells], console)


def _print_left(title: str, places: list[str], console: Console) -> None:
    """Name the rows, and not their words, of what was not compared."""
    if places:
        more = f" and {len(places) - _NAMED:,} more (--json)" if len(places) > _NAMED else ""
        line = f"{len(places):,} {title}: row {', '.join(places[:_NAMED])}{more}"
        console.print(line, soft_wrap=True, highlight=False, markup=False)


def _shown(figure: dict[str, float] | None) -> tuple[str, str]:
    if figure is None:
        return "", ""
    return f"{figure['value']:.3f}", f"{figure['low']:.2f}-{figure['high']:.2f}"
