"""Patient, report and dates, where the input has them; nothing of these is read from the report's words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nenpath.exports.naaccr.items import dictionary
from nenpath.exports.naaccr.report import Coded, Report

_ISO = re.compile(r"((?:18|19|20)\d\d)(?:-?(0[1-9]|1[012])(?:-?(0[1-9]|[12]\d|3[01]))?)?(?=$|[T ])")


def code(report: Report) -> Iterator[Coded]:
    """Code items 20, 2300, 7010, 7090, 390, 7320 and 2110."""
    meta = report.meta
    patient = str(meta.get("patient_id") or "")
    if patient.isdigit() and patient.isascii() and len(patient) <= 8:
        yield report.coded("patientIdNumber", patient.zfill(8), "identity/patient")
    elif patient:
        note = "the patient's id is not a number of at most eight digits"
        yield report.coded("patientIdNumber", None, "identity/does-not-fit", notes=[note])
    yield from _words(report, "medicalRecordNumber", patient, "identity/patient")
    number = str(meta.get("report_number") or report.record["report_id"] or "")
    yield from _words(report, "pathReportNumber1", number, "identity/report")
    yield from _words(report, "pathReportingFacId1", str(meta.get("facility") or ""), "identity/facility")
    yield from _date(report, "dateOfDiagnosis", meta.get("diagnosis_date"))
    yield from _date(report, "pathDateSpecCollect1", meta.get("specimen_date"))
    yield report.coded("dateCaseReportExported", report.export_date.replace("-", ""), "date/export")


def _words(report: Report, item: str, value: str, rule: str) -> Iterator[Coded]:
    if not value:
        return
    if dictionary(report.version).items[item].fault(value) or not value.isprintable():
        note = "longer than the item, or with characters XML cannot hold"
        yield report.coded(item, None, "identity/does-not-fit", notes=[note])
    else:
        yield report.coded(item, value, rule)


def _date(report: Report, item: str, value: object) -> Iterator[Coded]:
    if not value:
        return
    found = _ISO.match(str(value).strip())
    if found is None:
        yield report.coded(item, None, "date/unreadable", notes=["the date of the input is in no ISO form"])
        return
    dashed = dictionary(report.version).items[item].type == "dateTime"
    parts = [part for part in found.groups() if part]
    yield report.coded(item, ("-" if dashed else "").join(parts), "date/input")
