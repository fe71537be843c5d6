"""Nodes counted by role behind their name: ``Nodes: total 15, involved 3``; ``LN 12 free, 3 positive``.

Each piece between commas, brackets and "of which" holds one number and a word that tells what it counts: all
nodes, those with tumor or those without; a number alone counts all. Any other word ends the list.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.nodes.ratios import MOST_TOTAL
from extractor.nodes.words import Count, number
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

_PARTS = re.compile(
    r"[,;()\[\]/]|:(?=\s(?:\d{1,2}|none|one|two|three|four|five|six|seven|eight|nine|ten)\s[a-z])|\s[-–](?=\s|[a-z])"
    r"|\b(?:and|of which|of (?:them|these)|thereof|among (?:them|these)|out of|with a total of)\b"
    r"|\.\s(?=\s*(?:N[or]s?\b|Number|Total|Pos|Inv))",
    re.IGNORECASE,
)
#: What the words of a piece say of its nodes.
_ROLES = (
    (
        "free",
        re.compile(
            r"\b(?:negative|neg|free|clear|uninvolved|unaffected|benign|reactive|without)\b"
            r"|\bnot (?:involved|positive)\b|(?<=\d)\s?-\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        "held",
        re.compile(
            r"\b(?:positive|pos|involved|inv|affected|infiltrated|invaded|metasta\w+|mets?|mts|deposits?|tumou?r|carcinoma|NETs?"
            r"|\+ve|replaced)\b|\+(?:ve)?",
            re.IGNORECASE,
        ),
    ),
)
#: Words that may stand in a piece beside its number.
_WORDS = re.compile(
    r"(?:\b(?:negative|neg|free|clear|uninvolved|unaffected|benign|reactive|without|not|positive|pos|involved|inv|affected"
    r"|infiltrated|invaded|metasta\w+|mets?|mts|deposits?|tumou?rs?|carcinoma|NETs?|(?:neuro)?endocrine|ve|replaced|by|with|of|from|for|any|show\w*"
    r"|contain\w*|have|has|harbou?r\w*|the|a|an|is|are|was|were|being|in|number|nos?|nr|total|all|only|altogether|examined"
    r"|found|identified|isolated|dissected|removed|retrieved|recovered|resected|sampled|submitted|present|harvested|counted"
    r"|seen|lymph|nodes?|LNs?|regional|taken|obtained|them|these)\b|[\s.:=+_*•#-])+",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\b(?:all|both|none|nil)\b", re.IGNORECASE)
#: The name of all nodes, and a word that tells of how many there are ("Nodes  examined 23  positive 4").
_OF_ALL = re.compile(r"\W*(?:regional )?(?:lymph ?)?nodes?\b", re.IGNORECASE)
_EXAMINED = re.compile(r"\b(?:examined|total)\b", re.IGNORECASE)
#: So many pieces are read at most.
_MOST = 5


def paired(unit: Unit, words: FieldPatterns) -> Count | None:
    """The nodes that a unit beginning with their name counts by role, as a ratio."""
    head = words["pair-head"].match(unit.text)
    if head is None or words["any-count"].search(unit.text) is None:
        return None
    counted, end = _by_role(unit.text, head, words)
    if (numbers := _part_and_whole(counted)) is None:
        return None
    held, whole = numbers
    total = _OF_ALL.match(head[0]) is not None and _EXAMINED.search(unit.text, head.end(), end) is not None
    return Count("ratio", whole, held, head.start("node"), end, unit, total=total)


def _by_role(text: str, head: re.Match[str], words: FieldPatterns) -> tuple[dict[str, int], int]:
    """The numbers behind the name of nodes by what they count, and where the last of them ends."""
    counted: dict[str, int] = {}
    at, end = head.end(), head.end()
    role = ""
    pieces = [m.span() for m in _PARTS.finditer(text, at)][:_MOST]
    for stop, following in [*pieces, (len(text), len(text))]:
        piece, role, at = f"{role} {text[at:stop]}", "", following
        if piece.strip(" .:-") in ("", *map(str, [*counted.values()][-1:])):
            continue  # nothing, or the number before in digits: "One (1)"
        if not (_WORDS.fullmatch(piece) is None or words["any-count"].search(piece) or _WHOLE.search(piece)):
            role = piece  # "Involved - 3"
            continue
        metastases = head["held"] is not None and not counted
        told = _told(piece, words, whole=counted.get("whole"), metastases=metastases)
        if told is None or told[0] in counted:
            break
        counted[told[0]] = told[1]
        end = stop
        if text[stop:following] == "/":
            break
    return counted, end


def _part_and_whole(counted: dict[str, int]) -> tuple[int, int] | None:
    """The nodes with tumor and all nodes, if the numbers by role tell both and agree."""
    whole, held, free = counted.get("whole"), counted.get("held"), counted.get("free")
    if whole is None and held is not None and free is not None:
        whole = held + free
    if whole is None or not 0 < whole <= MOST_TOTAL or (held is None and free is None):
        return None
    held = whole - (free or 0) if held is None else held
    if not 0 <= held <= whole or (free is not None and held + free != whole):
        return None
    return held, whole


def _told(piece: str, words: FieldPatterns, *, whole: int | None, metastases: bool) -> tuple[str, int] | None:
    """What a piece counts and how many; None where it holds other words, or no single number."""
    found = list(words["any-count"].finditer(piece))
    said = [] if found else list(_WHOLE.finditer(piece))
    if len(found) + len(said) != 1:
        return None
    mark = (found or said)[0]
    rest = f"{piece[: mark.start()]} {piece[mark.end() :]}"
    if rest.strip() and _WORDS.fullmatch(rest) is None:
        return None
    role = next((name for name, means in _ROLES if means.search(rest)), "held" if metastases else "whole")
    if said:
        if whole is None or role == "whole":
            return None
        return (role, 0 if said[0][0].lower() in ("none", "nil") else whole)
    count = number(mark[0])
    return None if count is None else (role, count)
