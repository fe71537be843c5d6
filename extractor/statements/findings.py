"""How fields of the kind present / absent / indeterminate are read.

A form's line is read by its label; a list below a bare label by what it says; prose by the medSpaCy
pipeline's target and the cues that act on it; and any field may add rules that state a value outright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.record import Status
from extractor.statements.columns import cells
from extractor.statements.finding_mentions import Named, read_mention
from extractor.statements.forms import (
    OUTCOMES,
    above,
    coded,
    columned,
    combined,
    garbled,
    misplaced,
    next_line,
    preceding,
    tabled,
    told,
)
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns, Rule

#: Sections whose lines are lists of tissue; they state no value.
SKIPPED = frozenset({"blocks", "specimens"})


#: A value of two cells of a table.
_CELLS = re.compile(r"^[^|\[\]]{1,60}\|\s*\w[^|\[\]]*\|?\s*$")
#: What an answer about a place must say ("Vessels: not invaded").
_SAYS = re.compile(
    r"inva(?:d|s)|invol|infiltr|tumou?r|carcinoma|intravascular|\bembol|permeat|"
    r"^\W*(?:no|none|yes|nil|free|clear|negative|positive|uninvolved|spared)\W*$|^\s*\(?[+-]{1,3}\)?\W*$",
    re.IGNORECASE,
)


def order(value: str) -> float:
    """Present if any is present; indeterminate before absent."""
    return {"absent": 0.0, "indeterminate": 1.0, "present": 2.0}[value]


def read_finding(
    document: Document, patterns: FieldPatterns, *, bare: str | None = None
) -> Iterator[Candidate]:
    """Candidates of a present / absent / indeterminate field.

    The field's pattern file may hold ``exclude`` (units that speak of something else), ``elsewhere``
    (places whose own state bars what is said beside them, but for findings that match ``still``),
    ``places``: labels that name what may be invaded ("Vessels: not invaded"),
    ``asked_together``: words of labels that ask for several findings,
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
    excluded, places = patterns.entry("exclude"), patterns.entry("places")
    elsewhere, still = patterns.entry("elsewhere"), patterns.entry("still")
    asserting = frozenset(patterns.data.get("asserting", ()))
    targets = tuple(name for name, _ in patterns.targets)
    labels = [expression for expression in (patterns.label, places) if expression is not None]
    rules = [rule for rule in patterns.rules if rule.value is not None]
    together = {c.unit.index: c for c in combined(document, patterns)}
    yield from together.values()
    for unit in told(document, labels, [*(rule.pattern for rule in rules), *patterns.concepts]):
        if unit.section == "blocks" or unit.index in together:
            continue
        place = unit.label is not None and places is not None and places.match(unit.label_text)
        if place and (ruled := _by_rule(document, rules, unit)) is not None:
            yield ruled  # the rule knows what an answer alone does not: "Nerves: four seen, none with tumor"
            continue
        if place and _SAYS.search(unit.value_text):
            if (found := _answer(document, patterns, unit)) is not None:
                yield found
            continue
        asked = unit.label_text if unit.label is not None else above(document, unit)
        labelled = patterns.label is not None and asked != "" and patterns.label.search(asked) is not None
        if excluded and excluded.search(
            preceding(document, unit) + unit.label_text if labelled and unit.label else unit.text
        ):
            continue
        barred = elsewhere is not None and elsewhere.search(
            preceding(document, unit) + unit.label_text if labelled and unit.label else unit.text
        )
        if barred and (labelled or still is None or not still.search(unit.text)):
            continue
        celled = labelled and unit.label is not None and _CELLS.search(unit.value_text)
        if celled and (rows := list(tabled(document, patterns, unit))):
            yield from rows
            continue
        if labelled and (rows := list(columned(document, patterns, unit))):
            yield from rows
            continue
        if labelled:
            if (found := _answer(document, patterns, unit)) is not None:
                yield found
                continue
            if (found := next_line(document, patterns, unit)) is not None:
                yield found
                continue
            if document.answers.is_option_list(unit.value_text):
                continue
        elif rows := list(tabled(document, patterns, unit)):
            yield from rows
            continue
        stated = False
        for rule in () if barred else rules:
            if match := rule.pattern.search(unit.text):
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
            if barred and still is not None and not still.search(unit.text[mention.start : mention.end + 22]):
                continue
            named = Named(document, patterns, unit, mention, labelled, asserting, bare)
            if (said := read_mention(named)) is not None:
                yield said


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
        ruled = _by_rule(document, [rule for rule in patterns.rules if rule.value is not None], unit)
        return ruled or garbled(document, patterns, unit)
    end = at + found.end
    rule_id = f"{patterns.name}/answer"
    if found.outcome in OUTCOMES:
        below = float(unit.label is None)
        return document.candidate(
            found.outcome, unit, start, end, rule_id, strength=strength, answered=1.0, below=below
        )
    status: Status = found.outcome  # type: ignore[assignment]
    return document.candidate(None, unit, start, end, rule_id, status=status)


def _by_rule(document: Document, rules: list[Rule], unit: Unit) -> Candidate | None:
    """What the first of the field's rules that holds says of a unit."""
    for rule in rules:
        if match := rule.pattern.search(unit.text):
            return document.candidate(
                rule.value,
                unit,
                match.start(),
                match.end(),
                rule.id,
                strength=rule.strength + misplaced(unit),
                by_rule=1.0,
            )
    return None
