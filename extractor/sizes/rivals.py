"""Dimensions that stand beside the tumor's: the specimen's in its sentence, the container's before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.field import Candidate

if TYPE_CHECKING:
    from extractor.document import Document

_PIECE = (
    r"(?:specimens?|material|samples?|pieces?|discs?|disks?|strips?|resectates?|flaps?|tissue|"
    r"excisions?|mucosectomy)"
)
_BEFORE = re.compile(
    rf"(?:[,;/(]|\b(?:in|on|within|from|of))[ ]{{0,2}}(?:(?:the|an?|whole|"
    rf"its) )?(?:[\w-]+ ){{0,2}}?{_PIECE}"
    rf"(?: size)?[:=]?(?: (?:of|measuring|sized|is))? ?$",
    re.IGNORECASE,
)
_AFTER = re.compile(rf" ?\(?(?:[\w-]+ )?{_PIECE}\b", re.IGNORECASE)
#: The tumor as found in the specimen: "in the specimen a NET of 19 mm".
_IN_IT = re.compile(rf"\bin the {_PIECE} $", re.IGNORECASE)
_TUMOR_NEXT = re.compile(
    r" (?:\w+ ){0,2}(?:NE[TC]|tumou?r|nodule|lesion|carcinoid|carcinoma)\b", re.IGNORECASE
)
#: Behind a dimension: the piece it was found in, with its own ("in a 21 x 18 mm specimen").
_IN_PIECE = re.compile(
    rf",? (?:in|within|on|/) ?(?:an?|the)? ?(?:(?:\w+ )?{_PIECE}(?: size)?[:=]? (?:of |measuring |sized )?\d|"
    rf"\d[\d.,xX ]* ?[cm]m (?:\w+ )?{_PIECE}\b)",
    re.IGNORECASE,
)
#: What begins the description of a container, before any noun.
_BEGINS = re.compile(r"[\W_]*(?:(?:specimen |part |jar |pot )?\(?[A-Z\d]{1,2}[).:]?[\W_]*)?")
#: How far behind it the lesion is told, in characters.
_BEHIND = 300
_NAMED = {"size_subject_lesion", "size_subject_tumor", "size_subject_deposit"}
_AWAY = {f"size_{n}" for n in ("distance_after", "distance_before", "within_before", "subject_edge")}
#: An image right before what it showed.
_IMAGE = re.compile(
    r"\b(?:(?-i:CT|MRI?|PET(?:[-/]CT)?|EUS|TRUS|US|USG)|ultrasound|sonograph\w+|imaging|"
    r"mammogra\w+|radiolog\w+|operative findings)\b"
    r"(?:(?!gross|specimen|path|microscop|histolog)[^.;]){0,35}$",
    re.IGNORECASE,
)
#: What a size in centimeters gains where its first digit is an eight and no five, in millimeters.
_FROM_FIVE_TO_EIGHT = 30.0
#: Sizes that differ by no more than this part are the same, measured twice.
_SAME = 0.1


def without_eights(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes without those whose leading S was read as a five, where another has an eight in its place."""
    sizes = {round(c.value, 1) for c in found}
    return [
        c
        for c in found
        if round(c.value + _FROM_FIVE_TO_EIGHT, 1) not in sizes
        or not document.evidence(c)[0].text.startswith("S")
    ]


def beside_specimen(before: str, after: str) -> bool:
    """Whether a dimension that follows a tumor's is that of the piece it was taken with.

    >>> beside_specimen("NET of 5 x 4 mm in the specimen of ", "")
    True
    >>> beside_specimen("NET of 5 x 4 mm / ", " (specimen)")
    True
    >>> beside_specimen("EUS 25 mm, in the specimen ", " NET")
    False
    >>> beside_specimen("two NETs, 7 mm and ", "")
    False
    """
    if _IN_IT.search(before) and _TUMOR_NEXT.match(after):
        return False
    return _BEFORE.search(before) is not None or _AFTER.match(after) is not None


def in_piece(found: list[Candidate]) -> list[Candidate]:
    """The sizes, those told within the dimensions of their piece marked as a tumor's.

    "6 x 5 mm in a specimen of 21 x 18 mm": what lies in the piece is the tumor.
    """
    for candidate in found:
        unit, features = candidate.unit, candidate.features
        if "size_subject_specimen" in features and _IN_PIECE.match(unit.text, candidate.end - unit.start):
            del features["size_subject_specimen"]
            features["size_subject_tumor"] = 1.0
    return found


def unnamed_first(found: list[Candidate]) -> list[Candidate]:
    """The sizes, those at the begin of a container's description told to be the container's.

    "(1) 80 x 60 x 40 mm. Pale nodule 22 x 20 mm": nothing names what is measured first.
    """
    for candidate in found:
        unit, features = candidate.unit, candidate.features
        if unit.section not in ("gross", "specimens") or any(n.startswith("size_subject") for n in features):
            continue
        if any(n.startswith("size_labelled") for n in features):
            continue
        if not _BEGINS.fullmatch(unit.text, 0, candidate.start - unit.start):
            continue
        if any(
            0 < other.start - candidate.end < _BEHIND
            and other.value < candidate.value
            and _NAMED & other.features.keys()
            and not _AWAY & other.features.keys()
            and (other.unit.section, other.unit.part) == (unit.section, unit.part)
            for other in found
        ):
            for name in [n for n in features if n.startswith("size_inherited")]:
                del features[name]
            features["size_subject_specimen"] = 1.0
    return found


def on_image(candidate: Candidate) -> bool:
    """Whether an image gave a size, named right before it; it counts only without one of the pathologist."""
    at = candidate.start - candidate.unit.start
    return (
        "size_imaging" in candidate.features
        and _IMAGE.search(candidate.unit.text, max(0, at - 60), at) is not None
    )


def as_printed(found: list[Candidate]) -> list[Candidate]:
    """The sizes without one of the prose near the answer "Greatest dimension" of a form."""
    printed = [c for c in found if "size_labelled_below_tumor" in c.features]
    if not printed:
        return found
    return [
        c
        for c in found
        if c in printed
        or "size_subject_tumor" not in c.features
        or c.unit.section not in ("gross", "microscopic")
        or not any(
            p.unit.section in ("gross", "unknown") and 0 < abs(p.value - c.value) <= _SAME * p.value
            for p in printed
        )
    ]
