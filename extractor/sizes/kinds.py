"""What a dimension measures: names of its features, by its noun, its label and the lines above."""

import re

from extractor.document import Document
from extractor.matching.patterns import FieldPatterns
from extractor.sizes.dimensions import TUMOR_KINDS, Nouns
from extractor.sizes.lengthwise import lengthwise
from extractor.sizes.numbers import millimeters
from extractor.unit import Unit

#: Words before a dimension that may speak of it, in characters; longer labels are headings.
REACH, LABEL_MAX = 160, 40
#: What follows a dimension in brackets that ends its line.
_BRACKET_ENDS = re.compile(r" ?\)[\W]{0,4}$")
#: A tumor and the organ it is in, right before the bracket ("carcinoma involving the epiglottis (").
_INVOLVES = re.compile(
    r"\b(?:\w*carcinoma|tumou?r|sarcoma|melanoma|neoplasm|cancer|carcinoid|NETs?)\b[^.;:()]{0,40}?[ ,]{1,2}"
    r"(?:involving|occupying|arising (?:in|from|within)|located in|of|in) (?:the )?(?:[\w-]+ ){1,4}\($",
    re.IGNORECASE,
)
#: A line that goes on with where the tumor of the line above is.
GOES_ON = re.compile(r"\W{0,3}(?:involving|occupying|arising|located)\b", re.IGNORECASE)
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
#: One piece that is tumor.
_ONE_PIECE = re.compile(
    r"\b(?:single|one|solitary) (?:\w+ ){0,2}(?:piece|fragment|portion) of [^.;]{0,60}\b(?:tumou?r|mass) "
    r"(?:measuring|of|that is|which is)\b[^.;]{0,20}$",
    re.IGNORECASE,
)
#: A metastasis in nodes, of which a size is told.
_IN_NODES = re.compile(
    r"\bmetasta\w+\b[^.;]{0,60}\bin\b[^.;]{0,45}\bnodes?\b(?: ?\([^()]{0,20}\))?[^.;]{0,12}$", re.IGNORECASE
)
#: Nodes that a tumor replaces, of which its foci are told.
_NODES_REPLACED = re.compile(
    r"\bnodes?\b(?: \w+){0,3} (?:replaced|involved|effaced|infiltrated|occupied|invaded|expanded) by "
    r"(?:[\w-]+ ){0,3}(?:tumou?r|\w*carcinoma|\w*sarcoma|melanoma|cancer|NETs?)\b(?:[^.;]|\.(?=\d)){0,60}$",
    re.IGNORECASE,
)
#: A mass that is but nodes grown together, as the words behind its dimension say.
_MATTED = re.compile(
    r"(?:(?!\b(?:with|and(?! \d)|adherent|axill|hil|mesenter|nod)\w*)[^.;,]){0,120}?"
    r"\b(?:represent\w*|consist\w*|composed|compris\w*|consistent|compatible|is|are|be)\b"
    r"(?: (?:of|with|an?|the|mass(?:es)?|group|conglomerat\w+|packet|cluster|several|multiple|\w+ed)"
    r"){0,5} (?:matted|conglomerated?|confluent|coalesc\w+|fused) (?:\w+ )?nodes?\b",
    re.IGNORECASE,
)
#: The place of a tumor between the label of its size and the size ("Diameter of tumor: right ovary 4 cm").
_PLACED = re.compile(
    r"[^\w(]{0,3}(?:(?:the|and|in|of|on|left|right|[a-z]{4,14})[ ,:-]{1,3}){1,6}", re.IGNORECASE
)
#: The last of several sides, called a depth ("7.3 x 6 x 5.8 cm in depth").
_LAST_SIDE = re.compile(r" in (?:depth|thickness|height)\b", re.IGNORECASE)
_SIDES = re.compile(r"[xX*]|\bby\b")
_HOLDS = re.compile(r"[\W]{0,3}(?:and )?(?:with|contain\w*|bearing|in which|showing) ", re.IGNORECASE)
#: A line of a size given side by side ("Length is 3 cm", "Width is 4 cm").
_SIDE = re.compile(r"(?:^|size|[,;])\W{0,4}(?:length|width)\b[^.;\d]{0,12}$", re.IGNORECASE)
#: Signs of a depth or distance.
_DEPTHS = frozenset({"distance_before", "distance_after", "within_before", "length_after"})
#: What the tumor does to an organ, by a part of it ("the tube is distended by a 2 x 1 cm nodule").
_BY = re.compile(r"\bby an? [^.;\d]{0,24}$", re.IGNORECASE)
#: A size before another, which then tells how far or of what beside it.
_TUMOR_SIZED = re.compile(
    r"\b(?:tumou?r|\w*carcinoma|mass|NETs?|neoplasm)\b[^.;\d]{0,40}\d[\d.,xX ]{0,20}[cm]m\b|"
    r"\d ?[cm]m (?:[\w-]+ ){0,3}(?:tumou?r|\w*carcinoma|mass|NET|neoplasm)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\bwithin (?:an? |the |about )?$", re.IGNORECASE)
#: Those of them that no dimension of several sides can be.
_WAYS = frozenset({"distance_before", "distance_after", "within_before"})
#: A label that says nothing of what is measured.
_DIMENSIONS = re.compile(
    r"(?:(?:approx(?:imate|\.)?|overall|gross|aggregate) )?(?:size|dimensions?|measurements?)", re.IGNORECASE
)
#: A label that gives the greatest dimension, and the sides of a specimen above it.
_GREATEST = re.compile(r"\W*(?:greatest|maxim(?:um|al)|max\.?|largest) (?:dimension|diameter)", re.IGNORECASE)
_SIDES_GIVEN = re.compile(
    r"(?P<numbers>\d{1,3}(?:[.,]\d{1,2})?(?: ?[xX] ?\d{1,3}(?:[.,]\d{1,2})?){1,2}) ?(?P<unit>cm|mm)\b"
)
_GLUED = re.compile(r"(?:[A-WYZa-wyz'](?<!measuring)(?<!measures)|\d[ ,])$", re.IGNORECASE)


def announces_size(patterns: FieldPatterns, nouns: Nouns, unit: Unit) -> bool:
    """Whether the line's label, or the one above it, announces a tumor's size."""
    if patterns.label is None:
        return False
    label = unit.label_text
    if label and patterns.label.within(label, unit.text):
        return not nouns.has_in("not-tumor-label", label, unit.text)
    under = bool(unit.under) and patterns.label.search(unit.under) is not None
    return under and not nouns.has("not-tumor-label", f"{unit.under} {label}")


#: The tissue as what was measured, named behind an image.
_IN_TISSUE = re.compile(
    r"\b(?:CT|MRI|PET|EUS|US|ultraso\w+|endoso\w+|sonogr\w+|imaging|scan|radiolog\w+)\b[^.;]{0,40}?\d[^.;]{0,20}"
    r"\b(?:in the specimen|grossly|gross|macroscopic\w*|histologic\w*|microscopic\w*|pathologic\w*|"
    r"diagnosis|resected)\b(?:(?!\b(?:CT|MRI|PET|EUS|US|imaging|scan)\b)[^.;]){0,40}$",
    re.IGNORECASE,
)


def kinds(document: Document, nouns: Nouns, unit: Unit, match: re.Match[str], labelled: bool) -> set[str]:
    """Names of the features of one dimension."""
    return _Dimension(document, nouns, unit, match, labelled=labelled).read()


class _Dimension:
    """A dimension and the names of its features; ``labelled`` tells that its label announces a size."""

    def __init__(
        self, document: Document, nouns: Nouns, unit: Unit, match: re.Match[str], *, labelled: bool
    ) -> None:
        self.document, self.nouns, self.unit, self.labelled = document, nouns, unit, labelled
        self.numbers, self.scale = match["numbers"], match.groupdict().get("unit")
        self.start, self.end = match.span()
        self.before = unit.text[max(0, self.start - 90) : self.start]
        self.inside = labelled and unit.value is not None and unit.value <= self.start
        begin = unit.value if self.inside and unit.value else max(0, self.start - REACH)
        self.names, self.subject = nouns.names(unit, begin, self.start, self.end)

    def read(self) -> set[str]:
        """The names: by the noun, then by what corrects it, by the label and by the lines above."""
        self._by_noun()
        if self.subject == "specimen":
            self._of_specimen()
        if lengthwise(self.unit.text, self.start, self.end):
            self._is("subject_tumor")
            self.names -= _DEPTHS
        if self._in_nodes():
            self._is("subject_node", "node_sentence")
        self._by_sides()
        if self.subject == "tumor" and _MATTED.match(self.unit.text, self.end):
            self._is("subject_node", "node_sentence")
        if self._placed():
            self.names.discard("subject_specimen")
        if self._is_side() or self._is_plain():
            self._is("labelled_tumor")
        self._by_label()
        if self.labelled:
            self._by_announcement()
        self._by_print()
        self._by_image()
        return self.names

    def _is(self, *names: str) -> None:
        """Put these names in the place of what the noun said."""
        self.names = {name for name in self.names if not name.startswith("subject_")} | {*names}

    def _by_noun(self) -> None:
        """The noun a dimension belongs to, or that of the sentence before."""
        if self.subject:
            self.names.add(f"subject_{self.subject}")
        else:
            largest = _LARGEST.fullmatch(self.unit.text, 0, self.start) is not None
            self.names.add(f"inherited_{_inherited(self.document, self.nouns, self.unit, largest=largest)}")
        if "aggregate" in self.names and (_ONE_LESION.search(self.before) or _ONE_PIECE.search(self.before)):
            self.names.discard("aggregate")  # "a fragment with a nodule of 2 cm"

    def _of_specimen(self) -> None:
        """What seems to be the size of a specimen may be that of the tumor in it."""
        if self.unit.section not in ("gross", "specimens") and _bracketed(
            self.document, self.nouns, self.unit, self.start, self.end
        ):
            self._is("subject_tumor")  # "ovary with carcinoma and lymphovascular invasion (8 cm)"
        if _HOLDS.match(self.unit.text[self.end : self.end + 40]):
            self.names.discard("tumor_after")

    def _in_nodes(self) -> bool:
        """Whether it is that of a metastasis in nodes."""
        text, reach = self.unit.text, max(0, self.start - REACH)
        if self.subject not in ("tumor", "node") and _IN_NODES.search(text, reach, self.start):
            return True
        return _NODES_REPLACED.search(text, reach, self.start) is not None

    def _by_sides(self) -> None:
        """What has several sides is no way to anything ("located in the cecum, 4 x 3 cm")."""
        if not _SIDES.search(self.numbers):
            return
        own = self.subject in TUMOR_KINDS and (
            "tumor_after" in self.names or not _sized_before(self.document, self.unit, self.start)
        )
        if not own and not _LAST_SIDE.match(self.unit.text, self.end):
            return
        stay = {"within_before"} if self.subject == "lesion" or _WITHIN.search(self.before) else set()
        self.names -= _WAYS - (stay | {"distance_before"} if _BY.search(self.before) else stay)

    def _placed(self) -> bool:
        """Whether the organ named is but where the tumor of the label is."""
        unit = self.unit
        return (
            self.inside
            and self.subject == "specimen"
            and self.nouns.has_in("noun-tumor", unit.label_text, unit.text)
            and _PLACED.fullmatch(unit.text, unit.value or 0, self.start) is not None
        )

    def _is_side(self) -> bool:
        """Whether it is one side of the tumor's size, on a line of its own."""
        if not _SIDE.search(self.unit.text[: self.start]):
            return False
        return self.labelled or _below_size(self.document, self.nouns, self.unit)

    def _is_plain(self) -> bool:
        """Whether a plain "Dimensions" stands in a block on the tumor."""
        if not _DIMENSIONS.fullmatch(self.unit.label_text):
            return False
        return _block(self.document, self.nouns, self.unit) == "below_tumor"

    def _by_label(self) -> None:
        """What a label names, if it is no heading."""
        label, text = self.unit.label_text, self.unit.text
        if not 0 < len(label) <= LABEL_MAX:
            return
        if self.nouns.has_in("not-tumor-label", label, text):
            self.names.add("labelled_other")
        if not self.labelled and self.nouns.has_in("noun-tumor", label, text):
            self.names.add("tumor_label")

    def _by_announcement(self) -> None:
        """Whose size the label announces."""
        unit = self.unit
        tumor = self.nouns.has("noun-tumor", f"{unit.label_text} {unit.under}")
        kind = "tumor" if tumor else "plain"
        self.names.add(f"labelled_{kind}")
        if not tumor and (block := _block(self.document, self.nouns, unit, self._as_greatest())):
            self.names.add(f"labelled_{block}")
        if unit.section in ("gross", "specimens", "intraoperative"):
            self.names.add(f"labelled_{kind}_gross")

    def _as_greatest(self) -> float | None:
        """The size in millimeters, where the label calls it the greatest dimension."""
        if self.scale is None or not _GREATEST.match(self.unit.label_text):
            return None
        return millimeters(self.numbers, self.scale)

    def _by_print(self) -> None:
        """Whether the numbers stick to what stands before them."""
        greatest = "greatest_after" in self.names and self.unit.section in ("diagnosis", "synoptic")
        if not greatest and _GLUED.search(self.unit.text[: self.start]):
            self.names.add("glued")

    def _by_image(self) -> None:
        """Whether an image was measured, or the tissue itself."""
        above = self.document.units[self.unit.index - 1].text if self.unit.index else ""
        opened = above.rfind("(")
        if opened > above.rfind(")") and self.nouns.has("around-imaging", above[opened:]):
            self.names.add("imaging")  # the rest of what a bracket tells of an image
        if "imaging" in self.names and _IN_TISSUE.search(self.before):
            self.names.discard("imaging")  # "CT 32 mm, gross 28 mm"


def _sized_before(document: Document, unit: Unit, start: int) -> bool:
    """Whether a tumor has its size before a place in a statement, or in the statement before it."""
    if _TUMOR_SIZED.search(unit.text, 0, start):
        return True
    above = document.units[unit.index - 1] if unit.index else None
    return (
        above is not None
        and above.section == unit.section
        and _TUMOR_SIZED.search(above.text[-REACH:]) is not None
    )


def _bracketed(document: Document, nouns: Nouns, unit: Unit, start: int, end: int) -> bool:
    """Whether a dimension alone in brackets ends a statement that speaks of a tumor last."""
    if unit.text[start - 1 : start] != "(" or not _BRACKET_ENDS.match(unit.text, end):
        return False
    before = [
        kind for _, _, kind in nouns.nouns(unit.text[:start], unit.text) if kind in ("tumor", "specimen")
    ]
    if before[-1:] == ["tumor"]:
        return True
    above = document.units[unit.index - 1].text if unit.index and GOES_ON.match(unit.text) else ""
    return _INVOLVES.search(f"{above[-REACH:]} {unit.text[max(0, start - REACH) : start]}") is not None


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


def _greatest(text: str) -> float | None:
    """The greatest side that a line gives of a specimen; None where it gives none."""
    sides = _SIDES_GIVEN.search(text)
    return millimeters(sides["numbers"], sides["unit"]) if sides else None


def _block(document: Document, nouns: Nouns, unit: Unit, size: float | None = None) -> str:
    """What the lines above a plain "Greatest dimension" speak of: the tumor's or the specimen's size.

    ``size`` is what the line gives as the greatest dimension, if it does.
    """
    for previous in reversed(document.units[max(0, unit.index - 3) : unit.index]):
        for kind in ("tumor", "specimen"):
            if kind == "specimen" and size is not None and (_greatest(previous.text) or 0) > size:
                continue  # "Specimen size: 12 x 8 x 5 cm", and below it a greatest dimension of 3 cm
            if nouns.has(f"block-{kind}", previous.text):
                return f"below_{kind}"
        organ = previous.label is not None and not previous.value_text.strip()
        if organ and nouns.has_in("noun-specimen", previous.label_text, previous.text):
            return ""  # "Right ovary:" and its own dimensions
    return ""
