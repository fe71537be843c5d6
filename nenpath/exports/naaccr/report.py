"""A record as a registrar sees it: the schema, the year, the specimen, the tissue a reading is of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

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

    @property
    def meta(self) -> Mapping[str, Any]:
        """What came with the report."""
        meta: Mapping[str, Any] = self.record["meta"]
        return meta

    def reading(self, name: str) -> Mapping[str, Any]:
        """Give the reading of a field."""
        reading: Mapping[str, Any] = self.record["fields"][name]
        return reading

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
        said = [f"{name}: confidence below the threshold" for name in names if self.reading(name)["review"]]
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
            min((reading["confidence"] for reading in readings), default=None),
            tuple(evidence for reading in readings for evidence in reading["evidence"]),
            review or rule_of(rule).review or bool(said),
            (*notes, *said),
        )

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
        if any(
            self.value(name) is not None and not self._elsewhere(name) for name in ("margins", "extension")
        ):
            return "margins or extension are stated"
        if self._elsewhere("histology"):
            return None
        if not self.value("nodes_positive") and self.value("primary_site") not in (None, "unknown"):
            return "no metastasis is described"
        return None

    def _elsewhere(self, name: str) -> bool:
        """Whether all words a reading stands on are of another tissue than the primary's."""
        kinds = {evidence["tissue"] for evidence in self.reading(name)["evidence"]}
        return bool(kinds) and not kinds & {"primary", None}

    def tissue(self, name: str) -> tuple[bool | None, str]:
        """Tell whether a reading is of the primary, and the note that explains it.

        Returns
        -------
        tuple
            True, False (another tissue) or null (not to be told), and words for the worksheet.
        """
        kinds = {evidence["tissue"] for evidence in self.reading(name)["evidence"]}
        if "primary" in kinds:
            return True, ""
        if self._elsewhere(name):
            return False, f"{name}: read in {', '.join(sorted(kinds))} tissue, not in the primary"
        if self.shows_primary:
            return True, f"{name}: tissue not named; taken as the primary's, as {self.shows_primary}"
        return None, f"{name}: tissue not named, and the report does not show that the primary was examined"


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        high = "" if value["high"] is None else f"{value['high']:g}"
        return f"{value['comparator']} {value['low']:g} to {high}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
