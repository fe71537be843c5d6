"""Which organ the index tumor comes from: evidence for every organ the report names, weighed and added up.

Evidence is of few kinds, the same for every organ (``[weights]`` of ``patterns/fields/primary_site.toml``):
the answer to "tumor site", words of origin ("arising in", "primary in"), an organ attached to the tumor's
name, an organ the name implies, the heading of the part the tumor is in, a form's title, the operation, and
plain mentions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.expressions import Expression
from extractor.organs import Hit, Organs
from extractor.origins import favored
from extractor.tumors import UNSPECIFIC, Index, Mention, index, mentions, vocabulary
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns


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


_ORGANS: dict[int, tuple[FieldPatterns, Organs]] = {}
_SITES: WeakKeyDictionary[Document, list[Site]] = WeakKeyDictionary()
_HEADS: WeakKeyDictionary[Document, list[list[Hit]]] = WeakKeyDictionary()
_HITS: WeakKeyDictionary[Document, list[list[Hit]]] = WeakKeyDictionary()

#: A heading that goes on below does not end so, names its organ this early, is no longer than this, and began
#: at most so many lines above.
_ENDS, _EARLY, _HEADING, _LINES = frozenset(".:"), 45, 200, 3
#: What begins a finding below a heading.
_BULLETS = frozenset("-*•")
#: A form shows by examples what to write ("Diagnosis (ex. lung cancer):"), two of them side by side.
_EXAMPLE = re.compile(r"\((?:ex|e\.g)\b[.:]{0,2}\s[^()]{0,70}\Z", re.IGNORECASE)
_ANOTHER = re.compile(r"\s?\) ?\(ex\b", re.IGNORECASE)
#: A row of a table on tissue got ("Left kidney  Primary  Tumor  Tissue"), and what tumor has but reached.
_TABLED = re.compile(r"(?:, ?(?:left|right))?\s{1,3}Primary\s{1,3}Tumou?r\s{1,3}Tissue", re.IGNORECASE)
_REACHED = re.compile(r"\b(?:infiltrat|invad|involv)\w+\s{1,3}(?:(?:into|the)\s{1,3}){0,2}\Z", re.IGNORECASE)
#: Words before an organ whose cells are contaminants, or of which a tumor does not come.
_CONTAMINANT = re.compile(r"\bcontaminat\w+ (?:of|by|with|from) (?:the )?(?:[\w-]+ )?$", re.IGNORECASE)
_NO_ORIGIN = re.compile(
    r"\b(?:argues? against|speaks? against|not of|rules? out|exclud(?:es?|ing)) (?:(?!\bbut\b)[^.;:]){0,60}$",
    re.IGNORECASE,
)
#: An operation that completes one before, and what stands between an organ and the tumor it then held.
_COMPLETED = Expression(
    r"\bcompletion\b|\bresidual (?:[\w-]+ ){0,4}(?:tumou?r|NET|carcinoid|nests)", re.IGNORECASE
)
_HELD = re.compile(r"\W{1,3}(?:[\w-]+ ){0,3}")
#: A tumor's name soon after an organ and a colon ("Ileum: NET"), and the most words of such a label.
_SOON, _FEW = 40, 3
#: How far behind an origin it may be doubted ("primary are thought to be unlikely").
_DOUBT = 45
#: How far before a word an example may begin.
_REACH = 80
_SMALL_BOWEL = {"ileum", "jejunum"}
_NO_HEADING = re.compile(r"\W*(?:no|not|the|there|sections?|margins?|CRM|tumou?r)\b", re.IGNORECASE)
#: Words right before the organ of origin.
_ORIGIN = re.compile(
    r"\b(?:primary(?: (?:in|of|site|is|:))?|origin (?:in|from)|originat\w+ (?:in|from)) (?:the )?$"
)
#: The head of a page, and how much of it before a tumor's name is compared with others, in characters.
_PAGE = re.compile(r"\bpage\W{0,3}\d", re.IGNORECASE)
_AROUND = 15
#: Parts of the body in which ganglia lie.
_PARAGANGLIA = frozenset({"paraganglia", "adrenal", "bladder"})
_BODY = frozenset({"soft_tissue", "mediastinum", "head_neck"})
#: How far behind a metastasis the nodes that hold it are named, in characters.
_NODES = 50
_HEADED = {"diagnosis", "unknown", "amendment", "addendum", "synoptic", "comment"}


def organs(document: Document) -> Organs:
    """The organ words of the document's pattern data."""
    patterns = document.patterns("primary_site")
    if id(patterns) not in _ORGANS:
        _ORGANS[id(patterns)] = (patterns, Organs(patterns))
    return _ORGANS[id(patterns)][1]


def hits(document: Document) -> list[list[Hit]]:
    """Organ words of each unit."""
    if document not in _HITS:
        words = organs(document)
        _HITS[document] = [words.find(unit) for unit in document.units]
    return _HITS[document]


def heads(document: Document) -> list[list[Hit]]:
    """For each unit the organs of the part it belongs to ("LUNG, LEFT UPPER LOBE, LOBECTOMY:"), in order.

    A line heads a part if it names an organ before any tumor and ends like a heading or names an operation.
    """
    if document in _HEADS:
        return _HEADS[document]
    words, found = organs(document), hits(document)
    named: dict[int, int] = {}
    for mention in mentions(document):
        if not mention.denied:
            named[mention.unit.index] = min(named.get(mention.unit.index, 9999), mention.start)
    result: list[list[Hit]] = []
    current: list[Hit] = []
    section, part = "", None
    for unit in document.units:
        if unit.section != section:
            current, section = [], unit.section
        if unit.part != part:
            part = unit.part
        before = [h for h in found[unit.index] if h.start < named.get(unit.index, 9999)]
        if before and unit.section in _HEADED:
            lead = unit.text[: named.get(unit.index, len(unit.text))]
            early = before[0].start <= 45 and len(lead) <= 260
            if early and words.operation.search(lead) and not _NO_HEADING.match(lead):
                current = [*_begun(document, unit, found, named), *before]
        result.append(current)
    _HEADS[document] = result
    return result


def _begun(document: Document, unit: Unit, found: list[list[Hit]], named: dict[int, int]) -> list[Hit]:
    """Organs of the lines above, if they begin this heading ("UTERUS, OVARIES; TOTAL" / "HYSTERECTOMY:")."""
    for above in reversed(document.units[max(0, unit.index - _LINES) : unit.index]):
        if (above.section, above.part) != (unit.section, unit.part) or above.index in named:
            break
        if above.text.rstrip()[-1:] in _ENDS or len(above.text) > _HEADING:
            break
        if above.text.lstrip()[:1] in _BULLETS and unit.text.lstrip()[:1] not in _BULLETS:
            break  # a finding of the part before
        if present := found[above.index]:
            return present if present[0].start <= _EARLY else []
    return []


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
    urothelial = any(
        m.name == "urothelial carcinoma" and m.counts and m.weight > 1 for m in mentions(document)
    )

    def add(organ: str, kind: str, amount: float, hit: Hit | None = None) -> None:
        site = found.setdefault(organ, Site(organ))
        site.add(kind, amount, hit, words.weights.get(kind, 0.0))

    for unit, present in zip(document.units, hits(document), strict=True):
        told = [hit for hit in present if not (_exemplary(document, hit) or _beside(unit, hit))]
        for kind, amount, hit in _plain(unit, told, words):
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
        trust = _trust(mention, tumor, urothelial=urothelial, elsewhere=only_metastases)
        for kind, amount, organ, place in _named(document, mention):
            add(organ, kind, amount * trust, place)
        then = mention.historical and not mention.metastatic and (only_metastases or completed)
        if then and tumor is not None and mention.kind == tumor.kind:
            for hit in hits(document)[mention.unit.index]:
                if _HELD.fullmatch(mention.unit.text, hit.end, mention.start):
                    add(hit.organ, "origin", 1.5, hit)
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
        if site.organ in bearing and not {"origin", "label"} & site.evidence.keys():
            site.score = min(site.score, 0.0)
        site.places.sort(key=lambda item: (-(document.rank(item[1].unit.section) > 1), -item[0]))
    return sorted(found.values(), key=lambda site: -site.score)


def _exemplary(document: Document, hit: Hit) -> bool:
    """Whether an organ is but an example of what to write."""
    text, at = document.text.clean, hit.unit.start + hit.start
    if "(" not in text[max(0, at - _REACH) : at + _REACH]:
        return False
    return (
        _EXAMPLE.search(text[max(0, at - _REACH) : at]) is not None
        or _ANOTHER.match(hit.unit.text, hit.end) is not None
    )


def _titled(unit: Unit, hit: Hit, mention: Mention) -> bool:
    """Whether a line is an organ and its tumor ("Ileum: NET"), where no metastasis is to be expected."""
    if unit.label is None or hit.end > unit.label[1] or not mention.counts or mention.metastatic:
        return False
    value = unit.value or 0
    soon = value <= mention.start <= value + _SOON and len(unit.label_text.split()) <= _FEW
    return soon and hit.organ in _SMALL_BOWEL


def _beside(unit: Unit, hit: Hit) -> bool:
    """Whether an organ is named as what came into a smear by chance, or as no origin."""
    before = unit.text[max(0, hit.start - _REACH) : hit.start]
    return _CONTAMINANT.search(before) is not None or _NO_ORIGIN.search(before) is not None


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
    kinds = ("label", "attached", "head", "head_first", "near")
    return sum(site.evidence.get(kind, 0.0) for kind in kinds) >= 0.7


def elsewhere(document: Document) -> bool:
    """Whether the diagnosis tells of nothing but metastases."""
    current = [m for m in mentions(document) if m.counts and m.rank >= UNSPECIFIC and not m.historical]
    metastatic = {m.unit.index for m in current if m.metastatic}
    told = [m for m in current if document.rank(m.unit.section) >= 5 or m.unit.section == "unknown"]
    told = told or [m for m in current if m.unit.section in ("comment", "microscopic")]
    return bool(told) and all(m.unit.index in metastatic for m in told)


def _trust(mention: Mention, tumor: Index | None, *, urothelial: bool, elsewhere: bool) -> float:
    """How much a mention tells of the index tumor's origin, 0 to 1."""
    trust = max(0.1, min(1.0, 0.5 + mention.weight / 6)) * (0.5 if mention.doubtful else 1.0)
    if tumor is not None and mention.kind != tumor.kind and mention.rank != UNSPECIFIC:
        return 0.15 * trust
    if urothelial and mention.name == "prostatic adenocarcinoma":
        return 0.4 * trust  # found beside the bladder's tumor in a cystoprostatectomy
    if mention.aside and tumor is not None and not tumor.best.aside:
        return 0.4 * trust
    if elsewhere and not mention.metastatic:
        return max(trust, 0.8)  # the history tells where the metastases of today come from
    return trust


def _plain(unit: Unit, present: list[Hit], words: Organs) -> Iterator[tuple[str, float, Hit]]:
    """Evidence that needs no tumor's name: answers, titles, operations, mentions."""
    nodes = bool(words.nodes.search(unit.text))
    if unit.section not in ("blocks", "outside"):
        for hit in words.find_procedures(unit):
            yield "procedure", 0.5 if unit.section in ("history", "intraoperative") else 1.0, hit
    if not present:
        return
    labelled = words.label is not None and (
        (unit.label is not None and words.label.match(unit.label_text))
        or (unit.label is None and words.label.match(unit.under))
    )
    if labelled and not words.sought.search(unit.text):
        at = unit.value or 0
        for place, hit in enumerate(h for h in present if h.start >= at):
            yield "label", 1.0 if place == 0 else 0.4, hit
    if (
        len(unit.text) <= 90
        and words.overview.search(unit.text)
        and unit.section in ("synoptic", "diagnosis", "unknown")
    ):
        for hit in present[:2]:
            yield "title", 1.0 if len({h.organ for h in present}) <= 2 else 0.5, hit
    named: Hit | None = None
    for hit in present:
        if nodes:
            yield "mention", 0.15, hit
        else:
            yield "mention", {"blocks": 0.3, "history": 0.7}.get(unit.section, 1.0), hit
            if _TABLED.match(unit.text, hit.end):
                yield "label", 1.0, hit
            if unit.section == "history" and not _REACHED.search(unit.text, 0, hit.start):
                yield "history", 1.0, hit
            elif unit.section == "specimens":
                yield "specimen", 1.0, hit
        before, after = unit.text[max(0, hit.start - 60) : hit.start], unit.text[hit.end : hit.end + 30]
        if (told := favored(unit, hit, named, words.doubtful)) is not None:
            if told:
                yield "origin", told, hit
                named = hit
            continue
        if words.origin_before.search(after) or _ORIGIN.search(before):
            amount = 0.4 if unit.section == "history" else 1.0
            if words.suggested.search(before) or words.sought.match(unit.text, hit.end + 1):
                amount = min(amount, 0.6)
            if not words.doubtful.search(before[-40:] + unit.text[hit.end : hit.end + _DOUBT]):
                yield "origin", amount, hit


def _named(document: Document, mention: Mention) -> Iterator[tuple[str, float, str, Hit | None]]:
    """Evidence around a tumor's name: organs attached to it, words of origin, the part's heading."""
    unit, words = mention.unit, organs(document)
    present = hits(document)[unit.index]
    for hit in present:
        if _titled(unit, hit, mention):
            yield "attached", 0.6, hit.organ, hit
        if mention.start <= hit.start and hit.end <= mention.end:
            yield "attached", 1.0, hit.organ, hit
        elif hit.start >= mention.end and hit.start - mention.end <= 90:
            between = unit.text[mention.end : hit.start]
            told = words.origin_after.search(between) or words.attached.match(between)
            if told and not words.nodes.search(unit.text[hit.end : hit.end + 25]):
                yield "attached", 0.5 if mention.metastatic else 1.0, hit.organ, hit
        elif hit.end <= mention.start and words.adjective.match(unit.text[hit.end : mention.start]):
            yield "attached", 0.4 if mention.metastatic else 0.8, hit.organ, hit
    if mention.counts and mention.rank >= UNSPECIFIC and not mention.metastatic:
        for hit in present:
            if not words.not_near.search(unit.text[max(0, hit.start - 50) : hit.start]):
                yield "near", 1.0, hit.organ, hit
    head = _narrowed(heads(document)[unit.index])
    if not head:
        # A diagnosis without a heading of its own speaks of what the report's first heading names.
        first = next((h for h in heads(document) if h), None)
        if first and first[0].unit.index <= 15 and not mention.metastatic and not elsewhere(document):
            yield "head_first", 0.8, first[0].organ, first[0]
        return
    nodes = bool(words.nodes.search(head[0].unit.text[: head[0].unit.text.find(":") + 1 or None]))
    for place, hit in enumerate(head):
        if nodes:
            yield "node", 1.0, hit.organ, None
        elif mention.metastatic:
            if not words.nodes.search(unit.text[mention.end : mention.end + _NODES]):
                yield "head_metastatic", 1.0, hit.organ, hit
        elif place == 0:
            several = len({h.organ for h in head}) > 1
            yield "head_first" if several else "head", 1.0, hit.organ, hit
        elif hit.organ != head[0].organ:
            yield "head_other", 1.0, hit.organ, hit


def _narrowed(head: list[Hit]) -> list[Hit]:
    """A heading's organs without the small bowel where it names the part of it: "small bowel, ileum"."""
    parts = {hit.organ for hit in head} & _SMALL_BOWEL
    return [hit for hit in head if hit.organ != "small_bowel"] if len(parts) == 1 else head


def subsites(document: Document) -> list[list[str]]:
    """The parts of organs: name, organ, topography code, expression."""
    parts: list[list[str]] = document.patterns("primary_subsite").data["subsite"]
    return parts
