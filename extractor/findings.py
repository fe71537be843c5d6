"""How fields of the kind present / absent / indeterminate are read.

A form's line is read by its label; a list below a bare label by what it says; prose by the medSpaCy
pipeline's target and the cues that act on it; and any field may add rules that state a value outright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.assertion import judge
from extractor.columns import cells
from extractor.field import Candidate
from extractor.record import Status
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

#: Sections whose lines are lists of tissue; they state no value.
SKIPPED = frozenset({"blocks", "specimens"})

#: Sections that rarely state a microscopic finding: where one is stated there, a heading was misread.
_MISPLACED = {"specimens": 2.0, "intraoperative": 2.0, "history": 1.5}

OUTCOMES = frozenset({"present", "absent", "indeterminate"})

_OPEN = re.compile(r"\W*(?:\(?\s*(?:select|check|choose)[\w ]{0,20}\)?)?\W*", re.IGNORECASE)
_DIGIT = re.compile(r"^\W*(?P<digit>[12IlgzZ])\W*$")
#: A value of two cells of a table.
_CELLS = re.compile(r"^[^|\[\]]{1,60}\|\s*\w[^|\[\]]*\|?\s*$")
#: What parts a label from its value where no colon does: a table's bar, a wide gap, dots.
_GAP = re.compile(r"[^|:\n]{0,25}?(?:\s*\|\s*|[ \t]{3,}|\s?\.{3,}\s*|\s=\s)(?=\S)")
#: What says that a finding was not looked for.
UNSTATED = re.compile(
    r"\W{0,3}(?:(?:was|were|is|are|has been|could|can) ?)?(?:not|n't) (?:be )?(?:\w+ly )?"
    r"(?:evaluated|assessed|examined|evaluable|assessable|specified|reported|mentioned|commented|applicable|provided|tested|stated)\b",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"[.;,]\s*$")
_CODES = re.compile(r"\b1\s?[.:)]?\s?Yes\b|\b2\s?[.:)]?\s?No\b", re.IGNORECASE)


def order(value: str) -> float:
    """Present if any is present; indeterminate before absent."""
    return {"absent": 0.0, "indeterminate": 1.0, "present": 2.0}[value]


def read_finding(
    document: Document, patterns: FieldPatterns, *, bare: str | None = None
) -> Iterator[Candidate]:
    """Candidates of a present / absent / indeterminate field.

    The field's pattern file may hold ``exclude`` (units that speak of something else), and
    ``asserting``: targets that state the finding by themselves ("tumor in lymphatic channels"), and
    ``coded``: forms answer by the numbers of "1. Yes 2. No".

    Parameters
    ----------
    bare
        Outcome of another mention no cue acts on ("lymphovascular invasion" as an item of a list);
        None leaves it out.
    """
    found = list(_candidates(document, patterns, bare))
    # An item without a verb, or an answer in a column of its own, counts only where nothing else is said.
    firm = [c for c in found if "mentioned" not in c.features]
    if any(c.value is not None for c in firm):
        yield from firm
        return
    yield from found
    if patterns.label is None:
        return
    for cell in cells(document):
        if cell.outcome in OUTCOMES and patterns.label.search(cell.label):
            yield document.candidate(
                cell.outcome,
                cell.unit,
                cell.start - cell.unit.start,
                cell.end - cell.unit.start,
                f"{patterns.name}/column",
                strength=misplaced(cell.unit) - 0.5,
                answered=1.0,
                column=1.0,
            )


def _candidates(document: Document, patterns: FieldPatterns, bare: str | None) -> Iterator[Candidate]:
    exclude = patterns.data.get("exclude")
    excluded = re.compile(exclude, re.IGNORECASE) if exclude else None
    asserting = frozenset(patterns.data.get("asserting", ()))
    targets = tuple(name for name, _ in patterns.targets)
    for unit in document.units:
        if unit.section == "blocks":
            continue
        labelled = patterns.label is not None and (
            (unit.label is not None and patterns.label.search(unit.label_text))
            or (unit.label is None and unit.under and patterns.label.search(unit.under))
        )
        if excluded and excluded.search(
            preceding(document, unit) + unit.label_text if labelled and unit.label else unit.text
        ):
            continue
        celled = labelled and unit.label is not None and _CELLS.search(unit.value_text)
        if celled and (rows := list(tabled(document, patterns, unit))):
            yield from rows
            continue
        if labelled:
            if (found := _answer(document, patterns, unit)) is not None:
                yield found
                continue
            if (found := _next_line(document, patterns, unit)) is not None:
                yield found
                continue
            if document.answers.is_option_list(unit.value_text):
                continue
        elif rows := list(tabled(document, patterns, unit)):
            yield from rows
            continue
        stated = False
        for rule in patterns.rules:
            if rule.value is not None and (match := rule.pattern.search(unit.text)):
                stated = True
                yield document.candidate(
                    rule.value,
                    unit,
                    match.start(),
                    match.end(),
                    rule.id,
                    strength=rule.strength + misplaced(unit),
                    by_rule=1.0,
                )
        if stated or not targets:
            continue
        for mention in document.mentions(unit, *targets):
            strength = misplaced(unit)
            if (
                marked := document.answers.marked(unit.text[mention.end :])
            ) is not None and marked.outcome in OUTCOMES:
                yield document.candidate(
                    marked.outcome,
                    unit,
                    mention.start,
                    mention.end + marked.end,
                    f"{patterns.name}/marked",
                    strength=strength,
                    answered=1.0,
                )
                continue
            if UNSTATED.match(unit.text, mention.end):
                continue
            judged = judge(mention, unit.text)
            if judged is not None:
                outcome, start, end = judged
                yield document.candidate(
                    outcome, unit, start, end, f"{patterns.name}/prose", strength=strength, prose=1.0
                )
            elif "HYPOTHETICAL" in mention.categories or (labelled and mention.end <= (unit.value or 0)):
                continue
            elif mention.target in asserting:
                yield document.candidate(
                    "present",
                    unit,
                    mention.start,
                    mention.end,
                    f"{patterns.name}/verb",
                    strength=strength,
                    by_verb=1.0,
                )
            elif bare is not None and (found := _next_line(document, patterns, unit)) is not None:
                yield found
            elif bare is not None and (
                (unit.label is None and not unit.under)
                or (not labelled and _STOPPED.search(unit.text[: mention.start]))
            ):
                yield document.candidate(
                    bare,
                    unit,
                    mention.start,
                    mention.end,
                    f"{patterns.name}/mentioned",
                    strength=strength,
                    mentioned=1.0,
                )


def preceding(document: Document, unit: Unit) -> str:
    """Words of the same line just before a unit: a label may begin too late ("Renal | vein invasion:")."""
    words = document.text.clean[max(0, unit.start - 24) : unit.start]
    return re.split(r"[\n:;.]", words)[-1]


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
    if patterns.label is None or (match := patterns.label.search(unit.text)) is None or match.start() > 40:
        return
    if unit.label is not None:
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


def _next_line(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """The answer on the line below a question that has none on its own."""
    if (
        len(unit.text) > 90
        or not _OPEN.fullmatch(unit.value_text if unit.label else "")
        or unit.index + 1 >= len(document.units)
    ):
        return None
    below = document.units[unit.index + 1]
    if below.label is not None or below.under or len(below.text) > 90:
        return None
    found = document.answers.read(below.text)
    if found is None or found.outcome not in OUTCOMES or found.start > 6:
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


def _answer(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    at = unit.value or 0
    words = unit.text[at:]
    start = unit.label[0] if unit.label else 0
    strength = misplaced(unit)
    if patterns.data.get("coded") and (outcome := coded(document, words)) is not None:
        return document.candidate(
            outcome,
            unit,
            start,
            len(unit.text),
            f"{patterns.name}/coded",
            strength=strength,
            answered=1.0,
            coded=1.0,
        )
    found = document.answers.read(words)
    if found is None:
        for rule in patterns.rules:
            if rule.value is not None and (match := rule.pattern.search(unit.text)):
                return document.candidate(
                    rule.value,
                    unit,
                    match.start(),
                    match.end(),
                    rule.id,
                    strength=rule.strength + strength,
                    by_rule=1.0,
                )
        return None
    end = at + found.end
    rule_id = f"{patterns.name}/answer"
    if found.outcome in OUTCOMES:
        below = float(unit.label is None)
        return document.candidate(
            found.outcome, unit, start, end, rule_id, strength=strength, answered=1.0, below=below
        )
    status: Status = found.outcome  # type: ignore[assignment]
    return document.candidate(None, unit, start, end, rule_id, status=status)
