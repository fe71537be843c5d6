"""What a count of lymph nodes is, and the words that tell what it says (``patterns/nodes.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from extractor.matching.numbers import ONES, TENS
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

Kind = Literal["ratio", "negative", "positive", "examined", "involved", "uncounted", "none", "found"]
Said = Literal["negative", "positive"]
#: Which of the two numbers of nodes is read: how many were examined, or how many hold tumor.
Which = Literal["examined", "positive"]

_WORDS = (
    {w: i for i, w in enumerate(ONES, 1)}
    | {w: 10 * i for i, w in enumerate(TENS, 2)}
    | {"zero": 0, "single": 1, "solitary": 1, "both": 2, "a": 1, "an": 1}
)
#: A line that goes on with the bracket of the line before.
_BRACKETED = re.compile(r"\s*\(\s?\d{1,2}\s?/\s?\d{1,3}\s?\)")
#: In so many letters before a count it is told what its nodes hold.
BEFORE = 80
#: What scanners make of digits.
LOOKALIKES = str.maketrans(
    {"O": "0", "o": "0", "t": "1", " ": "", "l": "1", "I": "1", "S": "5", "|": "1", "i": "1"}
)


@dataclass(frozen=True, slots=True)
class Count:
    """Nodes one place counts; None for what it does not say."""

    kind: Kind
    examined: int | None
    positive: int | None
    start: int
    end: int
    unit: Unit
    total: bool = False
    staged: bool = False
    lookalike: bool = False
    slash: bool = False
    labelled: bool = False
    inside: bool = False
    listed: bool = False
    concluded: bool = False

    @property
    def numbers(self) -> tuple[int | None, int | None]:
        """How many nodes were examined and how many hold tumor, to compare counts by."""
        return self.examined, self.positive


def examined_of(here: Iterable[Count]) -> int:
    """How many nodes some counts examine together."""
    return sum(count.examined or 0 for count in here)


def positive_of(here: Iterable[Count]) -> int:
    """How many nodes with tumor some counts have together."""
    return sum(count.positive or 0 for count in here)


def numbers_of(here: list[Count]) -> tuple[int, int]:
    """Both numbers of some counts together."""
    return examined_of(here), positive_of(here)


def text_before(match: re.Match[str], reach: int = BEFORE) -> str:
    """So many letters before a match."""
    return match.string[max(0, match.start() - reach) : match.start()]


def number(text: str) -> int | None:
    """A count in digits or words.

    >>> number("twenty-seven (27)"), number("12"), number("ELEVEN"), number("None"), number("twenty three")
    (27, 12, 11, 0, 23)
    """
    word = re.sub(r"(?<=\w)\s*[({\[].*", "", text.strip()).strip("({[ )}]").lower()
    if re.fullmatch(r"[li]?\d+[li]?", word):
        return int(word.translate(LOOKALIKES))
    if word in ("none", "neither", "no", "no one", "not one", "nil", "o", "q"):
        return 0
    if word in ("l", "i"):
        return 1
    if word.removeprefix("a ") in _WORDS:
        return _WORDS[word.removeprefix("a ")]
    for tens in TENS:
        if word.startswith(tens):
            ones = word[len(tens) :].strip(" -*")
            return _WORDS[tens] + _WORDS[ones] if ones in _WORDS else None
    return None


def part_told(told: str, whole: int) -> int | None:
    """A part of some nodes, told as a number or as all of them.

    >>> part_told("Both", 2), part_told("none", 5), part_told("some", 5)
    (2, 0, None)
    """
    return whole if told.lower() in ("all", "both") else number(told)


def roman(text: str) -> int:
    """A Roman number, with the scanner's look-alikes of I.

    >>> roman("XVII"), roman("l"), roman("IV"), roman("XIX")
    (17, 1, 4, 19)
    """
    values = [{"I": 1, "l": 1, "1": 1, "V": 5, "X": 10, "L": 50}[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def polarity(text: str, words: FieldPatterns) -> Said | None:
    """Whether the words beside a count call the nodes negative or positive."""
    text = " ".join(text.split())
    negative, positive = words["called-free"].search(text), words["called-involved"].search(text)
    if negative and (positive is None or negative.start() <= positive.start()):
        return "negative"
    return "positive" if positive else None


def call(said: Said, count: int, start: int, end: int, unit: Unit) -> Count:
    """Nodes called negative or positive in words."""
    return Count(said, count, 0 if said == "negative" else count, start, end, unit)


def about_nodes(unit: Unit, before: Unit | None, words: FieldPatterns) -> bool:
    """Whether a unit speaks of lymph nodes, by its words, its heading or the line before."""
    if words["speaks-of-nodes"].search(unit.text) or words["speaks-of-nodes"].search(unit.under):
        return True
    if words["bare-label"].match(unit.text) or words["called-ratio"].search(unit.text):
        return True
    if words["heads-nodes"].search(unit.heading):
        return True
    if before is not None and _BRACKETED.match(unit.text) and words["ends-with-node"].search(before.text):
        return True
    return (
        before is not None
        and before.section == unit.section
        and before.part == unit.part
        and len(unit.text) < 60
        and words["node-word"].search(before.text) is not None
    )
