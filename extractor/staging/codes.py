"""TNM codes in a report: ``pT2N1M0``, ``T3, N1a, MX``, ``ypT3 pN0 (0/12)``, ``Primary Tumor (pT): pT3: ...``.

The expressions are ``patterns/tnm.toml``.

Codes are looked for in the clean text, across line breaks, since forms and scanners break them at will.
A code counts when it is prefixed (pT2), stands in a row with another (T2 N0), or follows a label that
announces it (``Primary tumor: T2``); a lone ``T2`` is as likely a vertebra or a magnetic resonance image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.staging.options import options

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: How far below its head a table's row may stand, and how far to the left of it the column of the grade.
_TABLE_REACH, _HEAD = 900, 100
#: A value so long ("1b") is no word in capitals.
_SUBDIVIDED = 2
#: Values of an N that makes a row with an M alone, and how long the M is with what parts them.
_PLAIN, _NEAR = frozenset("xX0O123"), 6
#: Letters of categories, and what scanners make of them.
_LETTERS = {"T": "T", "N": "N", "M": "M", "W": "M", "H": "M"}
#: An M that a scanner broke: "lVlX", "rnX".
_BROKEN_M = re.compile(r"[lI1]V[lI1]|rvl|rn|[lt]1|m")
#: What scanners make of the "p" before a T.
_SLIPS = ("n", "o", "T")
#: The other one of two parts of a category that an author leaves open.
_EITHER = re.compile(r"\s?/\s?(?:p?T?[1-4])?[a-d]\b")
_TON = re.compile(r"TON\b|T[il1]ON\b", re.IGNORECASE)
_SIGN = re.compile(r"[^\w\s|]")
#: So many signs among so many letters to either side of a code are no print.
_SIGNS, _AROUND = 9, 15
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


def _code(match: re.Match[str], *, row: bool, announced: bool) -> Code:
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


def _is_word_no(match: re.Match[str], text: str, words: FieldPatterns) -> bool:
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


def _in_scrawl(match: re.Match[str], text: str) -> bool:
    """Whether most signs around a code are what scanning makes of handwriting."""
    around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
    return len(_SIGN.findall(around)) > _SIGNS


def _is_word(match: re.Match[str]) -> bool:
    """A code that may be a word in capitals, or its beginning: "FROM APEX TO MID"."""
    return not match["prefix"] and match["letter"] != "N" and match["value"][0] in "OoIliQ"


def _is_letter(match: re.Match[str]) -> bool:
    """A value read only from look-alikes (``NO``, ``Ml``): too weak without a prefix or neighbors."""
    return match["value"][0] in ("OoQZ" if match["letter"] == "T" else "OoQZIliJ*")


def _is_broken(match: re.Match[str]) -> bool:
    """A letter at a line's end and what only looks like a digit on the next: a list of blocks."""
    return match["value"][0] in "Il" and "\n" in match.string[match.end("letter") : match.start("value")]


def _is_noise(match: re.Match[str], text: str, words: FieldPatterns) -> bool:
    """Perineural invasion (PNI), letters set apart, and categories that say whom an item concerns."""
    lookalike = match["value"][0] not in "01234xX"
    written = match[0].strip()
    return (
        (written.upper().startswith("PNI") and written[0] == "P")
        or (lookalike and written.count(" ") > 1)
        or words["generic"].match(text, match.end("value")) is not None
        or written.endswith("T is")  # the verb
    )


def _is_block(match: re.Match[str], text: str, words: FieldPatterns) -> bool:
    """``PM1``, the key of a block (a margin), or a letter more of a medium (RPMI)."""
    return (
        match["letter"] == "M"
        and "P" in match["prefix"]
        and (
            words["beside-M"].search(text[max(0, match.start() - 60) : match.start()]) is None
            or words["margin-key"].match(text, match.end("value")) is not None
        )
    )


def _row(first: re.Match[str], letters: str, text: str, words: FieldPatterns) -> list[re.Match[str]]:
    """A code and those of the given letters that follow it."""
    found = [first]
    other = _EITHER.match(text, first.end("value"))
    at = first.end("value") if other is None else other.end()
    for letter in letters:
        after = words[f"next-{letter}"].match(text, at)
        if after is None or _is_word_no(after, text, words) or _is_broken(after):
            if letter == "N":
                continue
            break
        found.append(after)
        at = after.end("value")
    return found


def _rows(text: str, words: FieldPatterns, spoilt: list[re.Match[str]]) -> Iterator[Code]:
    """Codes that stand in a row, begun by a T; or an N and an M whose T was not read."""
    for first in [*words["prefixed-T"].finditer(text), *words["bare-T"].finditer(text), *spoilt]:
        if not first["prefix"] and _TON.match(text, first.start("letter")):
            continue  # the end of "station 1"
        found = _row(first, "NM", text, words)
        word = len(found) == 2 and all(map(_is_word, found)) and len(first["value"]) < _SUBDIVIDED
        twice = words["next-M"].match(text, found[-1].end("value")) if len(found) == _SUBDIVIDED else None
        if twice is not None and found[1]["letter"] == "M" and twice["letter"] == "M":
            # "T3 M0 MX": the first M is a misprinted N
            yield replace(_code(found[1], row=True, announced=False), letter="N", repaired=True)
            found[1] = twice
        if len(found) > 1 and not word:
            shared = _code(first, row=True, announced=False).prefix
            for each in found:
                code = _code(each, row=True, announced=False)
                yield code if code.prefix else replace(code, prefix=shared)
    for first in words["bare-N"].finditer(text):
        if first["value"] in _PLAIN and len(found := _row(first, "M", text, words)) > 1:
            after = found[1]
            if after["value"] in "xX0O" and len(after[0]) <= _NEAR and "W" not in after["letter"]:
                yield from (_code(each, row=True, announced=False) for each in found)


def _without_letters(text: str, words: FieldPatterns) -> Iterator[re.Match[str]]:
    """Categories whose letters stand in a label or in the head of a table."""
    if "TNM" not in text:
        return
    yield from words["numbers"].finditer(text)
    if head := words["table"].search(text):
        graded = "Grade" in text[max(0, head.start() - _HEAD) : head.start()]
        plain = "(T)" in text[head.start() : head.end() + 5]
        rules = ["table-row-told"] + ["table-row-graded"] * graded + ["table-row"] * plain
        for rule in rules:
            if row := words[rule].search(text, head.end(), head.end() + _TABLE_REACH):
                yield row
                break


@lru_cache(maxsize=2)
def codes(document: Document) -> tuple[Code, ...]:
    """Every T, N and M code of a report, each place once, in order."""
    text, words = document.text.clean, document.patterns("tnm")
    found: dict[tuple[int, str], Code] = {}
    if re.search(r"[TNM]", text) is None:
        return ()
    marked = options(document).marked
    spoilt = list(words["spoilt-T"].finditer(text))
    for code in _rows(text, words, spoilt):
        key = (code.end, code.letter)
        if key not in found or len(code.prefix) > len(found[key].prefix):
            found[key] = code
    for match in spoilt:
        if match["prefix"]:
            found.setdefault((match.end("value"), "T"), _code(match, row=False, announced=False))
    for letter in "TNM":
        for match in words[f"prefixed-{letter}"].finditer(text):
            if not (_is_noise(match, text, words) or _is_block(match, text, words)):
                found.setdefault((match.end("value"), letter), _code(match, row=False, announced=False))
        for match in words[f"bare-{letter}"].finditer(text):
            key = (match.end("value"), letter)
            at = match.start() - (letter == "T" and text[match.start() - 1 : match.start()] in _SLIPS)
            before = text[max(0, at - 160) : at]
            told = (
                match.start("letter") in marked
                or any(
                    words[rule].search(before)
                    for rule in ("classified", "own-label", "form-gap", f"defined-{letter}")
                )
                or (
                    letter != "T"
                    and (letter == "M" or text[match.end() : match.end() + 2].strip()[:1] == "M")
                    and words["by-hand"].search(before) is not None
                )
                or words["definition"].match(text[match.end() : match.end() + 40]) is not None
                or (
                    words["bracket-label"].search(before) is not None
                    and words["word-no"].match(text, match.end("value")) is None
                )
            )
            if key in found or (_is_letter(match) and not told) or words["weighted"].match(text, match.end()):
                continue
            if letter == "N" and (
                words["node-group"].match(text, match.end())
                or words["block-key"].match(text, match.end())
                or words["names-block"].search(before[-60:])
            ):
                continue
            if match["value"] in "IlL" and words["roman-stage"].search(before):
                continue
            if letter in "NM" and match["value"] == "X" and match["letter"] + match["value"] == match[0]:
                found[key] = _code(match, row=False, announced=False)
            elif told or words[f"announced-{letter}"].search(before[-70:]):
                found[key] = _code(match, row=False, announced=True)
        if letter == "N":
            for match in words["unread-N"].finditer(text):
                start, end = match.start("prefix"), match.end("one" if match["one"] else "value")
                value, prefix = "1" if match["one"] else "0", match["prefix"].lower()
                found[end, letter] = Code(letter, value, prefix, start, end, False, True, True)
        for match in words[f"labelled-{letter}"].finditer(text):
            if _is_letter(match) and (not match["prefix"] or letter == "T"):
                continue
            if not match["prefix"] and _in_scrawl(match, text):
                continue
            found.setdefault((match.end("value"), letter), _code(match, row=False, announced=True))
    for match in words["meant"].finditer(text):
        letter = "M" if match["M"] else "N"
        value = value_of(letter, match[letter][-1])
        code = Code(letter, value, "p", match.start(letter), match.end(), False, True, True)
        found.setdefault((match.end(), letter), code)
    for match in words["merged-T3"].finditer(text):
        start, end = match.span()
        value = f"3{match['value']}"
        code = Code("T", value, match["prefix"], start, end, row=True, announced=False, repaired=True)
        found.setdefault((end, "T"), code)
    for numbers in _without_letters(text, words):
        for letter, value in numbers.groupdict().items():
            if value is not None:
                found.setdefault(
                    (numbers.end(letter), letter),
                    Code(
                        letter,
                        value_of(letter, value),
                        "p",
                        numbers.start(letter),
                        numbers.end(letter),
                        row=True,
                        announced=True,
                        repaired=False,
                    ),
                )
    return tuple(sorted(found.values(), key=lambda c: c.start))
