# ruff: noqa: N999
"""Pathologic T category: extent of the primary tumor.

Meaning: the category without its prefix (``3a``, ``X``, ``is``); never derived from size or depth.
Suffixes such as (m) are dropped; categories after therapy or at recurrence (ypT, rpT) are taken without
their prefix, clinical ones (cT) are not taken.
Source: AJCC and UICC TNM; NAACCR item 1011; the rule book of the gold files.
Conflicts: the section decides, then the highest category.
"""

from functools import partial

from extractor.field import Field
from extractor.tnm import read_code
from extractor.tnm_codes import order

FIELD = Field(
    title="Pathologic T category",
    position=260,
    value=str,
    read=partial(read_code, "T"),
    order=order,
    of_this_specimen=True,
)
