# ruff: noqa: E501
"""TNM codes in a report: ``pT2N1M0``, ``T3, N1a, MX``, ``ypT3 pN0 (0/12)``, ``Primary Tumor (pT): pT3: ...``.

Codes are looked for in the clean text, across line breaks, since forms and scanners break them at will.
A code counts when it is prefixed (pT2), stands in a row with another (T2 N0), or follows a label that
announces it (``Primary tumor: T2``); a lone ``T2`` is as likely a vertebra or a magnetic resonance image.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from extractor.field import Candidate
from extractor.shapes import TICKED
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

#: Values as they are read, by letter; the scanner's look-alikes of digits included.
_VALUE = {
    "T": r"(?:t[a-d](?![A-Za-z])|[0-4IliOoQZ](?:(?:mi|[a-dA-D](?:/[a-d])?(?:[12]|(?<=[12lI][abAB])[lIi](?:(?![A-Za-z]|\s?\d)|(?=p?N)))?|[oOe6](?=\W|$|N))(?![a-z])|\s(?:mi|[a-dA-D](?!/[a-d])[12]?)(?![A-Za-z]))?|[xX](?:(?![A-Za-z])|(?=p?[NM]))|[iI1l][sS](?![A-Za-z])|a(?![A-Za-z]))",
    "N": r"(?:[0-3IliOoQJZ](?:\s?\(?mi(?:c)?\)?(?![a-z])|[a-cA-C](?![a-z])|[^\S\n][a-cA-C](?![A-Za-z]|\s?[.)]\s?[A-Z]))?|[xX*](?:(?![A-Za-z])|(?=p?M)|(?=[a-z]{4})))",
    "M": r"(?:[01IliOoQ](?:\s?[a-dA-D](?![a-zA-Z]))?|[xX*](?![A-Za-z]))",
}
_END = r"(?![A-Za-z0-9\\]|\.\d|\s?(?:mm|cm)\b)"
_RUN = r"(?=\s?[,;/]?\s?[ycraop]{0,3}[NM](?:[0-3IlOoXx]|\s[0-3OoXxIl]\b)|[GLV][0-4](?![A-Za-z0-9])|[IVl1]{2,4}[ABC]?[)\s])|(?<=[xX])(?=[a-z]{4})"
_PREFIX = r"(?P<prefix>(?:[yYrRa]{1,2}\s?)?[pP](?:\s?[mM])?\s?|[yra]{0,2}[cu]\s?|[my]p|m?y)"
_GAP = r"(?:\s|[-:=](?!\s*\n))?\s?"


def _token(letter: str, *, prefix: str) -> str:
    return rf"{prefix}(?P<letter>{letter}){_GAP}(?P<value>{_VALUE[letter]})(?:{_END}|{_RUN})"


_PREFIXED = {
    letter: re.compile(rf"(?:(?<![A-Za-z0-9])|(?<=[a-z])(?=p ?T))(?:{_token(letter, prefix=_PREFIX)})")
    for letter in "TNM"
}
_BARE = {
    letter: re.compile(rf"(?<![A-Za-z0-9])(?:{_token(letter, prefix='(?P<prefix>)')})") for letter in "TNM"
}
_BETWEEN = re.compile(
    r"(?:,\s?NOS)?(?:\([^()]{1,60}\)|[\s,;:./()\[\]&+*'\"-]|\b(?:L[VO01X]|V[O012X]|Pn[01]|R[0O12X]|G[1-4])\b|\band\b|"
    r"\b[LVGR]\s?[0-4](?=\W)|G[1-4](?=\W)){0,14}"
)
#: Letters as they are read within a row.
_LETTER = {"N": r"(?:N|n(?=[0-3lIO]\s?\())", "M": "(?:M|W(?=X))"}
_NEXT = {
    letter: re.compile(
        rf"(?P<prefix>[ycrao]?[pPo]?\s?)(?P<letter>{_LETTER[letter]}){_GAP}(?P<value>{_VALUE[letter]})(?:{_END}|{_RUN})"
    )
    for letter in "NM"
}
_ANNOUNCED = {
    "T": re.compile(
        r"(?:primary tumou?r|extension|extent of (?:invasion|(?:primary )?tumou?r)|pathologic(?:al)? T\b|class(?:ified|ification)(?: as)?\b|(?:pathologic(?:al)?|p?TN?M?)[ -]*(?:T\b)?[ -]*(?:stag(?:e|ing)|category|class(?:ification)?|status|primary)|"
        r"AJCC(?:/UICC)?|TNM scheme|\(p?T\)|tumou?r stage|stage)[^\n:T]{0,40}?(?:[:;(,-]\s*|\s+)$",
        re.IGNORECASE,
    ),
    "N": re.compile(
        r"(?:regional (?:lymph )?nodes?|lymph nodes?(?: (?:involvement|metasta\w+|are classified as))?|pathologic(?:al)? N\b|\bp?N[ -]*(?:stag(?:e|ing)|category|classification|status)|\(p?N\)|pathologic(?:al)? (?:p?N|lymph nodes?|nodes?)|nodal (?:status|stage))(?:[^\n:N]{0,24}[:;(-]\s*|\s+)$",
        re.IGNORECASE,
    ),
    "M": re.compile(
        r"(?:distant metasta(?:sis|ses)|pathologic(?:al)? M\b|\bp?M[ -]*(?:stag(?:e|ing)|category|classification|status)|\(p?M\)|pathologic(?:al)? (?:p?M|metastas[ie]s|distant))(?:[^\n:M]{0,24}[:;(-]\s*|\s+)$",
        re.IGNORECASE,
    ),
}
_OWN_LABEL = re.compile(r"\bpathologic(?:al)? (?:stage )?p?[TNM][ :]+$", re.IGNORECASE)
_CLASSIFIED = re.compile(r"\bclassified as\b[^.;:]{0,130}\(\s?$", re.IGNORECASE)
#: ``TNM: 3a 0 X``, letters left out.
_NUMBERS = re.compile(
    r"\b(?:[yr]?p\s?)?TNM\b[^\n\d]{0,24}?[:=]\s*(?P<T>[0-4][a-d]?[12]?|is|X)[\s,/;-]{1,3}(?P<N>[0-3][a-c]?|X)(?:[\s,/;-]{1,3}(?P<M>[01][a-c]?|X))?(?![\w.%/]|\s?(?:cm|mm)\b)"
)
#: Rows of a table headed by "TNM Stage (T)", "(N)" and "(M)".
_TABLE = re.compile(
    r"TNM\s+Stage[^\n]{0,12}\s+\(T\)[\s\W]*(?:TNM\s+Stage\s+)?\S{0,2}\s*\(N\)[\s\W]*(?:TNM\s+Stage\s+)?\S{0,2}\s*\(M\)"
)
_TABLE_ROW = re.compile(
    r"(?<![\w.(-])(?P<T>[1-4][a-d]?|X)[\s!|:;l]{1,5}(?P<N>[0-3][a-c]?|X)[\s!|:;l]{1,5}(?P<M>[01]|X)(?![\w.%/)-])"
)
_LABELLED = {
    letter: re.compile(
        rf"(?<![A-Za-z0-9])\(?(?P<prefix>[yYrR]?[pP]?)\s?(?P<letter>{letter})\)?\s*(?:stage|category)?\s*[:=]\s*(?P<value>{_VALUE[letter]}){_END}(?!\s+[a-z])"
    )
    for letter in "TNM"
}
_CLINICAL = re.compile(r"\bclinical(?:ly)?(?: (?:T|N|M|TNM|stag\w*|AJCC|tumor))*\W*$", re.IGNORECASE)
_WORD_NO = re.compile(
    r"(?:[^\S\n]+(?!p?M[XxO01]|(?:stage|grade|[A-Z]{1,2}\d)\b)|\s+(?!p?M[XxO01])(?=(?i:evidence|tumou?r|metasta|residual|regional|lympho|lymph-|vascular|invasion|malign|definite|additional|significant|perineural|angio|carcinoma|necros)|[a-z]))[A-Za-z]{2}"
)
_DIGITS = str.maketrans({"I": "1", "l": "1", "i": "1", "J": "1", "O": "0", "o": "0", "Q": "0", "Z": "2"})
#: Block keys and lists of specimens hold no codes: a code there is a form whose heading was not seen.
_MISPLACED = {"blocks": 3.0, "specimens": 1.5}
_GENERIC = re.compile(
    r"(?:\s*(?:and|or|/|&|-|to|,)\s*(?:p?T)?[0-4])?\s+(?:and above|tumou?rs|cancers|carcinomas|disease only)\b"
)
_WEIGHTED = re.compile(
    r"[ -]*(?:weighted|/?FLAIR|signal|hyperintens|images?|vertebra|spine|level)", re.IGNORECASE
)


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
    text = re.sub(r"[\s().]", "", text)
    if text in ("*",) or text.lower() == "x":
        return "X"
    if letter == "T" and re.fullmatch(r"[iI1l][sS]", text):
        return "is"
    if text == "a":
        return "a"
    text = re.sub(r"/.*", "", text)
    head, tail = text[0].replace("t", "1").translate(_DIGITS), text[1:].lower()
    if tail[:1] in tuple("abcd") and tail[1:2] in ("l", "i"):
        tail = tail[0] + "1"
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
    letter = match["letter"].upper().replace("W", "M")
    value = value_of(letter, raw)
    repaired = re.sub(r"[\s().]", "", raw).lower() != value.lower()
    start = match.start() + (len(match[0]) - len(match[0].lstrip()))
    return Code(letter, value, prefix, start, match.end("value"), row, announced, repaired)


def _is_word_no(match: re.Match[str], text: str) -> bool:
    """``NO`` that is the word, not N0."""
    return (
        match["letter"] == "N"
        and match["value"] in "Oo"
        and "p" not in match["prefix"].lower()
        and text[match.start("letter") - 1 : match.start("letter")].isspace()
        and _WORD_NO.match(text, match.end("value")) is not None
    )


def _is_letter(match: re.Match[str]) -> bool:
    """A value read only from look-alikes (``NO``, ``Ml``): too weak without a prefix or neighbors."""
    return match["value"][0] in ("OoQZ" if match["letter"] == "T" else "OoQZIliJ*")


def _is_noise(match: re.Match[str], text: str) -> bool:
    """Perineural invasion (PNI), letters set apart, and categories that say whom an item concerns."""
    lookalike = match["value"][0] not in "01234xX"
    written = match[0].strip()
    return (
        (written.upper().startswith("PNI") and written[0] == "P")
        or (lookalike and written.count(" ") > 1)
        or _GENERIC.match(text, match.end("value")) is not None
    )


def _rows(text: str) -> Iterator[Code]:
    """Codes that stand in a row, begun by a T."""
    for first in [*_PREFIXED["T"].finditer(text), *_BARE["T"].finditer(text)]:
        found = [first]
        at = first.end("value")
        for letter in "NM":
            between = _BETWEEN.match(text, at)
            after = _NEXT[letter].match(text, between.end() if between else at)
            if after is None or _is_word_no(after, text):
                if letter == "N":
                    continue
                break
            found.append(after)
            at = after.end("value")
        if len(found) > 1:
            shared = _code(first, row=True, announced=False).prefix
            for each in found:
                code = _code(each, row=True, announced=False)
                yield code if code.prefix else replace(code, prefix=shared)


def _without_letters(text: str) -> Iterator[re.Match[str]]:
    """Categories whose letters stand in a label or in the head of a table."""
    if "TNM" not in text:
        return
    yield from _NUMBERS.finditer(text)
    if (head := _TABLE.search(text)) and (row := _TABLE_ROW.search(text, head.end(), head.end() + 500)):
        yield row


@lru_cache(maxsize=2)
def codes(text: str) -> tuple[Code, ...]:
    """Every T, N and M code of a text, each place once, in order."""
    found: dict[tuple[int, str], Code] = {}
    if re.search(r"[TNM]", text) is None:
        return ()
    for code in _rows(text):
        key = (code.end, code.letter)
        if key not in found or len(code.prefix) > len(found[key].prefix):
            found[key] = code
    for letter in "TNM":
        for match in _PREFIXED[letter].finditer(text):
            if not _is_noise(match, text):
                found.setdefault((match.end("value"), letter), _code(match, row=False, announced=False))
        for match in _BARE[letter].finditer(text):
            key = (match.end("value"), letter)
            before = text[max(0, match.start() - 160) : match.start()]
            told = _CLASSIFIED.search(before) is not None or _OWN_LABEL.search(before) is not None
            if key in found or (_is_letter(match) and not told) or _WEIGHTED.match(text, match.end()):
                continue
            if letter in "NM" and match["value"] == "X" and match["letter"] + match["value"] == match[0]:
                found[key] = _code(match, row=False, announced=False)
            elif told or _ANNOUNCED[letter].search(text[max(0, match.start() - 70) : match.start()]):
                found[key] = _code(match, row=False, announced=True)
        for match in _LABELLED[letter].finditer(text):
            if not match["prefix"] and _is_letter(match):
                continue
            found.setdefault((match.end("value"), letter), _code(match, row=False, announced=True))
    for numbers in _without_letters(text):
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


def unit_at(document: Document, position: int) -> Unit | None:
    """The unit that holds (or last began before) a position of the clean text."""
    index = bisect_right(document.units, position, key=lambda unit: unit.start) - 1
    return document.units[index] if index >= 0 else None


def read_code(letter: str, document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of one pathologic category."""
    text = document.text.clean
    mine = [code for code in codes(text) if code.letter == letter]
    for code in mine:
        unit = unit_at(document, code.start)
        if unit is None:
            continue
        if code.prefix.startswith(("c", "u")) or code.prefix.endswith(("c", "u")):
            continue
        if not code.prefix and _CLINICAL.search(text[max(0, code.start - 40) : code.start]):
            continue
        near = {c.value for c in mine if abs(c.start - code.start) < 350}
        features: dict[str, Any] = {}
        if len(near) >= 3 and not TICKED.match(unit.text):
            features["template"] = 1.0
        if any(
            c.value != code.value and c.value.startswith(code.value) and "c" not in c.prefix for c in mine
        ):
            features["refined"] = 1.0
        if code.row:
            features["row"] = 1.0
        if code.announced:
            features["announced"] = 1.0
        if "p" not in code.prefix:
            features["bare_code"] = 1.0
        if code.repaired:
            features["lookalike"] = 1.0
        yield document.candidate(
            code.value,
            unit,
            code.start - unit.start,
            code.end - unit.start,
            f"{patterns.name}/code",
            strength=1.0 * code.row
            + 0.5 * ("p" in code.prefix)
            - 1.5 * features.get("refined", 0.0)
            + _MISPLACED.get(unit.section, 0.0),
            **features,
        )
