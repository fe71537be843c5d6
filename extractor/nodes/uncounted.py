"""Nodes called negative or positive without a count: ``Regional nodes: uninvolved``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.nodes.words import Count, Said, polarity
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: A line that begins with one node and what it holds, and words of its heading.
_ALONE = re.compile(
    r"\W*(?:(?:anthracotic|reactive|benign)\s)?lymph node\s?[,:;-]?\s?(?:with )?"
    r"(?:no|negative|free|benign|without)\b",
    re.I,
)
_NODE, _PLURAL = (
    re.compile(r"\bnode\b", re.IGNORECASE),
    re.compile(r"\bnodes\b|\bdissection\b", re.IGNORECASE),
)
#: A heading of several nodes, or of cells drawn from one.
_SEVERAL_OR_CELLS = re.compile(
    r"\bnodes\b|\bdissection\b|\bFNA\w?\b|\bE[BU]\w?S\b|\w?TBNA\b|aspirat|cytolog|\bcell block|smear|needle",
    re.IGNORECASE,
)
#: A heading of nodes and nothing else; before nodes that may be none.
_NODES_FIRST = re.compile(
    r"\W*(?:SP\W+)?(?:(?:regional|pelvic|hilar)\s)?(?:lymph\s)?nodes?\b(?!.*\band\s(?:\w+\s)?(?:gland|adrenal|ovar\w+|fat|mass)\b)",
    re.IGNORECASE,
)
_MAY_BE = re.compile(r"\b(?:possible|potential|presumed|presumptive|probable)\s(?:\w+\s)?(?:lymph\s)?$", re.I)
#: What was found instead of nodes.
_NO_NODE = re.compile(r"\b(?:\w*fat\w*|adipose|fibro\w*|tissue)\b", re.IGNORECASE)


def uncounted(unit: Unit, words: FieldPatterns) -> list[Count] | None:
    """Nodes called negative or positive without a count."""
    match = words["uncounted"].search(unit.text)
    if match is None and words["called-clear"].match(unit.text) and _of_nodes(unit, words):
        return [Count("uncounted", None, 0, 0, len(unit.text), unit)]
    if match is None and answers_tumor(unit, words):
        return [Count("uncounted", None, None, 0, len(unit.text), unit)]
    if match is None or words["legend"].match(unit.text):
        return None
    node = max(m.start() for m in words["node"].finditer(unit.text, match.start(), match.end()))
    if unit.section == "gross" and _MAY_BE.search(unit.text[:node]):
        return None
    after = unit.text[match.end() :]
    if words["only-station"].match(unit.text[node:]):
        if not words["malignant-cells"].search(after) or polarity(after, words) == "negative":
            return None
        return [Count("uncounted", None, None, match.start(), match.end(), unit)]
    said = _said(unit.text[:node], after, words)
    if said is None:
        return None
    none = 0 if said == "negative" else None
    return [Count("uncounted", None, none, match.start(), match.end(), unit)]


def _said(before: str, after: str, words: FieldPatterns) -> Said | None:
    """Whether the words before and after nodes call them negative or positive; a denial before decides."""
    said = polarity(after, words)
    if denied := words["denied"].search(before):
        return "negative" if said or words["called-involved"].search(denied[0]) else None
    return said or polarity(before, words)


def _of_nodes(unit: Unit, words: FieldPatterns) -> bool:
    """Whether a line that only calls something clear answers a label of nodes, or their heading."""
    if unit.under:
        part = _NODES_FIRST.match(unit.under) is not None and _NO_NODE.search(unit.text) is None
        return part or words["only-label"].match(unit.under) is not None
    return _NODES_FIRST.match(unit.heading) is not None


def answers_tumor(unit: Unit, words: FieldPatterns) -> bool:
    """Whether the only answer to a heading of nodes is tumor: "LYMPH NODE, HILAR:", "- METASTATIC NET"."""
    heading, answer = _heading_and_answer(unit)
    return (
        words["holds-tumor"].match(answer) is not None
        and words["heads-only-nodes"].match(heading) is not None
    )


def one_with_tumor(count: Count, words: FieldPatterns) -> Count:
    """Tumor told below the heading of a single excised node as the count of that node; else the count."""
    heading, _ = _heading_and_answer(count.unit)
    if count.kind != "uncounted" or count.positive is not None or _SEVERAL_OR_CELLS.search(heading):
        return count
    if not answers_tumor(count.unit, words):
        return count
    return replace(count, kind="positive", examined=1, positive=1, lookalike=True)


def _heading_and_answer(unit: Unit) -> tuple[str, str]:
    """The heading of a line, above it or before its last colon, and what it answers."""
    if unit.under or ":" not in unit.text:
        return unit.under or unit.heading, unit.text
    heading, _, answer = unit.text.rpartition(":")
    return heading, answer


def is_lone_free_node(unit: Unit) -> bool:
    """Whether a line only says that a node is free, below a heading of one node."""
    heading = f"{unit.under} {unit.heading}"
    return (
        _ALONE.match(unit.text) is not None
        and _NODE.search(heading) is not None
        and _PLURAL.search(heading) is None
    )
