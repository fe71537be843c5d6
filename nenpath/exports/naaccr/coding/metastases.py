"""Metastases at diagnosis by site (1112 to 1117)."""

from __future__ import annotations

from collections.abc import Iterator

from nenpath.exports.naaccr.report import Coded, Report
from nenpath.exports.naaccr.rules import values

_FIELDS = ("distant_metastasis", "metastasis_sites")


def code(report: Report) -> Iterator[Coded]:
    """Code the six items."""
    items = values().metastasis_items
    sites = {site if site in items else "other" for site in report.value("metastasis_sites") or []}
    for site, item in items.items():
        if site in sites:
            yield report.coded(item, "1", "mets/site", *_FIELDS)
        elif report.value("distant_metastasis") == "absent" and not sites:
            yield report.coded(item, "0", "mets/none", _FIELDS[0])
        else:
            yield report.coded(item, "9", "mets/unknown", _FIELDS[0])
