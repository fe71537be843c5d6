"""The edit report: checks of coded rows, of this export or of any other NAACCR file (``data/edits.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from nenpath.exports.naaccr.items import DATA, Dictionary
from nenpath.exports.naaccr.rules import Schema, schemas, values

Row = Mapping[str, str]
Hit = tuple[str, tuple[str, ...]]


class Edit(BaseModel):
    """One check: what it is about, and how bad it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    severity: Literal["error", "check", "missing"]
    text: str
    source: tuple[str, ...]


class SizeT(BaseModel):
    """The sizes a schema's T categories can have, in mm, both bounds included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_name: str
    t: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: the check and the items it is about."""

    edit: Edit
    items: tuple[str, ...]


@cache
def edits() -> dict[str, Edit]:
    """Give the checks by id."""
    content = tomllib.loads((DATA / "edits.toml").read_text(encoding="utf-8"))
    return {row["id"]: Edit.model_validate(row) for row in content["edit"]}


@cache
def _sizes() -> dict[str, dict[str, tuple[int, int]]]:
    content = tomllib.loads((DATA / "edits.toml").read_text(encoding="utf-8"))
    rows = [SizeT(schema_name=row["schema"], t=row["t"]) for row in content["size_t"]]
    return {row.schema_name: row.t for row in rows}


def check(row: Row, dictionary: Dictionary, export_date: str, year: int | None = None) -> list[Finding]:
    """Run every check on one tumor's items.

    Parameters
    ----------
    row
        XML ids and values, the patient's items merged in, as `nenpath.exports.naaccr.read.read` gives them.
    dictionary
        What the items are checked against.
    export_date
        ``YYYY-MM-DD``; no date may be later.
    year
        Year of diagnosis to assume where the row has no date of diagnosis; without one, checks that depend
        on the year are left out.
    """
    stated = row.get("dateOfDiagnosis", "")[:4]
    known = int(stated) if stated.isdigit() and len(stated) == 4 else year
    hits = [*_format(row, dictionary), *_dates(row, export_date)]
    for run in _CROSS:
        hits += run(row)
    if known is not None:
        hits += _schema(row, known)
    return [Finding(edits()[edit], items) for edit, items in hits]


def _format(row: Row, dictionary: Dictionary) -> Iterator[Hit]:
    for name, value in row.items():
        item = dictionary.items.get(name)
        if item is None:
            yield "format/item", (name,)
        elif value and (fault := item.fault(value)):
            yield f"format/{fault}", (name,)
    for name, item in dictionary.items.items():
        if item.required and not row.get(name):
            yield "required/missing", (name,)


def _dates(row: Row, export_date: str) -> Iterator[Hit]:
    for name in ("dateOfDiagnosis", "pathDateSpecCollect1", "dateCaseReportExported"):
        digits = row.get(name, "")[:10].replace("-", "")[:8]
        if not digits.isdigit() or len(digits) < 4:
            continue
        padded = digits + "0101"[len(digits) - 4 :] if len(digits) < 8 else digits
        try:
            day = date(int(padded[:4]), int(padded[4:6]), int(padded[6:8]))
        except ValueError:
            yield "date/calendar", (name,)
            continue
        if day.isoformat() > export_date:
            yield "date/calendar", (name,)


def _nodes(row: Row) -> Iterator[Hit]:
    items = ("regionalNodesPositive", "regionalNodesExamined")
    positive, examined = (row.get(item, "") for item in items)
    if not positive.isdigit() or not examined.isdigit():
        return
    if 0 < int(positive) <= 90 and int(examined) <= 90 and int(positive) > int(examined):
        yield "nodes/more-positive", items
    if (examined == "00") != (positive == "98"):
        yield "nodes/none-examined", items
    if positive == "95" and examined in ("00", "99"):
        yield "nodes/aspirated", items


def _ki67_span(code: str) -> tuple[float, float] | None:
    """Give the percentages a code stands for; the second is excluded for XXX.4, the first for XXX.6."""
    if re.fullmatch(r"\d+\.\d", code):
        return float(code), float(code)
    for row in values().ki67_ranges:
        if row.code == code:
            low = row.above if row.above is not None else row.from_
            high = row.below if row.below is not None else row.to
            return low or 0.0, 100.0 if high is None else high
    return None


_GRADES: Final = ("gradeClinical", "gradePathological", "gradePostTherapyClin", "gradePostTherapy")


def _grade(row: Row) -> Iterator[Hit]:
    span = _ki67_span(row.get("ki67", ""))
    second, third = values().grade_bands["ki67"]
    for item in _GRADES:
        grade = row.get(item, "")
        if span is not None:
            if grade == "1" and span[0] >= second:
                yield "ki67/grade-1", (item, "ki67")
            if grade == "2" and (span[0] > third or row["ki67"] == "XXX.6"):
                yield "ki67/grade-2", (item, "ki67")
            if grade == "3" and span[1] <= third:
                yield "ki67/grade-3", (item, "ki67")
        if grade == "3" and row.get("histologicTypeIcdO3") == "8240":
            yield "grade/histology", (item, "histologicTypeIcdO3")
    grades = {item: row[item] for item in _GRADES if row.get(item)}
    first = [item for item, grade in grades.items() if grade == "1"]
    if first and row.get("histologicTypeIcdO3") == "8249" and not {"2", "3"} & set(grades.values()):
        yield "grade/histology-second", (*first, "histologicTypeIcdO3")
    for item in ("gradePostTherapyClin", "gradePostTherapy"):
        if row.get(item) and row.get("neoadjuvantTherapy") in ("0", "9"):
            yield "grade/blank", (item, "neoadjuvantTherapy")


def _therapy(row: Row) -> Iterator[Hit]:
    stated = [item for item in ("ajccTnmPathT", "ajccTnmPathN") if row.get(item)]
    if stated and row.get("neoadjuvantTherapy") in ("1", "2", "3"):
        yield "therapy/stage", ("neoadjuvantTherapy", *stated)


def _sizes_agree(row: Row) -> Iterator[Hit]:
    items = ("tumorSizeSummary", "tumorSizePathologic", "tumorSizeClinical")
    summary, pathologic, clinical = (row.get(item, "") for item in items)
    known = {pathologic, clinical} - {"", "999"}
    if summary not in ("", "999") and known and summary not in known:
        yield "size/summary", items
    for schema in schemas().schemas:
        if row.get("schemaId") in {years.id for years in schema.ids} and schema.name in _sizes():
            yield from _size_t(row, _sizes()[schema.name])


def _size_t(row: Row, table: Mapping[str, tuple[int, int]]) -> Iterator[Hit]:
    size = row.get("tumorSizePathologic", "")
    category = re.sub(r"^p?T", "", row.get("ajccTnmPathT", ""))
    bounds = table.get(category)
    if bounds and size.isdigit() and 1 <= int(size) <= 989 and not bounds[0] <= int(size) <= bounds[1]:
        yield "size/t", ("ajccTnmPathT", "tumorSizePathologic")


def _mets(row: Row) -> Iterator[Hit]:
    items = tuple(values().metastasis_items.values())
    category = row.get("ajccTnmPathM", "") + row.get("ajccTnmPostTherapyM", "")
    if "M1" in category and all(row.get(item) == "0" for item in items):
        yield "mets/m", ("ajccTnmPathM", *items)
    if row.get("eodMets") == "00" and any(row.get(item) in ("1", "2") for item in items):
        yield "mets/m", ("eodMets", *items)


def _extent(row: Row) -> Iterator[Hit]:
    nodes, positive = row.get("eodRegionalNodes", ""), row.get("regionalNodesPositive", "")
    involved = positive.isdigit() and (1 <= int(positive) <= 90 or positive in ("95", "97"))
    if (nodes == "000" and involved) or (nodes in ("300", "700", "800") and positive == "00"):
        yield "eod/nodes", ("eodRegionalNodes", "regionalNodesPositive")


_CROSS: Final[tuple[Callable[[Row], Iterator[Hit]], ...]] = (
    _nodes,
    _grade,
    _therapy,
    _sizes_agree,
    _mets,
    _extent,
)


def _schema(row: Row, year: int) -> Iterator[Hit]:
    if year < values().ki67_from_year and row.get("ki67"):
        yield "ki67/year", ("ki67",)
    site, histology = row.get("primarySite", ""), row.get("histologicTypeIcdO3", "")
    coded = row.get("schemaId", "")
    expected = _expected(site, histology, year)
    identifier = expected.identifier(year) if expected else None
    where = ("schemaId", "primarySite", "histologicTypeIcdO3")
    held = {years.id for schema in schemas().schemas for years in schema.ids}
    if coded and coded != identifier and (identifier is not None or coded in held):
        yield "schema/site-histology", where
    if not coded and identifier:
        yield "schema/missing", where
    if row.get("ki67", "XXX.8") != "XXX.8" and not (expected and expected.net) and not site.startswith("C50"):
        yield "ki67/schema", ("ki67", *where)


def _expected(site: str, histology: str, year: int) -> Schema | None:
    for schema in schemas().schemas:
        if site in schema.sites and schema.identifier(year) and schemas().takes(schema, histology, year):
            return schema
    return None
