"""What a dimension measures: names of its features, by its noun, its label and the lines above."""

import re

from extractor.document import Document
from extractor.matching.patterns import FieldPatterns
from extractor.sizes.dimensions import TUMOR_KINDS, Nouns
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
#: How far a tumor grows along its organ ("extends over a length of 6 cm", "extended 6 cm in length").
_LENGTHWISE = re.compile(
    r"\b(?:\w*carcinoma|tumou?r|neoplasm|lesion|cancer|growth|adenoca)\b[^;]{0,80}?[, ]"
    r"(?:(?:and|which|that) )?"
    r"(?:(?:(?P<bare>extend(?:s|ed|ing))|stretch(?:es|ed|ing)|grow(?:s|ing)|occup(?:ies|ying)|spread(?:s|ing)|"
    r"cover(?:s|ing)) (?P<over>(?:over|along|for) )?(?:an? |the )?(?P<length>(?:total |longitudinal )?"
    r"(?:length|distance|stretch|extent) of )?|"
    r"(?:tumou?r )?extension in (?P<along>length) (?:of |at least )?|"
    r"(?P<with>with|has|having) an? (?:longitudinal |greatest |maxim(?:al|um) |total )?"
    r"(?:extension|extent|length) of )(?:about |approximately |ca\.? |some )?$",
    re.IGNORECASE,
)
#: How wide it is ("the lateral extension of the carcinoma is 18 mm").
_WIDE = re.compile(
    r"\b(?:lateral|horizontal|superficial) (?:extension|spread|extent|dimension) of (?:the )?(?:invasive )?"
    r"(?:tumou?r|\w*carcinoma|lesion|neoplasm)(?: is| was| measures)?:? ?(?:about |approximately )?$",
    re.IGNORECASE,
)
_TOUCHING = re.compile(r"\b(?:touch|reach|contact|involv|invad|infiltrat|abut|ink)\w*", re.IGNORECASE)
_IN_LENGTH = re.compile(r" (?:in (?:its |total )?length|long\b|lengthwise|longitudinally)", re.IGNORECASE)
_AWAY = re.compile(
    r",? ?(?:in(?:to)?\b(?! (?:its |total )?length)|beyond|from|to\b|deep|below|above|proximal|distal|past|"
    r"outside|through|under)",
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
    start, end = match.span()
    inside = labelled and unit.value is not None and unit.value <= start
    begin = unit.value if inside and unit.value else max(0, start - REACH)
    names, subject = nouns.names(unit, begin, start, end)
    largest = _LARGEST.fullmatch(unit.text, 0, start) is not None
    names.add(
        f"subject_{subject}" if subject else f"inherited_{_inherited(document, nouns, unit, largest=largest)}"
    )
    before, after = unit.text[max(0, start - 90) : start], unit.text[end : end + 40]
    if "aggregate" in names and (_ONE_LESION.search(before) or _ONE_PIECE.search(before)):
        names.discard("aggregate")  # "a fragment with a nodule of 2 cm"
    if (
        subject == "specimen"
        and unit.section not in ("gross", "specimens")
        and _bracketed(document, nouns, unit, start, end)
    ):
        # "ovary with carcinoma and lymphovascular invasion (8 cm)"
        names = {n for n in names if not n.startswith("subject_")} | {"subject_tumor"}
    if subject == "specimen" and _HOLDS.match(after):
        names.discard("tumor_after")
    if lengthwise(unit.text, start, end):
        names = {n for n in names if not (n.startswith("subject_") or n in _DEPTHS)} | {"subject_tumor"}
    if (
        subject not in ("tumor", "node") and _IN_NODES.search(unit.text, max(0, start - REACH), start)
    ) or _NODES_REPLACED.search(unit.text, max(0, start - REACH), start):
        names = {n for n in names if not n.startswith("subject_")} | {"subject_node", "node_sentence"}
    own = subject in TUMOR_KINDS and ("tumor_after" in names or not _sized_before(document, unit, start))
    if _SIDES.search(match["numbers"]) and (own or _LAST_SIDE.match(unit.text, end)):
        # what has several sides is no way to anything ("located in the cecum, 4 x 3 cm")
        stay = {"within_before"} if subject == "lesion" or _WITHIN.search(before) else set()
        names -= _WAYS - (stay | {"distance_before"} if _BY.search(before) else stay)
    if subject == "tumor" and _MATTED.match(unit.text, end):
        names = {n for n in names if not n.startswith("subject_")} | {"subject_node", "node_sentence"}
    if (
        inside
        and subject == "specimen"
        and nouns.has_in("noun-tumor", unit.label_text, unit.text)
        and _PLACED.fullmatch(unit.text, unit.value or 0, start)
    ):
        names.discard("subject_specimen")
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
    if _GLUED.search(unit.text[:start]) and not (
        "greatest_after" in names and unit.section in ("diagnosis", "synoptic")
    ):
        names.add("glued")
    above = document.units[unit.index - 1].text if unit.index else ""
    if above.rfind("(") > above.rfind(")") and nouns.has("around-imaging", above[above.rfind("(") :]):
        names.add("imaging")  # the rest of what a bracket tells of an image
    if "imaging" in names and _IN_TISSUE.search(before):
        names.discard("imaging")  # "CT 32 mm, gross 28 mm"
    return names


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


def lengthwise(text: str, start: int, end: int) -> bool:
    """Whether a dimension is how long a tumor is in its organ, and no way from or into anything."""
    if _WIDE.search(text, max(0, start - REACH), start):
        return True
    along = _LENGTHWISE.search(text, max(0, start - REACH), start)
    if along is None or _TOUCHING.search(along[0]) or _AWAY.match(text, end):
        return False
    told = along["with"] or along["along"] or along["length"] or along["over"]
    return bool(told) or _IN_LENGTH.match(text, end) is not None


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


def _block(document: Document, nouns: Nouns, unit: Unit) -> str:
    """What the lines above a plain "Greatest dimension" speak of: the tumor's or the specimen's size."""
    for previous in reversed(document.units[max(0, unit.index - 3) : unit.index]):
        for kind in ("tumor", "specimen"):
            if nouns.has(f"block-{kind}", previous.text):
                return f"below_{kind}"
        organ = previous.label is not None and not previous.value_text.strip()
        if organ and nouns.has_in("noun-specimen", previous.label_text, previous.text):
            return ""  # "Right ovary:" and its own dimensions
    return ""
