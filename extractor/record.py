"""What the extractor says of a report: readings of fields, with evidence.

The names are the public record format; users' scripts rely on them.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Status = Literal[
    "stated",
    "not_stated",
    "pending",
    "unquantified",
    "not_applicable",
    "indeterminate",
    "conflict",
]
Tissue = Literal["primary", "node", "metastasis", "other"]
Comparator = Literal["=", "~", "<", "<=", ">", ">=", "up_to", "range"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]

T = TypeVar("T")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Interval(_Strict):
    """A number or a range as stated; ``<`` and ``>`` exclude the bound, ``high: null`` is unbounded."""

    low: float
    high: float | None
    comparator: Comparator = "="


class MitoticRate(Interval):
    """Mitoses per 2 mm2; ``field_area`` tells whether the field size was stated or taken as 0.2 mm2."""

    field_area: Literal["stated", "assumed"] = "assumed"


class Evidence(_Strict):
    """A slice of the report as read: ``text == report[start:end]``, offsets in Unicode code points."""

    start: int
    end: int
    text: str
    section: str | None = None
    part: str | None = None
    tissue: Tissue | None = None
    rule: str


class Alternative(_Strict, Generic[T]):
    """Another reading of the field with its probability; null ("not stated") is listed like any value."""

    value: T | None
    probability: Probability
    evidence: list[Evidence] = []


class Reading(_Strict, Generic[T]):
    """One field of the record: the value, how sure it is, and the words it stands on."""

    value: T | None = None
    confidence: Probability = 1.0
    status: Status = "not_stated"
    review: bool = False
    evidence: list[Evidence] = []
    alternatives: list[Alternative[T]] = []


class OtherTumor(_Strict):
    """A neuroendocrine neoplasm or second malignancy that is not the index tumor."""

    neuroendocrine_type: str | None = None
    histology: str | None = None
    site: str | None = None
    size_mm: float | None = None
    confidence: Probability = 0.5
    evidence: list[Evidence] = []
