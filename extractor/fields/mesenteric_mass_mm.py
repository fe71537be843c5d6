"""Mesenteric mass: size in millimeters of a tumor mass in the mesentery (jejunum, ileum).

Meaning: greatest dimension of the (largest) stated mesenteric mass or tumor deposit; more than 20 mm is
N2 in neuroendocrine tumors of jejunum and ileum. Not a lymph node, not the primary, not a margin.
Source: CAP protocol for neuroendocrine tumors of jejunum and ileum (large mesenteric masses); AJCC 8.
Conflicts: the section decides, then the largest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate, Field
from extractor.matching.numbers import number

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

_LENGTH = re.compile(
    r"(?P<sizes>\d+(?:[.,]\d+)?(?:\s?(?:cm|mm)?\s?(?:x|by)\s?\d+(?:[.,]\d+)?){0,2})\s?-?(?P<unit>cm|mm)\b",
    re.IGNORECASE,
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates where a length belongs to a mesenteric mass."""
    mass, before = patterns.rule("mass").pattern, patterns.rule("size-before").pattern
    absent, other = patterns.rule("absent").pattern, patterns.rule("other-length").pattern
    for unit in document.units:
        if "esenter" not in unit.text and "ESENTER" not in unit.text:
            continue
        match = mass.search(unit.text)
        if match is None:
            continue
        if missing := absent.search(unit.text):
            yield document.candidate(
                None, unit, match.start(), max(match.end(), missing.end()), "mesenteric_mass_mm/absent"
            )
            continue
        length = _LENGTH.search(unit.text, match.end())
        if (
            length is None
            or length.start() - match.end() > 90
            or other.search(unit.text[match.end() : length.end() + 30])
        ):
            leading = before.search(unit.text)
            length = _LENGTH.search(unit.text, leading.start()) if leading else None
        if length is None:
            continue
        factor = 10.0 if length["unit"].lower() == "cm" else 1.0
        size = max(number(n) for n in re.findall(r"\d+(?:[.,]\d+)?", length["sizes"])) * factor
        yield document.candidate(
            round(size, 3),
            unit,
            min(match.start(), length.start()),
            max(match.end(), length.end()),
            "mesenteric_mass_mm/mass",
            strength=1.0,
            tissue="metastasis",
        )


FIELD = Field(title="Mesenteric mass (mm)", position=150, value=float, read=read, order=float)
