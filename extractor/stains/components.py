"""Stains of a tumor of two parts: what the glandular part lacks takes nothing from the neuroendocrine one.

"This part is synaptophysin positive ... The rest is tubular adenocarcinoma, synaptophysin negative": any part
that is positive makes the stain positive, so the denial of the other part is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.field import Candidate

#: The part of a mixed neoplasm that is not neuroendocrine.
_OTHER_PART = re.compile(
    r"\b(?:adeno-?carcinoma(?!tous polyp)|squamous|urothelial|glandular|gland-?forming|exocrine|acinar|"
    r"ductal|mucinous|non-? ?neuro-?endocrine|sarcomatoid)\b",
    re.IGNORECASE,
)
#: How far apart, in units, the two parts may be told.
_APART = 3


def of_neuroendocrine_part(found: list[Candidate]) -> list[Candidate]:
    """The candidates of a neuroendocrine stain without denials of the other part of a mixed tumor."""
    positive = [c for c in found if c.value == "positive"]
    return [c for c in found if c.value != "negative" or not any(_of_other_part(p, c) for p in positive)]


def _of_other_part(positive: Candidate, negative: Candidate) -> bool:
    """Whether the other part is named right before a denial, and not before the positive result."""
    if positive.unit.section != negative.unit.section:
        return False
    if abs(positive.unit.index - negative.unit.index) > _APART:
        return False
    at = negative.start - negative.unit.start
    here = positive.end - positive.unit.start if positive.unit is negative.unit else 0
    if here > at:
        return False  # told after it: the words before both speak of the same part
    return _OTHER_PART.search(negative.unit.text, max(here, at - 90), at) is not None
