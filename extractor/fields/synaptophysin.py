"""Synaptophysin immunostain of the tumor.

Meaning: ``positive`` for any staining of tumor cells (focal, patchy, weak, a percentage), ``negative``
for none. Stained background (neuropil, normal islets, controls) does not count.
Source: the rule book of the gold files; WHO 2022 (markers of neuroendocrine differentiation).
Conflicts: among current statements of equal rank positive counts.
"""

from typing import Literal

from extractor.field import Field
from extractor.stains.immunostains import read_stain

_ORDER = {"negative": 0.0, "positive": 1.0}

FIELD = Field(
    title="Synaptophysin",
    position=370,
    value=Literal["positive", "negative"],
    read=read_stain,
    order=_ORDER.__getitem__,
)
