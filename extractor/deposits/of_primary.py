"""Deposits that belong to the primary: in its own organ, beside it, or in the fat of its bowel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.deposits.words import Deposit
from extractor.tumors.organ_places import heads, hits

if TYPE_CHECKING:
    from extractor.document import Document

_MESENTERY = re.compile(r"\bmes(?:enter|ocol|orect|oappend)", re.IGNORECASE)
_LINING = re.compile(r"implant|periton|oment|carcinomatosis|carcinosis", re.IGNORECASE)
_UTERINE = re.compile(r"\buter(?:us|ine)\b", re.IGNORECASE)
_VAGINA = re.compile(r"\b(?:vagina|cervi)", re.IGNORECASE)


def is_own(document: Document, primary: str | None, deposit: Deposit) -> bool:
    """Whether the words for a site name the primary's own organ, or the part they head holds the primary."""
    unit = deposit.unit
    if deposit.site == "peritoneum":
        return False
    if deposit.rule.endswith("/part") and any(hit.organ == primary for hit in heads(document)[unit.index]):
        return True
    named = document.patterns("metastasis_sites").values["other"]
    place = named.search(unit.text, deposit.start, deposit.end) if deposit.site == "other" else None
    return place is not None and any(
        hit.organ == primary and hit.start < place.end() and place.start() < hit.end
        for hit in hits(document)[unit.index]
    )


def is_own_serosa(primary: str | None, deposit: Deposit) -> bool:
    """Whether a deposit lies on the cover of the primary's own organ: a matter of its T."""
    said = deposit.unit.text[deposit.start : deposit.end]
    return primary in ("uterus", "cervix") and _UTERINE.search(said) is not None


def of_mesentery(deposit: Deposit) -> bool:
    """Whether a deposit lies in the fat that belongs to the bowel: it counts with the nodes there."""
    text = f"{deposit.unit.heading} {deposit.unit.text}" if deposit.rule.endswith("part") else ""
    said = deposit.unit.text[deposit.start : deposit.end]
    return _MESENTERY.search(text or said) is not None and not _LINING.search(text or said)


def is_beside(primary: str | None, deposit: Deposit) -> bool:
    """Whether a deposit lies beside the primary: tumors of the uterus reach ovaries and vagina."""
    if primary not in ("uterus", "cervix"):
        return False
    unit = deposit.unit
    if deposit.site == "other":
        return _VAGINA.search(f"{unit.heading} {unit.text[deposit.start : deposit.end]}") is not None
    return deposit.site == "ovary"
