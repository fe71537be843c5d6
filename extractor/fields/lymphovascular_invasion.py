"""Lymphovascular invasion: tumor in lymphatic, blood or unspecified vessels.

Meaning: ``present`` if any of lymphatic, vascular, venous or angiolymphatic invasion is present;
``indeterminate`` for suspicious, possible or not excluded; ``absent`` if all stated ones are absent.
Direct invasion of a named great vessel (renal vein, vena cava, portal vein) alone does not count.
Source: NAACCR item 1182 (SEER manual); the rule book of the gold files.
Conflicts: among current statements of equal rank the worst counts.
"""

from typing import Literal

from extractor.field import Field
from extractor.findings import order, read_finding

FIELD = Field(
    title="Lymphovascular invasion",
    position=60,
    value=Literal["present", "absent", "indeterminate"],
    read=read_finding,
    order=order,
)
