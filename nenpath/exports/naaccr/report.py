"""A record as a registrar sees it: the schema, the year, the specimen, the tissue a reading is of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nenpath.exports.naaccr import primary
from nenpath.exports.naaccr.rules import Schema, schemas, values

_YEAR = re.compile(r"(?:18|19|20)\d\d")
_DATES = ("diagnosis_date", "specimen_date", "report_date")


@dataclass(frozen=True, slots=True)
class Coded:
    """What one rule made of one report for one item.

    ``code`` is null where the item is left out; ``fields`` are the record's fields it rests on, and
    ``confidence`` is the lowest of theirs. ``notes`` say why a person must look, or what was assumed.
    """

    item: str
    code: str | None
    rule: str
    fields: tuple[str, ...] = ()
    value: str = ""
    confidence: float | None = None
    evidence: tuple[Mapping[str, Any], ...] = ()
    review: bool = False
    notes: tuple[str, ...] = ()


@dataclass
class Report:
    """A record in its JSON form, with what several rules ask of it.

    Parameters
    ----------
    record
        As ``Store.records()`` gives it.
    export_date
        ``YYYY-MM-DD`` of the export; its year stands in where the input has no date at all.
    version
        The dictionary to code for.
    """

    record: Mapping[str, Any]
    export_date: str
    version: str
    codes: dict[str, str] = field(default_factory=dict)
    _readings: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def meta(self) -> Mapping[str, Any]:
        """What came with the report."""
        meta: Mapping[str, Any] = self.record["meta"]
        return meta

    def reading(self, name: str) -> Mapping[str, Any]:
        """Give the reading of a field: the primary's, of a field that describes it."""
        if name not in self._readings:
            self._readings[name] = self._read(name)
        return self._readings[name]

    def _read(self, name: str) -> Mapping[str, Any]:
        fields = self.record["fields"]
        reading: Mapping[str, Any] = fields[name]
        if name not in primary.FIELDS or not primary.elsewhere(reading):
            return reading
        return primary.of_primary(fields, name, self.shows_primary is not None) or reading

    def replaced(self, name: str) -> bool:
        """Whether a reading is the primary's in place of the record's, which is of another tissue."""
        return self.reading(name)["confidence"] is None

    def value(self, name: str) -> Any:
        """Give the value of a field."""
        return self.reading(name)["value"]

    def coded(
        self,
        item: str,
        code: str | None,
        rule: str,
        *names: str,
        review: bool = False,
        notes: Sequence[str] = (),
    ) -> Coded:
        """Make the outcome of a rule from the fields it rests on; a stated code is kept for later rules."""
        from nenpath.exports.naaccr.rules import rule as rule_of

        readings = [self.reading(name) for name in names]
        said = [self._doubt(name) for name in names if self.reading(name)["review"]]
        said += [
            f"{name}: statements disagree" for name in names if self.reading(name)["status"] == "conflict"
        ]
        if code is not None:
            self.codes[item] = code
        return Coded(
            item,
            code,
            rule,
            names,
            "; ".join(_words(reading["value"]) for reading in readings),
            _lowest([reading["confidence"] for reading in readings]),
            tuple(evidence for reading in readings for evidence in reading["evidence"]),
            review or rule_of(rule).review or bool(said),
            (*notes, *said),
        )

    def _doubt(self, name: str) -> str:
        if self.replaced(name):
            kept = self.record["fields"][name]
            other = f"{_words(kept['value'])}, is of {_tissues(kept)} tissue"
            return f"{name}: the record's value, {other}; this is the primary's"
        return f"{name}: confidence below the threshold"

    @cached_property
    def year(self) -> int:
        """Year of diagnosis, or of the nearest date there is."""
        for name in _DATES:
            found = _YEAR.match(str(self.meta.get(name) or ""))
            if found:
                return int(found.group())
        return int(self.export_date[:4])

    @property
    def year_is_stated(self) -> bool:
        """Whether the input has the date of diagnosis."""
        return _YEAR.match(str(self.meta.get("diagnosis_date") or "")) is not None

    @cached_property
    def site(self) -> str | None:
        """Topography without its dot."""
        code = self.value("icd_o_3_topography")
        return code.replace(".", "") if code else None

    @cached_property
    def morphology(self) -> tuple[str, str] | None:
        """Histology and behavior, where a registry codes the behavior."""
        histology, _, behavior = (self.value("icd_o_3_morphology") or "").partition("/")
        return (histology, behavior) if histology and behavior in ("0", "1", "2", "3") else None

    @cached_property
    def schema(self) -> Schema | None:
        """The schema that site, histology and year select."""
        if self.site is None or self.morphology is None:
            return None
        for schema in schemas().schemas:
            if self.site not in schema.sites or schema.identifier(self.year) is None:
                continue
            if schemas().takes(schema, self.morphology[0], self.year):
                return schema
        return None

    @property
    def net(self) -> bool:
        """Whether the schema is one of the NET schemas."""
        return self.schema is not None and self.schema.net

    @cached_property
    def resection(self) -> bool | None:
        """Whether the tissue is that of a resection; null where the report does not tell."""
        specimen = self.value("specimen")
        return None if specimen is None else specimen == "resection"

    @cached_property
    def neoadjuvant(self) -> bool:
        """Whether systemic or radiation therapy came before this specimen."""
        if "y" in (self.value("tnm_prefix") or []):
            return True
        before = self.value("prior_therapy") or []
        return bool(self.resection) and any(kind in values().neoadjuvant for kind in before)

    @cached_property
    def shows_primary(self) -> str | None:
        """Say by what the report shows that the primary was examined, if it does.

        A pathologic T category is given to a primary only; so are margins and extension, unless they are read
        in another tissue or there are distant metastases, whose resection has margins too; without a
        metastasis only the primary is left.
        """
        if str(self.value("pT") or "X")[:1].upper() not in ("X", "0"):
            return "pT is stated"
        if self.value("distant_metastasis") == "present":
            return None
        if any(map(self._stated_here, ("margins", "extension"))):
            return "margins or extension are stated"
        if primary.elsewhere(self.reading("histology")):
            return None
        if not self.value("nodes_positive") and self.value("primary_site") not in (None, "unknown"):
            return "no metastasis is described"
        return None

    def _stated_here(self, name: str) -> bool:
        """Whether a value is stated that is not of another tissue."""
        reading = self.record["fields"][name]
        return reading["value"] is not None and not primary.elsewhere(reading)

    def tissue(self, name: str) -> tuple[bool | None, str]:
        """Tell whether a reading is of the primary, and the note that explains it.

        Returns
        -------
        tuple
            True, False (another tissue) or null (not to be told), and words for the worksheet.
        """
        reading = self.reading(name)
        if self.replaced(name) or any(found["tissue"] == "primary" for found in reading["evidence"]):
            return True, ""
        if primary.elsewhere(reading):
            return False, f"{name}: read in {_tissues(reading)} tissue, not in the primary"
        if self.shows_primary:
            return True, f"{name}: tissue not named; taken as the primary's, as {self.shows_primary}"
        return None, f"{name}: tissue not named, and the report does not show that the primary was examined"


def _tissues(reading: Mapping[str, Any]) -> str:
    return ", ".join(sorted({evidence["tissue"] for evidence in reading["evidence"]}))


def _lowest(confidences: Sequence[float | None]) -> float | None:
    """Give the lowest; none where one is not known."""
    known = [confidence for confidence in confidences if confidence is not None]
    return min(known, default=None) if len(known) == len(confidences) else None


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        high = "" if value["high"] is None else f"{value['high']:g}"
        return f"{value['comparator']} {value['low']:g} to {high}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
