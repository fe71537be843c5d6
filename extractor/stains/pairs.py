"""Results in a row for stains in a row, one for each ("A/B: +/-", "A/B/C + + -")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.stains.columns import deciding_rule
from extractor.stains.links import Token
from extractor.stains.text import is_slashed
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Two results for two stains: "A/B: +/-", "A and B positive and negative, respectively".
_PAIR = re.compile(
    r"\s*[:=]?\s*(?P<first>[+-]|\(\s?[+-]\s?\)|[a-z][a-z-]{2,11})\s?(?:/|\band\b)\s?"
    r"(?P<second>[+-]|\(\s?[+-]\s?\)|[a-z][a-z-]{2,11})(?P<respectively>,? respectively)?(?=\s*(?:[,;.)]|$))",
    re.IGNORECASE,
)
#: Signs for stains that a slash parts: "A/B/C + + -", "A/B +/+".
_SIGNS = re.compile(r"\s*[:=]?\s*(?P<signs>[+-](?:(?:\s{0,2}/\s?|\s{1,2})[+-]){1,3})(?![+\w-])")
_BESIDE_IT = re.compile(r"\s*(?:/|\band\b)\s*", re.IGNORECASE)
_VERB = re.compile(r"\s*(?:is|are|was|were|stained|stain)\b", re.IGNORECASE)


def of_pair(
    document: Document, patterns: FieldPatterns, unit: Unit, text: str, tokens: tuple[Token, ...], index: int
) -> Candidate | None:
    """The one of two results that belongs to the one of two stains."""
    for first in (index, index - 1):
        if first < 0 or first + 1 >= len(tokens) or "result" in (tokens[first].kind, tokens[first + 1].kind):
            continue
        between = text[tokens[first].end : tokens[first + 1].start]
        if not _BESIDE_IT.fullmatch(between):
            continue
        verb = _VERB.match(text, tokens[first + 1].end)
        found = _PAIR.match(text, verb.end() if verb else tokens[first + 1].end)
        if found and (found["respectively"] or ("/" in between and "/" in found[0])):
            name = "first" if first == index else "second"
            if (rule := deciding_rule(patterns, found[name].strip("() "))) is not None:
                start = tokens[index].start
                return document.candidate(rule.value, unit, start, found.end(name), rule.id)
    return None


def of_signs(
    document: Document, patterns: FieldPatterns, unit: Unit, text: str, tokens: tuple[Token, ...], index: int
) -> Candidate | None:
    """The one of several signs that belongs to the one of as many stains."""
    first = last = index
    while first and is_slashed(text, tokens, first - 1):
        first -= 1
    while last + 1 < len(tokens) and is_slashed(text, tokens, last):
        last += 1
    if first == last or (found := _SIGNS.match(text, tokens[last].end)) is None:
        return None
    signs = list(re.finditer(r"[+-]", found["signs"]))
    if len(signs) != last - first + 1:
        return None
    sign = signs[index - first]
    if (rule := deciding_rule(patterns, sign[0])) is None:
        return None
    end = found.start("signs") + sign.end()
    return document.candidate(rule.value, unit, tokens[index].start, end, rule.id)
