"""A short text as a sentence of words, the way spaCy's tokenizer with our boundaries cuts it.

A word is a run of letters, a run of digits, a single sign, or white space beyond the one space that parts
words. medSpaCy's ConText counts in words; :class:`Words` stands for the spaCy Doc it asks for the sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

_WORD = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9\s]|(?:\A|(?<= )|(?<=\S)(?! ))\s+")


class Words:
    """The words of a text that is one sentence.

    >>> words = Words("pT2N1: no LVI")
    >>> [words.characters(i, i + 1) for i in range(len(words))]
    [(0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (7, 9), (10, 13)]
    >>> words.span(7, 12)
    (5, 7)
    """

    __slots__ = ("_ends", "_starts")

    #: First word of the sentence.
    start = 0

    def __init__(self, text: str) -> None:
        spans = [match.span() for match in _WORD.finditer(text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: int) -> Words:
        """What ConText asks a word for is its sentence: it is the same for all."""
        return self

    @property
    def sent(self) -> Words:
        """The sentence."""
        return self

    @property
    def end(self) -> int:
        """One past the last word of the sentence."""
        return len(self._starts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The words that characters touch: first, and one past the last."""
        return bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """The characters from a word to the one before ``end``."""
        return self._starts[start], self._ends[end - 1]
