"""One T, N or M as a report writes it, and its value as the record does."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Letters of categories, and what scanners make of them.
_LETTERS = {"T": "T", "N": "N", "M": "M", "W": "M", "H": "M"}
#: An M that a scanner broke: "lVlX", "rnX".
_BROKEN_M = re.compile(r"[lI1]V[lI1]|rvl|rn|[lt]1|m")
_DIGITS = str.maketrans({"I": "1", "l": "1", "i": "1", "J": "1", "O": "0", "o": "0", "Q": "0", "Z": "2"})


@dataclass(frozen=True, slots=True)
class Code:
    """One T, N or M as written; ``prefix`` in small letters, ``row`` tells that others stand beside it."""

    letter: str
    value: str
    prefix: str
    start: int
    end: int
    row: bool
    announced: bool
    repaired: bool


def value_of(letter: str, text: str) -> str:
    """A code's value as the record writes it.

    >>> value_of("T", "lb"), value_of("N", "O"), value_of("M", "x"), value_of("N", "1(mi)")
    ('1b', '0', 'X', '1mi')
    """
    if re.fullmatch(r"[cCe]['>)]+|\(\s?\)|[DC6]|tO", text) or (text in ("a", "e") and letter != "T"):
        return "0"  # by hand
    text = re.sub(r"[\s().]", "", text)
    if text in ("*",) or text.lower() == "x":
        return "X"
    if letter == "M" and text == "Z":
        return "X"
    if letter == "T" and re.fullmatch(r"[iI1l][sS]", text):
        return "is"
    if text == "a":
        return "a"
    text = re.sub(r"/.*", "", text)
    head, tail = text[0].replace("t", "1").translate(_DIGITS), text[1:].lower()
    if tail[:1] in tuple("abcd") and tail[1:2] in ("l", "i"):
        tail = tail[0] + "1"
    if tail == "13":
        tail = "b"
    if tail[:1] in ("o", "e", "6"):
        tail = {"o": "c", "e": "c", "6": "b"}[tail[0]]
    return head + ("mi" if tail == "mic" else tail)


def order(value: str) -> float:
    """Higher categories outrank lower ones; X (not assessed) is the lowest.

    >>> sorted(["4a", "X", "1", "is", "1b", "0"], key=order)
    ['X', '0', 'is', '1', '1b', '4a']
    """
    if value == "X":
        return -1.0
    if value in ("is", "a"):
        return 0.5
    suffix = value[1:2]
    return float(value[0]) + (0.1 * (ord(suffix) - 96) if suffix and suffix != "m" else 0.0)


def code_of(match: re.Match[str], *, row: bool, announced: bool) -> Code:
    """The code that an expression found."""
    raw = match["value"]
    prefix = re.sub(r"\s", "", match["prefix"]).lower().replace("o", "p")
    letter = next((_LETTERS[c] for c in match["letter"].upper() if c in _LETTERS), "T")
    if _BROKEN_M.fullmatch(match["letter"]):
        letter = "M"
    value = value_of(letter, raw)
    repaired = re.sub(r"[\s().]", "", raw).lower() != value.lower()
    start = match.start("prefix") if row else match.start()
    start += len(text := match.string[start : match.end()]) - len(text.lstrip())
    return Code(letter, value, prefix, start, match.end("value"), row, announced, repaired)
