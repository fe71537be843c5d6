"""The older version of a report that an amended one keeps below itself.

An amended report may end with the text it replaces ("ORIGINAL REPORT (3/2/2015), kept for the record"). What
the older text says of a field never competes with what the new one says above it; what only the older one
says (the gross description, stains) still holds.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate

#: What a candidate of the older version loses.
PENALTY = 8.0

_AMENDED = Expression(
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


#: A block of the older version within the new one ("ORIGINAL DIAGNOSIS (7/12), superseded:"), and its end.
_BLOCK = re.compile(
    r"^[^\w\n]{0,20}(?:(?:the |text of (?:the )?)?"
    r"(?:original|initial|previous|prior|former|first|superseded|replaced|earlier)\s+"
    r"(?:(?:final|signed|issued|pathologic\w*)\s+){0,2}"
    r"(?:diagnos[ie]s|synoptic|template|checklist|sign-?out|dictation|comments?|notes?|remarks?)\b|"
    r"(?:final )?diagnos[ie]s \(?(?:original|initial|previous|superseded|as (?:first|originally) issued)\b|"
    r"(?:text|template|diagnosis|report|checklist|synoptic)[^\n:]{0,20}\bas (?:first|originally) "
    r"(?:issued|signed|reported)\b)"
    r"(?:(?=[^\n:]{0,60}\b(?:cancel\w*|withdrawn|void|invalid|superseded|replaced|annulled)\b)|"
    r"(?![^\n:]{0,50}\b(?:remains?|unchanged|stands?|stood|confirmed|same|holds|is|was|see)\b))[^\n:]{0,60}(?::|$)",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK_ENDS = re.compile(
    r"^[^\w\n]{0,10}(?:gross|macro|micro|comments?|synop|specimens?|clinical|addend|amend|revis|correct|"
    r"notes?|immuno|special|ancillary|stag|signed|electronic|current|new\b|final|diagnos|"
    r"node table|checklist|end of)",
    re.IGNORECASE | re.MULTILINE,
)


@lru_cache(maxsize=2)
def old_places(document: Document) -> tuple[tuple[int, int], ...]:
    """Where the older version begins and ends in the clean text, and blocks of it."""
    text = document.text.clean
    amended = _AMENDED.anywhere(text)
    if amended is None:
        return ()
    places = []
    head = _HEAD.search(text, amended.end())
    if head is not None:
        again = _NEW_AGAIN.search(text, head.end())
        places.append((head.end(), len(text) if again is None else again.start()))
    for block in _BLOCK.finditer(text):
        ends = _BLOCK_ENDS.search(text, text.find("\n", block.end()) + 1 or len(text))
        places.append((block.end(), len(text) if ends is None else ends.start()))
    return tuple(places)


def is_old(document: Document, position: int) -> bool:
    """Whether a place of the clean text belongs to the older version."""
    return any(begin <= position < end for begin, end in old_places(document))


def mark_old(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The candidates; if the new version has one, those of the older version are marked as history."""
    if old_places(document):
        old = [is_old(document, candidate.start) for candidate in found]
        new = any(
            not was and "historical" not in c.features and c.unit.section != "history"
            for c, was in zip(found, old, strict=True)
        )
        for candidate, was in zip(found, old, strict=True) if new else ():
            if was and "historical" not in candidate.features:
                candidate.features["historical"] = 1.0
                candidate.features["strength"] = candidate.features.get("strength", 0.0) - PENALTY
    return found
