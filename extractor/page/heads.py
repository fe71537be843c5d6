"""What is printed on every page, between empty lines: its number, with lines that repeat."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from extractor.matching.edits import Edit
from extractor.matching.expressions import Expression

_PAGE = Expression(
    r"\b(?:page|pag\.|seite|pagina|sida|side|strona)\s{0,3}\d{1,3}\s?(?:of|von|de|di|av|af|z|/)\s?\d{1,3}\b",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"(?<=\n\n)[^\n]+(?:\n[^\n]+)*(?=\n\n)")
_DIGITS = re.compile(r"\d+")
#: Most lines of such a head, and its longest line.
_LINES, _LONGEST = 5, 110


def edits(text: str) -> Iterator[Edit]:
    r"""Take out paragraphs that stand on every page, so that what they part stands together again.

    >>> page = "no\n\nPage {} of 3  Case 1\nREPORT\n\nnecrosis"
    >>> text = page.format(1) + page.format(2)
    >>> [text[e.start : e.end] for e in edits(text)]
    ['\n\nPage 1 of 3  Case 1\nREPORT\n\n', '\n\nPage 2 of 3  Case 1\nREPORT\n\n']
    """
    if len(list(_PAGE.finditer(text))) < 2:
        return
    lines = Counter(_folded(line) for line in text.split("\n"))
    for paragraph in _PARAGRAPH.finditer(text):
        own = paragraph[0].split("\n")
        if (
            len(own) <= _LINES
            and _PAGE.search(paragraph[0])
            and all(len(line) <= _LONGEST and lines[_folded(line)] > 1 for line in own)
        ):
            yield Edit(paragraph.start() - 2, paragraph.end() + 2, "\n")


def _folded(line: str) -> str:
    """A line without its spaces; any digits are alike in one with a page's number."""
    words = " ".join(line.split())
    return _DIGITS.sub("0", words) if _PAGE.search(words) else words
