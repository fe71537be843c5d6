"""The tissue a value was read in, by the words around it and the diagnosis of its part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractor.record import Tissue
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.field import Candidate

#: Words that name the primary, up to the value: "Ki-67, ileum tumor: 1.4 %", "the ileal primary stays G1".
_PRIMARY = re.compile(
    r"(?<!no )(?<!unknown )\b(?:primary(?! (?:sites?|antibod|diagnos|care|resect|of unknown))|"
    r"(?:ile(?:um|al)|jejun(?:um|al)|duoden(?:um|al)|pancrea(?:s|tic)|stomach|gastric|appendi(?:x|ceal)|"
    r"cecal|colon(?:ic)?|rect(?:um|al)|ampulla(?:ry)?|(?:small )?bowel|thymic|bronchial) "
    r"(?:tumou?rs?|NETs?|carcinoids?))\b"
    r"(?:(?!metasta|\bnod(?:e|al)|deposit|\bliver|hepatic|ovar|periton|;).){0,45}$",
    re.IGNORECASE | re.DOTALL,
)
#: What only tells where a metastasis comes from: "consistent with an ileal primary".
_ORIGIN = re.compile(
    r"\b(?:consistent|compatible|keeping|origin\w*|from|sugg?est\w*|favou?r\w*|likely|possible|probable|known)\b"
    r"[^.;]{0,25}$",
    re.IGNORECASE,
)
#: A diagnosis that begins with a metastasis, and is not that of nodes beside a tumor of the part.
_METASTASIS = re.compile(
    r"\W*(?:metastatic|metasta[st]\w+ (?:of|from))\b(?![^.;]{0,70}\b(?:nodes?\b|\d{1,3} ?(?:/|of) ?\d))|"
    r"\W*metasta[st]is\b[^.;]{0,20}\b(?:of|from)\b",
    re.IGNORECASE,
)
_NODE_PART = re.compile(r"\b(?:lymph nodes?|nodes?|lymphadenectomy|nodal)\b", re.IGNORECASE)
_ORGAN_PART = re.compile(r"ectomy(?! specimen)|resection|excision of (?:mass|tumor)", re.IGNORECASE)
#: A row of a table, or a line, on a node.
_NODE_ROW = re.compile(r"\W*(?:lymph )?nodes?\s{2,}", re.IGNORECASE)
#: The stage, which is that of the whole case: what follows is no longer of the part.
_STAGE = re.compile(r"(?<![A-Za-z])[aycr]{0,2}pT ?(?:[0-4]|is|X)")
#: A bracket that tells of the value before it: "1.4 % (primary), 2.2 %".
_OF_EARLIER = re.compile(r"%\s*\([^()]*$")
_BEFORE = 50
#: A value told of as a thing of the past, or of another lesion.
_APART = frozenset({"historical", "other_lesion", "reference"})


def in_node_part(unit: Unit, units: Sequence[Unit]) -> bool:
    """Whether a unit belongs to a part that holds nodes.

    A part ends where another section begins, and with the stage of the case.
    """
    if not _NODE_PART.search(unit.heading) or _ORGAN_PART.search(unit.heading):
        return False
    if _NODE_ROW.match(unit.text):
        return True
    for earlier in reversed(units[: unit.index + 1]):
        if earlier.heading != unit.heading:
            return True
        if earlier.section != unit.section or _STAGE.search(earlier.text):
            return False
    return True


def told_tissue(candidate: Candidate, units: Sequence[Unit]) -> Tissue | None:
    """The tissue a candidate is of.

    Words at the value that name the primary count before those of its line, and these before the diagnosis
    of its part.
    """
    if of_primary(candidate):
        return "primary"
    if candidate.tissue is not None:
        return candidate.tissue
    return "metastasis" if _part_is_metastasis(candidate.unit, units) else None


def of_primary(candidate: Candidate) -> bool:
    """Whether the words up to a value name the primary."""
    if _APART & candidate.features.keys():
        return False
    unit = candidate.unit
    begin = max(0, candidate.start - unit.start - _BEFORE)
    found = _PRIMARY.search(unit.text[begin : candidate.end - unit.start])
    if found is None:
        return False
    before = unit.text[: begin + found.start()]
    return not _ORIGIN.search(before) and not _OF_EARLIER.search(before)


def _part_is_metastasis(unit: Unit, units: Sequence[Unit]) -> bool:
    """Whether the diagnosis of a unit's part is that of a metastasis."""
    if unit.part is None or unit.section != "diagnosis":
        return False
    named = unit.heading.partition(":")[2]
    if not named.strip():
        below = _first_below(unit, units)
        named = "" if below is None else below.text
    return _METASTASIS.match(named) is not None


def _first_below(unit: Unit, units: Sequence[Unit]) -> Unit | None:
    """The line after the heading of a unit's part."""
    first = unit.index
    while first > 0 and _together(units[first - 1], unit):
        first -= 1
    below = units[first + 1] if first + 1 < len(units) else None
    return below if below is not None and _together(below, unit) else None


def _together(one: Unit, other: Unit) -> bool:
    return (one.section, one.part, one.heading) == (other.section, other.part, other.heading)
