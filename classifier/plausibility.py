"""Values that no tumor of the stated kind has: beside a benign or other diagnosis, or as numbers."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from typing import Final

from classifier.distribution import Span

_BENIGN: Final = re.compile(
    r"(?i)\b(?:adenoma|hyperplasia|benign|lipoma|leiomyoma|hamartoma|papilloma|cystadenoma)\b"
)
# Morphology codes of neuroendocrine neoplasms (ICD-O-3.2); goblet cell adenocarcinoma (8243) is none.
_NEUROENDOCRINE: Final = re.compile(r"^(?:815[0-36]|8158|824[0-2679]|8013|868[0-3]|8690|8693|8700)/")

# The largest number that is taken for granted: lowest implausible ones, chosen generously.
_LARGEST: Final[Mapping[str, tuple[float, str]]] = {
    "tumor_size_mm": (300, "mm"),
    "mesenteric_mass_mm": (300, "mm"),
    "nodes_examined": (200, "nodes"),
    "nodes_positive": (150, "nodes"),
    "mitoses_per_2mm2": (400, "mitoses per 2 mm2"),
    "ki67_percent": (100, "%"),
    "tumor_count": (200, "tumors"),
}
# Organs too narrow or short for a tumor as large as elsewhere.
_SMALL_ORGANS: Final = frozenset({"appendix", "ampulla", "duodenum", "rectum", "thyroid", "bile_duct"})
_SMALL_LARGEST: Final = 150.0


def neuroendocrine_without(kept: Mapping[str, Hashable]) -> Iterator[tuple[str, str]]:
    """Yield the fields that only a neuroendocrine neoplasm has where the diagnosis is none, with words."""
    if kept.get("neuroendocrine_type") != "none":
        return
    for name in ("functional_status", "hormone"):
        if kept.get(name) is not None:
            yield name, f"{name} is {kept[name]}"
    code = kept.get("icd_o_3_morphology")
    if _NEUROENDOCRINE.match(str(code)):
        yield "icd_o_3_morphology", f"the morphology code is {code}"


def benign(kept: Mapping[str, Hashable]) -> Iterator[tuple[str, str, str]]:
    """Yield (field of the benign diagnosis, field of a cancer, words) for each contradiction."""
    code, histology = kept.get("icd_o_3_morphology"), kept.get("histology")
    if kept.get("neuroendocrine_type") not in ("none", None):
        return
    if str(code).endswith("/0"):
        diagnosis = "icd_o_3_morphology"
    elif histology is not None and _BENIGN.search(str(histology)):
        diagnosis = "histology"
    else:
        return
    positive, category = kept.get("nodes_positive"), kept.get("pT")
    if isinstance(positive, int | float) and positive > 0:
        yield diagnosis, "nodes_positive", f"{positive:g} lymph nodes are positive"
    if kept.get("distant_metastasis") == "present":
        yield diagnosis, "distant_metastasis", "distant metastasis is stated"
    if category is not None and str(category)[:1] in "1234":
        yield diagnosis, "pT", f"pT{category} is stated"
    if kept.get("differentiation") in ("poor", "undifferentiated"):
        yield diagnosis, "differentiation", f"differentiation is stated as {kept['differentiation']}"
    if kept.get("grade") in ("G3", "G4", "high"):
        yield diagnosis, "grade", f"the grade is {kept['grade']}"


def plausible(kept: Mapping[str, Hashable]) -> Iterator[tuple[str, str]]:
    """Yield the fields whose number is not plausible, with words."""
    for name, (largest, unit) in _LARGEST.items():
        value = kept.get(name)
        low = high = value
        if isinstance(value, Span):
            low, high = value.low, value.low if value.high is None else value.high
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            continue
        if name == "tumor_size_mm" and kept.get("primary_site") in _SMALL_ORGANS:
            largest = _SMALL_LARGEST
        if low < 0 or high > largest or (name == "tumor_size_mm" and high < 0.1):
            yield name, f"{name} {value} {unit} is not plausible"
