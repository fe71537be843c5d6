"""Perineural invasion: tumor in, around or along nerves.

Meaning: ``present``, ``absent``, or ``indeterminate`` for suspicious, possible or not excluded. Nerve
sheath, intraneural and neural invasion count, and the code Pn (Pn0 is absent, Pn1 present); nerves or
ganglia that are merely seen do not.
Source: CAP cancer protocols; UICC TNM supplement for Pn; the rule book of the gold files.
Conflicts: among current statements of equal rank the worst counts.
"""

from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.findings import order, read_finding
from extractor.forms import misplaced
from extractor.patterns import FieldPatterns
from extractor.tnm import BEFORE, of_prostate


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: labels, prose, and the code Pn of a stage line; a prostate beside a bladder has its own."""
    words = document.patterns("tnm")
    for found in read_finding(document, patterns, bare="present"):
        if document.reading("primary_site").value == "bladder" and of_prostate(
            document.text.clean[max(0, found.start - BEFORE) : found.start], words
        ):
            continue
        yield found
    codes = patterns.rule("codes")
    for unit in document.units_with(codes.pattern):
        if unit.section == "blocks" or not (match := codes.pattern.search(unit.text)):
            continue
        value = "absent" if (match["digit"] or match["digit2"] or match["digit3"]) in "0Oo" else "present"
        strength = 0.5 + misplaced(unit)
        yield document.candidate(
            value, unit, match.start(), match.end(), codes.id, strength=strength, by_code=1.0
        )


FIELD = Field(
    title="Perineural invasion",
    position=80,
    value=Literal["present", "absent", "indeterminate"],
    read=read,
    order=order,
    needs=("primary_site",),
    of_this_specimen=True,
)
