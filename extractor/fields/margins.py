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
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Any, Literal

from extractor.expressions import Expression
from extractor.field import Candidate, Field

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns, Rule
    from extractor.unit import Unit

    _Rules = tuple[list[Rule], list[Rule]]

_SKIPPED = frozenset({"history", "intraoperative", "outside", "blocks", "specimens"})
_GATE = Expression(
    r"margin|edge|section (?:lines?|planes?|surfaces?|slices?|ends?)|(?:lines?|planes?) of |border|"
    r"\bink|cut ends?|(?:excision|incision|surgical) (?:lines?|planes?|surfaces?)|vaginal cuff|"
    r"excised|completely removed|excision (?:is|appears|seems)|complete excision",
    re.IGNORECASE,
)
_CODE = Expression(r"[HV]M[01]|\bR\s?[012OX]\b", re.IGNORECASE)
_LABEL = Expression(
    r"margin|\bCRM\b|(?:section|surgical|excision|incision) (?:line|edge|plane|surface)|"
    r"residual tumou?r \(?R",
    re.IGNORECASE,
)
_HEDGED = Expression(
    r"suggest(?:ive|s|ing)|suspicious|suspected|cannot (?:exclude|rule out)|possibl[ey]|"
    r"questionable|equivocal",
    re.IGNORECASE,
)
_ALONE = Expression(
    r"(?:^\W*(?:[A-Z]?\d?\W+)?(?:\w+ )?margins?(?: of resection| status)?|\s(?-i:Margins|MARGINS))[\s.;:]*$",
    re.IGNORECASE,
)
_STATE = Expression(
    r"\bmargins?(?:\W{0,2}s\)?)?\W{1,3}(?:(?P<free>un-?involved|not involved)|involved)(?: by [\w ]{0,40})?$",
    re.IGNORECASE,
)
#: A label that states involvement itself ("Positive inked margins: left base", "Margin positive (1 mm)").
_POSITIVE = Expression(
    r"\bpositive (?:\w+ ){0,2}margins?(?:\s?\(s\))?$|\bmargins?(?:\s?\(s\))? positive \([^)]{0,20}$",
    re.IGNORECASE,
)
_SIDE = Expression(r"\b(?:left|right|apex|base|bladder|prostate|\d+ ?[mc]m)\b", re.IGNORECASE)
#: A heading for what was said during the operation.
_DURING = Expression(
    r"\bfrozen section (?:diagnos|report|result|consult)|\bintra-?operative (?:consult|diagnos)",
    re.IGNORECASE,
)
#: "Margins" of one tissue ("bone margins"), or all but some.
_SOME = Expression(
    r"\b(?:bon[ey]|skin|mucosal|soft tissue|bronchial|vascular|parenchymal|ureter\w*|mandibular|tracheal|"
    r"other|remaining)\s+(?:(?:resection|surgical)\s+)?$",
    re.IGNORECASE,
)
_ANY = Expression(r"\ball\b(?! other)|\bmargins\b", re.IGNORECASE)
_YES_NO = Expression(
    r"\W*(?:yes|no(?!ne)|not|n/?a|uninv|unkn|neg|pos|present|absent|free|cannot|see|invol|indet|\d)",
    re.IGNORECASE,
)
_NONE = Expression(r"\W*(?:none|nil)\b", re.IGNORECASE)
#: Longest junk after a label without an answer.
_JUNK = 5
#: A focus of something else than tumor ("small foci of metaplasia at the margin").
_FOCUS = Expression(
    r"\bfoc(?:us|i) of (?!(?:\w+ ){0,3}?(?:\w*carcinoma|tumou?r|neoplas|malignan|cancer|invasive|melanoma))",
    re.IGNORECASE,
)
_MEASURED = Expression(r"\d ?[mc]m\b", re.IGNORECASE)
#: What a part's heading is about stands at the beginning of the line below it.
_BEGIN = 20
_NODES = Expression(r"\b(?:lymph )?nodes?\b", re.IGNORECASE)
_UNTRUE = Expression(r"\bnot (?:an? |the )?(?:true|actual|final|real) \w*\s?margin", re.IGNORECASE)
_GROSSLY = Expression(r"\bgrossly\b(?! and micro)", re.IGNORECASE)
_WORDS = re.compile(
    r"\b(?!new|margins?|additional|further|final|true|excision|resection|tissue|soft|left|right)[a-z]{4,}"
)


def order(value: str) -> float:
    """Positive if any margin is positive; indeterminate before negative."""
    return {"negative": 0.0, "indeterminate": 1.0, "positive": 2.0}[value]


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates from answers to labels that name margins, from prose, and from residual tumor codes."""
    found = list(_candidates(document, patterns))
    yield from _final(document, patterns, found)


def _candidates(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    frozen, apart = patterns.rule("frozen").pattern, patterns.rule("heading").pattern
    place, other = patterns.rule("place").pattern, patterns.rule("other-finding").pattern
    before, listed = None, False
    rules = _rules(patterns)
    named, alones = ({unit.index for unit in document.units_with(e)} for e in (_GATE, _ALONE))
    headings = {heading: apart.search(heading) is not None for heading in {u.heading for u in document.units}}
    for unit in document.units:
        label = unit.label_text or unit.under
        alone = before is not None and before.index in alones and _ALONE.search(before.text) is not None
        listed = (unit.index in alones and _opens(unit)) or (
            listed and unit.label is not None and place.search(unit.label_text) is not None
        )
        labelled = alone or listed or (label != "" and _LABEL.search(label) is not None)
        heading = headings[unit.heading]
        before = unit
        if (
            unit.section in _SKIPPED
            or not (
                labelled
                or heading
                or (unit.index in named and _GATE.search(unit.text))
                or _CODE.search(unit.text)
            )
            or frozen.search(unit.text)
            or (unit.section == "unknown" and _DURING.search(unit.heading))
            or (labelled and document.answers.is_option_list(unit.value_text))
        ):
            continue
        at = _answer_at(unit, alone=alone) if labelled else 0
        if (item := _item(document, patterns, unit)) is not None:
            yield item
            continue
        stated = list(_stated(document, patterns, rules, unit, at, labelled=labelled))
        if labelled and not stated and unit.label is not None and unit.label[1] < at:
            # "Excision margins clear    Cortex unremarkable": the answer stands before the gap
            stated = list(_stated(document, patterns, rules, unit, unit.label[1], labelled=True))
        yield from stated
        if stated:
            continue
        if labelled:
            if (silent := patterns.rule("not-applicable").pattern.search(unit.text[at:])) is not None:
                start = unit.label[0] if unit.label else 0
                yield document.candidate(
                    None, unit, start, at + silent.end(), "margins/not-applicable", status="not_applicable"
                )
            elif (
                _LABEL.search(unit.label_text)
                and not other.search(unit.label_text)
                and (garbled := _garbled(document, unit)) is not None
            ):
                yield garbled
        if heading and (hit := _by_heading(document, patterns, unit)) is not None:
            yield hit


def _item(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """An item that lists margins by their state: "Margins uninvolved by carcinoma: distal, radial"."""
    if unit.label is None:
        return None
    words = unit.value_text.strip(" .:;_-")
    if (item := _STATE.search(unit.label_text)) is None:
        if not _POSITIVE.search(unit.label_text) or (_YES_NO.match(words) and not _SIDE.match(words)):
            return None
        if not (_SIDE.search(words) or patterns.rule("place").pattern.search(words)):
            return None
        end = (unit.value or 0) + len(unit.value_text)
        return document.candidate(
            "positive", unit, unit.label[0], end, "margins/item", strength=0.5, answered=1.0
        )
    none = _NONE.match(words) is not None
    if _YES_NO.match(words) or not (none or patterns.rule("place").pattern.search(words)):
        return None
    free = (item["free"] is not None) != none
    if none and free is False:
        return None  # "Margins uninvolved: none": the involved ones stand elsewhere
    value = "negative" if free else "positive"
    end = (unit.value or 0) + len(unit.value_text)
    return document.candidate(value, unit, unit.label[0], end, "margins/item", strength=0.5, answered=1.0)


def _opens(unit: Unit) -> bool:
    """A label for margins without an answer of its own: "Surgical margins:" above a list of them."""
    return (
        unit.label is not None and _ALONE.search(unit.label_text) is not None and len(unit.value_text) < _JUNK
    )


def _answer_at(unit: Unit, *, alone: bool) -> int:
    if unit.label is None or (alone and not unit.value_text.strip()):
        return 0  # "Free of tumorAccession:", what follows the answer made a label of it
    return unit.value or 0


def _stated(
    document: Document, patterns: FieldPatterns, rules: _Rules, unit: Unit, at: int, *, labelled: bool
) -> Iterator[Candidate]:
    other, negated = patterns.rule("other-finding").pattern, patterns.rule("negated").pattern
    length = patterns.rule("length").pattern
    answers, stating = rules
    tried = [(rule, at, unit.text[at:]) for rule in answers] if labelled else []
    tried += [(rule, 0, unit.text) for rule in stating]
    seen: set[str] = set()
    for rule, shift, text in tried:
        for match in rule.pattern.finditer(text):
            start, end = match.start() + shift, match.end() + shift
            if rule.value in seen or (labelled and unit.label is not None and end <= at):
                continue
            if rule.value == "negative" and "distance" in rule.id and "positive" in seen:
                continue
            if (
                rule.value == "negative"
                and _MEASURED.search(match[0])
                and length.search(unit.label_text + unit.text[max(0, start - 30) : end + 20])
            ):
                continue
            if rule.value == "positive" and (
                _UNTRUE.search(_below(document, unit))
                or negated.search(unit.text[max(0, start - 60) : start])
                or other.search(unit.text[max(0, start - 60) : end + 40])
                or _FOCUS.search(unit.text[max(0, start - 20) : end])
            ):
                continue
            seen.add(str(rule.value))
            hedged = rule.value == "positive" and _HEDGED.search(unit.text[max(0, start - 30) : end])
            yield document.candidate(
                "indeterminate" if hedged else rule.value,
                unit,
                start,
                end,
                rule.id,
                strength=rule.strength,
                **_features(unit, rule.id, labelled=labelled),
            )
            break


def _rules(patterns: FieldPatterns) -> _Rules:
    """The rules for answers, and those for statements anywhere."""
    rules = [rule for rule in patterns.rules if rule.value is not None and not rule.id.endswith("-part")]
    answers = [rule for rule in rules if rule.id.startswith("margins/answer")]
    return answers, [rule for rule in rules if rule not in answers]


def _below(document: Document, unit: Unit) -> str:
    return document.units[unit.index + 1].text if unit.index + 1 < len(document.units) else ""


def _garbled(document: Document, unit: Unit) -> Candidate | None:
    """The answer nearest to garbled words after a label."""
    if unit.label is None or document.answers.read(unit.value_text) is not None:
        return None
    if (found := document.answers.nearest(unit.value_text)) is None:
        return None
    value = {"absent": "negative", "present": "positive", "indeterminate": "indeterminate"}.get(found.outcome)
    if value is None:
        return None
    end = (unit.value or 0) + found.end
    return document.candidate(
        value, unit, unit.label[0], end, "margins/garbled", strength=-1.0, answered=1.0, garbled=1.0
    )


def _by_heading(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """What is said below a part's heading that names a margin ("C. Distal margin: Benign mucosa")."""
    negated = patterns.rule("negated").pattern
    for name in ("involved-part", "free-part"):
        rule = patterns.rule(name)
        hit = rule.pattern.search(unit.text)
        if (
            hit is None
            or _NODES.search(unit.text)
            or (
                name == "involved-part"
                and (
                    negated.search(
                        document.text.clean[max(0, unit.start + hit.start() - 60) : unit.start + hit.start()]
                    )
                    or (unit.label is not None and "margin" not in unit.label_text.lower())
                )
            )
        ):
            continue
        return document.candidate(
            rule.value, unit, hit.start(), hit.end(), rule.id, strength=rule.strength, by_heading=1.0
        )
    return None


def _final(document: Document, patterns: FieldPatterns, found: list[Candidate]) -> Iterator[Candidate]:
    """Leave out what does not stand beside the rest.

    A margin cut anew replaces the one before; what the naked eye saw yields to the microscope; and a free
    margin says nothing of another one that is involved.
    """
    again, replaced = patterns.rule("again").pattern, patterns.rule("replaced").pattern
    if any(c.value == "negative" for c in found):
        found = [
            c
            for c in found
            if c.value != "positive" or not replaced.search(f"{c.unit.text} {_below(document, c.unit)}")
        ]
    renewed: dict[str, int] = {}
    above: set[str] = set()
    for candidate in found:
        if candidate.value == "negative" and (match := again.search(_of(candidate))):
            renewed |= dict.fromkeys(_WORDS.findall(match[0].lower()), candidate.start)
            above.add(candidate.unit.under)
    if renewed:
        found = [
            c
            for c in found
            if c.value != "positive"
            or all(c.start > renewed.get(word, -1) for word in _WORDS.findall(_of(c, above).lower()))
        ]
    if any(c.value == "negative" and not _GROSSLY.search(c.unit.text) for c in found):
        found = [c for c in found if c.value != "positive" or not _GROSSLY.search(c.unit.text)]
    involved = [
        document.rank(c.unit.section)
        for c in found
        if c.value == "positive"
        and "historical" not in c.features
        and not ("by_heading" in c.features and (c.start > c.unit.start + _BEGIN or c.tissue is not None))
    ]
    answered = any(c.value == "positive" and "answered" in c.features for c in found)
    for candidate in found:
        one = candidate.value == "negative" and "any_margin" not in candidate.features
        rank = document.rank(candidate.unit.section)
        if one and involved and (max(involved) >= rank or (answered and "by_heading" in candidate.features)):
            continue
        yield candidate


def _of(candidate: Candidate, shared: Container[str] = ()) -> str:
    """The words that name the margin a candidate speaks of, without a heading it shares with others."""
    unit = candidate.unit
    if "by_heading" in candidate.features:
        return unit.heading
    said = unit.text[: candidate.end - unit.start]
    return said if unit.under in shared else f"{unit.under} {said}"


def _features(unit: Unit, rule: str, *, labelled: bool) -> dict[str, Any]:
    features = {
        "answered": float(labelled),
        "coded": float("code" in rule),
        "distance_stated": float("distance" in rule),
        "any_margin": float(any(not _SOME.search(unit.text[: m.start()]) for m in _ANY.finditer(unit.text))),
    }
    return {name: value for name, value in features.items() if value}


FIELD = Field(
    title="Resection margins",
    position=120,
    value=Literal["positive", "negative", "indeterminate"],
    read=read,
    order=order,
    of_this_specimen=True,
)
