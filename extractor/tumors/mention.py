"""A tumor's name in a report, and how much it says about the index tumor."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.unit import Unit

#: How much a section's words on a tumor weigh.
_SECTION = {
    "amendment": 3.4, "diagnosis": 3.2, "addendum": 2.4, "synoptic": 2.6, "unknown": 2.4, "comment": 1.8,
    "ihc": 1.2, "microscopic": 1.6, "gross": 0.4, "history": -1.5, "intraoperative": -1.0, "outside": -1.5,
    "specimens": -0.8, "blocks": -1.5,
}  # fmt: skip
#: Rank of a malignant or neuroendocrine neoplasm.
MALIGNANT = 3
MIXED = "mixed neuroendocrine-non-neuroendocrine neoplasm"


@dataclass(slots=True)
class Mention:
    """A tumor's name at ``unit.text[start:end]``, and what the report says of it.

    ``kind`` is ``net``, ``nec``, ``minen``, ``paraganglioma`` or ``none``; ``rank`` is 3 for a malignant or
    neuroendocrine neoplasm, 2 for an unspecific name, 1 for one in situ or borderline, 0 for a benign one.
    """

    unit: Unit
    start: int
    end: int
    name: str
    kind: str
    rank: int
    denied: bool = False
    doubtful: bool = False
    historical: bool = False
    template: bool = False
    aside: bool = False
    metastatic: bool = False
    typed: bool = False
    measured: bool = False

    @property
    def counts(self) -> bool:
        """Whether the report states this tumor."""
        return not (self.denied or self.doubtful or self.template)

    @property
    def weight(self) -> float:
        """How much the mention says about the index tumor."""
        weight = _SECTION.get(self.unit.section, 1.0)
        weight += (
            1.2 * self.typed
            + 0.4 * self.measured
            - 2.0 * self.aside
            - 3.0 * self.historical
            - 0.3 * self.metastatic
        )
        weight += 1.5 * (self.kind == "minen")  # its parts are also named one by one
        return weight - {3: 0.0, 2: 0.6, 1: 2.5, 0: 3.5}[self.rank]
