"""Areas over which mitoses are counted, as people write them: "10 HPF", "mm2", "2 mm²"."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: One high-power field where none is stated, in mm2 (WHO convention: 10 fields are 2 mm2).
HIGH_POWER_FIELD_MM2 = 0.2
_AREA = re.compile(
    r"(?:(?P<number>\d{1,6}(?:[.,]\d{1,6})?)\s*)?"
    r"(?:(?P<fields>hpfs?|high[\s-]power(?:ed)? fields?)|mm2|mm²|mm\^2|sq\.? ?mm)\.?",
    re.IGNORECASE,
)
_RATE = re.compile(r"(?P<count>.+?)\s*(?:/|\bper\b)\s*(?P<area>.+)", re.IGNORECASE | re.DOTALL)
_COUNTED = re.compile(r"\s*(?:mitos[ie]s|mitotic figures?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Area:
    """An area in mm2; ``assumed`` where it is one of fields whose size is not known."""

    mm2: float
    assumed: bool

    def per_2mm2(self, count: float) -> float:
        """A count over this area, for 2 mm2."""
        return round(count * 2 / self.mm2, 6)

    @property
    def basis(self) -> str:
        """The ``field_area`` of a record's rate."""
        return "assumed" if self.assumed else "stated"


def area(text: str) -> Area | None:
    """Read an area above zero; nothing where there is none.

    >>> area("50 HPF"), area("mm²"), area("0 HPF"), area("10")
    (Area(mm2=10.0, assumed=True), Area(mm2=1.0, assumed=False), None, None)
    """
    found = _AREA.fullmatch(text.strip())
    if found is None:
        return None
    number = float((found["number"] or "1").replace(",", "."))
    each = HIGH_POWER_FIELD_MM2 if found["fields"] else 1.0
    return Area(number * each, bool(found["fields"])) if number > 0 else None


def parted(text: str) -> tuple[str, str | None]:
    """The words of a count and those of its area, null where none is written.

    >>> parted("3 mitoses/50 HPF"), parted("<2 per mm2"), parted("3")
    (('3', '50 HPF'), ('<2', 'mm2'), ('3', None))
    """
    found = _RATE.fullmatch(text.strip())
    count, behind = (found["count"], found["area"]) if found else (text, None)
    return _COUNTED.sub("", count).strip(), behind
