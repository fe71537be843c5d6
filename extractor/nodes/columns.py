"""Nodes of a form whose labels stand in one column and whose answers stand in another.

Where a page is read column by column, "Pathological N", "Number of nodes sampled" and "Number of nodes
positive" come first, and "N1", "2" and "14" somewhere below them. The greater of the two numbers is that of
the nodes sampled, whichever the form asks first; the category has to agree.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression
from extractor.nodes.words import Count

if TYPE_CHECKING:
    from extractor.document import Document

_NODES = r"(?:number\sof\s)?(?:regional\s)?(?:lymph\s)?nodes\s"
_TAKEN = rf"{_NODES}(?:sampled|examined|removed|resected|dissected)"
_HELD = rf"{_NODES}(?:positive|involved|with\s(?:metastas[ei]s|tumou?r))"
#: The labels, each below the one before, with no answer between them: the category, and the two numbers.
_ASKED = Expression(rf"\bN[ \t]*\n\s*(?:{_TAKEN}\s+{_HELD}|{_HELD}\s+{_TAKEN})\s*(?:\n|$)", re.IGNORECASE)
#: The answers: the category and, each on a line of its own, two numbers.
_ANSWERS = re.compile(
    r"^[ \t]*p?N\s?(?P<category>[0-3Oo])[a-c]?[ \t]*\n\s*(?P<one>\d{1,2})[ \t]*\n\s*(?P<two>\d{1,2})[ \t]*$",
    re.MULTILINE,
)


def column_answers(document: Document) -> list[Count]:
    """The nodes that a form asks for in one column and counts in another; empty for other reports."""
    clean = document.text.clean
    if (asked := _ASKED.search(clean)) is None:
        return []
    answers = list(_ANSWERS.finditer(clean, asked.end()))
    if len(answers) != 1:
        return []
    answer = answers[0]
    held, whole = sorted((int(answer["one"]), int(answer["two"])))
    if not whole or bool(held) != (answer["category"] in ("1", "2", "3")):
        return []
    first = answer.start("one")
    unit = next((u for u in document.units if u.start <= first < u.end), None)
    if unit is None:
        return []
    shown = replace(unit, text=clean[unit.start : answer.end("two")])
    return [Count("ratio", whole, held, first - unit.start, len(shown.text), shown, staged=True)]
