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
    row = Row()
    at, empty = 0, True  # where the last token ended, and whether the line has no words yet
    hidden_until = 0
    missing: set[str] = set()  # ends of what is hidden that do not come any more
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if start < hidden_until:
            continue
        if token["entity"] is not None:
            character = unescape(f"&{token['entity']};")
            yield Edit(start, end, " " if character.isspace() else character)
            empty, at = empty and not character.strip(), end
            continue
        if not tagged:
            continue
        between = text[at:start]
        line = between.rpartition("\n")[2]
        empty = not line.strip() and (empty or "\n" in between)
        name = (token["name"] or "").lower()
        at = end
        if name and name not in KNOWN:
            empty = False
            at = start
            continue
        if token[0] == "<!--" or (name in _HIDDEN and not token["close"]):
            closing = f"</{token['name']}>" if name else "-->"
            found = text.find(closing, end) if closing not in missing else -1
            if found >= 0:
                end = text.find(">", found) + 1 or len(text)
            else:
                missing.add(closing)
            yield Edit(start, end, "")
            hidden_until = at = end
        elif name in _CELLS:
            if token["close"] or not row.begun:
                yield Edit(start, end, "")
            else:
                row.joint(start, end)
            if not token["close"] and not row.begun:
                row.begin(end)
        elif name == "br":
            end = _swallowed(_LINE_END, text, end)
            yield Edit(start, end, " " if row.begun else "\n")
            at, empty = end, not row.begun
        elif name in _BREAKING:
            if name in ("tr", "table", "tbody"):
                yield from row.end(text, start)
            elif row.begun:  # a paragraph within a cell
                yield Edit(start, end, " " if not empty else "")
                continue
            apart = name[0] == "h" and not token["close"] and name != "html"
            item = "- " if name in ("li", "item") and not token["close"] else ""
            lead = "\n" * (not empty) + "\n" * apart + item
            if name == "p" and token["close"] and empty and between.strip() == "" and _opened(text, start):
                lead = "\n"  # an empty paragraph is an empty line
            end = _swallowed(_SPACE if name != "pre" else _LINE_END, text, end)
            yield Edit(start, end, lead)
            at, empty = end, True
        else:
            yield Edit(start, end, "")
    yield from row.end(text, len(text))


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
