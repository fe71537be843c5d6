"""Organ the index tumor comes from.

Meaning: the organ of origin, not the organ biopsied: a liver biopsy with a metastasis gives the stated
primary, or ``unknown`` when the report states none. The rectosigmoid junction counts as rectum, tube and
adnexa as ovary; a tumor said to be primary in the peritoneum has ``other``.
Source: ICD-O-3 topography at organ level (``extractor/origin/sites.py`` weighs the evidence).
Conflicts: the organ with the most evidence; the next one is an alternative.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.origin.evidence import elsewhere
from extractor.origin.rivals import open_origin
from extractor.origin.sites import Site, sites
from extractor.staging.cystoprostatectomy import leading_organ
from extractor.tumors.index import index
from extractor.tumors.mentions import mentions
from extractor.tumors.organ_places import hits, organs

Organ = Literal[
    "pancreas", "stomach", "duodenum", "ampulla", "jejunum", "ileum", "small_bowel", "appendix", "colon",
    "rectum", "esophagus", "gallbladder", "bile_duct", "liver", "lung", "thymus", "kidney", "bladder",
    "prostate", "breast", "brain", "adrenal", "paraganglia", "thyroid", "skin", "soft_tissue", "bone",
    "uterus", "cervix", "ovary", "testis", "head_neck", "pleura", "mediastinum", "unknown", "other",
]  # fmt: skip


#: Organs that the contract has no value for.
_WITHOUT_NAME = frozenset({"parathyroid", "vulva", "vagina", "anus", "penis"})
#: What follows an organ whose tumor is told of without a name.
_TUMOR = re.compile(r" tumou?r\b(?!.*\?)", re.IGNORECASE)
#: Kinds of evidence that tell of a tumor even where its name cannot be read.
#: Rank of the diagnosis, and what it says of a specimen without tumor.
_DIAGNOSIS = 5
_NOTHING = re.compile(
    r"\bno (?:evidence of )?(?:residual|remaining) (?:[\w-]+ ){0,3}"
    r"(?:tumou?r|carcinoma|neoplasm|carcinoid|malignan\w+)\b",
    re.IGNORECASE,
)
_TOLD = frozenset({"label", "origin", "title", "procedure", "specimen"})
#: What is found is no tumor at all.
_NO_NEOPLASM = re.compile(
    r"\b(?:process|lesion|proliferation|changes?|findings?|tissue)\s(?:(?:overall|here|itself)\s|as\sa\swhole\s)?"
    r"(?:(?:does|do)\s+not\s+(?:appear|seem)|(?:is|are)\s+not|(?:is|are)\s+(?:felt|considered|thought)\s+not)\s+"
    r"(?:to\s+be\s+)?(?:a\s+)?(?:neoplas\w+|tumou?r)\b",
    re.IGNORECASE,
)


#: Evidence that puts the tumor in an organ, and the sections that say where it comes from.
_PLACED = frozenset(
    {"label", "origin", "attached", "head", "head_first", "procedure", "implied3", "implied2"}
)
_CONCLUDING = frozenset({"diagnosis", "comment", "unknown", "microscopic", "ihc", "addendum", "amendment"})
#: The label of what the clinician wrote.
_REQUEST = re.compile(r"\W*(?:clin(?:ical)?|history|hx|request|information|indication)\b", re.IGNORECASE)
#: Organs that hold metastases, and hardly ever a neuroendocrine tumor of their own.
_CARRIED = {"liver", "bone", "brain"}
#: Organs in which a tumor of an open origin is found.
_REACHED = _CARRIED | {"soft_tissue"}
#: How far the organ of the tumor with the higher stage is put before the other one.
_AHEAD, _PELVIC = 2.0, frozenset({"bladder", "prostate"})
#: Evidence of an origin that is favored by the report, and evidence that says next to nothing, as logarithms.
_FAVOURED, _FAINT = 0.6, 0.2
#: Of a place that the report names in so many words.
_SAID = {"strength": 4.0, "first": 1.0, "lead": 2.0, "support": 4.0, "named": 1.0}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: the three organs with the most evidence, and ``unknown`` where the report says so."""
    tumor = float(index(document) is not None)
    if not tumor and _none_left(document):
        return
    ranked = [site for site in sites(document) if site.score > (0 if tumor else 1.0) and site.places]
    if not tumor and ranked and not (_TOLD.intersection(ranked[0].evidence) or _called(ranked[0])):
        return  # an organ's name alone, without any tumor
    ranked = _staged_first(document, ranked)
    if ranked and len(ranked) > 1 and ranked[0].score - ranked[1].score > 3.0:
        ranked = ranked[:1]
    if peritoneal := _peritoneal(document, patterns):
        yield peritoneal
        return
    if unknown := _unknown(document, patterns, ranked):
        yield unknown
        ranked = ranked[:1]
    for place, site in enumerate(ranked[:3], start=1 if unknown else 0):
        hit = site.places[0][1]
        candidate = document.candidate(
            "other" if site.organ in _WITHOUT_NAME else site.organ,
            hit.unit,
            hit.start,
            hit.end,
            f"{patterns.name}/{site.mainly(organs(document).weights)}",
        )
        # The evidence is a sum over the report: where its best place stands is no feature of it.
        if place == 0:
            lead = min(site.score - (ranked[1].score if len(ranked) > 1 else 0.0), 5.0)
            candidate.features = {"strength": 3.0 + 0.5 * lead, "lead": lead, "first": 1.0}
        else:
            behind = min(ranked[0].score - site.score, 5.0) if not unknown else 1.0
            candidate.features = {"strength": -2.0 - behind, "behind": behind, "other_tumor": 1.0}
        candidate.features |= {"support": min(site.score, 10.0), "named": tumor}
        candidate.more = tuple(
            (h.unit.start + h.start, h.unit.start + h.end)
            for _, h in site.places[1:2]
            if h.unit is not hit.unit
        )
        yield candidate


def _staged_first(document: Document, ranked: list[Site]) -> list[Site]:
    """The organs, of bladder and prostate the one first whose tumor has the higher stage."""
    organ = leading_organ(document)
    if organ is None or not ranked or ranked[0].organ == organ or ranked[0].organ not in _PELVIC:
        return ranked
    lead = [
        replace(s, score=ranked[0].score + _AHEAD) for s in sites(document) if s.organ == organ and s.places
    ]
    return [*lead, *(site for site in ranked if site.organ != organ)]


def _peritoneal(document: Document, patterns: FieldPatterns) -> Candidate | None:
    """The report says that the tumor is primary in the peritoneum, whatever else it involves."""
    stated, doubted = patterns["peritoneal"], patterns["peritoneal-doubted"]
    for unit in document.units_with(stated):
        if unit.section in ("blocks", "history", "intraoperative", "outside"):
            continue
        match = stated.search(unit.text)
        if match and not doubted.search(unit.text):
            candidate = document.candidate(
                "other", unit, match.start(), match.end(), patterns.rule("peritoneal").id
            )
            candidate.features = dict(_SAID)
            return candidate
    return None


def _open_between(document: Document, ranked: list[Site]) -> Candidate | None:
    """The report leaves open of which of several organs the tumor is, and nothing else tells."""
    if any(_PLACED.intersection(site.evidence) for site in ranked if site.organ not in _REACHED):
        return None
    for unit, present in zip(document.units, hits(document), strict=True):
        if unit.section in _CONCLUDING and (hit := open_origin(present)) is not None:
            candidate = document.candidate("unknown", unit, hit.start, hit.end, "primary_site/open")
            candidate.features = dict(_SAID)
            return candidate
    return None


def _called(site: Site) -> bool:
    """Whether the organ's tumor is told of ("left frontal brain tumour") where its name cannot be read."""
    return any(_TUMOR.match(hit.unit.text, hit.end) is not None for _, hit in site.places)


def _none_left(document: Document) -> bool:
    """Whether the diagnosis says that nothing of a tumor is left, or the report that there is none."""
    return any(
        (document.rank(unit.section) >= _DIAGNOSIS and _NOTHING.search(unit.text))
        or (unit.section in _CONCLUDING and _NO_NEOPLASM.search(unit.text))
        for unit in document.units
    )


def _unknown(document: Document, patterns: FieldPatterns, ranked: list[Site]) -> Candidate | None:
    """The report says that the primary is not known, or shows nothing but metastases and names no origin."""
    only_metastases = elsewhere(document)
    tumor = index(document)
    # A neuroendocrine tumor of these organs has come there from another one.
    carried = tumor is not None and tumor.kind in ("net", "nec") and not {s.organ for s in ranked} - _CARRIED
    rules = [patterns.rule("unknown"), *([patterns.rule("sought")] if only_metastases or carried else [])]
    if not only_metastases and any(m.counts and m.metastatic for m in mentions(document)):
        rules.append(patterns.rule("undecided"))
    for unit in document.units:
        lower = unit.text.lower()
        if unit.section != "blocks" and ("prima" in lower or "origin" in lower or "CUP" in unit.text):
            rule, match = next(
                ((r, m) for r in rules if (m := r.pattern.search(unit.text))), (rules[0], None)
            )
            if match and unit.section == "history" and ranked and not only_metastases:
                continue  # asked before this specimen, which shows more than metastases
            # What the request did not know the report may have found.
            asked = unit.section == "history" or _REQUEST.match(unit.label_text) is not None
            enough = _FAVOURED if asked else 0.9
            if match and not any(
                s.evidence.get("origin", 0.0) >= enough or s.evidence.get("label") for s in ranked
            ):
                candidate = document.candidate("unknown", unit, match.start(), match.end(), rule.id)
                # As for the organs: where it stands is no feature of it.
                candidate.features = dict(_SAID)
                return candidate
    if tumor is not None and (between := _open_between(document, ranked)) is not None:
        return between
    if not only_metastases:
        return None
    stated = [m for m in mentions(document) if m.counts and m.metastatic]
    top = ranked[0] if ranked else None
    # Another tumor of the history leaves a trace; a carcinoma may come back as a neuroendocrine one.
    faint = _FAINT if tumor is not None and tumor.kind == "net" else 0.0
    if top and any(
        top.evidence.get(kind, 0.0) > faint
        for kind in ("origin", "attached", "head", "label", "implied3", "implied2", "history")
    ):
        return None
    best = max(stated, key=lambda m: m.weight)
    return document.candidate(
        "unknown",
        best.unit,
        best.start,
        best.end,
        f"{patterns.name}/metastasis-only",
        strength=3.0,
        first=1.0,
        lead=1.0,
        named=1.0,
    )


FIELD = Field(
    title="Primary site",
    position=180,
    value=Organ,
    read=read,
    of_index_tumor=False,
)
