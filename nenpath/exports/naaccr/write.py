"""Writes the XML file, the abstractor's worksheet and the edit report of a result store, in one pass each.

One Tumor per report. Reports of one patient stand under one Patient as separate Tumors and are never merged;
a report without a patient's id has a Patient of its own. A Patient stands where its last report stood.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from nenpath.exports.naaccr import coding, edits, text, worksheet
from nenpath.exports.naaccr.items import DATA, Dictionary
from nenpath.exports.naaccr.report import Coded, Report
from nenpath.store import Store

NAMESPACE = "http://naaccr.org/naaccrxml"
_RECORD_TYPE = "A"


@dataclass(frozen=True, slots=True)
class Options:
    """What to write: the dictionary, the time, and where words of reports may appear.

    ``xml_text`` fills the text items of the XML file; ``worksheet_text`` quotes evidence in the worksheet.
    ``only_nen`` leaves out reports whose tumor is not neuroendocrine, or of which that is not known.
    """

    dictionary: Dictionary
    when: datetime
    xml_text: bool = False
    worksheet_text: bool = True
    only_nen: bool = False

    @property
    def date(self) -> str:
        """The day, as ``YYYY-MM-DD``."""
        return self.when.date().isoformat()


@dataclass
class Summary:
    """What was written: tumors, patients, items to review, findings by severity."""

    tumors: int = 0
    patients: int = 0
    left_out: int = 0
    review: int = 0
    findings: Counter[str] = field(default_factory=Counter)


@dataclass
class Exporter:
    """Codes the reports of a store and writes the three files.

    Parameters
    ----------
    store
        The result store; its records are read twice.
    options
        What to write.
    """

    store: Store
    options: Options
    summary: Summary = field(default_factory=Summary)

    def write(self, xml: BinaryIO, sheet: BinaryIO, findings: BinaryIO) -> None:
        """Write all three.

        Raises
        ------
        lxml.etree.DocumentInvalid
            If what was built does not fit the schema, which is a fault of this module.
        """
        with ExitStack() as stack:
            rows = worksheet.Writer(_text(stack, sheet), self.options.worksheet_text)
            report = csv.writer(_text(stack, findings))
            report.writerow(["report_id", "edit", "severity", "items", "codes", "text"])
            target = stack.enter_context(etree.xmlfile(xml, encoding="UTF-8"))
            target.write_declaration()
            stack.enter_context(target.element(_tag("NaaccrData"), self._root(), {None: NAMESPACE}))
            for patient in self._patients(rows, report):
                _emit(target, patient, 1)
                self.summary.patients += 1
            target.write("\n")

    def _root(self) -> dict[str, str]:
        return {
            "baseDictionaryUri": self.options.dictionary.uri,
            "recordType": _RECORD_TYPE,
            "timeGenerated": self.options.when.isoformat(),
            "specificationVersion": self.options.dictionary.specification,
        }

    def _patients(self, rows: worksheet.Writer, report: Any) -> Iterator[Any]:
        """Build each Patient when its last report has come."""
        last = self._last_reports()
        waiting: dict[str, Any] = {}
        checked = _Schema(self._root())
        for position, record in enumerate(self.store.records()):
            if self._left_out(record):
                self.summary.left_out += 1
                continue
            coded = self._code(record)
            patient_id = record["meta"].get("patient_id")
            patient = waiting.get(patient_id) if patient_id else None
            if patient is None:
                patient = etree.Element(_tag("Patient"), nsmap={None: NAMESPACE})
                self._append(patient, coded, "Patient")
            if patient_id:
                waiting[patient_id] = patient
            self._append(etree.SubElement(patient, _tag("Tumor")), coded, "Tumor")
            self._tell(record, coded, rows, report)
            if not patient_id or last[patient_id] == position:
                waiting.pop(patient_id, None)
                checked.check(patient)
                yield patient

    def _last_reports(self) -> dict[str, int]:
        last: dict[str, int] = {}
        for position, record in enumerate(self.store.records()):
            if record["meta"].get("patient_id") and not self._left_out(record):
                last[record["meta"]["patient_id"]] = position
        return last

    def _left_out(self, record: dict[str, Any]) -> bool:
        kind = record["fields"]["neuroendocrine_type"]["value"]
        return self.options.only_nen and kind in (None, "none")

    def _code(self, record: dict[str, Any]) -> list[Coded]:
        report = Report(record, self.options.date, self.options.dictionary.version)
        coded = list(coding.code(report))
        if self.options.xml_text:
            coded += text.code(report, coded)
        return coded

    def _append(self, parent: Any, coded: list[Coded], kind: str) -> None:
        items = self.options.dictionary.items
        filled = {outcome.item: outcome.code for outcome in coded if outcome.code is not None}
        for name, item in items.items():
            if item.parent == kind and name in filled:
                element = etree.SubElement(parent, _tag("Item"), naaccrId=name, naaccrNum=str(item.number))
                element.text = filled[name]

    def _tell(self, record: dict[str, Any], coded: list[Coded], rows: worksheet.Writer, report: Any) -> None:
        self.summary.tumors += 1
        self.summary.review += sum(outcome.review for outcome in coded)
        report_id = record["report_id"]
        rows.write(report_id, coded, self.options.dictionary)
        row = {outcome.item: outcome.code for outcome in coded if outcome.code is not None}
        year = Report(record, self.options.date, self.options.dictionary.version).year
        for found in edits.check(row, self.options.dictionary, self.options.date, year):
            self.summary.findings[found.edit.severity] += 1
            codes = [f"{item}={row.get(item, '')}" for item in found.items]
            report.writerow(
                [
                    report_id,
                    found.edit.id,
                    found.edit.severity,
                    " ".join(found.items),
                    " ".join(codes),
                    found.edit.text,
                ]
            )


class _Schema:
    """Validates one Patient at a time inside a root of its own, so that a large file is never in memory."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self._schema = etree.XMLSchema(etree.parse(DATA / "naaccr.xsd"))
        self._root = etree.Element(_tag("NaaccrData"), attributes, {None: NAMESPACE})

    def check(self, patient: Any) -> None:
        """Raise ``DocumentInvalid`` if the Patient does not fit."""
        self._root.append(patient)
        self._schema.assertValid(self._root)
        self._root.remove(patient)


def validate(path: Path) -> None:
    """Validate a whole file against this project's schema, as a stream.

    Raises
    ------
    lxml.etree.XMLSyntaxError
        If it is not XML, or does not fit.
    """
    schema = etree.XMLSchema(etree.parse(DATA / "naaccr.xsd"))
    for _, element in etree.iterparse(path, schema=schema, resolve_entities=False, no_network=True):
        if element.tag == _tag("Patient"):
            element.clear()


def write_all(exporter: Exporter, files: list[Path]) -> None:
    """Write the three files, each put in place whole and for its owner only."""
    from nenpath.files import deliver

    def nested(opened: list[BinaryIO]) -> Callable[[BinaryIO], None]:
        def write(file: BinaryIO) -> None:
            ready = [*opened, file]
            if len(ready) == len(files):
                exporter.write(*ready)
            else:
                deliver(nested(ready), files[len(ready)])

        return write

    deliver(nested([]), files[0])


def _emit(target: Any, element: Any, depth: int) -> None:
    """Write an element inside what is open, so that the namespace is declared at the root alone."""
    target.write("\n" + "  " * depth)
    with target.element(element.tag, dict(element.attrib)):
        if element.text:
            target.write(element.text)
        for child in element:
            _emit(target, child, depth + 1)
        if len(element):
            target.write("\n" + "  " * depth)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(stack: ExitStack, file: BinaryIO) -> io.TextIOWrapper:
    wrapped = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    stack.callback(wrapped.detach)
    return wrapped
