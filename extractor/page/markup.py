"""Markup (HTML, XML): tags become line ends or nothing, entities the characters they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from extractor.matching.edits import Edit
from extractor.page.cells import Row

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,12}(?::[a-z]{1,9})?)(?:\s[^<>]{0,500})?/?>")
#: Entities of reports; noise of scanning looks like the rare ones.
_NAMES = (
    r"(?:lt|gt|amp|nbsp|quot|apos|[lr][sd]quo|[nm]dash|bull|middot|micro|mu|deg|plusmn|times|[lg]e|sup[123]|"
    r"frac\d\d|hellip|ensp|emsp|thinsp|copy|reg|trade|para|[A-Za-z](?:uml|acute|grave|circ|tilde|cedil|slash|ring|caron)|"
    r"szlig|aelig|oelig|alpha|beta|gamma|kappa|lambda)"
)
_TOKEN = re.compile(
    rf"{_TAG.pattern}|<!--|<[!?][^<>]{{0,300}}>|&(?:amp;)?(?P<entity>#\d{{1,6}}|#[xX][0-9a-fA-F]{{1,5}}|"
    rf"{_NAMES});"
)
_ENTITY = re.compile(rf"&(?:#[xX]?[0-9a-fA-F]{{2,6}}|{_NAMES});")


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


#: Tags that end a line, and those that are known to end none.
_BREAKING = _words(
    "p div tr li ul ol table tbody thead tfoot h1 h2 h3 h4 h5 h6 hr pre body html section article title text "
    "paragraph item list caption blockquote dl dt dd center header main component observation"
)
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset({"style", "script", "head", "del", "s", "strike"})
_INLINE = _words(
    "b i u em strong span font sup sub a small big tt code label content br img meta link col "
    "colgroup abbr ins mark linkhtml o:p"
)
KNOWN = _BREAKING | _CELLS | _HIDDEN | _INLINE
#: Fewest tags of a page of markup.
_FEWEST = 2
_LINE_END = re.compile(r"[ \t]*\n")
_SPACE = re.compile(r"\s*")


def edits(text: str) -> Iterator[Edit]:
    """Undo tags where the page has some that are known, and entities wherever they stand.

    >>> def plain(text):
    ...     return [text[e.start : e.end] for e in edits(text)]
    >>> plain("a &lt; b"), plain("Ki-67 <3 % and G1 & no <Dr. Someone>")
    (['&lt;'], [])
    """
    tagged = "<" in text and _tagged(text)
    if not tagged and ("&" not in text or not _ENTITY.search(text)):
        return
    yield from _Page(text, tagged=tagged).read()


class _Page:
    """Reads the tokens of a page from left to right; ``tagged`` tells that its tags are markup."""

    def __init__(self, text: str, *, tagged: bool) -> None:
        self.text, self.tagged = text, tagged
        self._row = Row()
        self._at = 0  # where the last token ended
        self._empty = True  # whether the line has no words yet
        self._hidden_until = 0
        self._missing: set[str] = set()  # ends of what is hidden that do not come any more

    def read(self) -> Iterator[Edit]:
        """What undoes the markup."""
        for token in _TOKEN.finditer(self.text):
            if token.start() < self._hidden_until:
                continue
            if token["entity"] is not None:
                yield self._entity(token)
            elif self.tagged:
                yield from self._tag(token)
        yield from self._row.end(self.text, len(self.text))

    def _entity(self, token: re.Match[str]) -> Edit:
        """The character that an entity stands for."""
        character = unescape(f"&{token['entity']};")
        self._empty, self._at = self._empty and not character.strip(), token.end()
        return Edit(*token.span(), " " if character.isspace() else character)

    def _tag(self, token: re.Match[str]) -> Iterator[Edit]:
        """What a tag becomes."""
        between = self.text[self._at : token.start()]
        self._empty = not between.rpartition("\n")[2].strip() and (self._empty or "\n" in between)
        name = (token["name"] or "").lower()
        if name and name not in KNOWN:
            self._empty, self._at = False, token.start()
            return
        self._at = token.end()
        if token[0] == "<!--" or (name in _HIDDEN and not token["close"]):
            yield self._hidden(token)
        elif name in _CELLS:
            yield from self._cell(token)
        elif name == "br":
            yield self._line_end(token)
        elif name in _BREAKING:
            yield from self._break(token, name, between)
        else:
            yield Edit(*token.span(), "")

    def _hidden(self, token: re.Match[str]) -> Edit:
        """Nothing, in the place of a comment or of an element that is not shown."""
        start, end = token.span()
        closing = f"</{token['name']}>" if token["name"] else "-->"
        found = self.text.find(closing, end) if closing not in self._missing else -1
        if found >= 0:
            end = self.text.find(">", found) + 1 or len(self.text)
        else:
            self._missing.add(closing)
        self._hidden_until = self._at = end
        return Edit(start, end, "")

    def _cell(self, token: re.Match[str]) -> Iterator[Edit]:
        """The border of a cell: the row tells at its end what it reads as."""
        if not token["close"] and self._row.begun:
            self._row.joint(*token.span())
            return
        yield Edit(*token.span(), "")
        if not token["close"]:
            self._row.begin(token.end())

    def _line_end(self, token: re.Match[str]) -> Edit:
        """A line's end, or a space within a cell."""
        end = _swallowed(_LINE_END, self.text, token.end())
        self._at, self._empty = end, not self._row.begun
        return Edit(token.start(), end, " " if self._row.begun else "\n")

    def _break(self, token: re.Match[str], name: str, between: str) -> Iterator[Edit]:
        """The line's end of a block, or what it is within a cell."""
        start, end = token.span()
        if name in ("tr", "table", "tbody"):
            yield from self._row.end(self.text, start)
        elif self._row.begun:  # a paragraph within a cell
            yield Edit(start, end, " " if not self._empty else "")
            return
        lead = self._lead(token, name, between)
        end = _swallowed(_SPACE if name != "pre" else _LINE_END, self.text, end)
        self._at, self._empty = end, True
        yield Edit(start, end, lead)

    def _lead(self, token: re.Match[str], name: str, between: str) -> str:
        """The line ends before a block, and the dash of an item."""
        opens = not token["close"]
        bare = self._empty and not between.strip()
        if name == "p" and not opens and bare and _opened(self.text, token.start()):
            return "\n"  # an empty paragraph is an empty line
        apart = opens and name[0] == "h" and name != "html"
        item = "- " if opens and name in ("li", "item") else ""
        return "\n" * (not self._empty) + "\n" * apart + item


def _tagged(text: str) -> bool:
    """Whether a page has tags of markup: some that break lines or close."""
    found = [tag for tag in _TAG.finditer(text) if tag["name"].lower() in KNOWN]
    return len(found) >= _FEWEST and any(
        tag["close"] or tag["name"].lower() in _BREAKING or tag["name"].lower() == "br" for tag in found
    )


def _opened(text: str, at: int) -> bool:
    """Whether a paragraph opens before a place, with nothing in it."""
    return text[max(0, at - 200) : at].rstrip().endswith((">", "&nbsp;"))


def _swallowed(pattern: re.Pattern[str], text: str, end: int) -> int:
    found = pattern.match(text, end)
    return found.end() if found else end
