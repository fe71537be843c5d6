"""Candidates of the pathologic categories T, N and M, from the codes of a report."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from extractor.field import Candidate
from extractor.shapes import TICKED
from extractor.tnm_codes import Code, codes
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

#: Block keys and lists of specimens hold no codes: a code there is a form whose heading was not seen.
_MISPLACED = {"blocks": 3.0, "specimens": 1.5}


def unit_at(document: Document, position: int) -> Unit | None:
    """The unit that holds (or last began before) a position of the clean text."""
    index = bisect_right(document.units, position, key=lambda unit: unit.start) - 1
    return document.units[index] if index >= 0 else None


def read_code(
    letter: str,
    document: Document,
    patterns: FieldPatterns,
    unlikely: Callable[[Code], bool] = lambda code: False,
) -> Iterator[Candidate]:
    """Candidates of one pathologic category, but for codes that are ``unlikely`` to have been printed so."""
    text = document.text.clean
    words = document.patterns("tnm")
    mine = [code for code in codes(document) if code.letter == letter]
    for code in mine:
        unit = unit_at(document, code.start)
        if unit is None:
            continue
        if code.prefix.startswith(("c", "u")) or code.prefix.endswith(("c", "u")):
            continue
        if not code.prefix and (
            unit.section == "history" or words["clinical"].search(text[max(0, code.start - 40) : code.start])
        ):
            continue
        if letter == "M" and words["by-clinic"].match(text, code.end):
            continue
        if unlikely(code):
            continue
        near = {c.value for c in mine if abs(c.start - code.start) < 350}
        features: dict[str, Any] = {}
        if len(near) >= 3 and not TICKED.match(unit.text):
            features["template"] = 1.0
        if any(
            c.value != code.value and c.value.startswith(code.value) and "c" not in c.prefix for c in mine
        ):
            features["refined"] = 1.0
        if code.row:
            features["row"] = 1.0
        if code.announced:
            features["announced"] = 1.0
        if "p" not in code.prefix:
            features["bare_code"] = 1.0
        if code.repaired:
            features["lookalike"] = 1.0
        yield document.candidate(
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
