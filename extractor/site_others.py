"""Organs named for another tumor: one treated years before, or one the tumor was told apart from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.expressions import Expression

if TYPE_CHECKING:
    from extractor.unit import Unit

#: What such a tumor's name still tells of the origin.
SHARE = 0.1
#: A year or an earlier report soon behind the name; the year of a classification is none.
_DATED = re.compile(
    r"(?:(?!\b(?:WHO|AJCC|UICC|TNM|CAP|ISUP|edition|classif\w*|ICD)\b)[^.;\n]|\n(?!\n)){0,45}?"
    r"(?:(?<![/.\d-])\b(?:19[4-9]\d|20[0-3]\d)\b(?!\s*(?:WHO|classif|edition|AJCC|criteria|[-/.]\d))|"
    r"\bsee\s+(?:previous|prior|earlier|former)\b|\bno\s+(?:recurrence|relapse)\b)",
    re.IGNORECASE,
)
_APART = Expression(
    r"\bdifferential\s+diagnos[ie]s\s+(?:\w+\s+){0,2}?(?:made|considered|includ\w+|with|against|from|of)\b[^.;]{0,110}$|"
    r"\b(?:is|are|was|were)(?:n['’]t|\s+not)\s+an?\s+(?:\w+\s+){0,2}$|"
    r"\b(?:patient['’]?s?|he|she|woman|man|form)\s+(?:(?:also|had|has|says?|mentions?|the|with|was|been|treated|operated|a|an|for)\s+){1,5}(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
#: What is no such thing: the patient has the tumor now.
_NOW = re.compile(r"\b(?:now|new|current|today|present(?:s|ed|ing)?)\b", re.IGNORECASE)
_REACH = 140


def of_another(unit: Unit, start: int, end: int) -> bool:
    """Whether a tumor or operation at ``unit.text[start:end]`` is another one, by the words around it."""
    before = unit.text[max(0, start - _REACH) : start]
    if _DATED.match(unit.text, end) is not None:
        return _NOW.search(unit.text[end : end + 45]) is None
    return _APART.search(before) is not None and _NOW.search(before[-60:]) is None
