"""Invasion told by the structure: a vessel or nerve that holds tumor, lacks it, or is free of it.

"One lymphatic contains tumor", "tumor nests lie in a capillary", "nerve twigs without infiltration", "neither
vessels nor nerves are invaded". The words stand in ``patterns/inside.toml``, those that deny in
``patterns/denials.toml``; structures with a name of their own (portal vein) are not among them. Read only
where the field found nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.statements.forms import misplaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.document import Document
    from extractor.field import Candidate

_SKIPPED = frozenset({"blocks", "specimens", "history", "intraoperative", "outside"})
#: What speaks of another time, of a search, or of what only looks like it.
_ASIDE = re.compile(
    r"\b(?:arti?e?fact\w*|retraction|look(?:ed)? for|search\w*|criteri\w+|risk|previous\w*|prior|history|"
    r"grossly)\b",
    re.IGNORECASE,
)
#: What behind "vessels invaded" makes it a question, or leaves it open; how far behind.
_ANSWER = re.compile(r"^\s*[:?=]|^\s{2,}|^\s+(?:no?|0|y(?:es)?)\b|^ by (?:lymphocyt|inflam)", re.IGNORECASE)
_BEHIND = 40
_CLAUSE = re.compile(r"[.;:]\s|\b(?:but|however|although|while|whereas)\b", re.IGNORECASE)


def told_inside(document: Document, name: str, structure: str) -> Iterator[Candidate]:
    """Candidates of a field from sentences whose subject or place is a structure ("vessels", "nerves")."""
    denials = document.patterns("denials")
    rules = [rule for rule in document.patterns("inside").rules if rule.id.startswith(f"inside/{structure}-")]
    for unit in document.units_with(*(rule.pattern for rule in rules)):
        if unit.section in _SKIPPED:
            continue
        for rule in rules:
            if (found := rule.pattern.search(unit.text)) is None:
                continue
            clause = _CLAUSE.split(unit.text[: found.end()])[-1]
            behind = unit.text[found.end() :][:_BEHIND].split(". ")[0]
            asked = rule.value == "present" and (
                denials["behind"].search(behind) or (rule.id.endswith("-invaded") and _ANSWER.search(behind))
            )
            if not (asked or denials["open"].search(clause) or _ASIDE.search(clause)):
                yield document.candidate(
                    "absent" if denials["before"].search(clause) else rule.value,
                    unit,
                    found.start(),
                    found.end(),
                    f"{name}/inside",
                    strength=misplaced(unit),
                    prose=1.0,
                )
            break
