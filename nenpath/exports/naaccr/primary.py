"""The primary's reading, where the record holds that of another tissue.

The record's value is the highest of any tissue of the tumor; a registry takes the primary's, which the record
then lists among the alternatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

Reading = Mapping[str, Any]
#: Fields that describe the primary.
FIELDS: Final = frozenset(
    {
        "ki67_percent", "mitoses_per_2mm2", "grade", "differentiation", "tumor_size_mm", "margins",
        "lymphovascular_invasion",
    }
)  # fmt: skip
#: Fields that tell in which part the primary is.
_OF_ITS_PART: Final = ("primary_site", "extension", "pT")
_APART: Final = frozenset({"history", "imaging", "outside", "intraoperative"})


def elsewhere(reading: Reading) -> bool:
    """Whether all words a reading stands on are of another tissue than the primary's."""
    kinds = {evidence["tissue"] for evidence in reading["evidence"]}
    return bool(kinds) and not kinds & {"primary", None}


def of_primary(fields: Mapping[str, Reading], name: str, examined: bool) -> Reading | None:
    """Give the alternative that is read in the primary, as a reading without a confidence of its own.

    Parameters
    ----------
    fields
        The record's readings.
    name
        The field, whose value is read in another tissue.
    examined
        Whether the report shows that the primary was examined. Without that, only words that name the
        primary at the value count.

    Returns
    -------
    Mapping or None
        Nothing where no alternative is the primary's, or where two different ones are.
    """
    for places in ((lambda e: e["tissue"] == "primary"), (lambda e: examined and _with_primary(e, fields))):
        found = [
            alternative
            for alternative in fields[name]["alternatives"]
            if alternative["value"] is not None
            and any(e["section"] not in _APART and places(e) for e in alternative["evidence"])
        ]
        if found:
            return _reading(found[0]) if len(found) == 1 else None
    return None


def _reading(alternative: Reading) -> Reading:
    return {**alternative, "confidence": None, "status": "stated", "review": True, "alternatives": []}


def _with_primary(evidence: Mapping[str, Any], fields: Mapping[str, Reading]) -> bool:
    """Whether words stand in a form, or in the part that the primary's site, depth or pT is read from."""
    if evidence["tissue"] is not None:
        return False
    parts = set().union(*(_parts(fields[name]["evidence"]) for name in _OF_ITS_PART))
    return evidence["section"] == "synoptic" or _place(evidence) in parts


def _parts(evidence: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {
        _place(e)
        for e in evidence
        if e["part"] and e["tissue"] is None and e["rule"] != "primary_site/origin"
    }


def _place(evidence: Mapping[str, Any]) -> tuple[str, str]:
    return evidence["section"], evidence["part"]
