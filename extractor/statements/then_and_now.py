"""What a text found in an earlier specimen, set against what it finds in the present one.

"At biopsy the Ki-67 was 18 %, in the resected tumor it is 6 %": each figure is of the specimen named
last before it, or right behind it ("18 % at biopsy"). A bare "biopsy" is an earlier one only where the
text, in the same sentence or the one beside it, names the present specimen as another; "the preoperative
biopsy" is always one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from extractor.matching.expressions import Expression

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.unit import Unit

Time = Literal["then", "now"]

_SAMPLE = (
    r"(?:biops(?:y|ies)|bx\b|FNA\b|FNB\b|cytology|aspirat\w+|punction|puncture|polypectomy|curett\w+|smear)"
)
_ORGAN = (
    r"(?:liver|hepatic|nod(?:e|al)|metasta\w+|lung|bone|marrow|gastric|stomach|skin|excision\w*|random|"
    r"wedge|"
    r"incision\w*|repeat|new|present|current|this|second|our|re|punch|shave|sleeve|resection|lymph)"
)
#: An earlier specimen, whatever else the text names.
_EARLIER = (
    rf"(?:previous(?:ly)?|prior|earlier|former|preliminary|pre-?op(?:erative)?|preceding|pre-?therap\w+|"
    rf"pre-?treatment) (?:(?!and\b|or\b|resection|specimen)\w+ ){{0,2}}{_SAMPLE}"
    r"(?! (?:site|cavity|tract|scar|clip|change|needle|related|wound|area|bed|cavities|defect|sites|"
    r"track)s?\b)|"
    rf"{_SAMPLE} (?:of|in|from|dated) (?:19|20)\d\d\b|"
    r"(?:previously|formerly|originally|initially|at first) (?:reported|graded|classified|stated|given|"
    r"issued|"
    r"called|measured|counted|estimated|quoted)(?: as| at| with| to be)?(?= (?:[<>~]|about|G ?[1-3]|"
    r"grade|\d))"
)
#: One that is earlier where another specimen is named beside it.
_OTHER = (
    rf"(?:(?:diagnostic|initial|first|endoscopic|core|needle|outside|external|index) ){{1,2}}{_SAMPLE}|"
    r"(?:earlier|previous|prior|first|former) (?:operation|resection|specimen|surgery|polypectomy)|"
    r"\b(?:previously|formerly|initially|originally|at first|earlier)(?= (?:\w+ ){0,3}?"
    r"(?:[<>~]|\d|G ?[1-3]|grade))|"
    rf"(?<![-\w])(?:(?<!, )|(?<=index, )|(?<=rate, )|(?<=count, ))(?:{_SAMPLE})(?! (?:site|cavity|tract|"
    rf"scar|clip|needle|specimen|of the|showing|"
    r"material)\b)|"
    r"\b(?:was|were|been) biopsied|"
    r"\b(?:your|the (?:submitted|referring|referral|sender's)) (?:\w+ )?(?:diagnosis|report|grade|grading)|"
    r"\b(?:typed|transcribed|dictated|printed|misprinted) as\b"
)
#: The present specimen.
_NOW = (
    r"\b(?:this|present|current(?:ly)?|resected|resection|excised|whole|entire|operation|operative|"
    r"surgical|"
    r"new|repeat(?:ed)?|definitive) "
    r"(?:\w+ )?(?:specimens?|material|tumou?r|lesion|sample|excision|resection|biopsy|nodule|pieces?)\b|"
    r"\bresections?\b(?! (?:margin|line|edge|surface|border))|\bresectate\b|"
    r"\b(?:now|currently|today|at present|at resection|presently|here)\b|"
    r"\bin the (?:specimen|resectate|operated tumou?r)\b|\bspecimen now\b|"
    r"\bafter (?:neo-?adjuvant |chemo|radio|PRRT|therapy|treatment)\w*|\bresidual (?:tumou?r|NE[TC]N?)\b|"
    r"\b(?:we|I) (?:\w+ )?(?:count|find|found|grade|regard|classify|make|prefer|counted|graded|"
    r"classified)\b|"
    r"\bour (?:own )?(?:count|value|figure|result|diagnosis|grade|grading)\b|"
    r"\b(?:it|this|which) should (?:read|be|have (?:read|been))\b"
)
#: "4 per 10 HPF (biopsy: 1 per 10 HPF)".
_BRACKET = rf"(?<=[\d%FSfsm] \(){_SAMPLE}(?: \d{{4}})?\W{{0,2}}(?=\s?[<>~]?\s?\d)"
_EARLIER_ONE = Expression(rf"\b(?:{_EARLIER}|{_BRACKET})", re.IGNORECASE)
_OTHERS = Expression(rf"\b(?:{_EARLIER}|{_BRACKET})|{_OTHER}", re.IGNORECASE)
_PRESENT = Expression(_NOW, re.IGNORECASE)
_BARE = re.compile(_SAMPLE, re.IGNORECASE)
_ORGAN_BEFORE = re.compile(rf"\b{_ORGAN}[ -]$", re.IGNORECASE)
#: What is said of a container and what it holds.
_SENT = re.compile(
    r"\b(?:labell?ed|designated|received|consists? of|parts? (?:[A-Z]|\d|one|two))\b|[\"“]", re.IGNORECASE
)
#: What ties a specimen behind a value to it.
_BEHIND = re.compile(
    r"(?: ?(?:of (?:the )?(?:tumou?r )?(?:cells|nuclei)|HPFs?|fields|/ ?2 ?mm2))?"
    r"(?: (?:at|in|on|by|from)(?: (?:the|an?|our|her|his|this))? |\s?\((?:(?:at|in|on|by|"
    r"from) )?(?:the )?)",
    re.IGNORECASE,
)
_REACH = 40
#: How far a value may stand behind the only specimen named, in characters; and what only refers to one.
_ALONE = 70
_REFERS = re.compile(
    r"\b(?:cf\.?|see|compare|confirm\w*|consistent with|in keeping with|corresponds? to|according to|"
    r"known from)"
    r"(?: the| an?| your)? $",
    re.IGNORECASE,
)
_BARELY = re.compile(
    r"(?: (?:findings|diagnos[ei]s|results?|reports?))?\s*(?:$|[).;]|(?:and|with)\b)", re.IGNORECASE
)
_WHAT = re.compile(r" (?:findings|diagnos[ei]s|results?)\b(?! ?[:=])", re.IGNORECASE)
#: A specimen with its date is longer than this.
_DATED = 12


def time_of(document: Document, unit: Unit, position: int, end: int) -> Time | None:
    """Whether a value that ends at ``end`` of a unit is told of an earlier or of the present specimen.

    ``position`` is where the words before it end. None: the text does not set two specimens side by side.
    """
    text = unit.text
    around = [u for u in _beside(document, unit) if _OTHERS.may_match(u.text)]
    if not around or not any(_then(u.text, _OTHERS) for u in around):
        return None
    sides = _then(text, _OTHERS)
    present = _now(text, sides)
    contrast = bool(present) or any(
        _now(u.text, _then(u.text, _OTHERS)) for u in _beside(document, unit) if u is not unit
    )
    if not contrast:
        return "then" if any(_alone(text, at, position, end) for at in _then(text, _EARLIER_ONE)) else None
    marks: list[tuple[int, int, Time]] = sorted(
        [(*at, "then") for at in sides if not _referred_to(text, *at)] + [(*at, "now") for at in present]
    )
    behind = next((m for m in marks if m[0] >= end), None)
    if behind and _tied(text, end, *behind[:2]):
        return behind[2]
    before = [m for m in marks if m[1] <= position and _open(text[m[1] : position])]
    return before[-1][2] if before else None


def _open(text: str) -> bool:
    """Whether no bracket that was open before a text ends in it."""
    return not text.count(")") or text.count("(") >= text.count(")")


def _referred_to(text: str, start: int, stop: int) -> bool:
    """Whether a text only sends the reader on to a specimen and tells nothing of it: "(cf. prior biopsy)"."""
    return _REFERS.search(text, 0, start) is not None and _BARELY.match(text, stop) is not None


def _alone(text: str, at: tuple[int, int], position: int, end: int) -> bool:
    """Whether an earlier specimen, the only one of its text, is the one of a value behind or before it."""
    if at[0] >= end:
        return _tied(text, end, *at) or (at[0] - end == 1 and at[1] - at[0] > _DATED)
    between = text[at[1] : position]
    if (
        len(between) > _ALONE
        or not _open(between)
        or _REFERS.search(text, 0, at[0])
        or _WHAT.match(text, at[1])
    ):
        return False
    return at[1] <= position and ";" not in between and between.count("%") <= 1


def _tied(text: str, end: int, start: int, stop: int) -> bool:
    """Whether the specimen named behind a value is the one it was found in."""
    if start - end > _REACH or (tie := _BEHIND.fullmatch(text, end, start)) is None:
        return False
    return "(" not in tie[0] or text[stop : stop + 1] == ")"


def _beside(document: Document, unit: Unit) -> list[Unit]:
    """The unit and its neighbors in the same part of the text."""
    near = document.units[max(0, unit.index - 1) : unit.index + 2]
    return [u for u in near if u.part == unit.part and u.section == unit.section]


def _then(text: str, expression: Expression) -> list[tuple[int, int]]:
    if not expression.may_match(text):
        return []
    return [
        m.span()
        for m in expression.finditer(text)
        if not (
            _BARE.fullmatch(m[0])
            and (
                _ORGAN_BEFORE.search(text, max(0, m.start() - 14), m.start())
                or _SENT.search(text, 0, m.start())
            )
        )
    ]


def _now(text: str, then: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if not _PRESENT.may_match(text):
        return []
    return [
        m.span()
        for m in _PRESENT.finditer(text)
        if not any(lo < m.end() and m.start() < hi for lo, hi in then)
    ]
