"""Primary site, histology, behavior, and the schema they select with the year of diagnosis."""

from __future__ import annotations

from collections.abc import Iterator

from nenpath.exports.naaccr.report import Coded, Report

_UNKNOWN = "C809"
#: Neuroendocrine tumor, by its grade.
_BY_GRADE = {"G1": "8240", "G2": "8249", "G3": "8249"}


def code(report: Report) -> Iterator[Coded]:
    """Code items 400, 522, 523, 3800 and 995."""
    if report.site is None:
        yield report.coded("primarySite", _UNKNOWN, "site/unknown", "icd_o_3_topography")
    else:
        yield report.coded("primarySite", report.site, "site/code", "icd_o_3_topography", "primary_site")
    if report.morphology is None:
        for item in ("histologicTypeIcdO3", "behaviorCodeIcdO3"):
            yield report.coded(item, None, "histology/not-stated", "icd_o_3_morphology")
        return
    histology, behavior = report.morphology
    yield _histology(report, histology)
    yield report.coded("behaviorCodeIcdO3", behavior, "histology/code", "icd_o_3_morphology")
    if report.schema is None:
        return
    fields = ("icd_o_3_topography", "primary_site", "icd_o_3_morphology")
    notes = [] if report.year_is_stated else [f"date of diagnosis not in the input; rules of {report.year}"]
    yield report.coded("schemaId", report.schema.identifier(report.year), "schema/id", *fields, notes=notes)
    chapter = report.schema.ajcc
    if chapter is not None and report.year <= 2023 and behavior == "3":
        staged = histology in chapter.histologies and report.site not in chapter.without
        yield report.coded("ajccId", chapter.chapter if staged else "XX", "schema/ajcc", *fields)


def _histology(report: Report, histology: str) -> Coded:
    """Code item 522; a code that follows from the grade follows from the primary's."""
    item, name = "histologicTypeIcdO3", "icd_o_3_morphology"
    if not any(found["rule"].startswith("grade/") for found in report.reading(name)["evidence"]):
        return report.coded(item, histology, "histology/code", name)
    if report.replaced("grade"):
        of_primary = _BY_GRADE.get(report.value("grade"), histology)
        return report.coded(item, of_primary, "histology/of-primary", name, "grade")
    primary, note = report.tissue("grade")
    if primary is False:
        return report.coded(item, histology, "histology/other-tissue", name, "grade", notes=[note])
    return report.coded(item, histology, "histology/code", name, "grade")
