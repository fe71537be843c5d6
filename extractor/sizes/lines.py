"""The dimensions of a report's lines, each with what it measures."""

import re
from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.matching.patterns import FieldPatterns
from extractor.sizes.classes import unmarked
from extractor.sizes.dimensions import Nouns
from extractor.sizes.kinds import announces_size, kinds
from extractor.sizes.lengthwise import lengthwise
from extractor.sizes.numbers import RANGE, millimeters
from extractor.sizes.rivals import beside_specimen
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
#: A line whose label is a place of resection ("Limits: proximal 9 cm").
_LIMITS = re.compile(r"\W*(?:\w+ ){0,2}(?:limits?|borders?)(?: of (?:resection|section))?\W*", re.IGNORECASE)
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
#: Between the sizes of a list, and what stands behind one that has no noun of its own.
_LISTED = re.compile(r"\s?(?:[,;&]|[,;]? ?\band\b) ?", re.IGNORECASE)
_NO_NOUN = re.compile(r"\s*(?:[,;)&.]|and \d|$)")
#: A dimension above so many millimeters is large.
_LARGE = 150


def dimensions(document: Document, patterns: FieldPatterns, nouns: Nouns) -> Iterator[Candidate]:
    """Every dimension of a report, in order."""
    measured = {unit.index for unit in document.units_with(_UNIT, _SIZED)}
    for unit in document.units:
        if unit.section == "blocks" or not (unit.index in measured or unit.value is not None):
            continue
        labelled = announces_size(patterns, nouns, unit)
        if not (unit.index in measured or labelled) or not _DIGIT.search(unit.text):
            continue
        if not _tells_otherwise(document, nouns, unit):
            yield from _Line(document, patterns, nouns, unit, labelled=labelled).read()


def _tells_otherwise(document: Document, nouns: Nouns, unit: Unit) -> bool:
    """Whether a line tells of no size: the wording of a T, a margin, a depth, the weight of a specimen."""
    if nouns.has("definition", unit.text) and nouns.has("stage-line", unit.text):
        return True
    if unit.label is not None and _LIMITS.fullmatch(unit.label_text):
        return True
    if not unit.label_text and _DEPTH.match(unit.under):
        return True  # the answer below "Depth of invasion:"
    return unit.index > 0 and _SIZE.fullmatch(unit.label_text) is not None and _weighed(document, unit)


def _weighed(document: Document, unit: Unit) -> bool:
    """Whether the line before gives the weight of the specimen and nothing of a tumor."""
    return _WEIGHED.match(document.units[unit.index - 1].text) is not None


class _Line:
    """A line with dimensions; ``labelled`` tells that its label announces a tumor's size."""

    def __init__(
        self, document: Document, patterns: FieldPatterns, nouns: Nouns, unit: Unit, *, labelled: bool
    ) -> None:
        self.document, self.patterns, self.nouns, self.unit = document, patterns, nouns, unit
        self.labelled = labelled
        self.found = False

    def read(self) -> Iterator[Candidate]:
        """The dimensions of the line: with their units, or as its label lets them be read."""
        yield from self._with_unit()
        in_label = self.patterns["unit-in-label"]
        if not self.found and (titled := in_label.search(self.unit.text)):
            if (size := millimeters(titled["numbers"], titled["unit"])) is not None:
                yield self._candidate(titled, size, "unit-in-label", self._kinds(titled, labelled=True))
            return
        yield from self._without_unit()
        if self.labelled and not self.found:
            yield from self._as_label_says()

    def _with_unit(self) -> Iterator[Candidate]:
        """Numbers with a unit."""
        classes = unmarked(self.unit.text)
        end, listed = 0, False
        for match in _all(self.patterns, self.unit.text):
            printed = classes and classes[0] <= match.start() < classes[1]
            if printed or self._is_no_size(match) or self._is_beside(match):
                continue
            if (size := millimeters(self._numbers(match), match["unit"])) is None:
                continue
            self.found = True
            names = self._kinds(match)
            if listed and "subject_lesion" in names and self._goes_on(end, match):
                names = {name for name in names if name != "subject_lesion"} | {"subject_tumor"}
            end, listed = match.end(), "subject_tumor" in names and not names & _AWAY
            if self._is_of_specimen(match, names):
                continue
            candidate = self._candidate(match, size, "dimensions", names)
            if self.nouns.has("several", self.unit.text):
                candidate.features.pop("other_lesion", None)
            yield candidate

    def _goes_on(self, end: int, match: re.Match[str]) -> bool:
        """Whether a size is the next of a list: "foci of carcinoma (1.4 cm, 3.9 cm)"."""
        text = self.unit.text
        return bool(_LISTED.fullmatch(text, end, match.start()) and _NO_NOUN.match(text, match.end()))

    def _without_unit(self) -> Iterator[Candidate]:
        """Sides alone, behind words that announce them."""
        sides = self.patterns["unitless"].search(self.unit.text)
        if sides is None or not self.nouns.has("unitless-lead", self.unit.text[: sides.start()]):
            return
        if (size := millimeters(sides["numbers"], "cm")) is not None:
            self.found = True
            yield self._candidate(sides, size, "unitless", self._kinds(sides))

    def _as_label_says(self) -> Iterator[Candidate]:
        """A number alone behind the label, in the label's unit ("Diameter (mm) .... 22", "Size: 22 (mm)")."""
        unit = self.unit
        number = (
            self.patterns["bare-dimensions"].match(unit.text, unit.value) if unit.value is not None else None
        )
        if number is None:
            return
        scaled = self.patterns["label-unit"]
        scale = (
            scaled.search(unit.label_text)
            or scaled.search(unit.text, 0, number.start("numbers"))
            or _UNIT_AFTER.match(unit.text, number.end())
        )
        if (size := millimeters(number["numbers"], scale["unit"] if scale else "cm")) is not None:
            unscaled = {} if scale else {"no_unit": 1.0}
            yield self._candidate(number, size, "bare-dimensions", self._kinds(number), **unscaled)

    def _before(self, match: re.Match[str]) -> str:
        return self.unit.text[max(0, match.start() - 100) : match.start()]

    def _is_no_size(self, match: re.Match[str]) -> bool:
        """Whether numbers tell of contact or the bounds of a T, or are but a part of a size."""
        before, text = self._before(match), self.unit.text
        if self.nouns.has_in("contact", before, text) and not lengthwise(text, *match.span()):
            return True
        if _LOST.search(before):
            return True
        if _T_RANGE.search(before) and RANGE.search(match["numbers"]):
            return True  # "pT2 (2-4 cm)"
        return self.nouns.has_in("no-size-after", text[match.end() : match.end() + 70], text)

    def _is_beside(self, match: re.Match[str]) -> bool:
        """Whether numbers behind the tumor's size are the specimen's, or an image's."""
        if not self.found:
            return False
        before, text = self._before(match), self.unit.text
        if beside_specimen(before, text[match.end() : match.end() + 30]):
            return True  # "NET of 5 x 4 mm in a specimen of 21 x 19 mm"
        # "measuring 15 mm (18 mm on CT)"
        return before.endswith("(") and _ON_IMAGE.match(text, match.end()) is not None

    def _is_of_specimen(self, match: re.Match[str], names: set[str]) -> bool:
        """Whether a dimension is that of an organ without a mass, or of an edge and how far it is."""
        if "subject_specimen" in names and _NO_MASS.search(self.unit.text, match.end(), match.end() + 80):
            return True  # "Appendix 60 mm, no discrete mass"
        return "subject_edge" in names and bool(names & _AWAY)

    def _numbers(self, match: re.Match[str]) -> str:
        """The numbers of a dimension, with those before a zero that was read as a letter."""
        lead = _LEAD.search(self._before(match))
        return f"{lead['lead']}0.{match['numbers']}" if lead else match["numbers"]

    def _kinds(self, match: re.Match[str], *, labelled: bool = False) -> set[str]:
        return kinds(self.document, self.nouns, self.unit, match, labelled or self.labelled)

    def _candidate(
        self, match: re.Match[str], size: float, rule: str, names: set[str], **features: float
    ) -> Candidate:
        sides = 1 + len(_BY.findall(match["numbers"]))
        names.add(f"dimensions_{min(sides, 3)}")
        if size > _LARGE:
            names.add("large")
        candidate = self.document.candidate(size, self.unit, *match.span(), self.patterns.rule(rule).id)
        candidate.features |= features | {f"size_{name}": 1.0 for name in sorted(names)}
        return candidate


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
