"""Lymphovascular invasion (1182), perineural invasion (3909) and surgical margins (1320)."""

from __future__ import annotations

from collections.abc import Iterator

from nenpath.exports.naaccr.report import Coded, Report
from nenpath.exports.naaccr.rules import values

_UNKNOWN = "9"


def code(report: Report) -> Iterator[Coded]:
    """Code items 1182, 3909 and 1320."""
    yield _vessels(report)
    yield from _nerves(report)
    yield _margins(report)


def _margins(report: Report) -> Coded:
    item, name = "rxSummSurgicalMargins", "margins"
    stated = report.value(name)
    if report.reading(name)["status"] == "indeterminate":
        stated = "indeterminate"
    if stated is not None and (elsewhere := _elsewhere(report, item, name)):
        return elsewhere
    rules = {"negative": "margins/negative", "positive": "margins/positive"}
    rule = rules.get(stated, "margins/not-evaluable" if stated else "margins/unknown")
    return report.coded(item, values().margins.get(stated, _UNKNOWN), rule, name)


def _elsewhere(report: Report, item: str, name: str) -> Coded | None:
    """The unknown code for a finding of another tissue, or of one that cannot be told."""
    primary, note = report.tissue(name)
    if primary:
        return None
    rule = "tissue/other" if primary is False else "tissue/unclear"
    return report.coded(item, _UNKNOWN, rule, name, notes=[note])


def _vessels(report: Report) -> Coded:
    item, fields = "lymphVascularInvasion", ("lymphovascular_invasion", "vessel_kind")
    stated = report.value("lymphovascular_invasion")
    if stated in ("absent", "present") and (elsewhere := _elsewhere(report, item, fields[0])):
        return elsewhere
    if stated == "absent":
        return report.coded(item, "0", "lvi/absent", fields[0])
    if stated != "present":
        return report.coded(item, _UNKNOWN, "lvi/unknown", fields[0])
    kinds = report.value("vessel_kind") or []
    kind = "both" if len(kinds) > 1 else kinds[0] if kinds else "unspecified"
    if kind == "unspecified" and (report.site or "")[:3] in values().vessel_kind_needed:
        return report.coded(item, _UNKNOWN, "lvi/kind-needed", *fields)
    return report.coded(item, values().vessels[kind], "lvi/present", *(fields if kinds else fields[:1]))


def _nerves(report: Report) -> Iterator[Coded]:
    item, name = "perineuralInvasion", "perineural_invasion"
    stated = report.value(name)
    if report.schema is None or not report.schema.perineural:
        if stated is not None:
            note = "stated, but this schema has no item for perineural invasion"
            yield report.coded(item, None, "perineural/not-collected", name, notes=[note])
        return
    if stated == "present" or (stated == "absent" and report.resection):
        yield report.coded(item, values().perineural[stated], f"perineural/{stated}", name)
    else:
        yield report.coded(item, _UNKNOWN, "perineural/unknown", name)
