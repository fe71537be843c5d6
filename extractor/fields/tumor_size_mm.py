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

from extractor.charts import cells_under
from extractor.dimensions import Nouns
from extractor.document import Document
from extractor.earlier import PENALTY, mark
from extractor.expressions import Expression
from extractor.field import Candidate, Field
from extractor.numbers import number
from extractor.patterns import FieldPatterns
from extractor.procurement import tumor_size
from extractor.sites import heads, hits, organs, sites
from extractor.tumors import UNSPECIFIC, mentions
from extractor.unit import Unit

#: Rules of a number and a unit, in every order, and the units.
_ORDERS = ("list", "dimensions", "unit-first", "words")
_UNIT = Expression("cm|mm|centimet|millimet", re.IGNORECASE)
#: What stands before sides without a unit.
_SIZED = Expression("tumou?rs? (?:sized|size|of size|measur)", re.IGNORECASE)

#: Beyond this a dimension is a specimen's, or has lost its decimal point.
IMPLAUSIBLE_MM = 400.0

#: Words before a dimension that may speak of it, in characters; longer labels are headings.
REACH, LABEL_MAX = 160, 40

#: Where candidates are compared: features by which a dimension is a tumor's, and by which it is not.
_TUMOR = {f"size_{n}" for n in ("subject_tumor", "labelled_tumor", "inherited_tumor", "labelled_below_tumor")}
_NOT_TUMOR = {
    f"size_{n}"
    for n in (
        *("distance_after", "distance_before", "within_before", "definition", "node_sentence", "other"),
        *("aggregate", "imaging", "deposit_under", "subject_deposit", "node_under", "biopsy_under"),
        "labelled_below_specimen",
    )
} | {"historical", "reference", "no_unit"}

#: The features of a tumor whose size is told outside of what the pathologist saw.
_CLINICAL = {f"size_{n}" for n in ("subject_tumor", "subject_lesion", "labelled_tumor", "labelled_plain")}
_NOT_THIS = {
    f"size_{n}"
    for n in (
        *("distance_after", "distance_before", "within_before", "definition", "other", "aggregate"),
        *("node_sentence", "node_after", "subject_node", "subject_edge"),
    )
}
#: A label of the history, and words of another time or of what is not this tumor.
_TOLD = re.compile(r"\W*(?:clin(?:ical)?|information|history|hx|indication|request|details)\b", re.IGNORECASE)
_THEN = re.compile(
    r"\b(?:previous(?:ly)?|prior|former(?:ly)?|ago|earlier|(?:has|had) been|"
    r"was (?:re(?:mov|sect)ed|excised)|"
    r"status post|s/p|h/o|history of|node|nodal|lymph|cyst|polyp|fibroid|metasta\w+|liver|hepatic|bone|"
    r"since (?:19|20)\d\d|in (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_INCIDENTAL = re.compile(r"\bincidental(?:ly)?\b", re.IGNORECASE)
_ANOTHER = re.compile(r"\b(?:second|another|separate|other|additional)\b", re.IGNORECASE)
_UNKNOWN = Expression(
    r"\bprimary(?: tumou?r| site| origin)?(?: is| still)? (?:unknown|not known|unclear|not found)\b|"
    r"\bunknown primary\b",
    re.IGNORECASE,
)
_DEPOSITED = re.compile(r"\b(?:metasta\w+|liver|hepatic)\b", re.IGNORECASE)
#: A category in whose brackets its bounds stand, and an image that gave another size.
_T_RANGE = re.compile(r"\bp?T[0-4][a-d]?\d? ?[(:=] ?$")
_ON_IMAGE = re.compile(r" (?:on|by|at|in) (?:the )?(?:CT|MRI|PET|EUS|US|imaging|ultrasound)\b")
#: What follows a dimension in brackets that ends its line.
_BRACKET_ENDS = re.compile(r" ?\)[\W]{0,4}$")
#: What is said of an organ in which nothing was seen.
_NO_MASS = re.compile(r"[^.;]{0,50}\bno (?:\w+ )?(?:mass|tumou?r|lesion|nodule|growth)\b", re.IGNORECASE)
#: What a mass has beside it: "4 cm mass with liver mets".
_WITH_SPREAD = re.compile(
    r"\b(?:with|w/|and) ?(?:(?:\w+|[,/&]) ){0,4}(?:mets?|metasta\w+|deposits?|nodes?|adenopathy)\b",
    re.IGNORECASE,
)
#: How a size was taken that stands beside another: "(clinical) 15 mm", "(histological) 13 mm".
_SEEN = re.compile(
    r"\((?:by )?(?P<from_outside>clinical(?:ly)?|endoscop\w+|radiolog\w+|imaging|CT|MRI|"
    r"EUS|ultraso\w+)|"
    r"\((?:on )?(?P<on_slide>histolog\w+|microscop\w+|patholog\w+|slides?)|"
    r"\b(?P<outside>clinical|endoscopic|radiological|imaging) (?:size|diameter|dimension)|"
    r"\b(?P<slide>histological|microscopic|pathological) (?:size|diameter|dimension)",
    re.IGNORECASE,
)
#: A size seen by the naked eye, told among what the microscope showed.
_GROSSLY = re.compile(
    r"\b(?:gross(?:ly)?|macroscopic(?:ally)?)"
    r"(?: (?:\w+ ){0,3}?(?:measure\w*|size|dimensions?|diameter)\b| ?:)",
    re.IGNORECASE,
)
#: "The largest" and no more before a size: of what the statement before names.
_LARGEST = re.compile(
    r"\W*(?:\d{1,2}[.)]|[a-z][.)])?\W*(?:the )?(?:largest|biggest|greatest|dominant|bigger|larger)"
    r"(?: (?:one|of (?:these|them|which)|tumou?r|foc(?:us|i)|lesion))?"
    r"(?: (?:is|measures|measuring|being))?[\W]*",
    re.IGNORECASE,
)
#: One lesion right before its size, and what follows the size of an organ that holds it.
_ONE_LESION = re.compile(
    r"\b(?:with|contain\w*|in it|in which|show\w*|includ\w*|harbou?r\w*|bear\w*)\b[^.;]{0,40}"
    r"\b(?:nodule|lesion|tumou?r|mass|neoplasm|focus|growth|polyp) (?:of|measuring|"
    r"\(?diam(?:eter)?\b\.?\)?|in diameter)(?: (?:diameter|size|about|of))?[: ]*$",
    re.IGNORECASE,
)
_HOLDS = re.compile(r"[\W]{0,3}(?:and )?(?:with|contain\w*|bearing|in which|showing) ", re.IGNORECASE)
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
#: A line whose label is a place of resection ("Limits: proximal 9 cm").
_LIMITS = re.compile(r"\W*(?:\w+ ){0,2}(?:limits?|borders?)(?: of (?:resection|section))?\W*", re.IGNORECASE)
#: Sections of a diagnosis; how near its name a tumor's size stands, and how few words come before the name.
_FINAL, _NEAR, _FEW = frozenset({"diagnosis", "synoptic", "amendment", "addendum"}), 40, 4
_PLACE = re.compile(r"\b(?:lobe|isthmus|head|body|tail)\W*$", re.IGNORECASE)
#: "Bilateral carcinoma, the larger 2 cm": the size of the tumor that counts, and what it gains.
_LARGER = re.compile(
    r"\b(?:larger|largest|bigger|biggest)(?: one| tumou?r| focus| nodule| of (?:the two|these|them|which))?"
    r"(?: (?:is|measures|measuring|being))?[ :,]*$",
    re.IGNORECASE,
)
_SURE = 2.0
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
_ONE = str.maketrans("IlOo", "1100")
_WORD = re.compile(r"[a-z]{3,}", re.IGNORECASE)
_STRAY_POINT = re.compile(r"^([\dIl])[. ] ?(\d)$")
_TEN = re.compile(r"[1Il] 0$")
_DIGIT = re.compile(r"\d|[a-z][ -](?:cm\b|centim)", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?|[.,]\d+)(?: ?(cm|mm))?", re.IGNORECASE)
_UNIT_AFTER = re.compile(r" ?\((?P<unit>mm|cm)\)", re.IGNORECASE)
_BY = re.compile(r"[xX]|\bby\b")
_RANGE = re.compile(r"\d\s?-\s?\d")
#: A line of a size given side by side ("Length is 3 cm", "Width is 4 cm").
_SIDE = re.compile(r"(?:^|size|[,;])\W{0,4}(?:length|width)\b[^.;\d]{0,12}$", re.IGNORECASE)
#: A line with the weight of what was taken; the size below it is that of the specimen.
_WEIGHED = re.compile(
    r"\W*(?:specimen |gland |prostate )?weight\W{0,4}\d[\d., ]*(?:g|gm|gms|grams?|gr)\b", re.IGNORECASE
)
_SIZE = re.compile(r"\W*size\W*", re.IGNORECASE)
#: A label that says nothing of what is measured.
_DIMENSIONS = re.compile(r"(?:size|dimensions?)", re.IGNORECASE)
_DEPTH = re.compile(r"\W*(?:\w+ )?(?:depth|thickness) of\b", re.IGNORECASE)
#: What stands before a dimension whose first number was not read ("x X,4 cm").
_LOST = re.compile(r"(?:(?<![A-Za-z])[xX][*.?]{0,2}|[`^~]|[.,] ?')\s?$")
#: Dimensions before one whose zero was read as a letter ("1.4 x 1.1 x O. 8 cm").
_LEAD = re.compile(r"(?P<lead>(?:\d{1,3}(?:[.,]\d{1,2})?\s?[xX]\s?){1,2})(?P<zero>[Oo]\s?\.?\s?)$")
#: More dimensions are read of no report.
_MOST = 600
_GLUED = re.compile(r"(?:[A-WYZa-wyz'](?<!measuring)(?<!measures)|\d[ ,])$", re.IGNORECASE)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: every dimension, with features that tell what it measures."""
    nouns = patterns.once(Nouns)
    setting = {f"size_in_{name}": 1.0 for name in nouns.settings(document.text.clean)}
    found = list(mark(document, islice(_dimensions(document, patterns, nouns), _MOST)))
    found += _in_form(document)
    found += _in_columns(document)
    found = _on_slides(_within_received(document, _of_the_primary(document, found)))
    good = [c for c in found if _TUMOR & c.features.keys() and not _NOT_TUMOR & c.features.keys()]
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
    found = _by_organ(document, found)
    if not good:
        _told_only(document, found)
    told: dict[int, set[float]] = {}
    for other in good:
        told.setdefault(document.rank(other.unit.section), set()).add(other.value)
    spans = {rank: (min(sizes), max(sizes)) for rank, sizes in told.items()}
    lesions = [
        c
        for c in found
        if "size_subject_lesion" in c.features
        and not (_NOT_THIS | {"size_imaging", "historical"}) & c.features.keys()
        and c.unit.section not in ("history", "outside")
    ]
    if lesions and not good:
        found = [c for c in found if "size_imaging" not in c.features]
    for candidate in good:
        at = candidate.start - candidate.unit.start
        if candidate.unit.section in _FINAL and _LARGER.search(candidate.unit.text[max(0, at - 60) : at]):
            candidate.features["strength"] = candidate.features.get("strength", 0.0) + _SURE
    for candidate in found:
        features, rank = candidate.features, document.rank(candidate.unit.section)
        if candidate.unit.section not in ("diagnosis", "synoptic", "addendum", "amendment"):
            features |= setting
        for name in ("size_subject_deposit", "size_deposit_under", "size_imaging"):
            if name in features and not good and not (name == "size_imaging" and lesions):
                features[f"{name}_alone"] = 1.0
        for above, (least, most) in spans.items():
            if above == rank and most > candidate.value + 0.5:
                features["size_smaller"] = 1.0
            elif above > rank and max(most - candidate.value, candidate.value - least) > 0.5:
                features["size_outranked"] = 1.0
    yield from found


def _of_the_primary(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes, those of tumors in other organs' parts marked where the primary has its own size."""
    ranked = sites(document)
    if len(ranked) < 2:
        return found
    headed, kin = heads(document), {ranked[0].organ, *_kin(document, ranked[0].organ)}

    def organ(candidate: Candidate) -> str | None:
        head = headed[candidate.unit.index]
        return head[0].organ if len({h.organ for h in head}) == 1 else None

    good = [c for c in found if _TUMOR & c.features.keys() and not _NOT_TUMOR & c.features.keys()]
    if any(organ(c) == ranked[0].organ for c in good):
        for candidate in good:
            if (own := organ(candidate)) is not None and own not in kin:
                candidate.features["other_tumor"] = 1.0
                candidate.features["strength"] = candidate.features.get("strength", 0.0) - PENALTY
                candidate.features["size_other"] = 1.0
    return found


def _on_slides(found: list[Candidate]) -> list[Candidate]:
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


def _by_organ(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes without those of the gross description, where lines by organ name the tumor with its size.

    "Left lobe: medullary carcinoma, 2.7 cm" is a diagnosis though no heading says so.
    """
    if any(c.unit.section in _FINAL for c in found):
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
        and _TUMOR & c.features.keys()
        and not _NOT_TUMOR & c.features.keys()
        and 0 <= c.start - c.unit.start - named.get(c.unit.index, len(c.unit.text)) <= _NEAR
    ]
    if not lines:
        return found
    kept = {c.unit.index for c in lines}
    return [c for c in found if c.unit.index in kept or not _TUMOR & c.features.keys()]


def _within_received(document: Document, found: list[Candidate]) -> list[Candidate]:
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
            if "size_subject_tumor" not in other.features or _NOT_TUMOR & other.features.keys():
                continue
            if _SECTIONED.search(document.text.clean, mass.end, min(other.start, mass.end + 400)):
                return [c for c in found if c is not mass]
    return found


def _kin(document: Document, organ: str) -> Iterator[str]:
    """Organs of whose names one may be said for the other."""
    for pair in organs(document).narrower:
        if organ in pair:
            yield from pair


def _told_only(document: Document, found: list[Candidate]) -> None:
    """Where no size was measured here, that of this tumor in the clinical details or an image counts."""
    seen = [
        c
        for c in found
        if document.rank(c.unit.section) > 1
        and _CLINICAL & c.features.keys()
        and not _TOLD.match(c.unit.label_text)
    ]
    if any(not _NOT_THIS & c.features.keys() for c in seen):
        return
    named = [m for m in mentions(document) if m.counts and m.rank > UNSPECIFIC and not m.historical]
    named = [m for m in named if m.unit.section != "history"]
    # no primary tumor is in the specimen
    spread = (bool(named) and all(m.metastatic for m in named)) or _UNKNOWN.anywhere(
        document.text.clean
    ) is not None
    for candidate in found:
        features, unit = candidate.features, candidate.unit
        if not _CLINICAL & features.keys() or _NOT_THIS & features.keys():
            continue
        words = _WITH_SPREAD.sub("", unit.text)
        if _THEN.search(_DEPOSITED.sub("", words) if spread else words):
            continue
        if unit.section != "history" and not _TOLD.match(unit.label_text):
            continue
        if features.pop("historical", None) is not None:
            features["strength"] = features.get("strength", 0.0) + PENALTY
        if _INCIDENTAL.search(unit.text) and not _ANOTHER.search(unit.text):
            features.pop("other_lesion", None)  # found by chance, and what was sampled
        features["size_imaging_alone"] = 1.0


def _dimensions(document: Document, patterns: FieldPatterns, nouns: Nouns) -> Iterator[Candidate]:
    dimensions, bare = patterns.rule("dimensions"), patterns.rule("bare-dimensions")
    in_label, label_unit = patterns.rule("unit-in-label"), patterns.rule("label-unit")
    unitless = patterns.rule("unitless")
    measured = {unit.index for unit in document.units_with(_UNIT, _SIZED)}
    for unit in document.units:
        if unit.section == "blocks" or not (unit.index in measured or unit.value is not None):
            continue
        labelled = _labelled(patterns, nouns, unit)
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
        for match in _all(patterns, unit.text):
            before = unit.text[max(0, match.start() - 100) : match.start()]
            if nouns.has_in("contact", before, unit.text) or _LOST.search(before):
                continue
            if _T_RANGE.search(before) and _RANGE.search(match["numbers"]):
                continue  # "pT2 (2-4 cm)"
            if found and before.endswith("(") and _ON_IMAGE.match(unit.text, match.end()):
                continue  # "measuring 15 mm (18 mm on CT)"
            if nouns.has_in("no-size-after", unit.text[match.end() : match.end() + 70], unit.text):
                continue
            numbers = match["numbers"]
            if lead := _LEAD.search(before):
                numbers = f"{lead['lead']}0.{numbers}"
            if (size := _millimeters(numbers, match["unit"])) is not None:
                found = True
                names = _names(document, nouns, unit, match, labelled)
                if "subject_specimen" in names and _NO_MASS.search(unit.text, match.end(), match.end() + 80):
                    continue  # "Appendix 60 mm, no discrete mass"
                if "subject_edge" in names and names & _AWAY:
                    continue  # a depth or a margin, as the noun and the words around agree
                candidate = _candidate(document, unit, match, size, dimensions.id, names)
                if nouns.has("several", unit.text):
                    candidate.features.pop("other_lesion", None)
                yield candidate
        if not found and (titled := in_label.pattern.search(unit.text)):
            if (size := _millimeters(titled["numbers"], titled["unit"])) is not None:
                names = _names(document, nouns, unit, titled, labelled=True)
                yield _candidate(document, unit, titled, size, in_label.id, names)
            continue
        sides = unitless.pattern.search(unit.text)
        if sides and nouns.has("unitless-lead", unit.text[: sides.start()]):
            size = _millimeters(sides["numbers"], "cm")
            if size is not None:
                found = True
                names = _names(document, nouns, unit, sides, labelled)
                yield _candidate(document, unit, sides, size, unitless.id, names)
        if found or not labelled or unit.value is None:
            continue
        scale = label_unit.pattern.search(unit.label_text)
        number = bare.pattern.match(unit.text, unit.value)
        if number:  # "Diameter (mm) .... 22", "Size: 22 (mm)"
            scale = scale or label_unit.pattern.search(unit.text, 0, number.start("numbers"))
            scale = scale or _UNIT_AFTER.match(unit.text, number.end())
        if number and (size := _millimeters(number["numbers"], scale["unit"] if scale else "cm")) is not None:
            names = _names(document, nouns, unit, number, labelled)
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
        cell = _CELL.fullmatch(unit.text[lo:hi].translate(_ONE))
        if cell is None or _DEPOSIT_ROW.search(f"{row} {unit.text[hi : hi + 60]}"):
            continue
        line = document.text.clean.rfind("\n", 0, unit.start + lo)
        heads = document.text.clean[max(0, line - _TABLE) : line]
        named = list(_COLUMN.finditer(heads))
        scale = cell["unit"] or (named[-1]["unit"] if named else None)
        size = _millimeters(cell["numbers"], scale) if scale else None
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
            if not any(match.start() < other.end() and other.start() < match.end() for other in found):
                found.append(match)
    return found


def _millimeters(numbers: str, unit: str) -> float | None:
    # "2. 7" and "2 7" are 2.7 whose point strayed or was lost.
    if _WORD.fullmatch(numbers):
        numbers = str(number(numbers))
    if _TEN.match(numbers):
        return None  # "1 0" is 10 as well as 1.0
    numbers = _STRAY_POINT.sub(r"\1.\2", numbers).translate(_ONE).replace("..", ".").replace(",,", ",")
    values, scale = [], unit.lower()
    centimeters = scale.startswith("c")
    for each, own in reversed(_NUMBER.findall(numbers)):
        scale = own.lower() or scale  # "3 cm to 5 mm": each number up to the next unit has that one
        values.append(float(each.replace(",", ".")) * (10.0 if scale.startswith("c") else 1.0))
    if len(values) > 2 and max(values) > IMPLAUSIBLE_MM:
        # One side of three that is ten times the others has lost its point ("4.5 x 4 x 112 cm").
        values = [v for v in values if v <= IMPLAUSIBLE_MM and max(values) > 10 * v]
    if not values:
        return None
    if len(values) > 1 and min(values) > 150 and centimeters and _RANGE.search(numbers):
        return None  # "a tumor at 34-39 cm" is where it is, not how large
    size = max(values)
    return round(size, 3) if 0 < size <= IMPLAUSIBLE_MM else None


def _labelled(patterns: FieldPatterns, nouns: Nouns, unit: Unit) -> bool:
    """Whether the line's label, or the one above it, announces a tumor's size."""
    if patterns.label is None:
        return False
    label = unit.label_text
    if label and patterns.label.within(label, unit.text):
        return not nouns.has_in("not-tumor-label", label, unit.text)
    under = bool(unit.under) and patterns.label.search(unit.under) is not None
    return under and not nouns.has("not-tumor-label", f"{unit.under} {label}")


def _names(document: Document, nouns: Nouns, unit: Unit, match: re.Match[str], labelled: bool) -> set[str]:
    """Names of the features of one dimension."""
    start, end = match.span()
    inside = labelled and unit.value is not None and unit.value <= start
    begin = unit.value if inside and unit.value else max(0, start - REACH)
    names, subject = nouns.names(unit, begin, start, end)
    largest = _LARGEST.fullmatch(unit.text, 0, start) is not None
    names.add(
        f"subject_{subject}" if subject else f"inherited_{_inherited(document, nouns, unit, largest=largest)}"
    )
    before, after = unit.text[max(0, start - 90) : start], unit.text[end : end + 40]
    if "aggregate" in names and _ONE_LESION.search(before):
        names.discard("aggregate")  # "a fragment with a nodule of 2 cm"
    if (
        subject == "specimen"
        and unit.section not in ("gross", "specimens")
        and _bracketed(nouns, unit, start, end)
    ):
        # "ovary with carcinoma and lymphovascular invasion (8 cm)"
        names = {n for n in names if not n.startswith("subject_")} | {"subject_tumor"}
    if subject == "specimen" and _HOLDS.match(after):
        names.discard("tumor_after")
    side = _SIDE.search(unit.text[:start]) and (labelled or _below_size(document, nouns, unit))
    plain = _DIMENSIONS.fullmatch(unit.label_text) and _block(document, nouns, unit) == "below_tumor"
    if side or plain:
        names = {n for n in names if not n.startswith("subject_")} | {"labelled_tumor"}
    if 0 < len(unit.label_text) <= LABEL_MAX:
        if nouns.has_in("not-tumor-label", unit.label_text, unit.text):
            names.add("labelled_other")
        if not labelled and nouns.has_in("noun-tumor", unit.label_text, unit.text):
            names.add("tumor_label")
    if labelled:
        kind = "tumor" if nouns.has("noun-tumor", f"{unit.label_text} {unit.under}") else "plain"
        names.add(f"labelled_{kind}")
        if kind == "plain" and (block := _block(document, nouns, unit)):
            names.add(f"labelled_{block}")
        if unit.section in ("gross", "specimens", "intraoperative"):
            names.add(f"labelled_{kind}_gross")
    if _GLUED.search(unit.text[:start]):
        names.add("glued")
    above = document.units[unit.index - 1].text if unit.index else ""
    if above.rfind("(") > above.rfind(")") and nouns.has("around-imaging", above[above.rfind("(") :]):
        names.add("imaging")  # the rest of what a bracket tells of an image
    return names


def _bracketed(nouns: Nouns, unit: Unit, start: int, end: int) -> bool:
    """Whether a dimension alone in brackets ends a statement that speaks of a tumor last."""
    if unit.text[start - 1 : start] != "(" or not _BRACKET_ENDS.match(unit.text, end):
        return False
    before = [
        kind for _, _, kind in nouns.nouns(unit.text[:start], unit.text) if kind in ("tumor", "specimen")
    ]
    return before[-1:] == ["tumor"]


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


def _inherited(document: Document, nouns: Nouns, unit: Unit, *, largest: bool = False) -> str:
    """Kind of what the sentence before speaks of ("... adenocarcinoma. 2.5 cm.")."""
    if not unit.index:
        return "nothing"
    previous = document.units[unit.index - 1]
    if previous.section != unit.section or (previous.part != unit.part and not largest):
        return "nothing"
    return nouns.last(previous.text, REACH) or "nothing"


def _below_size(document: Document, nouns: Nouns, unit: Unit) -> bool:
    """Whether the lines right above are another side of the tumor's size, or its label."""
    above = document.units[max(0, unit.index - 2) : unit.index]
    return any(nouns.has("size-title", f"{u.under} {u.text}") for u in above)


def _block(document: Document, nouns: Nouns, unit: Unit) -> str:
    """What the lines above a plain "Greatest dimension" speak of: the tumor's or the specimen's size."""
    for previous in reversed(document.units[max(0, unit.index - 3) : unit.index]):
        for kind in ("tumor", "specimen"):
            if nouns.has(f"block-{kind}", previous.text):
                return f"below_{kind}"
    return ""


FIELD = Field(title="Tumor size (mm)", position=30, value=float, read=read, order=float)
