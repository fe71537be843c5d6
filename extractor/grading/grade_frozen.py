"""Grades told during the operation: what a frozen section, an imprint or a smear was called is no grade."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate

#: How far before a grade such a consultation begins, and how far behind it the final opinion may agree.
_BEFORE, _AFTER = 700, 70
_EXAMINED = (
    r"\bfrozen[- ]?sections?|\btouch (?:imprints?|prep\w*)|\bsmears?\b|"
    r"\b[il1]ntra-?\s?operative(?:ly)?(?: cytolog\w+)?|\b(?:rapid|quick) sections?"
)
_NAMED = r"(?: (?:diagnos[ie]s|consult\w*|interpretation|report|impression|results?))"
#: The last consultation before a grade, in a section of consultations.
_CONSULTED = re.compile(rf"(?:{_EXAMINED})(?!.*(?:{_EXAMINED}))", re.IGNORECASE | re.DOTALL)
#: A consultation right before the grade, in another section.
_TOLD = re.compile(
    rf"(?:\bfrozen[- ]sections?{_NAMED}+|\bfrozen sections(?=')|\btouch (?:imprints?|prep\w*){_NAMED}*|"
    rf"\b(?:cytologic )?smears?{_NAMED}*|\b[il1]ntra-?\s?operative{_NAMED}+)"
    r"[\s)]{0,2}[:'=-][^;]{0,110}$",
    re.IGNORECASE,
)
#: What ends it: the final opinion on the tissue.
_FINAL = re.compile(
    r"\bfinal\b|\bmicroscopic(?:al|ally)?\b|\bpermanent\b|\bcomment\b|\bnote\b|\bconfirm|"
    r"\b(?:pathologic(?:al)?|histologic(?:al)?) diagnos[ie]s\b|(?<!section )(?<!operative )\bdiagnos[ie]s ?:|"
    r"\bsections? (?:of|shows?|demonstrate|reveal|contain)|\baddendum\b|\bsynoptic\b",
    re.IGNORECASE,
)
_AGREES = re.compile(r"[^.;]{0,60}\b(?:confirm|agree|concur|same\b|permanent)", re.IGNORECASE)


def on_frozen(document: Document, candidate: Candidate) -> bool:
    """Whether a grade is what was told the surgeon, before the tissue was processed."""
    text = document.text.clean
    before = text[max(0, candidate.start - _BEFORE) : candidate.start]
    rule = _CONSULTED if candidate.unit.section == "intraoperative" else _TOLD
    told = rule.search(before)
    if told is None or _FINAL.search(before, told.end() if rule is _CONSULTED else told.start()):
        return False
    return _AGREES.match(text, candidate.end, candidate.end + _AFTER) is None
