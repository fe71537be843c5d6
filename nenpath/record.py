"""The record: what one report says, and what follows from it. The names are the public format."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from classifier.record import Grade, Inconsistency, Risk, Stage
from extractor import catalog
from extractor.record import OtherTumor, Reading


class Meta(BaseModel):
    """What came with the report; kept columns of the archive appear beside these under their own names."""

    model_config = ConfigDict(extra="allow")

    patient_id: str | None = None
    report_date: str | None = None
    specimen_date: str | None = None
    diagnosis_date: str | None = None
    report_number: str | None = None
    facility: str | None = None


class Provenance(BaseModel):
    """What made the record, and the SHA-256 of the text's UTF-8 it was made from."""

    model_config = ConfigDict(extra="forbid")

    nenpath: str
    patterns: str
    calibration: str
    text_sha256: str


def _fields_model() -> type[BaseModel]:
    reading: Any = Reading
    definitions: dict[str, Any] = {
        room.name: (reading[room.value], Field(title=room.title)) for room in catalog.fields()
    }
    return create_model(
        "Fields",
        __config__=ConfigDict(extra="forbid"),
        __doc__="One reading per field; a field the report does not state is there, with value null.",
        **definitions,
    )


Fields = _fields_model()


class Record(BaseModel):
    """One report: its fields with evidence and confidence, grade, stage, risk."""

    model_config = ConfigDict(extra="forbid")

    report_id: str | None
    meta: Meta
    fields: Fields  # type: ignore[valid-type]
    other_tumors: list[OtherTumor]
    risk: Risk
    grade: Grade
    stage: Stage
    inconsistencies: list[Inconsistency]
    provenance: Provenance
