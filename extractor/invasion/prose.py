"""Local invasion told in prose: tumor that reaches, or does not, what lies outside the organ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from extractor.assertion import judge
from extractor.field import Candidate
from extractor.invasion.forms import NODE
from extractor.invasion.named import Place
from extractor.invasion.places import own_organ
from extractor.matching.expressions import Expression
from extractor.statements.behind import short_answer
from extractor.statements.forms import misplaced
from extractor.statements.predicates import predicate
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns, Rule

_IN_PART = "local_invasion/carcinoma-in"
_NOT = Expression(r"\b(?:not|no longer|n't)\s+(?:\w+\s+){0,3}[\"'“]?$", re.IGNORECASE)
#: Before a place and its verb: what denies both ("neither the pleura nor the chest wall is involved").
_NEITHER = re.compile(
    r"\b(?:neither|none of)\b(?:(?!\b(?:is|are|was|were|but|while|and)\b)[^.;:]){0,90}$|"
    r"\bnor (?:(?:is|are|was|were) )?(?:(?:the|any) )?(?:\w+ )?$",
    re.IGNORECASE,
)
VESICLE = Expression(r"\bseminal vesicles?\b", re.IGNORECASE)
#: A structure beside the organ: that it is spared says little of the rest.
_BESIDE = Expression(
    r"\b(?:bone|mandib\w+|cartilage\w*|seminal vesicles?|skin|trachea|maxilla)\b", re.IGNORECASE
)
#: That bone is spared says little of the soft tissue.
_BONE = Expression(r"\b(?:bon[ey]|mandib\w+|cartilag\w+|osseous)\b", re.IGNORECASE)
#: A doubt of what was seen with the naked eye.
_DOUBT = re.compile(r"\b(?:potential(?:ly)?|seems? to)\b", re.IGNORECASE)
_GROSSLY = re.compile(r"\b(?:grossly|macroscopically|(?:at|on) gross)\b", re.IGNORECASE)
_BRONCHIAL_PART = re.compile(r"\bbronchial\s{1,3}cartilages?\b", re.IGNORECASE)
#: "Does not" as scanning leaves it ("DOES Nar", "does riot"), and an answer of which nothing is left.
_BROKEN_NOT = re.compile(
    r"\b(?:(?:does|do|did|is|are|was|were)\s{1,3}(?:na[rtlc]|ne[tl]|n[o0][lrfit1!]|ri[ou]t|n0t|apt|hot|rot|"
    r"mot|no[ti]t)|"
    r"(?:does|do|did)n[o0][tr]|[a-z]+(?:does|did)\s{1,3}not)\s{1,3}(?:\w+(?:ly|[l1]y)\s{1,3})?$",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(r"\s?[,:=.]\s{0,2}(?=\S{0,8}[^\sA-Za-z.]\S{0,8}\W*$)(?!\d|pT)\S{2,12}\W*$")
#: An adjective alone, with an answer: a margin of its list, or a station ("mesenteric: not involved").
_ADJECTIVE = re.compile(
    r"(?:mesenteric|mesocolic|mesorectal|retroperitoneal|mediastinal|pelvic|radial|omental)\s?[:=-]?\s{0,2}"
    r"(?:un|not|free|clear|neg|pos|inv|infil|no\b)",
    re.IGNORECASE,
)
#: A cheap test whether a rule can match.
_SAYS = re.compile(
    r"involv|inva|filtr|penetr|breach|positive|negative|free|intact|clear|spared|unaffect|crossed|perforated|"
    r"reached|locali|\bPL ?[0-3O]\b|\bdepth\b|\bT[34]|"
    r"exten|spread|gr[eo]w|carcinomat|border|edge|junction|interface|"
    r"\bnot\b|n ?['’]t\b|without|up ?to|fails?|carcinoma (?:is )?in |"
    r"exceed|overstep|surpass|pass|breaks|pierce|leav|transgress|over|"
    r"\bnone\b|\bno (?:tumou?r|lesion|nodul|focus|part|residual|carcinoma|malignan|evidence)|"
    r"short of|shy of|sparing|confine|sites of|"
    r"travers|broken|disrupt|interrupt|subseros|attain|membrane|\byes\b|\bbut\b|preserv|respect|\[\s?x|\bno\b|(?:do|does|did)not\b",
    re.IGNORECASE,
)


def told_in_prose(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """Candidates from a sentence that says by itself how far the tumor reaches."""
    yield from _by_rules(document, patterns, unit)
    mentions = document.mentions(unit, *(name for name, _ in patterns.targets))
    own = own_organ(document) if mentions else None
    for mention in mentions:
        if (found := _told_of(Place(document, patterns, unit, mention, own))) is not None:
            yield found


def _by_rules(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """What the rules say, each of whole statements."""
    for rule in patterns.rules:
        if rule.value is None or not (match := rule.pattern.search(unit.text)) or not _SAYS.search(unit.text):
            continue
        if _of_bronchus(document, match) or _ADJECTIVE.match(match[0]) or _in_node(rule, unit):
            continue
        told, start = rule.value, match.start()
        if told == "present" and (denied := _NEITHER.search(unit.text[:start])) is not None:
            told, start = "absent", denied.start()
        spared = told == "absent" and VESICLE.search(match[0]) is not None
        strength = misplaced(unit) - (1.0 if spared else 0.0)  # the prostate has other ways out
        yield document.candidate(told, unit, start, match.end(), rule.id, strength=strength, by_rule=1.0)


def _of_bronchus(document: Document, match: re.Match[str]) -> bool:
    """Whether a tumor of the lung is in the bronchi's own cartilage."""
    if not _BRONCHIAL_PART.search(match.string[max(0, match.start() - 12) : match.end()]):
        return False
    own = own_organ(document)
    return own is not None and own.search("lung") is not None


def _in_node(rule: Rule, unit: Unit) -> bool:
    """Whether tumor is in what is left of a node."""
    return rule.id == _IN_PART and NODE.search(f"{unit.heading} {unit.under}") is not None


def _told_of(place: Place) -> Candidate | None:
    """What is told of one place."""
    if place.asked():
        return None
    if place.in_own_organ():
        return _farther(place)
    if place.says_nothing():
        return None
    start = place.mention.start
    if (end := place.held()) is not None:
        return _candidate(place, "absent", start, end, "held", prose=1.0)
    if place.only_pushes():
        return None
    if place.named and (short := short_answer(place.unit.text, start, place.mention.end)):
        return _candidate(place, short[0], start, short[1], "stated", answered=1.0)
    return _stated(place)


def _farther(place: Place) -> Candidate | None:
    """Another organ that tumor reaches, named after its own ("through the duodenum into the pancreas")."""
    unit, mention, next_ = place.unit, place.mention, place.patterns.entry("farther")
    found = next_.match(unit.text[mention.end :]) if next_ is not None else None
    if found is None or place.own is None or place.own.search(found["organ"]):
        return None
    judged = judge(mention, unit.text)
    if judged is not None and judged[0] != "present":
        return None
    end = mention.end + found.end()
    return _candidate(place, "present", mention.start, end, "farther", prose=1.0, by_other_organ=1.0)


def _stated(place: Place) -> Candidate | None:
    """What the sentence around a place says of it."""
    found = _outcome(place)
    if found is None or (found[0] != "absent" and _doubted(place)):
        return None
    outcome, start, end = found
    return _candidate(
        place,
        outcome,
        min(start, place.mention.start),
        max(end, place.mention.end),
        place.mention.target.lower().replace("_", "-"),
        weight=_weight(place, outcome),
        prose=1.0,
        by_confined=float(place.confining),
        by_other_organ=float(place.other_organ),
    )


def _outcome(place: Place) -> tuple[str, int, int] | None:
    """Whether tumor reaches the place, and the words that say so; None if the sentence leaves it open."""
    start, end = place.mention.start, place.mention.end
    if place.confining:
        return "present" if _NOT.search(place.before) else "absent", start, end
    judged = judge(place.mention, place.unit.text)
    judged = _denied(place, judged) or judged
    if judged is not None:
        return None if judged[0] == "unclear" else judged
    if place.named and _bare(place.unit, start, end):
        return None  # a heading, or a question without an answer
    return "present", start, end


def _denied(place: Place, judged: tuple[str, int, int] | None) -> tuple[str, int, int] | None:
    """What the words around a statement deny, or leave open: by a verb, or a "not" that scanning broke."""
    start, end = place.mention.start, place.mention.end
    told_of = predicate(place.document, place.unit.text, start, end)
    if told_of is not None and (told_of[0] == "absent" or (told_of[0] != "present" and judged is None)):
        return told_of
    if (broken := _BROKEN_NOT.search(place.before)) is not None:
        return "absent", broken.start(), end
    if judged is None and _UNREADABLE.match(place.unit.text, end):
        return "unclear", start, end
    return None


def _bare(unit: Unit, start: int, end: int) -> bool:
    """Whether words stand alone on their line without a stop."""
    before = unit.text[unit.value or 0 : start]
    return not re.search(r"[A-Za-z]{2}|\d", before) and not re.search(r"[\w.;,]", unit.text[end:])


def _doubted(place: Place) -> bool:
    """Whether the naked eye doubts what it saw: for the slides to tell."""
    seen = place.unit.section == "gross" or _GROSSLY.search(place.unit.text) is not None
    return seen and _DOUBT.search(place.unit.text[: place.mention.end]) is not None


def _weight(place: Place, outcome: str) -> float:
    """What is taken from the strength of a statement that says little of the rest."""
    gross = place.unit.section == "gross"
    if outcome == "present":
        # a border that is pushed is one that is held, until the slides tell
        return -1.5 if gross and place.pushes else 0.0
    if outcome != "absent":
        return 0.0
    if place.other_organ:
        return -0.7  # one organ spared says little of the rest
    if gross and _BESIDE.search(place.words):
        return -1.5
    return -1.0 if _BONE.search(place.words) else 0.0


def _candidate(
    place: Place, outcome: str, start: int, end: int, rule: str, *, weight: float = 0.0, **features: Any
) -> Candidate:
    return place.document.candidate(
        outcome,
        place.unit,
        start,
        end,
        f"{place.patterns.name}/{rule}",
        strength=misplaced(place.unit) + weight,
        **features,
    )
