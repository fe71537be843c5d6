"""One record as a Bundle: patient, specimen, report, Observations, risk and provenance."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nenpath.exports.dates import read_date
from nenpath.exports.fhir.codes import Code, Term, coding, concept, systems
from nenpath.exports.fhir.identity import Report, Site
from nenpath.exports.fhir.observations import Observations
from nenpath.exports.fhir.values import plain
from nenpath.view import CAUTION

_UNKNOWN_NAME = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


@dataclass(frozen=True, slots=True)
class Options:
    """What a Bundle depends on beside the record: site, time of the export, whether words go along."""

    site: Site
    when: datetime
    with_text: bool = False

    @property
    def instant(self) -> str:
        """The time as FHIR writes it."""
        return self.when.isoformat()


def bundle(record: Mapping[str, Any], text: str | None, options: Options) -> dict[str, Any]:
    """Write one record as a transaction that puts each resource under its own id.

    Parameters
    ----------
    text
        The report as read; used only with ``options.with_text``.
    """
    report = Report(options.site, record["report_id"] or "")
    entries = [
        {
            "fullUrl": f"{systems().base}/{resource['resourceType']}/{resource['id']}",
            "resource": resource,
            "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
        }
        for resource in resources(record, text, options)
    ]
    return {
        "resourceType": "Bundle",
        "id": report.id("Bundle"),
        "type": "transaction",
        "timestamp": options.instant,
        "entry": entries,
    }


def resources(record: Mapping[str, Any], text: str | None, options: Options) -> Iterator[dict[str, Any]]:
    """Every resource of one record, in the order a server can take them."""
    report = Report(options.site, record["report_id"] or "")
    patient = _patient(record, options.site)
    subject = {"reference": f"Patient/{patient['id']}"}
    meta = record["meta"]
    collected = read_date(meta.get("specimen_date"))
    effective = collected or read_date(meta.get("report_date"))
    shared: dict[str, Any] = {"subject": subject}
    if effective:
        shared["effectiveDateTime"] = effective
    shared["issued"] = options.instant
    specimen = report.reference("Specimen")
    observed = Observations(record, report, shared | {"specimen": specimen}, options.with_text)
    observations = list(observed.all())
    yield patient
    yield _specimen(record, report, subject, collected)
    for observation, _ in observations:
        yield observation
    identifiers = [options.site.identifier("report-id", report.report_id)]
    if meta.get("report_number"):
        identifiers.append(options.site.identifier("report-number", str(meta["report_number"])))
    diagnostic: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "id": report.id("DiagnosticReport"),
        "identifier": identifiers,
        "status": "preliminary",
        "category": [{"coding": [coding(systems().report.category)]}],
        "code": {"coding": [coding(systems().report.code)]},
        **shared,
    }
    if meta.get("facility"):
        diagnostic["performer"] = [{"display": plain(str(meta["facility"]))}]
    diagnostic["specimen"] = [specimen]
    if observations:
        diagnostic["result"] = [_reference(observation) for observation, _ in observations]
    if options.with_text and text:
        data = base64.b64encode(text.encode()).decode()
        diagnostic["presentedForm"] = [{"contentType": "text/plain; charset=utf-8", "data": data}]
    yield diagnostic
    targets: list[dict[str, Any]] = [report.reference("DiagnosticReport"), specimen]
    if record["risk"]["level"] != "not_applicable":
        yield _risk(record["risk"], report, shared)
        targets.append(report.reference("RiskAssessment"))
    targets += [_reference(observation, confidence) for observation, confidence in observations]
    yield _provenance(record, report, targets, options)


def _patient(record: Mapping[str, Any], site: Site) -> dict[str, Any]:
    known = record["meta"].get("patient_id")
    content: dict[str, Any] = {"resourceType": "Patient"}
    if known:
        content["id"] = site.id("Patient", str(known))
        content["identifier"] = [site.identifier("patient-id", str(known))]
    else:
        content["id"] = site.id("Patient", "", record["report_id"] or "")
        content["identifier"] = [site.identifier("patient-of-report", record["report_id"] or "")]
    content["name"] = [{"extension": [{"url": _UNKNOWN_NAME, "valueCode": "unknown"}]}]
    content["gender"] = "unknown"
    return content


def _specimen(
    record: Mapping[str, Any], report: Report, subject: dict[str, Any], collected: str | None
) -> dict[str, Any]:
    content: dict[str, Any] = {"resourceType": "Specimen", "id": report.id("Specimen")}
    content["identifier"] = [report.site.identifier("specimen-of-report", report.report_id)]
    if kind := record["fields"].get("specimen", {}).get("value"):
        content["type"] = concept(Term("specimen", kind, kind))
    content["subject"] = subject
    if collected:
        content["collection"] = {"collectedDateTime": collected}
    return content


def _risk(risk: Mapping[str, Any], report: Report, shared: Mapping[str, Any]) -> dict[str, Any]:
    own = systems().extension
    bounds = [
        {
            "url": side,
            "extension": [
                {"url": "level", "valueCode": risk["bounds"][side]["level"]},
                {
                    "url": "probability-high",
                    "valueDecimal": _rounded(risk["bounds"][side]["probability_high"]),
                },
            ],
        }
        for side in ("low", "high")
    ]
    content: dict[str, Any] = {
        "resourceType": "RiskAssessment",
        "id": report.id("RiskAssessment"),
        "extension": [
            {"url": own("risk-level"), "valueCode": risk["level"]},
            {"url": own("risk-bounds"), "extension": bounds},
        ],
        "status": "preliminary",
        "method": {"text": risk["policy"]},
        "subject": shared["subject"],
    }
    if "effectiveDateTime" in shared:
        content["occurrenceDateTime"] = shared["effectiveDateTime"]
    if risk["criteria"]:
        content["basis"] = [
            report.reference("Observation", f"criterion/{item['id']}") for item in risk["criteria"]
        ]
    content["prediction"] = [
        {
            "outcome": concept(Term("risk-level", level, level)),
            "probabilityDecimal": _rounded(100 * probability),  # FHIR: a percentage
        }
        for level, probability in risk["probabilities"].items()
    ]
    content["note"] = [{"text": CAUTION}] + [
        {"text": f"Missing: {item['name']}. {item['effect']}"} for item in risk["missing"]
    ]
    return content


def _provenance(
    record: Mapping[str, Any], report: Report, targets: list[dict[str, Any]], options: Options
) -> dict[str, Any]:
    versions = record["provenance"]
    software = {
        "resourceType": "Device",
        "id": "software",
        "deviceName": [{"name": "nenpath", "type": "model-name"}],
        "version": [
            {"type": {"text": name}, "value": versions[name]}
            for name in ("nenpath", "patterns", "calibration")
        ],
    }
    entity: dict[str, Any] = {}
    if versions["text_sha256"]:
        digest = {"url": systems().extension("text-sha256"), "valueString": versions["text_sha256"]}
        entity["extension"] = [digest]
    entity["role"] = "source"
    entity["what"] = {"identifier": options.site.identifier("report-id", report.report_id)}
    return {
        "resourceType": "Provenance",
        "id": report.id("Provenance"),
        "contained": [software],
        "target": targets,
        "recorded": options.instant,
        "agent": [
            {
                "type": {"coding": [coding(Code(system="participant", code="assembler"))]},
                "who": {"reference": "#software"},
            }
        ],
        "entity": [entity],
    }


def _reference(resource: Mapping[str, Any], confidence: float | None = None) -> dict[str, Any]:
    reference = {"reference": f"{resource['resourceType']}/{resource['id']}"}
    if confidence is None:
        return reference
    extension = {"url": systems().extension("confidence"), "valueDecimal": confidence}
    return {"extension": [extension], **reference}


def _rounded(value: float) -> float:
    return round(value, 6)
