"""Tables and brackets that set what was found before beside what is found now: only this is left to read.

A table headed "Original" and "Amended" gives every value twice. The cells below the head of the earlier
report are blanked, character for character, so that no field can take one for a value; so is
a bracket that tells what an amended value replaces.
"""

from __future__ import annotations

import re

from extractor.matching.expressions import Expression
from extractor.matching.shapes import CELL

#: Headings of columns: what was found before or elsewhere, and what is found now.
_OLD = Expression(
    r"\b(?:original(?:ly)?|previous(?:ly)?|prior|initial(?:ly)?|outside|referring|former|"
    r"first (?:report|version)|"
    r"biopsy,? (?:(?:of|in) )?(?:\w{3,9} )?(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\b(?:amended|revised|corrected|current|new|our|review(?:ed)?|now|this|repeat(?:ed)?|final|updated|present)\b",
    re.IGNORECASE,
)
#: What an amended value replaces: "Present (previously: not identified)".
_REPLACED = re.compile(
    r"(?<=\S) {0,2}\(\s?(?:previously|formerly|originally|initially|earlier)"
    r"(?:\s?:|,? (?:reported|recorded|given|stated|issued|listed)\b)[^()\n]{0,60}(?:\)|$)",
    re.IGNORECASE | re.MULTILINE,
)
#: Longest heading of a column, and how far below the headings their table reaches, in lines.
_HEADING, _ROWS = 34, 14
#: More cells in a row are no such table.
_MOST = 6


def current_only(text: str) -> str:
    """Blank the cells of an earlier report in tables that give the present one beside it.

    >>> print(current_only("Item     Original    Amended\\nKi-67    2 %         4 %"))
    Item     Original    Amended
    Ki-67                4 %
    >>> current_only("PNI: present (previously: not seen).")
    'PNI: present                       .'
    """
    text = _REPLACED.sub(lambda old: " " * len(old[0]), text) if "(" in text else text
    chars: list[str] | None = None
    read = 0
    for word in _OLD.finditer(text):
        line, stop = text.rfind("\n", 0, word.start()) + 1, text.find("\n", word.end())
        if line < read or stop < 0:
            continue
        read = stop
        heads = _heads(text[line:stop])
        at = stop + 1
        for row in text[at:].split("\n", _ROWS)[:_ROWS] if heads else ():
            if not row.strip():
                break
            for cell in _old_cells(row, heads):
                chars = chars or list(text)
                chars[at + cell.start() : at + cell.end()] = " " * (cell.end() - cell.start())
            at += len(row) + 1
    return text if chars is None else "".join(chars)


def _heads(row: str) -> list[tuple[int, bool]]:
    """Where columns begin, and which are of what was found before; empty if the row is no such head."""
    if _NEW.search(row) is None:
        return []
    cells = list(CELL.finditer(row))
    new = [_NEW.search(cell[0]) is not None for cell in cells]
    old = [_OLD.search(cell[0]) is not None and not now for cell, now in zip(cells, new, strict=True)]
    if not (any(new) and any(old)) or len(cells) > _MOST or any(len(cell[0]) > _HEADING for cell in cells):
        return []
    return [(cell.start(), was) for cell, was in zip(cells, old, strict=True)]


def _old_cells(row: str, heads: list[tuple[int, bool]]) -> list[re.Match[str]]:
    """The cells of a row below the heads of what was found before."""
    cells = list(CELL.finditer(row))
    if len(cells) == len(heads):
        return [cell for cell, (_, was) in zip(cells, heads, strict=True) if was]
    return [cell for cell in cells[1:] if min(heads, key=lambda head: abs(head[0] - cell.start()))[1]]
