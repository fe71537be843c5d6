"""Bounds that a score, a class or a recommendation is told by, and that measure no tumor.

"Mitoses > 3/10 HPF: 0 points", "low < 10 %, high > 25 %", "therapy is advised above a Ki-67 of 10 "
"%": a comparison
that is answered, scored or spoken of in general is a criterion, however much its words resemble a count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.field import Candidate

_BOUNDS = frozenset({"<", "<=", ">", ">="})
#: What answers or scores a criterion, right behind it.
_ANSWERED = re.compile(
    r"\s?(?:HPFs?|fields|mm2)?\)?(?:\s?\([0-3]\))?(?:[\s:=|-]|\.{3,}){0,40}?"
    r"(?:\(?(?:(?:not )?fulfilled|(?:not )?met|scored)|"
    r"(?:yes|no|[0-3])(?=\s*(?:pts?\b|points?\b|[,;)]|\s{2,}|$|\.\s)))\b",
    re.IGNORECASE,
)
_POINTS = re.compile(r"[^\w;]{0,6}\(?(?:[0-3] ?)?(?:pts?|points?)\b", re.IGNORECASE)
#: What says that the features a bound belongs to are not there.
_NOT_MET = re.compile(r"[^.;()]{0,30}\) (?:is|are|was|were) (?:not\b|absent|lacking|missing)", re.IGNORECASE)
#: Points that a class in brackets explains: "2 points (10-19 per 10 HPF)".
_POINTS_FOR = re.compile(r"\b[0-3] ?(?:points?|pts?)\s?\($", re.IGNORECASE)
#: Words before a bound, in its sentence, that make it one of a score or of tumors in general.
_SCORE = re.compile(
    r"\b(?:PASS|GAPP|COPPS|Weiss|Helsinki|Hough|(?:van )?Slooten|Bisceglia|criteri(?:a|on)|score|"
    r"risk (?:class|group|"
    r"categor\w+)|(?<!above the )(?<!below the )(?<!over the )(?<!under the )(?<!beyond the )limit|"
    r"literature|as a rule|in (?:malignant|benign) (?:cases|tumou?rs|lesions)|"
    r"according to WHO|"
    r"WHO (?:2004|2010|2000)|"
    r"(?:is|are) (?:advised|recommended|discussed|considered)|depending on)\b[^;]{0,150}$",
    re.IGNORECASE,
)
_IN_GENERAL = re.compile(
    r"[^.;]{0,30}\b(?:(?:has|have) been associated with|is (?:advised|recommended|required)|would be|"
    r", in the benign)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:if|once|in case|when (?=the |an? |Ki|MIB|index))\b(?:Ki-?67|MIB-?1|[^.;%\d]){0,25}$|"
    r"\b(?:advised|recommended|indicated|considered) (?:if|when|above|below|over|from)\b(?:Ki-?67|"
    r"MIB-?1|[^.;%\d]){0,30}$|"
    r"\(?\b(?:limit|cut-?off|threshold|criterion)\b[ :=]{0,3}$",
    re.IGNORECASE,
)
#: A line that tells the classes of a laboratory.
_CLASSES = re.compile(
    r"\blow\b[^.;\n]{0,14}(?:<|≤|below|under|up to|less than)\s*=?\s*\d+[^\n]{0,60}\bhigh\b[^.;\n]{0,14}"
    r"(?:>|≥|above|over|from|at least|more than)\s*=?\s*\d+\s?%?",
    re.IGNORECASE,
)


def criterion(candidate: Candidate) -> bool:
    """Whether a value is the bound of a criterion and no measurement."""
    value, unit = candidate.value, candidate.unit
    if value is None:
        return False
    text = unit.text
    start, end = candidate.start - unit.start, candidate.end - unit.start
    if any(m.start() < end <= m.end() + 1 for m in _CLASSES.finditer(text)):
        return True
    figure = _figure(text, start, end)
    if _WHEN.search(text[max(0, figure - 60) : figure]):
        return True
    if value.get("comparator") not in ("=", "~") and _DEFINED.search(text[max(0, figure - 80) : figure]):
        return True
    if value.get("comparator") not in ("=", "~") and (
        _POINTS.match(text, end) or _POINTS_FOR.search(text[max(0, figure - 14) : figure])
    ):
        return True
    if value.get("comparator") == "range":
        return bool(_ANSWERED.match(text, end) and _SCORE.search(text[max(0, figure - 200) : figure]))
    if value.get("comparator") not in _BOUNDS:
        return False
    return bool(
        _ANSWERED.match(text, end)
        or _NOT_MET.match(text, end)
        or _SCORE.search(text[max(0, figure - 200) : figure])
        or _IN_GENERAL.match(text, end)
    )


#: What says that a bound or a class is a definition.
_DEFINED = re.compile(
    r"\b(?:(?<!\bas )defined (?:as|by)|by definition|"
    r"definition(?: of G ?[1-3])?(?: is)?)\b[^.;%\d]{0,40}"
    r"(?:(?:Ki-?67|MIB-?1)[^.;%\d]{0,20})?$",
    re.IGNORECASE,
)

_NUMBER = re.compile(
    r"(?:[<>≤≥]\s?=?\s?|(?:less|more|greater|fewer|lower|higher) than |under |below |over |above |"
    r"beyond |exceeding )?"
    r"\d{1,3}(?:[.,]\d+)?",
    re.IGNORECASE,
)


def _figure(text: str, start: int, end: int) -> int:
    """Where the first figure of a value begins, behind the name of its test."""
    named = re.compile(r"(?:Ki-? ?67|MIB-? ?1)\D").match(text, start)
    found = _NUMBER.search(text, named.end() - 1 if named else start, end)
    return found.start() if found else start
