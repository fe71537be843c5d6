"""Brackets behind a count of nodes that its levels or places stand in, over several lines."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.nodes.words import Count

if TYPE_CHECKING:
    from extractor.unit import Unit

#: How many units a bracket left open may reach.
_REACH = 10
#: The letter or number of a part or an item before its bracket: "B) nodes".
_LETTER = re.compile(r"^[^\w(]*(?:[A-Z]|\d{1,2})\)")
#: The heading of other nodes; a ratio in a bracket, behind the name of its place.
_HEADS_OTHERS = re.compile(r"[^/;,]*:\s*")
#: A sentence of its own on further nodes: "carcinoma in 1 of 2 hilar nodes", "one of two nodes", but not a
#: level within the bracket: "level 2 - 1 of 5 nodes;".
_ANEW = re.compile(
    r"\W*(?:(?:[^();:]{0,40}\b)?(?:metasta|carcinoma|tumou?r|cancer|deposit|malignan|positiv)[^();:]{0,60}?\b)?"
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|none) (?:out )?of (?:the )?"
    r"(?:\d{1,2}|[a-z]{3,9})\b[^()/]{0,50}\bnodes?\b",
    re.IGNORECASE,
)
_PLACED_RATIO = re.compile(r"\(\s*[A-Za-z][A-Za-z -]{3,40}\d{1,2}\s?/\s?\d{1,2}\b(?!\s?[}\]])")
_BEFORE_OWN = re.compile(r"\bnodes?\s*\(\s*$", re.IGNORECASE)


class OpenBracket:
    """The bracket that a unit leaves open for a list in it, followed down a report."""

    def __init__(self) -> None:
        #: The unit that leaves it open, and whether the present one begins inside it.
        self._opener: Unit | None = None
        self._inside = False

    def follow(self, unit: Unit) -> None:
        """Go on to the next unit."""
        opener = self._opener = None if _ANEW.match(unit.text) else self._opener
        self._inside = opener is not None and unit.index - opener.index <= _REACH and unit.part == opener.part
        text = _LETTER.sub("", unit.text)
        balance = text.count("(") - text.count(")")
        if balance or _HEADS_OTHERS.fullmatch(text):
            self._opener = unit if balance > 0 and _goes_on_in_bracket(text) else None

    def marked(self, unit: Unit, found: list[Count]) -> list[Count]:
        """The counts of the present unit, with those inside the bracket told apart."""
        if not self._inside and self._opener is not unit:
            return found
        return [
            replace(c, inside=_opens(unit.text, c.start, open_=self._inside) and not _own_bracket(c))
            for c in found
        ]


def _goes_on_in_bracket(text: str) -> bool:
    """Whether the bracket that a unit leaves open goes on below it: a list, or ratios by place."""
    return text.rstrip()[-1] in ",;" or _PLACED_RATIO.match(text, text.rfind("(")) is not None


def _own_bracket(count: Count) -> bool:
    """Whether a ratio only gives in digits what the words before its bracket say: "three nodes (3/18; "."""
    text = count.unit.text
    return _BEFORE_OWN.search(text[: count.start]) is not None and text[count.end :].lstrip()[:1] == ";"


def _opens(text: str, position: int, *, open_: bool) -> bool:
    """Whether a bracket that the unit does not close stands before a position, or one left open before it
    (``open_``) ends only behind the position."""
    opened: list[int] = [-1] if open_ else []
    for at, sign in enumerate(text):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened and opened.pop() < 0 and position < at:
            return True
    return any(at < position for at in opened)
