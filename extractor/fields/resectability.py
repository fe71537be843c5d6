"""Resectability, where stated in such words.

Meaning: ``unresectable`` for unresectable or inoperable, ``locally_advanced`` for "locally advanced",
``resectable`` for "resectable"; "borderline resectable" is none of them. Nothing is concluded from the
operation done.
Source: the public record format; NCCN wording.
Conflicts: among statements of equal rank the worst counts.
"""

from typing import Literal

from extractor.field import Field
from extractor.statements.clinical import statements

_ORDER = {"resectable": 0.0, "locally_advanced": 1.0, "unresectable": 2.0}

FIELD = Field(
    title="Resectability",
    position=410,
    value=Literal["resectable", "locally_advanced", "unresectable"],
    read=statements,
    order=_ORDER.__getitem__,
)
