"""Line ends of other systems: carriage returns, form feeds, the breaks of a word processor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.edits import Edit

_OTHERS = ("\r", "\f", "\v", "\x85", "\u2028", "\u2029")
_FEED = re.compile(r"(?P<alone>\n[ \t]*)?\f(?:\r?\n)?")
_END = re.compile(r"\r+\n|[\v\x85\u2028\u2029]")
_RETURN = re.compile(r"\r+\n|[\r\v\x85\u2028\u2029]")


def edits(text: str) -> Iterator[Edit]:
    """A carriage return alone ends a line only where nothing else does.

    >>> [e.text for e in edits("a\\r\\nb\\fc")], [e.text for e in edits("a\\rb")]
    (['\\n', '\\n'], ['\\n'])
    >>> list(edits("a\\tb \\r c\\nd"))
    []
    """
    if not any(end in text for end in _OTHERS):
        return
    alone = text.count("\n") == text.count("\r\n")
    for match in (_RETURN if alone else _END).finditer(text):
        yield Edit(match.start(), match.end(), "\n")
    for match in _FEED.finditer(text) if "\f" in text else ():
        yield Edit(match.start(), match.end(), "\n")
