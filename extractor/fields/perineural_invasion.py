"""Perineural invasion: tumor in, around or along nerves.

Meaning: ``present``, ``absent``, or ``indeterminate`` for suspicious, possible or not excluded. Nerve
sheath, intraneural and neural invasion count, and the code Pn (Pn0 is absent, Pn1 present); nerves or
ganglia that are merely seen do not.
Source: CAP cancer protocols; UICC TNM supplement for Pn; the rule book of the gold files.
Conflicts: among current statements of equal rank the worst counts.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.staging.cystoprostatectomy import beside
from extractor.statements.denied_together import told_together, with_lists
from extractor.statements.findings import order, read_finding
from extractor.statements.forms import OUTCOMES, misplaced
from extractor.statements.inside import told_inside
from extractor.unit import Unit

#: The category of tumor, with its P in capitals, and how far before that of the nodes it stands.
_PT = re.compile(r"\b[yr]?[pP]T ?[0-4Xi]")
_OTHER_PN = re.compile(r"\bp ?N ?[0-3X]|[\s,(\d]N ?[0-3X]\b|(?-i:\bPN ?[0-3X])(?=[^\n]{0,40}\bPN ?[0-3X])")
_NEAR = 24
#: A label in two lines.
_HEAD = re.compile(r"\bperi-?neural\s*$", re.IGNORECASE)
_NERVES_NOT = re.compile(
    r"(?<!laryngeal )(?<!facial )\bnerves?(?: (?:is|are|was|were))? not\s*$", re.IGNORECASE
)
_SIGNED = re.compile(r"(?:infiltration|invasion|growth|spread|involvement)\s?:?\s?\(?[+-]\)?(?=\W*$|[.;,\s])")
_INVOLVED = re.compile(r"(?:involved|invaded|infiltrated|affected|surrounded)\b")
_TAIL = re.compile(r"\W*(?:infiltration|invasion|growth|spread|involvement)\W*", re.IGNORECASE)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: labels, prose, and the code Pn of a stage line; a prostate beside a bladder has its own."""
    together = told_together(document, patterns.name, "nerves")
    said = list(with_lists(read_finding(document, patterns, bare="present"), together))
    if not any(found.value is not None for found in said):
        said += told_inside(document, patterns.name, "nerves")
    parted = list(_parted(document))
    for found in said:
        if not (beside(document, found) or any(found.unit.index == c.unit.index - 1 for c in parted)):
            yield found
    yield from parted
    codes = patterns.rule("codes")
    for unit in document.units_with(codes.pattern):
        if unit.section == "blocks" or not (match := codes.pattern.search(unit.text)):
            continue
        around = document.text.clean[
            max(0, unit.start + match.start() - _NEAR) : unit.start + match.end() + 4
        ]
        if match[0].startswith("PN") and _PT.search(around) and not _OTHER_PN.search(document.text.clean):
            continue  # the category of nodes, in capitals
        digit = next(found for found in match.groupdict().values() if found)
        value = "absent" if digit in "0Oo-" else "present"
        strength = 0.5 + misplaced(unit)
        yield document.candidate(
            value, unit, match.start(), match.end(), codes.id, strength=strength, by_code=1.0
        )


def _parted(document: Document) -> Iterator[Candidate]:
    """The answer to a label that a line break parts ("Perineural", then "infiltration: not observed")."""
    for above, unit in pairwise(document.units):
        if (rest := _rest(above, unit)) is not None:
            yield document.candidate(
                "present" if "+" in rest[0] else "absent",
                unit,
                rest.start(),
                rest.end(),
                "perineural_invasion/parted",
                answered=1.0,
            )
            continue
        if unit.label is None or _HEAD.search(above.text) is None or _TAIL.fullmatch(unit.label_text) is None:
            continue
        found = document.answers.read(unit.value_text)
        if found is not None and found.outcome in OUTCOMES:
            end = (unit.value or 0) + found.end
            yield document.candidate(
                found.outcome, unit, unit.label[0], end, "perineural_invasion/parted", answered=1.0
            )


def _rest(above: Unit, unit: Unit) -> re.Match[str] | None:
    """What a line break parts from a line that ends in "perineural", or in "nerves not"."""
    if above.label is not None or unit.label is not None or not unit.text[:1].islower():
        return None
    if _HEAD.search(above.text):
        return _SIGNED.match(unit.text)
    return _INVOLVED.match(unit.text) if _NERVES_NOT.search(above.text) else None


FIELD = Field(
    title="Perineural invasion",
    position=80,
    value=Literal["present", "absent", "indeterminate"],
    read=read,
    order=order,
    needs=("primary_site",),
    of_this_specimen=True,
)
