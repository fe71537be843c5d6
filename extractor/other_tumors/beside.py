"""What a report says of a tumor that was found beside its index tumor.

A carcinoma of the colon comes with an incidental neuroendocrine tumor of the appendix: the size, grade and
depth in the lines on the second say nothing of the first, and what only neuroendocrine tumors are asked for
(Ki-67, mitoses, their stains) is of the second wherever it stands, unless the place names the first.
The other way around, an incidental carcinoma beside a neuroendocrine tumor keeps its lines for itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.origin.sites import sites
from extractor.staging.cystoprostatectomy import leading_organ, organ_of
from extractor.tumors.index import UNSPECIFIC, Index, index
from extractor.tumors.lesions import back_to_index, of_benign, of_other_primary, speaks_aside
from extractor.tumors.mention import Mention
from extractor.tumors.mentions import mentions, vocabulary
from extractor.tumors.organ_places import hits
from extractor.tumors.primaries import smaller

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.unit import Unit

#: Fields that are asked of neuroendocrine tumors.
_NEUROENDOCRINE = frozenset({"ki67_percent", "mitoses_per_2mm2", "chromogranin", "synaptophysin"})
#: Fields the places that speak of the other tumor say nothing of.
_OF_TUMOR = _NEUROENDOCRINE | {
    "tumor_size_mm", "grade", "differentiation", "lymphovascular_invasion", "vessel_kind",
    "perineural_invasion", "local_invasion", "extension", "invaded_structures", "necrosis", "pT",
}  # fmt: skip
#: Fields that another primary, or a benign lesion, has values of its own of.
_OF_PRIMARY = _OF_TUMOR | {"margins", "pN", "p53", "rb1", "daxx", "atrx"}
#: Fields of an invasive tumor that its in situ component says nothing of.
_OF_INVASIVE = frozenset(
    {"necrosis", "local_invasion", "lymphovascular_invasion", "grade", "differentiation"}
)
_ELSEWHERE = frozenset({"history", "blocks", "outside", "intraoperative"})
#: Least weight of a mention that tells of a tumor of this specimen.
_TOLD = 1.0
#: A line that begins with an organ does so within so many characters; further sentences of a line that go on.
_LEAD, _FURTHER = 28, 5
#: The organ of a tumor stands so near its name.
_NEAR = 60
#: A heading of a block of lines.
_HEADING = re.compile(r"(?!\W*[-*•]|\W{0,2}\w{1,2}[.)])[^\d.;]{3,60}[^\d.;,\s]\s*$")
#: An organ's word that names what lies in it: "the ileal nodule".
_LESION = re.compile(r"^(?:'s)?[ ,]{1,2}(?:\w+ ){0,2}(?:nodule|lesion|tumou?r|spot|focus|NET|carcinoid)\b")
_LESION_NAMED = re.compile(r"\b(?:tumou?r|nodule|lesion|\w*carcinoma|foc(?:us|i)|mass)\b", re.IGNORECASE)
#: What is said of stains named in the sentence before.
_LACKS = re.compile(
    r"\b(?:both|all)(?: (?:are|stains|markers|were))* negative\b|\b"
    r"negative for (?:both|these|those|either)\b|"
    r"\b(?:not|n't) (?:express|stain (?:for|with))(?: either of| any of)? (?:these|those|them|either|both)\b",
    re.IGNORECASE,
)
#: Which tumor a stain's result is of, and the result for the other one, before its name.
_IN = re.compile(r"\W{0,2}(?:\w+ )?(?:in|within|for) (?:the |this |an? )?", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(negative|positive|neg|pos)\b[^.;]{0,12}\b(?:in|within|for) (?:the )?[^.;]{0,20}$", re.IGNORECASE
)
#: What margins are free of.
_OF_TUMOR_FREE = re.compile(
    r"\b(?:no|of|for|by|without) (?:\w+ ){0,2}?(?:tumou?r|\w*carcinoma|malignan\w+|cancer)\b", re.IGNORECASE
)
_SOON = 25
_BESIDE: WeakKeyDictionary[Document, tuple[bool, frozenset[int], frozenset[int]]] = WeakKeyDictionary()


def found_beside(document: Document) -> frozenset[int]:
    """Indices of the units that speak of another tumor than the index tumor."""
    return _read(document)[1]


def of_index(document: Document, name: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates of a field without those of a tumor found beside the index tumor."""
    every = found = list(candidates)
    if name in _OF_PRIMARY and found:
        apart = (of_other_primary(document) - back_to_index(document)) | of_benign(document)
        if organ := leading_organ(document):
            apart = frozenset(i for i in apart if organ_of(document, document.units[i].end) != organ)
        if organ == "prostate":  # the tumor of the bladder taken with it is the other one
            found = [c for c in found if _of_prostate(document, name, c)]
        found = [c for c in found if c.unit.index not in apart or _tells_of_tumor(document, name, c)]
        found = [c for c in found if not _aside(document, name, c)]
    if name not in _OF_TUMOR or not every:
        return found
    beside_carcinoma, units, own = _read(document)
    if name in _NEUROENDOCRINE:
        if not beside_carcinoma:
            return found
        kept = [c for c in found if c.unit.index in own or _begins_with_index(document, c.unit, units)]
        kept = [b for c in kept if (b := _bound(document, name, c)) is not None]
        return kept or list(_both_negative(document, name, every, own))
    return [c for c in found if c.unit.index not in units]


def _of_prostate(document: Document, name: str, candidate: Candidate) -> bool:
    """Whether a candidate is not the bladder tumor's, nor the size of the prostate itself."""
    unit = candidate.unit
    if organ_of(document, min(unit.end, candidate.end + _LEAD)) == "bladder":
        return False
    return name != "tumor_size_mm" or _LESION_NAMED.search(unit.text) is not None


def _tells_of_tumor(document: Document, name: str, candidate: Candidate) -> bool:
    """Whether a line among those on a benign lesion says that margins are free of the index tumor."""
    return (
        name == "margins"
        and candidate.value == "negative"
        and candidate.unit.index not in of_other_primary(document)
        and _OF_TUMOR_FREE.search(candidate.unit.text, candidate.start - candidate.unit.start) is not None
    )


def _aside(document: Document, name: str, candidate: Candidate) -> bool:
    """Whether a candidate's clause tells of in situ growth or a benign lesion instead of the tumor."""
    told = speaks_aside(document, candidate.unit, candidate.start - candidate.unit.start)
    if told == "in situ":
        return candidate.value == "positive" if name == "margins" else name in _OF_INVASIVE
    if name == "local_invasion" and candidate.value == "absent" and smaller(document, candidate.unit):
        return True  # of a tumor's foci the largest tells how far it has gone
    return told is not None


def _begins_with_index(document: Document, unit: Unit, units: frozenset[int]) -> bool:
    """Whether a line begins with the organ of the index tumor ("Renal: A+, B-. Pancreatic: A+, B+")."""
    ranked = sites(document)
    return (
        bool(ranked)
        and unit.label is not None
        and unit.index not in units
        and any(h.organ == ranked[0].organ and h.start < unit.label[1] for h in hits(document)[unit.index])
    )


def _bound(document: Document, name: str, candidate: Candidate) -> Candidate | None:
    """A result, the index tumor's where both are told ("positive in the carcinoid, negative in ...")."""
    unit, at = candidate.unit, candidate.end - candidate.unit.start
    told = _IN.match(unit.text, at)
    here = [m for m in mentions(document) if m.unit is unit and m.start >= at]
    if told is None or not here or here[0].start - told.end() > _SOON or here[0].kind == "none":
        return candidate
    for mention in here[1:]:
        before = _RESULT.search(unit.text, here[0].end, mention.start)
        if mention.kind == "none" and before is not None:
            value = "negative" if before[1].lower().startswith(("n", "-")) else "positive"
            return document.candidate(
                value, unit, before.start(), mention.end, f"{name}/in-index", strength=1.0
            )
    return None


def _both_negative(
    document: Document, name: str, found: list[Candidate], own: frozenset[int]
) -> Iterator[Candidate]:
    """Stains of the other tumor that the index tumor is said to lack: "both negative in the carcinoma"."""
    stained = {c.unit.index for c in found if c.value == "positive"}
    for unit in document.units:
        told = unit.index in own and {unit.index - 1, unit.index - 2} & stained
        if told and (match := _LACKS.search(unit.text)) is not None:
            yield document.candidate(
                "negative", unit, match.start(), match.end(), f"{name}/index-lacks", strength=1.0
            )


def _read(document: Document) -> tuple[bool, frozenset[int], frozenset[int]]:
    if document not in _BESIDE:
        _BESIDE[document] = _units(document)
    return _BESIDE[document]


def _units(document: Document) -> tuple[bool, frozenset[int], frozenset[int]]:
    """Whether there is such a tumor, the units that speak of it, and those that name the index tumor."""
    none: tuple[bool, frozenset[int], frozenset[int]] = False, frozenset(), frozenset()
    found = index(document)
    if found is None or found.kind == "minen" or found.best.rank <= UNSPECIFIC:
        return none
    beside_carcinoma = found.kind == "none"
    named = [m for m in mentions(document) if not m.template]
    others = [
        m
        for m in named
        if m.counts
        and not (m.historical or m.metastatic)
        and m.unit.section not in _ELSEWHERE
        and m.weight + 2.0 * m.aside >= _TOLD
        and (m.kind != "none" if beside_carcinoma else m.kind == "none" and m.rank > UNSPECIFIC and m.aside)
    ]
    if not others:
        return none
    ranked = sites(document)
    main = ranked[0].organ if ranked else None
    organs = {organ for m in others for organ in _organs_of(document, m)}
    if (
        not any(m.aside for m in others)
        and (not organs or main in organs)
        and not _small(document, found, others)
    ):
        return none
    least = UNSPECIFIC if beside_carcinoma else UNSPECIFIC + 1
    own = frozenset(
        m.unit.index
        for m in named
        if (m.kind == "none") == beside_carcinoma and m.rank >= least and not m.denied
    )
    theirs = {
        m.unit.index: m
        for m in named
        if (m.kind != "none" if beside_carcinoma else m.kind == "none" and m.rank > UNSPECIFIC)
    }
    return beside_carcinoma, frozenset(_walk(document, own, theirs, organs - {main}, main)), own


def _small(document: Document, found: Index, others: list[Mention]) -> bool:
    """Whether the other tumor is far smaller than the index tumor, and named apart from it."""
    size, own = vocabulary(document).size, {m.unit.index for m in found.mentions}
    if any(m.unit.index in own for m in others):
        return False
    theirs = max(size(m.unit.text[m.start :]) for m in others)
    return 0 < 2 * theirs <= max(size(m.unit.text[m.start :]) for m in found.mentions)


def _organs_of(document: Document, mention: Mention) -> set[str]:
    """The organ of a tumor: in its own words, or in the heading of its line."""
    unit = mention.unit
    if not hits(document)[unit.index] and unit.index and _heads(above := document.units[unit.index - 1]):
        return {h.organ for h in hits(document)[above.index][:1]}
    near = [h for h in hits(document)[unit.index] if h.start - mention.end <= _NEAR]
    return (
        {min(near, key=lambda h: max(h.start - mention.end, mention.start - h.end)).organ} if near else set()
    )


def _walk(
    document: Document, own: frozenset[int], theirs: dict[int, Mention], organs: set[str], main: str | None
) -> set[int]:
    """Follow what is spoken of through the lines of a report."""
    units = document.units
    speaks: set[int] = set()
    lasting, left = False, 0  # in a block below a heading; further sentences of the line
    part: tuple[str, str | None] | None = None  # section and letter of a part of the other tumor
    for before, unit in zip([None, *units], units, strict=False):
        gap = document.text.clean[before.end : unit.start].count("\n") if before is not None else 1
        if before is None or before.section != unit.section or (gap > 1 and not _heads(before)):
            lasting = False
        if gap:
            left = 0
        if (unit.section, unit.part) != part:
            part = None
        if unit.index in own:
            lasting, left, part = False, 0, None
        elif _names(document, unit, theirs, organs, main):
            speaks.add(unit.index)
            if (
                unit.index in theirs
                and unit.part is not None
                and (before is None or before.part != unit.part)
            ):
                part = unit.section, unit.part
            left = 0 if unit.index in theirs and theirs[unit.index].denied else _FURTHER
            following = units[unit.index + 1].start if unit.index + 1 < len(units) else unit.end
            alone = gap and "\n" in document.text.clean[unit.end : following]
            lasting = lasting or bool(alone and _heads(unit))
        elif main is not None and any(
            h.organ == main and h.start <= _LEAD for h in hits(document)[unit.index]
        ):
            lasting, left = False, 0
        elif lasting or left or part is not None:
            speaks.add(unit.index)
            left = max(0, left - 1)
    return speaks


def _heads(unit: Unit) -> bool:
    if unit.label is not None and not unit.value_text.strip():
        return True
    return unit.label is None and _HEADING.match(unit.text) is not None


def _names(
    document: Document, unit: Unit, theirs: dict[int, Mention], organs: set[str], main: str | None
) -> bool:
    """Whether a unit names the other tumor, or begins with its organ."""
    if unit.index in theirs:
        return True
    here = hits(document)[unit.index]
    if any(h.organ == main for h in here) or not any(h.organ in organs for h in here):
        return False
    return any(
        h.organ in organs and (h.start <= _LEAD or _LESION.match(unit.text[h.end : h.end + 40])) for h in here
    )
