"""Labels parted from their values by something else than a colon, written as with a colon.

The same form leaves one hospital as "Grade: G2" and another as "Grade ...... G2", "Grade - G2",
"Grade = G2", "Grade >> G2", "| Grade | G2 |" or with a tab between. Headings of sections are read so wherever
they are known by their words; other labels, known or not, on pages where several known ones are written the
same way; there a value may also stand on the line below, set in ("Grade", below it "   G2"). Rows of more
than two cells are tables and stay as they are, brackets round a whole value go ("Grade: [G2]"), and no
character moves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: So many lines whose known labels are written in one way make it the page's way; fewer of a plain way.
_ENOUGH, _FEW = 3, 2
#: The same where the value stands on the line below.
_BELOW_ENOUGH = 4
#: After a dash a heading of a page without that way has at least so many words below it ("Gross - negative").
_WORDS = 4
#: Longest label in words.
_LABEL_WORDS = 7
_LINE = re.compile(
    r"^[ \t]*(?:(?:[-*•]|\d{1,2}[.)])[ \t]+)?(?P<open>\|[ \t]*)?"
    r"(?P<label>[A-Za-z][A-Za-z0-9 /()&,%-]{1,55}?[A-Za-z0-9)%])"
    r"(?P<leader>[ \t]*(?:"
    r"(?P<dots>\.{3,}[. ]*|(?:\. ){3,}[. ]*|…+)|(?P<bar>\|)|(?P<arrow>>>+|[-=]>|»|→|::)|(?P<equals>=)|"
    r"(?P<dash>(?<=[ \t])(?:--?-?|[–—])(?=[ \t]))|(?P<tab>(?<=\t)))[ \t]*|(?P<semicolon>;)[ \t]+)"
    r"(?P<value>[^\s,;:.|][^\n]*)?$",
    re.MULTILINE,
)
_KINDS = ("dots", "bar", "arrow", "equals", "dash", "tab", "semicolon")
#: Another cell of the row, or another label with its own leader.
_CELL = re.compile(r"\t|\||\.{4}|(?:\. ){4}")
#: A label of its own in the value ("Margins - Proximal margin: free"), or a sign for an answer.
_INNER = re.compile(r"[A-Za-z][^:.;]{1,60}:(?!\d)|ve\b")
#: A label alone on its line, and one line below that is set in.
_BELOW = re.compile(
    r"^(?P<indent>[ \t]*)(?P<label>[A-Z][A-Za-z0-9 /()&,%-]{1,55}[A-Za-z0-9)%])(?P<lead>[ \t]*(?::[ \t]*)?\n"
    r"(?P=indent)[ \t]{2,})(?=(?!\(?[A-Za-z0-9]{1,2}[.):]\s|[-*•|])(?P<value>\S[^\n]*))"
    r"(?=[^\n]*(?:\n(?!(?P=indent)[ \t]{2,}\S)|\Z))",
    re.MULTILINE,
)
#: A value in brackets.
_BRACKETS = re.compile(
    r"(?P<colon>[A-Za-z)][ \t]?:[ \t]*)\[(?P<value>(?=[^\n]*[\dA-WYZa-wyz])[^\[\]\n]{1,80})\](?=[ \t.]*$)",
    re.MULTILINE,
)
#: Kinds that prose has not; with the others a label needs a page that is written so, or to be a heading.
_PLAIN = frozenset(("dots", "bar", "arrow", "tab"))


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A line that may be a label and its value: its match, the kind of leader, what is known of the label."""

    line: re.Match[str]
    kind: str
    section: str | None
    known: bool


class Leaders:
    """Writes colons for what leads from labels to values.

    Parameters
    ----------
    section_of
        Gives the section id of a heading's words, or None.
    labels
        Matches the labels the fields know (never anchored).
    """

    def __init__(self, section_of: Callable[[str], str | None], labels: str) -> None:
        self._section_of = section_of
        self._label = re.compile(rf"(?:{labels})[A-Za-z0-9 /()%-]{{0,25}}", re.IGNORECASE)

    def written_out(self, text: str) -> str:
        """The text with a colon behind each label that a leader parts from its value.

        Character for character: leaders and the bars of rows become spaces.
        """
        if "[" in text:
            text = _BRACKETS.sub(lambda m: f"{m['colon']} {m['value']} ", text)
        text = self._lifted(text)
        found = list(self._labelled(text))
        ways = Counter(each.kind for each in found if each.known or each.section)
        pieces: list[str] = []
        at = 0
        for each in found:
            enough = _FEW if each.kind in _PLAIN else _ENOUGH
            if ways[each.kind] >= enough or _alone(each):
                pieces += [text[at : each.line.start()], _with_colon(each.line)]
                at = each.line.end()
        return text if not pieces else "".join((*pieces, text[at:]))

    def _lifted(self, text: str) -> str:
        """Values set in on the line below their labels, read as on the same line."""
        found = [m for m in _BELOW.finditer(text) if len(m["label"].split()) <= _LABEL_WORDS]
        if sum(self._label.fullmatch(m["label"]) is not None for m in found) < _BELOW_ENOUGH:
            return text
        chars = list(text)
        for match in found:
            start, end = match.span("lead")
            chars[start:end] = ":" + " " * (end - start - 1)
        return "".join(chars)

    def _labelled(self, text: str) -> Iterator[_Labelled]:
        for line in _LINE.finditer(text):
            kind = next(kind for kind in _KINDS if line[kind] is not None)
            label, value = line["label"].strip(), (line["value"] or "").rstrip(" |\t")
            if len(label.split()) > _LABEL_WORDS or _CELL.search(value):
                continue
            if kind not in _PLAIN and ("," in label or _INNER.match(value)):
                continue
            if not (label[0].isupper() or kind in ("dots", "bar", "tab")):
                continue
            section = self._section_of(label) if label[0].isupper() else None
            if section and kind not in _PLAIN and len(value) == 1:
                continue  # "Specimen - A": a part
            known = self._label.fullmatch(label) is not None
            if value:
                if kind in ("bar", "tab") and self._label.fullmatch(value):
                    continue  # the heads of columns
            elif not (section or (known and kind in _PLAIN)):
                continue
            yield _Labelled(line, kind, section, known)


def _alone(labelled: _Labelled) -> bool:
    """Whether a label tells by itself that its leader is one."""
    if labelled.kind in _PLAIN:
        return labelled.section is not None or labelled.known
    if labelled.section in (None, "synoptic", "specimens") or labelled.kind == "semicolon":
        return False  # "Synoptic report - kidney": a title; "Specimen - cecum": no section
    return len((labelled.line["value"] or "").split()) >= _WORDS


def _with_colon(line: re.Match[str]) -> str:
    """A line with its leader as a colon and spaces, and without the bars round it."""
    begin, lead, value = line.start("label"), line.start("leader"), line.end("leader")
    row = line["open"] is not None or line["bar"] is not None
    before = line.string[line.start() : begin].replace("|", " ")
    words = line["value"] or ""
    if row and words.rstrip().endswith("|"):
        end = len(words.rstrip())
        words = words[: end - 1] + " " + words[end:]
    return before + line["label"] + ":" + " " * (value - lead - 1) + words
