"""The ranked discrepancies as a worklist, with empty columns for what a person decides."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from nenpath.qa.findings import Discrepancy, Findings
from nenpath.view import visible

COLUMNS = (
    *("rank", "report_id", "row", "field", "coded", "coded_value", "report_value", "confidence", "relation"),
    *("likely_error", "probability_wrong", "changes", "evidence", "section", "start", "end"),
    *("verdict", "right_value", "comment"),
)
# A cell that begins so would be a formula in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(found: Findings) -> Iterator[list[Any]]:
    """One row per discrepancy, in their order."""
    for rank, one in enumerate(found.discrepancies, 1):
        yield [_safe(cell) for cell in (rank, *_cells(one), "", "", "")]


def write_csv(found: Findings, file: BinaryIO) -> None:
    """Write the worklist as CSV."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows(found))
    text.detach()


def write_sheet(found: Findings, file: BinaryIO) -> None:
    """Write the worklist as a spreadsheet."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("discrepancies")
    sheet.freeze_panes = "A2"
    sheet.append(COLUMNS)
    for row in rows(found):
        sheet.append(row)
    book.save(file)


def _cells(one: Discrepancy) -> tuple[Any, ...]:
    first = one.evidence[0] if one.evidence else {}
    quote = " | ".join(dict.fromkeys(" ".join(place.get("text", "").split()) for place in one.evidence))
    return (
        one.report_id,
        one.row,
        one.field,
        one.coded,
        one.coded_value,
        one.report_value,
        one.confidence,
        one.relation,
        one.title,
        one.probability,
        "; ".join(one.changes),
        quote,
        first.get("section"),
        first.get("start"),
        first.get("end"),
    )


def _safe(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = visible(cell)
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return cell
