"""Elements named after the fields (XML of an export): "<TumorSize>2 cm</TumorSize>" is "Tumor Size: 2 cm".

Elements that hold others part lines; those whose name is a section's head it. Elements of known markup within
are left to :mod:`extractor.page.markup`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extractor.matching.edits import Edit
from extractor.page.markup import KNOWN

_TOKEN = re.compile(
    r"<(?P<close>/?)(?:[A-Za-z][\w-]{0,20}:)?(?P<name>[A-Za-z_][\w.-]{0,59})"
    r"(?P<attributes>(?:\s{1,20}[\w:.-]{1,40}\s?=\s?(?:\"[^\"<]{0,200}\"|'[^'<]{0,200}')){0,12})\s{0,20}(?P<empty>/?)>|"
    r"<!\[CDATA\[|\]\]>|<[?!](?!-)[^<>]{0,300}>"
)
_ATTRIBUTE = re.compile(r"(?P<name>[\w:.-]{1,40})\s?=\s?[\"'](?P<value>[^\"'<]{0,200})[\"']")
#: Fewest elements of such a page that hold a text or a value.
_FEWEST = 3
#: Where the words of a name meet ("TumorSize", "tumor_size", "pTCategory").
_JOINT = re.compile(r"(?<=[a-z\d])(?<!\bp)(?<!_p)(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_.-]+")
_UNIT = re.compile(r"\s?\b(?P<unit>mm2?|cm|percent(?:age)?|pct)$", re.IGNORECASE)
_NUMBER = re.compile(r"\s*[<>]?\d[\d.,]*(?:\s?-\s?\d[\d.,]*)?\s*$")
_SECTION = re.compile(
    r"synop|gross|macro|micro|diagnos|clinical|history|addend|amend|comment|immuno|specimen", re.IGNORECASE
)
#: Names of elements that hold a label, or its value, beside it.
_LABELS = frozenset(
    ["name", "label", "question", "term", "key", "test", "field", "parameter", "title", "caption"]
)
_ANSWERS = frozenset(["value", "answer", "result", "response", "content", "text"])
_CALLED = ("name", "label", "displayname", "title", "question", "caption")
#: Longest value that stands on the line of its label.
_LONGEST = 90


def edits(text: str) -> Iterator[Edit]:
    """Leave of elements what they say: a label with its value, a heading with its text.

    >>> page = "<r><PrimarySite>Ileum</PrimarySite><Ki67Percent>2</Ki67Percent><pT>3</pT><pN/></r>"
    >>> from extractor.matching.edits import edited
    >>> edited(page, page, edits(page)).clean.split("\\n")
    ['', '', 'Primary Site: Ileum', 'Ki67: 2 %', 'pT: 3', '', '']
    """
    if "</" not in text and "/>" not in text:
        return
    tokens = list(_TOKEN.finditer(text))
    own = [at for at, token in enumerate(tokens) if token["name"] and token["name"].lower() not in KNOWN]
    leaves = {
        a: b
        for a, b in pairwise(own)
        if not tokens[a]["close"]
        and not tokens[a]["empty"]
        and tokens[b]["close"]
        and tokens[a]["name"] == tokens[b]["name"]
    }
    valued = sum(bool(text[tokens[a].end() : tokens[b].start()].strip()) for a, b in leaves.items())
    answered = [at for at in own if tokens[at]["empty"] and _answer(tokens[at])]
    if valued + len(answered) < _FEWEST:
        return
    ends = {b: a for a, b in leaves.items()}
    label_of = _labels(text, tokens, leaves)
    for at, token in enumerate(tokens):
        start, end = token.span()
        if not token["name"]:
            yield Edit(start, end, "")
        elif token["name"].lower() in KNOWN:
            continue
        elif at in leaves:
            close = tokens[leaves[at]]
            value = text[end : close.start()]
            if value.strip():
                begin = end + len(value) - len(value.lstrip())
                lead = _lead(token, value, label_of.get(at))
                yield Edit(start, begin, lead.lstrip("\n") if _begins(text, start) else lead)
            else:
                yield Edit(start, close.start(), "")
        elif at in ends:
            opening = tokens[ends[at]]
            value = text[opening.end() : start]
            unit = _unit(opening) if _NUMBER.fullmatch(value) else ""
            if label_of.get(ends[at]) != "":
                yield Edit(start, end, unit if _apart(text, end, tokens, at) else f"{unit}\n")
            else:
                yield Edit(start, end, "")
        elif at in answered:
            yield Edit(start, end, f"\n{_answer(token)}\n")
        else:
            named = _words(token)
            head = not token["close"] and not token["empty"] and _SECTION.search(named)
            yield Edit(start, end, f"\n{named}:" if head else "" if _begins(text, start) else "\n")


def _begins(text: str, at: int) -> bool:
    """Whether nothing stands before a place on its line."""
    line = text.rfind("\n", 0, at)
    return line >= 0 and not text[line + 1 : at].strip()


def _apart(text: str, end: int, tokens: list[re.Match[str]], at: int) -> bool:
    """Whether what follows a place begins a line of its own."""
    follows = tokens[at + 1].start() if at + 1 < len(tokens) else len(text)
    between = text[end:follows]
    return "\n" in between[: len(between) - len(between.lstrip())] or (
        not between.strip() and at + 1 < len(tokens) and (tokens[at + 1]["name"] or "").lower() not in KNOWN
    )


def _labels(text: str, tokens: list[re.Match[str]], leaves: dict[int, int]) -> dict[int, str]:
    """Leaves that hold a label ("", they have none of their own), and those with its value (": ")."""
    found = {}
    for at, another in pairwise(sorted(leaves)):
        name, value = tokens[at], tokens[another]
        between = text[tokens[leaves[at]].end() : value.start()]
        if name["name"].lower() in _LABELS and value["name"].lower() in _ANSWERS and not between.strip():
            found[at], found[another] = "", ": "
    return found


def _lead(token: re.Match[str], value: str, role: str | None) -> str:
    """What stands before an element's text."""
    if role is not None:
        return role or "\n"
    label = _called(token) or _UNIT.sub("", _words(token))
    long = len(value) > _LONGEST or "\n" in value.strip() or "<" in value
    return f"\n{label}:\n" if long else f"\n{label}: "


def _words(token: re.Match[str]) -> str:
    """The words of an element's name."""
    return _JOINT.sub(" ", token["name"]).strip()


def _attributes(token: re.Match[str]) -> dict[str, str]:
    return {a["name"].lower(): a["value"] for a in _ATTRIBUTE.finditer(token["attributes"])}


def _called(token: re.Match[str]) -> str | None:
    """What an element is called by its attributes."""
    held = _attributes(token)
    return next((held[name] for name in _CALLED if held.get(name)), None)


def _answer(token: re.Match[str]) -> str | None:
    """The label and value in the attributes of an element without text."""
    held = _attributes(token)
    label, value = _called(token), held.get("value")
    if not (label and value):
        return None
    return f"{label}: {value} {held.get('unit', held.get('units', ''))}".strip()


def _unit(token: re.Match[str]) -> str:
    """The unit of a bare number, from an attribute or the element's name."""
    held = _attributes(token)
    unit = held.get("unit", held.get("units"))
    if unit is None and (named := _UNIT.search(_words(token))):
        unit = named["unit"].lower()
    return "" if not unit else f" {'%' if unit.startswith(('percent', 'pct')) else unit}"
