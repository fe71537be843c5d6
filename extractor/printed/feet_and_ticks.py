"""Print that is no statement: options nobody ticked, what stands at the foot of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: The foot of a page and the head of the next ("** Continued on next page **   ------- Page 2 of 5").
_FOOT = re.compile(
    r"\*\*[ \t]*Continued on next page[ \t]*\*\*(?:\s{0,2000}-{20,}[ \t]*Page \d{1,2} of \d{1,2}\b)?"
)
_BOX = re.compile(
    r"[\[{][ \txX*✓✔]{0,4}[\]}]|\[[ \t]{0,3}[)}](?!\w)|\((?:[ \t]{1,4}|\s?[xX*✓✔]\s?)\)|[☐□☒☑■]"
)
#: A box at the end of a text that words, not a question's colon, begin: "G1 [ ]  G2 [x]".
_LAST_BOX = re.compile(rf"(?:{_BOX.pattern})\s*$")
_OPTION = re.compile(r"\w[^:]*$")
_TICKED = re.compile(r"[xX*✓✔☒☑■]")
#: A page's number between two lines of one sentence ("There is no", "Page 2 of 3", "necrosis.").
_PAGE_BREAK = re.compile(
    r"(?<=[a-z,])[ \t]*\n\s*(?:[^a-z\n]{0,40}\s)?(?:(?i:page|pag\.|seite|pagina|sida|strona)\s{0,3}\d{1,2}"
    r"(?:\s?(?:of|af|av|von|di|de|sur|van|z|/)\s?\d{1,2})?|side \d{1,2} (?:af|av) \d{1,2})"
    r"[\d\s./:|()-]{0,40}\n\s*(?=[a-z])"
)


def without_feet(text: str) -> str:
    """Blank what is printed between two pages, so that an answer on the next one is below its question.

    >>> without_feet("Margins:\\n** Continued on next page **\\nFree").split()
    ['Margins:', 'Free']
    >>> without_feet("There is no\\n\\n   Page 2 of 3\\nnecrosis.").split()
    ['There', 'is', 'no', 'necrosis.']
    """
    if "Continued on next page" in text:
        text = _FOOT.sub(lambda foot: re.sub(r"\S", " ", foot[0]), text)
    return _PAGE_BREAK.sub(lambda foot: " " * len(foot[0]), text)


def unticked(text: str, position: int) -> bool:
    """Whether the words at ``position`` belong to a printed option that was not the one chosen.

    >>> line = "[ ] G1  [x] G2  [ ] G3"
    >>> [unticked(line, line.index(g)) for g in ("G1", "G2", "G3")], unticked("(G2)", 1)
    ([True, False, True], False)
    >>> line = "G1 [ ]  G2 [x]"
    >>> [unticked(line, line.index(g)) for g in ("G1", "G2")]
    [True, False]
    """
    box = _box(text, position)
    return bool(box) and not _TICKED.search(box)


def ticked(text: str, position: int) -> bool:
    """Whether the words at ``position`` are the chosen one of printed options.

    >>> ticked("[ ] G1  [x] G2", 12), ticked("NET G2", 4)
    (True, False)
    """
    return bool(_TICKED.search(_box(text, position)))


def _box(text: str, position: int) -> str:
    """The nearest tick box before ``position``, or behind it where boxes stand behind their options."""
    last = ""
    if _LAST_BOX.search(text) and (first := _BOX.search(text)) and _OPTION.search(text, 0, first.start()):
        behind = _BOX.search(text, position)
        return behind[0] if behind else ""
    for match in _BOX.finditer(text, 0, position):
        last = match[0]
    return last


def printed(text: str, position: int, tables: Sequence[tuple[int, int]], offset: int) -> bool:
    """Whether a value is print only: an option not ticked, or of a class table and not ticked.

    ``position`` is the value's place in ``text``, whose own place in the report is ``offset``.
    """
    if unticked(text, position):
        return True
    in_table = any(lo <= offset + position < hi for lo, hi in tables)
    return in_table and not ticked(text, position)
