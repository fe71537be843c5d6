"""Pathologic T, N and M (1011 to 1013), after the prefix y as post therapy (1021 to 1023)."""

from __future__ import annotations

from collections.abc import Iterator

from classifier.stage import same_edition
from nenpath.exports.naaccr.report import Coded, Report


def code(report: Report) -> Iterator[Coded]:
    """Code the stated categories; what is not stated stays blank, as the dictionary's pages ask."""
    after = "y" in (report.value("tnm_prefix") or [])
    stem, prefix = ("ajccTnmPostTherapy", "yp") if after else ("ajccTnmPath", "p")
    edition = {name: report.value(name) for name in ("tnm_edition", "primary_site")}
    for letter in ("T", "N", "M"):
        field = f"p{letter}"
        category = report.value(field)
        if category is None:
            continue
        item = f"{stem}{letter}"
        if not same_edition(edition):
            yield report.coded(item, None, "tnm/other-edition", field, "tnm_edition")
        elif letter != "M":
            yield report.coded(item, f"{prefix}{letter}{category}", "tnm/stated", field)
        elif category.startswith("1"):
            yield report.coded(item, f"{prefix}{letter}{category}", "tnm/metastasis", field)
        else:
            yield report.coded(item, None, "tnm/not-pathologic", field)
