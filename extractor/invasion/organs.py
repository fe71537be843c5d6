"""Local invasion by the organ: what lies outside a thyroid, a testis or a pleura, and what bounds it.

A skin tumor that reaches the subcutis has left its organ, one of the subcutis has not; the capsule of a
thyroid nodule is not that of the gland. ``patterns/outside.toml`` names for each organ what lies outside
(``outside``), what bounds it (``bound``) and the organ itself (``own``); the sentences around them are the
same for all: a verb before the place, a participle behind it, tumor in it, a bound that is crossed or held,
tumor confined to its own. Read only beside what the other rooms of the field found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.invasion.forms import NOT_SO_FAR, of_node
from extractor.matching.expressions import Expression
from extractor.matching.patterns import expanded
from extractor.statements.forms import misplaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

_SKIPPED = frozenset({"blocks", "specimens", "history", "intraoperative", "outside", "ihc"})
#: Organs that share a list, and organs without a name of their own in the contract, by their words.
_SHARED = {"ileum": "bowel", "jejunum": "bowel", "small_bowel": "bowel", "appendix": "bowel"}
_UNNAMED = (
    (
        "parathyroid",
        Expression(
            r"\bparathyroid (?:\w+ )?carcinoma|\bcarcinoma of (?:the )?(?:[\w-]+ ){0,4}parathyroid", re.I
        ),
    ),
    ("vulva", Expression(r"\bvulva|\blabi(?:um|a)\b", re.I)),
    ("vagina", Expression(r"\bvagina|\bcolpectomy", re.I)),
    ("anus", Expression(r"\banal canal|\banus\b|\bcanalis ani|\banal\b", re.I)),
)  # fmt: skip
#: Said of another lesion, of a node, or of what was looked for.
_OTHER = re.compile(
    r"\b(?:cores?|nod(?:e|al)s?|metasta\w+|DCIS|LCIS|in[ -]situ|fibroadenoma|adenoma|cyst|leiomyoma|"
    r"naevus|nevus|margins?|resection (?:plane|edge|line)|frozen|biops\w+|vein invasion|lymphoid|stage|"
    r"criteri\w+|score|reconstruct\w*|donor|metaplasia)\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(?:suspicious|suspected|possibl[ey]|probabl[ey]|questionable|equivocal|suggest\w*|may|might|"
    r"could|if|whether|"
    r"cannot|can ?not|previous\w*|prior|history|ultrasound|MRI?|CT|EUS|endosono\w*|PET|imaging|"
    r"clinically|surgeon)\b|\?",
    re.IGNORECASE,
)
_NEG = re.compile(
    r"\b(?:no|not|none|neither|nor|never|without|nowhere|free|lacks?|absen\w+|fails?|uninvolved|spared|"
    r"un(?:affected|invaded|remarkable)|n['’]t|negative)\b",
    re.IGNORECASE,
)
#: Vessels and nerves have fields of their own.
_ANOTHER = re.compile(
    r"(?:neural|vascular|vessel|venous|lymphatic|angio|nerve|lymphoc\w+|inflammatory|plasma cell)\W{1,3}$",
    re.IGNORECASE,
)
_OF_VESSELS = re.compile(
    r"(?:neural|vascular|vessel|venous|lymphatic) (?:invasion|infiltration|permeation|emboli)\s$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;:](?:\s|$)|\b(?:but|however|although|while|whereas|though)\b", re.IGNORECASE)
_NEXT = re.compile(r",\s|\band\b", re.IGNORECASE)
#: What behind a finding denies it.
_DENIED = re.compile(
    r"[\s,:()=.-]*(?:\w+ )?(?:not|no|none|absent|negative|nil|neg|cannot|uninvolved|excluded|unlikely|"
    r"n/?a|\?|0\b)\b|\s*\?|\s*:?\s*_{2,}|"
    r"\s+(?:is|are|was|were) (?:absent|lacking|not)|(?:[^.;]|\.(?! [A-Z])){0,50}\b(?:not (?:seen|"
    r"found|identified|revealed|detected|present|demonstrated)|absent)\b",
    re.IGNORECASE,
)
#: A place that tumor may lie in as a metastasis.
_FAR = re.compile(
    r"\b(?:liver|lungs?|ovary|spleen|omentum|peritone\w+|bone|adrenal|skin|kidney|stomach|colon|"
    r"duodenum|rib)\b",
    re.IGNORECASE,
)
#: What is left after treatment reaches as far, without a tumor's cells.
_SCAR = re.compile(
    r"\b(?:fibros\w+|scar\w*|mucin\b|mucus\b(?!-)|keratin|tumou?r bed|granulation|calcifi\w+|"
    r"hemosiderin|foamy)\b",
    re.IGNORECASE,
)
_CELLS = re.compile(
    r"\b(?:viable|tumou?r(?! bed)|\w*carcinoma|(?:tumou?r|neoplastic|malignant|cancer) cells|growth|"
    r"invasion)\b",
    re.IGNORECASE,
)
#: A scar that is spoken of is named first; what comes along with one is tumor again.
_FIRST = 25
_WITH = re.compile(r".{0,40}\bwith\b", re.IGNORECASE | re.DOTALL)
_EMPTY = re.compile(
    r"\b(?:no (?:viable |residual )?(?:cells|tumou?r|carcinoma)|acellular|devoid of|"
    r"without (?:\w+ )?(?:cells|tumou?r)|y?pT0)\b",
    re.IGNORECASE,
)
_UNMARKED = re.compile(
    r"(?:^|[\s\]])(?:_{2,}|\[ ?\]|\( ?\)|[☐□])\s{0,3}(?:(?!\[|\(\w?\)|_{1,3}[xX])[^\n]){0,70}$"
)
_MARKED = re.compile(r"_{1,3} ?[xX✓] ?_{1,3}|\[ ?[xX✓] ?\]|\( ?[xX✓] ?\)|[☒☑]")
_NOT_YET = re.compile(r"\bnot \w+ly $", re.IGNORECASE)
_LESION = re.compile(r"\bcapsul", re.IGNORECASE)
_CAPSULED = frozenset({
    "kidney", "thyroid", "adrenal", "thymus", "mediastinum", "parathyroid", "paraganglia", "liver", "testis",
    "prostate", "pancreas", "soft_tissue", "ovary", None,
})  # fmt: skip
#: Through the capsule of a nodule into the organ that holds it.
_INTO_OWN = re.compile(
    r"(?: (?:whole|entire|full) thickness)?\s+(?:in)?to\s+(?:the\s+)?(?:\w+\s+)?(?:(?:thyroid\s+|"
    r"adrenal\s+)?parenchyma|follicles)\b",
    re.IGNORECASE,
)
#: Of a node: what grows out of it is told of the nodes counted before.
_OF_NODES = re.compile(
    r"(?:\b\d+ ?/ ?\d+\b|\bnodes?\b)[\s;,:(]{0,4}(?:in )?(?:the )?(?:one|two|three|both|some|all|several|"
    r"largest|\d)(?: of (?:them|these|which))?\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_NEAR = 60
#: What lies against a layer says nothing of what it leaves.
_ADHERENT = re.compile(
    r"\b(?:adhe\w+|attached|fixed|fused) (?:to|with|at) (?:the )?(?:\w+ )?$", re.IGNORECASE
)
_OUT_OF_CAPSULE = re.compile(r"\bextra-? ?capsul", re.IGNORECASE)
_IN_SITU = re.compile(r"\b(?:DCIS|LCIS|in[ -]situ)\b[^;]{0,60}$", re.IGNORECASE)
_GLAND = re.compile(
    r"thyroid capsule|capsule of (?:the )?(?:thyroid|gland|organ)|extra-?\s?thyr|\bfat|muscle|"
    r"soft tissue|trachea",
    re.IGNORECASE,
)
_OWN_FAT = re.compile(r"\b(?:fat\w*|adipose|stroma|parenchyma|mammary|breast|soft tissues?)\b", re.IGNORECASE)
_OFF_BREAST = re.compile(
    r"\b(?:skin|musc\w+|pector\w+|chest|fascia|subcut\w+|nipple|epidermis|dermis|extra-?mammary)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Frames:
    """The sentences about one organ's surroundings."""

    present: tuple[tuple[str, Expression], ...]
    held: Expression
    absent: tuple[tuple[str, Expression], ...]


class Surroundings:
    """The sentences about each organ's surroundings, made when first asked for."""

    def __init__(self, patterns: FieldPatterns) -> None:
        self._data: dict[str, dict[str, str]] = patterns.data
        self._made: dict[str, _Frames] = {}

    def of(self, key: str) -> _Frames | None:
        """The sentences of an organ, or None if the file does not know it."""
        if key not in self._data["outside"]:
            return None
        if key not in self._made:
            parts = {
                kind: f"(?:{self._data[kind]['any']}|{self._data[kind][key]})"
                for kind in ("outside", "bound", "own")
            }
            present, held, absent = (
                tuple(
                    (name, Expression(expanded(text, {**self._data["macros"], **parts}), re.IGNORECASE))
                    for name, text in self._data[kind].items()
                )
                for kind in ("present", "held", "absent")
            )
            self._made[key] = _Frames(present, held[0][1], absent)
        return self._made[key]


def _key(document: Document) -> str | None:
    site = document.reading("primary_site").value
    if site == "other":
        text = document.text.clean
        return next((name for name, words in _UNNAMED if words.anywhere(text) is not None), None)
    return _SHARED.get(site, site) if isinstance(site, str) else None


def by_organ(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The candidates of the field, without what the organ makes void, and with what its surroundings tell."""
    outside = document.patterns("outside").once(Surroundings)
    key = _key(document)
    found = [c for c in found if not _void(document, key, c)]
    frames = outside.of(key) if key is not None else None
    if key is None or frames is None:
        return found
    held = list(_read(document, frames.held, "held", "absent"))
    spans = [(c.start, c.end) for c in held]
    found = [c for c in found if c.value != "present" or not _inside(c, spans)]
    reached = [c for name, p in frames.present for c in _read(document, p, name, "present")]
    reached = [c for c in reached if not _inside(c, spans) and not _void(document, key, c)]
    told = {c.unit.index for c in found if c.value == "present"}
    found = [*found, *(c for c in reached if c.unit.index not in told)]
    if not found:
        found = [*held, *(c for name, p in frames.absent for c in _read(document, p, name, "absent"))]
        found = [c for c in found if not _void(document, key, c)]
    return found


def _inside(candidate: Candidate, spans: list[tuple[int, int]]) -> bool:
    return any(lo < candidate.end and candidate.start < hi for lo, hi in spans)


def _read(document: Document, pattern: Expression, name: str, value: str) -> Iterator[Candidate]:
    for unit in document.units_with(pattern):
        if (
            unit.section in _SKIPPED
            or (unit.section == "gross" and value == "absent")
            or of_node(document, unit)
        ):
            continue
        for match in pattern.finditer(unit.text):
            if _says(unit, match, name, value):
                yield document.candidate(
                    value, unit, match.start(), match.end(), f"local_invasion/organ-{name}",
                    strength=misplaced(unit), prose=1.0,
                )  # fmt: skip


def _says(unit: Unit, match: re.Match[str], name: str, value: str) -> bool:
    """Whether a sentence says of the tumor what its frame says."""
    before = _CLAUSE.split(unit.text[: match.start()])[-1]
    behind = unit.text[match.end() : match.end() + 80]
    sentence = before + match[0] + _CLAUSE.split(behind)[0]
    if _OTHER.search(before + match[0]) or _OTHER.match(behind.lstrip()) or _MAYBE.search(sentence):
        return False
    if value == "absent":
        return _OF_VESSELS.search(before) is None
    if _ANOTHER.search(before):
        return False
    if name in ("into", "holds") and _NEG.search(before) is not None:
        return False
    if name in ("reached", "crossed", "named") and _NEG.search(_NEXT.split(before)[-1]):
        return False
    if name == "holds" and _FAR.search(match[0]):
        return False
    if NOT_SO_FAR.match(behind):
        return False
    if name == "named" and ("\n" in match[0] or behind.strip() in ("", ":")):
        return False  # a label without an answer
    return _DENIED.match(behind) is None


def _void(document: Document, key: str | None, candidate: Candidate) -> bool:
    """Whether a statement says nothing of the tumor's extent, by the organ or by what it is said of."""
    unit = candidate.unit
    start, end = candidate.start - unit.start, candidate.end - unit.start
    words, before = unit.text[start:end], _CLAUSE.split(unit.text[:start])[-1]
    if key == "breast":
        if _IN_SITU.search(unit.text[:start]) or "fibroadenoma" in unit.text[start : end + 30].lower():
            return True
        if candidate.value == "present" and _OWN_FAT.search(words) and not _OFF_BREAST.search(words):
            return True
    if key not in _CAPSULED and _OUT_OF_CAPSULE.search(words):
        return True  # what has a capsule there is a node
    if candidate.value != "present":
        if _ADHERENT.search(before):
            return True
        if scar := [m.end() for m in _SCAR.finditer(before)]:
            return _CELLS.search(before[scar[-1] :]) is None
        return _LESION.search(words) is not None and unit.section == "gross" and key not in _CAPSULED
    if _OF_NODES.search(document.text.clean[max(0, candidate.start - _NEAR) : candidate.start]):
        return True
    if _INTO_OWN.match(unit.text, end) or _INTO_OWN.search(words):
        return True
    if key == "thyroid" and _LESION.search(words) and not _GLAND.search(unit.text[start : end + 40]):
        return True
    text = document.text.clean
    line = text[text.rfind("\n", 0, candidate.start) + 1 : candidate.start]
    if _UNMARKED.search(line) and _MARKED.search(text):
        return True
    scarred = _SCAR.search(words)
    first = scarred is not None and scarred.start() < _FIRST and _CELLS.search(words) is None
    if _NOT_YET.search(before) or first:
        return True
    if scar := [m.end() for m in _SCAR.finditer(before)]:
        subject = before[scar[-1] :] + words
        return _CELLS.search(subject) is None and _WITH.match(subject) is None
    sentence = unit.text[max(0, start - 80) : end + 60]
    return _SCAR.search(words) is not None and _EMPTY.search(sentence) is not None
