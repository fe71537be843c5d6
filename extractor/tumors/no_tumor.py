"""Reports of a specimen in which no tumor is left: what they say of one is of the past, or in general.

"No residual neuroendocrine tumor" at the site of a polypectomy, a scar, a biopsy tract: the grade and the
size of the polyp stand in the history, the thresholds of grading in a remark. No field of a tumor is read
from such a report.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.matching.expressions import Expression
from extractor.statements.earlier import earlier
from extractor.tumors.index import UNSPECIFIC
from extractor.tumors.mention import Mention
from extractor.tumors.mentions import mentions

if TYPE_CHECKING:
    from extractor.document import Document

#: Fields that are of a tumor and of nothing else.
OF_TUMOR = frozenset(
    {
        *("ki67_percent", "mitoses_per_2mm2", "tumor_size_mm", "grade", "differentiation", "necrosis"),
        *("lymphovascular_invasion", "vessel_kind", "perineural_invasion"),
        *(
            "primary_site",
            "neuroendocrine_type",
            "chromogranin",
            "synaptophysin",
            "p53",
            "rb1",
            "daxx",
            "atrx",
        ),
    }
)
_TUMOR = r"(?:tumou?r|neoplas\w+|carcinoid|NET\b|NEC\b|carcinoma|malignan\w+|cancer|paraganglioma|disease)"
#: That nothing is left of a tumor.
_NONE_LEFT = Expression(
    r"\b(?:no|without|negative for|free (?:of|from)|absence of|nothing of)(?: (?:any|evidence of|"
    r"definite|signs? of|"
    rf"histologic(?:al)?))* (?:residual|persistent|persisting|remaining|recurrent|left-?over|rest of(?: "
    rf"the)?)\b[^.;:]{{0,40}}\b{_TUMOR}|"
    rf"\b{_TUMOR} (?:is |was )?(?:not|no longer) (?:seen|found|present|identified|demonstrable) (?:any "
    rf"?more|on levels)\b|"
    rf"\bno (?:residual )?{_TUMOR} (?:is |was )?(?:seen|found|identified|left|remains?|remaining|"
    rf"present)\b[^.;:]{{0,20}}\b"
    r"(?:on (?:all |deeper |multiple |serial )?(?:levels|sections)|in (?:the |this )?(?:specimen|scar|"
    r"re-?excision))|"
    r"\b(?:residual|persistent|remaining) (?:\w+ ){0,2}(?:tumou?r|carcinoid|NET|carcinoma)\W{1,3}(?:none|"
    r"absent|not (?:seen|identified|present|found))\b",
    re.IGNORECASE,
)
_PLACES = frozenset({"diagnosis", "unknown", "synoptic", "amendment", "addendum", "comment", "microscopic"})
_ELSEWHERE = frozenset({"history", "outside", "specimens", "blocks"})
#: What may be free of tumor while the specimen holds one.
_EDGE = re.compile(
    r"\b(?:margins?|ends?|edges?|donuts?|doughnuts?|rings?|nodes?|fat|washings?)\b", re.IGNORECASE
)
#: What a grade is, not which one this tumor has.
_GRADE = re.compile(r"\b(?:G|grade )([1-3])\b", re.IGNORECASE)
_FOUND: WeakKeyDictionary[Document, bool] = WeakKeyDictionary()


def no_tumor(document: Document) -> bool:
    """Whether the report says that no tumor is left, and tells of none in this specimen."""
    if document not in _FOUND:
        _FOUND[document] = _none_left(document) and not any(_here(document, m) for m in mentions(document))
    return _FOUND[document]


def _none_left(document: Document) -> bool:
    return any(
        unit.section in _PLACES
        and _NONE_LEFT.search(unit.text) is not None
        and _EDGE.search(f"{unit.under} {unit.text}") is None
        for unit in document.units_with(_NONE_LEFT)
    )


def _here(document: Document, mention: Mention) -> bool:
    """Whether a mention tells of a tumor in this specimen."""
    unit = mention.unit
    if mention.denied or mention.template or mention.rank < 1:
        return False
    if mention.historical or unit.section in _ELSEWHERE or earlier(document, unit, mention.start):
        return False
    if mention.rank == UNSPECIFIC and mention.doubtful:
        return False
    return len(set(_GRADE.findall(unit.text))) < 2
