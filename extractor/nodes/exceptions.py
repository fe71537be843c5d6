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
    r"granulom|scar|fibros|hyalin|inclusion|endosalping|n[ae]{1,2}vus|reactive|hyperpla|mucin|fat\b"
    r"|isolated tumou?r cells|\bITC|submitted|sent\b|lost\b",
    re.IGNORECASE,
)
#: What is told of all nodes is told of several groups of them.
_GROUPS = re.compile(r"\b(?:others?|rest|remaining|remainder|margins?)\b", re.IGNORECASE)
#: Nothing more is told of the nodes left out; only their place is; they hold tumor.
_ENDS = re.compile(r"[\W_]*")
_PLACE = re.compile(
    r"\W*(?:at|in|from|of|on|near|within|along|located|left|right|(?!with)\w+al)\b", re.IGNORECASE
)
_TUMOR = re.compile(
    r"metasta|\btumou?r|carcinom|deposit|positive|involved|malignan|melanoma|\bNE[TC]\b", re.IGNORECASE
)
#: What nodes are or hold, right behind their number.
_FINDING = re.compile(
    r"[\s,)(]*(?:(?:lymph )?nodes?\s|of (?:them|these|which)\s|(?:that|which)\s)*"
    r"(?:is|are|was|were|show\w*|contain\w*|hold\w*|harbou?r\w*|ha[sd]|have|with|without|free|negative|positive|"
    r"involved|clear|benign|uninvolved|affected|metasta\w+|tumou?r\S*)\b",
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
        told = match["told"] or match["said"] or ""
        if _ENDS.fullmatch(told):
            pieces: tuple[str, ...] = (match["between"] or "", before)
        elif _FINDING.match(told):
            pieces = (told,)
        else:
            continue  # of the others it is told where they lay, or how large they were
        said = next((said for piece in pieces if (said := _said(piece, words))), None)
        yield from _counted(match, whole, match["left"] or match["part"], said, unit, rest="", words=words)
    for match in words["except-some"].finditer(text):
        if _GROUPS.search(match["said"]):
            continue
        said = _said(match["said"], words)
        yield from _counted(
            match, number(match["whole"]), match["part"], said, unit, rest=match["rest"], words=words
        )


def _said(text: str, words: FieldPatterns) -> str | None:
    """Whether nodes are called free or involved; "none with tumor" calls them free."""
    return "negative" if _NONE.search(text) else polarity(text, words)


def _counted(
    match: re.Match[str],
    whole: int | None,
    part: str,
    said: str | None,
    unit: Unit,
    *,
    rest: str,
    words: FieldPatterns,
) -> Iterator[Count]:
    """The ratio of a sentence in which all nodes but some are called free, or called involved."""
    left_out = number(part)
    if whole is None or left_out is None or said is None or not 0 < left_out < whole:
        return
    apart = _ENDS.fullmatch(rest) is None and _PLACE.match(rest) is None
    if said == "negative":
        held = 0 if apart and (_HARMLESS.search(rest) or _TUMOR.search(rest) is None) else left_out
    else:
        held = whole if apart and polarity(rest, words) != "negative" else whole - left_out
    yield Count("ratio", whole, held, match.start(), match.end(), unit)
