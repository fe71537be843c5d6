"""Units whose counts of nodes are not those of the report: history, images, frozen sections, old versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.statements.earlier import below_earlier

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.unit import Unit

_SECTIONS = frozenset({"history", "intraoperative", "outside", "blocks"})
#: A label of what images show.
_IMAGE = re.compile(r"\W*(?:CT|MRI?|PET(?:[ /-]CT)?|EUS|US|ultraso\w+|imaging|X-?ray|scan)\b", re.IGNORECASE)
#: The heading of a diagnosis that another one replaces, and in how many units below it stands.
_REPLACED = re.compile(
    r"\W*(?:(?:original|initial|previous|first|former|superseded)\s+(?:\w+\s+)?(?:diagnos[ei]s|report|version|text)\b"
    r"|diagnos[ei]s,? \(?(?:original|initial|previous|as first issued)\b)[^;]{0,40}$",
    re.IGNORECASE,
)
_PARAGRAPH = 14
#: Blocks of a specimen ("4/17-4/22 lymph nodes").
_BLOCKS = re.compile(r"(?<!\d)\d{1,2}/\d{1,2}\s?[-–]\s?\d{1,2}/\d{1,2}(?!\d)")
_AMENDED = re.compile(
    r"superseded|(?:amended|revised) diagnosis|diagnosis,? \(?(?:revised|corrected|amended)", re.IGNORECASE
)
#: The end of a sentence, and a heading run on to it.
_ENDED = re.compile(r"[.)]\s*$")
_HEADING = re.compile(r"[^.;\d]{0,60}")


class PassedOver:
    """Which units of a report are passed over when its nodes are counted."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._words = document.patterns("nodes")
        self._amended = _AMENDED.search(document.text.clean) is not None

    def holds(self, unit: Unit) -> bool:
        """Whether a unit is one of them."""
        label = unit.label_text
        return (
            unit.section in _SECTIONS
            or self._words["blocks-label"].match(label) is not None
            or _IMAGE.match(label) is not None
            or self._frozen(unit.text)
            or ("/" in unit.text and _BLOCKS.search(unit.text) is not None)
            or ("/" in unit.text and below_earlier(self._document, unit))
            or (self._amended and self._below_replaced(unit))
        )

    def _frozen(self, text: str) -> bool:
        """Whether a unit speaks of a frozen section, not only in a heading run on to the sentence before."""
        match = self._words["frozen"].search(text)
        if match is None:
            return False
        return (
            _ENDED.search(text[: match.start()]) is None or _HEADING.fullmatch(text[match.start() :]) is None
        )

    def _below_replaced(self, unit: Unit) -> bool:
        """Whether a heading above, in the same paragraph, names the diagnosis that another one replaces."""
        if _REPLACED.match(unit.heading):
            return True
        clean, units = self._document.text.clean, self._document.units
        for back in range(unit.index, max(-1, unit.index - _PARAGRAPH), -1):
            if _REPLACED.match(units[back].text):
                return True
            if back == 0 or "\n\n" in clean[units[back - 1].end : units[back].start + 1]:
                return False
        return False
