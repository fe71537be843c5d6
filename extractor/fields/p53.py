"""p53 immunostain or TP53 result of the tumor.

Meaning: ``aberrant`` for a mutant pattern, overexpression, strong or diffuse staining, a null pattern
(complete absence) or a TP53 mutation; ``wild_type`` for a normal or wild-type pattern, no overexpression
or no mutation; ``positive`` and ``negative`` where the report says no more than that (a few or weakly
stained cells are ``positive``). Plain positive or negative does not establish a TP53 alteration.
Source: the rule book of the gold files; WHO 2022 (p53 and Rb1 part NET G3 from NEC).
Conflicts: among current statements of equal rank aberrant counts before positive, wild_type, negative.
"""

from typing import Literal

from extractor.field import Field
from extractor.stains.immunostains import read_stain

_ORDER = {"negative": 0.0, "wild_type": 1.0, "positive": 2.0, "aberrant": 3.0}

FIELD = Field(
    title="p53",
    position=310,
    value=Literal["aberrant", "positive", "wild_type", "negative"],
    read=read_stain,
    order=_ORDER.__getitem__,
)
