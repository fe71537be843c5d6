"""Tumors a report states besides the index tumor.

Any neuroendocrine neoplasm that is not the index tumor (a carcinoid beside an adenocarcinoma of the colon),
and a second malignancy: one called separate, second or incidental, or one of another organ. Benign and in
situ lesions, metastases, and what is denied, doubtful or an option of a form are left out. The history
tells of other tumors too, with less confidence."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.origin.sites import sites
from extractor.record import OtherTumor
from extractor.staging.cystoprostatectomy import leading_organ, organ_of
from extractor.tumors.index import Index, index
from extractor.tumors.mention import Mention
from extractor.tumors.mentions import mentions, vocabulary
from extractor.tumors.organ_places import heads, hits, organs
from extractor.tumors.organs import Hit

if TYPE_CHECKING:
    from extractor.document import Document

#: Kinds that one tumor may be called by turns: its parts are no other tumors.
_PARTS = {"minen": {"nec", "net", "none"}}


def find_other_tumors(document: Document) -> list[OtherTumor]:
    """Other tumors of a report, in order of the text.

    One entry per kind of neuroendocrine neoplasm and per other name.
    """
    found = index(document)
    groups: dict[str, list[Mention]] = {}
    for mention in mentions(document):
        if found is not None and _is_other(document, mention, found):
            groups.setdefault(_family(mention), []).append(mention)
    return [_tumor(document, group) for group in groups.values()]


def other_units(document: Document) -> frozenset[int]:
    """Indices of the units that speak of another tumor and not of the index tumor."""
    found = index(document)
    if found is None:
        return frozenset()
    named = mentions(document)
    own = {m.unit.index for m in named if m.name == found.best.name or m.kind == found.kind != "none"}
    others = [m for m in named if _is_other(document, m, found)]
    units = {m.unit.index for m in others}
    for begun in sorted(units - own):
        units |= _line(document, begun, own)
    ranked = sites(document)
    main = ranked[0].organ if ranked else None
    organs_of_others = {site_of(document, m) for m in others} - {main, None}
    if organs_of_others:  # whole parts of another tumor's organ
        headed = heads(document)
        units |= {
            unit.index
            for unit in document.units
            if (head := headed[unit.index]) and head[0].organ in organs_of_others
        }
    if organ := leading_organ(document):
        units = {i for i in units if organ_of(document, document.units[i].end) != organ}
    return frozenset(units) - own


def _line(document: Document, begun: int, own: set[int]) -> set[int]:
    """The further sentences of a line, up to one that names the index tumor."""
    found = set()
    for before, unit in pairwise(document.units[begun:]):
        if unit.index in own or "\n" in document.text.clean[before.end : unit.start]:
            break
        found.add(unit.index)
    return found


def _family(mention: Mention) -> str:
    return mention.kind if mention.kind != "none" else mention.name


def _is_other(document: Document, mention: Mention, found: Index) -> bool:
    if (
        not mention.counts
        or mention.rank < 3
        or mention.unit.section in ("blocks", "outside", "intraoperative")
    ):
        return False
    if mention.unit.text[mention.end : mention.end + 14].lstrip(" ,(").lower().startswith("component"):
        return False
    if mention.kind != found.kind:
        if mention.kind in _PARTS.get(found.kind, ()):
            return mention.aside and mention.kind != "none"
        if mention.kind != "none":
            return not mention.metastatic or mention.historical
        return (
            (mention.aside or mention.weight > 2.0)
            and not mention.metastatic
            and not _same_line(mention, found)
        )
    if mention.kind != "none" or mention.name == found.best.name or mention.metastatic:
        return False
    names = vocabulary(document).organs
    own, other = names.get(found.best.name), names.get(mention.name)
    elsewhere = own is not None and other is not None and own[0] != other[0] and min(own[1], other[1]) >= 2
    return (mention.aside and mention.weight > -1.0 and (elsewhere or other is not None)) or (
        elsewhere and mention.weight > 1.5
    )


def _same_line(mention: Mention, found: Index) -> bool:
    """A name in the index tumor's own line is one of its parts unless called another tumor."""
    return not mention.aside and any(m.unit is mention.unit for m in found.mentions)


def site_of(document: Document, mention: Mention) -> str | None:
    """Organ of a tumor: named in its line, implied by its name, or heading its part."""
    here = hits(document)[mention.unit.index]
    if near := [h for h in here if not organs(document).not_near.search(mention.unit.text[: h.start][-50:])]:
        return min(near, key=lambda h: _gap(h, mention)).organ
    implied = vocabulary(document).organs.get(mention.name)
    if implied and implied[1] >= 2:
        return str(implied[0])
    head = heads(document)[mention.unit.index]
    return head[0].organ if head else None


def _gap(hit: Hit, mention: Mention) -> int:
    return max(hit.start - mention.end, mention.start - hit.end)


def _tumor(document: Document, group: list[Mention]) -> OtherTumor:
    words = vocabulary(document)
    named = Counter(site for m in group if (site := site_of(document, m)) is not None)
    site = named.most_common(1)[0][0] if named else None
    best = max(group, key=lambda m: m.weight)
    sizes = [size for m in group if (size := words.size(m.unit.text[m.start : m.end + 80]))]
    current = not all(m.historical or m.unit.section == "history" for m in group)
    confidence = 0.5 + 0.25 * current + 0.1 * (len({m.unit.index for m in group}) > 1) + 0.05 * best.aside
    candidates = [
        document.candidate(m.kind, m.unit, m.start, m.end, "other_tumors/named", tissue="other")
        for m in group[:3]
    ]
    return OtherTumor(
        neuroendocrine_type=best.kind,
        histology=best.name,
        site=site,
        size_mm=max(sizes) if sizes else None,
        confidence=round(min(confidence, 0.95), 2),
        evidence=[e for c in candidates for e in document.evidence(c)],
    )
