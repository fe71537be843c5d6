"""Text that a corrected report shows as taken out: struck between signs, or denied for another value.

"--Lymph-vascular invasion: not identified--" below a word on struck text, "~~2 cm~~", "[deleted: none]", and
the old value of "58 mm and not 68 mm" are blanked, character for character, so that no field can read them.
"""

from __future__ import annotations

import re

#: The words of a report that shows by dashes what was taken out.
_LEGEND = re.compile(
    r"\b(?:struck(?: (?:out|through))?|crossed[ -]out|strike-?(?:through|out)|lined[ -](?:out|through))\b",
    re.IGNORECASE,
)
_DASHED = re.compile(r"(?<![-\w])--(?=[^\s-])(?:[^-\n]|-(?!-)|\n(?!\s*\n)){3,250}?(?<=[^\s-])--(?![-\w])")
_TILDES = re.compile(r"~~(?=[^\s~])[^~\n]{2,200}(?<=[^\s~])~~")
_DELETED = re.compile(
    r"\[(?:deleted|struck(?: out)?|crossed out|removed)\s?:[^\[\]\n]{1,200}\]", re.IGNORECASE
)
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
    >>> without_struck("--no vascular invasion")
    '--no vascular invasion'
    """
    spans: list[tuple[int, int]] = []
    if "--" in text and _LEGEND.search(text):
        spans += [m.span() for m in _DASHED.finditer(text)]
    if "~~" in text:
        spans += [m.span() for m in _TILDES.finditer(text)]
    if "[" in text:
        spans += [m.span() for m in _DELETED.finditer(text)]
    spans += [m.span("old") for m in _INSTEAD.finditer(text)]
    if not spans:
        return text
    chars = list(text)
    for start, end in spans:
        chars[start:end] = ["\n" if char == "\n" else " " for char in chars[start:end]]
    return "".join(chars)
