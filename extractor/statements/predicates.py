"""What is said of a finding by the words right behind its name, or right before it, in any verb of a report.

Reports written or translated outside the forms say that a finding exists, occurs, is met, is certain, and
deny it in as many ways: "is not ascertained", "we do not catch", "was nowhere encountered", "no trace". A
finding without a known verb counts as present, so a denial that is not understood must not: its outcome
is ``unclear``. The verbs stand in ``patterns/predicates.toml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extractor.document import Document

#: What is tried on the words behind a finding, in this order.
_BEHIND = ("doubted", "denied", "unclear", "stated")
#: The verb of a finding that is named after one that is missing.
_THERE = re.compile(
    r"\s{1,3}(?:(?:is|are|was|were)\s{1,3})?(?:present|seen|found|identified|noted|evident)\b", re.IGNORECASE
)
#: An adjective for a finding, denied.
_NOT_SO = re.compile(r"\bnot (?:\w+ly )?$", re.IGNORECASE)
#: A letter that scanning took for a digit.
_DIGIT = re.compile(r"(?<=[a-z])[01](?=[a-z])", re.IGNORECASE)
#: A sentence does not go on farther than this.
_REACH = 130


def after_all(document: Document, text: str, end: int) -> tuple[str, int] | None:
    """What is said of a finding after all, and where that ends.

    It was missed, or not spoken of, at another time: "not described, but is present", "not mentioned, and
    none is seen".
    """
    patterns = document.patterns("predicates")
    for name in ("after-all", "none-after-all"):
        rule = patterns.rule(name)
        if (found := rule.pattern.search(text[end : end + _REACH])) is not None:
            return str(rule.value), end + found.end()
    return None


def predicate(document: Document, text: str, start: int, end: int) -> tuple[str, int, int] | None:
    """What is said of the finding ``text[start:end]``, and where; None if nothing is.

    The outcome is absent, indeterminate, present or unclear: something is denied, nobody knows what.
    """
    patterns = document.patterns("predicates")
    before = text[max(0, start - _REACH) : start]
    lacking = patterns["lacking"].search(before)
    if lacking is not None and _THERE.match(text, end) is None:
        return "absent", start - len(before) + lacking.start(), end
    if text[start:end].lower().endswith("necrotic") and _NOT_SO.search(before) is not None:
        return "absent", start - 4, end
    behind = _DIGIT.sub(lambda m: "ol"[int(m[0])], text[end : end + _REACH])
    for name in _BEHIND:
        rule = patterns.rule(name)
        if (found := rule.pattern.search(behind)) is not None:
            return rule.value or "unclear", start, end + found.end()
    return None
