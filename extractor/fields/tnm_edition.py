"""TNM edition: which staging manual the stated stage follows.

Meaning: words, the organization and the edition or year as stated (``AJCC 8``, ``UICC 7``, ``ENETS``,
``AJCC 2002``); the organization alone if no edition is given.
Source: stated only; never guessed from the date of the report.
Conflicts: the section decides, then the latest edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate, Field
from extractor.matching.expressions import Expression

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

_ORDINALS = {"fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9"}
_GATE = Expression(r"AJCC|UICC|ENETS|American Joint", re.IGNORECASE)


def order(value: str) -> float:
    """The later edition; a name alone is the least."""
    found = re.search(r"\d+", value)
    if not found:
        return 0.0
    number = float(found[0])
    return number if number < 100 else (number - 1970) / 6


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates where a manual is named."""
    for unit in document.units_with(_GATE):
        if not _GATE.search(unit.text):
            continue
        for rule in patterns.rules:
            match = rule.pattern.search(unit.text)
            if not match:
                continue
            groups = match.groupdict()
            name = groups.get("name") or "AJCC"
            name = "AJCC" if name.lower().startswith("american") else name.upper()
            edition = (groups.get("edition") or "").lower()
            edition = _ORDINALS.get(edition, edition)
            value = f"{name} {edition}".strip()
            yield document.candidate(value, unit, match.start(), match.end(), rule.id, strength=rule.strength)
            break


FIELD = Field(title="TNM edition", position=300, value=str, read=read, order=order)
