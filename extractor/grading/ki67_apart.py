"""Ki-67 figures that stand apart from the marker: in lists, tables, next sentences, over a page."""

import re
from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate
from extractor.grading.ki67_bounds import greatest, share_of_cells
from extractor.matching.numbers import interval, order, quantity
from extractor.matching.patterns import FieldPatterns
from extractor.printed.feet_and_ticks import unticked
from extractor.unit import Unit

ZERO = re.compile(r"(?<=\d)[Oo](?![a-z])")
_AMENDED = re.compile(
    r"\W{0,3}(?:amended|corrected|revised|recount|(?:on |now )?repeat(?:ed)?\b|re-?stain(?:ed)?\b|"
    r"(?:an? |our |my |the )?(?:\w+ )?(?:re-?)?count\b|[^:]{0,40}\bour (?:own )?(?:count|figure|value|"
    r"result)\b)",
    re.IGNORECASE,
)
#: A line's label that only announces the figure.
_RESULT = re.compile(
    r"\W*(?:(?:our|the) )?(?:result|value|found|measured|this (?:case|tumou?r))\W*", re.IGNORECASE
)
#: A figure told of the stain that is named next.
_OF_STAIN = re.compile(r"\b(?:for|with|by|express\w*|stain\w*|label\w*)\s*(?:the )?$", re.IGNORECASE)
#: How many sentences after the marker's may give the index.
_SENTENCES = 2
#: How far down a sheet the figure may stand, in units.
_SHEET = 3
#: The same over a page's end, for a label that only such figures have, in units.
_FAR = 20
_OF_CELLS = re.compile(r"percent(?:age)? positive|positive (?:average|nuclei|cells)", re.IGNORECASE)
CELL = re.compile(r"[<>≤≥~]?\s?=?\s?\d{1,2}(?:[.,]\d{1,2})?(?: ?- ?\d{1,2})?")
#: Further tissues listed at most.
_TISSUES = 4
#: What a page's foot and head say, between the marker and its figure.
_FURNITURE = re.compile(
    r"\W*$|.*\b(?:page|sheet|p\.?|pg\.?) ?\d{1,2}\b|.*\b(?:cont(?:inue)?d|continues|cont\.)",
    re.IGNORECASE | re.DOTALL,
)
_PAGE_LINES = 4
#: Blocks on which the stain was made, and whose figures follow.
_BLOCKS = re.compile(r"\bblocks?\b|\b[A-Z]\d{1,2}\b")
#: What announces figures on the lines below, or in the sentences after.
_ANNOUNCES = re.compile(
    r"^\W*(?:Ki-?67|MIB-?1|(?:\w+ )?(?:labell?ing|proliferati\w+)(?: index| rate)?)\b[^.;%]{0,28}$|:\s*$|"
    r"\b(?:assessed|measured|counted|determined|evaluated|done|performed|repeated|quantified)\b",
    re.IGNORECASE,
)
_PERCENT_WORD = re.compile(r"%|per ?cent|pct", re.IGNORECASE)
_BARE = re.compile(r"\s{0,3}(?P<value>(?:[<>~]\s?)?\d{1,2}(?:[.,]\d{1,2})?)\s*")
_MITOSES = re.compile(r"mito", re.IGNORECASE)
#: Where a text declares its figures to be percentages, far from them: "(all %)", "values in per cent".
_PERCENT = r"(?:%|per ?cent(?:age)?|pct)"
_DECLARED = re.compile(
    rf"[(\[]\s?(?:(?:all|in|values?|figures?|given|as) ){{0,3}}{_PERCENT}(?: of [\w ]{{3,28}})?\s?[)\]]|"
    rf"\bin {_PERCENT}(?=\s?[:=]|\s{{1,4}}[<>]?\d|\s*$|\s*[.;])",
    re.IGNORECASE,
)
#: A figure without its sign, in a list: the words before it are no unit's or block's, nor is it part of one.
_PLAIN = re.compile(
    r"(?:(?<=\s)|(?<=[:=;/,(<>~]))(?<!\bno )(?<!no\. )(?<!block )(?<!slide )(?<!segment )"
    r"(?<!clone )(?<!level )(?<!part )(?<!\bto )"
    r"(?P<value>(?:(?:less than|below|under|more than|above|about|approx\.|<|>|"
    r"~)\s?)?\d{1,2}(?:[.,]\d{1,2})?)"
    r"(?![\w%]|[.,]\d|\s?[:%]|\s?(?:mm|cm|of\b|cells|nuclei|pos|HPF|/ ?\d{2}|[x×]|-? ?\d|years)| [<>]?\d)",
    re.IGNORECASE,
)
#: How far from the marker a list may be declared.
_DECLARATION = 260
_LEAD = re.compile(r"\s*(?:(?:at|of|to|as|is|be) |[-=:+]\s{0,2})?")
#: A sentence that lacks its figure.
_OPEN = re.compile(
    r"(?:\b(?:gives?|gave|is|was|of|at|about|approximately|around|index|shows?|reache[sd]|in|to|yields?|"
    r"measures?|count(?:ed)?(?: (?:is|at|as))?|estimated(?: (?:at|as))?)|[:=<>~]|\bKi-?67|\bMIB-?1)\s*$",
    re.IGNORECASE,
)


def hot_spot_after(
    document: Document, patterns: FieldPatterns, unit: Unit, stated: list[Candidate]
) -> Iterator[Candidate]:
    """The greatest value in the words after the mean's: "Ki-67: mean 4%; hot spot 7%"."""
    following = document.units[unit.index + 1 : unit.index + 2]
    if not following or following[0].section != unit.section:
        return
    rule, below = patterns.rule("hot-spot"), following[0]
    told = rule.pattern.match(below.text)
    if told is None or any(patterns.rule(n).pattern.search(told[0]) for n in ("marker", "other-marker")):
        return
    value = greatest(interval(quantity(ZERO.sub("0", told["value"])), ceiling=100.0), told[0])
    top = max(order(c.value) for c in stated if c.value)
    if value is not None and (value["high"] or 0) <= 100 and order(value) > top:
        yield document.candidate(value, below, *told.span(), rule.id, strength=1.5)


def last_named(patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether no other stain is named after the index, of which a list that follows may be."""
    last = max(match.end() for match in patterns.rule("marker").pattern.finditer(unit.text))
    other = patterns.rule("other-marker").pattern.search(unit.text, last)
    return other is None or _MITOSES.match(other[0]) is not None


def listed_tissues(
    document: Document, patterns: FieldPatterns, unit: Unit, *, first: bool = False
) -> Iterator[Candidate]:
    """The figures of other tissues listed after the first: "Ki-67: primary 2%; liver 9%".

    ``first`` tells that the unit has no figure of its own.
    """
    rule = patterns.rule("tissue")
    if first and not (_ANNOUNCES.search(unit.text) or _BLOCKS.search(unit.text)):
        return
    for below in document.units[unit.index + 1 : unit.index + 1 + _TISSUES]:
        told = rule.pattern.match(below.text) if below.section == unit.section else None
        if told is None and first and below.section == unit.section:
            told = patterns.rule("hot-spot").pattern.match(below.text)
        if (
            told is None
            and below.section == unit.section
            and document.units[below.index - 1].text.endswith(";")
        ):
            told = patterns.rule("tissue-last").pattern.match(below.text)
        if told is None or any(patterns.rule(n).pattern.search(told[0]) for n in ("marker", "other-marker")):
            return
        at = 0
        while told is not None:
            value = interval(quantity(told["value"]), ceiling=100.0)
            if value is not None and (value["high"] or 0) <= 100:
                yield document.candidate(value, below, at + told.start(), at + told.end(), rule.id)
            at += told.end()
            told = rule.pattern.match(below.text[at:])  # "it is 2% and in the node 5%"


def counted_shares(
    document: Document, patterns: FieldPatterns, found: list[Candidate]
) -> Iterator[Candidate]:
    """A count told in a sentence of its own: "61 positive nuclei in 502 tumor cells = 12.2 %"."""
    rule = patterns.rule("share")
    named = {candidate.unit.index for candidate in found}
    for unit in document.units_with(rule.pattern):
        if unit.index in named or patterns.rule("other-marker").pattern.search(unit.text):
            continue
        if (told := rule.pattern.search(unit.text)) is not None:
            value = interval(quantity(told["value"]), ceiling=100.0)
            if value is not None and value["low"] <= 100:
                yield document.candidate(value, unit, *told.span(), rule.id)


def over_page(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The figure of a sentence that a page's end cuts in two."""
    if not _OPEN.search(unit.text):
        return
    for below in document.units[unit.index + 1 : unit.index + 2 + _PAGE_LINES]:
        rule = patterns.rule("percent")
        counted = patterns.rule("count")
        if below is document.units[unit.index + 1] and (count := counted.pattern.match(below.text)):
            if (value := share_of_cells(count["part"], count["whole"])) is not None:
                yield document.candidate(value, below, *count.span(), counted.id)
            return
        head = _after_furniture(document, below)
        if first := rule.pattern.match(below.text, head + _lead(below.text[head:])):
            value = interval(quantity(ZERO.sub("0", first["value"])), ceiling=100.0)
            of_other = patterns.rule("of-other").pattern.match(below.text, first.end())
            if value is not None and (value["high"] or 0) <= 100 and not of_other:
                yield document.candidate(value, below, *first.span(), rule.id, prose=1.0)
            return
        if not _FURNITURE.match(below.text):
            return


def _after_furniture(document: Document, unit: Unit) -> int:
    """Where a unit goes on after a line that is a page's foot or head."""
    first, parted, _ = document.text.clean[unit.start : unit.end].partition("\n")
    return len(first) + 1 if parted and _FURNITURE.match(first) else 0


def _lead(text: str) -> int:
    """Where a text goes on after a small word that leads to a figure."""
    word = _LEAD.match(text)
    return word.end() if word else 0


def next_sentence(
    document: Document, patterns: FieldPatterns, unit: Unit, *, strength: float = -0.5
) -> Iterator[Candidate]:
    """An index that the sentence after the marker's gives, if that names no stain of its own."""
    for following in document.units[unit.index + 1 : unit.index + 1 + _SENTENCES]:
        text = following.text
        label = following.label_text
        amended = _AMENDED.match(label) is not None or _RESULT.fullmatch(label) is not None
        if following.section != unit.section or (following.label is not None and not amended):
            return
        named = (patterns.rule(name).pattern.search(text) for name in ("marker", "other-marker"))
        stop = min((match.start() for match in named if match), default=len(text))
        parted, text = stop < len(text), text[:stop]
        first = patterns.rule("percent").pattern.search(text)
        if parted and (not first or _OF_STAIN.search(text)):
            return
        if first and patterns.rule("not-index").pattern.search(text[: first.start()]):
            return
        if amended or patterns.rule("percent-after").pattern.search(text):
            break
        if parted:
            return
    else:
        return
    rule = patterns.rule("percent-after").id
    for match in patterns.rule("percent").pattern.finditer(text):
        value = interval(quantity(match["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, following, *match.span(), rule, strength=strength)


def under_marker(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The figure under the marker's line in a sheet: "Ki-67", "Percent: 28 %"."""
    rule = patterns.rule("percent-label")
    if patterns.rule("not-index").pattern.search(unit.text):
        return
    for below in document.units[unit.index + 1 : unit.index + 1 + _FAR]:
        if below.index > unit.index + _SHEET and not _OF_CELLS.search(below.text[:60]):
            continue
        if any(patterns.rule(name).pattern.search(below.text) for name in ("marker", "other-marker")):
            return
        label = rule.pattern.match(below.text)
        if label and unticked(below.text, label.end()):
            continue
        match = patterns.rule("percent").pattern.search(below.text, label.end()) if label else None
        if label and match is None and _PERCENT_WORD.search(label[0]):
            match = _BARE.fullmatch(below.text, label.end())
        if match is not None:
            value = interval(quantity(match["value"]), ceiling=100.0)
            if value is not None and (value["high"] or 0) <= 100:
                yield document.candidate(value, below, *match.span(), rule.id)
        if label:
            return


def declared_figures(document: Document, patterns: FieldPatterns, unit: Unit, at: int) -> Iterator[Candidate]:
    """The figures of a list whose percent sign stands before or after it: "L1 2.4  L2 3.6 (all %)"."""
    text, begin = document.text.clean, unit.start + at
    stop = min(len(text), begin + _DECLARATION)
    for name in ("other-marker", "marker"):
        if other := patterns.rule(name).pattern.search(text, begin, stop):
            stop = other.start()
    blank = text.find("\n\n", begin, stop)
    stop = blank if blank >= 0 else stop
    sign = _DECLARED.search(text, begin, stop)
    if sign is None or patterns.rule("not-index").pattern.search(text, begin, sign.end()):
        return
    first = _PLAIN.search(text, begin, sign.start())
    lo, hi = (begin, sign.start()) if first else (sign.end(), _line_end(text, sign.end(), stop))
    if "%" in text[lo:hi]:
        return
    rule = patterns.rule("cells").id
    for figure in _PLAIN.finditer(text, lo, hi):
        value = interval(quantity(figure["value"]), ceiling=100.0)
        own = _unit_at(document, unit, figure.start())
        if own is not None and value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, own, figure.start() - own.start, figure.end() - own.start, rule)


def _line_end(text: str, at: int, stop: int) -> int:
    end = text.find("\n", at, stop)
    return end if end >= 0 else stop


def _unit_at(document: Document, unit: Unit, at: int) -> Unit | None:
    """The unit, from one on, in which a place of the text lies."""
    for below in document.units[unit.index : unit.index + 8]:
        if below.start <= at < below.end:
            return below
    return None


def row_cells(document: Document, patterns: FieldPatterns, unit: Unit, at: int) -> Iterator[Candidate]:
    """The figures of a table's row whose label holds the percent sign."""
    rule = patterns.rule("cells")
    row = rule.pattern.fullmatch(unit.text, at)
    for cell in CELL.finditer(unit.text, *row.span("cells")) if row else ():
        value = interval(quantity(cell[0]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, unit, cell.start(), cell.end(), rule.id)
