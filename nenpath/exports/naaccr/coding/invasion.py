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
    stated = report.value("margins")
    rules = {"negative": "margins/negative", "positive": "margins/positive"}
    if report.reading("margins")["status"] == "indeterminate":
        stated = "indeterminate"
    rule = rules.get(stated, "margins/not-evaluable" if stated else "margins/unknown")
    yield report.coded("rxSummSurgicalMargins", values().margins.get(stated, _UNKNOWN), rule, "margins")


def _vessels(report: Report) -> Coded:
    item, fields = "lymphVascularInvasion", ("lymphovascular_invasion", "vessel_kind")
    stated = report.value("lymphovascular_invasion")
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
