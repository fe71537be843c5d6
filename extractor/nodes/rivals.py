"""Which counts of nodes give way to others of the same report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.nodes.again import REGION
from extractor.nodes.parts import part_of
from extractor.nodes.sums import to_add
from extractor.nodes.totals import (
    apart,
    around,
    other_side,
)
from extractor.nodes.words import Count, examined_of, numbers_of, positive_of

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: A count of nodes beyond those counted before.
_ADDED = re.compile(r"\badditional\b", re.IGNORECASE)
#: A station of the mediastinum by its number.
_STATION = re.compile(r"\bstations? \d|\b\d{1,2}[RL]\b")
#: In so many letters a piece is described; what names it, fat as its whole, and organs or nodes with it.
_DESCRIBED = 500
_NAMED = re.compile(r"\b(?:received|label+ed|designated|consists? of)\b", re.I)
_PIECE = re.compile(
    r"(?:(?!\b(?:with|and)\b).){0,120}?(?:\b(?:fragments?|pieces?|portions?|segments?|strips?|aggregates?|sheets?)\s+of\s+"
    r"(?:\w+[\s-]+){0,4}?(?:fat\b|fatty|adipose|omentum)"
    r"|\b(?:fibro)?(?:fatty|adipose)\s+tissue\s+(?:fragments|pieces|portions)"
    r"|['\"](?:[\w-]+\s+){0,3}(?:fat|omentum)\b\W{0,3}['\"])",
    re.I | re.S,
)
_ORGAN = re.compile(r"\b(?:\w+ectomy|attached|with(?:in)? the|kidneys?|bowel|colon|nodes?)\b", re.I)
#: So many stations with their counts make a list.
_LIST = 3


def fuller_sections(sections: dict[str, list[Count]]) -> set[int]:
    """The positive nodes of every section that also counts the others."""
    sums = [numbers_of(to_add(here)) for here in sections.values()]
    return {positive for examined, positive in sums if 0 < positive < examined}


def only_positive(here: list[Count], fuller: set[int]) -> bool:
    """Whether a section tells the positive nodes only, and another those and the negative ones."""
    added = to_add(here)
    return all(c.kind == "positive" for c in added) and positive_of(added) in fuller


def of_organ(count: Count, values: list[Count]) -> bool:
    """Whether the only labelled count, not called regional, is one of counts of which each has its part."""
    return (
        count.kind == "ratio"
        and apart(values)
        and sum(c.labelled for c in values) == 1
        and "regional" not in around(count).lower()
        and not any((c.positive or 0) for c in values if c is not count)
    )


def stands_alone(document: Document, found: list[Count], words: FieldPatterns) -> bool:
    """Whether a report speaks of no other nodes than those not found, but for the item of its form."""
    places = {c.unit.index for c in found if c.kind == "none"}
    return len(places) == len(found) and not any(
        words["speaks-of-nodes"].search(unit.text)
        and not (words["regional"].search(unit.text) or words["legend"].match(unit.text))
        for unit in document.units
        if unit.index not in places and unit.section not in ("synoptic", "history")
    )


def other_part(document: Document, count: Count, words: FieldPatterns) -> bool:
    """Whether "not identified" answers for one part, and another part is of nodes; or for a piece of fat."""
    if count.unit.section == "gross":
        return _of_piece(document, count)
    return words["answer-none"].match(count.unit.text) is not None and any(
        unit.part not in (None, count.unit.part) and words["node-heading"].match(unit.heading) is not None
        for unit in document.units
    )


def _of_piece(document: Document, count: Count) -> bool:
    """Whether the last thing described before a sentence is fat that was sent beside the specimen."""
    before = document.text.clean[max(0, count.unit.start - _DESCRIBED) : count.unit.start + count.start]
    named = list(_NAMED.finditer(before))
    told = before[named[-1].start() :] if named else ""
    return _PIECE.match(told) is not None and _ORGAN.search(told) is None


def says_again(here: list[Count], sections: dict[str, list[Count]]) -> bool:
    """Whether an amendment only repeats some of the counts of the diagnosis, or adds nodes to them."""
    if (
        "diagnosis" in sections
        and here
        and all(not c.total and _ADDED.search(c.unit.text[: c.end]) for c in here)
    ):
        return True
    said = {c.numbers for c in here if c.kind == "ratio"}
    diagnosis = [c for c in sections.get("diagnosis", []) if c.kind == "ratio" and not c.total]
    return (
        bool(said)
        and all(c.kind in ("ratio", "uncounted") and not c.total for c in here)
        and said <= {c.numbers for c in diagnosis}
        and len(diagnosis) > 2 * len(here)
    )


def one_of_list(here: list[Count], section: str, sections: dict[str, list[Count]]) -> bool:
    """Whether a section counts but one group of nodes, of several that another section counts.

    Without a part or place of its own it is one of a longer list of stations, the one with tumor.
    """
    if len(found := to_add(here)) != 1:
        return False
    one = found[0]
    if one.total or one.staged or one.labelled:
        return False
    station = _STATION.search(one.unit.text) is not None
    for other, counted in sections.items():
        listed = to_add(counted) if other != section else []
        same = [c for c in listed if c.numbers == one.numbers]
        if station and same and len(listed) >= _LIST:
            return positive_of(listed) == one.positive
        if 2 * (one.examined or 0) < examined_of(listed) and any(_of_same_group(c, one) for c in same):
            return True
    return False


def _of_same_group(count: Count, other: Count) -> bool:
    """Whether two counts are those of one part, or name the same place."""
    if part_of(count) is not None and part_of(count) == part_of(other):
        return True
    places = ({m[0].lower() for m in REGION.finditer(around(c))} for c in (count, other))
    first, second = places
    return bool(first & second)


def goes_on(count: Count, words: FieldPatterns) -> bool:
    """A part of nodes that the layout puts into a form beside it ("E. LYMPH NODES, PARA-AORTIC")."""
    unit = count.unit
    named = words["node-heading"].search(unit.heading) or (
        unit.part is not None
        and unit.part.isalpha()
        and unit.label is None
        and not count.labelled
        and words["node"].search(unit.text)
    )
    return (
        unit.section == "synoptic"
        and unit.part is not None
        and count.kind in ("ratio", "negative", "positive")
        and not (count.total or count.staged)
        and bool(named)
        and words["answer-heading"].search(unit.heading) is None
    )


def covered(here: list[Count]) -> bool:
    """Whether the counts beside a form's answers for other parts are those of parts only."""
    return any(c.kind == "examined" for c in here) and not any(
        c.total or c.labelled or c.staged for c in here if c.kind == "ratio"
    )


def holds_nodes(count: Count, words: FieldPatterns) -> bool:
    """Whether a report speaks of nodes it has: "no node found" is then said of one part or place only."""
    if count.unit.section == "gross":
        return False
    if count.kind in ("ratio", "negative", "positive"):
        return bool(count.examined)
    text = count.unit.text
    return (
        count.kind == "uncounted"
        and words["regional"].search(text) is None
        and words["no-answer"].search(text[count.end :]) is None
    )


def ratios(here: list[Count]) -> list[Count]:
    """The counts that are ratios, "2/15"."""
    return [c for c in here if c.kind == "ratio"]


def left_out(count: Count, here: list[Count], words: FieldPatterns) -> bool:
    """Nodes of a part that no count of the section covers."""
    if count.kind != "uncounted" or words["regional"].search(count.unit.text):
        return False
    counted = [c for c in here if c.examined is not None]
    return part_of(count) not in set(map(part_of, counted)) or other_side(count, counted)
