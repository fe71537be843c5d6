"""Boxes printed with other signs, and marks that a line's end parts from their option, as plain boxes.

"|X| G1  |_| G2" reads as "[X] G1  [ ] G2"; "__ yes  __ no  _X_" with the option on the next line as one line.
"""

from __future__ import annotations

import re

_BARRED = re.compile(r"(?<![\w|])\|(?P<mark>[xX_ ])\|(?=\s?\S)")
_BLANK = re.compile(r"\[_\]")
#: A marked box at the end of a line whose other boxes stand before their options.
_PARTED = re.compile(
    r"^(?P<line>[^\n:]{2,60}:[ \t]{0,8}(?:_{2,5}|\[ ?\]|\( \))[ \t]{0,3}[^\W\d][^\n]{1,90}?[ \t]"
    r"(?:_[xX]_|\[[xX]\]|\([xX]\)))"
    r"[ \t]{0,3}(?P<end>\n)(?=[ \t]{0,20}[A-Za-z][\w -]{2,40}[ \t]*(?:\n|$|_|\[|\())",
    re.MULTILINE,
)
#: Fewest such boxes of a form.
_FEWEST = 2


def plain_boxes(text: str) -> str:
    """The text with such boxes as plain ones, character for character.

    >>> plain_boxes("Grade |X| G1  |_| G2"), plain_boxes("| Size | 2 cm |")
    ('Grade [X] G1  [ ] G2', '| Size | 2 cm |')
    >>> plain_boxes("LVI: ___ No  ___ Yes  _X_\\nSuspicious\\n")
    'LVI: ___ No  ___ Yes  _X_ Suspicious\\n'
    """
    if "|_|" in text and len(_BARRED.findall(text)) >= _FEWEST:
        text = _BARRED.sub(lambda box: f"[{box['mark'].replace('_', ' ')}]", text)
    if "[_]" in text:
        text = _BLANK.sub("[ ]", text)
    for parted in _PARTED.finditer(text) if "x" in text or "X" in text else ():
        at = parted.start("end")
        text = f"{text[:at]} {text[at + 1 :]}"
    return text
