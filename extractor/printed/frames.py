"""Boxes drawn with other signs than brackets, redrawn as brackets of the same length.

Some forms draw a box as ``|_|`` and a marked one as ``|X|``, others as ``[_]``, ``(_)`` or as circles.
Where a text has an empty one of a kind, all of that kind are redrawn: one reader of boxes serves all forms.
"""

from __future__ import annotations

import re

#: An empty frame of each kind, and any frame of it: the sign that opens it, what it holds, the one that
#: closes.
_KINDS = tuple(
    (empty, re.compile(frame))
    for empty, frame in (
        ("|_|", r"(?<!\S)\|(?P<mark>_|[xX✓✔])\|(?!\S)"),
        ("|__|", r"(?<!\S)\|(?P<mark>__|_[xX✓✔]|[xX✓✔]_|[xX✓✔]{2})\|(?!\S)"),
        ("[_]", r"(?<!\w)\[(?P<mark>_|[xX✓✔])\]"),
        ("[__]", r"(?<!\w)\[(?P<mark>__|_[xX✓✔]|[xX✓✔]_|[xX✓✔]{2})\]"),
        ("(_)", r"(?<!\w)\((?P<mark>_|[xX✓✔])\)"),
        ("(__)", r"(?<!\w)\((?P<mark>__|_[xX✓✔]|[xX✓✔]_|[xX✓✔]{2})\)"),
    )
)
#: Circles, empty and filled.
_CIRCLES = str.maketrans("○◯●◉*", "☐☐☒☒☒")
_CIRCLED = re.compile(r"^.*[○◯].*$", re.MULTILINE)


def redrawn(text: str) -> str:
    """The text with all boxes in brackets.

    >>> redrawn("Necrosis:  |_| present  |X| absent")
    'Necrosis:  [ ] present  [X] absent'
    >>> redrawn("| G1 |X|"), redrawn("○ yes ● no"), redrawn("● an item")
    ('| G1 |X|', '☐ yes ☒ no', '● an item')
    """
    if "_" in text:
        for empty, frame in _KINDS:
            if empty in text:
                text = frame.sub(_bracket, text)
    if "○" in text or "◯" in text:
        text = _CIRCLED.sub(lambda line: line[0].translate(_CIRCLES), text)
    return text


def _bracket(frame: re.Match[str]) -> str:
    opens, closes = "()" if frame[0][0] == "(" else "[]"
    mark = frame["mark"].strip("_ ")
    return f"{opens}{mark[:1]:<{len(frame['mark'])}}{closes}"
