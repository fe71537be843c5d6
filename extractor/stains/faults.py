"""Faults of a marker, told before and behind its name: "absence of A or B abnormality", "loss of A is seen".

The words of such a result are of two sides of the stain's name, and each alone may say the opposite.
"""

from __future__ import annotations

import re

from extractor.stains.links import Token

#: A fault of a marker.
_FAULT = re.compile(
    r"\W*(?:(?:of|any|the|its|their)\W+)*(?:loss|lost|missing|mutat|mutant|delet|deficien|abnormal|aberra|alter)",
    re.IGNORECASE,
)
#: What denies one before the name, and behind it.
_DENIES = re.compile(r"\W*(?:complete |total )?(?:absence|lack)(?: of)?\W*", re.IGNORECASE)
_NOT_THERE = re.compile(
    r"\W*(?:(?:not|never) (?:\w+ )?(?:present|seen|identified|detected|found|evident|demonstrated)|absent|"
    r"none)\b",
    re.IGNORECASE,
)
#: "loss of X is present": the loss is what is there.
_IS_THERE = re.compile(r"(?:(?:present|seen|identified|detected|evident|demonstrated)\W*)+", re.IGNORECASE)
_LOSS = re.compile(r"\b(?:loss|absence|lack)\W*$", re.IGNORECASE)
#: A loss, and what says of the stains behind it that they are as they should be.
_LOSS_OF = re.compile(r"\W*(?:loss|absence|lack|no)(?: of)?\W*", re.IGNORECASE)
_KEPT = re.compile(
    r"\W*(?:normal|retained|intact|preserved|regular|unremarkable|wild|conserved|kept|maintained)\b",
    re.IGNORECASE,
)


def fault_told(text: str, left: Token, right: Token, *, listed: bool) -> tuple[str, int, int, bool] | None:
    """What the results before and behind a name say of a fault together; None if they say nothing of one.

    Parameters
    ----------
    text
        The words of the unit.
    left, right
        The results before and behind the name of the stain.
    listed
        Whether the stain comes behind others and a comma.

    Returns
    -------
    tuple or None
        The words of the finding, where it begins and ends, and whether it is told directly.
    """
    before, after = text[left.start : left.end], text[right.start : right.end]
    if listed and _LOSS_OF.fullmatch(before) and _KEPT.match(after):
        return after, right.start, right.end, False  # "loss of A, B and C normal"
    if _DENIES.fullmatch(before) and _FAULT.match(after):
        return f"no {after}", left.start, right.end, True
    if _FAULT.match(before) and _NOT_THERE.match(text, right.start):
        return f"no {before}", left.start, right.end, True
    if _LOSS.search(before) and _IS_THERE.fullmatch(after):
        return before, left.start, right.end, True
    return None
