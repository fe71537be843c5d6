"""Which statements about margins stand: what was cut anew, or seen with the microscope, replaces the rest."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.margins.forms import title
from extractor.matching.expressions import Expression

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.unit import Unit

#: What is said of one margin only: below its heading, or how far tumor is from it.
_ONE_MARGIN = frozenset({"by_heading", "distance_stated"})
#: What is said of a part, below its heading or behind it.
_BELOW = frozenset({"by_heading", "answered"})
#: What leaves the code RX standing: other codes, and how far tumor is from one margin.
_UNCODED = frozenset({"coded", "distance_stated"})
#: What another margin, cut anew, may replace.
_OPEN = ("positive", "indeterminate")
#: What a part's heading is about stands at the beginning of the line below it.
_BEGIN = 20
_GROSSLY = Expression(r"\bgrossly\b(?! and micro)", re.IGNORECASE)
_ANEW = re.compile(r"(?:new|re-?(?:excis|resect|vis)\w+|final|true)\b", re.IGNORECASE)
#: Parts by what was done: a biopsy, and what is no mere biopsy; a margin that is a part of its own.
_PROCEDURE = re.compile(r"\b(?:excision|resection|biops(?:y|ies)|\w+ectomy)\b", re.IGNORECASE)
_BIOPSY = re.compile(r"\bbiops(?:y|ies)\b", re.IGNORECASE)
_CUT = re.compile(r"margin|edge|shave|excis|resect|ectomy|\bcone|coni[sz]|wedge", re.IGNORECASE)
_PART = re.compile(r"\bmargins?\W{1,4}(?:\w+ )?(?:excision|resection|biopsy)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:duct|bronch\w+|ureter\w*|urethra\w*|mucosal|vascular|neck|deep|proximal|distal|anterior|posterior|"
    r"superior|inferior|lateral|medial|radial) margin\W*$",
    re.IGNORECASE,
)
_PART_TITLE = 110
#: What a title says besides the place.
_NO_PLACE = re.compile(
    r"\b(?:partial|total|radical|wide|local|en bloc|left|right|core|needle|punch|incisional|excisional|"
    r"(?:re-?)?excision|resection|biops(?:y|ies)|of|and|the|\w+ectomy)\b",
    re.IGNORECASE,
)
#: Tumor at the edge of a node.
_DEPOSIT = re.compile(r"\bnodes?\b[^.;:]{0,60}\bdeposits?\s+(?:\w+\s+)?at\b", re.IGNORECASE)
#: So much of a heading names the place.
_TITLE = 40
#: A part taken instead of an earlier one of the same name.
_REVISED = re.compile(
    r"\W*(?:revised|re-?excis\w+|re-?resect\w+|new|additional|further|repeat)\b", re.IGNORECASE
)
#: What is added later speaks of all that was said before.
_LATE = frozenset({"addendum", "amendment"})
#: So far below a statement on the same part a remark may send the reader on; so far in any case.
_REMARK = 12
_NEAR = 4
#: What a remark sends the reader on to is the state of all margins ("see part D for final margin status").
_OVERALL = re.compile(r"\bfinal margins? status\b", re.IGNORECASE)
#: The sides by which two statements on margins tell of different ones.
_SIDE = re.compile(
    r"\b(?:left|right|superior|inferior|anterior|posterior|medial|lateral|deep|proximal|distal|soft tissue|"
    r"bon[ey]|mucosal|bronchial|vascular|uncinate|retroperitoneal|SM[VA]|apical|neck|bile duct|pancreatic|"
    r"tracheal|urethral|ureter(?:al|ic)|chest wall|radial)\b",
    re.IGNORECASE,
)
#: Margins that cannot be read, and what limits that to some of them.
_UNREAD = frozenset({"margins/cannot-be-assessed", "margins/answer-indeterminate"})
_REST = re.compile(r"\b(?:other\w*|remaining|rest|distance|elsewhere)\b", re.IGNORECASE)
_WORDS = re.compile(
    r"\b(?!new|margins?|additional|further|final|true|excision|resection|tissue|soft|left|right)[a-z]{4,}"
)


def final_margins(document: Document, patterns: FieldPatterns, found: list[Candidate]) -> Iterator[Candidate]:
    """Leave out what does not stand beside the rest.

    A margin cut anew replaces the one before; what the naked eye saw yields to the microscope; and a free
    margin says nothing of another one that is involved.
    """
    again, replaced = patterns.rule("again").pattern, patterns.rule("replaced").pattern
    found = [c for c in found if c.value != "positive" or not _DEPOSIT.search(c.unit.text)]
    if any(c.value == "negative" for c in found):
        found = [c for c in found if c.value not in _OPEN or not _replaced(document, replaced, c)]
    found = _before_remark(document, patterns, found)
    found = _of_resections(_before_completion(document, patterns, found))
    found = _of_no_margin(_before_revision(document, patterns, found))
    if any(c.value == "negative" and _UNCODED.isdisjoint(c.features) for c in found):
        found = [c for c in found if c.rule != "margins/code-unknown"]
    renewed: dict[str, int] = {}
    above: set[str] = set()
    anew: int | None = None
    for candidate in found:
        if candidate.value == "negative" and (match := again.search(_of(candidate))):
            words = _WORDS.findall(match[0].lower())
            renewed |= dict.fromkeys(words, candidate.start)
            above.add(candidate.unit.under)
            if (
                not words
                and not _BELOW.isdisjoint(candidate.features)
                and _ANEW.match(match[0])
                and not _cut_before(document, candidate)
            ):
                anew = candidate.start
    if anew is not None and len({c.unit.index for c in found if c.value in _OPEN}) == 1:
        # "New margin": of the only one that was not free
        found = [c for c in found if c.value not in _OPEN or c.start > anew]
    if renewed:
        found = [
            c
            for c in found
            if c.value not in _OPEN
            or all(c.start > renewed.get(word, -1) for word in _WORDS.findall(_of(c, above).lower()))
        ]
    if any(c.value == "negative" and not _GROSSLY.search(c.unit.text) for c in found):
        found = [c for c in found if c.value != "positive" or not _GROSSLY.search(c.unit.text)]
    involved = [
        document.rank(c.unit.section)
        for c in found
        if c.value == "positive"
        and "historical" not in c.features
        and "template" not in c.features
        and not ("by_heading" in c.features and (c.start > c.unit.start + _BEGIN or c.tissue is not None))
    ]
    answered = any(
        c.value == "positive" and ("answered" in c.features or c.unit.section == "synoptic") for c in found
    )
    for candidate in found:
        late = candidate.unit.section == "addendum" and _of_part(candidate.unit)
        one = candidate.value == "negative" and ("any_margin" not in candidate.features or late)
        rank = document.rank(candidate.unit.section)
        alone = (
            not _ONE_MARGIN.isdisjoint(candidate.features)
            or _PART.search(candidate.unit.text[: candidate.end - candidate.unit.start])
            or _NAMED.search(candidate.unit.under)
        )
        if one and involved and (max(involved) >= rank or late or (answered and alone)):
            continue
        yield candidate


def _before_remark(document: Document, patterns: FieldPatterns, found: list[Candidate]) -> list[Candidate]:
    """Leave out what a remark concedes, or what it sends the reader on from, to the final margins."""
    elsewhere, conceded = patterns.rule("elsewhere").pattern, patterns.rule("conceded").pattern
    if any(c.value == "negative" for c in found):
        for unit in document.units_with(elsewhere):
            if elsewhere.search(unit.text):
                found = [
                    c
                    for c in found
                    if c.value not in _OPEN
                    or not 0 <= unit.index - c.unit.index <= _REMARK
                    or (c.unit.heading != unit.heading and unit.index - c.unit.index > _NEAR)
                    or _of_another(unit.text, c)
                ]
    for unit in document.units_with(conceded):
        if conceded.search(unit.text):
            late = unit.section in _LATE
            found = [
                c
                for c in found
                if c.value not in _OPEN
                or (c.start > unit.end and not (late and c.unit.section != unit.section))
                or _of_another(unit.text, c)
            ]
    return found


def _replaced(document: Document, pattern: Expression, candidate: Candidate) -> bool:
    """Whether the line of a margin, or the one below it, says that another part holds the final one."""
    text, below = candidate.unit.text, document.text_below(candidate.unit)
    if pattern.search(f"{text} {below}") is None:
        return False
    return pattern.search(text) is not None or not _of_another(below, candidate)


def _of_another(remark: str, candidate: Candidate) -> bool:
    """Whether a remark names the sides of margins, and a candidate a side that is none of them."""
    if _OVERALL.search(remark):
        return False
    unit = candidate.unit
    named = {side.lower() for side in _SIDE.findall(remark)}
    said = {side.lower() for side in _SIDE.findall(unit.text[: candidate.end - unit.start])}
    return bool(named) and bool(said) and named.isdisjoint(said)


def _of_part(unit: Unit) -> bool:
    """Whether a line of an addendum stands below the title of one part: "D: Mandible, left, excision"."""
    return unit.part is not None and _PROCEDURE.search(unit.heading[:_PART_TITLE]) is not None


def _of_resections(found: list[Candidate]) -> list[Candidate]:
    """Leave out the edges of biopsies that hold tumor, where margins of a resection there are free."""
    free = [
        _place(head)
        for c in found
        if c.value == "negative" and not _BIOPSY.search(head := title(c.unit.heading))
    ]
    if not free:
        return found
    return [
        c
        for c in found
        if c.value not in _OPEN
        or not _BIOPSY.search(named := title(c.unit.heading)[:_PART_TITLE])
        or _CUT.search(named)
        or not any(_same_place(_place(named), place) for place in free)
    ]


def _of_no_margin(found: list[Candidate]) -> list[Candidate]:
    """Leave out tumor at the surface of a piece that has no margin, as the same or the next sentence says."""
    unread = [
        c.unit.index
        for c in found
        if c.value == "indeterminate"
        and c.rule in _UNREAD
        and not _SIDE.search(c.unit.text)
        and not _REST.search(c.unit.text)
    ]
    if not unread or any(c.value == "negative" for c in found):
        return found
    return [
        c for c in found if c.value != "positive" or not any(0 <= at - c.unit.index <= 1 for at in unread)
    ]


def _place(named: str) -> set[str]:
    """The words of a part's title that tell its place."""
    return set(re.findall(r"[a-z]{3,}", _NO_PLACE.sub(" ", named[:_PART_TITLE]).lower()))


def _same_place(one: set[str], other: set[str]) -> bool:
    """Whether two titles may tell of one place: "Skin, back" and "Skin, arm" tell of two."""
    return not (one - other and other - one)


def _before_completion(
    document: Document, patterns: FieldPatterns, found: list[Candidate]
) -> list[Candidate]:
    """Leave out what was said of a part of an organ, where the rest was then taken out with free margins."""
    completion = patterns.rule("completion").pattern
    parts = [unit for unit in document.units_with(completion) if completion.search(unit.text)]
    for part in parts:
        later = [c for c in found if c.start >= part.start and c.unit.section == part.section]
        if later and all(c.value == "negative" for c in later):
            return [
                c
                for c in found
                if c.value not in _OPEN or c.start > part.start or c.unit.section != part.section
            ]
    return found


def _before_revision(document: Document, patterns: FieldPatterns, found: list[Candidate]) -> list[Candidate]:
    """Leave out a part with tumor of which a later part is the revision, and free."""
    kept = []
    for candidate in found:
        if candidate.value == "positive" and "by_heading" in candidate.features:
            words = set(_WORDS.findall(candidate.unit.heading.lower())) - {"biopsy"}
            if words and any(
                _REVISED.match(unit.heading)
                and words <= set(_WORDS.findall(unit.heading.lower()))
                and patterns.rule("free-part").pattern.search(unit.text)
                for unit in document.units[candidate.unit.index + 1 :]
            ):
                continue
        kept.append(candidate)
    return kept


def _cut_before(document: Document, candidate: Candidate) -> bool:
    """Whether an earlier part was a margin of the same place: a new one replaces that, and no other."""
    words = set(_WORDS.findall(candidate.unit.heading[:_TITLE].lower()))
    return any(
        "margin" in unit.heading.lower() and words & set(_WORDS.findall(unit.heading[:_TITLE].lower()))
        for unit in document.units[: candidate.unit.index]
        if unit.heading != candidate.unit.heading
    )


def _of(candidate: Candidate, shared: Container[str] = ()) -> str:
    """The words that name the margin a candidate speaks of, without a heading it shares with others."""
    unit = candidate.unit
    if "by_heading" in candidate.features:
        return unit.heading
    said = unit.text[: candidate.end - unit.start]
    return said if unit.under in shared else f"{unit.under} {said}"
