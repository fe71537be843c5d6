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
    depth, hidden = 0, None  # the depth from which on nothing is text
    hidden_from, hidden_word = 0, None
    skip_end = False  # a line's end behind a break is that break
    row = Row()
    skip: int | None = None  # end of the character that stands in for the last one
    for token in _TOKEN.finditer(text, at):
        start, end = token.span()
        if skip is not None and start < skip:
            continue
        skip = None
        if token["open"]:
            depth += 1
            if hidden is None and (whole or text.startswith("{\\", start)):
                yield Edit(start, end, "")
            continue
        if token["close"]:
            if whole and hidden is not None and depth > 1 and not text[end:].strip():
                break  # the document's end: the group has none
            if hidden == depth:
                yield Edit(hidden_from, end, "")
                hidden = None
            elif hidden is None and depth:
                yield Edit(start, end, "")
            depth = max(0, depth - 1)
            if whole and not depth and not _still(text, end):
                yield from row.end(text, end)
                yield from _behind(text, start, end)
                return
            continue
        word = token["word"]
        if hidden is not None:
            if word in _BODY and hidden_word in _TABLES and depth == hidden:
                yield Edit(hidden_from, start, "")  # the text begins, the group was not closed
                hidden, depth = None, depth - 1
            else:
                continue
        if shown and start in shown:
            hidden_word = word
        elif depth and (word in _HIDDEN or (token["sign"] == "*" and text[start - 1] == "{")):
            hidden, hidden_from, hidden_word = depth, start, word
            continue
        if token["end"]:
            if whole or skip_end:
                yield Edit(start, end, "")
            skip_end = False
            continue
        if word == "u" and token["number"]:
            instead = _INSTEAD.match(text, end)
            skip = instead.end() if instead else end
            yield Edit(start, skip, chr(int(token["number"]) % 0x10000))
        elif word in ("cell", "nestcell"):
            row.joint(start, end)
        elif word in ("row", "nestrow"):
            yield from row.end(text, start)
            yield Edit(start, end, "\n")
            row.begin(end)
        elif word is not None and (whole or _KNOWN.fullmatch(word)):
            yield Edit(start, end, "\n" if word in _BREAKS else _SIGNS.get(word, ""))
            if word in _BREAKS or word == "trowd":
                row.begin(end)
        elif token["hex"]:
            yield Edit(start, end, bytes.fromhex(token["hex"]).decode("cp1252", "replace"))
        elif token["sign"] and (whole or token["sign"] in "~_-{}"):
            yield Edit(start, end, _ESCAPES.get(token["sign"], token["sign"]))
        skip_end = word in _BREAKS or word == "row" or (skip_end and word is not None)
    if hidden is not None and shown is not None:
        shown.add(hidden_from)
    yield from row.end(text, len(text))


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
