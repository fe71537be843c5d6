"""Which organ the index tumor comes from: evidence for every organ the report names, weighed and added up.

Evidence is of few kinds, the same for every organ (``[weights]`` of ``patterns/fields/primary_site.toml``):
the answer to "tumor site", words of origin ("arising in", "primary in"), an organ attached to the tumor's
name, an organ the name implies, the heading of the part the tumor is in, a form's title, the operation, and
plain mentions."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.matching.expressions import Expression
from extractor.origin.evidence import (
    elsewhere,
    is_chance,
    is_example,
    plain_evidence,
    trust_in,
    tumor_evidence,
)
from extractor.origin.others import SHARE, of_another, to_come
from extractor.tumors.index import Index, index
from extractor.tumors.lesions import of_other_primary
from extractor.tumors.mention import Mention
from extractor.tumors.mentions import mentions, vocabulary
from extractor.tumors.organ_places import hits, organs
from extractor.tumors.organs import Hit

if TYPE_CHECKING:
    from extractor.document import Document


@dataclass(slots=True)
class Site:
    """An organ with its evidence: how much of each kind, and the best places."""

    organ: str
    evidence: dict[str, float] = field(default_factory=dict)
    places: list[tuple[float, Hit]] = field(default_factory=list)
    score: float = 0.0

    def add(self, kind: str, amount: float, hit: Hit | None, weight: float) -> None:
        """Count evidence of a kind."""
        self.evidence[kind] = self.evidence.get(kind, 0.0) + amount
        if hit is not None:
            self.places.append((amount * weight, hit))

    def mainly(self, weights: dict[str, float]) -> str:
        """The kind of evidence that weighs most."""
        return max(self.evidence, key=lambda kind: weights.get(kind, 0.0) * self.evidence[kind])


_SITES: WeakKeyDictionary[Document, list[Site]] = WeakKeyDictionary()
#: An operation that completes one before, and what stands between an organ and the tumor it then held.
_COMPLETED = Expression(
    r"\bcompletion\b|\bresidual (?:[\w-]+ ){0,4}(?:tumou?r|NET|carcinoid|nests)", re.IGNORECASE
)
_HELD = re.compile(r"\W{1,3}(?:[\w-]+ ){0,3}")
_OF = re.compile(r"\s(?:of|in|from) (?:the )?")
#: Evidence of an origin that the report favors.
_FAVORED = 0.5
#: The head of a page, and how much of it before a tumor's name is compared with others, in characters.
_PAGE = re.compile(r"\bpage\W{0,3}\d", re.IGNORECASE)
_AROUND = 15
#: How much the lines on another primary tell of the origin.
_ASIDE = 0.15
#: Parts of the body in which ganglia lie.
_PARAGANGLIA = frozenset({"paraganglia", "adrenal", "bladder"})
_BODY = frozenset({"soft_tissue", "mediastinum", "head_neck"})


def sites(document: Document) -> list[Site]:
    """Organs by score, best first."""
    if document not in _SITES:
        _SITES[document] = _sites(document)
    return _SITES[document]


def _sites(document: Document) -> list[Site]:
    words, names = organs(document), vocabulary(document)
    found: dict[str, Site] = {}
    counts: dict[str, float] = {}
    improbable: dict[str, float] = {}
    apart = of_other_primary(document)
    urothelial = any(
        m.name == "urothelial carcinoma" and m.counts and m.weight > 1 for m in mentions(document)
    )

    def add(organ: str, kind: str, amount: float, hit: Hit | None = None) -> None:
        site = found.setdefault(organ, Site(organ))
        site.add(kind, amount, hit, words.weights.get(kind, 0.0))

    for unit, present in zip(document.units, hits(document), strict=True):
        told = [hit for hit in present if not (is_example(document, hit) or is_chance(unit, hit))]
        for kind, full, hit in plain_evidence(unit, told, words):
            amount = full * (_ASIDE if unit.index in apart else 1.0)
            if kind in ("history", "procedure") and of_another(unit, hit.start, hit.end):
                amount *= SHARE
            if kind == "procedure" and to_come(unit, hit.start, hit.end):
                amount *= SHARE
            if kind == "mention":
                counts[hit.organ] = counts.get(hit.organ, 0.0) + amount
                if hit.organ in found or amount >= 1:
                    found.setdefault(hit.organ, Site(hit.organ)).places.append((0.1 * amount, hit))
            else:
                add(hit.organ, kind, amount, hit)
    tumor = index(document)
    only_metastases = elsewhere(document)
    completed = _COMPLETED.anywhere(document.text.clean) is not None
    pages: dict[str, int] = {}
    for mention in mentions(document):
        if mention.denied or mention.template or mention.rank == 0:
            continue
        if _PAGE.search(mention.unit.text):  # the head of a page says no more when printed again
            text = mention.unit.text[max(0, mention.start - _AROUND) : mention.end]
            if pages.setdefault(text, mention.unit.index) != mention.unit.index:
                continue
        trust = trust_in(mention, tumor, urothelial=urothelial, elsewhere=only_metastases)
        if (
            not only_metastases
            and mention is not _best(tumor)
            and of_another(mention.unit, mention.start, mention.end)
        ):
            trust *= SHARE
        if mention.unit.index in apart:
            trust *= _ASIDE
        for kind, amount, organ, place in tumor_evidence(document, mention):
            add(organ, kind, amount * trust, place)
        earlier = mention.historical or (completed and mention.unit.section == "history")
        then = earlier and not mention.metastatic and (only_metastases or completed)
        if then and tumor is not None and mention.kind == tumor.kind:
            for hit in hits(document)[mention.unit.index]:
                before = _HELD.fullmatch(mention.unit.text, hit.end, mention.start)
                if before or (completed and _OF.fullmatch(mention.unit.text, mention.end, hit.start)):
                    add(hit.organ, "origin", 1.5, hit)
        for organ, implied in words.implied:
            if implied.search(mention.unit.text, mention.start, mention.end):
                add(organ, "implied1", 0.1 * trust, Hit(organ, mention.unit, mention.start, mention.end))
        if mention.name in names.organs:
            organ, degree = names.organs[mention.name]
            add(organ, f"implied{degree}", trust, Hit(organ, mention.unit, mention.start, mention.end))
        if tumor is not None and mention.kind == tumor.kind and mention.weight >= tumor.best.weight - 1.0:
            for organ, unlikely in words.unlikely:
                if unlikely.search(mention.name):
                    improbable[organ] = max(improbable.get(organ, 0.0), trust)
    for organ, count in counts.items():
        if organ in found or count >= 2:
            site = found.setdefault(organ, Site(organ))
            site.evidence["mention"] = count
    for narrow, broad in words.narrower:
        # "Colon cancer" is said of a rectosigmoid tumor too, never the other way round.
        if narrow in found and broad in found and _placed(found[narrow]):
            found[narrow].evidence["narrower"] = 1.0
    bearing = _bearing(document) if only_metastases else set()
    for site in found.values():
        # The second of a kind says less than the first.
        if site.organ in improbable:
            site.evidence["unlikely"] = improbable[site.organ]
        site.evidence = {kind: math.log2(1 + amount) for kind, amount in site.evidence.items()}
        site.score = sum(words.weights.get(kind, 0.0) * amount for kind, amount in site.evidence.items())
        if site.organ in _BODY and tumor is not None and tumor.kind == "paraganglioma":
            site.score = min(site.score, 0.0)  # it names where the ganglion lies
        if (
            tumor is not None
            and tumor.kind == "paraganglioma"
            and site.organ not in _PARAGANGLIA
            and not {"attached", "label", "head", "head_first"} & site.evidence.keys()
        ):
            site.score = min(site.score, 0.0)  # it lies beside this organ
        if (
            site.organ == "testis"
            and site.evidence.keys() <= {"implied1", "mention"}
            and "specimen" in getattr(found.get("mediastinum"), "evidence", {})
        ):
            site.score = min(site.score, 0.0)  # the name alone: germ cell tumors arise in the mediastinum too
        if site.organ in bearing and not {"origin", "label"} & site.evidence.keys():
            site.score = min(site.score, 0.0)
        site.places.sort(key=lambda item: (-(document.rank(item[1].unit.section) > 1), -item[0]))
    return sorted(found.values(), key=lambda site: -site.score)


def _best(tumor: Index | None) -> Mention | None:
    return tumor.best if tumor is not None else None


def _bearing(document: Document) -> set[str]:
    """Organs said to hold the metastases."""
    words = organs(document)
    return {
        hit.organ
        for present in hits(document)
        for hit in present
        if hit.unit.section != "history" and words.bearing.match(hit.unit.text[hit.end :])
    }


def _placed(site: Site) -> bool:
    """Whether the tumor itself is put in this organ."""
    if site.evidence.get("origin", 0.0) >= _FAVORED:
        return True
    kinds = ("label", "attached", "head", "head_first", "near")
    return sum(site.evidence.get(kind, 0.0) for kind in kinds) >= 0.7
