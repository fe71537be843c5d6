"""Lines that explain a grading scheme: a legend, a key, criteria, the definition of a grade.

What they name is stated of no tumor: "Legend: high grade = 5 mitoses or more, Ki-67 above 5 %, or necrosis".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from extractor.matching.expressions import Expression

#: Words one of which every legend holds, in small letters.
_CUES = (
    *("legend", "key", "footnote", "explanation", "criteria", "definition", "reference", "scheme", "system"),
    "limits",
    *("if any", "if one", "means", "grade =", "grade is ", "grade: ", "needed", "required", "grades"),
)
#: How a line begins that explains grades, up to its colon.
_HEAD = re.compile(
    r"^[^\w\n]{0,4}(?:\d[.)] ?)?"
    r"(?:(?:\w[\w.'/-]{1,14} ){0,3}(?:legend|key|footnote)|explanations?|"
    r"(?:(?:agreed|valid|usual|grading|diagnostic|WHO|IMTCGS|ENETS) ){0,3}"
    r"(?:criteria|definitions?|thresholds?|cut-?offs?|(?<=grading )limits)|"
    r"reference (?:ranges?|values?|table)|"
    r"(?:note|remark|comment) on (?:the )?(?:\w+ )?(?:scheme|system|grading|classification|grades?)|"
    r"(?:grading|grade|classification) (?:table|key))\b[^:=\n]{0,60}[:=]",
    re.IGNORECASE | re.MULTILINE,
)
#: A grade that the line names, and a limit it is told by.
_GRADE = re.compile(
    r"\b(?:G ?[1-3]|grade (?:[1-3]|I{1,3})|(?:low|high|intermediate)[ -]grade|typical|atypical)\b", re.I
)
_LIMIT = re.compile(
    r"[<>≤≥]|\b(?:or|and) (?:more|above|over|higher|less|fewer|below)\b|"
    r"\b(?:under|below|above|over|up to|at least|at most|exceed\w*|"
    r"(?:less|more|fewer|greater|higher) than)\b|"
    r"\d ?%? ?(?:-|to) ?\d{1,2}\b",
    re.IGNORECASE,
)
#: A grade told by its limits within a line: "(high grade = 5 mitoses or more, or necrosis)".
_DEFINED = Expression(
    r"\b(?:(?:low|high|intermediate)[ -]grade|(?:NET |NEN )?(?:G ?|grade )[1-3])\b"
    r"(?: (?:tumou?rs?|MTC|NETs?|carcinomas?))?"
    r"(?:\s?=|,? (?:is )?(?:if|when) (?:any|one|either|at least one)\b|:? any of\b| means\b| denotes\b|"
    r" requires\b| is (?=Ki)|:? (?:if|when) (?=[<>≤≥]|Ki-?67|mitos|necros))"
    r"(?=[^.;\n]{0,50}(?:[<>≤≥]|\bor (?:more|above|over|higher|less|fewer|below|necrosis)\b|"
    r"\b(?:under|below|above|over|up to|at least|(?:less|more|fewer) than)\b))"
    r"[^.;\n]{0,160}(?:\.\d[^.;\n]{0,80})?",
    re.IGNORECASE,
)
#: "For grade 3 a Ki-67 above 20 % is needed".
_NEEDED = Expression(
    r"\b(?:for|to (?:reach|be|call it)) (?:an? )?(?:NET )?(?:G ?|grade )[1-3]\b[^.;\n]{0,80}"
    r"\b(?:is|are|would be) (?:needed|required|necessary)\b",
    re.IGNORECASE,
)
#: What ends the text below a head: an empty line, a heading alone, or a line with a label of its own.
_END = re.compile(
    r"\n[ \t]*(?:\n|(?=[A-Z][\w /()-]{1,30}:)|"
    r"(?=(?i:(?:micro|macro)(?:scop\w*)?|gross|comments?|notes?|immuno\w*|IHC|diagnosis|synop\w+|addendum)"
    r"(?: (?i:description|examination|findings|summary|report))?[ \t]*\n))"
)
_REACH = 420


@lru_cache(maxsize=8)
def legends(text: str) -> tuple[tuple[int, int], ...]:
    """Spans that explain grades.

    >>> legends("Ki-67: 2 %.\\nLegend: G1 up to 2 %, G3 above 20 %")
    ((12, 47),)
    >>> legends("High grade = yes. Ki-67: 30 %")
    ()
    """
    lower = text.lower()
    if not any(cue in lower for cue in _CUES):
        return ()
    return tuple(_spans(text))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for head in _HEAD.finditer(text):
        ends = _END.search(text, head.end(), head.end() + _REACH)
        stop = ends.start() if ends else min(len(text), head.end() + _REACH)
        # The grade may stand in the head: "Criteria for high grade: ..."
        if _GRADE.search(text, head.start(), stop) and _LIMIT.search(text, head.end(), stop):
            yield head.start(), stop
    for expression in (_DEFINED, _NEEDED):
        for match in expression.finditer(text):
            yield match.span()
