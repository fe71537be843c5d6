"""Ki-67 (MIB-1) proliferation index of tumor tissue, in percent.

Meaning: the share of tumor nuclei that stain, as stated: a number, a range ("2-3 %"), a bound
("<1 %" is 0 to 1, ">20 %" is 20 to 100, "up to 30 %" is 0 to 30) or an approximation. Words only
("low") are ``unquantified``; "pending" is ``pending``. A count of cells ("11 of 500") without a
percentage gives the computed one.
Source: WHO 2019/2022 classification (percent of at least 500 tumor nuclei in hot spots); NAACCR item 3863.
Conflicts: among current statements of equal rank the highest counts, of any tissue of the tumor.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from extractor.charts import cells_under
from extractor.document import Document
from extractor.earlier import mark
from extractor.field import Candidate, Field
from extractor.numbers import SPECIFIED, Quantity, interval, order, quantity
from extractor.patterns import FieldPatterns
from extractor.printed import beside_tables, class_tables, printed, unticked
from extractor.record import Interval
from extractor.unit import Unit

_REACH = 130
_PAUSE = re.compile(r"[(.;\[]")
_ZERO = re.compile(r"(?<=\d)[Oo](?![a-z])")
_PARTED = re.compile(r"(?<![\d.,])1 (?=\d)")
#: The head of a range whose second number is unreadable: "5-~0%", "2-i°l%".
_TORN = re.compile(r"(?<![A-Za-z])\d-\S{0,3}$")
#: How far behind a value is told where it was counted.
_TOLD = 40
_AMENDED = re.compile(r"\W{0,3}(?:amended|corrected|revised|recount)", re.IGNORECASE)
#: How many sentences after the marker's may give the index.
_SENTENCES = 2
#: How far down a sheet the figure may stand, in units.
_SHEET = 3
#: Fewest cells a share is computed of.
_FEWEST = 50
_CELL = re.compile(r"[<>≤≥~]?\s?=?\s?\d{1,2}(?:[.,]\d{1,2})?(?: ?- ?\d{1,2})?")
#: A cell under the marker's name, with a percent sign.
_OF_CHART = re.compile(_CELL.pattern + r" ?%[^\d%]{0,20}")
#: Further tissues listed at most.
_TISSUES = 4
#: A greatest value beside the mean is a value, no bound ("7 %, max. 9 %").
_GREATEST = re.compile(r"\bmax(?:\.|imum|imal)?\b", re.IGNORECASE)
_GREATEST_WORDS = re.compile(r"\bmax(?:\.|imum|imal)?\s*(?:of\s+)?", re.IGNORECASE)
_NONE = {"low": 0.0, "high": 0.0}
#: The bounds of the middle grade, and how a figure at the end of a text begins.
_CLASSES = {(2.0, 20.0), (3.0, 20.0), (20.0, 100.0)}
_FIGURE = re.compile(
    r"(?:[<>≤≥]\s?=?\s?|(?:less|more|greater|fewer|lower|higher) than |under |below |over |above |"
    r"at least |at most )?"
    r"\d{1,3}(?:[.,]\d+)?(?:\s?%?\s?(?:-|to)\s?\d{1,3})?\s?(?:%|per ?cent|percent)\s*$",
    re.IGNORECASE,
)
#: Words a bound explains.
_EXPLAINS = re.compile(
    r"\b(?:grade|G ?[123]|IMTCGS|(?:benign|uncertain|low|malignant|indolent) (?:behaviou?r|"
    r"potential))\b[^()%;]{0,40}(?:\([^()%]{0,60}|\b(?:because|owing to|"
    r"on account of|by virtue of|i\.?e\.?|as|since|due to|based on|meaning)\b[^()%;]{0,40})$",
    re.IGNORECASE,
)
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
#: The own figure after that of another laboratory.
_OURS = re.compile(
    r"\b(?:ours|our (?:own )?(?:count|figure|value|result)|we|I) (?:\w+ ){0,2}(?:is|was|gives?|"
    r"gave|find|found|counted?|get|got|obtain(?:ed)?|of)\b"
)
#: How far from the marker a list may be declared.
_DECLARATION = 260
#: Words behind "max" that make it the count of a hot spot.
_COUNTED = re.compile(
    r"[^.;%]{0,12}\b(?:hot|count\w*|\d{2,4} (?:cells|nuclei)|most active|densest)\b", re.IGNORECASE
)
#: What makes of two percentages a range.
_BETWEEN = re.compile(r"\b(?:between|from|ranges?|ranging)\b[^%;.]{0,20}$", re.IGNORECASE)
_TWO = re.compile(r"(?P<low>[^%]*?\d)\s*%?\s*\band\s+(?P<high>(?:<\s*)?\d[\d.,]*)", re.IGNORECASE)
#: Words of a value that another one took the place of, wherever it stands.
_REPLACED = re.compile(
    r"instead|place|lieu|rather|replac|supersed|was\b|formerly|value|figure|result|count|from", re.IGNORECASE
)
#: A value that was changed, and what it was changed to, without a sign at the first: "from 14 to 4 %".
_CHANGED = re.compile(
    r"\b(?:corrected|changed|revised|amended|updated|adjusted|recounted|ris(?:en|ing)|rose|"
    r"increas(?:ed|ing)|fallen|fell|decreased|dropped|progressed|gone up)\b[^.;%\d]{0,24}\bfrom\s$",
    re.IGNORECASE,
)
_CHANGED_TO = re.compile(r"(?P<old>\d[\d.,]*)\s*%?\s*to\s+(?P<new>\d[\d.,]*)", re.IGNORECASE)
#: What stands between the values of a plain list.
_LISTED = re.compile(
    r"[\s|,;/&]*(?:(?:and|or)\s*)?|"
    r"(?=[^%]{0,48}\b(?:liver|hepatic|primary|nod(?:e|al)s?|metasta\w+|mesenter\w+|deposits?|"
    r"nodules?|lesions?|tumou?rs?|"
    r"foc(?:us|i)|segment|block|(?-i:[A-Z]\d{0,2}))\b)[^%.]{1,48}",
    re.IGNORECASE,
)
_LEAD = re.compile(r"\s*(?:(?:at|of|to|as|is|be) )?")
#: A sentence that lacks its figure.
_OPEN = re.compile(
    r"(?:\b(?:gives?|gave|is|was|of|at|about|approximately|around|index|shows?|reache[sd]|in|to|yields?|"
    r"measures?|count(?:ed)?(?: (?:is|at|as))?|estimated(?: (?:at|as))?)|[:=<>~])\s*$",
    re.IGNORECASE,
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: percentages tied to the marker's name in one unit, or in the one after it."""
    marker = patterns.rule("marker").pattern
    tables = class_tables(document.text.clean)
    found: list[Candidate] = []
    silent: list[Unit] = []
    replaced: set[float] = set()
    for unit in document.units_with(marker):
        if unit.section == "blocks" and "%" not in unit.text:
            continue
        here = [
            candidate
            for match in marker.finditer(unit.text)
            for candidate in _near(document, patterns, unit, match, tables, replaced)
        ]
        found += here
        if any(candidate.value for candidate in here):
            found += _hot_spot(document, patterns, unit, here)
            if _last_named(patterns, unit):
                found += _tissues(document, patterns, unit)
        elif named := marker.search(unit.text):
            listed = list(_tissues(document, patterns, unit, first=bool(named)))
            listed = listed or list(_over_page(document, patterns, unit))
            found += listed
            silent += [] if listed else [unit]
    found = [c for c in found if not (c.value and c.value["low"] == c.value["high"] in replaced)]
    found = [c for c in found if not _is_class(c, found) and not _class_after(patterns, c, found)]
    stated = any(candidate.value for candidate in found)
    for unit in silent:
        if not stated or any(c.value and c.unit.section == unit.section for c in found):
            found += _next_sentence(document, patterns, unit)
        if not stated:
            found += _sheet(document, patterns, unit)
    taken = {candidate.end for candidate in found}
    for unit, start, end in cells_under(document, marker):
        cell = unit.text[start:end]
        if unit.start + end not in taken and _OF_CHART.fullmatch(cell) and unit.section != "blocks":
            value = interval(quantity(cell), ceiling=100.0)
            if value is not None and (value["high"] or 0) <= 100:
                found.append(document.candidate(value, unit, start, end, patterns.rule("cells").id))
    if found:
        found += _shares(document, patterns, found)
    for candidate in found:
        _specify(document, patterns, candidate)
        if beside_tables(candidate.end - 1, candidate.unit.start, candidate.unit.end, tables):
            candidate.features.pop("reference", None)
    yield from mark(document, found, inside=True)


def _specify(document: Document, patterns: FieldPatterns, candidate: Candidate) -> None:
    """Where a form's class is followed by the figure itself, that counts."""
    value = candidate.value
    if value is None or value["comparator"] in ("=", "~"):
        return
    for name in ("specified", "specified-bare"):
        rule = patterns.rule(name)
        told = rule.pattern.match(document.text.clean, candidate.end, candidate.end + SPECIFIED)
        exact = interval(quantity(told["value"]), ceiling=100.0) if told else None
        if told is not None and exact is not None and value["low"] <= exact["low"] <= value["high"]:
            candidate.value, candidate.end, candidate.rule = exact, told.end(), rule.id
            return


def _is_class(candidate: Candidate, others: list[Candidate]) -> bool:
    """A bound that explains a grade in brackets ("high grade (Ki-67 above 5 %)"), where a figure stands."""
    value, unit = candidate.value, candidate.unit
    if value is None or value["comparator"] not in ("<", "<=", ">", ">="):
        return False
    if not _EXPLAINS.search(unit.text[: candidate.start - unit.start]):
        return False
    return any(
        other.value is not None
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= value["high"]
        and "historical" not in other.features
        for other in others
    )


def _class_after(patterns: FieldPatterns, candidate: Candidate, others: list[Candidate]) -> bool:
    """A class that follows the figure that falls in it: "8% (WHO G2: 3-20%)", "2.2 % (< 3 %)"."""
    value, unit = candidate.value, candidate.unit
    if value is None or value["comparator"] in ("=", "~", "up_to"):
        return False
    if value["comparator"] == "range" and (value["low"], value["high"]) not in _CLASSES:
        return False
    rule = patterns.rule("class-after").pattern
    return any(
        other.value is not None
        and other.unit is unit
        and other.end < candidate.end
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= (value["high"] or 100.0)
        and rule.match(unit.text[other.end - unit.start : _begins(unit, candidate)])
        for other in others
    )


def _begins(unit: Unit, candidate: Candidate) -> int:
    """Where the figure at the end of a candidate begins."""
    end = candidate.end - unit.start
    figure = _FIGURE.search(unit.text[max(0, end - 30) : end])
    return max(0, end - 30) + figure.start() if figure else end


def _hot_spot(
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
    value = _plain(interval(quantity(_ZERO.sub("0", told["value"])), ceiling=100.0), told[0])
    top = max(order(c.value) for c in stated if c.value)
    if value is not None and (value["high"] or 0) <= 100 and order(value) > top:
        yield document.candidate(value, below, *told.span(), rule.id, strength=1.5)


def _last_named(patterns: FieldPatterns, unit: Unit) -> bool:
    """Whether no other stain is named after the index, of which a list that follows may be."""
    last = max(match.end() for match in patterns.rule("marker").pattern.finditer(unit.text))
    other = patterns.rule("other-marker").pattern.search(unit.text, last)
    return other is None or _MITOSES.match(other[0]) is not None


def _tissues(
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
        if (
            told is None
            and below.section == unit.section
            and document.units[below.index - 1].text.endswith(";")
        ):
            told = patterns.rule("tissue-last").pattern.match(below.text)
        if told is None or any(patterns.rule(n).pattern.search(told[0]) for n in ("marker", "other-marker")):
            return
        value = interval(quantity(told["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, below, *told.span(), rule.id)


def _shares(document: Document, patterns: FieldPatterns, found: list[Candidate]) -> Iterator[Candidate]:
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


def _plain(value: dict[str, Any] | None, told: str) -> Any:
    """The greatest of several values is a value, where "up to" of one alone is a bound."""
    if value is not None and value["comparator"] == "up_to" and _GREATEST.search(told):
        return {"low": value["high"], "high": value["high"], "comparator": "="}
    return value


def _over_page(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The figure of a sentence that a page's end cuts in two."""
    if not _OPEN.search(unit.text):
        return
    for below in document.units[unit.index + 1 : unit.index + 2 + _PAGE_LINES]:
        rule = patterns.rule("percent")
        counted = patterns.rule("count")
        if below is document.units[unit.index + 1] and (count := counted.pattern.match(below.text)):
            if (value := _share(count)) is not None:
                yield document.candidate(value, below, *count.span(), counted.id)
            return
        head = _after_furniture(document, below)
        if first := rule.pattern.match(below.text, head + _lead(below.text[head:])):
            value = interval(quantity(_ZERO.sub("0", first["value"])), ceiling=100.0)
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


def _next_sentence(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """An index that the sentence after the marker's gives, if that names no stain of its own."""
    for following in document.units[unit.index + 1 : unit.index + 1 + _SENTENCES]:
        text = following.text
        amended = _AMENDED.match(following.label_text) is not None
        if following.section != unit.section or (following.label is not None and not amended):
            return
        named = (patterns.rule(name).pattern.search(text) for name in ("marker", "other-marker"))
        stop = min((match.start() for match in named if match), default=len(text))
        parted, text = stop < len(text), text[:stop]
        first = patterns.rule("percent").pattern.search(text)
        if parted and not first:
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
            yield document.candidate(value, following, *match.span(), rule, strength=-0.5)


def _sheet(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """The figure under the marker's line in a sheet: "Ki-67", "Percent: 28 %"."""
    rule = patterns.rule("percent-label")
    if patterns.rule("not-index").pattern.search(unit.text):
        return
    for below in document.units[unit.index + 1 : unit.index + 1 + _SHEET]:
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


def _near(
    document: Document,
    patterns: FieldPatterns,
    unit: Unit,
    marker: re.Match[str],
    tables: Sequence[tuple[int, int]],
    replaced: set[float],
) -> Iterator[Candidate]:
    other = patterns.rule("other-marker").pattern
    text = unit.text
    after = text[marker.end() : marker.end() + _REACH]
    stop = other.search(after)
    after = after[: stop.start()] if stop else after
    following = patterns.rule("marker").pattern.search(after)
    after = after[: following.start()] if following else after
    name = patterns.rule("percent").id
    from_here = 0
    if patterns.rule("not-this-tumor").pattern.search(text[: marker.start()]):
        ours = _OURS.search(after)
        if ours is None:
            return
        from_here = ours.start()
    found, last, skipped, highest, reach = False, 0, False, 0.0, 0
    percent = patterns.rule("percent").pattern
    for match in percent.finditer(after):
        last, since = match.end(), last
        if match.start() < from_here:
            continue
        about = after[max(since, match.start() - 50) : match.start()]
        about += " " + _PAUSE.split(after[match.end() : match.end() + 22])[0]
        if patterns.rule("not-index").pattern.search(about):
            continue
        changed = _CHANGED.search(after[: match.start()]) and _CHANGED_TO.fullmatch(match["value"])
        if not changed and (told_of := patterns.rule("instead").pattern.search(after[since : match.start()])):
            if told_of[0].strip() == "not" and not since:
                told_of = None  # "not >4 %"
        else:
            told_of = None
        if told_of:
            if _REPLACED.search(told_of[0]) and (old := quantity(match["value"])) is not None:
                replaced.add(old.high)
            continue
        if any(patterns.rule(name).pattern.match(after[match.end() :]) for name in ("aside", "in-general")):
            continue
        filled_in = patterns.rule("filled-in").pattern.search(after[: match.start()]) is not None
        if not filled_in and printed(text, marker.end() + match.start(), tables, unit.start):
            skipped = True
            continue
        if _TORN.search(after[: match.start()]):
            skipped = True
            continue
        if patterns.rule("withdrawn").pattern.search(after[match.end() :]):
            skipped = True
            continue
        words = _current(_PARTED.sub("1", _ZERO.sub("0", match["value"])), after, match)
        value = interval(quantity(words), ceiling=100.0)
        if value is None or value["low"] > 100 or (value["high"] or 0) > 100:
            continue
        told = after[since : match.start()] + _PAUSE.split(after[match.end() : match.end() + _TOLD])[0]
        if found and value["comparator"] == "up_to" and (value["high"] or 0) > highest:
            # the greatest of several values is a value, where "up to" of one alone is a bound
            value = {"low": value["high"], "high": value["high"], "comparator": "="}
        top = value["high"] or value["low"]
        rising = found and top > highest and patterns.rule("rising").pattern.search(told) is not None
        found_before, found, highest = found, True, max(highest, top)
        start, end = marker.start(), marker.end() + match.end()
        listed = found_before and _LISTED.fullmatch(after, since, match.start()) is not None
        reach = reach if listed else match.start()
        yield document.candidate(
            value,
            unit,
            start,
            end,
            name,
            distance=min(reach, 60) / 30,
            prose=float(unit.label is None),
            # Scanning put an addendum under the list of blocks.
            strength=1.0 * (unit.section == "blocks") + 1.5 * rising,
        )
    if found or skipped:
        return
    misread = patterns.rule("percent-misread")
    if torn := misread.pattern.search(text, marker.start(), marker.end() + len(after)):
        value = interval(quantity(torn["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, unit, marker.start(), torn.end(), misread.id, strength=-0.5)
            return
    first = patterns.rule("percent-first")
    if sign := first.pattern.search(after):
        words = f"{sign['bound'] or ''}{sign['figure'].replace('%', '')}"
        value = interval(quantity(words), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            end = marker.end() + sign.end()
            yield document.candidate(value, unit, marker.start(), end, first.id)
            return
    if declared := list(_declared(document, patterns, unit, marker.end())):
        yield from declared
        return
    counted = (patterns.rule(name) for name in ("count", "count-last"))
    if count := next((c for rule in counted if (c := rule.pattern.search(after))), None):
        value = _share(count)
        if value is not None:
            yield document.candidate(
                value, unit, marker.start(), marker.end() + count.end(), patterns.rule("count").id
            )
            return
    before = text[: marker.start()]
    stated = patterns.rule("percent-before").pattern.search(before)
    if stated and not ("," in stated[0] and other.search(before[: stated.start()])):
        value = interval(quantity(stated["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(
                value, unit, stated.start(), marker.end(), patterns.rule("percent-before").id
            )
            return
    for status in ("not_applicable", "pending", "not_stated", "unquantified"):
        rule = patterns.rule(status.replace("_", "-"))
        if stated := rule.pattern.search(after):
            yield document.candidate(
                None,
                unit,
                marker.start(),
                marker.end() + stated.end(),
                rule.id,
                status=status,
            )
            return
    if cells := list(_cells(document, patterns, unit, marker.end())):
        yield from cells
        return
    if unit.label is None or marker.end() > (unit.value or 0):
        return
    if bare := patterns.rule("bare-number").pattern.fullmatch(unit.value_text.strip(" :.|")):
        value = interval(quantity(bare["value"]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(
                value,
                unit,
                marker.start(),
                len(text),
                patterns.rule("bare-number").id,
                no_unit=0.0 if "%" in unit.label_text or "percent" in unit.label_text.lower() else 1.0,
            )


def _current(words: str, text: str, match: re.Match[str]) -> str:
    """The words of a value of which only a part counts now: the higher of two, the new of a change."""
    before = text[: match.start()]
    if _CHANGED.search(before) and (changed := _CHANGED_TO.fullmatch(words)):
        return changed["new"]
    if not _BETWEEN.search(before[-40:]) and (two := _TWO.fullmatch(words)):
        return max(
            two["low"], two["high"], key=lambda part: order(interval(quantity(part), ceiling=100.0) or _NONE)
        )
    if _GREATEST.search(words) and "up to" not in words.lower() and _COUNTED.match(text, match.end()):
        return _GREATEST_WORDS.sub("", words)
    return words


def _declared(document: Document, patterns: FieldPatterns, unit: Unit, at: int) -> Iterator[Candidate]:
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


def _share(count: re.Match[str]) -> dict[str, Any] | None:
    """The percentage that a count of cells makes."""
    part, whole = float(count["part"].replace(",", "")), float(count["whole"].replace(",", ""))
    if part > whole or whole < _FEWEST:
        return None
    share = round(100 * part / whole, 2)
    return interval(Quantity(share, share, "="), ceiling=100.0)


def _cells(document: Document, patterns: FieldPatterns, unit: Unit, at: int) -> Iterator[Candidate]:
    """The figures of a table's row whose label holds the percent sign."""
    rule = patterns.rule("cells")
    row = rule.pattern.fullmatch(unit.text, at)
    for cell in _CELL.finditer(unit.text, *row.span("cells")) if row else ():
        value = interval(quantity(cell[0]), ceiling=100.0)
        if value is not None and (value["high"] or 0) <= 100:
            yield document.candidate(value, unit, cell.start(), cell.end(), rule.id)


def _order(value: dict[str, Any]) -> float:
    return order(value)


FIELD = Field(title="Ki-67 (%)", position=10, value=Interval, read=read, order=_order)
