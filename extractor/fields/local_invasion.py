"""Local invasion: tumor beyond its organ of origin, its wall or capsule.

Meaning: ``present`` when tumor reaches surrounding fat or soft tissue, the subserosa or serosal surface,
the pleura, or an adjacent organ; ``absent`` when the report says it does not ("confined to the pancreas",
"no extrathyroidal extension", "into but not through the muscularis propria"); ``indeterminate`` when that is
left open. Invasion of the organ's own muscle alone, or of the membranes around the brain, says neither.
Source: NAACCR items of primary tumor extent and the CAP protocols; the rule book of the gold files.
Conflicts: among current statements of equal rank present counts.
"""

from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.invasion import local
from extractor.matching.patterns import FieldPatterns
from extractor.staging.cystoprostatectomy import beside, leading_organ
from extractor.statements.findings import order


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates; of a bladder and a prostate that are both staged, those of the index tumor."""
    for candidate in local.read(document, patterns):
        if leading_organ(document) is None or not beside(document, candidate):
            yield candidate


FIELD = Field(
    title="Local invasion",
    position=90,
    value=Literal["present", "absent", "indeterminate"],
    read=read,
    order=order,
    needs=("primary_site", "metastasis_sites"),
    of_this_specimen=True,
)
