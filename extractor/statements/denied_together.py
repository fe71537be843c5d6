"""A capsule, vessels and nerves in one statement: "no invasion of capsule, vessels or nerves".

Each of the fields takes its own noun from the list. The words stand in ``patterns/denied_together.toml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.statements.forms import misplaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.document import Document
    from extractor.field import Candidate

_SKIPPED = frozenset({"blocks", "specimens", "history", "intraoperative", "outside"})
#: Behind a denial: another structure that is not free ("..., but of vessels"), or a doubt.
_BUT = re.compile(
    r",? (?:but|except|save) (?:of|in|into|for)\b|[^.;]{0,40}\b(?:cannot|can not|could not)\b", re.IGNORECASE
)
#: The capsule of a node, not of a tumor.
_NODE = re.compile(r"\bnod(?:e|al)\b|\bextra-?nodal|\blymph nodes?\b", re.IGNORECASE)


def told_together(document: Document, name: str, noun: str) -> Iterator[Candidate]:
    """Candidates of a field from lists that name its structure: "capsule", "vessels" or "nerves"."""
    patterns = document.patterns("denied_together")
    rules = [rule for rule in patterns.rules if rule.value is not None]
    own = patterns[noun]
    for unit in document.units_with(*(rule.pattern for rule in rules)):
        if unit.section in _SKIPPED or _NODE.search(f"{unit.heading} {unit.text}"):
            continue
        for rule in rules:
            found = rule.pattern.search(unit.text)
            if found is None or own.search(found["list"]) is None:
                continue
            if rule.value == "absent" and _BUT.match(unit.text, found.end()):
                continue
            yield document.candidate(
                rule.value,
                unit,
                found.start(),
                found.end(),
                f"{name}/together-{rule.id.rpartition('/')[2]}",
                strength=misplaced(unit),
                prose=1.0,
            )
            break


def with_lists(found: Iterable[Candidate], told: Iterable[Candidate]) -> Iterator[Candidate]:
    """What was read otherwise, but where a list says it."""
    lists = list(told)
    yield from lists
    for candidate in found:
        if not any(candidate.start < other.end and other.start < candidate.end for other in lists):
            yield candidate
