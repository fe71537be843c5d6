"""Candidates of the pathologic categories T, N and M, from the codes of a report."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from extractor.matching.shapes import TICKED
from extractor.staging.code import Code
from extractor.staging.codes import codes
from extractor.staging.cystoprostatectomy import of_other
from extractor.staging.options import letter_at, options
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.matching.patterns import FieldPatterns

#: Codes this near to one another may be a printed list.
_NEAR = 350
#: So many different T, each in a row with an N and without a prefix, are a table of stages.
_STAGES = 4
#: What scanners make of the small letter of a category.
_MISREAD = frozenset("oe6")
#: The place before an option of a form, with a cross or left blank.
_CROSS, _BLANK = re.compile(r"(?<![A-Za-z0-9])[xX]_{0,3}[ \t]{1,4}$"), re.compile(r"_{3,}[ \t]{0,3}$")
#: A box with a cross, anywhere in a form, and the empty one right before a code at the begin of its line.
_MARKED = re.compile(r"[_\[xX](?:(?<=_)[xX]_|(?<=\[)[xX]\]|(?<=[xX])(?<!\w.)__)")
_UNMARKED = re.compile(r"(?:^|\n|[ \t]{2})[ \t]*(?:_{2,}|\[[ _]?\])[ \t]{0,3}$")
#: How far before a code (or an item of a form) the tumor it tells of is named.
BEFORE = 700
#: How far before a code its condition may stand ("if two are favored, the larger is pT1"), and after it.
_CONDITION, _AFTER = 250, 80
#: How far before a code another is said to hold instead of it.
_INSTEAD = 30
#: How far below the head of a table its rows reach.
_TABLE = 500
#: Block keys and lists of specimens hold no codes: a code there is a form whose heading was not seen.
_MISPLACED = {"blocks": 3.0, "specimens": 1.5}


def unit_at(document: Document, position: int) -> Unit | None:
    """The unit that holds (or last began before) a position of the clean text."""
    index = bisect_right(document.units, position, key=lambda unit: unit.start) - 1
    return document.units[index] if index >= 0 else None


def _current(mine: list[Code], document: Document) -> list[Code]:
    """Codes without those that a later one corrects, and without those of a prostate beside a bladder's."""
    text, words = document.text.clean, document.patterns("tnm")
    corrects = [c for c in mine if words["corrects"].search(text[max(0, c.start - 80) : c.start])]
    if corrects:
        mine = [c for c in mine if c.start >= corrects[-1].start or c.value == corrects[-1].value]
    mine = [c for c in mine if not words["instead-of"].search(text[max(0, c.start - _INSTEAD) : c.start])]
    mine = [
        c for c in mine if not words["doubted"].search(text[max(0, c.start - BEFORE // 10) : c.start])
    ] or mine
    listed = options(document)
    if listed.blank:
        mine = [c for c in mine if letter_at(text, c.start, c.end) not in listed.blank]
    if any(words["by-size"].match(text, c.end) for c in mine):  # a legend
        rest = [
            c
            for c in mine
            if letter_at(text, c.start, c.end) in listed.marked or not words["by-size"].match(text, c.end)
        ]
        if rest or len({c.value for c in mine}) > 1:
            mine = rest or [c for c in mine if c.prefix]
    mine = _without_slips(mine, text)
    chosen = {c.start for c in mine if _CROSS.search(text[max(0, c.start - 8) : c.start])}
    if chosen:  # "___ pN1: ...  X  pN2b: ...  ___ pN2c: ..."
        mine = [
            c for c in mine if c.start in chosen or not _BLANK.search(text[max(0, c.start - 8) : c.start])
        ]
    elif _MARKED.search(text):
        mine = [c for c in mine if not _UNMARKED.search(text[max(0, c.start - 12) : c.start])]
    if len({c.value for c in mine}) > 1:
        own = [c for c in mine if not of_other(document, c.start)]
        if any(c.row or c.prefix or c.announced for c in own):
            mine = own
    return mine


def _without_slips(mine: list[Code], text: str) -> list[Code]:
    """Codes without those whose small letter was misread ("pT3e") where another place prints it well."""
    clean = {c.value for c in mine if not c.repaired and c.prefix and not c.prefix.startswith("c")}
    slips = [
        c
        for c in mine
        if len(c.value) > 1
        and text[c.end - 1].lower() in _MISREAD
        and c.value not in clean
        and any(value[0] == c.value[0] and len(value) > 1 for value in clean)
    ]
    return [c for c in mine if c not in slips]


def _conditional(text: str, code: Code, words: FieldPatterns) -> bool:
    """Whether a code only tells what the stage would be under a condition."""
    before = text[max(0, code.start - _CONDITION) : code.start]
    return words["conditional"].search(before) is not None or (
        words["would-be"].search(before) is not None
        and words["on-condition"].match(text[code.end : code.end + _AFTER]) is not None
    )


def is_score(text: str, start: int, end: int, words: FieldPatterns) -> bool:
    """Whether T, N and M are the parts of a breast cancer's score ("T3 N2 M2 = 7/9")."""
    return words["score-sum"].match(text, end) is not None or (
        words["score-named"].search(text[max(0, start - BEFORE // 10) : start]) is not None
        and words["score-told"].match(text, end) is not None
    )


def _of_others(text: str, code: Code, words: FieldPatterns) -> bool:
    """Whether a code stands for a class of tumors, or tells what an image showed."""
    if not code.prefix and is_score(text, code.start, code.end, words):
        return True
    if not code.prefix and words["by-image"].match(text, code.end):
        return True
    before = text[max(0, code.start - _CONDITION) : code.start]
    if not words["of-a-study"].search(before):
        return False
    return (
        words["of-a-class"].search(text[code.end : code.end + _AFTER]) is not None
        or words["range-begins"].search(before) is not None
    )


def _tabulated(document: Document, code: Code) -> bool:
    """Whether the T beside an N or M is one of a printed table of stages."""
    near = {
        c.value
        for c in codes(document)
        if c.letter == "T" and c.row and "p" not in c.prefix and abs(c.start - code.start) < _NEAR
    }
    return len(near) >= _STAGES


def read_code(
    letter: str,
    document: Document,
    patterns: FieldPatterns,
    unlikely: Callable[[Code], bool] = lambda code: False,
) -> Iterator[Candidate]:
    """Candidates of one pathologic category, but for codes that are ``unlikely`` to have been printed so."""
    text = document.text.clean
    words = document.patterns("tnm")
    mine = _current([code for code in codes(document) if code.letter == letter], document)
    current = [c for c in mine if (at := unit_at(document, c.start)) is None or at.section != "history"]
    in_row = {c.value for c in mine if c.row and "p" in c.prefix}
    values = {c.value for c in current if "c" not in c.prefix}
    starts = [code.start for code in current]
    for code in mine:
        unit = unit_at(document, code.start)
        if unit is None:
            continue
        if code.prefix.startswith(("c", "u")) or code.prefix.endswith(("c", "u")):
            continue
        if not code.prefix and (
            unit.section == "history"
            or words["clinical"].search(text[max(0, code.start - 60) : code.start])
            or words["suspected"].match(unit.text)
        ):
            continue
        if letter == "M" and (
            words["by-clinic"].match(text, code.end)
            or (
                not code.prefix and words["clinical-M"].search(text[max(0, code.start - _TABLE) : code.start])
            )
        ):
            continue
        if unlikely(code):
            continue
        if _conditional(text, code, words) or _of_others(text, code, words):
            continue
        first = bisect_left(starts, code.start - _NEAR + 1)
        near = {c.value for c in current[first : bisect_left(starts, code.start + _NEAR)]}
        features: dict[str, Any] = {}
        in_table = letter != "T" and code.row and "p" not in code.prefix and _tabulated(document, code)
        chosen = code.row and in_row == {code.value}
        if in_table or (len(near) >= 3 and not chosen and not TICKED.match(unit.text)):
            features["template"] = 1.0
        if any(value != code.value and value.startswith(code.value) for value in values):
            features["refined"] = 1.0
        if code.row:
            features["row"] = 1.0
        if code.announced:
            features["announced"] = 1.0
        if "p" not in code.prefix:
            features["bare_code"] = 1.0
        if code.repaired:
            features["lookalike"] = 1.0
        candidate = document.candidate(
            code.value,
            unit,
            code.start - unit.start,
            code.end - unit.start,
            f"{patterns.name}/code",
            strength=1.0 * code.row
            + 0.5 * ("p" in code.prefix)
            - 1.5 * features.get("refined", 0.0)
            + _MISPLACED.get(unit.section, 0.0),
            **features,
        )
        if chosen and not in_table:  # options of a form do not stand side by side
            candidate.features.pop("template", None)
        yield candidate
