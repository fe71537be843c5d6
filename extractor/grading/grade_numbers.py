"""The number a match of the grade's rules names, and grades given for the time being."""

import re

from extractor.field import Candidate
from extractor.matching.patterns import FieldPatterns

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


def number_of(match: re.Match[str]) -> int | None:
    """The highest grade a match names, 1 to 4."""
    grades = [value_of(text) for text in (match["first"], match["second"]) if text]
    known = [g for g in grades if g is not None]
    return max(known) if known else None


def _fraction(match: re.Match[str]) -> int | None:
    """The numerator of a Roman fraction of four, by its strokes ("IIIIV" is II/IV)."""
    if " " in match["strokes"] and "/" in match["strokes"]:
        return None  # "I I/ IV": one stroke or two
    strokes = match["strokes"].replace(".", "").replace(" ", "")
    part, slash, whole = strokes.rpartition("/")
    if not slash:
        if strokes[1:2] in ("V", "Y"):
            return 4 if len(strokes) in (4, 5) else None
        if set("VvYy") & set(strokes[:-2]):
            return None  # "IIVIV": the slash alone, or a stroke with it
        count = len(strokes) - 3
    elif part[1:2] in ("V", "Y"):
        return 4 if len(part) == 2 else None
    else:
        count = len(part) if len(whole) == 2 else 0
    return count if 1 <= count <= 3 else None


_DEGREES = {"w": 1, "m": 2, "p": 3, "u": 4}


def _worded(match: re.Match[str]) -> int | None:
    """A number beside a degree of differentiation, if both say the same."""
    grade = value_of(match["first"] or match["number"])
    return grade if grade == _DEGREES[(match["degree"] or match["stated"])[0].lower()] else None


def _changed(match: re.Match[str]) -> int | None:
    """What a grade was changed to."""
    return value_of(match["first"] or match["again"])


NUMBERS = {"fraction": _fraction, "worded": _worded, "changed": _changed}


#: The grade in which a report sums up a range: "grade 2 to 3 (5 points, grade 2)".
_SUMMED = re.compile(
    r"[^.;]{0,60}?(?:\bpoints?,?|=|\b(?:sum|total|overall|altogether|thus|therefore|hence)) ?\W{0,2}"
    r"(?:(?:overall|total|final|combined) )?grade (?P<grade>[1-4])\b|"
    r"[^;]{0,80}?\b(?:overall|in (?:the )?sum|in total|final|altogether)\W{1,3}grade (?P<sum>[1-4])\b",
    re.IGNORECASE,
)


def summed(text: str, end: int) -> int | None:
    """The grade that the words behind a range settle on."""
    told = _SUMMED.match(text, end)
    return int(told["grade"] or told["sum"]) if told else None


def value_of(text: str) -> int | None:
    """One grade in digits, words or Roman numerals (with 1, l or T read for I).

    >>> [value_of(text) for text in ("2", "iii", "1I", "11", "ITT", "//I", "7")]
    [2, 3, 2, 2, 3, 3, None]
    """
    token = text.strip().lower()
    words = {"one": 1, "two": 2, "three": 3, "four": 4}
    if token in words:
        return words[token]
    if len(token) == 1 and token.isdigit():
        return int(token) if 1 <= int(token) <= 4 else None
    return _ROMAN.get(re.sub(r"[1ltj/|]", "I", token.replace(" ", ""), flags=re.IGNORECASE).upper())


def without_provisional(
    patterns: FieldPatterns, found: list[Candidate], doubted: set[str]
) -> list[Candidate]:
    """The grades without those that were given for the time being, where another one took their place."""
    waiting = [
        c
        for c in found
        if patterns["provisional-before"].search(c.unit.text[: c.start - c.unit.start][-50:])
        or patterns["provisional-after"].match(c.unit.text[c.end - c.unit.start :][:60])
    ]
    final = [c for c in found if c not in waiting and str(c.value).startswith("G")]
    settled = any(not doubted & c.features.keys() for c in final)
    return [c for c in found if c not in waiting] if waiting and settled else found
