"""How local invasion is read: what lies outside an organ, and whether tumor reaches it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from extractor.assertion import judge
from extractor.expressions import Expression
from extractor.field import Candidate
from extractor.findings import BOXES, UNSTATED
from extractor.forms import OUTCOMES, above, coded, garbled, misplaced, tabled, told
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

_NODE = Expression(r"\bnod(?:e|al)s?\b", re.IGNORECASE)
_CAPSULE = Expression(r"extra-?\s?capsul|capsular", re.IGNORECASE)
#: The target that names a finding without a verb.
_NAMED = "OUTSIDE"
#: "connective tissue of the cervix": a part of the organ.
_TISSUE_OF = Expression(r"\b(?:tissues?|stroma) of (?:the )?(?P<organ>\w+)", re.IGNORECASE)
_INVADES = Expression(r"\binvades?\W*$", re.IGNORECASE)
_LEGEND = Expression(r"atelectasis or obstructive|involves main bronchus,", re.IGNORECASE)
_NOT = Expression(r"\b(?:not|no longer|n't)\s+(?:\w+\s+){0,3}[\"'“]?$", re.IGNORECASE)
#: What infiltrates but is no tumor ("lymphoid infiltration of the pleura").
_CELLS = Expression(
    r"\b(?:lymph\w*|inflammat\w+|leu[kc]o\w+|plasma ?cell\w*|round cell|granulocyt\w+|"
    r"endometrio\w+|fatty)(?: cell)?\s+$",
    re.IGNORECASE,
)
#: The answer in the line below a question ("Parametrial involvement", then "- No ... is identified").
_DENIED_BELOW = re.compile(r"[ \t]*\n\W*(?:no|not|none|absent|negative)\b", re.IGNORECASE)
#: An answer that speaks of another finding, or of a place ("tumor is present in the wall").
_OTHERWISE = re.compile(r"\bin[- ]?situ\b|\bdysplas", re.IGNORECASE)
_PLACED = re.compile(r"\s+(?:in|within|at|on|along)\b", re.IGNORECASE)
_VESICLE = Expression(r"\bseminal vesicles?\b", re.IGNORECASE)
#: A structure beside the organ: that it is spared says little of the rest.
_BESIDE = Expression(
    r"\b(?:bone|mandib\w+|cartilage\w*|seminal vesicles?|skin|trachea|maxilla)\b", re.IGNORECASE
)
_NEGATION = Expression(
    r"\b(?:no|not|without|never|abut\w*|approach\w*|close|near|up to|junction|border|interface|"
    r"adjacent to|within)\b",
    re.IGNORECASE,
)
#: A printed choice: three or more places side by side, none marked.
_CHOICE = re.compile(r"[^/.;:\d()\[\]]{2,30}(?:\s/\s[^/.;:\d()\[\]]{2,30}){2,}")
_NO_MORE = re.compile(
    r"^[\s:;,|-]*(?:not\b|n\s?/\s?a\b|un-?in?vol|no\b|negative|absent|free\b|none|\(?(?:T\d|FIGO))",
    re.IGNORECASE,
)
_MARGIN = Expression(r"margin", re.IGNORECASE)
_METASTATIC = Expression(r"metasta", re.IGNORECASE)
_SHORT = 60
#: Longest line below a label that answers for it.
_LINE = 90
#: A cheap test whether a rule can match.
_SAYS = re.compile(
    r"involv|inva|infiltr|penetr|breach|positive|negative|free|intact|clear|spared|unaffect|crossed|perforated|"
    r"reached|locali|carcinomat|border|edge|junction|interface|\bnot\b|n ?['’]t\b|without|up ?to|fails?",
    re.IGNORECASE,
)

#: Words for the parts of an organ of origin, where its name is not enough.
_OWN = {
    "ampulla": "ampull|duoden",
    "duodenum": "duoden|ampull",
    "colon": "colon|bowel|append|c(?:a)?ecum",
    "rectum": "rect|bowel|colon",
    "jejunum": "bowel|intestin|jejun",
    "ileum": "bowel|intestin|ile",
    "small_bowel": "bowel|intestin|jejun|ile",
    "appendix": "append|c(?:a)?ecum",
    "stomach": "stomach|gastric",
    "liver": "liver|hepat",
    "uterus": "uter|cervi|endomet",
    "cervix": "cervi|uter|endomet",
    "bone": "bone|vertebra|mandib",
    "skin": "skin",
    "soft_tissue": "musc|soft tissue|fat|adipose|fascia",
    "breast": "breast|fat|adipose|skin|nipple",
    "brain": "brain|cerebr|dura|mening",
    "pleura": "pleura|chest wall",
}


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of local invasion: items of a form, and prose."""
    extent, excluded = patterns.entry("extent"), patterns.entry("exclude")
    assert patterns.label is not None
    assert extent is not None
    assert excluded is not None
    stated = [rule.pattern for rule in patterns.rules if rule.value is not None]
    named = [patterns["item"], patterns["in-place"], *stated, *patterns.concepts]
    for unit in told(document, (patterns.label, extent), named):
        if (
            unit.section == "blocks"
            or is_choice(unit)
            or not (found := list(_of_unit(document, patterns, unit, extent)))
        ):
            continue
        if not (excluded.search(unit.text) or _of_node(document, unit) or _in_legend(document, unit)):
            yield from found
    yield from _implanted(document, patterns)


def is_choice(unit: Unit) -> bool:
    """Whether a form's line prints the places to choose from, with none of them marked."""
    return unit.label is not None and _CHOICE.fullmatch(unit.value_text.strip(" ._")) is not None


def _of_unit(
    document: Document, patterns: FieldPatterns, unit: Unit, extent: Expression
) -> Iterator[Candidate]:
    """What one unit says: as an item of a form, or in prose."""
    if unit.label is None and not unit.under and (rows := list(tabled(document, patterns, unit))):
        yield from rows
        return
    label = unit.label_text or above(document, unit)
    if (
        label
        and patterns.label is not None
        and patterns.label.match(label.strip(" *-"))
        and not _MARGIN.search(label)
    ):
        below = unit.label is None and extent.search(label) is not None
        if (found := _answer(document, patterns, unit, whole=below)) is not None:
            yield found
            return
        if patterns.label.fullmatch(label.strip(" *-")) and (found := garbled(document, patterns, unit)):
            yield found
            return
    elif (
        label
        and extent.search(label)
        and (found := _answer(document, patterns, unit, whole=True)) is not None
    ):
        yield found
        return
    if (found := _in_place(document, patterns, unit)) is not None:
        yield found
        return
    if extent.match(unit.text) and (ticked := document.answers.ticked(unit.text)) is not None:
        if (found := _ticked(document, patterns, unit, ticked)) is not None:
            yield found
        return
    said = list(_prose(document, patterns, unit))
    if any(c.value == "present" for c in said):
        # "into the fat without perforating the serosa": the rule for the second part says nothing new
        said = [c for c in said if c.value != "absent" or "by_rule" not in c.features]
    named = None
    if not said and label and extent.search(label):
        named = _extent(document, patterns, unit, unit.value or 0)
    elif not (said or label) and "|" in unit.text and extent.match(unit.text):
        named = _extent(document, patterns, unit, unit.text.find("|", 2) + 1)
    if named is not None:
        yield named
    yield from said


def _ticked(
    document: Document, patterns: FieldPatterns, unit: Unit, ticked: tuple[str, int, int]
) -> Candidate | None:
    """The place of a form's marked box ("Extension   [ ] limited to organ   [x] surrounding fat")."""
    option, start, end = ticked
    within = patterns.rule("within").pattern.search(option) is not None
    if not within and patterns.value_of(f"into {option}") is None:
        return None
    return document.candidate(
        "absent" if within else "present", unit, start, end, f"{patterns.name}/ticked", answered=1.0
    )


def _in_place(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """Tumor in a place outside the organ that the label names ("Prostate: compromised by neoplasia")."""
    label = unit.label_text or (unit.under if len(unit.text) < _LINE else "")
    if not label:
        return None
    item = unit.label is not None and patterns["item"].match(label) is not None
    match = patterns["in-place"].match(unit.value_text)
    if not (item or match):
        return None
    if _MARGIN.search(label) or _NODE.search(label) or _MARGIN.search(unit.value_text[:_LINE]):
        return None
    if item:
        return _answer(document, patterns, unit)
    if match is None or _METASTATIC.search(match[0]) or patterns["place"].search(label) is None:
        return None
    if (own := own_organ(document)) is None or own.search(label):
        return None
    start = unit.label[0] if unit.label else 0
    return document.candidate(
        "present",
        unit,
        start,
        (unit.value or 0) + match.end(),
        "local_invasion/in-place",
        strength=misplaced(unit),
        in_place=1.0,
    )


def _implanted(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Deposits on the peritoneum of a tumor of the pelvic organs: it is beyond its organ."""
    if document.reading("primary_site").value not in ("ovary", "uterus"):
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


def _extent(document: Document, patterns: FieldPatterns, unit: Unit, at: int) -> Candidate | None:
    """What an item on the extent of tumor names: a place outside the organ, or within it."""
    words = unit.text[at : at + 80]
    if _INVADES.search(unit.label_text):
        words, at = f"to {words}", at - 3
    named = patterns.value_of(words)
    if named is None or _NEGATION.search(words[: named[1]]) or _NO_MORE.search(words[named[2] :]):
        return None
    value, start, end = named
    own = own_organ(document)
    if value == "organ" and own is not None and own.search(words[start:end]):
        return None
    return document.candidate(
        "absent" if value == "within" else "present",
        unit,
        0,
        at + end,
        f"{patterns.name}/extent",
        strength=misplaced(unit),
    )


def own_organ(document: Document) -> re.Pattern[str] | None:
    """The words for the organ the tumor arose in, or None if the report does not say."""
    site = document.reading("primary_site").value
    return None if not site or site in ("unknown", "other") else _own_words(site)


@cache
def _own_words(site: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_OWN.get(site, site[:6])})", re.IGNORECASE)


def _prose(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    for rule in patterns.rules:
        if rule.value is not None and (match := rule.pattern.search(unit.text)) and _SAYS.search(unit.text):
            spared = rule.value == "absent" and _VESICLE.search(match[0]) is not None
            strength = misplaced(unit) - (1.0 if spared else 0.0)  # the prostate has other ways out
            yield document.candidate(
                rule.value, unit, match.start(), match.end(), rule.id, strength=strength, by_rule=1.0
            )
    mentions = document.mentions(unit, *(name for name, _ in patterns.targets))
    if not mentions:
        return
    confining = patterns.data["confining"]
    own = own_organ(document)
    for mention in mentions:
        if "HYPOTHETICAL" in mention.categories or (unit.label and mention.end <= (unit.value or 0)):
            continue
        words = unit.text[mention.start : mention.end]
        if (
            own is not None
            and mention.target == patterns.data["other_organ"]
            and own.search(words)
            and not patterns.values["outside"].search(words)
        ):
            continue
        if mention.target != confining and _DENIED_BELOW.match(document.text.clean, unit.start + mention.end):
            continue
        if UNSTATED.match(unit.text, mention.end) or _CELLS.search(unit.text[: mention.start]):
            continue
        if BOXES.search(unit.text, mention.end):
            continue  # boxes, and none of them read as an answer
        if own is not None and (tissue := _TISSUE_OF.search(words)) and own.match(tissue["organ"]):
            continue
        judged = judge(mention, unit.text)
        outcome, start, end = judged or ("present", mention.start, mention.end)
        if judged is None and mention.target == _NAMED and _bare(unit, mention.start, mention.end):
            continue  # a heading, or a question without an answer
        if mention.target == confining:
            outcome = "present" if _NOT.search(unit.text[: mention.start]) else "absent"
            start, end = mention.start, mention.end
        strength = misplaced(unit)
        if outcome == "absent" and mention.target == patterns.data["other_organ"]:
            strength -= 0.7  # one organ spared says little of the rest
        elif outcome == "absent" and unit.section == "gross" and _BESIDE.search(words):
            strength -= 1.5
        yield document.candidate(
            outcome,
            unit,
            min(start, mention.start),
            max(end, mention.end),
            f"{patterns.name}/{mention.target.lower().replace('_', '-')}",
            strength=strength,
            prose=1.0,
            by_confined=float(mention.target == confining),
            by_other_organ=float(mention.target == patterns.data["other_organ"]),
        )


def _bare(unit: Unit, start: int, end: int) -> bool:
    """Whether words stand alone on their line without a stop."""
    before = unit.text[unit.value or 0 : start]
    return not re.search(r"[A-Za-z]{2}|\d", before) and not re.search(r"[\w.;,]", unit.text[end:])


def _answer(
    document: Document, patterns: FieldPatterns, unit: Unit, *, whole: bool = False
) -> Candidate | None:
    words = unit.value_text
    if patterns.data.get("coded") and (outcome := coded(document, words)) is not None:
        start, end = unit.label[0] if unit.label else 0, len(unit.text)
        return document.candidate(
            outcome, unit, start, end, f"{patterns.name}/coded", answered=1.0, coded=1.0
        )
    found = document.answers.read(words)
    if (
        found is None
        or found.outcome not in OUTCOMES
        or found.start > (2 if whole or unit.label is None else 40)
    ):
        return None
    if whole and len(words) > _SHORT:
        return None
    if (
        found.outcome == "present"
        and found.start
        and (_OTHERWISE.search(words[: found.end]) or _PLACED.match(words, found.end))
    ):
        return None
    start = unit.label[0] if unit.label else 0
    return document.candidate(
        found.outcome,
        unit,
        start,
        (unit.value or 0) + found.end,
        f"{patterns.name}/answer",
        strength=misplaced(unit),
        answered=1.0,
    )


def _of_node(document: Document, unit: Unit) -> bool:
    """Extracapsular extension of a node is not the tumor's."""
    if not _CAPSULE.search(unit.text):
        return False
    before = document.units[max(0, unit.index - 3) : unit.index + 1]
    return any(_NODE.search(u.text) for u in before) or bool(_NODE.search(unit.heading))


def _in_legend(document: Document, unit: Unit) -> bool:
    """The printed definition of a T category."""
    around = document.units[max(0, unit.index - 1) : unit.index + 2]
    return any(_LEGEND.search(u.text) for u in around)


_ORIGIN = re.compile(r"\b(?:beyond|outside(?: of)?|confined to|limited to|from) (?:the )?\w+", re.IGNORECASE)
_CLAUSE = re.compile(r"[.;:]|\b(?:but|not|without|margins?)\b", re.IGNORECASE)


def reached(document: Document, candidate: Candidate) -> str:
    """The words for what tumor reaches: the candidate's clause without the organ it comes from."""
    unit = candidate.unit
    start, end = candidate.start - unit.start, candidate.end - unit.start
    rest = unit.text[end : end + 60]
    stop = _CLAUSE.search(rest)
    return _ORIGIN.sub(" beyond ", unit.text[start:end] + (rest[: stop.start()] if stop else rest))
