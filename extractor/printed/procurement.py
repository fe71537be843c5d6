"""Forms of tissue procurement: a table with one row per sample, and a list of labels before its values.

Such a report has neither sentences nor pairs: scanning reads the head of the table first ("Histological
description, Grade, TNM Stage (T), (N), (M)") and its rows after it ("Surgery Adenocarcinoma 2 3 1 0").
A row is read only where all its four columns are there, or where the histology is followed by the values
of the labels' own shape. Where the columns are garbled, the way the tissue was got is still read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractor.matching.expressions import Expression

_HEAD = Expression(r"\bProcurem", re.IGNORECASE)
_STAGE = Expression(r"\bTNM Stage", re.IGNORECASE)
_GAP = r"[\s,:;|ilj.-]{1,12}"
_NONE = r"no data|n/?l?a"
_ROW = re.compile(
    r"(?P<surgery>\bsurgery)(?:\W{1,6}|(?=[A-Z]))[A-Za-z][A-Za-z ()\s-]{4,60}?[\s:;|ilj.-]{0,12}?"
    rf"(?P<grade>[1-4]|{_NONE}){_GAP}(?P<t>[0-4][a-d]?|x|{_NONE}){_GAP}(?P<n>[0-3][a-c]?|x|{_NONE}){_GAP}"
    rf"(?P<m>[01x]|{_NONE}){_GAP}(?:no|none|n/?l?a|yes)\b",
    re.IGNORECASE,
)
#: Words of such a form that hardly another report holds together, and how the tumor's sample was got.
_FROZEN = Expression(r"\bOCT(?:\b|Container)|\bcryomold\b")
_CONTAINERS = Expression(r"containers", re.IGNORECASE)
_SURGERY = re.compile(r"\b1?(?P<surgery>surgery)(?:\b|(?-i:(?=[A-Z])))", re.IGNORECASE)
#: A row that kept all its figures where the head of the table is garbled ("surgery 3 1 2 0 none").
_FIGURES = re.compile(
    r"\b(?P<surgery>surgery)\s{1,3}(?P<grade>[1-4])\s{1,3}[0-4x]\s{1,3}[0-3x]"
    r"\s{1,3}(?P<m>[01x])\s{1,3}none\b",
    re.IGNORECASE,
)
#: The column of the grade, read apart from its row: right below its head, or behind the histology.
_SOURCE = Expression(r"\bGrade\b[^A-Za-z0-9]{0,40}(?:TNM Stage\W{0,12}){0,3}\(source\)", re.IGNORECASE)
_COLUMN = re.compile(
    r"\bGrade\b[^A-Za-z0-9]{0,40}(?:TNM Stage[^A-Za-z0-9]{0,12}){0,3}\(source\)"
    r"(?:[^A-Za-z0-9(]{0,12}\([TNM]\)){0,3}[^A-Za-z0-9(]{0,160}\b(?P<grade>[1-4])"
    r"(?=[^A-Za-z0-9]{1,8}(?:n[/l]?a\b|[0-4][a-c]?[^A-Za-z0-9]{1,8}[0-3][a-c]?[^A-Za-z0-9]{1,8}[01]\b))",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\bsurgery[^A-Za-z0-9]{1,8}[A-Za-z][A-Za-z -]{4,40}[^A-Za-z0-9]{1,12}(?P<grade>[1-4])"
    r"(?=[^A-Za-z0-9]{1,120}(?:[a-z][^A-Za-z0-9]{1,80}){0,2}n[/l]?a\b[^A-Za-z0-9]{1,12}blood)",
    re.IGNORECASE,
)
_LIST = Expression(r"\bGrade ?/ ?Differentiation\b", re.IGNORECASE)
_LISTED = re.compile(
    r"\n[ ]?(?P<grade>I{1,3}|IV|[1-4]|G[1-4])[ ]{0,2}\n"
    r"[ ]?(?P<t>T(?:[0-4][a-d]?|is|x))[ ]{0,2}\n[ ]?N(?P<n>[0-3Ox][a-c]?)\b",
    re.IGNORECASE,
)
#: The same in one line: "3.10 03 II T2,NOS N1 M0".
_HEADED = Expression(r"\bGrade\s?/\s?Differentiation\s?Pathological\b", re.IGNORECASE)
_IN_LINE = re.compile(
    r"(?:\n|\d\.\d\d \d\d ) ?(?P<grade>I{1,3}|IV|[1-4]|G[1-4]) {1,2}T(?:[0-4][a-d]?|is|"
    r"x)(?:, ?NOS)? N[0-3x]\b",
    re.IGNORECASE,
)
_SIZE_HEAD = Expression(r"\bTumou?r\s{1,2}Size ?\(cm\)(?!\s{0,2}:?\s{0,2}\d)", re.IGNORECASE)
#: "RESECT Left kidney 14.5 Papillary", "resection / Uterus / NO / 4.2999999999999998", "LLL 3.70 07".
_SIZED = re.compile(
    r"(?:\b(?:R ?ESECT|(?:surgical )?resection)\s{1,2}[A-Z][A-Z ,./-]{1,40}?\s{1,2}"
    r"(?:(?:NO|N/?A|UNK|YES)\s{1,2})?"
    r"|\b(?:[RL][UML]L|[RL]L?NOS)\s{1,2}(?=\d{1,2}\.\d\d \d\d\b)"
    r"|\n ?(?=\d{1,2}\.\d{1,2} \d{0,2} ?I{1,3}V? T ?\d))"
    r"(?P<size>\d{1,2}(?:\.\d{1,17})?)(?=\s{1,2}(?:\d{1,2}\b|\dI|[A-Z]{3,})|/)",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


@dataclass(frozen=True, slots=True)
class Row:
    """What a form says of the tumor; offsets in the text it was read from (of the grade, if it is known)."""

    grade: int | None
    start: int
    end: int
    surgery: tuple[int, int] | None = None
    #: Place of the figure for M, where the table's head does not tell the columns.
    m: tuple[int, int] | None = None


def tumor_size(text: str) -> tuple[float, int, int] | None:
    """The tumor's size in mm, with its place, in the row of a form whose head is read before its rows.

    >>> tumor_size("Tumour Size (cm)Histology RESECT RUL 4.60 07")
    (46.0, 37, 41)
    """
    if (head := _SIZE_HEAD.anywhere(text)) and (match := _SIZED.search(text, head.end())):
        return round(10 * float(match["size"]), 1), match.start("size"), match.end("size")
    return None


@lru_cache(maxsize=8)
def procurement(text: str) -> Row | None:
    """The row of the tumor in a form of tissue procurement.

    >>> form = "Type of Procurement Histology Grade TNM Stage (T) (N) (M) Surgery Adenocarcinoma 2 3 0 0 no"
    >>> procurement(form).grade, procurement("Surgery 2 3 0 0 no")
    (2, None)
    """
    if _HEAD.anywhere(text) and _STAGE.anywhere(text) and (match := _ROW.search(text)):
        grade = match["grade"]
        known = int(grade) if grade.isdigit() else None
        return Row(known, match.start("grade"), match.end("grade"), match.span("surgery"))
    if (head := _LIST.anywhere(text)) and (match := _LISTED.search(text, head.end())):
        token = match["grade"].upper().removeprefix("G")
        return Row(_ROMAN.get(token) or int(token), match.start("grade"), match.end("grade"))
    if (head := _HEADED.anywhere(text)) and (match := _IN_LINE.search(text)):
        token = match["grade"].upper().removeprefix("G")
        return Row(_ROMAN.get(token) or int(token), match.start("grade"), match.end("grade"))
    if _FROZEN.anywhere(text) and (match := _FIGURES.search(text)):
        place = match.span("grade")
        return Row(int(match["grade"]), *place, surgery=match.span("surgery"), m=match.span("m"))
    if _SOURCE.anywhere(text) and (match := _COLUMN.search(text) or _BEHIND.search(text)):
        surgery = _SURGERY.search(text)
        place = match.span("grade")
        return Row(int(match["grade"]), *place, surgery=surgery.span("surgery") if surgery else None)
    if _FROZEN.anywhere(text) and _CONTAINERS.anywhere(text) and (match := _SURGERY.search(text)):
        return Row(None, *match.span("surgery"), surgery=match.span("surgery"))
    return None
