"""Growth of the tumor over time, where stated in such words.

Meaning: ``rapid`` for rapid or fast growth, enlargement or progression; ``stable`` for stable or
unchanged lesions and no interval growth. A growth pattern under the microscope is no growth over time.
Source: the public record format.
Conflicts: among statements of equal rank rapid counts.
"""

from typing import Literal

from extractor.field import Field
from extractor.statements.clinical import statements

_ORDER = {"stable": 0.0, "rapid": 1.0}

FIELD = Field(
    title="Growth",
    position=420,
    value=Literal["stable", "rapid"],
    read=statements,
    order=_ORDER.__getitem__,
)
