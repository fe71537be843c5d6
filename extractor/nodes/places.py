"""Where a report counts lymph nodes: every count, unit by unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.nodes.answers import answers, held_of
from extractor.nodes.brackets import HEADS_OTHERS, goes_on_in_bracket, opens, own_bracket
from extractor.nodes.columns import column_answers
from extractor.nodes.current import current
from extractor.nodes.items import placed, summed_up, supposed
from extractor.nodes.lines import asks, legible, with_noun, with_rest
from extractor.nodes.lists import listed_groups, table_rows
from extractor.nodes.pairs import paired
from extractor.nodes.plain import plain
from extractor.nodes.prose import worded
from extractor.nodes.ratios import ratios
from extractor.nodes.settled import settled, without_listing
from extractor.nodes.sums import merge_unit
from extractor.nodes.words import Count, about_nodes, polarity
from extractor.statements.earlier import below_earlier
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: How many units a bracket left open may reach.
_BRACKET_REACH = 6
#: More counts than any report holds; thirty were the most seen.
_MOST = 80
#: Longest sentence that only goes on with the one before.
_SHORT = 90
#: So many equal lines are copies, if they count more than a few nodes.
_COPIES, _FEW = 3, 4
#: So many letters after a count belong to the line that is copied.
_TAIL = 40
#: The letter or number of a part or an item before its bracket: "B) nodes".
_LETTER = re.compile(r"^[^\w(]*(?:[A-Z]|\d{1,2})\)")
#: The heading of a diagnosis that another one replaces, and in how many units below it stands.
_REPLACED = re.compile(
    r"\W*(?:(?:original|initial|previous|first|former|superseded)\s+(?:\w+\s+)?(?:diagnos[ei]s|report|version|text)\b"
    r"|diagnos[ei]s,? \(?(?:original|initial|previous|as first issued)\b)[^;]{0,40}$",
    re.IGNORECASE,
)
_AMENDED = re.compile(
    r"superseded|(?:amended|revised) diagnosis|diagnosis,? \(?(?:revised|corrected|amended)", re.IGNORECASE
)
_PARAGRAPH = 14
#: So many units, of so many letters together, are no repetition by chance.
_RUN, _RUN_LENGTH = 4, 140
#: What stands before the items of a list.
_BULLETS = " \t-*•·–."
#: A label of what images show.
_IMAGE = re.compile(r"\W*(?:CT|MRI?|PET(?:[ /-]CT)?|EUS|US|ultraso\w+|imaging|X-?ray|scan)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\W*\d{1,3}\W*")
_TOTAL_OF = re.compile(r"\btotal (?:number )?of\s*$", re.IGNORECASE)
#: A line that sums up the nodes of the lines before: "Total now 1/18."
_TOTAL_LINE = re.compile(
    r"\W*(?:(?:new|grand|final|overall|so|thus|revised)\W+){0,2}(?:totals?|altogether|in all|sum)\b"
    r"[^.;/]{0,40}?\b(?:\d{1,2}|none)\s?(?:/|of|out of)\s?\d",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.)]\s*$")
_HEADING = re.compile(r"[^.;\d]{0,60}")
#: Before a ratio: the bracket that it opens, with or without the name of its group.
_OPENED, _LABEL = re.compile(r"\([^();.]*$"), 24
_EXCLUDED = frozenset({"history", "intraoperative", "outside", "blocks"})


@lru_cache(maxsize=2)
def counts(document: Document) -> tuple[Count, ...]:
    """Every count of nodes in a report, unit by unit."""
    words = document.patterns("nodes")
    found: list[Count] = []
    before: Unit | None = None
    label = ""
    last: Unit | None = None
    by_ratio = False
    printed: dict[tuple[str | None, ...], int] = {}
    opened, opened_part = -99, None
    joined: Unit | None = None
    rows = table_rows(document, words)
    yes_no = words["coded-answers"].search(document.text.clean) is not None
    amended = _AMENDED.search(document.text.clean) is not None
    for written in document.units:
        if joined is not None and joined.end >= written.end:
            continue
        joined = with_rest(document, written) or with_noun(document, written)
        unit = plain(joined or written)
        inside = unit.index - opened <= _BRACKET_REACH and unit.part == opened_part
        text = _LETTER.sub("", unit.text)
        balance = text.count("(") - text.count(")")
        if balance or HEADS_OTHERS.fullmatch(text):
            opened = unit.index if balance > 0 and goes_on_in_bracket(text) else -99
            opened_part = unit.part
        if len(found) > _MOST:
            return ()  # no report: its sum would mean nothing, and comparing the counts takes for ever
        other = words["blocks-label"].match(unit.label_text) or _IMAGE.match(unit.label_text)
        if (
            unit.section in _EXCLUDED
            or other
            or _frozen(unit.text, words)
            or _superseded(document, unit, amended=amended)
        ):
            before = last = None
            continue
        if unit.index in rows:
            found.append(rows[unit.index])
            last, by_ratio, before, label = unit, True, unit, ""
            continue
        above_it = found[-1] if found else None
        asked = above_it is not None and above_it.kind == "examined" and above_it.unit is before
        if above_it is not None and asked and (held := list(held_of(unit, above_it))):
            found += held
            before, label = unit, ""
            continue
        own = about_nodes(unit, before, words) or (label != "" and _NUMBER.fullmatch(unit.text) is not None)
        carried = (
            not own
            and last is not None
            and last.section == unit.section
            and unit.index - last.index <= 2
            and (
                (by_ratio and words["carried"].match(unit.text) is not None)
                or _TOTAL_LINE.match(unit.text) is not None
            )
            and legible(unit.text)
        )
        if own or carried:
            under = before is not None and words["speaks-of-nodes"].search(before.text) is not None
            goes_on = before is not None and before.text.rstrip()[-1:] not in (".", ";")
            headed = before.text if before is not None else ""
            above = before.text if before is not None and goes_on else ""
            here = list(ratios(unit, words, carried=carried or under, above=above, headed=headed))
            if not here and (own or carried):
                here = list(listed_groups(unit, words))
            if not here and own and (pair := paired(unit, words)) is not None:
                here = [pair]
            if here and not (carried or legible(unit.text) or words["speaks-of-nodes"].search(unit.text)):
                # handwriting in the margin, below a line of nodes
                here = [c for c in here if unit.text[max(0, c.start - 1) : c.start] in ("(", "{", "[")]
            answered = (
                []
                if yes_no and words["yes-or-no"].search(unit.text)
                else _grouped(answers(unit, label, words), before, words)
            )
            if answered and not any(c.kind == "ratio" for c in here):
                if all(c.kind == "examined" for c in answered) and _all_clear(document, unit, words):
                    answered.append(Count("involved", None, 0, answered[0].start, answered[0].end, unit))
                here = answered
            elif not here:
                absent = words["none-provided" if unit.section == "gross" else "absent"]
                if match := absent.search(unit.text) or _answered_none(unit, before, words):
                    here = [Count("none", 0, None, match.start(), match.end(), unit)]
                elif unit.section == "gross" and (match := words["absent"].search(unit.text)):
                    here = [Count("none", 0, None, match.start(), match.end(), unit, lookalike=True)]
                else:
                    told = worded(unit, words, _following(document, unit, words))
                    here = [_answered(c) for c in told if not supposed(c, above)]
            elif (whole := _itemized(unit, here, words)) is not None:
                here = [whole]
            if inside or opened == unit.index:
                here = [
                    replace(c, inside=opens(unit.text, c.start, open_=inside) and not own_bracket(c))
                    for c in here
                ]
            if here and not _copied(document, unit, printed):
                found += merge_unit(here)
            if here or not by_ratio or own:
                last, by_ratio = (
                    unit,
                    by_ratio if _aside(unit, here, words) else any(c.kind == "ratio" for c in here),
                )
        label = asks(unit)
        before = unit
    found = summed_up(document, placed(document, found), words) + column_answers(document)
    found = without_listing(document, _printed_once(current(document, found)))
    return tuple(settled(found, words))


def _answered(count: Count) -> Count:
    """A count that the report calls the total of the nodes found, as an answer to how many were examined."""
    before = count.unit.text[max(0, count.start - _LABEL) : count.start]
    if count.kind != "found" or count.unit.section == "gross" or _TOTAL_OF.search(before) is None:
        return count
    return replace(count, kind="examined", total=True)


def _aside(unit: Unit, here: list[Count], words: FieldPatterns) -> bool:
    """Whether a sentence without a count or a word for nodes only says more of the nodes just counted."""
    return not here and words["speaks-of-nodes"].search(unit.text) is None


def _superseded(document: Document, unit: Unit, *, amended: bool) -> bool:
    """Whether a line only repeats what an earlier report read."""
    return ("/" in unit.text and below_earlier(document, unit)) or (
        amended and _below_superseded(document, unit)
    )


def _below_superseded(document: Document, unit: Unit) -> bool:
    """Whether a heading above, in the same paragraph, names the diagnosis that the present one replaces."""
    if _REPLACED.match(unit.heading):
        return True
    clean = document.text.clean
    for back in range(unit.index, max(-1, unit.index - _PARAGRAPH), -1):
        text = document.units[back].text
        if _REPLACED.match(text):
            return True
        if back == 0 or "\n\n" in clean[document.units[back - 1].end : document.units[back].start + 1]:
            return False
    return False


def _frozen(text: str, words: FieldPatterns) -> bool:
    """Whether a unit speaks of a frozen section, not only in a heading run on to the sentence before."""
    match = words["frozen"].search(text)
    if match is None:
        return False
    return _ENDED.search(text[: match.start()]) is None or _HEADING.fullmatch(text[match.start() :]) is None


def _copied(document: Document, unit: Unit, printed: dict[tuple[str | None, ...], int]) -> bool:
    """Whether a unit and those before it were printed already, in the same part: a report given twice."""
    units = document.units[max(0, unit.index - _RUN + 1) : unit.index + 1]
    run = [u.text.strip(_BULLETS) for u in units]
    return (
        len(run) == _RUN
        and sum(map(len, run)) >= _RUN_LENGTH
        and printed.setdefault((unit.section, unit.part, *run), unit.index) != unit.index
    )


def _answered_none(unit: Unit, before: Unit | None, words: FieldPatterns) -> re.Match[str] | None:
    """The answer "Not identified" below a label that names only the nodes."""
    above = before.text.strip(" ;:.,") if before is not None else ""
    if not (words["only-label"].match(above) or words["only-label"].match(unit.under)):
        return None
    return words["answer-none"].match(unit.text)


def _following(document: Document, unit: Unit, words: FieldPatterns) -> str:
    """The next sentence, if it goes on about the same nodes."""
    after = document.units[unit.index + 1 : unit.index + 2]
    if unit.section == "gross" or not after or (after[0].section, after[0].part) != (unit.section, unit.part):
        return ""
    text = after[0].text
    return "" if len(text) > _SHORT or words["speaks-of-nodes"].search(text) else text


def _all_clear(document: Document, unit: Unit, words: FieldPatterns) -> bool:
    """Whether the next sentence calls all the nodes just counted free of tumor."""
    after = _following(document, unit, words)
    if words["called-clear"].match(after):
        return True
    told = words["some-of-them"].match(after)
    return (
        told is not None
        and polarity(after, words) == "negative"
        and after[:4].lower().strip() in ("all", "both", "none")
    )


def _grouped(found: Iterable[Count], before: Unit | None, words: FieldPatterns) -> list[Count]:
    """Answers below a line that names one group of nodes ("Left obturator") are no totals.

    Those below one that names all parts ("Nodes, from parts A-E:") are the totals of the report.
    """
    if before is None:
        return list(found)
    if words["from-parts"].search(before.text):
        return [replace(count, staged=True) for count in found]
    goes_on = before.text.rstrip().endswith(";") and words["one-group"].search(before.text) is not None
    if goes_on or words["side"].search(before.text):
        return [replace(count, total=False) for count in found]
    return list(found)


def _place(count: Count) -> tuple[str, int, str | None]:
    """What makes two counts copies of one: the words around them, where they stand there, and the part."""
    return count.unit.text[: count.end + _TAIL], count.start, count.unit.part


def _printed_once(found: list[Count]) -> list[Count]:
    """Counts without the copies of a line that is printed over and over."""
    places = Counter(_place(c) for c in found if (c.examined or 0) >= _FEW)
    kept: dict[tuple[str, int, str | None], Count] = {}
    once = []
    for count in found:
        key = _place(count)
        if places[key] < _COPIES or kept.setdefault(key, count) is count:
            once.append(count)
    return once


def _itemized(unit: Unit, here: list[Count], words: FieldPatterns) -> Count | None:
    """``Eighteen nodes, no tumor (0/3 level I; 0/4 level II``: the count in words, if it is the greater."""
    first = min(c.start for c in here)
    if _OPENED.search(unit.text[max(0, first - _LABEL) : first]) is None:
        return None
    for count in worded(unit, words):
        if (
            count.end <= first
            and count.kind == "negative"
            and (count.examined or 0) > sum(c.examined or 0 for c in here)
        ):
            return count
    return None
