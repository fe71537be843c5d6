"""What looks like a code and is none: words in capitals, keys of blocks, letters set apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

_SIGN = re.compile(r"[^\w\s|]")
#: So many signs among so many letters to either side of a code are no print.
_SIGNS, _AROUND = 9, 15


def is_word_no(match: re.Match[str], text: str, words: FieldPatterns) -> bool:
    """``NO`` that is the word, not N0."""
    return (
        match["letter"] == "N"
        and match["value"] in "Oo"
        and "p" not in match["prefix"].lower()
        and (text[match.start("letter") - 1 : match.start("letter")].isspace() or _begins_item(match, text))
        and words["word-no"].match(text, match.end("value")) is not None
    )


def _begins_item(match: re.Match[str], text: str) -> bool:
    """Whether only a dash of a list stands before the letter on its line."""
    at = match.start("letter")
    return text[:at][-1:] == "-" and text[: at - 1].rstrip(" \t")[-1:] in ("\n", "")


def in_scrawl(match: re.Match[str], text: str) -> bool:
    """Whether most signs around a code are what scanning makes of handwriting."""
    around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
    return len(_SIGN.findall(around)) > _SIGNS


def is_word(match: re.Match[str]) -> bool:
    """A code that may be a word in capitals, or its beginning: "FROM APEX TO MID"."""
    return not match["prefix"] and match["letter"] != "N" and match["value"][0] in "OoIliQ"


def is_letter(match: re.Match[str]) -> bool:
    """A value read only from look-alikes (``NO``, ``Ml``): too weak without a prefix or neighbors."""
    return match["value"][0] in ("OoQZ" if match["letter"] == "T" else "OoQZIliJ*")


def is_broken(match: re.Match[str]) -> bool:
    """A letter at a line's end and what only looks like a digit on the next: a list of blocks."""
    return match["value"][0] in "Il" and "\n" in match.string[match.end("letter") : match.start("value")]


def is_noise(match: re.Match[str], text: str, words: FieldPatterns) -> bool:
    """Perineural invasion (PNI), letters set apart, and categories that say whom an item concerns."""
    lookalike = match["value"][0] not in "01234xX"
    written = match[0].strip()
    return (
        (written.upper().startswith("PNI") and written[0] == "P")
        or (lookalike and written.count(" ") > 1)
        or words["generic"].match(text, match.end("value")) is not None
        or written.endswith("T is")  # the verb
    )


def is_block(match: re.Match[str], text: str, words: FieldPatterns) -> bool:
    """``PM1``, the key of a block (a margin), or a letter more of a medium (RPMI)."""
    return (
        match["letter"] == "M"
        and "P" in match["prefix"]
        and (
            words["beside-M"].search(text[max(0, match.start() - 60) : match.start()]) is None
            or words["margin-key"].match(text, match.end("value")) is not None
        )
    )
