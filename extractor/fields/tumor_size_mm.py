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
    by_organ,
    of_the_primary,
    on_slides,
    within_received,
)
from extractor.sizes.classes import unmarked
from extractor.sizes.columns import in_apart_columns
from extractor.sizes.denied import garbled, stated_only
from extractor.sizes.dimensions import Nouns
from extractor.sizes.kinds import announces_size, kinds, lengthwise
from extractor.sizes.numbers import ONE, RANGE, millimeters
from extractor.sizes.organs import of_organs
from extractor.sizes.rivals import as_printed, beside_specimen, on_image, unnamed_first
from extractor.sizes.told import NOT_THIS, frozen_only, not_asked, told_only
from extractor.statements.charts import cells_under
from extractor.statements.earlier import mark
from extractor.unit import Unit

#: Rules of a number and a unit, in every order, and the units.
_ORDERS = ("list", "dimensions", "unit-first", "words")
_UNIT = Expression("cm|mm|centimet|millimet", re.IGNORECASE)
#: What stands before sides without a unit.
_SIZED = Expression("tumou?rs? (?:sized|size|of size|measur)", re.IGNORECASE)
#: A category in whose brackets its bounds stand, and an image that gave another size.
_T_RANGE = re.compile(r"\bp?T[0-4][a-d]?\d? ?[(:=] ?$")
_ON_IMAGE = re.compile(r" (?:on|by|at|in) (?:the )?(?:CT|MRI|PET|EUS|US|imaging|ultrasound)\b")
#: What is said of an organ in which nothing was seen.
_NO_MASS = re.compile(r"[^.;]{0,50}\bno (?:\w+ )?(?:mass|tumou?r|lesion|nodule|growth)\b", re.IGNORECASE)
#: A size seen by the naked eye, told among what the microscope showed.
_GROSSLY = re.compile(
    r"\b(?:gross(?:ly)?|macroscopic(?:ally)?)"
    r"(?: (?:\w+ ){0,3}?(?:measure\w*|size|dimensions?|diameter)\b| ?:)",
    re.IGNORECASE,
)
#: A line whose label is a place of resection ("Limits: proximal 9 cm").
_LIMITS = re.compile(r"\W*(?:\w+ ){0,2}(?:limits?|borders?)(?: of (?:resection|section))?\W*", re.IGNORECASE)
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
_AWAY = {"distance_after", "distance_before", "within_before"}
#: What has a number and is no size, right before it.
_NUMBERED = re.compile(
    r"\b(?:segments?|seg\.?|parts?|sites?|blocks?|slices?|levels?|stations?|lobes?|nodules?|no\.?|types?|zones?|"
    r"areas?|specimens?|pieces?) $",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d|[a-z][ -](?:cm\b|centim)", re.IGNORECASE)
_UNIT_AFTER = re.compile(r" ?\((?P<unit>mm|cm)\)", re.IGNORECASE)
_BY = re.compile(r"[xX]|\bby\b")
#: A line with the weight of what was taken; the size below it is that of the specimen.
_WEIGHED = re.compile(
    r"\W*(?:specimen |gland |prostate )?weight\W{0,4}\d[\d., ]*(?:g|gm|gms|grams?|gr)\b", re.IGNORECASE
)
_SIZE = re.compile(r"\W*size\W*", re.IGNORECASE)
_DEPTH = re.compile(r"\W*(?:\w+ )?(?:depth|thickness) of\b", re.IGNORECASE)
#: What stands before a dimension whose first number was not read ("x X,4 cm").
_LOST = re.compile(r"(?:(?<![A-Za-z])[xX][*.?]{0,2}|[`^~]|[.,] ?')\s?$")
#: Dimensions before one whose zero was read as a letter ("1.4 x 1.1 x O. 8 cm").
_LEAD = re.compile(r"(?P<lead>(?:\d{1,3}(?:[.,]\d{1,2})?\s?[xX]\s?){1,2})(?P<zero>[Oo]\s?\.?\s?)$")
#: More dimensions are read of no report.
_MOST = 600


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: every dimension, with features that tell what it measures."""
    nouns = patterns.once(Nouns)
    setting = {f"size_in_{name}": 1.0 for name in nouns.settings(document.text.clean)}
    found = list(mark(document, islice(_dimensions(document, patterns, nouns), _MOST)))
    found = stated_only(document, garbled(document, found))
    found += _in_form(document)
    found += _in_columns(document)
    found = in_apart_columns(document, found)
    found = on_slides(within_received(document, of_the_primary(document, found)))
    found = of_organs(document, as_printed(unnamed_first(not_asked(document, found))))
    good = [c for c in found if TUMOR & c.features.keys() and not NOT_TUMOR & c.features.keys()]
    if any("size_subject_tumor" in c.features for c in good):
        # What is named a benign tumor is none beside one that is measured as the tumor.
        kept = {id(c) for c in good}
        found = [c for c in found if id(c) in kept or "size_subject_other" not in c.features]
    if len(firm := [c for c in good if not _GROSSLY.search(c.unit.text)]) < len(good) and firm:
        top = max(document.rank(c.unit.section) for c in firm)
        if top > document.rank("gross"):
            vague = {id(c) for c in good} - {id(c) for c in firm}
            found = [c for c in found if id(c) not in vague]
            good = firm
    found = by_organ(document, found)
    if not good:
        told_only(document, found)
    frozen_only(found, good)
    told: dict[int, set[float]] = {}
    for other in good:
        told.setdefault(document.rank(other.unit.section), set()).add(other.value)
    spans = {rank: (min(sizes), max(sizes)) for rank, sizes in told.items()}
    lesions = [
        c
        for c in found
        if "size_subject_lesion" in c.features
        and not (NOT_THIS | {"size_imaging", "historical"}) & c.features.keys()
        and c.unit.section not in ("history", "outside")
    ]
    if lesions and not good:
        found = [c for c in found if "size_imaging" not in c.features]
    if any(document.rank(c.unit.section) > 1 for c in good):
        found = [c for c in found if not on_image(c)]
    for candidate in good:
        at = candidate.start - candidate.unit.start
        if candidate.unit.section in FINAL and _LARGER.search(candidate.unit.text[max(0, at - 60) : at]):
            candidate.features["strength"] = candidate.features.get("strength", 0.0) + _SURE
    for candidate in found:
        features, rank = candidate.features, document.rank(candidate.unit.section)
        if candidate.unit.section not in ("diagnosis", "synoptic", "addendum", "amendment"):
            features |= setting
            if "size_imaging_alone" in features:
                features.pop("size_in_brain", None)  # what an image showed is no piece of a brain
        for name in ("size_subject_deposit", "size_deposit_under", "size_imaging"):
            if name in features and not good and not (name == "size_imaging" and lesions):
                features[f"{name}_alone"] = 1.0
        for above, (least, most) in spans.items():
            if above == rank and most > candidate.value + 0.5:
                features["size_smaller"] = 1.0
            elif above > rank and max(most - candidate.value, candidate.value - least) > _SAME:
                features["size_outranked"] = 1.0
    yield from found


def _dimensions(document: Document, patterns: FieldPatterns, nouns: Nouns) -> Iterator[Candidate]:
    dimensions, bare = patterns.rule("dimensions"), patterns.rule("bare-dimensions")
    in_label, label_unit = patterns.rule("unit-in-label"), patterns.rule("label-unit")
    unitless = patterns.rule("unitless")
    measured = {unit.index for unit in document.units_with(_UNIT, _SIZED)}
    for unit in document.units:
        if unit.section == "blocks" or not (unit.index in measured or unit.value is not None):
            continue
        labelled = announces_size(patterns, nouns, unit)
        if not (unit.index in measured or labelled) or not _DIGIT.search(unit.text):
            continue
        if nouns.has("definition", unit.text) and nouns.has("stage-line", unit.text):
            continue  # the wording of a T category is no measurement
        if unit.label is not None and _LIMITS.fullmatch(unit.label_text):
            continue
        if not unit.label_text and _DEPTH.match(unit.under):
            continue  # the answer below "Depth of invasion:"
        if unit.index and _SIZE.fullmatch(unit.label_text) and _weighed(document, unit):
            continue
        found = False
        classes = unmarked(unit.text)
        for match in _all(patterns, unit.text):
            if classes and classes[0] <= match.start() < classes[1]:
                continue
            before = unit.text[max(0, match.start() - 100) : match.start()]
            contact = nouns.has_in("contact", before, unit.text) and not lengthwise(unit.text, *match.span())
            if contact or _LOST.search(before):
                continue
            if _T_RANGE.search(before) and RANGE.search(match["numbers"]):
                continue  # "pT2 (2-4 cm)"
            if found and beside_specimen(before, unit.text[match.end() : match.end() + 30]):
                continue  # "NET of 5 x 4 mm in a specimen of 21 x 19 mm"
            if found and before.endswith("(") and _ON_IMAGE.match(unit.text, match.end()):
                continue  # "measuring 15 mm (18 mm on CT)"
            if nouns.has_in("no-size-after", unit.text[match.end() : match.end() + 70], unit.text):
                continue
            numbers = match["numbers"]
            if lead := _LEAD.search(before):
                numbers = f"{lead['lead']}0.{numbers}"
            if (size := millimeters(numbers, match["unit"])) is not None:
                found = True
                names = kinds(document, nouns, unit, match, labelled)
                if "subject_specimen" in names and _NO_MASS.search(unit.text, match.end(), match.end() + 80):
                    continue  # "Appendix 60 mm, no discrete mass"
                if "subject_edge" in names and names & _AWAY:
                    continue  # a depth or a margin, as the noun and the words around agree
                candidate = _candidate(document, unit, match, size, dimensions.id, names)
                if nouns.has("several", unit.text):
                    candidate.features.pop("other_lesion", None)
                yield candidate
        if not found and (titled := in_label.pattern.search(unit.text)):
            if (size := millimeters(titled["numbers"], titled["unit"])) is not None:
                names = kinds(document, nouns, unit, titled, labelled=True)
                yield _candidate(document, unit, titled, size, in_label.id, names)
            continue
        sides = unitless.pattern.search(unit.text)
        if sides and nouns.has("unitless-lead", unit.text[: sides.start()]):
            size = millimeters(sides["numbers"], "cm")
            if size is not None:
                found = True
                names = kinds(document, nouns, unit, sides, labelled)
                yield _candidate(document, unit, sides, size, unitless.id, names)
        if found or not labelled or unit.value is None:
            continue
        scale = label_unit.pattern.search(unit.label_text)
        number = bare.pattern.match(unit.text, unit.value)
        if number:  # "Diameter (mm) .... 22", "Size: 22 (mm)"
            scale = scale or label_unit.pattern.search(unit.text, 0, number.start("numbers"))
            scale = scale or _UNIT_AFTER.match(unit.text, number.end())
        if number and (size := millimeters(number["numbers"], scale["unit"] if scale else "cm")) is not None:
            names = kinds(document, nouns, unit, number, labelled)
            yield _candidate(
                document, unit, number, size, bare.id, names, **({} if scale else {"no_unit": 1.0})
            )


def _weighed(document: Document, unit: Unit) -> bool:
    """Whether the line before gives the weight of the specimen and nothing of a tumor."""
    return _WEIGHED.match(document.units[unit.index - 1].text) is not None


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


def _all(patterns: FieldPatterns, text: str) -> list[re.Match[str]]:
    """Dimensions of a text, in every order of number and unit, none over another."""
    found: list[re.Match[str]] = []
    for name in _ORDERS:
        for match in patterns[name].finditer(text):
            if name == "list" and _NUMBERED.search(text, 0, match.start()):
                continue  # "3 cm in segment 7 and 1.5 cm"
            if not any(match.start() < other.end() and other.start() < match.end() for other in found):
                found.append(match)
    return found


def _candidate(
    document: Document,
    unit: Unit,
    match: re.Match[str],
    millimeters: float,
    rule: str,
    names: set[str],
    **features: float,
) -> Candidate:
    dimensions = 1 + len(_BY.findall(match["numbers"]))
    names.add(f"dimensions_{min(dimensions, 3)}")
    if millimeters > 150:
        names.add("large")
    candidate = document.candidate(millimeters, unit, *match.span(), rule)
    candidate.features |= features | {f"size_{name}": 1.0 for name in sorted(names)}
    return candidate


FIELD = Field(title="Tumor size (mm)", position=30, value=float, read=read, order=float)
