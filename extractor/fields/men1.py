"""MEN1 in the tumor: menin immunostain or a somatic result of the gene.

Meaning: ``lost`` for menin absent or lost and for a mutated or deleted gene in the tumor; ``retained``
for menin present or no mutation. The syndrome and germline variants are history, not this field.
Source: the rule book of the gold files.
Conflicts: among current statements of equal rank loss counts.
"""

from typing import Literal

from extractor.field import Field
from extractor.stains.immunostains import read_stain

_ORDER = {"retained": 0.0, "lost": 1.0}

FIELD = Field(
    title="Menin (MEN1)",
    position=350,
    value=Literal["lost", "retained"],
    read=read_stain,
    order=_ORDER.__getitem__,
)
