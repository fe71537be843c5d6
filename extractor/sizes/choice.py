"""Which of several dimensions is the index tumor's: by organ, by part, by how it was taken."""

import re
from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate
from extractor.origin.sites import sites
from extractor.sizes.kinds import GOES_ON, REACH
from extractor.statements.earlier import PENALTY
from extractor.tumors.index import UNSPECIFIC
from extractor.tumors.mentions import mentions
from extractor.tumors.organ_places import heads, hits, organs

#: Where candidates are compared: features by which a dimension is a tumor's, and by which it is not.
TUMOR = {f"size_{n}" for n in ("subject_tumor", "labelled_tumor", "inherited_tumor", "labelled_below_tumor")}
NOT_TUMOR = {
    f"size_{n}"
    for n in (
        *("distance_after", "distance_before", "within_before", "definition", "node_sentence", "other"),
        *("aggregate", "imaging", "deposit_under", "subject_deposit", "node_under", "biopsy_under"),
        "labelled_below_specimen",
    )
} | {"historical", "reference", "no_unit"}
#: Features of a place that speaks of a metastasis.
_SPREAD = {"tissue_metastasis", "tissue_node"}
#: How a size was taken that stands beside another: "(clinical) 15 mm", "(histological) 13 mm".
_SEEN = re.compile(
    r"\((?:by )?(?P<from_outside>clinical(?:ly)?|endoscop\w+|radiolog\w+|imaging|CT|MRI|"
    r"EUS|ultraso\w+)|"
    r"\((?:on )?(?P<on_slide>histolog\w+|microscop\w+|patholog\w+|slides?)|"
    r"\b(?P<outside>clinical|endoscopic|radiological|imaging) (?:size|diameter|dimension)|"
    r"\b(?P<slide>histological|microscopic|pathological) (?:size|diameter|dimension)",
    re.IGNORECASE,
)
#: What was received as a mass, and what its sections show.
_RECEIVED = re.compile(
    r"\b(?:received|specimen|consists? of)\b[^.;]{0,60}\bmass\b|"
    r"\bmass\b[^.;]{0,20}\b\d{1,4} ?(?:gms?|g|grams?)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_SECTIONED = re.compile(
    r"\bc/s\b|\bcut (?:surface|section)|\b(?:on|the) (?:cut )?sections?\b|\b(?:bi|serially "
    r")?section(?:ed|ing)\b|"
    r"\bslic(?:ed|ing)\b|\bon cutting\b|\bcut open\b",
    re.IGNORECASE,
)
#: Sections of a diagnosis; how near its name a tumor's size stands, and how few words come before the name.
FINAL, _NEAR, _FEW = frozenset({"diagnosis", "synoptic", "amendment", "addendum"}), 40, 4
_PLACE = re.compile(r"\b(?:lobe|isthmus|head|body|tail)\W*$", re.IGNORECASE)


def of_the_primary(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes, those of tumors in other organs' parts marked where the primary has its own size."""
    ranked = sites(document)
    if len(ranked) < 2:
        return found
    headed, kin = heads(document), {ranked[0].organ, *_kin(document, ranked[0].organ)}

    def organ(candidate: Candidate) -> str | None:
        head = headed[candidate.unit.index]
        return head[0].organ if len({h.organ for h in head}) == 1 else None

    good = [c for c in found if TUMOR & c.features.keys() and not NOT_TUMOR & c.features.keys()]
    if any(organ(c) == ranked[0].organ for c in good):
        for candidate in good:
            if (own := organ(candidate)) is not None and own not in kin:
                candidate.features["other_tumor"] = 1.0
                candidate.features["strength"] = candidate.features.get("strength", 0.0) - PENALTY
                candidate.features["size_other"] = 1.0
    return found


def beside_primary(found: list[Candidate]) -> list[Candidate]:
    """The sizes, those of metastases told to be deposits' where a diagnosis gives a tumor's that is none."""
    good = [c for c in found if TUMOR & c.features.keys() and not NOT_TUMOR & c.features.keys()]
    if any(c.unit.section in FINAL and not _SPREAD & c.features.keys() for c in good):
        for candidate in good:
            if _SPREAD & candidate.features.keys():
                for name in TUMOR & candidate.features.keys():
                    del candidate.features[name]
                candidate.features["size_subject_deposit"] = 1.0
    return found


def on_slides(found: list[Candidate]) -> list[Candidate]:
    """The sizes without one that is said to be clinical, where the same label gives the histological one."""
    seen: dict[int, bool] = {}
    for candidate in found:
        at = candidate.start - candidate.unit.start
        cue = None
        for match in _SEEN.finditer(candidate.unit.text, max(0, at - 60), at):
            cue = match
        if cue is not None:
            seen[id(candidate)] = bool(cue["on_slide"] or cue["slide"])
    if len(set(seen.values())) < len((True, False)):
        return found
    return [c for c in found if seen.get(id(c), True)]


def by_organ(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes without those of the gross description, where lines by organ name the tumor with its size.

    "Left lobe: medullary carcinoma, 2.7 cm" is a diagnosis though no heading says so.
    """
    if any(c.unit.section in FINAL for c in found):
        return found
    named = {
        m.unit.index: m.end
        for m in mentions(document)
        if m.counts
        and m.rank > UNSPECIFIC
        and not (m.aside or m.historical or m.metastatic)
        and m.unit.label is not None
        and (
            any(h.start < m.unit.label[1] for h in hits(document)[m.unit.index])
            or _PLACE.search(m.unit.label_text)
        )
        and m.start >= (m.unit.value or 0)
        and len(m.unit.text[m.unit.value or 0 : m.start].split()) <= _FEW
    }
    lines = [
        c
        for c in found
        if c.unit.section not in ("history", "outside", "blocks", "specimens")
        and TUMOR & c.features.keys()
        and not NOT_TUMOR & c.features.keys()
        and (
            0 <= c.start - c.unit.start - named.get(c.unit.index, len(c.unit.text)) <= _NEAR
            or (c.unit.index - 1 in named and GOES_ON.match(c.unit.text))
        )
    ]
    if not lines:
        return found
    kept = {c.unit.index for c in lines}
    return [c for c in found if c.unit.index in kept or not TUMOR & c.features.keys()]


def within_received(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes without that of a mass that was received, where its sections show a tumor of its own size."""

    def told(candidate: Candidate, expression: re.Pattern[str]) -> bool:
        at = candidate.start - candidate.unit.start
        return expression.search(candidate.unit.text[max(0, at - REACH) : at]) is not None

    received = [c for c in found if "size_subject_tumor" in c.features and told(c, _RECEIVED)]
    for mass in received:
        for other in found:
            if other in received or other.start <= mass.start or other.value >= mass.value:
                continue
            if other.unit.section != mass.unit.section:
                continue
            if "size_subject_tumor" not in other.features or NOT_TUMOR & other.features.keys():
                continue
            if _SECTIONED.search(document.text.clean, mass.end, min(other.start, mass.end + 400)):
                return [c for c in found if c is not mass]
    return found


def _kin(document: Document, organ: str) -> Iterator[str]:
    """Organs of whose names one may be said for the other."""
    for pair in organs(document).narrower:
        if organ in pair:
            yield from pair
