"""Forms whose columns came apart: a run of questions without answers, then a run of answers.

A scan read column by column gives all labels first and their values after. Where the bare answers
("Not identified", "Present") are as many as the questions that take such answers, they belong to them
in order; where they all agree, the count does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document

#: Fewest questions in a row without an answer.
_RUN = 5
_TAKES_ANSWER = re.compile(
    r"inva|perforation|extension|involve|deposit|necrosis|effect|satellite|sarcomatoid|crohn|perineural|lymphocyt|"
    r"\bpin\b|intra-?epithelial neoplasia",
    re.IGNORECASE,
)
_MARGIN = re.compile(_TAKES_ANSWER.pattern + r"|margins?\W*$", re.IGNORECASE)
_NO_ANSWER = re.compile(
    r"lymph ?nodes?|nodal|closest|distance|percent|\b(?:extent|depth) of inva", re.IGNORECASE
)
#: Organs and surfaces a form answers with "Free of tumor" or "Involved".
_ORGAN = re.compile(
    _TAKES_ANSWER.pattern
    + r"|\b(?:serosa|(?:para|peri|endo|myo)metrium|cervix|vagina|omentum)\b|adnexa|ovar(?:y|ies)\b|tubes?\b",
    re.IGNORECASE,
)
_INVASION = re.compile(r"vascular|lymphatic|vessel|venous|perineural|\blvi\b|\bpni\b", re.IGNORECASE)
_ANSWER = re.compile(
    r"^\W*(?:\(.{0,30}\)\s*)?(?:all (?:\w+ )?margins? (?:are )?(?=free|negative))?"
    r"(?P<answer>free(?= of)|(?:not|none|no) (?:definitely )?(?:identified|present|seen|applicable)|"
    r"absent|present|negative|positive|identified|none|no|yes|n/?a|indeterminate|suspicious|focal|extensive|"
    r"(?:un)?involved(?= by\b|\W*$))\b"
    r"(?:[^\w\n]*|[ ,(].{0,34})$",
    re.IGNORECASE,
)
#: What is said of organs, of therapy or of what lay bare, not of vessels and nerves.
_NOT_OF_VESSELS = re.compile(
    r"\W*(?:free of|(?:un)?involved\b)|[^\n]*\b(?:therapy|treatment|performed|grossly|(?:endo|myo)metri\w+)",
    re.IGNORECASE,
)
_LINES = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A question and the answer that fell to it; offsets in the clean text."""

    label: str
    outcome: str
    unit: Unit
    start: int
    end: int


_FOUND: WeakKeyDictionary[Document, list[Cell]] = WeakKeyDictionary()


def cells(document: Document) -> list[Cell]:
    """Questions with their answers, in every run of unanswered questions."""
    if document not in _FOUND:
        _FOUND[document] = list(_of_runs(document))
    return _FOUND[document]


def _of_runs(document: Document) -> Iterator[Cell]:
    run: list[Unit] = []
    for unit in (*document.units, None):
        if unit is not None and unit.label is not None and not unit.value_text.strip():
            run.append(unit)
            continue
        following = document.units[unit.index + 1] if unit and unit.index + 1 < len(document.units) else None
        if unit and run and unit.label is None and len(unit.text) < 30 and following and following.label:
            continue  # the first line of a label of two
        if len(run) >= _RUN:
            # The last question carries the first answer where the columns meet.
            yield from _aligned(document, run, unit)
        run = []


def _aligned(document: Document, run: list[Unit], last: Unit | None) -> Iterator[Cell]:
    labels = [u.label_text for u in run]
    at = run[-1].end
    if last is not None and last.label is not None:
        labels.append(last.label_text)
        at = last.start + (last.value or 0)
    answers: list[tuple[str, int, int]] = []
    for count, line in enumerate(re.finditer(r"[^\n]+", document.text.clean[at : at + 2500])):
        if count > _LINES * len(labels):
            break
        if (match := _ANSWER.match(line[0].strip())) and (read := document.answers.read(match["answer"])):
            answers.append((read.outcome, at + line.start(), at + line.end()))
    for takes in (_ORGAN, _MARGIN, _TAKES_ANSWER, _INVASION):
        asked = [label for label in labels if takes.search(label) and not _NO_ANSWER.search(label)]
        if asked and len(asked) == len(answers):
            pairs = list(zip(asked, answers, strict=True))
            if not any(_INVASION.search(label) and _strange(document, answer) for label, answer in pairs):
                yield from _cells(document, iter(pairs))
                return
    outcomes = {outcome for outcome, _, _ in answers} & {"present", "absent", "indeterminate"}
    asked = [label for label in labels if _INVASION.search(label)]
    if len(outcomes) == 1 and len(answers) >= len(asked):
        agreed = [a for a in answers if a[0] in outcomes and not _strange(document, a)]
        yield from _cells(document, ((label, agreed[0]) for label in asked if agreed))


def _strange(document: Document, answer: tuple[str, int, int]) -> bool:
    """Whether an answer is none about vessels or nerves: then the columns are shifted."""
    return _NOT_OF_VESSELS.match(document.text.clean, answer[1]) is not None


def _cells(document: Document, pairs: Iterator[tuple[str, tuple[str, int, int]]]) -> Iterator[Cell]:
    for label, (outcome, start, end) in pairs:
        unit = next((u for u in document.units if u.start <= start < u.end), None)
        if unit is not None:
            yield Cell(label, outcome, unit, start, min(end, unit.end))
