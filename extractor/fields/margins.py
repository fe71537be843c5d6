"""Margins: whether the tumor reaches a final resection margin.

Meaning: ``positive`` if any final margin holds invasive (index) tumor, ``negative`` if all stated ones are
free, a close margin with a distance included; ``indeterminate`` where margins cannot be assessed (RX).
Dysplasia, adenoma or in situ change at a margin is not positive. Frozen sections never count. A form's "not
applicable" (biopsies) is no value.
Source: NAACCR item 1320 (SEER manual), residual tumor classification R0 to R2; the rule
book of the gold files.
Conflicts: the section decides, then the worst.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from extractor.field import Candidate, Field
from extractor.margins.answers import asked, coded
from extractor.margins.final import final_margins
from extractor.margins.forms import (
    ALONE,
    answer_at,
    below_title,
    by_heading,
    imaged,
    item_of_state,
    names_margin,
    opens_list,
    other_part,
    title,
)
from extractor.margins.statements import over_broken_line, stated_margins
from extractor.margins.words import told_in_words
from extractor.matching.expressions import Expression
from extractor.staging.cystoprostatectomy import beside, leading_organ
from extractor.statements.margin_lists import margin_rows

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns, Rule
    from extractor.unit import Unit

    _Rules = tuple[list[Rule], list[Rule]]

_SKIPPED = frozenset({"history", "intraoperative", "outside", "blocks", "specimens"})
#: A row of a form's list of margins, whose answer stands behind a gap.
_ROW = re.compile(r"\W{0,6}[A-Za-z][A-Za-z ,/()-]{2,28}?\s{3,}(?=[A-Za-z])")
_GATE = Expression(
    r"margin|edge|section (?:lines?|planes?|surfaces?|slices?|ends?)|(?:lines?|planes?) of |border|"
    r"\bink|cut ends?|(?:excision|incision|surgical) (?:[lj]ines?|planes?|surfaces?)|vaginal cuff|"
    r"excised|completely removed|excision (?:is|appears|seems)|complete excision|stapled? (?:line|edge|end)|"
    r"clearance|in sano|\blimits?\b|\bends?\b|completeness of|diatherm|cauteri[sz]ed base|"
    r"enucleation (?:plane|surface)|radically|exeresis|(?:complete(?:ly)?|entirely) (?:resected|removed)|"
    r"(?:removal|resection|excision) (?:(?:is|was|appears|seems) )?(?:complete|incomplete|not)\b|"
    r"radical|\bCRM\b|circumferential|retroperitoneal|\bhealthy\b|(?:sound|unaffected|free) tissue|"
    r"cut (?:across|through|lines?)|line of cut|transected|passes (?:\w+ )?through|R-? ?status|cauter\w+ |"
    r"nearest|closest|colou?r (?:labell?ing|marking)|\bperipheral|\bbase\b|stump|"
    r"contact (?:between|of)|(?:stops?|ends?|finishes) (?:\w+ ){0,2}\d|marked surface",
    re.IGNORECASE,
)
_CODE = Expression(
    r"[HVPDRCE]M(?:[01OX](?!\w)|\s?\([+-]\))|\bR\s?[012OX]\b|(?:M[01XO]|[LV][0-3OIl])R[0O12]\b", re.IGNORECASE
)
_LABEL = Expression(
    r"(?<!advancing )(?<!invading )(?<!invasive )margin|\bCRM\b|"
    r"(?:section|surgical|excision|incision) (?:[lj]ine|edge|plane|surface)|"
    r"residual tumou?r \(?R|(?:resection|surgical|excision|section|vascular|longitudinal|meso\w*) limits?\b|"
    r"^\W*(?:limits?|(?:cut |resection |bowel )?ends?|(?:cut |resection )?(?:edges|borders))\W*$",
    re.IGNORECASE,
)
#: A heading for what was said during the operation.
_DURING = Expression(
    r"\bfrozen section (?:diagnos|report|result|consult)|\bintra-?operative (?:consult|diagnos)",
    re.IGNORECASE,
)
#: A remark on the frozen section beside the final result.
_ASIDE = Expression(
    r"\([^()]{0,40}\bfrozen sections?\b[^()]{0,40}\b(?:negative|free|clear)[^()]{0,30}\)", re.IGNORECASE
)
#: A label that says itself how the margins are ("Deep margin is positive for tumorSIZE:").
_STATES = Expression(
    r"\bmargins?(?:\s?\(s\))? (?:is|are) (?:\w+ly )?(?:positive|involved|negative|free|uninvolved)\b",
    re.IGNORECASE,
)
_ANSWERED = Expression(r"\W*(?:yes|no|not|n/?a|none|present|absent)\b", re.IGNORECASE)
#: An answer as forms print it, and what may stand between two of them that are only printed.
_OPTION = Expression(
    r"[\W_\dxl]{0,6}(?P<free>un)?involved by (?:inva\w+ )?(?:\w*carcinoma|tumou?r|melanoma)\b", re.IGNORECASE
)
_UNASSESSED = Expression(
    r"(?:[\w ]{0,30}margins?\b)?[\W_\dxl]{0,6}can ?not be (?:assessed|determined)\W*$", re.IGNORECASE
)
_DETAIL = Expression(r"\W*(?:d\w{2,4}tance|d\w{2,4}ance|specify|check|select)", re.IGNORECASE)
#: The two answers on in situ growth, which only an unmarked form prints both; the answers on residual tumor.
_IN_SITU = Expression(r"\bin situ (absent|present)\b", re.IGNORECASE)
_RESIDUAL = Expression(r"\bR([XO012]) (?:no|micro\w*|macro\w*|presence of) residual tumou?r\b", re.IGNORECASE)
#: Answers of a form in one line, parted by gaps.
_IN_LINE = Expression(
    r"(?<![xX] )(?<![xX]  )\bmargins? involved by invasive carcinoma\s{3,40}(?:\S[^\n]{0,200}?\s{3})?"
    r"margins? uninvolved by",
    re.IGNORECASE,
)
#: A question on the stage ("carcinoma pMX:"), among the lines on margins.
_STAGE = re.compile(r"\bp?[TNM][Xx0-4]\W*$")
#: In so many lines around an answer stands its opposite, if both are only printed.
_OPTIONS = 5
#: A place of any name with its state, in a list of margins; and what is no place.
_ITEM = re.compile(
    r"\W*(?:(?:the|and|but) )*(?:[\w-]+[ ,/]+){1,4}?(?:[-–:=] ?)?(?:(?:is|are) )?(?:free|clear|negative|"
    r"positive|involved|tumou?r|carcinoma|with tumou?r|infiltrated|compromised)\W*$",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"\b(?:nod(?:e|al)s?|vessels?|nerves?(?! side)|lymph\w*|vascular|perineural|invasion|receptors?|"
    r"necrosis|capsule|stain\w*|metasta\w+|cytolog\w+|[A-Z]{1,4}\d{1,3}|ER|PR|HER-?2|DCIS|VIN|in situ|"
    r"rest|remaining)\b",
)
_THE = re.compile(r"^\W*(?:the |and |but )*", re.IGNORECASE)
#: What a margin of a bladder may hold besides its tumor.
_PROSTATIC = re.compile(
    r"\b(?:positive for|involved by|with) prostat\w+ (?:\w+ )?(?:adeno)?carcinoma\b(?! (?:and|or) uro)"
    r"(?!.*\bpositive for uro)",
    re.IGNORECASE,
)
#: Margins of a kidney, in a list of them.
_RENAL = re.compile(
    r"\W*(?:peri-?(?:renal|nephric)\b|renal (?:vein|artery|parenchym\w+|capsul\w+|sinus)|gerota\b|"
    r"(?:renal )?hil(?:um|ar)\b)(?!.{0,30}(?:invasion|extension|size|involvement|node|lymph))",
    re.IGNORECASE,
)
#: Longest label for one of the margins named above.
_SHORT = 40
#: What a row says of an organ, not of its margin ("Cervix: positive for stromal invasion").
_INVADED = re.compile(r"\b(?:invasion|extension)\b", re.IGNORECASE)


def order(value: str) -> float:
    """Positive if any margin is positive; indeterminate before negative."""
    return {"negative": 0.0, "indeterminate": 1.0, "positive": 2.0}[value]


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates from answers to labels that name margins, from prose, and from residual tumor codes."""
    found = list(_candidates(document, patterns))
    found += told_in_words(document, "positive", {c.unit.index for c in found if c.value is not None})
    if not any(candidate.value is not None for candidate in found):
        found += told_in_words(document, "negative")
    yield from final_margins(document, patterns, [c for c in found if not _of_another(document, c)])


def _of_another(document: Document, candidate: Candidate) -> bool:
    """Whether tumor at a margin is the other one of a bladder taken out with the prostate."""
    if candidate.value != "positive":
        return False
    if document.reading("primary_site").value == "bladder" and _PROSTATIC.search(candidate.unit.text):
        return True
    return leading_organ(document) is not None and beside(document, candidate)


def _candidates(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    frozen, apart = patterns.rule("frozen").pattern, patterns.rule("heading").pattern
    place = patterns.rule("place").pattern
    before, listed, carried = None, False, False
    rules = _rules(patterns)
    named, alones = ({unit.index for unit in document.units_with(e)} for e in (_GATE, ALONE))
    headings = {h: apart.search(title(h)) is not None for h in {u.heading for u in document.units}}
    rows = margin_rows(document)
    left = None  # a part whose lines another one's, with its letter lost, go on
    for unit in document.units:
        label = unit.label_text or unit.under
        alone = before is not None and before.index in alones and ALONE.search(before.text) is not None
        row = _ROW.match(unit.text) if unit.label is None and (alone or listed) else None
        if row is not None and not place.search(row[0]):
            row = None
        listed = (
            row is not None
            or unit.index in rows
            or (unit.index in alones and opens_list(unit))
            or (
                (alone or listed)
                and names_margin(unit)
                and (place.search(unit.label_text) or _RENAL.match(unit.label_text)) is not None
            )
        )
        named_here = label != "" and _LABEL.search(label) is not None
        carried = carried and before is not None and _carries(place, before, unit)
        labelled = (alone or listed or named_here or carried) and not _STAGE.search(label)
        carried = carried or named_here or (unit.index in named and _LABEL.search(unit.text) is not None)
        if headings[unit.heading] and other_part(unit):
            left = unit.heading
        elif unit.heading != left:
            left = None
        heading = (headings[unit.heading] and left != unit.heading) or (
            before is not None and before.index in named and below_title(before, unit)
        )
        before = unit
        if (
            unit.section in _SKIPPED
            or not (
                labelled
                or heading
                or (unit.index in named and _GATE.search(unit.text))
                or _CODE.search(unit.text)
            )
            or _of_frozen(frozen, unit)
            or imaged(unit)
            or (unit.section == "unknown" and _DURING.search(unit.heading))
            or _DURING.search(unit.under)
            or (labelled and document.answers.is_option_list(unit.value_text))
        ):
            continue
        if _printed(document, unit):
            continue
        at = row.end() if row is not None else answer_at(unit, alone=alone) if labelled else 0
        if labelled and _STATES.search(unit.label_text) and not _ANSWERED.match(unit.value_text):
            at = 0
        if (
            item := item_of_state(document, patterns, unit, listed=unit.index in rows)
            or asked(document, unit)
        ) is not None:
            yield item
            continue
        if (code := coded(document, unit)) is not None:
            yield code
        if (broken := over_broken_line(document, patterns, unit)) is not None:
            yield broken
            continue
        stated = list(stated_margins(document, patterns, rules, unit, at, labelled=labelled))
        if labelled and not stated and unit.label is not None and unit.label[1] < at:
            # "Excision margins clear    Cortex unremarkable": the answer stands before the gap
            stated = list(stated_margins(document, patterns, rules, unit, unit.label[1], labelled=True))
        yield from stated
        if stated:
            continue
        silent = patterns.rule("not-applicable").pattern.search(unit.text[at:]) if labelled else None
        if silent is not None:
            start = unit.label[0] if unit.label else 0
            yield document.candidate(
                None, unit, start, at + silent.end(), "margins/not-applicable", status="not_applicable"
            )
        if heading and (hit := by_heading(document, patterns, unit)) is not None:
            yield hit


def _carries(place: Expression, above: Unit, unit: Unit) -> bool:
    """Whether a unit goes on with the margins named above it: "oral free; circumferential - infiltrated"."""
    if unit.section != above.section:
        return False
    if above.text.rstrip().endswith(";"):
        if _ITEM.match(unit.text) is not None and _NO_PLACE.search(unit.text) is None:
            return True
        return place.match(_THE.sub("", unit.text)) is not None
    return (
        names_margin(unit)
        and len(unit.label_text) < _SHORT
        and place.match(unit.label_text) is not None
        and _INVADED.search(unit.value_text) is None
    )


def _printed(document: Document, unit: Unit) -> bool:
    """Whether an answer and its opposite are printed below one label, and the mark at one of them is lost."""
    said = _OPTION.match(unit.text)
    if _IN_LINE.search(unit.text) or _both(document, unit):
        return True
    if said is None:
        below = document.units[unit.index + 1 : unit.index + 2]
        return bool(below) and _UNASSESSED.match(unit.text) is not None and _printed(document, below[0])
    for step in (-1, 1):
        for other in document.units[unit.index + step : unit.index + step * (_OPTIONS + 1) : step]:
            if (again := _OPTION.match(other.text)) is not None:
                if (again["free"] is None) != (said["free"] is None):
                    return True
            elif _LABEL.search(other.label_text or other.text) and not _DETAIL.match(other.text):
                break
    return False


def _both(document: Document, unit: Unit) -> bool:
    """Whether a unit is an answer on residual tumor or in situ growth, with its rivals beside it."""
    for answers, least in ((_RESIDUAL, 3), (_IN_SITU, 2)):
        if answers.search(unit.text) or (answers is _IN_SITU and _OPTION.match(unit.text)):
            near = document.units[max(0, unit.index - 3) : unit.index + 4]
            if len({m[1].lower() for u in near for m in answers.finditer(u.text)}) >= least:
                return True
    return False


def _of_frozen(frozen: Expression, unit: Unit) -> bool:
    """Whether a unit speaks of a frozen section, not only of one beside the final result."""
    found = frozen.search(unit.text)
    if found is None:
        return False
    aside = _ASIDE.search(unit.text)
    return aside is None or frozen.search(unit.text[: aside.start()] + unit.text[aside.end() :]) is not None


def _rules(patterns: FieldPatterns) -> _Rules:
    """The rules for answers, and those for statements anywhere."""
    rules = [rule for rule in patterns.rules if rule.value is not None and not rule.id.endswith("-part")]
    answers = [rule for rule in rules if rule.id.startswith("margins/answer")]
    return answers, [rule for rule in rules if rule not in answers]


FIELD = Field(
    title="Resection margins",
    position=120,
    value=Literal["positive", "negative", "indeterminate"],
    read=read,
    order=order,
    needs=("primary_site",),
    of_this_specimen=True,
)
