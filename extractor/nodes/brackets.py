"""Brackets behind a count of nodes that its levels or places stand in, over several lines."""

from __future__ import annotations

import re

from extractor.nodes.words import Count

#: The heading of other nodes; a ratio in a bracket, behind the name of its place.
HEADS_OTHERS = re.compile(r"[^/;,]*:\s*")
_PLACED_RATIO = re.compile(r"\(\s*[A-Za-z][A-Za-z -]{3,40}\d{1,2}\s?/\s?\d{1,2}\b(?!\s?[}\]])")
_BEFORE_OWN = re.compile(r"\bnodes?\s*\(\s*$", re.IGNORECASE)


def goes_on_in_bracket(text: str) -> bool:
    """Whether the bracket that a unit leaves open goes on below it: a list, or ratios by place."""
    return text.rstrip()[-1] in ",;" or _PLACED_RATIO.match(text, text.rfind("(")) is not None


def own_bracket(count: Count) -> bool:
    """Whether a ratio only gives in digits what the words before its bracket say: "three nodes (3/18; "."""
    text = count.unit.text
    return _BEFORE_OWN.search(text[: count.start]) is not None and text[count.end :].lstrip()[:1] == ";"


def opens(text: str, position: int, *, open_: bool) -> bool:
    """Whether a bracket that the unit does not close stands before a position, or one left open before it
    (``open_``) ends only behind the position."""
    opened: list[int] = [-1] if open_ else []
    for at, sign in enumerate(text):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened and opened.pop() < 0 and position < at:
            return True
    return any(at < position for at in opened)
