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

from extractor.dimensions import Nouns
from extractor.document import Document
from extractor.earlier import PENALTY, mark
from extractor.expressions import Expression
from extractor.field import Candidate, Field
from extractor.numbers import number
from extractor.patterns import FieldPatterns
from extractor.procurement import tumor_size
from extractor.sites import heads, organs, sites
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
    found = _of_the_primary(document, found)
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
    if not good:
        _told_only(document, found)
    told: dict[int, set[float]] = {}
    for other in good:
        told.setdefault(document.rank(other.unit.section), set()).add(other.value)
    spans = {rank: (min(sizes), max(sizes)) for rank, sizes in told.items()}
    for candidate in found:
        features, rank = candidate.features, document.rank(candidate.unit.section)
        if candidate.unit.section not in ("diagnosis", "synoptic", "addendum", "amendment"):
            features |= setting
        for name in ("size_subject_deposit", "size_deposit_under", "size_imaging"):
            if name in features and not good:
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


def _kin(document: Document, organ: str) -> Iterator[str]:
    """Organs of whose names one may be said for the other."""
    for pair in organs(document).narrower:
        if organ in pair:
            yield from pair


def _told_only(document: Document, found: list[Candidate]) -> None:
    """Where no size was measured here, that of this tumor in the clinical details or an image counts."""
    seen = [c for c in found if document.rank(c.unit.section) > 1 and _CLINICAL & c.features.keys()]
    if any(not _NOT_THIS & c.features.keys() for c in seen):
        return
    for candidate in found:
        features, unit = candidate.features, candidate.unit
        if not _CLINICAL & features.keys() or _NOT_THIS & features.keys() or _THEN.search(unit.text):
            continue
        if unit.section != "history" and not _TOLD.match(unit.label_text):
            continue
        if features.pop("historical", None) is not None:
            features["strength"] = features.get("strength", 0.0) + PENALTY
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
        if not unit.label_text and _DEPTH.match(unit.under):
            continue  # the answer below "Depth of invasion:"
        if unit.index and _SIZE.fullmatch(unit.label_text) and _weighed(document, unit):
            continue
        found = False
        for match in _all(patterns, unit.text):
            before = unit.text[max(0, match.start() - 100) : match.start()]
            if nouns.has_in("contact", before, unit.text) or _LOST.search(before):
                continue
            if nouns.has_in("no-size-after", unit.text[match.end() : match.end() + 70], unit.text):
                continue
            numbers = match["numbers"]
            if lead := _LEAD.search(before):
                numbers = f"{lead['lead']}0.{numbers}"
            if (size := _millimeters(numbers, match["unit"])) is not None:
                found = True
                names = _names(document, nouns, unit, match, labelled)
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
