"""Size of the index tumor: the greatest dimension of its largest focus, in millimeters.

Meaning: the tumor itself, never the specimen, a margin, a node, a depth or another lesion. "a to b"
gives the greater, "at least x" and "less than x" give x. The primary's if it is in the specimen or
stated, else the largest deposit's; imaging counts only when there is no pathologic size. Fragments and
biopsies have no size unless one is stated.
Source: AJCC/CAP (greatest dimension); SEER manual, tumor size items 752-756 (three digits, mm).
Conflicts: final diagnosis and synoptic before gross before history; among equal rank the largest.

Every dimension of the report is proposed; what it measures is told by the noun it belongs to (the noun
that follows "a 3 cm ..." or the subject of "... measuring 3 cm"), the label or heading above it, and the
words around it.
"""

import re
from collections.abc import Iterator
from itertools import islice

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.expressions import Expression
from extractor.matching.patterns import FieldPatterns
from extractor.printed.procurement import tumor_size
from extractor.sizes.choice import (
    FINAL,
    NOT_TUMOR,
    TUMOR,
    beside_primary,
    by_organ,
    of_the_primary,
    on_slides,
    within_received,
)
from extractor.sizes.columns import in_apart_columns
from extractor.sizes.denied import garbled, stated_only
from extractor.sizes.dimensions import Nouns
from extractor.sizes.lines import dimensions
from extractor.sizes.numbers import ONE, millimeters
from extractor.sizes.organs import of_organs
from extractor.sizes.rivals import as_printed, in_piece, on_image, unnamed_first, without_eights
from extractor.sizes.told import NOT_THIS, frozen_only, not_asked, told_only
from extractor.staging.cystoprostatectomy import without_other
from extractor.statements.charts import cells_under
from extractor.statements.earlier import mark

#: A size seen by the naked eye, told among what the microscope showed.
_GROSSLY = re.compile(
    r"\b(?:gross(?:ly)?|macroscopic(?:ally)?)"
    r"(?: (?:\w+ ){0,3}?(?:measure\w*|size|dimensions?|diameter)\b| ?:)",
    re.IGNORECASE,
)
#: "Bilateral carcinoma, the larger 2 cm": the size of the tumor that counts, and what it gains.
_LARGER = re.compile(
    r"\b(?:larger|largest|bigger|biggest)(?: one| tumou?r| focus| nodule| of (?:the two|these|them|which))?"
    r"(?: (?:is|measures|measuring|being))?[ :,]*$",
    re.IGNORECASE,
)
_SURE = 2.0
#: Sizes that differ by no more are the same.
_SAME = 0.05
#: A column of sizes, its cells, rows of deposits, and how far above a row its heading stands.
_COLUMN = Expression(
    r"\b(?:(?:tumou?r |lesion |max(?:imum|imal|\.)? )?(?:size|diam(?:eter|\.)?|dimensions?)) "
    r"?[\[(]?(?P<unit>mm|cm)\b",
    re.IGNORECASE,
)
_CELL = re.compile(
    r"(?P<numbers>\d{1,3}(?:[.,]\d{1,2})?(?: ?[xX] ?\d{1,3}(?:[.,]\d{1,2})?){0,2}) ?(?P<unit>mm|cm)?",
    re.IGNORECASE,
)
_DEPOSIT_ROW = re.compile(
    r"\b(?:mesenter\w*|hepat\w+|liver|nod(?:e|es|al)\b|lymph\w*|metasta\w*|deposits?|LN|oment\w+|periton\w+|cyst|"
    r"adenoma|polyp|margin|specimen)",
    re.IGNORECASE,
)
_TABLE = 900
#: How far before its size the tumor beside the index tumor is named.
_BESIDE = 250
#: More dimensions are read of no report.
_MOST = 600
#: Features of a way into or from something.
_WAYS = {"size_distance_before", "size_distance_after"}
_DIAGNOSED = ("diagnosis", "synoptic", "addendum", "amendment")


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: every dimension, with features that tell what it measures."""
    nouns = patterns.once(Nouns)
    found = without_other(document, _gathered(document, patterns, nouns), _BESIDE)
    good = [c for c in found if TUMOR & c.features.keys() and not NOT_TUMOR & c.features.keys()]
    found = _without_benign(found, good)
    found, good = _without_gross(document, found, good)
    found = by_organ(document, found)
    if not good:
        told_only(document, found)
    frozen_only(found, good)
    lesions = any(_is_lesion(c) for c in found)
    if lesions and not good:
        found = [c for c in found if "size_imaging" not in c.features and not _is_way(c)]
    if any(document.rank(c.unit.section) > 1 for c in good):
        found = [c for c in found if not on_image(c)]
    _prefer_larger(good)
    _tell_setting(document, nouns, found)
    if not good:
        _tell_alone(found, lesions=lesions)
    _compare(document, found, good)
    yield from found


def _gathered(document: Document, patterns: FieldPatterns, nouns: Nouns) -> list[Candidate]:
    """The dimensions of a report, without those that are said to be no size."""
    found = list(mark(document, islice(dimensions(document, patterns, nouns), _MOST)))
    found = without_eights(document, stated_only(document, garbled(document, found)))
    found += _in_form(document)
    found += _in_columns(document)
    found = in_apart_columns(document, found)
    found = on_slides(within_received(document, beside_primary(of_the_primary(document, found))))
    return of_organs(document, as_printed(unnamed_first(in_piece(not_asked(document, found)))))


def _without_benign(found: list[Candidate], good: list[Candidate]) -> list[Candidate]:
    """The sizes without those named benign tumors: none counts beside one that is measured as the tumor."""
    if not any("size_subject_tumor" in c.features for c in good):
        return found
    kept = {id(c) for c in good}
    return [c for c in found if id(c) in kept or "size_subject_other" not in c.features]


def _without_gross(
    document: Document, found: list[Candidate], good: list[Candidate]
) -> tuple[list[Candidate], list[Candidate]]:
    """All sizes and the tumor's, without what the naked eye saw where a size is told later."""
    firm = [c for c in good if not _GROSSLY.search(c.unit.text)]
    later = any(document.rank(c.unit.section) > document.rank("gross") for c in firm)
    if len(firm) == len(good) or not later:
        return found, good
    vague = {id(c) for c in good} - {id(c) for c in firm}
    return [c for c in found if id(c) not in vague], firm


def _is_lesion(candidate: Candidate) -> bool:
    """Whether a size is that of a lesion of today, whatever it is."""
    features = candidate.features.keys()
    if "size_subject_lesion" not in features or candidate.unit.section in ("history", "outside"):
        return False
    return not (NOT_THIS | {"size_imaging", "historical"}) & features


def _is_way(candidate: Candidate) -> bool:
    """Whether a size is how far a tumor goes, which is none where a lesion has its own."""
    features = candidate.features.keys()
    return bool(_WAYS & features) and "size_subject_lesion" not in features


def _prefer_larger(good: list[Candidate]) -> None:
    """Strengthen the size of the larger of two tumors."""
    for candidate in good:
        at = candidate.start - candidate.unit.start
        if candidate.unit.section in FINAL and _LARGER.search(candidate.unit.text[max(0, at - 60) : at]):
            candidate.features["strength"] = candidate.features.get("strength", 0.0) + _SURE


def _tell_setting(document: Document, nouns: Nouns, found: list[Candidate]) -> None:
    """Tell where a report is one whose dimensions are mostly not a tumor's."""
    setting = {f"size_in_{name}": 1.0 for name in nouns.settings(document.text.clean)}
    for candidate in found:
        if candidate.unit.section in _DIAGNOSED:
            continue
        candidate.features |= setting
        if "size_imaging_alone" in candidate.features:
            candidate.features.pop("size_in_brain", None)  # what an image showed is no piece of a brain


def _tell_alone(found: list[Candidate], *, lesions: bool) -> None:
    """Tell where the size of a deposit or of an image is the only one."""
    for candidate in found:
        for name in ("size_subject_deposit", "size_deposit_under", "size_imaging"):
            if name in candidate.features and not (name == "size_imaging" and lesions):
                candidate.features[f"{name}_alone"] = 1.0


def _compare(document: Document, found: list[Candidate], good: list[Candidate]) -> None:
    """Tell which sizes are smaller than one of their rank, or other than one of a higher rank."""
    told: dict[int, set[float]] = {}
    for candidate in good:
        told.setdefault(document.rank(candidate.unit.section), set()).add(candidate.value)
    spans = {rank: (min(sizes), max(sizes)) for rank, sizes in told.items()}
    for candidate in found:
        rank = document.rank(candidate.unit.section)
        for above, (least, most) in spans.items():
            if above == rank and most > candidate.value + 0.5:
                candidate.features["size_smaller"] = 1.0
            elif above > rank and max(most - candidate.value, candidate.value - least) > _SAME:
                candidate.features["size_outranked"] = 1.0


def _in_form(document: Document) -> Iterator[Candidate]:
    """The size in a row of a form of tissue procurement."""
    if (sized := tumor_size(document.text.clean)) is None:
        return
    size, start, end = sized
    for unit in document.units:
        if unit.start <= start and end <= unit.start + len(unit.text):
            place = (start - unit.start, end - unit.start)
            candidate = document.candidate(size, unit, *place, "tumor_size_mm/procurement")
            candidate.features |= {"size_labelled_tumor": 1.0, "size_dimensions_1": 1.0}
            yield candidate


def _in_columns(document: Document) -> Iterator[Candidate]:
    """The sizes of a table's column, of rows that are no deposit's."""
    for unit, lo, hi in cells_under(document, _COLUMN):
        row = unit.text[unit.text.rfind("\n", 0, lo) + 1 : lo]
        cell = _CELL.fullmatch(unit.text[lo:hi].translate(ONE))
        if cell is None or _DEPOSIT_ROW.search(f"{row} {unit.text[hi : hi + 60]}"):
            continue
        line = document.text.clean.rfind("\n", 0, unit.start + lo)
        heads = document.text.clean[max(0, line - _TABLE) : line]
        named = list(_COLUMN.finditer(heads))
        scale = cell["unit"] or (named[-1]["unit"] if named else None)
        size = millimeters(cell["numbers"], scale) if scale else None
        if size is None:
            continue
        candidate = document.candidate(size, unit, lo, hi, "tumor_size_mm/column")
        candidate.features |= {"size_labelled_tumor": 1.0, "size_dimensions_1": 1.0}
        yield candidate


FIELD = Field(title="Tumor size (mm)", position=30, value=float, read=read, order=float)
