"""Printed options that are followed by the one that was chosen: only what was chosen is left to read.

Forms print the options of an item and leave room for the answer behind them, after another colon, a sign of
equality or an arrow ("LVI: yes / no : no", "Type (NET/NEC): NET", "Grade 1/2/3 -> 2"). Where what stands
there is one of the options, the options are blanked, character for character, so that no field can take one
for a value. Options without a choice stay as they are.
"""

from __future__ import annotations

import re

#: Options between a label and what was chosen of them.
_LISTED = re.compile(
    r"(?<=:)(?:(?<=[A-Za-z0-9)]:)|(?<=[A-Za-z0-9)] :))(?=\s{0,8}[^:\n/|]{1,60}[/|])\s{0,8}"
    r"(?P<options>(?:[^:\n/|=]|(?<=[<>])=){1,60}(?:[/|](?:[^:\n/|=]|(?<=[<>])=){1,60}){1,6})"
    r"(?P<sign>:|->|=>|→|=)(?=[ \t]{0,8}(?P<choice>\S[^\n]{0,40}))"
)
#: The same in brackets behind the label.
_BRACKETED = re.compile(
    r"(?<=[A-Za-z])[ \t]{0,2}(?P<options>\([^():\n/|]{1,25}(?:[/|][^():\n/|]{1,25}){1,6}\))[ \t]{0,3}"
    r"(?P<sign>:|->|=>|→|=)(?=[ \t]{0,8}(?P<choice>\S[^\n]{0,40}))"
)
_ASIDE = re.compile(r"\([^()]*\)")
_PARTS = re.compile(r"[/|]")
_WORD = re.compile(r"[A-Za-z]+\d?[a-d]?|\d+|[+-]")
#: Words that answer; where one was chosen, all that stood beside it must be such.
_ANSWERING = (
    "yes no y n present absent not negative positive clear involved uninvolved free identified seen none nil "
    "suspicious suspected indeterminate equivocal possible cannot can unknown na n uncertain + - complete "
    "incomplete intact unclear focal extensive"
)
_ANSWERS = frozenset(_ANSWERING.split())
#: Other words and codes that stand for one another.
_KINDS = tuple(
    frozenset(words.split())
    for words in (
        "net nec minen carcinoid nen mixed",
        "well moderate moderately poor poorly undifferentiated",
        "low intermediate high moderate",
        "left right bilateral both midline",
        "male female",
        "unifocal multifocal single multiple solitary",
        "solid cystic mixed",
        "wildtype wild mutant mutated",
        "lost retained intact preserved",
        "functioning nonfunctioning functional non",
    )
)
_CODE = re.compile(r"(?P<letters>[a-z]{0,2})[0-4x][a-d]?")
_FEW = 2
#: Another item's label behind the last option, and what makes a digit part of a number.
_NEXT_LABEL = re.compile(r"[a-z)]\s+[A-Z][a-z]")
_FRACTION = re.compile(r"[.,/]\d|[ ]?/")


#: Grades printed in a row, one of them marked by a circle or a cross: "Grade: 1  2  (3)  4".
_MARK = r"(?:[ \t]?[xX✓](?![A-Za-z]))?"
_GRADES = re.compile(
    r"\bgrad(?:e|ing)\b[^\n\d:;.]{0,30}[:=]?[ \t]{1,4}"
    rf"(?P<options>(?:[(\[]?(?:G ?)?[1-4][)\]]?{_MARK}[ \t/|,-]{{1,6}}){{1,3}}"
    rf"[(\[]?(?:G ?)?[1-4][)\]]?{_MARK})"
    r"(?=[ \t-]*(?:\n|$))",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[(\[](?:G ?)?(?P<circled>[1-4])[)\]]|(?P<crossed>[1-4])[ \t]?[xX✓]", re.IGNORECASE)


def _without_grades(text: str) -> str:
    """Blank the grades of a row beside the one that is marked."""
    for row in _GRADES.finditer(text):
        marked = list(_MARKED.finditer(row["options"]))
        if len(marked) != 1 or re.findall(r"[1-4]", row["options"]) not in (
            ["1", "2"],
            ["1", "2", "3"],
            ["1", "2", "3", "4"],
        ):
            continue
        at = row.start("options") + marked[0].start(marked[0].lastgroup or 0)
        start, end = row.span("options")
        text = f"{text[:start]}{' ' * (at - start)}{text[at]}{' ' * (end - at - 1)}{text[end:]}"
    return text


def without_options(text: str) -> str:
    """Blank the options that stand before the one that was chosen.

    >>> without_options("LVI: yes / no : no")
    'LVI:            no'
    >>> without_options("Type:  NET / NEC / MiNEN :   NET"), without_options("LVI (present/absent): absent")
    ('Type:                        NET', 'LVI                 : absent')
    >>> without_options("LVI: yes / no"), without_options("Syn: positive / CD56: positive")
    ('LVI: yes / no', 'Syn: positive / CD56: positive')
    >>> without_options("Grade: 1  2  (3)  4"), without_options("Grade 1, 2 or 3")
    ('Grade:        3    ', 'Grade 1, 2 or 3')
    """
    if "grad" in text.lower():
        text = _without_grades(text)
    if "/" not in text and "|" not in text:
        return text
    for expression in (_LISTED, _BRACKETED):
        found = [m for m in expression.finditer(text) if _chosen(m["options"].strip("()"), m["choice"])]
        if not found:
            continue
        chars = list(text)
        for match in found:
            start, end = match.span("options")
            if expression is not _BRACKETED:
                end = match.end("sign")
            chars[start:end] = " " * (end - start)
        text = "".join(chars)
    return text


def _chosen(options: str, choice: str) -> bool:
    """Whether what stands behind options is one of them."""
    parts = _PARTS.split(_ASIDE.sub("", options))
    words = [(m[0].lower() if (m := _WORD.search(part)) else "") for part in parts]
    first = _WORD.match(choice)
    if first is None or not all(words) or len(set(words)) < _FEW or _NEXT_LABEL.search(parts[-1]):
        return False
    said = first[0].lower()
    if said not in words:
        return False
    if said.isdigit():
        alone = _FRACTION.match(choice, first.end()) is None
        return alone and _codes([part.strip() for part in parts])
    if said in _ANSWERS:
        return _ANSWERS.issuperset(words)
    return len(words) > _FEW or any(kind.issuperset(words) for kind in _KINDS) or _codes(words)


def _codes(words: list[str]) -> bool:
    """Whether words are codes of one kind: "G1", "G2"."""
    found = [_CODE.fullmatch(word) for word in words]
    return all(found) and len({m["letters"] for m in found if m is not None}) == 1
