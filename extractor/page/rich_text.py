r"""Rich text (RTF) within a text: a whole document, or control words left at the ends of lines ("\par").

Documents in files of their own are read by the application; texts of a table may hold them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.matching.edits import Edit
from extractor.page.cells import Row

_WHOLE = re.compile(r"\{\\rtf\d")
_LEFT_OVER = re.compile(r"\\(?:par|line)(?![a-z])")
#: Fewest breaks that make a page of control words.
_FEWEST = 3
_TOKEN = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,6})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|"
    r"\\(?P<sign>[^a-z0-9'])|(?P<open>\{)|(?P<close>\})|(?P<end>\n)"
)
#: Control words known even where no document's head is left.
_KNOWN = re.compile(
    r"(?:par|pard|line|tab|page|sect|cell|row|plain|b|i|ul|ulnone|strike|sub|super|nosupersub|fs|f|cf|cb|"
    r"highlight|lang|q[lrcj]|li|ri|fi|sa|sb|sl|slmult|trowd|intbl|cellx|endash|emdash|bullet|"
    r"[lr]dblquote|[lr]quote|u|uc|nowidctlpar|widctlpar|keepn|itap|ltrpar|rtlch|ltrch)"
)
_BREAKS = frozenset({"par", "line", "page", "sect"})
_SIGNS = {
    "tab": "\t",
    "endash": "-",
    "emdash": "-",
    "bullet": "-",
    "lquote": "'",
    "rquote": "'",
    "ldblquote": '"',
    "rdblquote": '"',
}
_ESCAPES = {"~": " ", "_": "-", "-": "", "*": ""}
#: What is read instead of a character by its number where that is not known.
_INSTEAD = re.compile(r"\\'[0-9a-fA-F]{2}|[?_ *-]")


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


#: Groups whose words are no text.
_HIDDEN = _words(
    "fonttbl colortbl stylesheet info pict object header footer headerl headerr footerl footerr "
    "listtable listoverridetable revtbl rsidtbl generator themedata datastore xmlnstbl"
)


#: Of these, tables that hold no text; and what only text begins with.
_TABLES = _words(
    "fonttbl colortbl stylesheet info listtable listoverridetable revtbl rsidtbl generator xmlnstbl"
)
_BODY = _words("par pard sectd")
#: Words of a document behind its end: a bracket too many closed it.
_STILL = re.compile(r"\\(?:par|pard|line|plain|tab|fs\d{1,3}|b0?|f\d{1,2})(?![a-z\d])")


def edits(text: str) -> Iterator[Edit]:
    """Undo control words, and hide what a document says of its looks."""
    if "\\" not in text:
        return
    begin = _WHOLE.search(text)
    if begin is not None:
        open_groups: set[int] = set()
        found = list(_read(text, begin.start(), whole=True, shown=open_groups))
        if open_groups:  # groups that never close hide nothing from where their words begin
            found = list(_read(text, begin.start(), whole=True, shown=open_groups))
        yield from found
    elif len(_LEFT_OVER.findall(text)) >= _FEWEST:
        yield from _read(text, 0, whole=False)


def _read(text: str, at: int, *, whole: bool, shown: set[int] | None = None) -> Iterator[Edit]:
    """The edits from a place on; ``shown`` are groups that are not hidden, and gets those without an end."""
    return _Reader(text, whole, shown).edits(at)


class _Reader:
    """Goes through a text's control words from left to right."""

    def __init__(self, text: str, whole: bool, shown: set[int] | None) -> None:
        self._text = text
        self._whole = whole
        self._shown = shown
        self._depth = 0
        #: The depth from which on nothing is text, where that began, and with which word.
        self._hidden: int | None = None
        self._hidden_from = 0
        self._hidden_word: str | None = None
        #: A line's end behind a break is that break.
        self._skip_end = False
        #: End of the character that stands in for the last one.
        self._skip_to = 0
        self._row = Row()
        #: The document ended: what follows was read on its own.
        self._done = False

    def edits(self, at: int) -> Iterator[Edit]:
        """The edits from a place on."""
        text = self._text
        for token in _TOKEN.finditer(text, at):
            if token.start() < self._skip_to:
                continue
            if token["open"]:
                yield from self._open(token)
            elif token["close"]:
                if self._is_last(token):
                    break
                yield from self._close(token)
                if self._done:
                    return
            else:
                yield from self._shown_again(token)
                if not self._hides(token):
                    yield from self._word(token)
        if self._hidden is not None and self._shown is not None:
            self._shown.add(self._hidden_from)
        yield from self._row.end(text, len(text))

    def _open(self, token: re.Match[str]) -> Iterator[Edit]:
        self._depth += 1
        if self._hidden is None and (self._whole or self._text.startswith("{\\", token.start())):
            yield Edit(*token.span(), "")

    def _is_last(self, token: re.Match[str]) -> bool:
        """Whether a bracket is the document's end though a hidden group within it never ended."""
        inside = self._whole and self._hidden is not None and self._depth > 1
        return inside and not self._text[token.end() :].strip()

    def _close(self, token: re.Match[str]) -> Iterator[Edit]:
        start, end = token.span()
        if self._hidden == self._depth:
            yield Edit(self._hidden_from, end, "")
            self._hidden = None
        elif self._hidden is None and self._depth:
            yield Edit(start, end, "")
        self._depth = max(0, self._depth - 1)
        if self._whole and not self._depth and not _still(self._text, end):
            self._done = True
            yield from self._row.end(self._text, end)
            yield from _behind(self._text, start, end)

    def _shown_again(self, token: re.Match[str]) -> Iterator[Edit]:
        """The text begins within a table that was never closed."""
        if token["word"] in _BODY and self._hidden_word in _TABLES and self._depth == self._hidden:
            yield Edit(self._hidden_from, token.start(), "")
            self._hidden, self._depth = None, self._depth - 1

    def _hides(self, token: re.Match[str]) -> bool:
        """Whether a token is hidden, or hides its group."""
        if self._hidden is not None:
            return True
        start, word = token.start(), token["word"]
        if self._shown and start in self._shown:
            self._hidden_word = word
        elif self._depth and (word in _HIDDEN or (token["sign"] == "*" and self._text[start - 1] == "{")):
            self._hidden, self._hidden_from, self._hidden_word = self._depth, start, word
            return True
        return False

    def _word(self, token: re.Match[str]) -> Iterator[Edit]:
        """A control word, a line's end or an escaped sign of the text."""
        start, end = token.span()
        word = token["word"]
        if token["end"]:
            if self._whole or self._skip_end:
                yield Edit(start, end, "")
            self._skip_end = False
            return
        if word == "u" and token["number"]:
            instead = _INSTEAD.match(self._text, end)
            self._skip_to = instead.end() if instead else end
            yield Edit(start, self._skip_to, chr(int(token["number"]) % 0x10000))
        elif word in ("cell", "nestcell"):
            self._row.joint(start, end)
        elif word in ("row", "nestrow"):
            yield from self._row.end(self._text, start)
            yield Edit(start, end, "\n")
            self._row.begin(end)
        elif word is not None and (self._whole or _KNOWN.fullmatch(word)):
            yield Edit(start, end, "\n" if word in _BREAKS else _SIGNS.get(word, ""))
            if word in _BREAKS or word == "trowd":
                self._row.begin(end)
        elif token["hex"]:
            yield Edit(start, end, bytes.fromhex(token["hex"]).decode("cp1252", "replace"))
        elif token["sign"] and (self._whole or token["sign"] in "~_-{}"):
            yield Edit(start, end, _ESCAPES.get(token["sign"], token["sign"]))
        self._skip_end = word in _BREAKS or word == "row" or (self._skip_end and word is not None)


def _still(text: str, end: int) -> bool:
    """Whether a document goes on behind a bracket that seems to close it."""
    another = _WHOLE.search(text, end)
    return _STILL.search(text, end, another.start() if another else len(text)) is not None


def _behind(text: str, start: int, end: int) -> Iterator[Edit]:
    """What follows a document stands on lines of its own; it may hold another one."""
    rest = text[end:].lstrip(" ")
    yield Edit(start, end, "\n" if rest.strip() and rest[0] != "\n" else "")
    if (another := _WHOLE.search(text, end)) is not None:
        yield from _read(text, another.start(), whole=True)
