"""How fields of the kind present / absent / indeterminate are read.

A form's line is read by its label; a list below a bare label by what it says; prose by the medSpaCy
pipeline's target and the cues that act on it; and any field may add rules that state a value outright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.matching.expressions import Expression
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
#: A row that names a part of what the label above its list asks for, and the most rows of a list.
_PART = Expression(
    r"^\W*(?:(?:intra|extra)-?\s?(?:mural|tumou?r\w*|mucosal|glandular|capsular|thyroid\w*|hepatic|pancrea\w+)|"
    r"sub-?mucosal|mural|(?:small|large|intermediate)(?:[ -]?(?:vessels?|calib(?:er|re)))?)\s*:",
    re.IGNORECASE,
)
_PARTS = 4


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
    found = list(_Reader(document, patterns, bare).candidates())
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


class _Reader:
    """Reads the units of a document for one finding."""

    def __init__(self, document: Document, patterns: FieldPatterns, bare: str | None) -> None:
        self._document = document
        self._patterns = patterns
        self._bare = bare
        self._excluded, self._places = patterns.entry("exclude"), patterns.entry("places")
        self._elsewhere, self._still = patterns.entry("elsewhere"), patterns.entry("still")
        self._asserting = frozenset(patterns.data.get("asserting", ()))
        self._targets = tuple(name for name, _ in patterns.targets)
        self._rules = [rule for rule in patterns.rules if rule.value is not None]

    def candidates(self) -> Iterator[Candidate]:
        """What the report says of the finding, unit by unit."""
        labels = [label for label in (self._patterns.label, self._places) if label is not None]
        together = {c.unit.index: c for c in combined(self._document, self._patterns)}
        yield from together.values()
        naming = [*(rule.pattern for rule in self._rules), *self._patterns.concepts, _PART]
        for unit in told(self._document, labels, naming):
            if unit.section != "blocks" and unit.index not in together:
                yield from self._unit(unit)

    def _unit(self, unit: Unit) -> Iterator[Candidate]:
        if unit.label is not None and self._places is not None and self._places.match(unit.label_text):
            # a rule knows what an answer alone does not: "Nerves: four seen, none with tumor"
            if (ruled := _by_rule(self._document, self._rules, unit)) is not None:
                yield ruled
                return
            if _SAYS.search(unit.value_text):
                if (answer := _answer(self._document, self._patterns, unit)) is not None:
                    yield answer
                return
        labelled = self._is_labelled(unit)
        about = unit.text
        if labelled and unit.label:
            about = preceding(self._document, unit) + unit.label_text
        if self._excluded and self._excluded.search(about):
            return
        barred = self._elsewhere is not None and self._elsewhere.search(about) is not None
        if barred and (labelled or self._still is None or not self._still.search(unit.text)):
            return
        if rows := self._table(unit, labelled):
            yield from rows
            return
        if labelled:
            found = _answer(self._document, self._patterns, unit)
            found = found or next_line(self._document, self._patterns, unit)
            if found is not None:
                yield found
                return
            if self._document.answers.is_option_list(unit.value_text):
                return
        yield from self._prose(unit, labelled, barred)

    def _is_labelled(self, unit: Unit) -> bool:
        """Whether a label, or the line above, asks for the finding."""
        asked = _asked(self._document, unit) if unit.label is not None else above(self._document, unit)
        label = self._patterns.label
        return label is not None and asked != "" and label.search(asked) is not None

    def _table(self, unit: Unit, labelled: bool) -> list[Candidate]:
        """What the cells of a row say."""
        celled = unit.label is not None and _CELLS.search(unit.value_text) is not None
        if not labelled or celled:
            rows = list(tabled(self._document, self._patterns, unit))
            if rows or not labelled:
                return rows
        return list(columned(self._document, self._patterns, unit))

    def _prose(self, unit: Unit, labelled: bool, barred: bool) -> Iterator[Candidate]:
        """What a sentence says, by a rule or around a mention."""
        stated = False
        for rule in () if barred else self._rules:
            if match := rule.pattern.search(unit.text):
                stated = True
                yield _ruled(self._document, rule, unit, match)
        if stated or not self._targets:
            return
        still = self._still
        for mention in self._document.mentions(unit, *self._targets):
            if barred and still is not None and not still.search(unit.text[mention.start : mention.end + 22]):
                continue
            named = Named(
                self._document, self._patterns, unit, mention, labelled, self._asserting, self._bare
            )
            if (said := read_mention(named)) is not None:
                yield said


def _asked(document: Document, unit: Unit) -> str:
    """The label of a unit; of a row that names a part ("Extramural: Yes"), the bare label above its list."""
    if _PART.match(f"{unit.label_text}:"):
        for other in reversed(document.units[max(0, unit.index - _PARTS) : unit.index]):
            if other.label is None or other.section != unit.section:
                break
            if not _PART.match(f"{other.label_text}:"):
                return unit.label_text if other.value_text.strip(" .:_-") else other.label_text
    return unit.label_text


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
            return _ruled(document, rule, unit, match)
    return None


def _ruled(document: Document, rule: Rule, unit: Unit, match: re.Match[str]) -> Candidate:
    return document.candidate(
        rule.value,
        unit,
        match.start(),
        match.end(),
        rule.id,
        strength=rule.strength + misplaced(unit),
        by_rule=1.0,
    )
