"""Lines of forms: labels and their answers in rows, tables, on the line below, garbled, or by number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Sections that rarely state a microscopic finding: where one is stated there, a heading was misread.
_MISPLACED = {"specimens": 2.0, "intraoperative": 2.0, "history": 1.5}

_WORST = ("absent", "indeterminate", "present")
OUTCOMES = frozenset(_WORST)

#: A label begins within so many characters, except among pairs ("lvi=Y pni=N").
_FAR = 40
_OPEN = re.compile(r"\W*(?:\(?\s*(?:select|check|choose)[\w ]{0,20}\)?)?\W*", re.IGNORECASE)
#: The answer before the next label of a row parted by slashes ("present / venous invasion: absent").
_SLASHED = re.compile(
    r"\W{0,3}(?P<answer>present|absent|yes|no|negative|positive|none|"
    r"not (?:identified|seen|present|found))\s?/\s{1,3}[a-z]",
    re.IGNORECASE,
)
_TUMOR = re.compile(r"tumou?r (?:is )?(?:seen|found|present|identified)", re.IGNORECASE)
_DIGIT = re.compile(r"^\W*(?P<digit>[12IlgzZ])\W*$")
#: What parts a label from its value where no colon does: a table's bar, a wide gap, dots; none behind "not".
_GAP = re.compile(r"[^|:\n]{0,25}?(?:\s*\|\s*|(?<! not)(?<! NOT)(?<!\s)[ \t]{3,}|\s?\.{3,}\s*|\s?=\s?)(?=\S)")
_PAIRED = re.compile(r"\s?=")
_STOP = re.compile(r"[\n:;.]")
#: A cell of a row without bars, how many make a row of columns, and how far in a cell its answer begins.
_CELL = re.compile(r"\S(?:\S| {1,2}(?! ))*")
_COLUMNS, _LEADS = 3, 3
#: The heads of columns that are tumors, at most so many lines above.
_HEAD = re.compile(
    r"\b(?:tumou?r|lesion|nodule|focus|mass)\s?#?\s?(?:1|A|I)\b.{3,20}\b(?:tumou?r|lesion|nodule|focus|mass)?"
    r"\s?#?\s?(?:2|B|II)\b",
    re.IGNORECASE,
)
_HEAD_LINES = 14
#: What is printed side by side for one of the words to be marked, and the marks.
_OPPOSED = tuple(
    frozenset(words.split())
    for words in (
        "yes no unknown indeterminate y n",
        "present absent indeterminate",
        "positive negative",
        "+ -",
    )
)
_MARKS = frozenset("[]()_☐☒☑")
#: What parts findings that a label asks for together, and their answers (tried in this order).
_TOGETHER = re.compile(r"\s?[/,&+]\s?|\s+and\s+", re.IGNORECASE)
_APART = (
    re.compile(r"\s*[/|]\s*"),
    re.compile(r"\s*[,;]\s*"),
    re.compile(r"\s+(?:and|&)\s+"),
    re.compile(r"(?<=[+-])\s*(?=[+-])|(?<=\S)\s{2,}(?=\S)"),
)
#: What follows the answers.
_ASIDE = re.compile(r"\s*[(.]\s*(?=[A-Za-z])|\.\s*$")
#: A sentence that has ended asks nothing of the line below it.
_ENDED = re.compile(r"[a-z]{3}[a-z\s]*[a-z]{4}\.\s*$")
_LAST = re.compile(r"\s{3}(?P<label>[A-Z][^:]{4,60}):\s*$")
_CODES = re.compile(r"\b1\s?[.:)]?\s?Yes\b|\b2\s?[.:)]?\s?No\b", re.IGNORECASE)


def preceding(document: Document, unit: Unit) -> str:
    """Words of the same line just before a unit: a label may begin too late ("Renal | vein invasion:")."""
    words = document.text.clean[max(0, unit.start - 24) : unit.start]
    return _STOP.split(words)[-1]


def above(document: Document, unit: Unit) -> str:
    """The label above a unit; the last where a line holds an answer and the next label ("Fat   LVI:")."""
    if unit.index and unit.under and (last := document.units[unit.index - 1]).label is None:
        label = _LAST.search(last.text) if last.text.rstrip().endswith(":") else None
        if label is not None:
            return label["label"]
    return unit.under


def told(document: Document, labels: Sequence[Expression], others: Sequence[Expression]) -> list[Unit]:
    """The units in whose text an expression may match, or in the label above which one of the labels may."""
    found = {unit.index: unit for unit in document.units_with(*labels, *others)}
    for unit in document.units:
        if unit.under and unit.index not in found and not unit.label_text:
            asked = above(document, unit)
            if any(label.may_match(asked) for label in labels):
                found[unit.index] = unit
    return [found[index] for index in sorted(found)]


def misplaced(unit: Unit) -> float:
    """What a finding gains in a section where it would not be written: a heading was misread."""
    return _MISPLACED.get(unit.section, 0.0)


def coded(document: Document, words: str) -> str | None:
    """Outcome of a number for an answer, in forms that print "1. Yes 2. No" below their questions."""
    digit = _DIGIT.match(words)
    if digit is None or not _CODES.search(document.text.clean):
        return None
    return "present" if digit["digit"] in "1Il" else "absent"


def tabled(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """Answers in a table's row or after a wide gap ("| LVI | no |", "Perineural invasion      Seen").

    In a row of several cells each is an answer of its own: the columns are parts of the tumor.
    """
    if patterns.label is None or (match := patterns.label.search(unit.text)) is None:
        return
    paired = _PAIRED.match(unit.text, match.end()) is not None
    if match.start() > _FAR and not paired:
        return
    if unit.label is not None and not paired and match.start() < (unit.value or 0):
        at, row = unit.value or 0, True
    elif (gap := _GAP.match(unit.text, match.end())) is not None:
        at, row = gap.end(), "|" in gap[0]
    else:
        return
    for words in unit.text[at:].split("|") if row else (unit.text[at:],):
        found = document.answers.read(words)
        if found is not None and found.start <= 12 and found.outcome in OUTCOMES:
            yield document.candidate(
                found.outcome,
                unit,
                match.start(),
                at + found.end,
                f"{patterns.name}/row",
                strength=misplaced(unit),
                answered=1.0,
            )
        at += len(words) + 1


def columned(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """Answers of a row whose columns are the tumors of a report ("LVI      no      yes      no")."""
    words = [m for m in _CELL.finditer(unit.text, unit.value or 0) if m[0].strip()]
    if unit.label is None or len(words) < _COLUMNS - 1:
        return
    read = [document.answers.read(m[0]) for m in words]
    outcomes = [found.outcome for found in read if found is not None and found.start <= _LEADS]
    if len(outcomes) != len(words):
        return
    # Two or three different answers side by side may be the print of a form, unless the columns have heads.
    repeated = len(set(outcomes)) < len(outcomes) and len(words) >= _COLUMNS
    before = document.units[max(0, unit.index - _HEAD_LINES) : unit.index]
    # Answers of different wording ("nil seen", "yes") are no print either.
    differ = len(words) > 1 and len(set(outcomes)) > 1 and not _opposed([m[0] for m in words])
    if not (repeated or differ or any(_HEAD.search(above.text) for above in before)):
        return
    for match, outcome in zip(words, outcomes, strict=True):
        if outcome in OUTCOMES:
            yield document.candidate(
                outcome, unit, *match.span(), f"{patterns.name}/row", strength=misplaced(unit), answered=1.0
            )


def combined(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Answers to several findings asked for at once, in order ("Lymphatic / venous / nerve: + / - / -").

    The field's pattern file names its own words for one of them in ``asked_together``.
    """
    own = patterns.entry("asked_together")
    if own is None:
        return
    for unit in document.units:
        if unit.label is None or unit.section == "blocks" or _TOGETHER.search(unit.label_text) is None:
            continue
        asked = _TOGETHER.split(unit.label_text)
        if not any(map(own.match, asked)) or any(
            len(word.strip()) == 1 and word.strip() not in "LV" for word in asked
        ):
            continue  # "L/R": sides
        at = unit.value or 0
        pieces = _pieces(unit.text[at:], len(asked))
        read = [document.answers.read(unit.text[at + lo : at + hi]) for lo, hi in pieces]
        if not read or any(found is None or found.start > _LEADS for found in read):
            continue
        said = [
            (found.outcome, hi)
            for words, found, (_, hi) in zip(asked, read, pieces, strict=True)
            if found is not None and found.outcome in OUTCOMES and own.match(words)
        ]
        if said:
            outcome, end = max(said, key=lambda each: _WORST.index(each[0]))
            yield document.candidate(
                outcome,
                unit,
                unit.label[0],
                at + end,
                f"{patterns.name}/together",
                strength=misplaced(unit),
                answered=1.0,
            )


def _pieces(words: str, count: int) -> list[tuple[int, int]]:
    """Where each of so many answers stands, or nothing if there are more or fewer."""
    end = _ASIDE.search(words)
    words = words[: end.start()] if end else words
    for apart in _APART:
        starts, ends = [0], []
        for match in apart.finditer(words):
            ends.append(match.start())
            starts.append(match.end())
        ends.append(len(words))
        if len(starts) == count and all(lo < hi <= lo + _FAR for lo, hi in zip(starts, ends, strict=True)):
            return list(zip(starts, ends, strict=True))
    return []


def _opposed(answers: list[str]) -> bool:
    """Whether answers side by side are the options of a print ("yes", "no")."""
    if any(each in _MARKS for answer in answers for each in answer):
        return True
    said = {answer.lower().strip(" .") for answer in answers}
    return any(len(said & pair) > 1 for pair in _OPPOSED) or len({a.split()[-1] for a in said}) == 1


def next_line(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """The answer on the line below a question that has none on its own."""
    if (
        len(unit.text) > 90
        or (unit.label is None and _ENDED.search(unit.text))
        or not _OPEN.fullmatch(unit.value_text if unit.label else "")
        or unit.index + 1 >= len(document.units)
    ):
        return None
    below = document.units[unit.index + 1]
    slashed = _SLASHED.match(below.text) if unit.label is not None and below.label is not None else None
    if slashed is not None and (answer := document.answers.read(slashed["answer"])) is not None:
        if answer.outcome not in OUTCOMES:
            return None
        return document.candidate(
            answer.outcome,
            below,
            slashed.start("answer"),
            slashed.end("answer"),
            f"{patterns.name}/below",
            strength=misplaced(unit),
            answered=1.0,
            below=1.0,
        )
    if below.label is not None or below.under or len(below.text) > 90:
        return None
    found = document.answers.read(below.text)
    if found is None or found.outcome not in OUTCOMES or found.start > (8 if _TUMOR.match(below.text) else 6):
        return None
    return document.candidate(
        found.outcome,
        below,
        0,
        found.end,
        f"{patterns.name}/below",
        strength=misplaced(unit),
        answered=1.0,
        below=1.0,
    )


def garbled(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """The answer nearest to garbled words after a label."""
    if unit.label is None or (found := document.answers.nearest(unit.value_text)) is None:
        return None
    if found.outcome not in OUTCOMES:
        return None
    return document.candidate(
        found.outcome,
        unit,
        unit.label[0],
        (unit.value or 0) + found.end,
        f"{patterns.name}/garbled",
        strength=misplaced(unit) - 1.0,
        answered=1.0,
        garbled=1.0,
    )
