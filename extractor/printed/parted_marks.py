"""Marks that a line's end parts from their option: "__ yes  __ no  _X_" with the option on the next line."""

from __future__ import annotations

import re

#: A marked box at the end of a line whose other boxes stand before their options.
_PARTED = re.compile(
    r"^(?P<line>[^\n:]{2,60}:[ \t]{0,8}(?:_{2,5}|\[ ?\]|\( \))[ \t]{0,3}[^\W\d][^\n]{1,90}?[ \t]"
    r"(?:_[xX]_|\[[xX]\]|\([xX]\)))"
    r"[ \t]{0,3}(?P<end>\n)(?=[ \t]{0,20}[A-Za-z][\w -]{2,40}[ \t]*(?:\n|$|_|\[|\())",
    re.MULTILINE,
)


def rejoined_marks(text: str) -> str:
    """The text with such a mark and its option on one line, character for character.

    >>> rejoined_marks("LVI: ___ No  ___ Yes  _X_\\nSuspicious\\n")
    'LVI: ___ No  ___ Yes  _X_ Suspicious\\n'
    """
    for parted in _PARTED.finditer(text) if "x" in text or "X" in text else ():
        at = parted.start("end")
        text = f"{text[:at]} {text[at + 1 :]}"
    return text
