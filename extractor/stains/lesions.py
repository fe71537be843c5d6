"""Stains told block by block, of a lesser lesion and of the tumor the report is about.

"A2 (small nodule): synaptophysin pos. A7 (carcinoma): synaptophysin "
"neg": what a bracket before a colon names is
what the results behind it are of, up to the next such head. Where one head names the main tumor, the
results of a
lesser lesion are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate

_HEAD = re.compile(
    r"(?<![^\s:;.(])[A-Z]?\d{0,2}[A-Z]?\d{0,2} ?\((?P<what>[a-z][a-z ,-]{3,40})\) ?:", re.IGNORECASE
)
_LESSER = re.compile(
    r"\b(?:small|smaller|incidental|second|separate|minute|tiny|additional|other|adjacent)\b[a-z -]{0,14}"
    r"\b(?:nodules?|lesions?|NETs?|tumou?rs?|foc(?:us|i)|polyps?|mass(?:es)?|carcinoids?)\b|"
    r"\bmicro-?(?:adenoma|carcinoid|NET|nodule)|\btumou?rlet|\badenoma|\bpolyp|\bGIST\b|\bhyperplas|"
    r"^(?:a?typical )?carcinoid(?: tumou?r)?$",
    re.IGNORECASE,
)
_MAIN = re.compile(
    r"\b(?:(?:adeno-?)?carcinoma|tumou?r|main|dominant|large|index|lymphoma|sarcoma)\b", re.IGNORECASE
)
#: A minute or incidental lesion right before its results, and tumors of another kind.
_MINUTE = re.compile(
    r"\b(?:for|in) (?:the )?(?:micro-?adenoma|tumou?rlets?)\b[^.;]{0,40}$|\bmicro-?adenoma\b[^.;:]{0,40}$|"
    r"\b(?:incidental|benign) (?:[\w-]+ ){0,3}(?:lesion|proliferation|nodule|polyp|cyst)\b[^.;:]{0,150}$",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:\w*sarcoma|(?:adeno|squamous (?:cell )?|ductal |acinar (?:cell )?|urothelial |serous |"
    r"endometrioid |renal cell |hepatocellular )carcinoma|melanoma|"
    r"mesothelioma)\b",
    re.IGNORECASE,
)
#: How far before and behind a result the heads may stand, in characters.
_REACH = 500


def of_main_lesion(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The candidates without those told of a lesser lesion beside the main one.

    Parameters
    ----------
    found
        Results of one stain, at their places in the document.
    """
    text = document.text.clean
    return [c for c in found if not (_of_lesser(text, c.start) or _of_minute(text, c.start))]


def _of_minute(text: str, at: int) -> bool:
    """Whether a result is told of a microadenoma or tumorlet beside another malignant tumor."""
    named = _MINUTE.search(text[max(0, at - 200) : at].replace("\n", " "))
    return named is not None and _OTHER.search(text) is not None


def _of_lesser(text: str, at: int) -> bool:
    last = None
    for head in _HEAD.finditer(text, max(0, at - _REACH), at + 1):
        last = head
    if last is None or not _LESSER.search(last["what"]) or "\n\n" in text[last.end() : at]:
        return False
    return any(
        _MAIN.search(head["what"]) and not _LESSER.search(head["what"])
        for head in _HEAD.finditer(text, max(0, at - _REACH), at + _REACH)
    )
