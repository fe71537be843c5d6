"""Lines in which nodes are counted: joined where the page cuts them, asked by a label, or scribbled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.unit import Unit

#: Longest line of a label, and one without its colon.
_ROW = 70
_BARE_LABEL = re.compile(
    r"\W*(?:(?:total|number|no\.?) (?:of )?)?(?:(?:regional|positive|involved) )?(?:lymph )?nodes?"
    r"(?: (?:examined|sampled|removed|found|involved|positive|with metastas[ei]s))?"
    r"|(?:total )?number (?:examined|involved|positive|with metasta\w+)\.?",
    re.IGNORECASE,
)
#: "Nodes: found 13; metastases in 2": what ends the first half, and what begins the second.
_EXAMINED = re.compile(
    r"\bnodes?\b[^.;]{0,30}\b(?:found|examined|sent|received|submitted|removed|dissected|harvested|isolated|"
    r"retrieved|total)\W{0,3}(?:\d{1,2}|[a-z]{3,9}(?:-[a-z]{3,5})?)\s?;$",
    re.IGNORECASE,
)
_THEREOF = re.compile(
    r"\s*(?:involved|positive|metastatic|affected|with (?:metasta\w+|tumou?r)|metastas[ei]s in)\W{0,3}"
    r"(?:\d{1,2}|[a-z]{3,9})\s?[.;,]",
    re.IGNORECASE,
)
#: "in 2 of 29 lymph", and "nodes" on the next line; so far the two stand apart.
_CUT_NOUN, _NOUN_REST = re.compile(r"\blymph\s*$", re.IGNORECASE), re.compile(r"\s*nodes?\b", re.IGNORECASE)
_GAP = 4
#: A list of numbers of nodes whose bracket is left open, and what closes it on the next line.
_OPEN_LIST = re.compile(r"\(\d{1,2}\s[a-z][^()]*[a-z,]$", re.IGNORECASE)
_CLOSES = re.compile(r"[\w -]{1,30}\)")
#: "Nodes: 24 found." and "13 contain tumor."
FOUND = re.compile(
    r"\W*(?:regional |lymph ){0,2}nodes?\s?:\s*(?P<count>\d{1,2})\s"
    r"(?:found|identified|examined|retrieved|isolated|present)\.",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\W*(?:\d{1,2}|[a-z]{3,9}|l\d) (?:contain|show|ha[sv]e?|with|positive|involved|are |is )"
    r"(?!.*[,;] (?:and )?(?:\d|one|two|three|four|five|six|others?|the (?:rest|others?))\b)",
    re.I,
)
#: A ratio with a number behind it, and nothing else.
_SCRIBBLED = re.compile(r"\W*\d{1,2}\s?/\s?\d{1,3}\s+\d{1,3}\W*")
_TOKEN = re.compile(r"[(\[]?(?:[A-Za-z][A-Za-z'-]+|\d+[A-Z]?|\d+\s?/\s?\d+|[A-Z])[)\]]?[.,;:]{0,2}|[-/:=]")


def joined(document: Document) -> Iterator[Unit]:
    """The units of a report, each with the next where the two count nodes together."""
    read: Unit | None = None
    for unit in document.units:
        if read is not None and read.end >= unit.end:
            continue
        read = _with_rest(document, unit) or _with_noun(document, unit) or _with_bracket(document, unit)
        yield read or unit


def _with_rest(document: Document, unit: Unit) -> Unit | None:
    """A unit that only tells how many nodes were examined, with the next, which tells of those with tumor."""
    if FOUND.fullmatch(unit.text):
        rest = _SOME
    elif unit.text.endswith(";") and _EXAMINED.search(unit.text):
        rest = _THEREOF
    else:
        return None
    after = document.units[unit.index + 1 : unit.index + 2]
    if not after or rest.match(after[0].text) is None or after[0].start - unit.end > _GAP:
        return None
    text = document.text.clean[unit.start : after[0].end]
    at = len(unit.text) - 1
    return replace(unit, text=f"{text[:at]},{text[at + 1 :]}")


def _with_noun(document: Document, unit: Unit) -> Unit | None:
    """A unit that the end of a line cuts inside "lymph nodes", with the next."""
    if _CUT_NOUN.search(unit.text) is None:
        return None
    after = document.units[unit.index + 1 : unit.index + 2]
    if not after or _NOUN_REST.match(after[0].text) is None or after[0].start - unit.end > _GAP:
        return None
    text = document.text.clean[unit.start : after[0].end]
    return replace(unit, text=text.replace("\n", " "))


def _with_bracket(document: Document, unit: Unit) -> Unit | None:
    """A unit that the end of a line cuts inside a bracket of counts, with the next."""
    if _OPEN_LIST.search(unit.text) is None:
        return None
    after = document.units[unit.index + 1 : unit.index + 2]
    if not after or _CLOSES.match(after[0].text) is None or after[0].start - unit.end > _GAP:
        return None
    return replace(unit, text=document.text.clean[unit.start : after[0].end].replace("\n", " "))


def asks(unit: Unit) -> str:
    """A line that only asks for a number, the next line's, as a label; empty for other lines."""
    text = unit.text.rstrip()
    if len(text) >= _ROW:
        return ""
    bare = text.rstrip(".; ")
    return text if text.endswith(":") else f"{bare}:" if _BARE_LABEL.fullmatch(bare) else ""


def legible(text: str) -> bool:
    """Whether most of a line is words and numbers, not what a scanner made of handwriting."""
    tokens = text.split()
    if _SCRIBBLED.fullmatch(text) is not None:
        return False
    return 2 * sum(_TOKEN.fullmatch(token) is not None for token in tokens) > len(tokens)
