"""What speaks for an organ as the origin: answers, titles, operations, and words around a tumor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.origin.origins import favored
from extractor.origin.rivals import alternatives
from extractor.tumors.index import UNSPECIFIC, Index
from extractor.tumors.mention import Mention
from extractor.tumors.mentions import mentions
from extractor.tumors.organ_places import heads, hits, organs
from extractor.tumors.organs import Hit, Organs
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document

#: A form shows by examples what to write ("Diagnosis (ex. lung cancer):").
_EXAMPLE = re.compile(r"\((?:ex|e\.g)\b[.:]{0,2}\s[^()]{0,70}\Z", re.IGNORECASE)
#: A row of a table on tissue got ("Left kidney  Primary  Tumor  Tissue"), and what tumor has but reached.
_TABLED = re.compile(r"(?:, ?(?:left|right))?\s{1,3}Primary\s{1,3}Tumou?r\s{1,3}Tissue", re.IGNORECASE)
_REACHED = re.compile(r"\b(?:infiltrat|invad|involv)\w+\s{1,3}(?:(?:into|the)\s{1,3}){0,2}\Z", re.IGNORECASE)
#: Words before an organ whose cells are contaminants, or of which a tumor does not come.
_CONTAMINANT = re.compile(r"\bcontaminat\w+ (?:of|by|with|from) (?:the )?(?:[\w-]+ )?$", re.IGNORECASE)
_NO_ORIGIN = re.compile(
    r"\b(?:argues? against|speaks? against|not of|rules? out|exclud(?:es?|ing)|"
    r"(?:can ?not|could not|unable to) (?:confirm|prove)) (?:(?!\bbut\b)[^.;:]){0,60}$|"
    r"\b(?:not (?:correspond to|resemble|match|suggestive of|(?:consistent|compatible|identical) with)|"
    r"incompatible with|differs? from|different from|unlike)\s"
    r"(?:an? |the |her |his |that of |previous ){0,3}$|"
    r"\bno (?:evidence|signs?|proof|indication) of (?:an? |the )?(?:metasta\w+ (?:of|from) (?:the )?)?$",
    re.IGNORECASE,
)
#: A tumor's name soon after an organ and a colon ("Ileum: NET"), and the most words of such a label.
_SOON, _FEW = 40, 3
#: How far behind an origin it may be doubted ("primary are thought to be unlikely").
_DOUBT = 45
#: How far before a word an example may begin.
_REACH = 80
#: The first words of a line on what the patient had before.
_PAST = re.compile(
    r"\W*(?:(?:clinical |past |prior )?(?:history|hx)|h/o|s/p|status post|known|previous)\b", re.IGNORECASE
)
_JOINED = re.compile(r"\s?(?:and|\()\s?(?:the )?", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|including|shows?)\b", re.IGNORECASE)
#: Organs of which neuroendocrine tumors hardly come.
HARDLY = frozenset({"breast", "prostate", "kidney", "bladder", "uterus", "liver", "bone", "brain"})
_SMALL_BOWEL = {"ileum", "jejunum"}
#: Words right before the organ of origin.
_ORIGIN = re.compile(
    r"\b(?:primary(?: (?:in|of|site|is|:))?|origin (?:in|from)|originat\w+ (?:in|from)) (?:the )?$"
)
#: Tissue said to hold no tumor.
_FREE = re.compile(
    r"(?:(?!\b(?:margins?|with tumou?r|carcinoma)\b)[^.;:]){0,70}[,:;-] ?(?:no|without|free of|negative for)"
    r" (?:(?:evidence of|residual|significant) ){0,2}(?:tumou?r|\w*carcinoma|malignan\w+|neoplas\w+)\b"
    r"(?! (?:at|in|on)\b)",
    re.IGNORECASE,
)
#: How far behind a metastasis the nodes that hold it are named, in characters.
_NODES = 50
#: The longest title of a form, how far behind a tumor's name its organ may be named, and in which of the
#: units a report's first heading stands.
_FORM_TITLE, _BEHIND, _FIRST = 90, 90, 15


def is_example(document: Document, hit: Hit) -> bool:
    """Whether an organ is but an example of what to write."""
    text, at = document.text.clean, hit.unit.start + hit.start
    if "(" not in text[max(0, at - _REACH) : at + _REACH]:
        return False
    return _EXAMPLE.search(text[max(0, at - _REACH) : at]) is not None


def _titled(unit: Unit, hit: Hit, mention: Mention) -> bool:
    """Whether a line is an organ and its tumor ("Ileum: NET"), where no metastasis is to be expected."""
    if unit.label is None or hit.end > unit.label[1] or not mention.counts or mention.metastatic:
        return False
    value = unit.value or 0
    soon = value <= mention.start <= value + _SOON and len(unit.label_text.split()) <= _FEW
    return soon and hit.organ in _SMALL_BOWEL


def is_chance(unit: Unit, hit: Hit) -> bool:
    """Whether an organ is named as what came into a smear by chance, or as no origin."""
    before = unit.text[max(0, hit.start - _REACH) : hit.start]
    return _CONTAMINANT.search(before) is not None or _NO_ORIGIN.search(before) is not None


def elsewhere(document: Document) -> bool:
    """Whether the diagnosis tells of nothing but metastases."""
    current = [m for m in mentions(document) if m.counts and m.rank >= UNSPECIFIC and not m.historical]
    metastatic = {m.unit.index for m in current if m.metastatic}
    told = [m for m in current if document.rank(m.unit.section) >= 5 or m.unit.section == "unknown"]
    told = told or [m for m in current if m.unit.section in ("comment", "microscopic")]
    return bool(told) and all(m.unit.index in metastatic for m in told)


def trust_in(mention: Mention, tumor: Index | None, *, urothelial: bool, elsewhere: bool) -> float:
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


def is_otherwise(mention: Mention, organ: str, tumor: Index | None) -> bool:
    """Whether a "carcinoma" is another tumor: of an organ that neuroendocrine tumors hardly come from."""
    if tumor is None or tumor.kind != "net" or organ not in HARDLY:
        return False
    return mention.rank == UNSPECIFIC and mention.kind == "none" and "carcinoma" in mention.name


def plain_evidence(unit: Unit, present: list[Hit], words: Organs) -> Iterator[tuple[str, float, Hit]]:
    """Evidence that needs no tumor's name: answers, titles, operations, mentions."""
    if unit.section not in ("blocks", "outside"):
        for hit in words.find_procedures(unit):
            yield "procedure", 0.5 if unit.section in ("history", "intraoperative") else 1.0, hit
    if present:
        yield from _labelled(unit, present, words)
        yield from _overview(unit, present, words)
        yield from _named(unit, present, words)


def _labelled(unit: Unit, present: list[Hit], words: Organs) -> Iterator[tuple[str, float, Hit]]:
    """The answer to a question for the tumor's site."""
    label = unit.label_text if unit.label is not None else unit.under
    if words.label is None or not words.label.match(label) or words.sought.search(unit.text):
        return
    at = unit.value or 0
    for place, hit in enumerate(_narrowed([h for h in present if h.start >= at])):
        yield "label", 1.0 if place == 0 else 0.4, hit


def _overview(unit: Unit, present: list[Hit], words: Organs) -> Iterator[tuple[str, float, Hit]]:
    """The organ in the title of a form."""
    if unit.section not in ("synoptic", "diagnosis", "unknown") or len(unit.text) > _FORM_TITLE:
        return
    if not _PAST.match(unit.text) and words.overview.search(unit.text):
        for hit in present[:2]:
            yield "title", 1.0 if len({h.organ for h in present}) <= 2 else 0.5, hit


def _named(unit: Unit, present: list[Hit], words: Organs) -> Iterator[tuple[str, float, Hit]]:
    """Organs in the words of a line: mentions, and those that are called the origin."""
    nodes = words.nodes.search(unit.text) is not None
    last: Hit | None = None
    open_between = alternatives(present)
    for hit in present:
        if nodes:
            yield "mention", 0.15, hit
        else:
            yield from _mentioned(unit, hit)
        if hit.start in open_between:
            continue
        if (told := favored(unit, hit, last, words.doubtful)) is None:
            yield from _origin(unit, hit, words)
        elif told:
            yield "origin", told, hit
            last = hit


def _mentioned(unit: Unit, hit: Hit) -> Iterator[tuple[str, float, Hit]]:
    """A mention, and what its place tells."""
    free = _FREE.match(unit.text, hit.end) is not None
    yield "mention", 0.3 if free else {"blocks": 0.3, "history": 0.7}.get(unit.section, 1.0), hit
    if _TABLED.match(unit.text, hit.end):
        yield "label", 1.0, hit
    if unit.section == "history" and not _REACHED.search(unit.text, 0, hit.start):
        yield "history", 1.0, hit
    elif unit.section == "specimens":
        yield "specimen", 1.0, hit


def _origin(unit: Unit, hit: Hit, words: Organs) -> Iterator[tuple[str, float, Hit]]:
    """An organ with words of origin before or behind it."""
    before, after = unit.text[max(0, hit.start - 60) : hit.start], unit.text[hit.end : hit.end + 30]
    if not (words.origin_before.search(after) or _ORIGIN.search(before)):
        return
    amount = 0.4 if unit.section == "history" else 1.0
    if words.suggested.search(before) or words.sought.match(unit.text, hit.end + 1):
        amount = min(amount, 0.6)
    if not words.doubtful.search(before[-40:] + unit.text[hit.end : hit.end + _DOUBT]):
        yield "origin", amount, hit


def tumor_evidence(document: Document, mention: Mention) -> Iterator[tuple[str, float, str, Hit | None]]:
    """Evidence around a tumor's name: organs attached to it, words of origin, the part's heading."""
    unit, words = mention.unit, organs(document)
    present = hits(document)[unit.index]
    open_between = alternatives(present)
    for hit in present:
        if _titled(unit, hit, mention):
            yield "attached", 0.6, hit.organ, hit
        if amount := _attached(mention, hit, words, apart=hit.start in open_between):
            yield "attached", amount, hit.organ, hit
    if mention.counts and mention.rank >= UNSPECIFIC and not mention.metastatic:
        for hit in present:
            if not words.not_near.search(unit.text[max(0, hit.start - 50) : hit.start]):
                yield "near", 1.0, hit.organ, hit
    if head := _narrowed(heads(document)[unit.index]):
        yield from _headed(mention, head, words)
    elif not mention.metastatic and (first := _first_head(document)) and not elsewhere(document):
        yield "head_first", 0.8, first.organ, first


def _attached(mention: Mention, hit: Hit, words: Organs, *, apart: bool) -> float:
    """How closely an organ is attached to a tumor's name, 0 to 1."""
    text = mention.unit.text
    if mention.start <= hit.start and hit.end <= mention.end:
        return 1.0
    if hit.start >= mention.end and hit.start - mention.end <= _BEHIND and not apart:
        between = text[mention.end : hit.start]
        told = words.origin_after.search(between) or words.attached.match(between)
        if not told or words.nodes.search(text[hit.end : hit.end + 25]):
            return 0.0
        return 0.5 if mention.metastatic else 1.0
    if hit.end <= mention.start and words.adjective.match(text[hit.end : mention.start]):
        return 0.4 if mention.metastatic else 0.8
    return 0.0


def _first_head(document: Document) -> Hit | None:
    """The report's first heading: of it a diagnosis speaks that has none of its own."""
    first = next((head for head in heads(document) if head), None)
    return first[0] if first and first[0].unit.index <= _FIRST else None


def _headed(mention: Mention, head: list[Hit], words: Organs) -> Iterator[tuple[str, float, str, Hit | None]]:
    """The organs of the part that a tumor is in."""
    nodes = words.nodes.search(_title(head[0].unit, mention)) is not None
    for place, hit in enumerate(head):
        if nodes:
            yield "node", 1.0, hit.organ, None
        elif mention.metastatic:
            if not words.nodes.search(mention.unit.text[mention.end : mention.end + _NODES]):
                yield "head_metastatic", 1.0, hit.organ, hit
        elif place == 0:
            several = len({h.organ for h in head}) > 1
            yield "head_first" if several else "head", 1.0, hit.organ, hit
        elif hit.organ != head[0].organ:
            yield "head_other", 1.0, hit.organ, hit


def _title(unit: Unit, mention: Mention) -> str:
    """The title of a line: what stands before its colon, its tumor, or what comes with it."""
    text = unit.text if mention.unit is not unit else unit.text[: mention.start]
    if colon := text.find(":") + 1:
        return text[:colon]
    with_it = _WITH.search(text)
    return text[: with_it.start()] if with_it is not None else text


def _narrowed(head: list[Hit]) -> list[Hit]:
    """A heading's organs without a broader one before its part: "small bowel, ileum", "colon and rectum"."""
    if [hit.organ for hit in head[:2]] == ["colon", "rectum"] and _JOINED.fullmatch(
        head[0].unit.text, head[0].end, head[1].start
    ):
        head = head[1:]
    parts = {hit.organ for hit in head} & _SMALL_BOWEL
    return [hit for hit in head if hit.organ != "small_bowel"] if len(parts) == 1 else head
