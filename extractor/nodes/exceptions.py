"""Nodes counted by exception: ``all but one of nine nodes are free``; ``twelve clear except for two``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.nodes.words import Count, number, polarity
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: One of these words stands in every such sentence.
_EXCEPT = re.compile(r"\b(?:but|bar|except\w*|save|apart|aside|other)\b", re.IGNORECASE)
#: What is told of the nodes left out is no tumor: "except one with granulomas".
_HARMLESS = re.compile(
    r"granulom|scar|fibros|hyalin|inclusion|endosalping|n[ae]{1,2}vus|reactive|hyperpla|mucin|fat\b",
    re.IGNORECASE,
)
_NONE = re.compile(r"^\W*(?:none|neither)\b", re.IGNORECASE)
#: How far before an exception its nodes may be called free.
_BEFORE = 60


def excepted(unit: Unit, words: FieldPatterns) -> Iterator[Count]:
    """The nodes of a unit that are told by exception, as ratios."""
    text = unit.text
    if _EXCEPT.search(text) is None:
        return
    for match in words["all-but"].finditer(text):
        whole = number(match["entire"] or match["whole"] or match["all"] or "")
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        told = (match["told"] or match["said"] or "", match["between"] or "", before)
        said = next((said for piece in told if (said := _said(piece, words))), None)
        yield from _counted(match, whole, match["left"] or match["part"], said, unit, rest="")
    for match in words["except-some"].finditer(text):
        said = _said(match["said"], words)
        yield from _counted(match, number(match["whole"]), match["part"], said, unit, rest=match["rest"])


def _said(text: str, words: FieldPatterns) -> str | None:
    """Whether nodes are called free or involved; "none with tumor" calls them free."""
    return "negative" if _NONE.search(text) else polarity(text, words)


def _counted(
    match: re.Match[str], whole: int | None, part: str, said: str | None, unit: Unit, *, rest: str
) -> Iterator[Count]:
    """The ratio of a sentence in which all nodes but some are called free, or called involved."""
    left_out = number(part)
    if whole is None or left_out is None or said is None or not 0 < left_out < whole:
        return
    held = left_out if said == "negative" else whole - left_out
    if said == "negative" and _HARMLESS.search(rest):
        held = 0
    yield Count("ratio", whole, held, match.start(), match.end(), unit)
