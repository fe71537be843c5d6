# ruff: noqa: N999
"""Pathologic N category: regional lymph nodes.

Meaning: the category without its prefix (``1``, ``0``, ``1mi``, ``X``); never derived from node counts.
Suffixes such as (sn) and (i+) are dropped; clinical categories (cN) are not taken.
Source: AJCC and UICC TNM; NAACCR item 1012; the rule book of the gold files.
Conflicts: the section decides, then the highest category.
"""

from functools import partial

from extractor.field import Field
from extractor.staging.categories import read_code
from extractor.staging.code import order

FIELD = Field(
    title="Pathologic N category",
    position=270,
    value=str,
    read=partial(read_code, "N"),
    order=order,
    needs=("primary_site",),
    of_this_specimen=True,
)
