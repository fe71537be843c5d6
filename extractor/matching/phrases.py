"""Set phrases of forms, read through noise: a label or answer whose letters are nearly those of a known one.

Scanning breaks the words of a form's label in ways no list of slips foresees ("LYMPH-VASCIU AR INVASION.",
"Not identi fi^_d"). Such a piece of a line, its spaces and signs left aside, is read as the one known phrase
that is nearest, if it is near enough and no other is as near. Words broken by a space inside prose
("Moderat ely") are put together where the whole is a word of the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

#: Pieces of a line: what stands between colons, bars, leaders and wide gaps.
_PIECE = re.compile(r"(?:[^\n:;|\t. ]+|\.(?!\.\.)| (?!  ))+")
_NUMBERED = re.compile(r"[\s*>•-]*(?:\(?[A-Za-z0-9]{1,2}[.)]\s*|[(\[][ xX*✓✔]{0,5}[)\]]\s*)?")
_EDGE = re.compile(r"[A-Za-z01|(][^\n]*[A-Za-z01|)]")
_NUMBER = re.compile(r"(?<![A-Za-z])[\d.,/]*\d(?![A-Za-z])|\d{2}|\b[A-Za-z]{1,3}\d[a-z]?\b")
_FOLD = bytes.maketrans(b"01|5", b"olls")
_NO_LETTERS = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz01|5"))
_SHORTEST, _LONGEST, _WORDS = 9, 48, 9
_FRAGMENTS = re.compile(r"[A-Za-z]+(?:(?: | ?[•^_~*´`'] ?)[A-Za-z]+)+")
_FRAGMENT = re.compile(r"[A-Za-z]+")
#: The end of a piece is the letter of a category ("Primary tumor pT2"), or the sign of a count ("node x 2").
_CODE = re.compile(r"[TNM]\d|(?<=\s)[xX]\s?\d")
#: A word and the break after it, if another word follows.
_BROKEN = re.compile(r"[A-Za-z]+(?:(?: | ?[•^_~*´`'] ?)(?=[A-Za-z]))?")
_BREAKS = " •^_~*´`'"
#: A phrase tolerates one wrong letter in so many; a long label right before a colon more.
_TOLERANCE, _TOLERANCE_ASKED, _LONG = 8, 5, 14
#: Two letters too many this near an end are another word.
_SPARE = 4
#: Shortest word put together from fragments, and most fragments of one.
_JOINED, _PIECES = 8, 4


@dataclass(frozen=True, slots=True)
class Found:
    """``text[start:end]`` reads as ``phrase``."""

    start: int
    end: int
    phrase: str


class Phrases:
    """Known labels and answers of forms.

    Parameters
    ----------
    labels, answers
        Phrases in lower case; an answer tolerates one wrong letter, a label one in eight.
    words
        Vocabulary whose words are put together when broken.
    known
        Words that are no slips.
    """

    def __init__(self, labels: list[str], answers: list[str], words: set[str], known: set[str]) -> None:
        self._phrases = {_letters(p): p for p in (*labels, *answers)}
        self._labels = {_letters(p) for p in labels}
        self._forms = list(self._phrases)
        self._known = known
        self._words = {w for w in words if len(w) >= _JOINED}
        self._whole = {w for w in words if len(w) >= 4}
        self._beginnings = {word[:count] for word in self._words for count in range(1, len(word) + 1)}
        self._piece = lru_cache(maxsize=50_000)(self._read_piece)
        self._part = lru_cache(maxsize=20_000)(self._read_part)
        self._beginning = lru_cache(maxsize=20_000)(self._read_beginning)

    def read(self, plain: str) -> Iterator[Found]:
        """Pieces of lines that are a known phrase but for noise."""
        for piece in _PIECE.finditer(plain):
            start, end = piece.span()
            if not _SHORTEST <= end - start <= 1.6 * _LONGEST:
                continue
            found = self._piece(piece[0], plain[end : end + 1] == ":")
            if found is not None:
                yield Found(start + found.start, start + found.end, found.phrase)

    def _read_piece(self, piece: str, asks: bool) -> Found | None:
        """The phrase a piece is, a colon behind it or not."""
        begin = _NUMBERED.match(piece).end()  # type: ignore[union-attr]
        edge = _EDGE.search(piece, begin)
        if edge is None or len(edge[0].split()) > _WORDS or _CODE.match(piece, edge.end() - 1):
            return None
        phrase = self._find(edge[0], asks)
        return None if phrase is None else Found(edge.start(), edge.end(), _cased(phrase, edge[0]))

    def may_be_broken(self, plain: str) -> bool:
        """Whether words of a text, single breaks between them, make a word of the vocabulary."""
        fragments = _BROKEN.findall(plain)
        for at, fragment in enumerate(fragments):
            joined = self._beginning(fragment)
            if not joined:
                continue
            for following in fragments[at + 1 : at + _PIECES]:
                joined += self._part(following)
                if joined in self._words:
                    return True
                if joined not in self._beginnings or following[-1].isalpha():
                    break
        return False

    def _read_beginning(self, fragment: str) -> str:
        """A word before a break that a broken word may begin with, else nothing."""
        letters = self._part(fragment) if not fragment[-1].isalpha() else ""
        return letters if letters in self._beginnings else ""

    def _read_part(self, fragment: str) -> str:
        """A word that may be a part of a broken one, else nothing."""
        letters = fragment.rstrip(_BREAKS)
        return "" if letters.lower() in self._whole or letters in ("a", "A") else letters.lower()

    def broken(self, plain: str) -> Iterator[Found]:
        """Words of the vocabulary that spaces break."""
        for run in _FRAGMENTS.finditer(plain):
            pieces = [(run.start() + m.start(), m[0]) for m in _FRAGMENT.finditer(run[0])]
            at = 0
            while at < len(pieces) - 1:
                count, word = self._join([fragment for _, fragment in pieces[at : at + _PIECES]])
                if word is not None:
                    last, fragment = pieces[at + count - 1]
                    yield Found(pieces[at][0], last + len(fragment), word)
                at += count

    def _join(self, fragments: list[str]) -> tuple[int, str | None]:
        """How many of the fragments make a word, and the word; 1 and None if they do not."""
        joined = ""
        for count, fragment in enumerate(fragments, 1):
            if fragment.lower() in self._whole or fragment in ("a", "A"):
                break
            joined += fragment
            if count > 1 and joined.lower() in self._words:
                return count, joined
        return 1, None

    def _find(self, words: str, asks: bool) -> str | None:
        form = _letters(words)
        if not _SHORTEST <= len(form) <= _LONGEST or _NUMBER.search(words):
            return None
        same = self._phrases.get(form)
        if same is not None:
            return None if " ".join(words.lower().split()) == same else same
        sure = len(form) // _TOLERANCE
        limit = len(form) // _TOLERANCE_ASKED if asks and len(form) >= _LONG else sure
        best = process.extract(
            form, self._forms, scorer=Levenshtein.distance, score_cutoff=limit + 1, limit=2
        )
        if not best or _says_more(form, str(best[0][0])):
            return None
        if all(word.lower() in self._known for word in _FRAGMENT.findall(words)):
            return None  # other words, none of them garbled
        found, distance = str(best[0][0]), int(best[0][1])
        apart = int(best[1][1]) - distance if len(best) > 1 else limit
        if distance > (limit if found in self._labels else 1) or apart < (1 if distance <= sure else 2):
            return None
        return self._phrases[found]


def _says_more(form: str, phrase: str) -> bool:
    """Whether words stand before or after the phrase: a mark, a code, a "no" must not be lost."""
    lost = [op.src_pos for op in Levenshtein.editops(form, phrase) if op.tag == "delete"]
    last = len(form) - 1
    return any(at in (0, last) for at in lost) or any(
        sum(abs(at - end) < _SPARE for at in lost) > 1 for end in (0, last)
    )


def _letters(words: str) -> str:
    return words.lower().encode("ascii", "ignore").translate(_FOLD, _NO_LETTERS).decode()


def _cased(phrase: str, like: str) -> str:
    if sum(c.isupper() for c in like) > sum(c.islower() for c in like):
        return phrase.upper()
    return phrase.capitalize()
