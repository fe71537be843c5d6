r"""Lines joined by a sign: "FINAL DIAGNOSIS:~Ileum, resection:~Tumor size: 2 cm", or "\n" written out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.matching.edits import Edit

#: A break written out, as programs do; no path or control word.
_WRITTEN = re.compile(r"\\r\\n|\\n|\\r(?![a-z])|\\t(?![a-z])")
_BREAK = re.compile(r"\\r\\n|\\n|\\r(?![a-z])")
#: Signs that part lines; "~3 cm" and "( ~ 10 %" are estimates.
_SIGNS = {
    "~": re.compile(r"~(?<![\s(]~)(?<!\bKi~)|~(?!\s?\d)|~(?=\s?\d{1,2}[.)]\s)"),
    "^": re.compile(r"\^"),
    "¶": re.compile("¶"),
    "¦": re.compile("¦"),
    "|": re.compile(r"\|"),
}
#: What follows noise, a bar or a leader within a line, where a space stands before it too.
_WITHIN = re.compile(r" {12}| [a-z]")
#: Fewest breaks of a page; how many of them to a true one; the longest lines on the average.
_FEWEST, _TIMES, _LONGEST, _SHORTEST = 6, 4, 250, 12
#: So many in a hundred lines parted by a bar have a colon: a table's cells have none.
_LABELLED = 30


def edits(text: str) -> Iterator[Edit]:
    """Break the lines of a page that has nearly no line ends, but many of one sign."""
    if "\\" in text and len(_BREAK.findall(text)) >= max(3, text.count("\n")):
        for match in _WRITTEN.finditer(text):
            yield Edit(match.start(), match.end(), "\t" if match[0] == "\\t" else "\n")
        return
    lines = text.strip().count("\n")
    enough = max(_FEWEST, _TIMES * lines, len(text) // _LONGEST)
    for sign, pattern in _SIGNS.items():
        count = text.count(sign)
        if count < enough or count * _SHORTEST > len(text) or (sign in "|^" and not _labelled(text, sign)):
            continue
        apart = text.count(f" {sign} ") * 4 > count
        for match in pattern.finditer(text):
            if apart or not _WITHIN.match(text, match.end()) or text[match.start() - 1] != " ":
                yield Edit(match.start(), match.end(), "\n")
        return


def _labelled(text: str, sign: str) -> bool:
    """Whether many of the pieces have a label of their own, and none is set apart like a cell."""
    pieces = [piece for piece in text.split(sign) if piece.strip()]
    labelled = sum(":" in piece for piece in pieces)
    apart = sum(piece[:1] == " " == piece[-1:] for piece in pieces)
    return labelled * 100 >= _LABELLED * len(pieces) and apart * 4 < len(pieces)
