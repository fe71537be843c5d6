"""Line ends of other systems: carriage returns, form feeds, the breaks of a word processor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.matching.edits import Edit

_OTHERS = ("\r", "\f", "\v", "\x85", "\u2028", "\u2029")
_FEED = re.compile(r"(?P<alone>\n[ \t]*)?\f(?:\r?\n)?")
_END = re.compile(r"\r+\n|[\v\x85\u2028\u2029]")
#: A return with words before it: converters put one behind a tab between all words.
_LONE = re.compile(r"(?<![\t\r])\r(?![\r\n])")
#: Fewest returns that end lines beside line feeds, and how many there are for each of these.
_RETURNS, _PER_FEED = 6, 6
_RETURN = re.compile(r"\r+\n|[\r\v\x85\u2028\u2029]")


def edits(text: str) -> Iterator[Edit]:
    """A carriage return alone ends a line only where nothing else does.

    >>> [e.text for e in edits("a\\r\\nb\\fc")], [e.text for e in edits("a\\rb")]
    (['\\n', '\\n'], ['\\n'])
    >>> [e.start for e in edits("a\\rb\\rc\\n")]
    [1, 3]
    >>> list(edits("a\\tb \\r c\\nd"))
    []
    """
    if not any(end in text for end in _OTHERS):
        return
    # ... but for one at the very end, or very few among many returns.
    body = text.rstrip()
    feeds = body.count("\n") - body.count("\r\n")
    alone = feeds <= 0 or len(_LONE.findall(text)) >= max(_RETURNS, _PER_FEED * feeds)
    for match in (_RETURN if alone else _END).finditer(text):
        yield Edit(match.start(), match.end(), "\n")
    for match in _FEED.finditer(text) if "\f" in text else ():
        yield Edit(match.start(), match.end(), "\n")
