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
    HARDLY,
    elsewhere,
    is_chance,
    is_example,
    is_otherwise,
    plain_evidence,
    trust_in,
    tumor_evidence,
)
from extractor.origin.others import SHARE, of_another, to_come
from extractor.tumors.index import index
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

    def has(self, *kinds: str) -> bool:
        """Whether there is evidence of any of these kinds."""
        return not self.evidence.keys().isdisjoint(kinds)

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
#: Evidence of the heading that the tumor found stands below.
_HEADED = 0.5
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
    gathered = _Gathered(document)
    gathered.of_organs()
    gathered.of_tumors()
    gathered.compare()
    for site in gathered.sites.values():
        gathered.score(site)
        site.places.sort(key=lambda item: (-(document.rank(item[1].unit.section) > 1), -item[0]))
    return sorted(gathered.sites.values(), key=lambda site: -site.score)


class _Gathered:
    """What speaks for each organ, gathered over a report."""

    def __init__(self, document: Document) -> None:
        self.document, self.words = document, organs(document)
        self.sites: dict[str, Site] = {}
        self.tumor = index(document)
        #: Whether the diagnosis tells of nothing but metastases, and an operation completes one before.
        self.only_metastases = elsewhere(document)
        self.completed = _COMPLETED.anywhere(document.text.clean) is not None
        self.urothelial = any(
            m.name == "urothelial carcinoma" and m.counts and m.weight > 1 for m in mentions(document)
        )
        self._bearing = _bearing(document) if self.only_metastases else set()
        self._apart = of_other_primary(document)
        self._mentioned: dict[str, float] = {}
        self._improbable: dict[str, float] = {}
        self._pages: dict[str, int] = {}

    def site(self, organ: str) -> Site:
        """An organ's site, begun if it is new."""
        return self.sites.setdefault(organ, Site(organ))

    def add(self, organ: str, kind: str, amount: float, hit: Hit | None = None) -> None:
        """Count evidence for an organ."""
        self.site(organ).add(kind, amount, hit, self.words.weights.get(kind, 0.0))

    def of_organs(self) -> None:
        """Evidence that needs no tumor's name."""
        for unit, present in zip(self.document.units, hits(self.document), strict=True):
            told = [hit for hit in present if not (is_example(self.document, hit) or is_chance(unit, hit))]
            for kind, full, hit in plain_evidence(unit, told, self.words):
                amount = full * (_ASIDE if unit.index in self._apart else 1.0)
                if kind == "mention":
                    self._mention(hit, amount)
                else:
                    self.add(hit.organ, kind, _shared(kind, hit, amount), hit)

    def _mention(self, hit: Hit, amount: float) -> None:
        """Count a plain mention: faint ones alone make no site."""
        self._mentioned[hit.organ] = self._mentioned.get(hit.organ, 0.0) + amount
        if hit.organ in self.sites or amount >= 1:
            self.site(hit.organ).places.append((0.1 * amount, hit))

    def of_tumors(self) -> None:
        """Evidence around the names of tumors."""
        for mention in mentions(self.document):
            if mention.denied or mention.template or mention.rank == 0 or self._printed_again(mention):
                continue
            trust = self._trust(mention)
            for kind, amount, organ, place in tumor_evidence(self.document, mention):
                aside = _ASIDE if is_otherwise(mention, organ, self.tumor) else 1.0
                self.add(organ, kind, amount * trust * aside, place)
            if self._then(mention):
                self._where_it_was(mention)
            self._implied(mention, trust)
            self._unlikely(mention, trust)

    def _printed_again(self, mention: Mention) -> bool:
        """Whether a name stands in the head of a page, which says no more when printed again."""
        unit = mention.unit
        if not _PAGE.search(unit.text):
            return False
        text = unit.text[max(0, mention.start - _AROUND) : mention.end]
        return self._pages.setdefault(text, unit.index) != unit.index

    def _trust(self, mention: Mention) -> float:
        """How much a mention tells of the origin."""
        trust = trust_in(mention, self.tumor, urothelial=self.urothelial, elsewhere=self.only_metastases)
        best = self.tumor.best if self.tumor is not None else None
        if not self.only_metastases and mention is not best:
            trust *= SHARE if of_another(mention.unit, mention.start, mention.end) else 1.0
        return trust * (_ASIDE if mention.unit.index in self._apart else 1.0)

    def _then(self, mention: Mention) -> bool:
        """Whether the primary is told of that was taken before."""
        if mention.metastatic or not (self.only_metastases or self.completed):
            return False
        earlier = mention.historical or (self.completed and mention.unit.section == "history")
        return earlier and self.tumor is not None and mention.kind == self.tumor.kind

    def _where_it_was(self, mention: Mention) -> None:
        """The organ that held the tumor then."""
        text = mention.unit.text
        for hit in hits(self.document)[mention.unit.index]:
            before = _HELD.fullmatch(text, hit.end, mention.start)
            if before or (self.completed and _OF.fullmatch(text, mention.end, hit.start)):
                self.add(hit.organ, "origin", 1.5, hit)

    def _implied(self, mention: Mention, trust: float) -> None:
        """The organs that a tumor's name implies."""
        names, unit = vocabulary(self.document), mention.unit
        for organ, implied in self.words.implied:
            if implied.search(unit.text, mention.start, mention.end):
                self.add(organ, "implied1", 0.1 * trust, Hit(organ, unit, mention.start, mention.end))
        if mention.name in names.organs:
            organ, degree = names.organs[mention.name]
            self.add(organ, f"implied{degree}", trust, Hit(organ, unit, mention.start, mention.end))

    def _unlikely(self, mention: Mention, trust: float) -> None:
        """Note the organs in which such a tumor hardly arises, by a good mention of the index tumor."""
        tumor = self.tumor
        if tumor is None or mention.kind != tumor.kind or mention.weight < tumor.best.weight - 1.0:
            return
        for organ, unlikely in self.words.unlikely:
            if unlikely.search(mention.name):
                self._improbable[organ] = max(self._improbable.get(organ, 0.0), trust)

    def _had_other(self) -> set[str]:
        """Organs of which the history tells another tumor than the one found, or its metastases."""
        if self.tumor is None or self.only_metastases:
            return set()
        units = {
            m.unit.index
            for m in mentions(self.document)
            if m.unit.section == "history" and m.kind != self.tumor.kind
        }
        found = {hit.organ for index_ in units for hit in hits(self.document)[index_]}
        return found | HARDLY if self.tumor.kind in ("net", "nec") else found

    def compare(self) -> None:
        """Evidence that comes of all there is: mentions together, and organs within others."""
        headed = {organ for organ, site in self.sites.items() if site.evidence.get("head", 0.0) >= _HEADED}
        for organ in self._had_other() & self.sites.keys() if headed else ():
            site = self.sites[organ]
            if site.has("history") and not site.has("head", "head_first", "label", "origin", "procedure"):
                site.evidence["history"] *= SHARE
        for organ, count in self._mentioned.items():
            if organ in self.sites or count >= 2:
                self.site(organ).evidence["mention"] = count
        for narrow, broad in self.words.narrower:
            # "Colon cancer" is said of a rectosigmoid tumor too, never the other way round.
            if narrow in self.sites and broad in self.sites and _placed(self.sites[narrow]):
                self.sites[narrow].evidence["narrower"] = 1.0
        for organ in self._improbable.keys() & self.sites.keys():
            self.sites[organ].evidence["unlikely"] = self._improbable[organ]

    def score(self, site: Site) -> None:
        """Weigh an organ's evidence."""
        # The second of a kind says less than the first.
        site.evidence = {kind: math.log2(1 + amount) for kind, amount in site.evidence.items()}
        weights = self.words.weights
        site.score = sum(weights.get(kind, 0.0) * amount for kind, amount in site.evidence.items())
        if self._by_ganglion(site) or self._germ_cells_elsewhere(site) or self._bears_metastases(site):
            site.score = min(site.score, 0.0)

    def _by_ganglion(self, site: Site) -> bool:
        """Whether an organ only tells where a ganglion lies, or lies beside it."""
        if self.tumor is None or self.tumor.kind != "paraganglioma":
            return False
        if site.organ in _BODY:
            return True
        return site.organ not in _PARAGANGLIA and not site.has("attached", "label", "head", "head_first")

    def _germ_cells_elsewhere(self, site: Site) -> bool:
        """Whether the name alone speaks for the testis: germ cell tumors arise in the mediastinum too."""
        if site.organ != "testis" or not site.evidence.keys() <= {"implied1", "mention"}:
            return False
        return "mediastinum" in self.sites and self.sites["mediastinum"].has("specimen")

    def _bears_metastases(self, site: Site) -> bool:
        """Whether an organ is said to hold the metastases, and not the origin."""
        return site.organ in self._bearing and not site.has("origin", "label")


def _shared(kind: str, hit: Hit, amount: float) -> float:
    """What is left of evidence that may be of another tumor, or of an operation to come."""
    if kind in ("history", "procedure") and of_another(hit.unit, hit.start, hit.end):
        amount *= SHARE
    if kind == "procedure" and to_come(hit.unit, hit.start, hit.end):
        amount *= SHARE
    return amount


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
