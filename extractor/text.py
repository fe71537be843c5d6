"""The report's text made readable, with a map back to the text as read.

Look-alike characters become plain ones, slips of optical character recognition become the word
they stand for (``patterns/spelling.toml``); before that a page written in another form than plain lines
(markup, numbered lines, a message's segments) is undone (:mod:`extractor.page`). Every position of the clean
text knows the slice of the text as read that it came from.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from pathlib import Path

from extractor.matching.dictated import dictated
from extractor.matching.edits import Edit, Text, edited
from extractor.matching.expressions import Expression, Index
from extractor.matching.garbled import SHORTEST, Garbled, LookAlikes
from extractor.matching.phrases import Phrases
from extractor.page import plain_page

_SUSPECT = re.compile(r"[A-Za-z0-9|]{3,40}")
#: A word with signs among its letters ("p~esent", "mea.uring"), and the letters between them.
_RIDDLED = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{1,20}(?:[^\w\s/()=+]{1,2}[A-Za-z0-9]{1,20}){1,4}(?![A-Za-z0-9])"
)
_PIECE = re.compile(r"[A-Za-z0-9]+")
#: Digits before the letters of a word.
_NUMBERED = re.compile(r"\d{1,2}(?=[A-Za-z])")
_SPACED = re.compile(r"\b[A-Za-z](?: [A-Za-z]\b){4}")
_LONE = re.compile(r"(?<!\S)\S(?!\S)")
_GAP = re.compile(r"(?<=(?<!\S)\S) (?=\S(?!\S))")
_HYPHEN = re.compile(r"-[ \t]*\n")
_HYPHENATED = re.compile(r"\b([A-Za-z]{2,14})-[ \t]*\n[ \t]*([a-zA-Z]{2,14})\b")
#: A long word that a line's end breaks without a hyphen: "differen", "tiated".
_BROKEN = re.compile(r"(?<![\w-])([A-Za-z]{5,12})[ \t]*\n[ \t]*([a-z]{5,10})(?![\w-])")
_TABS = re.compile(r" *\t[ \t]*")
#: A form has at most so many tabs in a line.
_TABS_OF_LINE = 2
_CONFUSABLE = re.compile(r"[01|5]|rn|[a-z]I|I[a-z]|[A-Z]l|l[A-Z]|ii|cl|vv|Il|lI|^[Il][bcdfghjkmnpqrstvwxz]")


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of characters within a line: the group ``slip`` of an expression reads as ``text``.

    Without a text its letters are read as digits, or (``join``) its spaces are taken out.
    """

    expression: Expression
    text: str | None
    join: bool

    def edits(self, line: str, start: int) -> Iterator[Edit]:
        """The slips of a line that begins at an offset."""
        for match in self.expression.compiled.finditer(line):
            found = match["slip"]
            if self.join:
                repaired = found.replace(" ", "")
            else:
                repaired = found.translate(_DIGITS) if self.text is None else self.text
            if repaired != found:
                at, end = match.span("slip")
                yield Edit(start + at, start + end, repaired)


class Speller:
    """Repairs a text by the data in ``spelling.toml``.

    Parameters
    ----------
    path
        TOML with ``characters`` (one for one), ``[[slip]]`` tables (``pattern`` with a group ``slip``, and
        its ``text``, or ``digits`` for letters read as digits, or ``join`` to take spaces out),
        ``words``, the vocabulary that garbled words are read as, ``alike``, letters taken for each other,
        ``keep``, words to be left alone, ``little``, words that lose the space to their neighbor, and
        ``labels`` and ``answers``, the set phrases of forms.
    """

    def __init__(self, path: Path) -> None:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        self._table = str.maketrans(data["characters"])
        self._plain = all(ord(char) > 127 for char in data["characters"])
        self._index = Index(rare=_RARE)
        self._slips = [
            Slip(Expression(s["pattern"], index=self._index), s.get("text"), join=s.get("join", False))
            for s in data["slip"]
        ]
        words = {w.lower() for line in data["words"] for w in line.split()}
        self._words = words
        self._known = words | {w.lower() for line in data["keep"] for w in line.split()}
        self._folded: dict[str, str] = {}
        for word in sorted(words):
            if len(word) >= 3:
                self._folded.setdefault(_fold(word), word)
        self._slipped_words = Garbled(words, self._known, LookAlikes(**data["alike"]))
        self._little = frozenset(data["little"].split())
        self._phrases = Phrases(data["labels"], data["answers"], words, self._known)
        self._lookup = lru_cache(maxsize=50_000)(self._repair)
        self._lookup_riddled = lru_cache(maxsize=10_000)(self._riddled)

    def read(self, raw: str) -> Text:
        """Repair one report."""
        return self.repair(plain_page(raw))

    def repair(self, page: Text) -> Text:
        """Repair a report whose page is one of plain lines."""
        plain = page.clean if self._plain and page.clean.isascii() else page.clean.translate(self._table)
        edits = [*self._slipped(plain), *self._garbled(plain), *dictated(plain)]
        tabs, lines = plain.count("\t"), plain.count("\n")
        if tabs > max(len(plain) // 25, _TABS_OF_LINE * lines):  # a converter's, between all words
            edits += [Edit(m.start(), m.end(), " ") for m in _TABS.finditer(plain)]
        if _SPACED.search(plain):
            edits += _spaced_letters(plain)
        for match in _HYPHENATED.finditer(plain) if _HYPHEN.search(plain) else ():
            if (match[1] + match[2]).lower() in self._words:
                edits.append(Edit(match.start(), match.end(), match[1] + match[2]))
        for match in _BROKEN.finditer(plain):
            if self._is_broken(match[1].lower(), match[2].lower()):
                edits.append(Edit(match.start(), match.end(), match[1] + match[2]))
        if self._phrases.may_be_broken(plain):
            edits += [Edit(f.start, f.end, f.phrase) for f in self._phrases.broken(plain)]
        edits += [Edit(f.start, f.end, f.phrase) for f in self._phrases.read(plain)]
        return edited(page.raw, plain, edits, page)

    def _is_broken(self, first: str, last: str) -> bool:
        """Whether two pieces around a line's end are one long word and neither is one by itself."""
        return first + last in self._words and not {first, last} & self._known

    def _slipped(self, plain: str) -> Iterator[Edit]:
        """Slips of characters, looked for in the lines that hold what stands around them."""
        for slip in self._slips:
            if not slip.expression.bits:
                yield from slip.edits(plain, 0)
        lines = plain.split("\n")
        held = [self._index.find(line) for line in lines]
        anywhere = reduce(or_, held)
        likely = [s for s in self._slips if s.expression.bits and s.expression.fits(anywhere)]
        start = 0
        for line, here in zip(lines, held, strict=True):
            for slip in likely if here else ():
                if slip.expression.fits(here):
                    yield from slip.edits(line, start)
            start += len(line) + 1

    def _garbled(self, plain: str) -> Iterator[Edit]:
        """Garbled words, each repaired by itself."""
        lookup = self._lookup
        garbled = {
            token: word for token in set(_SUSPECT.findall(plain)) if (word := lookup(token)) is not None
        }
        for match in _SUSPECT.finditer(plain) if garbled else ():
            if (repaired := garbled.get(match[0])) is not None:
                yield Edit(_begin(plain, match, repaired), match.end(), repaired)
        for match in _RIDDLED.finditer(plain):
            if (repaired := self._lookup_riddled(match[0])) is not None:
                yield Edit(match.start(), match.end(), repaired)

    def _repair(self, token: str) -> str | None:
        if len(token) < SHORTEST and not _CONFUSABLE.search(token):
            return None
        lower = token.lower()
        if lower in self._known and not re.search(r"[a-z]I|[A-Z]l[A-Z]", token):
            return None
        word = self._folded.get(_fold(token)) if _CONFUSABLE.search(token) else None
        if word is None:
            word = self._slipped_words.read(token)
        if word is None and _CAPITAL_I.search(token):
            return _CAPITAL_I.sub("l", token)  # no word has a capital I between small letters
        if word is None:
            return self._parted(token)
        if (number := _NUMBERED.match(token)) is not None and len(token) - number.end() >= len(word):
            rest = token[number.end() :]  # "0metastases": a number that lost its space, no letter misread
            return f"{number[0]} {self._repair(rest) or rest}"
        return None if word == lower else _cased(word, token)

    def _riddled(self, token: str) -> str | None:
        """The word of a token with signs among its letters; None where a piece of it is a word by itself."""
        pieces = _PIECE.findall(token.lower())
        if any(p in self._little or (len(p) >= 4 and self._slipped_words.knows(p)) for p in pieces):
            return None
        word = self._slipped_words.read(token) if len(token) >= _RIDDLED_WORD else None
        return None if word is None else _cased(word, token)

    def _parted(self, token: str) -> str | None:
        """Two words that lost the space between them: a little and a long word, or two long ones."""
        if len(token) < _GLUED or not (token.islower() or token.isupper() or token[1:].islower()):
            return None
        lower = token.lower()
        for cut in range(1, len(lower)):
            first, second = lower[:cut], lower[cut:]
            if first in self._little and len(second) >= _GLUED_WORD and second in self._words:
                return f"{token[:cut]} {token[cut:]}"
            if first not in self._words or len(first) < _HALF:
                continue
            if second in self._little and len(second) > 1 and len(first) >= _GLUED_WORD:
                return f"{token[:cut]} {token[cut:]}"
            if len(second) >= _HALF and len(lower) >= _GLUED_PAIR and second in self._words:
                return f"{token[:cut]} {token[cut:]}"
        return None


def _begin(plain: str, token: re.Match[str], word: str) -> int:
    """Where a word begins whose first letters stand apart from the token: "Dl FFERENTIATED"."""
    lost = len(word) - len(token[0])
    start = token.start() - lost - 1
    if lost < 1 or start < 0 or not word.lower().endswith(token[0].lower()) or plain[start + lost] != " ":
        return token.start()
    alone = not plain[start - 1 : start].isalnum()
    return start if alone and _fold(plain[start : start + lost]) == _fold(word[:lost]) else token.start()


def _cased(word: str, token: str) -> str:
    """A word in the capitals of the token it is read into."""
    if token.isupper() or sum(c.isupper() for c in token) > len(token) / 2:
        return word.upper()
    # A capital I may be an l that was misread.
    capital = token[0].isupper() and not token.startswith("D1") and (token[0] != "I" or word[0] == "i")
    return word.capitalize() if capital else word


_CAPITAL_I = re.compile(r"(?<=[a-z]{2})I(?=[a-z])|(?<=[a-z])I(?=[a-z]{2})")
#: What stands around a slip may be this common in a line's text.
_RARE = 0.2
#: Shortest word with signs in it that is read; shortest words taken apart: whole, the long one of a little
#: and a long one, a pair, each of a pair.
_RIDDLED_WORD, _GLUED, _GLUED_WORD, _GLUED_PAIR, _HALF = 7, 7, 6, 10, 4


def _spaced_letters(plain: str) -> list[Edit]:
    """Take out the spaces of lines whose letters are all set apart: "L E F T   K I D N E Y"."""
    edits: list[Edit] = []
    start = 0
    for line in plain.split("\n"):
        if len(_LONE.findall(line)) > max(4, 0.6 * len(line.split())):
            edits += [Edit(start + m.start(), start + m.end(), "") for m in _GAP.finditer(line)]
        start += len(line) + 1
    return edits


_DIGITS = str.maketrans("lI|iOoSZQDB", "11110052008")
_FOLD = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})


def _fold(token: str) -> str:
    return token.lower().translate(_FOLD).replace("rn", "m").replace("vv", "w").replace("cl", "d")
