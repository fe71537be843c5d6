"""Which word a scanner garbled: letters taken for others that look alike, lost, doubled or cut up.

A token is compared with the vocabulary letter by letter. Taking a letter for one of its look-alikes
costs little, any other letter costs one, and a word is only read into a token if the cost is small for
its length and no other word comes near. Words that merely end otherwise (section, sections) are no slips
of each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

#: Fewest letters of a word that is looked for.
SHORTEST = 5
#: Costs: a sign for a letter, a letter for its look-alike or two for one, for any other, one lost or put in,
#: a sign put in.
_SIGN, _ALIKE, _OTHER, _GAP, _STRAY = 0.4, 0.5, 1.0, 0.8, 0.3
#: What a word may cost for each of its letters, and by how much the next word must be dearer.
_PER_LETTER, _APART = 0.14, 0.3
#: Longest ending, and shortest stem.
_ENDING, _STEM = 4, 3


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Letters that scanners take for each other, and endings that make other words of one stem.

    Parameters
    ----------
    groups
        Small letters and signs that look alike, one string a group.
    doubles
        Pairs of one look, a space between them: "rn m".
    endings
        Endings of words of one stem.
    opposites
        Beginnings that turn a word into another: never put back where they may be lost.
    """

    groups: Iterable[str]
    doubles: Iterable[str]
    endings: Iterable[str]
    opposites: Iterable[str]


class Garbled:
    """The words of a vocabulary, found in garbled tokens.

    Parameters
    ----------
    words
        Words that may be read into a token, in small letters.
    known
        Words that are left as they are, in small letters.
    """

    def __init__(self, words: Iterable[str], known: Iterable[str], alike: LookAlikes) -> None:
        self._words = sorted({word for word in words if len(word) >= SHORTEST})
        self._known = frozenset(known)
        self._pairs = {a + b for group in alike.groups for a in group for b in group}
        twos = [tuple(double.split()) for double in alike.doubles]
        self._twos = {*twos, *((b, a) for a, b in twos)}
        self._endings = frozenset(alike.endings) | {""}
        self._opposites = frozenset(alike.opposites)

    def read(self, token: str) -> str | None:
        """The word a token stands for, in small letters; None if known, or none or several come near."""
        token = token.lower()
        if len(token) < SHORTEST or self.knows(token) or self.knows(token.rstrip("0123456789")):
            return None
        edits = 1 + (len(token) >= 8) + (len(token) >= 12)
        near = process.extract(token, self._words, scorer=Levenshtein.distance, score_cutoff=edits, limit=5)
        priced = sorted(
            (self.cost(token, word), word) for word, _, _ in near if not self._is_another(token, word)
        )
        if not priced or priced[0][0] > _PER_LETTER * len(priced[0][1]):
            return None
        return None if len(priced) > 1 and priced[1][0] < priced[0][0] + _APART else priced[0][1]

    def knows(self, token: str) -> bool:
        """Whether a token in small letters is a known word or the plural of one."""
        return token in self._known or (token.endswith("s") and token[:-1] in self._known)

    def cost(self, token: str, word: str) -> float:
        """What it costs to read a word into a token, both in small letters."""
        above = [_GAP * column for column in range(len(word) + 1)]
        rows = [above]
        for row, sign in enumerate(token, 1):
            gap = _GAP if sign.isalpha() else _STRAY
            line = [above[0] + gap]
            for column, letter in enumerate(word, 1):
                best = min(
                    above[column] + gap, line[-1] + _GAP, above[column - 1] + self._taken(sign, letter)
                )
                if row > 1 and (token[row - 2 : row], letter) in self._twos:
                    best = min(best, rows[row - 2][column - 1] + _ALIKE)
                if column > 1 and (sign, word[column - 2 : column]) in self._twos:
                    best = min(best, above[column - 2] + _ALIKE)
                line.append(best)
            rows.append(line)
            above = line
        return round(above[-1], 3)

    def _taken(self, sign: str, letter: str) -> float:
        if sign == letter:
            return 0.0
        if not sign.isalpha():
            return _SIGN
        return _ALIKE if sign + letter in self._pairs else _OTHER

    def _is_another(self, token: str, word: str) -> bool:
        """Whether a token is a word with signs before it, its opposite, or one stem with another ending."""
        if token.endswith(word) or word.removesuffix(token) in self._opposites:
            return True
        if {token[:5], word[:5]} == {"intra", "extra"}:
            return True
        same = 0
        while same < min(len(token), len(word)) and token[same] == word[same]:
            same += 1
        return any(
            token[cut:] in self._endings and word[cut:] in self._endings
            for cut in range(same, max(_STEM, len(word) - _ENDING, same - _ENDING + 1) - 1, -1)
        )
