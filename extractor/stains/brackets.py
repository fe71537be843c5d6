"""A stain's own brackets, read as a whole.

"p53 (+, 90 %, mutant)" is no plain positive: where one of the words in the brackets names the pattern of
staining, all of them together are the result, and the sign before says only how much is stained. Fields that
know such words have a rule ``pattern-word``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns
    from extractor.stains.links import Token

_BRACKET = re.compile(r"\s{0,3}:?\s?[(\[](?P<said>[^()\[\]]{3,70})[)\]]")


def whole_result(
    patterns: FieldPatterns, text: str, tokens: tuple[Token, ...], index: int
) -> tuple[str, int, int] | None:
    """The words of a stain's brackets and where they stand, if one of them names a pattern."""
    if "pattern-word" not in patterns.by_id:
        return None
    end = tokens[index].end
    found = _BRACKET.match(text, end)
    if found is None or not patterns["pattern-word"].search(found["said"]):
        return None
    if any(t.kind != "result" and end < t.start < found.end() for t in tokens):
        return None  # another stain's
    return found["said"], found.start("said"), found.end("said")
