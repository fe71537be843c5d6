"""A stain that a list of others, all with one result, excepts: "A and B, but not C, are positive"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.stains import words
from extractor.stains.columns import deciding_rule

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

#: Stains that a list excepts: "A and B, but not C, are expressed".
EXCEPT = re.compile(
    r"(?:,|\s?\()\s?(?:but|although|though|and) not (?:for |with |of |by |in )?(?:the )?"
    r"(?P<stain>\w(?:(?! (?:in|of|within|by) )[\w /-]){1,38})"
    r"(?:\)|,(?=\s(?:is|are|was|were|shows?|stains?|positiv\w*|negativ\w*|express\w*|react\w*)\b))",
    re.IGNORECASE,
)


def excepted(
    document: Document, patterns: FieldPatterns, unit: Unit, text: str, said: re.Match[str]
) -> Iterator[Candidate]:
    """The opposite of what the list says; nothing of a list that is negative."""
    told = [
        m for m in patterns.rule("word").pattern.finditer(text) if not said.start() < m.end() <= said.end()
    ]
    told = [m for m in told if words.POLAR.search(m[0]) and not words.NEGATOR.match(m[0])]
    rules = [deciding_rule(patterns, m[0]) for m in told]
    rule = deciding_rule(patterns, "not expressed")
    if rule is not None and rules and all(r is not None and r.value != rule.value for r in rules):
        yield document.candidate(rule.value, unit, said.start("stain"), said.end("stain"), rule.id)
