"""Tables that print what classes mean: the bounds of the grades, the wording of T categories."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extractor.matching.expressions import Expression

_LOWER = re.compile(r"(?:<|≤|less than|fewer than)\s*=?\s*[23]\b", re.IGNORECASE)
_MIDDLE = re.compile(r"\b[23]\s{0,2}%?\s{0,2}(?:-|to)\s{0,2}20\b", re.IGNORECASE)
_UPPER = re.compile(r"(?:>|≥|more than|greater than|over)\s*=?\s*20\b[^\n]{0,40}", re.IGNORECASE)
_TWENTY = re.compile(r"20\b")
_FIRST_GRADE = re.compile(
    r"\b(?:G|grade )[1I]\b[^\n]*\Z|(?<=[:;,(] )[1I]\b(?= ?(?:[=:(<≤]|Ki|MIB|mitos|up to|less|below))[^\n]*\Z",
    re.IGNORECASE,
)
#: A T category with its meaning, on a line of its own; those of one table follow each other closely.
_CATEGORY = re.compile(
    r"^[^A-Za-z0-9\n]{0,12}p?T ?(?P<digit>[0-4lIi]|is|X)[a-d]?\d?\s?[:;=-]\s*(?=[A-Z])", re.MULTILINE
)
_CATEGORIES, _MEANING = 3, 300
#: What ends the last meaning: an empty line, or another item.
_ITEM = re.compile(r"\n[ \t]*\n|\n\W{0,4}(?:Regional\b|(?!Note)[A-Z][\w /()-]{2,50}:)")
#: A class of neuroendocrine tumors with a bound of its own ("G2 up to 20 %"), and what such names begin with.
_CLASS_NAME = (
    r"(?:\bNE[TNC][ -]?)?(?:\b(?:G|grade )[ -]?(?P<grade>[123]|I{1,3})\b|"
    r"\b(?P<kind>a?typical carcinoids?(?: tumou?rs?)?|(?-i:AC|TC|LCNEC|SCLC))\b)"
)
_DEFINED = Expression(
    rf"{_CLASS_NAME}(?:(?!\bG ?[123]\b|\bgrade [123]\b)[^.;]){{0,40}}?"
    r"(?:(?:<|>|≤|≥|\b(?:less|fewer|lower|more|greater|higher) than|\bunder|\bbelow|\babove|"
    r"\bover|\bexceed\w*|"
    r"\bup to|\bat least)\s*=?\s*\d{1,2}\b|\b[0-3]\s?%?\s?(?:-|to)\s?(?:1|2|10|20)\b)",
    re.IGNORECASE,
)
_SECOND = Expression(r"\b(?:G|grade)[ -]?(?:2|3|II)\b|\bLCNEC\b|\batypical carcinoid", re.IGNORECASE)
_KINDS = {"t": 1, "a": 2, "l": 3, "s": 3}
#: The classes of a form in one line, none marked: "<2 / 2-20 / >20".
_ALTERNATIVES = re.compile(
    r"(?:<\s?\d{1,2}|(?<![\d.])\d{1,2}\s?-\s?\d{1,2})\s?%?(?:\s{0,3}[/|"
    r"]\s{0,3}\d{1,2}\s?-\s?\d{1,2}\s?%?){1,2}"
    r"\s{0,3}[/|]\s{0,3}(?:>|≥)\s?\d{1,2}\s?%?"
)
#: Words before or in a list of classes that make even two of them a definition, and words of what is graded.
_SCHEME = re.compile(
    r"\b(?:WHO|ENETS|IASLC|AJCC|scheme|schema|system|criteri\w+|defin\w+|cut-?offs?|limits?|threshold\w*|"
    r"classif\w+|grading|convention|means?|reads?|requires?|legend|reference|ref\.|key)\b|\bG1 with\b",
    re.IGNORECASE,
)
_GRADED = re.compile(
    r"\b(?:primar(?:y|ies)|liver|hepatic|metasta\w+|nod(?:e|es|al|ules?)|lesions?|deposits?|"
    r"parts?|specimens?|"
    r"blocks?|foc(?:us|i)|tumou?r (?:\d|[A-Z]\b)|here|this (?:case|tumou?r))\b",
    re.IGNORECASE,
)
#: How far apart two classes of one list may stand, how far before it such a word, and what ends the last one.
_APART, _CUE = 90, 70
_REST = re.compile(r"[^.;:)\n]{0,80}(?:\.\d[^.;:)\n]{0,60})?")
#: How far apart two bounds of one table may stand, in characters.
_REACH = 170


@lru_cache(maxsize=8)
def class_tables(text: str) -> tuple[tuple[int, int], ...]:
    """Spans that list the bounds of all three grades ("<3 %, 3-20 %, >20 %"): a legend, or options.

    >>> class_tables("Ki-67: 2%. G1 <3%, G2 3-20%, G3 >20%")
    ((11, 36),)
    """
    found = list(_definitions(text)) if _SECOND.anywhere(text) else []
    if ">" in text or "≥" in text:
        found += [match.span() for match in _ALTERNATIVES.finditer(text)]
    if not any(_compared(text, match.start()) for match in _TWENTY.finditer(text)):
        return tuple(dict.fromkeys(found))
    for upper in _UPPER.finditer(text):
        middle = _last(_MIDDLE, text, upper.start())
        lower = _last(_LOWER, text, middle) if middle is not None else None
        if lower is not None:
            head = max(0, lower - 60)
            first = _FIRST_GRADE.search(text[head:lower])
            found.append((head + first.start() if first else lower, upper.end()))
    return tuple(dict.fromkeys(found))


def _definitions(text: str) -> Iterator[tuple[int, int]]:
    """Spans that tell what two or more classes are defined by ("G1 up to 2 %, G2 up to 20 %")."""
    run: list[re.Match[str]] = []
    for match in [*_DEFINED.finditer(text), None]:
        last = run[-1] if run else None
        if (
            match is not None
            and last is not None
            and match.start() - last.end() <= _APART
            and _degree(match) > _degree(last)
            and not _GRADED.search(text, last.start(), match.start())
        ):
            run.append(match)
            continue
        if last is not None and len(run) > 1:
            begin = run[0].start()
            named = len(run) > 2 or all(item["kind"] for item in run)
            if named or _SCHEME.search(text, max(0, begin - _CUE), last.end()):
                rest = _REST.match(text, last.end())
                yield begin, rest.end() if rest else last.end()
        run = [match] if match is not None else []


def _degree(item: re.Match[str]) -> int:
    """Which of three classes an item of a list is."""
    if item["kind"]:
        return _KINDS[item["kind"][0].lower()]
    return int(item["grade"]) if item["grade"].isdigit() else len(item["grade"])


def beside_tables(start: int, lo: int, hi: int, tables: Sequence[tuple[int, int]]) -> bool:
    """Whether the unit at ``lo`` to ``hi`` has a table of classes, and a value in it stands outside of that.

    Words that make a reference of the whole unit then say nothing of the value.
    """
    near = [(first, last) for first, last in tables if first < hi and lo < last]
    return bool(near) and not any(first <= start < last for first, last in near)


def _compared(text: str, position: int) -> bool:
    """Whether what stands before a number may end a comparison."""
    return text[:position].rstrip()[-1:].lower() in (">", "≥", "=", "n", "r")


def _last(pattern: re.Pattern[str], text: str, before: int) -> int | None:
    """Where the last match within reach before a place begins."""
    start = None
    for match in pattern.finditer(text, max(0, before - _REACH), before):
        start = match.start()
    return start


@lru_cache(maxsize=8)
def category_tables(text: str) -> tuple[tuple[int, int], ...]:
    """Spans that print the meanings of T categories below a title: tables, not the one that was chosen.

    One table of the text has three categories or more; those of other organs beside it may have fewer.

    >>> rows = "pT1: Within the organ", "pT2: Into the wall", "pT3: Through the wall", "Margins: free"
    >>> text = "\\n".join(rows)
    >>> [text[lo:hi] for lo, hi in category_tables(text)]
    ['pT1: Within the organ\\npT2: Into the wall\\npT3: Through the wall']
    """
    runs: list[list[re.Match[str]]] = []
    for match in _CATEGORY.finditer(text) if "T4" in text or "T3" in text else ():
        if not runs or match.start() - runs[-1][-1].end() > _MEANING:
            runs.append([])
        runs[-1].append(match)
    tables = [run for run in runs if len({match["digit"] for match in run}) >= 2]
    if not any(len({match["digit"] for match in run}) >= _CATEGORIES for run in tables):
        return ()
    found = []
    for run in tables:
        last = run[-1].end()
        ends = _ITEM.search(text, last, last + _MEANING)
        title = text.rfind("\n", 0, max(0, run[0].start() - 1)) + 1
        found.append((title, ends.start() if ends else min(last + _MEANING, len(text))))
    return tuple(found)
