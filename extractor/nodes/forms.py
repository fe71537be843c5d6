"""Candidates from the answers of forms about nodes, alone and together with parts read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.nodes.again import SIDE
from extractor.nodes.parts import part_of
from extractor.nodes.places import counts
from extractor.nodes.sums import to_add
from extractor.nodes.totals import Scale, apart, candidate
from extractor.nodes.words import Count, Kind, Which, examined_of, positive_of

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: More nodes than one part holds.
_MANY = 90
#: A form that is filled in twice hardly has so many nodes twice by chance.
_CHANCE = 10
#: In so many lines a form asks for the nodes of all sides.
_REACH = 16
#: Other nodes than those of the form.
_MORE = re.compile(
    r"\b(?:additional|separate|further|other|extra)\b[^:]*\bnodes?\b|\bnodes?\b[^:]*\badditional\b",
    re.IGNORECASE,
)
#: An answer for more than its own part.
_COVERS = re.compile(r"\b(?:total|includ\w*|parts?|specimens?)\b", re.IGNORECASE)
_OF_NODES = re.compile(r"\bnod(?:es?|al)\b|dissection|\bneck\b|axilla|pelvic", re.IGNORECASE)
_NUMBER = re.compile(r"\W*(?:\d|none|zero|one|two|three)", re.IGNORECASE)
#: Where a form's answer tells that the heading of the form was not seen.
_MISPLACED = {"specimens": 1.5, "gross": 1.0}


def read_labels(
    which: Which,
    document: Document,
    name: str,
    here: list[Count],
    scale: Scale,
    *,
    beside_parts: bool,
) -> Iterator[Candidate]:
    """Candidates from a form's answers; those of several parts or groups are also added up."""
    examined, involved = _answers(here, "examined"), _answers(here, "involved")
    if swapped := _are_swapped(examined, involved):
        examined, involved = (
            [replace(involved[0], kind="examined", examined=involved[0].positive, positive=None)],
            [replace(examined[0], kind="involved", examined=None, positive=examined[0].examined)],
        )
    mine = _once(examined if which == "examined" else involved)
    if mine and _unanswered(document, mine):
        return
    if which == "positive":
        mine = _agreeing(mine, examined, scale)
    summed = _of_several(mine, which)
    if len(mine) > 1:
        yield candidate(
            document,
            sum(getattr(c, which) for c in mine),
            mine,
            f"{name}/sum-of-labels",
            strength=1.5 * (not beside_parts) if summed else -1.0,
            label_total=1.0,
            summed=1.0,
        )
    some = summed or beside_parts
    greatest = not some and (examined[0].examined or 0 if examined else 0) >= scale.most
    for count in mine:
        of_part = some or (not count.total and 2 * (count.examined or 0) < scale.most)
        yield candidate(
            document,
            getattr(count, which),
            [count],
            f"{name}/label",
            strength=-1.0 if of_part else 2.0 + _MISPLACED.get(count.unit.section, 0.0),
            label_total=float(count.total and not summed),
            one_of_several=float(summed),
            total_greatest=float(greatest),
            swapped=float(swapped),
        )


def _answers(here: list[Count], kind: Kind) -> list[Count]:
    """The answers of one kind; only those for all parts, if there are any."""
    found = [c for c in here if c.kind == kind]
    return [c for c in found if c.staged] or found


def _are_swapped(examined: list[Count], involved: list[Count]) -> bool:
    """Whether the only two answers, more nodes with tumor than examined, stand at each other's labels."""
    if not len(examined) == len(involved) == 1:
        return False
    return (involved[0].positive or 0) > (examined[0].examined or 0)


def _of_several(mine: list[Count], which: Which) -> bool:
    """Whether answers are those of several parts or groups, not one given several times."""
    return len(mine) > 1 and (
        len({c.unit.part for c in mine}) > 1
        or not any(c.total for c in mine)
        or len({getattr(c, which) for c in mine}) > 1
    )


def _agreeing(involved: list[Count], examined: list[Count], scale: Scale) -> list[Count]:
    """The answers without those of another tumor's form: the parts come to the nodes examined, and more of
    them hold tumor."""
    totals = {c.examined for c in examined if c.total}
    if len(totals) != 1:
        return involved
    held = scale.held.get(totals.pop() or 0)
    if held is None or not any((c.positive or 0) < held for c in involved):
        return involved
    return [c for c in involved if (c.positive or 0) >= held]


def _read_short(which: Which, document: Document, name: str, whole: list[Count]) -> Iterator[Candidate]:
    """The sum over parts, where a form's answer leaves out positive nodes, or most nodes, of the parts."""
    totals = {c.examined for c in counts(document) if c.kind == "examined" and c.total}
    parts = [c for c in to_add(whole) if not c.staged]
    if len(totals) != 1 or not apart(parts):
        return
    total, most = totals.pop() or 0, examined_of(parts)
    held = positive_of(c for c in counts(document) if c.kind == "involved" and c.total)
    short = held < positive_of(parts) and any(c.numbers == (total, held) for c in parts)
    missing = 2 * total <= most and sum(c.examined == total for c in parts) < 2
    if total >= most or not (short or missing) or any((c.examined or 0) > _MANY for c in parts):
        return
    yield candidate(
        document,
        sum(getattr(c, which) or 0 for c in parts),
        parts,
        f"{name}/more-than-answer",
        strength=3.5,
        label_total=1.0,
        summed=1.0,
        total_greatest=1.0,
        mixed=1.0,
    )


def _amid(answer: Count, others: list[Count], words: FieldPatterns) -> bool:
    """Whether a form's answer is that of the part of the diagnosis it stands in, and others follow it.

    No form of the whole report counts fewer nodes than one of its parts, or stands in a part of nodes that
    those of the others follow.
    """
    unit = answer.unit
    if unit.section not in ("diagnosis", "unknown") or any(
        c.unit.section != unit.section or not c.unit.part for c in others
    ):
        return False
    behind = [c for c in others if c.unit.index > unit.index]
    of_nodes = bool(words["heads-group"].search(unit.heading)) and not _COVERS.search(
        f"{unit.under} {unit.text}"
    )
    return bool(behind) and (
        any((c.examined or 0) > (answer.examined or 0) for c in others)
        or (of_nodes and len(behind) == len(others))
    )


def _additional(count: Count) -> bool:
    """Whether a part is headed as one of further nodes."""
    return _MORE.search(count.unit.heading) is not None


def _of_group(count: Count) -> bool:
    """Whether the lines above an answer tell that it is that of one group or part of nodes."""
    unit = count.unit
    near = f"{unit.under} {unit.text[: count.start]}"
    return SIDE.search(near) is not None or (
        unit.part is not None and _OF_NODES.search(unit.heading) is not None
    )


def _unanswered(document: Document, mine: list[Count]) -> bool:
    """Whether a form leaves as many of its numbers open as it gives: no sum is known."""
    labels = {
        " ".join(c.unit.text[: c.start].split() + c.unit.text[c.start : c.end].rstrip("_ 0123456789").split())
        for c in mine
    }
    empty = 0
    for unit, after in pairwise(document.units):
        text = " ".join(unit.text.rstrip("_ ?").split())
        if text in labels and text.endswith(":") and not _NUMBER.match(after.text):
            empty += min(abs(unit.index - c.unit.index) for c in mine) <= _REACH
    return empty >= len(mine)


def _once(answers: list[Count]) -> list[Count]:
    """Answers without those of a form that is printed twice."""
    said = [c.numbers for c in answers]
    greatest = max((e or p or 0 for e, p in said), default=0)
    if len(set(said)) == 1 and greatest >= _CHANCE and not any(map(_of_group, answers)):
        return answers[:1]  # the form of each tumor gives the nodes of the report
    half = len(said) // 2
    again = len(said) >= 4 and said[:half] == said[half:] and len(set(said)) > 1
    return answers[:half] if again else answers


def read_mixed(which: Which, document: Document, name: str, whole: list[Count]) -> Iterator[Candidate]:
    """Parts of nodes answered by a form, added to the parts that state a count in words or as a ratio."""
    words = document.patterns("nodes")
    answers = [c for c in whole if c.kind in ("examined", "involved") and part_of(c) is not None]
    examined = _once([c for c in answers if c.kind == "examined"])
    parts = {part_of(c) for c in examined}
    if not examined or len(parts) != len(examined):
        yield from _read_short(which, document, name, whole)
        return
    others = [c for c in to_add(whole) if part_of(c) not in parts and not (c.total or c.staged)]
    amid = len(examined) == 1 and _amid(examined[0], others, words)
    if not amid:
        yield from _read_short(which, document, name, whole)
        if not _only_of_parts(examined, others, whole, words):
            return
    if not others or None in {part_of(c) for c in others}:
        return
    mine = [c for c in answers if getattr(c, which) is not None]
    value = sum(getattr(c, which) for c in mine) + sum(getattr(c, which) or 0 for c in others)
    yield candidate(
        document,
        value,
        [*mine, *others] if mine else others,
        f"{name}/answers-and-parts",
        strength=4.5 if amid else 2.5,
        label_total=1.0,
        summed=1.0,
        total_greatest=1.0,
        mixed=1.0,
    )


def _only_of_parts(
    examined: list[Count], others: list[Count], whole: list[Count], words: FieldPatterns
) -> bool:
    """Whether a form answers for its own parts alone, not for the parts that are counted elsewhere, too."""
    if len(examined) > 1:
        return True
    answer = examined[0]
    more_nodes = bool(others) and all(map(_additional, others))
    if not (words["heads-group"].search(answer.unit.heading) or more_nodes):
        return False
    said = {examined_of(others), *(c.examined for c in whole if c.kind not in ("examined", "involved"))}
    return answer.examined not in said and not any(c.unit.index < answer.unit.index for c in others)
