"""Words for metastases that tell of none here: of other tumors, of what may come, of what was denied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: How far before a word for metastasis its sentence is looked through, and behind it.
_BEFORE, _AFTER = 200, 90
_SENTENCE = re.compile(r"[.;](?!\d)")
#: What may stand between the word and the end of its line.
_ENDS = re.compile(r"[^.;:]{0,40}?\b(?:is|are|was|were)?\W*$", re.IGNORECASE)
#: The organ a tumor is named for.
_NAMED_FOR = re.compile(
    r"\s(?:[a-z]+\s){0,2}?(?P<organ>thyroid|breast|skin|bladder|vaginal)\s+(?:\w+\s)?(?:\w*carcinoma|cancer|tumou?r)",
    re.IGNORECASE,
)


def of_others(patterns: FieldPatterns, text: str, start: int, end: int) -> bool:
    """Whether the sentence around ``text[start:end]`` tells of other tumors, or of what may come."""
    before = _SENTENCE.split(text[max(0, start - _BEFORE) : start])[-1]
    if patterns.rule("general").pattern.search(before) is not None:
        return True
    return patterns.rule("to-come").pattern.match(text[end : end + _AFTER]) is not None


def denied_below(document: Document, patterns: FieldPatterns, unit: Unit, end: int) -> bool:
    """Whether the next line denies what this one ends with ("metastases are" / "not revealed")."""
    if _ENDS.fullmatch(unit.text, end) is None:
        return False
    return patterns.rule("denied-below").pattern.match(document.text_below(unit)) is not None


def spoken_of_else(before: str, after: str) -> bool:
    """Whether an organ in the words ``before`` only gives the tumor its name."""
    named = _NAMED_FOR.match(after)  # "thyroid tissue consistent with metastatic thyroid carcinoma"
    return named is not None and named["organ"].lower() in before.lower()
