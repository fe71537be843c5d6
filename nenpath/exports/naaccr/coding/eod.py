"""Extent of disease of the NET schemas: primary tumor (772), regional nodes (774), mets (776)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nenpath.exports.naaccr.report import Coded, Report
from nenpath.exports.naaccr.rules import Primary, Structure, eod

_UNKNOWN = "999"


def code(report: Report) -> Iterator[Coded]:
    """Code the three items where the schema is held and the tumor is malignant."""
    schema, morphology = report.schema, report.morphology
    if schema is None or not schema.net or morphology is None or morphology[1] != "3":
        return
    if report.year < eod().from_year:
        return
    yield _primary(report, eod().primary[schema.name])
    yield _nodes(report, schema.name)
    yield _mets(report, schema.name)


def _primary(report: Report, table: Primary) -> Coded:
    item, fields = "eodPrimaryTumor", ["extension"]
    depth = report.value("extension")
    if depth in ("adjacent_organ", "great_vessel"):
        found = _structures(report, table)
        fields.append("invaded_structures")
        note = "invaded structures are not named, or fit no code or more than one"
    elif table.extension.get(depth) == "size":
        size = report.codes.get("tumorSizeSummary", _UNKNOWN)
        known = size not in ("990", _UNKNOWN)
        found = (table.small if int(size) <= (table.limit or 0) else table.large) if known else None
        fields.append("tumor_size_mm")
        note = "this layer is coded by size, which is not known of the primary"
    else:
        found = table.extension.get(depth)
        note = "no layer is stated" if depth is None else f"{depth} fits no code of this schema or several"
    if found is None:
        return report.coded(item, _UNKNOWN, "eod/primary-unknown", *fields, notes=[note])
    return report.coded(item, found, "eod/primary", *fields)


def _structures(report: Report, table: Primary) -> str | None:
    """Give the highest code of the invaded structures; nothing if one of them has none."""
    words = [word.lower() for word in report.value("invaded_structures") or []]
    words = [word for word in words if not re.search(eod().ignored, word)]
    codes = [_structure(report.site or "", word, table.structures) for word in words]
    known = [found for found in codes if found is not None]
    return max(known) if known and len(known) == len(codes) else None


def _structure(site: str, word: str, rows: tuple[Structure, ...]) -> str | None:
    fitting = [row for row in rows if re.search(row.words, word)]
    here = [row.code for row in fitting if not row.sites or site in row.sites]
    return here[0] if here else None


def _nodes(report: Report, schema: str) -> Coded:
    item, tables = "eodRegionalNodes", eod().nodes
    positive, examined = report.codes["regionalNodesPositive"], report.codes["regionalNodesExamined"]
    fields = ("nodes_positive", "nodes_examined", "pN")
    mass = report.value("mesenteric_mass_mm")
    if schema in tables.mass and mass is not None and mass > tables.mass_above_mm:
        return report.coded(item, tables.mass[schema], "eod/nodes", "mesenteric_mass_mm")
    if positive == "00":
        return report.coded(item, tables.none, "eod/nodes", *fields)
    if positive in ("98", "99"):
        return report.coded(item, tables.unknown, "eod/nodes", *fields)
    removed = report.resection and examined != "95"
    found = tables.resected.get(schema, tables.unnamed) if removed else tables.unnamed
    return report.coded(item, found, "eod/nodes", *fields)


def _mets(report: Report, schema: str) -> Coded:
    item, tables, fields = "eodMets", eod().mets, ("distant_metastasis", "metastasis_sites")
    own = tables.schemas.get(schema, tables)
    sites = set(report.value("metastasis_sites") or [])
    if not sites:
        present = report.value("distant_metastasis") == "present"
        return report.coded(item, tables.unspecified if present else tables.none, "eod/mets", *fields)
    if "liver" in sites:
        found = own.liver_and_other if len(sites) > 1 else tables.liver
    else:
        found = own.nodes if sites == {"distant_node"} else own.other
    return report.coded(item, found, "eod/mets", *fields)
