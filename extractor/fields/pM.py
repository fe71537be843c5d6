# ruff: noqa: N999
"""Pathologic M category: distant metastasis.

Meaning: the category without its prefix (``0``, ``1a``, ``X``) where the report states it; words such as
"not applicable" are no category.
Source: AJCC and UICC TNM; NAACCR item 1013; the rule book of the gold files.
Conflicts: the section decides, then the highest category.
"""

from functools import partial

from extractor.field import Field
from extractor.staging.categories import read_code
from extractor.staging.code import order

FIELD = Field(
    title="Pathologic M category",
    position=280,
    value=str,
    read=partial(read_code, "M"),
    order=order,
    needs=("primary_site",),
    of_this_specimen=True,
)
