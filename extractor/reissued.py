"""The older version of a report that an amended one keeps below itself.

An amended report may end with the text it replaces ("ORIGINAL REPORT (3/2/2015), kept for the record"). What
the older text says of a field never competes with what the new one says above it; what only the older one
says (the gross description, stains) still holds.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate

#: What a candidate of the older version loses.
PENALTY = 8.0

_AMENDED = re.compile(
    r"\b(?:amended|corrected|revised|re-?issued|superseding)\b[^\n]{0,30}\b(?:report|diagnos\w+|version|copy)\b|"
    r"\b(?:report|diagnos\w+|version)\b[^\n]{0,20}\b(?:amended|corrected|revised|re-?issued)\b|"
    r"\bamendments?\b|\bcorrection (?:to|of)\b",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"^[^\w\n]{0,60}(?:(?:the |text of (?:the )?)?"
    r"(?:original|initial|previous|prior|former|first|superseded|earlier)\s+"
    r"(?:(?:pathology|surgical|final|signed|issued)\s+){0,2}(?:report|version|issue|text|wording)\b|"
    r"report (?:prior to|before) (?:the |this )?(?:amendment|correction|revision)\b)"
    r"[^\w\n]{0,4}(?:\([^()\n]{0,40}\))?[^\w\n]{0,4}"
    r"(?:(?:(?:is |as )?(?:retained|kept|follows?|below|void|issued|signed|dated|text|of|on)|"
    r"for (?:the |our )?(?:records?|audit|reference)|[\d/.-]{4,10})\b[^\w\n]{0,60}){0,5}$",
    re.IGNORECASE | re.MULTILINE,
)
#: Below the older version: the new one speaks again.
_NEW_AGAIN = re.compile(
    r"^[^\w\n]{0,20}(?:end of (?:the )?(?:original|previous|initial|superseded)|"
    r"(?:amended|revised|corrected|current|new) (?:report|diagnosis|version|text)|"
    r"additional [^\n]{0,30}\bthis (?:amendment|report|version)|addendum\b)",
    re.IGNORECASE | re.MULTILINE,
)


@lru_cache(maxsize=2)
def old_version(document: Document) -> tuple[int, int]:
    """Where the older version begins and ends in the clean text; an empty place if there is none."""
    text = document.text.clean
    amended = _AMENDED.search(text)
    if amended is None:
        return 0, 0
    head = _HEAD.search(text, amended.end())
    if head is None:
        return 0, 0
    again = _NEW_AGAIN.search(text, head.end())
    return head.end(), len(text) if again is None else again.start()


def is_old(document: Document, position: int) -> bool:
    """Whether a place of the clean text belongs to the older version."""
    begin, end = old_version(document)
    return begin <= position < end


def mark_old(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The candidates; if the new version has one, those of the older version are marked as history."""
    begin, end = old_version(document)
    if begin < end:
        new = any(
            c.start < begin and "historical" not in c.features and c.unit.section != "history" for c in found
        )
        for candidate in found if new else ():
            if begin <= candidate.start < end and "historical" not in candidate.features:
                candidate.features["historical"] = 1.0
                candidate.features["strength"] = candidate.features.get("strength", 0.0) - PENALTY
    return found
