"""The same report in another page form: markup, a message's segments, numbered or doubled lines.

Each module knows one form: it looks at the whole page, and gives the edits that turn it into plain lines,
or none where the page is not clearly of that form. A page of plain lines is left as it is. The forms are
undone in the order in which they are put on: a message may carry markup, and that numbered lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from extractor.matching.edits import Edit, Text, edited
from extractor.page import (
    elements,
    heads,
    line_ends,
    markup,
    messages,
    prefixes,
    rich_text,
    separators,
    spacing,
)

#: From the outside in; markup may be escaped within markup, numbered lines may be quoted.
_FORMS: tuple[Callable[[str], Iterable[Edit]], ...] = (
    line_ends.edits,
    messages.edits,
    rich_text.edits,
    elements.edits,
    markup.edits,
    markup.edits,
    separators.edits,
    prefixes.edits,
    prefixes.edits,
    spacing.edits,
    heads.edits,
)


def plain_page(raw: str) -> Text:
    """A report as plain lines, with the way back to the text as read.

    >>> page = plain_page("<p>Ki-67 &lt;3 %<br>Margins: free</p>")
    >>> page.clean.strip().split("\\n"), page.span(6, 8)
    (['Ki-67 <3 %', 'Margins: free'], (9, 14))
    """
    page = Text(raw, raw)
    for form in _FORMS:
        edits = list(form(page.clean))
        if edits:
            page = edited(raw, page.clean, edits, page)
    return page
