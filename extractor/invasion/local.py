"""How local invasion is read: what lies outside an organ, and whether tumor reaches it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.invasion.extent_told import held, joined, stating, unmarked
from extractor.invasion.forms import (
    CAPSULE,
    MARGIN,
    answer,
    extent_item,
    in_place,
    is_choice,
    listed,
    of_node,
)
from extractor.invasion.organs import by_organ
from extractor.invasion.prose import told_in_prose
from extractor.invasion.standing import AROUND, standing, without_spared
from extractor.matching.expressions import Expression
from extractor.printed.class_tables import category_tables
from extractor.statements.denied_together import told_together, with_lists
from extractor.statements.forms import above, garbled, tabled, told
from extractor.statements.margin_lists import margin_rows
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

_LEGEND = Expression(r"atelectasis or obstructive|involves main bronchus,", re.IGNORECASE)
_IN_PROSTATE = Expression(
    r"involv\w+\s[^.;]{0,40}(?:\blobes?\b|\baspects?\b|%|\bpercent\b)[^.;]{0,40}\bprostate", re.IGNORECASE
)
#: Organs beside the bladder, and words for what lies around it.
_BESIDE_BLADDER = Expression(
    r"seminal vesicles?|prostat|\bserosal?\b|\bvagina|\buterus|\bovar|\brect(?:um|al)|\bbowel", re.IGNORECASE
)
#: What is said of the prostate taken with a bladder.
_OF_PROSTATE = Expression(
    r"\b(?:confined|limited) to (?:the )?prostate|extra-?\s?prostatic|\bperi-?\s?prostatic", re.IGNORECASE
)
#: The tongue's own muscle, and what goes on to name another place.
_MUSCLE = re.compile(
    r"\W*(?:\w+ )?\S+ (?:in ?to |of )?(?:the )?(?:skeletal|striated|intrinsic|tongue) musc\w+\W*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?: tissues?| bundles?| fib(?:er|re)s?)?\s?(?:,|/|\b(?:and|of|in|with)\b)", re.IGNORECASE
)
_TONGUE = re.compile(r"\btongue\b|\bglossect", re.IGNORECASE)
#: What was seen on images, in the history.
_IMAGED = re.compile(r"\W*(?:PET|CT|MRI?|X-?ray|scans?|ultrasound|sonography|imaging)\b", re.IGNORECASE)
#: Items that describe the uterus: its serosa is not that of a tumor elsewhere.
_UTERINE = re.compile(r"\W*(?:\w{1,2}[.)]\s*)?(?:endo|myo)metrium\b", re.IGNORECASE)
_SEROSA = re.compile(r"\W*(?:\w{1,2}[.)]\s*)?(?:uterine )?serosa\W*", re.IGNORECASE)
#: How many items above the serosa name the layers below it.
_LAYERS = 4
#: Longest option of a form.
_OPTION = 60
#: How near to what is said the words for a node's tissue stand.
_CLOSE = 80


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of local invasion: items of a form, and prose."""
    extent, excluded = patterns.entry("extent"), patterns.entry("exclude")
    assert patterns.label is not None
    assert extent is not None
    if document.reading("primary_site").value == "unknown":
        return  # nobody knows which organ it would have left
    assert excluded is not None
    stated = [rule.pattern for rule in patterns.rules if rule.value is not None]
    named = [patterns["item"], patterns["in-place"], *stated, *stating(document), *patterns.concepts]
    told = told_together(document, patterns.name, "capsule")
    found = list(with_lists(_statements(document, patterns, named, extent, excluded), told))
    yield from by_organ(document, standing(document, found))


def _statements(
    document: Document,
    patterns: FieldPatterns,
    named: list[Expression],
    extent: Expression,
    excluded: Expression,
) -> Iterator[Candidate]:
    """Candidates of all units, whatever the others say."""
    assert patterns.label is not None
    units = {unit.index: unit for unit in told(document, (patterns.label, extent), named)}
    for title in document.units_with(extent):
        if _titles(extent, title) and title.index + 1 < len(document.units):
            below = document.units[title.index + 1]
            if below.label is None and len(below.text) < _OPTION:
                units[below.index] = below
    read_: list[Candidate] = []
    of_margins = margin_rows(document)
    for unit in (units[index] for index in sorted(units)):
        if (
            unit.section == "blocks"
            or unit.index in of_margins
            or (unit.section == "history" and _IMAGED.match(unit.label_text) is not None)
            or is_choice(unit)
            or unmarked(document, unit)
            or not (found := list(_of_unit(document, patterns, unit, extent)))
        ):
            continue
        if (barred := excluded.search(unit.text)) is not None and barred[0].lower().endswith("nodal"):
            # tissue round a node bars what is said close to it
            found = [c for c in found if barred.start() - (c.end - unit.start) > _CLOSE]
        elif barred is not None:
            continue
        if not (of_node(document, unit) or _in_legend(document, unit)):
            read_ += (c for c in found if not _aside(document, c))
    yield from without_spared(document, read_)
    yield from _implanted(document, patterns)


def _titles(extent: Expression, unit: Unit) -> bool:
    """Whether a line is the title of an item on extent, with what is marked below it."""
    found = extent.match(unit.text) if unit.label is None else None
    return found is not None and not unit.text[found.end() :].strip(" .-*")


def _aside(document: Document, candidate: Candidate) -> bool:
    """Whether a candidate says nothing of the tumor's extent, given the organ it arose in.

    Tumors of the bladder reach the fat around it before the organs beside it, and the prostate taken with it
    often holds a tumor of its own. Of the head and neck, what has a capsule is a node.
    """
    site = document.reading("primary_site").value
    unit = candidate.unit
    if site not in ("uterus", "cervix", None) and _SEROSA.fullmatch(unit.label_text):
        above = document.units[max(0, unit.index - _LAYERS) : unit.index]
        return candidate.value != "present" and any(_UTERINE.match(u.text) for u in above)
    if site not in ("bladder", "head_neck"):
        return False
    words = unit.text[candidate.start - unit.start : candidate.end - unit.start]
    if (
        site == "head_neck"
        and _MUSCLE.match(words)
        and not _MORE.match(unit.text, candidate.end - unit.start)
    ):
        return _TONGUE.search(f"{unit.heading} {unit.under} {unit.text}") is not None
    if site == "head_neck":
        return CAPSULE.search(words) is not None
    if candidate.value != "absent":
        return _IN_PROSTATE.search(words) is not None
    if _OF_PROSTATE.search(words):
        return True
    return _BESIDE_BLADDER.search(words) is not None and AROUND.search(words) is None


def _of_unit(
    document: Document, patterns: FieldPatterns, unit: Unit, extent: Expression
) -> Iterator[Candidate]:
    """What one unit says: as an item of a form, or in prose."""
    if (only := held(document, unit)) is not None:
        yield only
        return
    if unit.label is None and not unit.under and (rows := list(tabled(document, patterns, unit))):
        yield from rows
        return
    label = unit.label_text or above(document, unit)
    if not label and unit.index and len(unit.text) < _OPTION:
        before = document.units[unit.index - 1]
        label = before.text if _titles(extent, before) else ""
    if (
        label
        and patterns.label is not None
        and patterns.label.match(label.strip(" *-"))
        and not MARGIN.search(label)
    ):
        below = unit.label is None and extent.search(label) is not None
        if (found := answer(document, patterns, unit, whole=below)) is not None:
            yield found
            return
        if patterns.label.fullmatch(label.strip(" *-")) and (found := garbled(document, patterns, unit)):
            yield found
            return
    elif (
        label and extent.search(label) and (found := answer(document, patterns, unit, whole=True)) is not None
    ):
        yield found
        return
    if (found := listed(document, unit) or in_place(document, patterns, unit)) is not None:
        yield found
        return
    said = joined(document, unit, list(told_in_prose(document, patterns, unit)))
    if any(c.value == "present" for c in said):
        # "into the fat without perforating the serosa": the rule for the second part says nothing new
        said = [c for c in said if c.value != "absent" or "by_rule" not in c.features]
    named = None
    if not said and label and extent.search(label):
        named = extent_item(document, patterns, unit, unit.value or 0)
    elif not (said or label) and "|" in unit.text and extent.match(unit.text):
        named = extent_item(document, patterns, unit, unit.text.find("|", 2) + 1)
    if named is not None:
        yield named
    yield from said


def _implanted(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Deposits on the peritoneum of a tumor of the pelvic organs, or of its own: it is beyond its organ."""
    site = document.reading("primary_site")
    peritoneal = any(evidence.rule == "primary_site/peritoneal" for evidence in site.evidence)
    if site.value not in ("ovary", "uterus") and not peritoneal:
        return
    document.reading("metastasis_sites")
    for found in document.candidates["metastasis_sites"]:
        if "peritoneum" in found.value:
            unit = found.unit
            yield document.candidate(
                "present",
                unit,
                found.start - unit.start,
                found.end - unit.start,
                f"{patterns.name}/implants",
                strength=-0.5,
            )


def _in_legend(document: Document, unit: Unit) -> bool:
    """The printed definition of a T category."""
    if any(lo <= unit.start < hi for lo, hi in category_tables(document.text.clean)):
        return True
    around = document.units[max(0, unit.index - 1) : unit.index + 2]
    return any(_LEGEND.search(u.text) for u in around)
