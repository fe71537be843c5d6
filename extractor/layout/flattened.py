"""Reports that lost their line breaks: a break is put back before what can only begin a line.

Some exports write the whole report on one line. Its sections are then seen by their headings, with a colon
("... free. GROSS DESCRIPTION: Received ...") or in capitals among small letters ("... free. GROSS Received
..."), and the items of a list by their letters in order, or by dashes. A space becomes a break,
one for one, so that no position moves. A page that has its lines is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from extractor.matching import shapes

#: A text shorter than this, or with a line break for every so many characters, has its lines.
_SHORTEST, _PER_BREAK = 60, 700
#: The words before a colon that may be a heading, and how many of them are tried.
_BEFORE_COLON = re.compile(r"[A-Za-z][A-Za-z0-9&/()'#-]*(?:,? [A-Za-z0-9&/(][A-Za-z0-9&/()'#-]*){0,5}\s?$")
_WORDS, _REACH = 6, 70
_TOKEN = re.compile(r"\S+")
_COLON = re.compile(r"\s?:(?!\d)")
#: Words in capitals, up to other words or a sign.
_CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Z]{3,}(?:[ /&]{1,3}[A-Z][A-Z]+){0,4}(?![\w-])")
#: A heading of small letters, after a sentence and before the next.
_TITLE = re.compile(r"(?<=[.:;)])\s+(?P<words>[A-Z][a-z]{3,}(?: [A-Za-z][a-z]{3,}){0,2})(?=\s+[A-Z(])")
_FOLLOWS = re.compile(r"\s+(?=[A-Z0-9(<\"-])")
#: Sections whose headings may stand without a colon.
_PLAIN = frozenset(
    {"diagnosis", "gross", "microscopic", "comment", "history", "ihc", "addendum", "synoptic", "amendment"}
)
#: What another label after a heading's words shows: they belong to it ("Gross tumor perforation:").
_LABELLED = re.compile(r"(?:\s[A-Za-z()/-]+){0,4}\s?:")
#: "Clinical" among small letters is as often a word of a sentence.
_TITLED = _PLAIN - {"history"}
_LABELLED_CAPITALS = re.compile(r"(?:\s[A-Z()/-]+){0,4}\s?:")
#: Sections of a few words: where no heading ends one soon, its own is left where it stands.
_ASIDES = frozenset({"history", "intraoperative", "outside", "specimens", "blocks"})
_LONGEST_ASIDE = 700
_ITEM = re.compile(r"(?<=\s)(?P<mark>[A-Z])[.)]\s+(?=[A-Z(\"'])")
#: Dashes after a sign list items; where there are so many, the others do too.
_DASH = re.compile(r"(?<=[.:;)]\s)-\s(?=[A-Z0-9])")
_ANY_DASH = re.compile(r"(?<=\s)-\s(?=[A-Z])")
_DASHES = 3


class Flattened:
    """Puts the breaks back into a report on one line.

    Parameters
    ----------
    section_of
        Gives the section id of a heading's words, or None.
    """

    def __init__(self, section_of: Callable[[str], str | None]) -> None:
        self._section_of = section_of

    def undo(self, text: str) -> str:
        """The text with breaks before headings and items if it had none; any other text as it is."""
        if len(text) < _SHORTEST or text.strip().count("\n") > len(text) // _PER_BREAK:
            return text
        pieces = list(text)
        for at in (*self._sections(text), *_items(text)):
            if at and pieces[at - 1].isspace():
                pieces[at - 1] = "\n"
        return "".join(pieces)

    def _sections(self, text: str) -> Iterator[int]:
        """Where the lines of headings begin, and the text below one without a colon."""
        found = sorted(self._headings(text))
        for (start, below, section), (following, _, _) in pairwise([*found, (10**9, 0, "")]):
            if section not in _ASIDES or following - start <= _LONGEST_ASIDE:
                yield start
                yield below

    def _headings(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Headings: where each begins, where the text below begins if no colon leads to it, the section."""
        for colon in _COLON.finditer(text):
            before = _BEFORE_COLON.search(text, max(0, colon.start() - _REACH), colon.start())
            if before is None:
                continue
            for word in list(_TOKEN.finditer(text, before.start(), colon.start()))[-_WORDS:]:
                section = self._section(text[word.start() : colon.start()].strip())
                if section is not None and not _in_sentence(text, word.start()):
                    yield word.start(), 0, section
                    break
        mixed = sum(map(str.islower, text)) > len(text) // 3
        for run in _CAPITALS.finditer(text) if mixed else ():
            yield from self._without_colon(text, run.start(), run.end(), _LABELLED_CAPITALS)
        for title in _TITLE.finditer(text):
            for start, below, section in self._without_colon(
                text, title.start("words"), title.end(), _LABELLED
            ):
                if section in _TITLED:
                    yield start, below, section

    def _without_colon(
        self, text: str, start: int, end: int, labelled: re.Pattern[str]
    ) -> Iterator[tuple[int, int, str]]:
        follows = _FOLLOWS.match(text, end)
        section = self._section_of(text[start:end])
        if follows and section in _PLAIN and not labelled.match(text, end):
            yield start, follows.end(), section or ""

    def _section(self, words: str) -> str | None:
        return self._section_of(words) if shapes.looks_like_heading(words, labelled=True) else None


def _in_sentence(text: str, start: int) -> bool:
    """Whether the words before lead on to a heading's words ("see the Comment:")."""
    before = text[max(0, start - 12) : start]
    return not text[start : start + 2].isupper() and shapes.open_ended(before)


def _items(text: str) -> Iterator[int]:
    """Where the items of lists begin: letters in order, or many dashes."""
    expected = {"A"}
    for item in _ITEM.finditer(text):
        if item["mark"] in expected:
            yield item.start()
            expected.add(chr(ord(item["mark"]) + 1))
    dashes = [dash.start() for dash in _DASH.finditer(text)]
    if len(dashes) >= _DASHES:
        dashes = [dash.start() for dash in _ANY_DASH.finditer(text)]
    yield from dashes
