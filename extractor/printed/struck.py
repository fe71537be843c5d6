"""Text that a corrected report shows as taken out: struck between signs, or denied for another value.

"~~2 cm~~" and the old value of "58 mm and not 68 mm" are blanked, character for character, so that no field
can read them.
"""

from __future__ import annotations

import re

#: What is struck between tildes.
_TILDES = re.compile(r"~~(?=[^\s~])[^~\n]{2,200}(?<=[^\s~])~~")
#: A value and the one it is instead of, of the same unit.
_INSTEAD = re.compile(
    r"\b\d+(?:[.,]\d+)?\s?(?P<unit>mm|cm|%)(?:[^.;\d\n]|\.(?=\d)){0,25}?"
    r"(?P<old>\b(?:and not|but not|not|instead of|rather than|in place of)\s(?:the |as )?"
    r"\d+(?:[.,]\d+)?\s?(?P=unit))",
    re.IGNORECASE,
)


def without_struck(text: str) -> str:
    """Blank what is shown as taken out.

    >>> without_struck("Size ~~3 cm~~ 2 cm"), without_struck("58 mm and not 68 mm.")
    ('Size          2 cm', '58 mm              .')
    """
    spans: list[tuple[int, int]] = []
    if "~~" in text:
        spans += [m.span() for m in _TILDES.finditer(text)]
    spans += [m.span("old") for m in _INSTEAD.finditer(text)]
    if not spans:
        return text
    chars = list(text)
    for start, end in spans:
        chars[start:end] = ["\n" if char == "\n" else " " for char in chars[start:end]]
    return "".join(chars)
