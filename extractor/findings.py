"""How fields of the kind present / absent / indeterminate are read.

A form's line is read by its label; a list below a bare label by what it says; prose by the medSpaCy
pipeline's target and the cues that act on it; and any field may add rules that state a value outright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.assertion import judge
from extractor.field import Candidate
from extractor.layout import Unit
from extractor.record import Status

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

#: Sections whose sentences state no finding.
SKIPPED = frozenset({"blocks", "specimens"})

OUTCOMES = frozenset({"present", "absent", "indeterminate"})


def order(value: str) -> float:
    """Present if any is present; indeterminate before absent."""
    return {"absent": 0.0, "indeterminate": 1.0, "present": 2.0}[value]


def read_finding(document: Document, patterns: FieldPatterns, *, bare: str | None = None) -> Iterator[Candidate]:
    """Candidates of a present / absent / indeterminate field.

    Parameters
    ----------
    bare
        Outcome of a mention no cue acts on ("with lymphovascular invasion"), or None to leave it out.
    """
    exclude = patterns.data.get("exclude")
    excluded = re.compile(exclude, re.IGNORECASE) if exclude else None
    targets = tuple(name for name, _ in patterns.targets)
    for unit in document.units:
        if unit.section in SKIPPED:
            continue
        if excluded and excluded.search(unit.text):
            continue
        labelled = patterns.label is not None and (
            (unit.label is not None and patterns.label.search(unit.label_text))
            or (unit.label is None and unit.under and patterns.label.search(unit.under))
        )
        if labelled:
            if (found := _answer(document, patterns, unit)) is not None:
                yield found
            continue
        stated = False
        for rule in patterns.rules:
            if rule.value is not None and (match := rule.pattern.search(unit.text)):
                stated = True
                yield document.candidate(
                    rule.value, unit, match.start(), match.end(), rule.id, strength=rule.strength, by_rule=1.0
                )
        if stated or not targets:
            continue
        for mention in document.mentions(unit, *targets):
            judged = judge(mention, unit.text)
            if judged is not None:
                outcome, start, end = judged
                yield document.candidate(outcome, unit, start, end, f"{patterns.name}/prose", prose=1.0)
            elif bare is not None and "HYPOTHETICAL" not in mention.categories:
                yield document.candidate(
                    bare, unit, mention.start, mention.end, f"{patterns.name}/mentioned", mentioned=1.0
                )


def _answer(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    at = unit.value or 0
    words = unit.text[at:]
    found = document.answers.read(words)
    if found is None:
        for rule in patterns.rules:
            if rule.value is not None and (match := rule.pattern.search(unit.text)):
                return document.candidate(
                    rule.value, unit, match.start(), match.end(), rule.id, strength=rule.strength, by_rule=1.0
                )
        return None
    start = unit.label[0] if unit.label else 0
    end = at + found.end
    rule = f"{patterns.name}/answer"
    if found.outcome in OUTCOMES:
        return document.candidate(found.outcome, unit, start, end, rule, answered=1.0)
    status: Status = found.outcome  # type: ignore[assignment]
    return document.candidate(None, unit, start, end, rule, status=status)
