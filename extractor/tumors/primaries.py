"""Primaries of a report that are told apart: a carcinoma of the kidney beside one of the colon.

The lines of a report are cut into stretches that speak of one tumor: a lettered part, a heading with an
organ, a line with a tumor of its own. Stretches are of different primaries if organ and kind of tissue
differ, or if organ or side differ and each is staged by itself. Of several primaries of the index tumor's
kind the one of the highest stage is the index tumor, then the largest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.tumors.mention import MALIGNANT, Mention
from extractor.tumors.mentions import mentions, vocabulary
from extractor.tumors.organ_places import heads, hits, organs
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document

ELSEWHERE = frozenset({"history", "blocks", "outside", "intraoperative", "specimens"})
#: A name that tells its organ for certain.
_CERTAIN = 3
#: Codes of a stage; more of them in a line are what the categories mean.
_T, _N = (
    re.compile(r"\b[yrm]{0,2}p?T ?([1-4])"),
    re.compile(r"(?:\b|(?<=[0-9a-dX]))p?N ?([0-3]|[lI](?=[a-c]?(?:mi)?\b))"),
)
_CODES = 2
#: A label that is an organ and little else ("Sigmoid colon:", "B. Left kidney, nephrectomy:").
_LABEL, _COLON = 3, re.compile(r"[\w ,()/-]{0,30}:(?!\d)")
#: Kinds of tissue, by letters of a tumor's name; the first that is found.
_TISSUES = (
    ("squamous", "squamous"), ("urothelial", "urothelial"), ("renal cell", "renal"),
    ("nephro", "renal"), ("hepatocell", "liver"), ("melanoma", "melanoma"), ("lymphoma", "lymphoma"),
    ("gastrointestinal stromal", "gist"), ("sarcoma", "mesenchymal"), ("mesothelioma", "mesothelial"),
    ("germ cell", "germ"), ("glio", "glial"), ("astrocyt", "glial"), ("thymoma", "thymic"),
    ("basal cell", "basal"), ("adrenal", "adrenal"),
    ("adenocarcinoma", "gland"), ("ductal", "gland"), ("lobular", "gland"), ("signet", "gland"),
    ("cholangio", "gland"), ("endometrioid", "gland"), ("serous", "gland"), ("mucinous", "gland"),
)  # fmt: skip
#: Organs one tumor may be told to be of by turns.
_NEAR = tuple(
    frozenset(group.split())
    for group in (
        "small_bowel ileum jejunum duodenum", "colon rectum appendix ileum", "liver bile_duct gallbladder",
        "pancreas duodenum ampulla bile_duct", "uterus cervix ovary", "lung pleura mediastinum thymus",
        "head_neck skin", "stomach esophagus", "adrenal paraganglia", "kidney bladder",
    )
)  # fmt: skip
#: Kinds that are never a part of another tumor of their organ.
_ALONE = frozenset({"gist", "lymphoma", "melanoma"})
#: Places that name no organ of origin.
_NOWHERE = frozenset({"soft_tissue", "bone", "unknown", "other", "mediastinum", "pleura"})
#: Names that may be said of a tumor with a name of its own too.
_GENERAL = frozenset({"adenocarcinoma", "carcinoma"})
#: A line that says no more than which tumor the next ones are of.
_HEADING = re.compile(r"[^\d.;]{3,70}\W*$")
#: The title of a form on one tumor.
_SYNOPSIS = re.compile(
    r"\W*(?:case |tumou?r )?(?:synopsis|synoptic|checklist|worksheet|template|proforma|summary)\b[^:]{0,70}$",
    re.IGNORECASE,
)
#: A paragraph on the stains of all tumors, behind the form on one of them.
_STAINS = re.compile(r"\W*(?:immuno\w*|IHC|special stains)\b[^:.;\n]{0,30}:", re.IGNORECASE)
_SIDE = re.compile(r"\b(left|right)\b", re.IGNORECASE)
#: How many lines of a stretch may stand above the tumor's name.
_ABOVE, _EARLY = 6, 45
#: Sections in which one line does not begin what the next ones go on with.
_PROSE = frozenset({"microscopic", "gross", "comment", "ihc"})
#: The prostate's tumor is found beside that of the bladder it was removed for.
_CYSTOPROSTATECTOMY = {"bladder", "prostate"}
_PAIRED = frozenset({"breast", "kidney", "lung", "adrenal", "testis", "ovary"})


@dataclass(slots=True)
class Stretch:
    """Lines that speak of one tumor."""

    units: list[Unit] = field(default_factory=list)
    tumor: Mention | None = None
    organ: str | None = None
    placed: bool = False
    side: str | None = None
    stage: int | None = None
    size: float = 0.0
    title: str = ""


_STRETCHES: WeakKeyDictionary[Document, list[Stretch]] = WeakKeyDictionary()


def tissue(mention: Mention) -> str | None:
    """The kind of tissue a tumor's name tells."""
    if mention.kind != "none":
        return "neuroendocrine"
    return next((kind for letters, kind in _TISSUES if letters in mention.name), None)


def stretches(document: Document) -> list[Stretch]:
    """The stretches of a report that name a malignant tumor, in order."""
    if document not in _STRETCHES:
        _STRETCHES[document] = _stretches(document)
    return _STRETCHES[document]


def _tumors(document: Document) -> dict[int, Mention]:
    """For each unit the malignant tumor it names first, as one found there."""
    named: dict[int, Mention] = {}
    for m in mentions(document):
        found = m.counts and m.rank == MALIGNANT and not (m.metastatic or m.historical)
        if found and m.unit.section not in ELSEWHERE:
            named.setdefault(m.unit.index, m)
    return named


def labelled(document: Document, unit: Unit) -> str | None:
    """The organ that is the label of a line or sentence ("Ileum: nests of cells")."""
    here = hits(document)[unit.index]
    if not here or ":" not in unit.text:
        return None
    first = here[0]
    ends = _COLON.match(unit.text, first.end)
    before = re.split(r"[:.;]", unit.text[: first.start])[-1]
    return first.organ if ends is not None and len(before.split()) <= _LABEL else None


def _stretches(document: Document) -> list[Stretch]:
    named = _tumors(document)
    if len(named) < 2:
        return []
    headed, size = heads(document), vocabulary(document).size
    found: list[Stretch] = []
    current, key = Stretch(), None
    before: Unit | None = None
    ends = False  # with the line
    for unit in document.units:
        head = headed[unit.index]
        line = before is not None and "\n" not in document.text.clean[before.end : unit.start]
        now = (unit.section, unit.heading, unit.part, head[0].unit.index if head else None)
        tumor = named.get(unit.index)
        titled = _SYNOPSIS.match(unit.text) is not None
        apart = before is not None and document.text.clean[before.end : unit.start].count("\n") > 1
        if now != key or titled or (apart and _STAINS.match(unit.text)):
            found.append(current := Stretch(title=unit.text if titled else unit.heading))
            key, ends = now, False
        elif tumor and current.tumor is not None and not line and tissue(tumor) != tissue(current.tumor):
            found.append(current := Stretch(title=unit.heading))
            ends = _HEADING.match(unit.text) is None
        elif ends and not line:
            found.append(current := Stretch(title=unit.heading))
            ends = False
        current.units.append(unit)
        before = unit
        if tumor is not None and current.tumor is None:
            current.tumor = tumor
            current.organ, current.placed = _organ(document, tumor, current.title)
            begun = unit.text[: tumor.start] if not head else head[0].unit.text[: head[0].end + 40]
            sides = {side.lower() for side in _SIDE.findall(begun)}
            current.side = sides.pop() if len(sides) == 1 else None
    found = [s for s in found if s.tumor is not None]
    for stretch in found:
        _trim(document, stretch)
        stretch.stage = _stage(stretch.units)
        stretch.size = max(size(u.text) for u in stretch.units if u.index in named)
    _share_stages(found)
    return found


def _share_stages(found: list[Stretch]) -> None:
    """What is said of one tumor in several places is staged in one of them."""
    stages: dict[tuple[str | None, str | None], int] = {}
    for s in found:
        if s.tumor is not None and s.stage is not None and s.organ is not None:
            key = s.organ, tissue(s.tumor)
            stages[key] = max(stages.get(key, 0), s.stage)
    for s in found:
        if s.tumor is not None and s.stage is None:
            s.stage = stages.get((s.organ, tissue(s.tumor)))


def _trim(document: Document, stretch: Stretch) -> None:
    """Leave out what stands far above the tumor's name; a tumor named late is spoken of in its line only."""
    tumor = stretch.tumor
    place = next(i for i, unit in enumerate(stretch.units) if tumor is not None and unit is tumor.unit)
    first = stretch.units[0]
    here = hits(document)[first.index]
    headed = bool(here) and here[0].start <= _EARLY
    headed = headed or (first.section == "synoptic" or _SYNOPSIS.match(stretch.title) is not None)
    if place <= _ABOVE and (headed or (place == 0 and first.section not in _PROSE)):
        return
    kept = [stretch.units[place]]
    for unit in stretch.units[place + 1 :]:
        if "\n" in document.text.clean[kept[-1].end : unit.start]:
            break
        kept.append(unit)
    stretch.units = kept


def _organ(document: Document, tumor: Mention, title: str) -> tuple[str | None, bool]:
    """The organ of a tumor, and whether its name alone tells it."""
    implied = vocabulary(document).organs.get(tumor.name)
    if implied and implied[1] >= _CERTAIN:
        return str(implied[0]), True
    before = [h for h in hits(document)[tumor.unit.index] if h.start < tumor.start]
    if before:
        return before[0].organ, False
    if titled := _titled(document, title):
        return titled, False
    if head := heads(document)[tumor.unit.index]:
        return (head[0].organ if len({h.organ for h in head}) == 1 else None), False
    return None, False


def _titled(document: Document, heading: str) -> str | None:
    """The organ a heading names ("SYNOPTIC REPORT - PROSTATE"), if it is one."""
    if not heading or _SYNOPSIS.search(heading) is None:
        return None
    named = {h.organ for h in organs(document).find(Unit(0, heading, "", None, ""))}
    return named.pop() if len(named) == 1 else None


def _stage(units: list[Unit]) -> int | None:
    highest, spread, told = 0, False, False
    for unit in units:
        codes = {int(digit) for digit in _T.findall(unit.text)}
        if codes and len(codes) <= _CODES:
            told, highest = True, max(highest, *codes)
            spread = spread or any(digit != "0" for digit in _N.findall(unit.text))
    return highest + 2 * spread if told else None


def different(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches speak of two primaries."""
    a, b = one.tumor, other.tumor
    if a is None or b is None or one.organ is None or other.organ is None:
        return False
    staged = one.stage is not None and other.stage is not None
    tissues = tissue(a), tissue(b)
    apart = None not in tissues and tissues[0] != tissues[1]
    if apart and {*tissues} & _ALONE:
        return True
    if one.organ == other.organ:
        if apart and "neuroendocrine" in tissues and one.title != other.title:
            return staged and one.units[0].section != "microscopic"
        sides = one.side is not None and other.side is not None and one.side != other.side
        return sides and staged and one.organ in _PAIRED and one.units[0].section == other.units[0].section
    if {one.organ, other.organ} & _NOWHERE:
        return False
    near = any({one.organ, other.organ} <= group for group in _NEAR)
    if near:
        named = staged and a.name != b.name and not {a.name, b.name} & _GENERAL
        return named or (apart and (staged or a.aside or b.aside or "neuroendocrine" in tissues))
    if apart:
        return True
    return staged and one.units[0].section == other.units[0].section


def leading(document: Document, kind: str, best: Mention) -> Stretch | None:
    """The stretch of the index tumor, if a report has primaries to choose from."""
    found = [s for s in stretches(document) if s.tumor is not None and s.tumor.kind == kind]
    own = next((s for s in found if best.unit in s.units), None)
    if own is None:
        return None
    chosen = own
    for stretch in found:
        tumor = stretch.tumor
        if tumor is None or tumor.aside or stretch.units[0].section in ELSEWHERE:
            continue
        if {stretch.organ, chosen.organ} == _CYSTOPROSTATECTOMY:
            chosen = _of_cystoprostatectomy(stretch, chosen)
            continue
        if different(chosen, stretch) and _before(stretch, chosen):
            chosen = stretch
    return chosen


def _of_cystoprostatectomy(one: Stretch, other: Stretch) -> Stretch:
    """The bladder's tumor, unless that of the prostate has the higher stage."""
    bladder, prostate = (one, other) if one.organ == "bladder" else (other, one)
    if bladder.stage is not None and prostate.stage is not None and prostate.stage > bladder.stage:
        return prostate
    return bladder


def smaller(document: Document, unit: Unit) -> bool:
    """Whether a unit speaks of a focus that is smaller than another one of the same tumor."""
    found = stretches(document)
    own = next((s for s in found if unit in s.units), None)
    if own is None or not own.size or own.tumor is None:
        return False
    kind, part = own.tumor.kind, (own.units[0].section, own.units[0].part)
    return any(
        s.tumor is not None and s.tumor.kind == kind and s.size > 1.5 * own.size
        for s in found
        if (s.units[0].section, s.units[0].part) != part and s.units[0].section == part[0]
    )


def _before(one: Stretch, other: Stretch) -> bool:
    """Whether a primary is the index tumor rather than another."""
    if one.stage is not None and other.stage is not None and one.stage != other.stage:
        return one.stage > other.stage
    told = (one.stage is None) == (other.stage is None)
    return told and 0 < 1.2 * other.size < one.size
