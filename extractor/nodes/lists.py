"""Lists of node groups without a stroke between the counts: tables, brackets, and numbers in words.

``II | 6 | 1`` below "Level | nodes | mets"; ``hilar LN 2 (0), mediastinal LN 5 (1)``;
``anterior four, one of them positive``. Each group becomes a ratio like those written ``1/6``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.nodes.words import LOOKALIKES, Count, number, part_told
from extractor.unit import Unit

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Longest row of a table, and how many lines above the first its heading may stand.
_ROW, _HEAD = 90, 3
_NONE = ("nil", "none", "-", "no", "neg")


def table_rows(document: Document, words: FieldPatterns) -> dict[int, Count]:
    """Rows of tables that count nodes by group, by the index of their unit."""
    found: dict[int, Count] = {}
    run: list[tuple[Unit, re.Match[str]]] = []
    for unit in document.units:
        row = words["table-row"].match(unit.text) if len(unit.text) <= _ROW else None
        if row is not None and (not run or unit.index == run[-1][0].index + 1):
            run.append((unit, row))
            continue
        found |= _table(document, run, words)
        run = [(unit, row)] if row is not None else []
    return found | _table(document, run, words)


def _table(
    document: Document, run: list[tuple[Unit, re.Match[str]]], words: FieldPatterns
) -> dict[int, Count]:
    """The counts of one run of rows, if a heading above says that they are of nodes."""
    if len(run) < 2:
        return {}
    first = run[0][0].index
    above = [unit.text for unit in document.units[max(0, first - _HEAD) : first]]
    columns = next((text for text in reversed(above) if words["table-columns"].search(text)), "")
    headed = any(words["table-heading"].match(text) for text in above) or bool(columns)
    stations = all(row["station"] or row["total"] for _, row in run)
    if not (columns or (headed and stations)):
        return {}
    pairs = [(_value(row["first"]), _value(row["second"])) for _, row in run]
    if words["positive-first"].search(columns) is not None or not all(a >= b for a, b in pairs):
        pairs = [(b, a) for a, b in pairs]
    if not all(whole >= part for whole, part in pairs):
        return {}
    return {
        unit.index: Count(
            "ratio", whole, part, row.start("first"), row.end("second"), unit, total=row["total"] is not None
        )
        for (unit, row), (whole, part) in zip(run, pairs, strict=True)
    }


def _value(text: str) -> int:
    return 0 if text.lower() in _NONE else int(text.translate(LOOKALIKES))


def listed_groups(unit: Unit, words: FieldPatterns) -> list[Count]:
    """Groups of one line: the positive nodes in brackets behind all, or both in words."""
    if held := _held_in_brackets(unit, words):
        return held
    if rows := list(words["group-row"].finditer(unit.text)):
        return list(_rows(rows, unit)) if len(rows) > 1 or not rows[0].start() else []
    return list(_in_words(unit, words))


def _held_in_brackets(unit: Unit, words: FieldPatterns) -> list[Count]:
    """``hilar LN 2 (0), mediastinal LN 5 (1)``; none if a number in brackets is greater, or all are equal."""
    groups = list(words["held-in-bracket"].finditer(unit.text))
    free = [int(m["whole"]) - int(m["part"]) for m in groups]
    if len(groups) < 2 or min(free) < 0 or not any(free):
        return []
    return [
        Count("ratio", int(m["whole"]), int(m["part"]), m.start(), m.end(), unit, slash=True) for m in groups
    ]


def _rows(rows: list[re.Match[str]], unit: Unit) -> Iterator[Count]:
    """The groups of a line that each name their nodes, and those with tumor or none."""
    for match in rows:
        whole = number(match["whole"]) or 0
        part = part_told(match["part"] or match["held"] or "no", whole) or 0
        if part <= whole:
            yield Count("ratio", whole, part, match.start(), match.end(), unit, slash=True)


def _in_words(unit: Unit, words: FieldPatterns) -> Iterator[Count]:
    """``anterior four, one of them positive``."""
    for match in words["group-in-words"].finditer(unit.text):
        whole = number(match["whole"]) or 0
        part = part_told(match["part"], whole) or 0 if match["part"] is not None else 0
        if match["part"] is not None and match["clear"] is not None:
            part = whole - part
        if 0 <= part <= whole and whole:
            yield Count("ratio", whole, part, match.start("label"), match.end(), unit)
