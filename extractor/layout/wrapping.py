"""Pages that break their lines at a fixed width: the broken lines are joined again.

Another system may print the same report 40 or 60 characters wide and break sentences, labels and answers
anywhere. Such a page shows itself: almost wherever a line plainly goes on, the next word had no room left.
There the breaks after full lines become spaces, one for one, so that no position moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from extractor.matching import shapes
from extractor.matching.beginnings import Beginnings

#: Widths at which pages are broken; wider ones are joined line by line (``extractor.layout.lines``).
_NARROWEST, _WIDEST = 24, 66
#: From this width on, chance seldom fills a line of a list.
_ROOMY = 56
#: Longer lines than this, filled to this share, are nearly full.
_LONG, _NEARLY = 40, 0.85
#: Share of the lines that may be longer than the width.
_LONGER = 0.03
#: Fewest lines that plainly go on, and the share of them that are full on a page that was broken.
_FEWEST, _SHARE = 4, 0.6
#: What parts the columns of a row.
_COLUMN = re.compile(r"[^\s:](?: {3,}|\t)\S|\|")
_COLUMNS = re.compile(r"[^\s:](?: {3,}|\t)\S.*[^\s:](?: {3,}|\t)\S")
#: Leaders to an answer for which the line had no room.
_LED = re.compile(r"(?:\.{4,}|(?:\s\.){3,}|\|)\s*$")
_RULE = re.compile(r"[^A-Za-z0-9]{5,}")
_PAGE = re.compile(r"(?:page|pag|seite|side|sida)\b.{0,4}\d", re.IGNORECASE)
#: A code begins an item although its first letter is small; a sign after a space answers, it does not go on.
_CODE = re.compile(r"y?[pc][TNM]\s?[0-4XN]|y?pTNM\b")
_ANSWERED = re.compile(r"[A-Za-z0-9)][\s+]{0,2}[+-]$")
_LISTED = re.compile(r"[,-]$")
#: What cannot begin a row, whatever columns follow.
_INNER = re.compile(r"[a-z]{2}|[\[)%;,.]")
#: What follows a label that asks for something; before other words a label is prose.
_ASKS = re.compile(
    r"[^,;.]{0,20}?\s*(?:[:=|]|\.{3,}|\s{2,}|\s-|\d|$|(?:present|absent|not|no|none|identified|negative|positive)\b)",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?:][\"')\]]?$")
_WORD = re.compile(r"[A-Z][a-z]{2,}")
#: Kinds of item beginnings; one that begins no other line of the page begins none.
_KINDS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[-*>•|+]+(?=\s*\S)",
        r"\(?[A-Z][.):](?=\s|[A-Z])",
        r"\(?\d{1,2}[.)](?=\s|[A-Z])",
        r"\(?[a-z][.)]\s",
        r"(?:PART|Part|SPECIMEN|Specimen)\s+[A-Z0-9]{1,2}\b",
        r"\(?(?:[xX*_]\s?)?\)|\[",
    )
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the page: where it ends, its words, and how far they are set in."""

    end: int
    words: str
    indent: int
    length: int

    @property
    def first(self) -> int:
        """Length of the first word."""
        return len(self.words.split(maxsplit=1)[0])


@dataclass(frozen=True, slots=True)
class _Page:
    """A broken page: its width, the kinds of items it lists, and how far in lines begin that go on."""

    width: int
    kinds: frozenset[str | None]
    indents: frozenset[int]


class Wrapping:
    """Joins the lines of pages broken at a fixed width.

    Parameters
    ----------
    section_of
        Gives the section id of a heading's words, or None.
    labels
        Matches the labels the fields know (never anchored).
    """

    def __init__(self, section_of: Callable[[str], str | None], labels: Beginnings) -> None:
        self._section_of = section_of
        self._labels = labels

    def undo(self, text: str) -> str:
        """The text with the breaks of a broken page as spaces; any other text as it is."""
        lines: list[_Line] = []
        at = 0
        for line in text.split("\n"):
            words = line.strip()
            kept = len(line.rstrip())
            lines.append(_Line(at + len(line), words, kept - len(words), kept))
            at += len(line) + 1
        page = _page(lines)
        if page is None:
            return text
        pieces = list(text)
        for above, below in pairwise(lines):
            if _full(above, below, page.width):
                goes_on = self._goes_on(above, below, page)
            else:
                goes_on = page.width >= _ROOMY and self._nearly_full(above, below, page.width)
            if goes_on:
                pieces[above.end] = " "
        return "".join(pieces)

    def _goes_on(self, upper: _Line, below: _Line, page: _Page) -> bool:
        """Whether a line that had no room for the first word of the next goes on there."""
        above, words = upper.words, below.words
        kind = _kind(words)
        if (kind is not None and kind in page.kinds) or _RULE.fullmatch(words) or _RULE.fullmatch(above):
            return False
        open_end = shapes.open_ended(above) and not _ANSWERED.search(above)
        if _CODE.match(words):
            return open_end
        if _PAGE.match(words) or (
            not _INNER.match(words) and (_COLUMNS.search(above) or _COLUMN.search(words))
        ):
            return False
        if _LED.search(above) or words[0].islower() or not words[0].isalpha():
            return True
        if below.indent > upper.indent and below.indent not in page.indents:
            return False
        if self._heads(above, alone=True) or (self._heads(words) and not (open_end and " " in words)):
            return False
        return self._word_goes_on(above, words, open_end=open_end, roomy=page.width >= _ROOMY)

    def _word_goes_on(self, above: str, words: str, *, open_end: bool, roomy: bool) -> bool:
        """Whether words with a capital go on with a full line."""
        label = shapes.label(words)
        known = self._labels.match(words)
        if label is not None and len(label[0].split()) <= shapes.LABEL_WORDS:
            if open_end and (known is None or not _LISTED.search(above)):
                return True
            named = _kind(above) is not None and ":" not in above and not words[label.end() :].strip(" :")
            return (named and not _ENDED.search(above)) or self._spans_label(above, words)
        if known is not None and _ASKS.match(words, known.end()):
            return open_end or self._spans_label(above, words)
        capitals, word = _in_capitals(above), words.split(maxsplit=1)[0]
        if (capitals and _WORD.match(word)) or (above.endswith(":") and capitals != _in_capitals(word)):
            return False
        return open_end or roomy or capitals or _ENDED.search(above) is not None or not _WORD.match(word)

    def _nearly_full(self, above: _Line, below: _Line, width: int) -> bool:
        """Whether a long line of a wide page goes on although a short word had room in it."""
        words = below.words
        if not words or above.length <= _LONG or above.length + 1 + below.first < _NEARLY * width:
            return False
        if (
            above.words.endswith((".", ":"))
            or "|" in words
            or "\t" in words
            or shapes.STARTS_ITEM.match(words)
        ):
            return False
        label = shapes.label(words)
        if (label is not None and len(label[0].split()) <= shapes.LABEL_WORDS) or self._labels.match(words):
            return False
        return _kind(words) is None and not self._heads(above.words) and not self._heads(words)

    def _spans_label(self, above: str, words: str) -> bool:
        """Whether a known label begins on the line above and ends on this one."""
        lead = " ".join(above.split()[-3:])
        both = f"{lead} {words}"
        return any(
            match.start() < len(lead) < match.end() - 1
            for match in self._labels.compiled.finditer(both, 0, len(lead) + 40)
        )

    def _heads(self, words: str, *, alone: bool = False) -> bool:
        """Whether words begin with the heading of a section (``alone``: and hold nothing else)."""
        label = shapes.label(words)
        if alone and label is not None and words[label.end() :].strip(" :"):
            return False
        head = shapes.heading_words(label[0] if label else words)
        return (
            shapes.looks_like_heading(head, labelled=label is not None) and self._section_of(head) is not None
        )


def _page(lines: list[_Line]) -> _Page | None:
    """The page that was broken at a fixed width, or None if it was not."""
    lengths = sorted(line.length for line in lines if line.words)
    if len(lengths) < _FEWEST:
        return None
    width = lengths[int((len(lengths) - 1) * (1 - _LONGER))]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    pairs = list(pairwise(lines))
    full = [_full(above, below, width) for above, below in pairs]
    on = [_plainly_on(above, below) for above, below in pairs]
    filled = sum(a and b for a, b in zip(full, on, strict=True))
    if sum(on) < _FEWEST or filled < _SHARE * sum(on):
        return None
    return _Page(
        width,
        frozenset(_kind(b.words) for (_, b), is_full in zip(pairs, full, strict=True) if not is_full),
        frozenset(
            b.indent for (_, b), is_full, goes in zip(pairs, full, on, strict=True) if is_full and goes
        ),
    )


def _plainly_on(above: _Line, below: _Line) -> bool:
    """Whether a line goes on in the next, by its last word or the other's small letter."""
    return (
        bool(above.words)
        and below.words[:1].isalpha()
        and (below.words[0].islower() or shapes.open_ended(above.words))
        and _COLUMN.search(above.words) is None
    )


def _full(above: _Line, below: _Line, width: int) -> bool:
    """Whether a line had no room left for the first word of the next."""
    return bool(above.words and below.words) and above.length + 1 + below.first > width


def _in_capitals(words: str) -> bool:
    """Whether most letters are capitals; a scanner reads some as small ones."""
    letters = [letter for letter in words if letter.isalpha()]
    return sum(map(str.isupper, letters)) > 0.7 * len(letters)


def _kind(words: str) -> str | None:
    """The kind of item that words begin, if any."""
    for kind, begins in enumerate(_KINDS):
        if begins.match(words):
            return f"{kind}{words[0]}" if kind == 0 else str(kind)
    return None
