"""Lymph node totals of a report: how many were examined and how many hold tumor.

A report may state totals (``Number of lymph nodes examined: 30``, ``pN1 (3/14)``) or one count per station
or part (``A. Two benign nodes (0/2)``). Counts of one section are added up, a repeated or overlapping one
counted once; stated totals and sums compete as candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from extractor.field import Candidate
from extractor.node_counts import HAS_NODE, NODE, Count, about_nodes, labelled, ratios, worded
from extractor.node_sums import merge_unit, part_of, to_add
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

_FROZEN = re.compile(
    r"\bfrozen\b|\bFS\s?[A-Z0-9]{0,2}\s?(?:/|dx|:|\)|-)|\bFSDX|touch prep|intra-?operative", re.IGNORECASE
)
_CARRIED = re.compile(
    r"(?:[^/\n]{0,60}\d\s?(?:positive\s*)?/\s?\d|"
    r"[^/\n]{0,50}\b\d{1,2} of \d{1,2} (?:contain|with|positive|negative|show|are|is|involved)|"
    r"\W*\(?(?:station|level|zone|total|group)\b)",
    re.IGNORECASE,
)
#: How many units a bracket left open may reach.
_BRACKET_REACH = 6
_ANSWER_HEADING = re.compile(r"examined|involved|status|\bnumber\b|\(pN\)|:\s*\S+\s*$", re.IGNORECASE)
#: Forms that answer with the number of a choice ("nodes involved: 2 (1. yes 2. no)").
_CODED_ANSWERS = re.compile(r"\b1\s?\.\s*yes\W+2\s?\.\s*no\b", re.IGNORECASE)
_YES_OR_NO = re.compile(r"(?<!positive )(?<!number of )\bnodes? involve(?:d|ment)\b", re.IGNORECASE)
_ABSENT = re.compile(
    rf"\bno\s+(?:\w+\s+){{0,3}}?{NODE}\s*(?:(?!metast|involv|with)\w+\s+){{0,2}}?(?:identified|found|present|seen|examined|recovered|retrieved)|{NODE}(?:\s+status)?(?:\s*\([^)]*\))?\s*[:=-]+\s*(?:none(?!\s*(?:submitted|received|sampled|removed))|no(?:t|ne)?\s+(?:present|identified|found|seen))",
    re.IGNORECASE,
)
_EXCLUDED = frozenset({"history", "intraoperative", "outside", "blocks"})
#: Where a form's answer tells that the heading of the form was not seen.
_MISPLACED = {"specimens": 1.5, "gross": 1.0}
#: Sections that together make up the report proper when headings interrupt its parts.
_REPORT = frozenset({"unknown", "diagnosis", "comment", "addendum", "amendment"})


@lru_cache(maxsize=2)
def counts(document: Document) -> tuple[Count, ...]:
    """Every count of nodes in a report, unit by unit."""
    found: list[Count] = []
    before: Unit | None = None
    label = ""
    last: Unit | None = None
    by_ratio = False
    opened = -99
    yes_no = _CODED_ANSWERS.search(document.text.clean) is not None
    for unit in document.units:
        inside = unit.index - opened <= _BRACKET_REACH
        balance = unit.text.count("(") - unit.text.count(")")
        if balance:
            opened = unit.index if balance > 0 and unit.text.rstrip()[-1] in ",;" else -99
        if unit.section in _EXCLUDED or _FROZEN.search(unit.text):
            before = last = None
            continue
        own = about_nodes(unit, before)
        carried = (
            not own
            and last is not None
            and by_ratio
            and last.section == unit.section
            and unit.index - last.index <= 2
            and _CARRIED.match(unit.text) is not None
        )
        if own or carried:
            under = before is not None and HAS_NODE.search(before.text) is not None
            here = list(ratios(unit, carried=carried or under))
            answers = [c for c in labelled(unit, label) if not (yes_no and _YES_OR_NO.search(unit.text))]
            if answers and not any(c.kind == "ratio" for c in here):
                here = answers
            elif not here:
                if unit.section != "gross" and (match := _ABSENT.search(unit.text)):
                    here = [Count("none", 0, None, match.start(), match.end(), unit)]
                else:
                    here = list(worded(unit))
            elif (whole := _itemized(unit, here)) is not None:
                here = [whole]
            if inside or opened == unit.index:
                here = [replace(c, inside=inside or _opens(unit.text, c.start)) for c in here]
            found += merge_unit(here)
            last, by_ratio = unit, any(c.kind == "ratio" for c in here)
        label = unit.text if unit.text.rstrip().endswith(":") and len(unit.text) < 70 else ""
        before = unit
    return tuple(_settled(found))


def _settled(found: list[Count]) -> list[Count]:
    """Counts with readings settled that the rest of the report decides.

    ``(015)`` is 0/15 where the report also says 0/15; as many positive nodes as were examined elsewhere
    are a form whose answers slipped.
    """
    exact = {
        f"{c.positive}{c.examined}": c for c in found if c.kind == "ratio" and c.slash and not c.lookalike
    }
    wholes = {c.examined for c in found if c.kind == "ratio" and (c.positive or 0) < (c.examined or 0)}
    answered = any(c.kind == "examined" for c in found)
    settled = []
    for count in found:
        if count.lookalike and count.kind == "ratio":
            digits = re.sub(r"\D", "", count.unit.text[count.start : count.end])
            if digits in exact:
                count = replace(count, examined=exact[digits].examined, positive=exact[digits].positive)
        if (
            not answered
            and count.kind == "involved"
            and count.positive in wholes
            and (count.positive or 0) > 3
        ):
            continue
        settled.append(count)
    return settled


def _opens(text: str, position: int) -> bool:
    """Whether a bracket that the unit does not close stands before a position."""
    before = text[:position]
    return before.count("(") > before.count(")") and text[position:].count(")") == text[position:].count("(")


def _itemized(unit: Unit, here: list[Count]) -> Count | None:
    """``Eighteen nodes, no tumor (0/3 level I; 0/4 level II``: the count in words, if it is the greater."""
    first = min(c.start for c in here)
    if "(" not in unit.text[max(0, first - 2) : first]:
        return None
    for count in worded(unit):
        if (
            count.end <= first
            and count.kind == "negative"
            and (count.examined or 0) > sum(c.examined or 0 for c in here)
        ):
            return count
    return None


def read_nodes(
    which: Literal["examined", "positive"], document: Document, patterns: FieldPatterns
) -> Iterator[Candidate]:
    """Candidates of one of the two counts."""
    name = patterns.name
    found = counts(document)
    total = False
    sections = _sections(found)
    whole = [c for c in found if c.unit.section in _REPORT or _goes_on(c)]
    scale = _scale(found, whole)
    mixed = list(_read_mixed(which, document, name, whole))
    yield from mixed
    for here in sections.values():
        answers = [c for c in here if c.kind in ("examined", "involved")]
        yield from _read_labels(which, document, name, answers, scale, beside_parts=bool(mixed))
        yield from _read_counts(which, document, name, here, across=False, scale=scale)
        total = total or any(c.kind in ("ratio", "negative", "positive", which) for c in here)
        if which == "examined" and not total:
            yield from (
                _candidate(document, 0, [c], f"{name}/none", strength=-0.5, no_nodes=1.0)
                for c in here
                if c.kind == "none"
            )
        if which == "positive" and not total:
            said = [c for c in here if c.kind == "uncounted"]
            if said and all(c.positive == 0 for c in said):
                yield _candidate(document, 0, said[:1], f"{name}/all-negative", strength=-0.5, no_count=1.0)
        if which == "examined" and not total and (seen := [c for c in here if c.kind == "found"]):
            yield _candidate(
                document,
                sum(c.examined or 0 for c in seen),
                seen,
                f"{name}/found",
                strength=-0.5,
                found=1.0,
                summed=float(len(seen) > 1),
            )
    answers = [c for c in whole if c.kind == ("examined" if which == "examined" else "involved")]
    by_section = {tuple(getattr(c, which) for c in here) for here in _sections(answers).values()}
    if len(by_section) > 1:
        yield _candidate(
            document,
            sum(getattr(c, which) for c in answers),
            answers,
            f"{name}/sum-of-labels",
            strength=0.0,
            label_total=1.0,
            across=1.0,
        )
    if len({c.unit.section for c in whole}) > 1:
        yield from _read_counts(which, document, name, whole, across=True, scale=scale)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a count is compared with: the greatest sum of a section, the greatest stated total, and the sum
    over parts that headings set apart (0 if they overlap)."""

    most: int
    stated: int
    parts: int


def _goes_on(count: Count) -> bool:
    """A part of nodes that the layout puts into a form beside it ("E. LYMPH NODES, PARA-AORTIC")."""
    unit = count.unit
    return (
        unit.section == "synoptic"
        and unit.part is not None
        and count.kind in ("ratio", "negative", "positive")
        and not (count.total or count.staged)
        and re.search(rf"\b{NODE}", unit.heading, re.IGNORECASE) is not None
        and _ANSWER_HEADING.search(unit.heading) is None
    )


def _scale(found: tuple[Count, ...], whole: list[Count]) -> Scale:
    sums = [sum(c.examined or 0 for c in to_add(here)) for here in _sections(found).values()]
    stated = [c.examined or 0 for c in found if c.kind == "examined" and c.total]
    stated += [c.examined or 0 for c in found if c.kind in ("ratio", "negative") and (c.total or c.staged)]
    most = max(sums, default=0)
    stated += [c.examined or 0 for c in found if c.labelled and (c.examined or 0) >= most]
    together = to_add(whole)
    labels = sum(c.kind == "examined" for c in found)
    return Scale(
        most=most,
        stated=max(stated, default=0) if labels < 2 else 0,
        parts=sum(c.examined or 0 for c in together) if _apart(together) else 0,
    )


def _apart(here: list[Count]) -> bool:
    """Whether each count belongs to a part of its own."""
    parts = [part_of(c) for c in here]
    return len(parts) > 1 and len(set(parts)) == len(parts) and None not in parts


def _read_mixed(
    which: Literal["examined", "positive"], document: Document, name: str, whole: list[Count]
) -> Iterator[Candidate]:
    """Parts of nodes answered by a form, added to the parts that state a count in words or as a ratio."""
    answers = [c for c in whole if c.kind in ("examined", "involved") and part_of(c) is not None]
    examined = [c for c in answers if c.kind == "examined"]
    parts = {part_of(c) for c in examined}
    of_nodes = [c for c in examined if re.search(rf"\b{NODE}|dissection", c.unit.heading, re.IGNORECASE)]
    if not examined or len(parts) != len(examined) or (len(parts) < 2 and not of_nodes):
        return
    others = [c for c in to_add(whole) if part_of(c) not in parts and not (c.total or c.staged)]
    more = sum(c.examined or 0 for c in others)
    if not others or not _apart([*others, examined[0]]):
        return
    said = {more, *(c.examined for c in whole if c.kind not in ("examined", "involved"))}
    totals = len(examined) == 1 and any(c.unit.index < examined[0].unit.index for c in others)
    if totals or any(c.examined in said for c in examined):
        return
    mine = [c for c in answers if getattr(c, which) is not None]
    value = sum(getattr(c, which) for c in mine) + sum(getattr(c, which) or 0 for c in others)
    yield _candidate(
        document,
        value,
        [*mine, *others] if mine else others,
        f"{name}/answers-and-parts",
        strength=2.5,
        label_total=1.0,
        summed=1.0,
        total_greatest=1.0,
        mixed=1.0,
    )


def _left_out(count: Count, here: list[Count]) -> bool:
    """Nodes of a part that no count of the section covers."""
    if count.kind != "uncounted" or re.search(
        r"regional|\bp?N[0-3X]\b|\(p?N\)", count.unit.text, re.IGNORECASE
    ):
        return False
    return part_of(count) not in {part_of(c) for c in here if c.examined is not None}


def _sections(found: Iterable[Count]) -> dict[str, list[Count]]:
    sections: dict[str, list[Count]] = {}
    for count in found:
        sections.setdefault(count.unit.section, []).append(count)
    return sections


def _read_counts(
    which: Literal["examined", "positive"],
    document: Document,
    name: str,
    here: list[Count],
    *,
    across: bool,
    scale: Scale,
) -> Iterator[Candidate]:
    """Candidates from the counts of one section, or (``across``) of all that make up the report proper."""
    values = [(c, getattr(c, which)) for c in to_add(here) if getattr(c, which) is not None]
    if not values:
        return
    several = len(values) > 1
    if across:
        sums = {sum(c.examined or 0 for c in to_add(part)) for part in _sections(here).values()} - {0}
        if len(sums) < 2:
            return
    if across and (not several or len({c.unit.section for c, _ in values}) < 2):
        return
    if not across:
        for count in here:
            stated = count.kind in ("negative", "positive") and count.total
            if stated or (count.kind == "ratio" and (count.total or count.staged or count.labelled)):
                strong = count.total or count.staged
                greatest = (count.examined or 0) >= scale.most
                if strong or greatest or (several and 2 * (count.examined or 0) >= scale.most):
                    yield _candidate(
                        document,
                        getattr(count, which),
                        [count],
                        f"{name}/staged",
                        strength=(1.5 if strong else 0.5) + 1.0 * greatest,
                        staged=float(strong),
                        by_label=float(not strong),
                        total_greatest=float(greatest),
                    )
    apart = across and _apart([c for c, _ in values])
    size = sum(c.examined or 0 for c, _ in values)
    features: dict[str, Any] = {
        "below_total": float(size < scale.stated),
        "above_total": float(0 < scale.stated < size),
        "some_parts": float(not across and size < scale.parts),
        "summed": float(several),
        "across": float(across),
        "across_parts": float(apart),
        "beside_uncounted": float(any(_left_out(c, here) for c in here)),
        "lookalike": float(all(c.lookalike for c, _ in values)),
        "worded": float(all(c.kind != "ratio" for c, _ in values)),
        "positive_only": float(which == "examined" and all(c.kind == "positive" for c, _ in values)),
    }
    strength = (
        0.5
        + 0.5 * several
        - 1.0 * across
        + 1.5 * apart
        - 1.5 * features["positive_only"]
        - 1.0 * features["lookalike"]
        - 1.5 * features["below_total"]
        - 0.5 * features["above_total"]
        - 1.5 * features["some_parts"]
    )
    yield _candidate(
        document,
        sum(v for _, v in values),
        [c for c, _ in values],
        f"{name}/{'sum' if several else 'count'}",
        strength=strength,
        **features,
    )


def _read_labels(
    which: Literal["examined", "positive"],
    document: Document,
    name: str,
    here: list[Count],
    scale: Scale,
    *,
    beside_parts: bool,
) -> Iterator[Candidate]:
    """Candidates from a form's answers; those of several parts or groups are also added up."""
    examined = [c for c in here if c.kind == "examined"]
    involved = [c for c in here if c.kind == "involved"]
    swapped = len(examined) == len(involved) == 1 and (involved[0].positive or 0) > (
        examined[0].examined or 0
    )
    if swapped:
        examined, involved = (
            [replace(involved[0], kind="examined", examined=involved[0].positive, positive=None)],
            [replace(examined[0], kind="involved", examined=None, positive=examined[0].examined)],
        )
    mine = examined if which == "examined" else involved
    numbers = [getattr(c, which) for c in mine]
    if not numbers:
        return
    summed = len(numbers) > 1 and (
        len({c.unit.part for c in mine}) > 1 or not any(c.total for c in mine) or len(set(numbers)) > 1
    )
    if len(numbers) > 1:
        yield _candidate(
            document,
            sum(numbers),
            mine,
            f"{name}/sum-of-labels",
            strength=1.5 * (not beside_parts) if summed else -1.0,
            label_total=1.0,
            summed=1.0,
        )
    for count in mine:
        yield _candidate(
            document,
            getattr(count, which),
            [count],
            f"{name}/label",
            strength=-1.0 if summed or beside_parts else 2.0 + _MISPLACED.get(count.unit.section, 0.0),
            label_total=float(count.total and not summed),
            one_of_several=float(summed),
            total_greatest=float(
                not (summed or beside_parts) and (examined[0].examined or 0 if examined else 0) >= scale.most
            ),
            swapped=float(swapped),
        )


def _candidate(
    document: Document, value: int, here: list[Count], rule: str, *, strength: float, **features: Any
) -> Candidate:
    first = here[0]
    made = document.candidate(
        value,
        first.unit,
        first.start,
        first.end,
        rule,
        strength=strength,
        **{k: v for k, v in features.items() if v},
    )
    for tissue in ("tissue_node", "tissue_metastasis"):
        made.features.pop(tissue, None)  # of course it speaks of nodes
    made.more = tuple((c.unit.start + c.start, c.unit.start + c.end) for c in here[1:9])
    return made
