"""ATRX: nuclear expression of ATRX in the tumor.

Meaning: ``lost`` for loss, absence, a negative stain or a mutated or deleted gene; ``retained`` for
retained, intact, preserved or positive. Background cells that keep the protein are controls and do not
count.
Source: the rule book of the gold files; WHO 2022 (loss of Rb1 speaks for NEC, of DAXX or ATRX for
pancreatic NET).
Conflicts: among current statements of equal rank loss counts.
"""

from typing import Literal

from extractor.field import Field
from extractor.stains.immunostains import read_stain

_ORDER = {"retained": 0.0, "lost": 1.0}

FIELD = Field(
    title="ATRX",
    position=340,
    value=Literal["lost", "retained"],
    read=read_stain,
    order=_ORDER.__getitem__,
)
