"""Candidates of the pathologic categories T, N and M, from the codes of a report."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from extractor.field import Candidate
from extractor.shapes import TICKED
from extractor.tnm_codes import Code, codes
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

#: Codes this near to one another may be a printed list.
_NEAR = 350
#: How far before a code the tumor it stages is named.
_BEFORE = 700
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
    if len({c.value for c in mine}) > 1 and document.reading("primary_site").value == "bladder":
        of_bladder = [c for c in mine if not _of_prostate(text[max(0, c.start - _BEFORE) : c.start], words)]
        mine = of_bladder or mine
    return mine


def _of_prostate(before: str, words: FieldPatterns) -> bool:
    """Whether the tumor last named is one of the prostate."""
    last = {
        name: max((m.start() for m in words[f"of-{name}"].finditer(before)), default=-1)
        for name in ("prostate", "bladder")
    }
    return last["prostate"] > last["bladder"]


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
    in_row = {c.value for c in mine if c.row and "p" in c.prefix}
    values = {c.value for c in mine if "c" not in c.prefix}
    starts = [code.start for code in mine]
    for code in mine:
        unit = unit_at(document, code.start)
        if unit is None:
            continue
        if code.prefix.startswith(("c", "u")) or code.prefix.endswith(("c", "u")):
            continue
        if not code.prefix and (
            unit.section == "history" or words["clinical"].search(text[max(0, code.start - 60) : code.start])
        ):
            continue
        if letter == "M" and words["by-clinic"].match(text, code.end):
            continue
        if unlikely(code):
            continue
        first = bisect_left(starts, code.start - _NEAR + 1)
        near = {c.value for c in mine[first : bisect_left(starts, code.start + _NEAR)]}
        features: dict[str, Any] = {}
        chosen = code.row and in_row == {code.value}
        if len(near) >= 3 and not chosen and not TICKED.match(unit.text):
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
        if chosen:  # options of a form do not stand side by side
            candidate.features.pop("template", None)
        yield candidate
