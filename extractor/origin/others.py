"""Organs named for another tumor: one treated years before, or one the tumor was told apart from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression

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
#: An operation that is thought of, before or behind its name.
_THOUGHT = re.compile(
    r"\b(?:consider\w*|contemplat\w+|recommend\w*|advis\w+|suggest\w*|plan(?:s|ned|ning)?|candidate for|"
    r"(?:may|might|will|would|should) (?:need|require|undergo|have)|refer\w* for|proceed\w* to)"
    r"\s+(?:(?:an?|the|completion|right|left|r|l|total|partial|radical|further|of)\s+){0,4}$",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\s+(?:(?:is|was|may|might|should|could|will|can|to|has|been)\s+){1,3}(?:be\s+)?(?:considered|contemplated|"
    r"advis\w+|recommended|suggested|planned|needed|required|indicated|discussed|scheduled)\b",
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


def to_come(unit: Unit, start: int, end: int) -> bool:
    """Whether an operation at ``unit.text[start:end]`` is not done yet ("may consider right colectomy")."""
    before = unit.text[max(0, start - _REACH) : start]
    return _THOUGHT.search(before) is not None or _TO_COME.match(unit.text, end) is not None
