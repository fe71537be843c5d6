"""Which counts of nodes say again what others say."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from extractor.nodes.again import REGION, SIDE, again_in_digits, among, cut_off, letters, same_item
from extractor.nodes.parts import BEGINS_PART, may_share_part, part_of
from extractor.nodes.words import Count, positive_of

_NEXT_PART = re.compile(
    r"[)\]\s.]+(?:(?:[A-Z]|\d{1,2})\s?[:.)]\s?[A-Z].*\bnodes?\b|[A-Z].*\bnodes?\b[^.]{0,20}\([A-Z]\)\s?[:;])",
    re.IGNORECASE,
)
_STATION = re.compile(r"\b(?:level|station|zone)\b", re.IGNORECASE)
#: Before a count: it is that of nodes named before; after it: where they were.
_DEFINITE = re.compile(r"\bthe\s+(?:other\s+)?$", re.IGNORECASE)
_SEE_PART = re.compile(r"\bsee (?:also )?(?:part|specimen)s? ?#?[A-Z\d]", re.IGNORECASE)
#: In so many letters after a count it is told where its nodes were; so many units make a list item.
_REACH, _NEAR = 80, 3
#: A line so long is not written twice by chance; one so short holds a ratio in brackets and nothing else.
_LONG, _ONLY = 60, 12
#: How alike lines are that a scanner read twice.
_ALIKE = 0.85
#: Counts from the first on are rarely equal by chance, from the second on hardly ever.
_FEW, _MANY = 4, 10
#: Before a count: the heading of other nodes, run on to it.
_HEADED = re.compile(r"\b(?:excision|biopsy|dissection|removal|sampling)\s?:", re.IGNORECASE)
#: A sentence that a line's end cuts in two beside its noun, and how it goes on to a bracket.
_CUT, _GOES_ON = re.compile(r"[\s)]*[^.;:\d()/]{0,50}", re.I), re.compile(r"[^\d.;:(]{0,60}\(\s?")
_ONLY_RATIO = re.compile(r"\W*\d{1,2}\s?/\s?\d{1,3}\W*")
#: The line below nodes of a part: what they hold, with the ratio.
_FREE_BELOW = re.compile(
    r"\W*(?:no evidence of|negative for|free of) [a-z ]{3,40}\(\d{1,2}\s?/\s?\d{1,3}\)\W*", re.IGNORECASE
)
#: A heading that names the place of nodes or the part they came in.
_PLACED = re.compile(
    r"\b(?:left|right|part [A-Z\d]{1,2}\b|(?:station|level|zone) [\dIVX]"
    r"|\w*(?:aortic|caval|iliac|obturator|sacral|sciatic|inguinal|hilar|carinal|tracheal|jugular|axillary))",
    re.IGNORECASE,
)
#: What names nodes of its own.
_OF_NODES = re.compile(
    rf"\bnodes\b|\bLNs?\b|{REGION.pattern}|{SIDE.pattern}|{_STATION.pattern}", re.IGNORECASE
)
#: A station by its number before a ratio, and the stroke of any ratio.
_CODED = re.compile(r"(?:\b\d{1,2}[RLa-z]?|#\d{1,2}[a-z]?)\s?[:(]?\s?$")
_STROKE = re.compile(r"\d\s?/\s?\d")
#: Around a count: it is given again, in agreement with what was said.
_AGREES = re.compile(
    r"\b(?:agree\w*|concur\w*|confirm\w*|accord\w*|likewise|also\s(?:find|see|count|make|identif\w+)"
    r"|too\s(?:find|see|count)"
    r"|as\s(?:(?:you|they|was|were|had been|originally|previously|already|initially)\s){0,2}"
    r"(?:reported|stated|said|described|noted|mentioned|counted|above|before))\b[^.;]{0,70}$",
    re.IGNORECASE,
)
_AS_BEFORE = re.compile(
    r"[^.;\d]{0,30}\b(?:(?:is|are|remains?|stays?)\s(?:unchanged|the same)"
    r"|as (?:before|above|(?:you )?reported|stated))\b",
    re.IGNORECASE,
)
_FURTHER = re.compile(r"\b(?:further|additional|other|another|extra|more|separate\w*)\b", re.IGNORECASE)


def covers(ratio: Count, count: Count) -> bool:
    """Whether words say again what a ratio nearby says."""
    if not may_share_part(ratio, count) or abs(ratio.unit.index - count.unit.index) > 4:
        return False
    if ratio.unit.section != count.unit.section or _headed_apart(ratio, count):
        return False
    if _in_digits(count, ratio):
        return True
    if _HEADED.search(count.unit.text[: count.start]) or _elsewhere(ratio, count):
        return False
    if count.kind == "positive":
        return count.positive == ratio.positive and ratio.unit.index - count.unit.index < _NEAR
    if ratio.positive and (abs(ratio.unit.index - count.unit.index) > 1 or _STATION.search(count.unit.text)):
        return False  # the rest of another station
    return count.examined == (ratio.examined or 0) - (ratio.positive or 0)


def _headed_apart(one: Count, other: Count) -> bool:
    """Whether a line between two counts heads the later one, and names other nodes."""
    first, later = sorted((one, other), key=lambda c: c.unit.index)
    under = later.unit.under
    return (
        first.unit.index < later.unit.index
        and under not in ("", first.unit.under)
        and _PLACED.search(under) is not None
    )


def _in_digits(count: Count, ratio: Count) -> bool:
    """Whether the line below a count in words is only the same in digits: twenty nodes, no tumor. (0/22)."""
    if ratio.unit.index - count.unit.index != 1:
        return False
    below = count.unit.part is not None and count.unit.part == ratio.unit.part
    return _ONLY_RATIO.fullmatch(ratio.unit.text) is not None or (
        below and _FREE_BELOW.fullmatch(ratio.unit.text) is not None
    )


def _elsewhere(ratio: Count, count: Count) -> bool:
    """Whether two counts each name a place of their own: 1 of 7 jugular nodes; 1 supraclavicular node.

    A ratio of a list of stations ("4R (0/2), 7 (0/1)") is no count of nodes that a word places elsewhere.
    """
    if (
        ratio.slash
        and _CODED.search(ratio.unit.text[: ratio.start])
        and len(_STROKE.findall(ratio.unit.text)) > 1
    ):
        return REGION.search(count.unit.text[count.start : count.end]) is not None
    first, second = (
        {word.lower() for word in REGION.findall(c.unit.text[c.start : c.end])} for c in (ratio, count)
    )
    return bool(first and second) and not first & second


def speaks_again(count: Count, before: list[Count], later: list[Count]) -> bool:
    """Whether a count is one of those before or later: the two positive nodes; four nodes, see part A."""
    text = count.unit.text
    if _SEE_PART.search(text[: count.start][-_REACH:]) is not None and any(
        k.numbers == count.numbers and part_of(k) != part_of(count) for k in later
    ):
        return True
    if count.kind == "positive" and _DEFINITE.search(text[: count.start]):
        return any((k.positive or 0) >= (count.positive or 0) for k in before if k.kind == "ratio")
    return _SEE_PART.search(text[count.end :][:_REACH]) is not None and any(
        k.numbers == count.numbers for k in before
    )


def _in_list(one: Count, other: Count) -> bool:
    """Whether two equal counts are items of one list, each under a heading of its own."""
    apart = other.unit.index - one.unit.index
    if other.unit.part is not None and one.unit.part is None:
        return apart <= _NEAR and other.unit.heading in other.unit.text
    if apart and apart <= _NEAR and _NEXT_PART.match(one.unit.text[one.end :]):
        return True  # the heading of the next is run on to the first
    bullet = one.unit.text.lstrip()[:1] in ("-", "*", "•")
    return bullet and 2 <= apart <= _NEAR and one.unit.text == other.unit.text


def _printed_again(one: Count, other: Count) -> bool:
    """Whether a line that names a side or begins a part stands twice, some way apart."""
    first, again = one.unit.text[: one.end], other.unit.text[: other.end]
    if other.unit.index - one.unit.index <= _NEAR or one.unit.part != other.unit.part:
        return False
    own = (
        BEGINS_PART.match(first)
        and BEGINS_PART.match(again)
        and letters(one.unit.heading) == letters(other.unit.heading)
    )
    sides = SIDE.search(first) and SIDE.search(again)
    size = min(len(first), len(again))
    alike = SequenceMatcher(None, first[:size], again[:size], autojunk=False)
    return bool(own or sides) and alike.ratio() > _ALIKE


def _same_line(one: Count, other: Count) -> bool:
    """Whether a line that names its nodes before their count stands again in the same part, unchanged."""
    unit, again = one.unit, other.unit
    return (
        unit.part is not None
        and (unit.part, unit.text) == (again.part, again.text)
        and again.index - unit.index > _NEAR
        and len(unit.text) > _LONG
        and "node" in unit.text[: one.start].lower()
    )


def repeats(one: Count, other: Count) -> bool:
    """Whether two counts speak of the same nodes."""
    if one.numbers != other.numbers:
        return False
    if (one.labelled or other.labelled) and (one.examined or 0) >= _FEW:
        return True
    if _said_to_agree(other) or _right_below(one, other) or _ends_sentence(one, other):
        return True
    if one.unit.section != other.unit.section:
        return may_share_part(one, other)
    if cut_off(one, other):
        return True
    if _in_list(one, other):
        return False
    if (one.examined or 0) >= _FEW and _printed_again(one, other):
        return True
    return _same_line(one, other) or same_item(one, other) or _hardly_by_chance(one, other)


def _said_to_agree(count: Count) -> bool:
    """Whether the words around a count say that it is given again."""
    text = count.unit.text
    return _AGREES.search(text[: count.start][-_REACH:]) is not None or (
        _AS_BEFORE.match(text, count.end) is not None
    )


def _right_below(one: Count, other: Count) -> bool:
    """Whether a ratio on the next line only gives in digits, or in a bracket, what the line above says."""
    if other.kind != "ratio" or other.unit.index - one.unit.index != 1 or not may_share_part(one, other):
        return False
    again = other.unit.text.strip()
    ends = not one.unit.text[one.end :].strip(" ).")
    return (
        (again.startswith("(") and (len(again) < _ONLY or again_in_digits(one, other)))
        or (not one.slash and other.slash and ends)
        or _in_bracket_below(one, other)
    )


def _hardly_by_chance(one: Count, other: Count) -> bool:
    """Whether equal counts of many nodes, or equal totals, are of one part and side."""
    many = (one.examined or 0) >= _MANY or (one.total and other.total)
    if not many or not may_share_part(one, other):
        return False
    sides = _side(one), _side(other)
    return None in sides or sides[0] == sides[1]


def retold(count: Count, before: list[Count]) -> bool:
    """Whether nodes with tumor, told without a whole, are those of the list of ratios before them."""
    if count.kind not in ("positive", "ratio") or _FURTHER.search(count.unit.text[: count.end]):
        return False
    if any(among(count, k) for k in before):
        return True
    if count.kind == "ratio":
        return False
    listed = [k for k in before if k.kind in ("ratio", "negative") and k.unit.index < count.unit.index]
    if len(listed) < 2 or part_of(count) not in {None, *(part_of(k) for k in listed)}:
        return False
    held = positive_of(listed)
    return held == count.positive and (held > 1 or not REGION.search(count.unit.text))


def _in_bracket_below(one: Count, other: Count) -> bool:
    """Whether the next line goes on with the nodes and says in digits what was said in words."""
    return (
        not one.slash
        and other.slash
        and _CUT.fullmatch(one.unit.text, one.end) is not None
        and _GOES_ON.fullmatch(other.unit.text[: other.start]) is not None
    )


def _ends_sentence(one: Count, other: Count) -> bool:
    """Whether a bracket at the end of the next clause, which names no nodes, says in digits what was said."""
    before = other.unit.text[: other.start]
    return (
        not one.slash
        and other.slash
        and 0 < other.unit.index - one.unit.index < _NEAR
        and one.unit.part == other.unit.part
        and one.unit.text.rstrip().endswith(";")
        and before.endswith("(")
        and _OF_NODES.search(before) is None
    )


def names_place(count: Count, heading: str = "") -> bool:
    """Whether the words of a count, or the heading above it, name the place of its nodes."""
    near = f"{count.unit.under or heading} {count.unit.text[: count.end + _REACH]}"
    return _PLACED.search(near) is not None or REGION.search(near) is not None


def _side(count: Count) -> str | None:
    """The side last named before a count."""
    unit = count.unit
    named = SIDE.findall(f"{unit.heading} {unit.under} {unit.text[: count.start]}")
    return named[-1].lower() if named else None
