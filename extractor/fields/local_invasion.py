"""Local invasion: tumor beyond its organ of origin, its wall or capsule.

Meaning: ``present`` when tumor reaches surrounding fat or soft tissue, the subserosa or serosal surface,
the pleura, or an adjacent organ; ``absent`` when the report says it does not ("confined to the pancreas",
"no extrathyroidal extension", "into but not through the muscularis propria"); ``indeterminate`` when that is
left open. Invasion of the organ's own muscle alone says neither.
Source: NAACCR items of primary tumor extent and the CAP protocols; the rule book of the gold files.
Conflicts: among current statements of equal rank present counts.
"""

from typing import Literal

from extractor.field import Field
from extractor.invasion.local import read
from extractor.statements.findings import order

FIELD = Field(
    title="Local invasion",
    position=90,
    value=Literal["present", "absent", "indeterminate"],
    read=read,
    order=order,
    needs=("primary_site", "metastasis_sites"),
    of_this_specimen=True,
)
