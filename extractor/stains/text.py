"""The words in which stains are looked for: lines put together, results in brackets and behind slashes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.stains import words
from extractor.stains.links import Token
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document

_GOES_ON = re.compile(r"(?:and|or)\b|[/,&]", re.IGNORECASE)
#: White space with a line break, and how wide it parts what stands in one line.
_WIDE, _GAP = re.compile(r"[^\S\n]*\n\s*"), 3
_UNFINISHED = re.compile(r"(?:\b(?:and|or)|[/,&])\s*$", re.IGNORECASE)


def is_slashed(text: str, tokens: tuple[Token, ...], index: int) -> bool:
    """Whether only a slash parts the stain at ``index`` from the next."""
    one, two = tokens[index : index + 2]
    return "result" not in (one.kind, two.kind) and text[one.end : two.start].strip() == "/"


def is_aside(text: str, start: int, end: int) -> bool:
    """Whether tissue other than the tumor is named before a result, or right after it."""
    if words.SECOND_LESION.search(text) or words.ELSEWHERE.search(text[max(0, start - 90) : start]):
        return True
    after = words.ELSEWHERE.search(text, end, end + 60)
    return after is not None and words.IN_TISSUE.match(text[end : after.start()]) is not None


def text_of(document: Document, unit: Unit) -> str:
    """The unit's text; with the next one's if it ends within a list ("DAXX and | ATRX: preserved").

    A wide gap that is the end of a line, the next one set in, keeps the line break.
    """
    following = document.units[unit.index + 1] if unit.index + 1 < len(document.units) else None
    if (
        following is None
        or following.start - unit.end > 3
        or not (
            _UNFINISHED.search(unit.text)
            or _GOES_ON.match(following.text)
            # brackets that a semicolon cut: "p53 (weak; wild-type)"
            or (unit.text.endswith(";") and unit.text.rfind("(") > unit.text.rfind(")"))
        )
    ):
        following = None
    end = unit.start + len(unit.text) if following is None else following.end
    text = words.SAID_BY.sub(lambda said: blank(said[0]), document.text.clean[unit.start : end])
    return _WIDE.sub(lambda gap: gap[0].replace("\n", " ") if len(gap[0]) < _GAP else broken(gap[0]), text)


def blank(words_: str) -> str:
    """As many characters that part nothing and say nothing."""
    return (" a" * len(words_))[: len(words_)]


def broken(gap: str) -> str:
    """White space of the same length that begins with a line break."""
    return "\n" + " " * (len(gap) - 1)
