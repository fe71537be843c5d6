"""Local invasion told in prose: tumor that reaches, or does not, what lies outside the organ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.assertion import judge
from extractor.field import Candidate
from extractor.invasion.forms import NODE
from extractor.invasion.places import own_organ
from extractor.matching.expressions import Expression
from extractor.statements.behind import short_answer
from extractor.statements.finding_mentions import BOXES, UNSTATED
from extractor.statements.forms import misplaced
from extractor.statements.predicates import predicate
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns
    from extractor.medspacy_adapter import Mention

#: The target that names a finding without a verb.
_NAMED = "OUTSIDE"
_THROUGH = "BEYOND"
_IN_PART = "local_invasion/carcinoma-in"
#: "connective tissue of the cervix": a part of the organ.
_TISSUE_OF = Expression(r"\b(?:tissues?|stroma) of (?:the )?(?P<organ>\w+)", re.IGNORECASE)
_NOT = Expression(r"\b(?:not|no longer|n't)\s+(?:\w+\s+){0,3}[\"'“]?$", re.IGNORECASE)
#: What infiltrates but is no tumor ("lymphoid infiltration of the pleura").
_CELLS = Expression(
    r"\b(?:lymph\w*|inflammat\w+|leu[kc]o\w+|plasma ?cell\w*|round cell|granulocyt\w+|fibrosis|scarring|"
    r"endometrio\w+|endosalpin\w+|leiomyo\w+|fibroids?|fatty)(?: cell)?\s+$",
    re.IGNORECASE,
)
#: The answer in the line below a question ("Parametrial involvement", then "- No ... is identified").
_DENIED_BELOW = re.compile(
    r"[ \t]*\n\W*(?:(?:no|not|none|absent|negative)\b|(?:the )?tumou?r (?:does|is|has) not\b)", re.IGNORECASE
)
#: A wall that is reached and held: "extends to the capsule but does not penetrate it".
_WALL = re.compile(r"(?:capsule|pleural?|serosal?|peritoneum)$", re.IGNORECASE)
_HELD = re.compile(
    r"(?: surface)?,?\s+(?:but|however,?|although)\s+(?:(?:it|the tumou?r)\s+)?(?:(?:does|do|did|is|are)\s+)?"
    r"not\s+(?:\w+ly\s+)?(?:through\b|beyond\b|(?:inva|extend|infiltr|protrud|go)\w*\s+(?:through|beyond|in)|"
    r"in(?:to)?\b|onto\b|penetrat|breach|perforat|cross|exceed)",
    re.IGNORECASE,
)
VESICLE = Expression(r"\bseminal vesicles?\b", re.IGNORECASE)
#: A structure beside the organ: that it is spared says little of the rest.
_BESIDE = Expression(
    r"\b(?:bone|mandib\w+|cartilage\w*|seminal vesicles?|skin|trachea|maxilla)\b", re.IGNORECASE
)
#: That bone is spared says little of the soft tissue.
_BONE = Expression(r"\b(?:bon[ey]|mandib\w+|cartilag\w+|osseous)\b", re.IGNORECASE)
#: Fat in lymph nodes is no tumor.
_FAT = re.compile(r"fat(?:ty)?\b", re.IGNORECASE)
#: What comes before "through": a share of the wall says that tumor is not through it.
_PARTLY = re.compile(
    r"(?:%|\bper ?cent|\bhalf(?: ?-?way)?|\bthirds?|\bquarters?|\b(?:part|mid)-?(?:ly|ial ?ly)?(?: ?way)?|"
    r"\b(?:almost|nearly)|\d/\d|\bnot (?:quite|entirely|fully|all the way)(?: complete ?ly)?)\W{0,3}"
    r"(?:completely |entirely |wholly )?(?:of )?(?:the )?(?:way )?$",
    re.IGNORECASE,
)
#: A capsule that is invaded, and no more: what follows says that tumor is not beyond it.
_CAPSULAR = re.compile(r"\bcapsular\s{1,3}(?:invasion|infiltration|involvement)$", re.IGNORECASE)
_NO_MORE = re.compile(
    r"(?: is (?:present|identified|seen))?[,;.]?\s{1,3}(?:but|however,?|although|without|with)\s{1,3}"
    r"(?:there is )?(?:no\b|not\b|without\b|definite\b|evidence\b)?[^.;]{0,30}?"
    r"\b(?:extra-?\s?(?:capsul|prost|thyroid)|through\b|beyond\b|penetrat)",
    re.IGNORECASE,
)
#: The uterus's wall gone through, and its surface not reached.
_NOT_TO = re.compile(
    r"[^.;:]{0,45}?\bbut (?:does |is )?not (?:\w+ ){0,3}?(?:to|reach\w*|through|involv\w*) "
    r"(?:the )?(?:\w+ )?serosa",
    re.IGNORECASE,
)
#: A doubt of what was seen with the naked eye.
_DOUBT = re.compile(r"\b(?:potential(?:ly)?|seems? to)\b", re.IGNORECASE)
_GROSSLY = re.compile(r"\b(?:grossly|macroscopically|(?:at|on) gross)\b", re.IGNORECASE)
_BRONCHIAL_PART = re.compile(r"\bbronchial\s{1,3}cartilages?\b", re.IGNORECASE)
_BRONCHIAL = Expression(
    r"(?<!costal )(?<!rib )(?<!tracheal )(?<!thyroid )\bcartilages?(?:\s{1,3}(?:plates?|rings?))?$|"
    r"\bperi-?bronchi\w+(?:\s{1,3}(?:lung|pulmonary))?\s{1,3}(?:tissues?|parenchyma|stroma)$|"
    r"\bperi-?bronchi\w+$",
    re.IGNORECASE,
)
#: Bones, which a tumor of bone is in.
_BONES = re.compile(r"\b(?:ribs?|bone|vertebra\w*|mandib\w*|periosteum)$", re.IGNORECASE)
_FATTY = "INTO_FAT"
#: "Does not" as scanning leaves it ("DOES Nar", "does riot"), and an answer of which nothing is left.
_BROKEN_NOT = re.compile(
    r"\b(?:(?:does|do|did|is|are|was|were)\s{1,3}(?:na[rtlc]|ne[tl]|n[o0][lrfit1!]|ri[ou]t|n0t|apt|hot|rot|"
    r"mot|no[ti]t)|"
    r"(?:does|do|did)n[o0][tr])\s{1,3}(?:\w+(?:ly|[l1]y)\s{1,3})?$",
    re.IGNORECASE,
)
_UNREADABLE = re.compile(r"\s?[,:=.]\s{0,2}(?=\S{0,8}[^\sA-Za-z.]\S{0,8}\W*$)(?!\d|pT)\S{2,12}\W*$")
#: An adjective alone, with an answer: a margin of its list, or a station ("mesenteric: not involved").
_ADJECTIVE = re.compile(
    r"(?:mesenteric|mesocolic|mesorectal|retroperitoneal|mediastinal|pelvic|radial|omental)\s?[:=-]?\s{0,2}"
    r"(?:un|not|free|clear|neg|pos|inv|infil|no\b)",
    re.IGNORECASE,
)
_GOES_THROUGH = re.compile(r"thr(?:ough|u)\b", re.IGNORECASE)
#: A mass that pushes a border before it, and what takes it back; what else is said of the same border.
_PUSHES = re.compile(r"bulg|push|protrud", re.IGNORECASE)
_NOT_INTO = re.compile(
    r"[^.;:]{0,40}(?:[,;.]\s{0,3}|\s(?=but|without|though|although))\(?"
    r"(?:(?:but|however|though|although|yet)\b,?\s{0,3})?"
    r"(?:(?:it|the tumou?r|this|which|the mass|there is|there are)\s{1,3})?"
    r"(?:(?:does|do|did|is|are)\s{1,3}(?:not|n['’]t)|without|no)\s{1,3}(?:(?:appear|seem)\s{1,3}to\s{1,3})?"
    r"(?:(?:be|\w+ly|gross|true|frank|definite|clear|evidence of|actual)\s{1,3}){0,3}"
    r"(?:infiltrat|inva|penetrat|exten|breach|involv)\w*(?=(?:\s{1,3}(?:in ?to|of|through))?\s{1,3}"
    r"(?:it\b|them\b|the same|the fat|this)|"
    r"\s*(?:(?:is|was) )?(?:seen|present|identified|noted|found)?\W*(?:$|[.;,]))",
    re.IGNORECASE,
)
#: A border that pushes, and goes on to invade.
_AND_INTO = re.compile(
    r",?\s{1,3}and\s{1,3}(?:\w+ly\s{1,3})?(?:inva|infiltrat|penetrat)\w+\s{1,3}"
    r"(?:in ?to\s{1,3})?(?:it|them|the fat)\b",
    re.IGNORECASE,
)
#: What lymph nodes hold instead of tumor ("sinus histiocytosis and fatty infiltration").
_LYMPHOID = re.compile(r"histiocyt|lymphoid|hyperplasia|fatty (?:infiltrat|replac)\w+(?! by)", re.IGNORECASE)
#: A cheap test whether a rule can match.
_SAYS = re.compile(
    r"involv|inva|filtr|penetr|breach|positive|negative|free|intact|clear|spared|unaffect|crossed|perforated|"
    r"reached|locali|\bPL ?[0-3O]\b|\bdepth\b|\bT[34]|"
    r"exten|spread|gr[eo]w|carcinomat|border|edge|junction|interface|"
    r"\bnot\b|n ?['’]t\b|without|up ?to|fails?|carcinoma (?:is )?in |"
    r"exceed|overstep|surpass|pass|breaks|pierce|leav|transgress|over|"
    r"\bnone\b|\bno (?:tumou?r|lesion|nodul|focus|part|residual|carcinoma|malignan|evidence)|"
    r"short of|shy of|sparing|confine|sites of|"
    r"travers|broken|disrupt|interrupt|subseros|attain|membrane|\byes\b|\bbut\b|preserv|respect",
    re.IGNORECASE,
)


def told_in_prose(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """Candidates from a sentence that says by itself how far the tumor reaches."""
    for rule in patterns.rules:
        if rule.value is not None and (match := rule.pattern.search(unit.text)) and _SAYS.search(unit.text):
            if (
                _BRONCHIAL_PART.search(unit.text[max(0, match.start() - 12) : match.end()])
                and (own := own_organ(document))
                and own.search("lung")
            ):
                continue  # the bronchi's own cartilage
            if _ADJECTIVE.match(match[0]):
                continue
            if rule.id == _IN_PART and NODE.search(f"{unit.heading} {unit.under}"):
                continue  # what is left of a node
            spared = rule.value == "absent" and VESICLE.search(match[0]) is not None
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
        if "HYPOTHETICAL" in mention.categories:
            continue
        if unit.label and mention.end <= (unit.value or 0):
            continue
        words = unit.text[mention.start : mention.end]
        if (
            own is not None
            and mention.target == patterns.data["other_organ"]
            and own.search(words)
            and not patterns.values["outside"].search(words)
        ):
            if (farther := _farther(document, patterns, mention, unit)) is not None:
                yield farther
            continue
        if mention.target != confining and _DENIED_BELOW.match(document.text.clean, unit.start + mention.end):
            continue
        if UNSTATED.match(unit.text, mention.end) or _CELLS.search(unit.text[: mention.start]):
            continue
        if own is not None and _BRONCHIAL.search(words) and own.search("lung"):
            continue  # the bronchi's own cartilage
        if _LYMPHOID.search(words) or (
            mention.target == _NAMED and _FAT.match(words) and NODE.search(f"{unit.under} {unit.text}")
        ):
            continue
        if mention.target == _FATTY and (
            NODE.search(f"{unit.heading} {unit.under} {unit.text}")
            or (own is not None and (own.search("fat") or own.search("skin")))
        ):
            continue
        if own is not None and own.search("bone") and _BONES.search(words):
            continue
        if _CAPSULAR.search(words) and _NO_MORE.match(unit.text, mention.end):
            continue
        if _GOES_THROUGH.match(words) and (
            _PARTLY.search(unit.text[: mention.start])
            or ("myometri" in words.lower() and _NOT_TO.match(unit.text, mention.end))
        ):
            continue
        if BOXES.search(unit.text, mention.end):
            continue  # boxes, and none of them read as an answer
        if own is not None and (tissue := _TISSUE_OF.search(words)) and own.match(tissue["organ"]):
            continue
        pushes = mention.target == _THROUGH and _PUSHES.match(words) is not None
        if mention.target == _THROUGH and (
            held := (_NOT_INTO.match(document.text.clean, unit.start + mention.end) if pushes else None)
            or (_HELD.match(document.text.clean, unit.start + mention.end) if _WALL.search(words) else None)
        ):
            yield document.candidate(
                "absent",
                unit,
                mention.start,
                min(held.end() - unit.start, len(unit.text)),
                f"{patterns.name}/held",
                strength=misplaced(unit),
                prose=1.0,
            )
            continue
        into = pushes and _AND_INTO.match(unit.text, mention.end) is not None
        if pushes and not into and own is not None and own.search("kidney") and "capsule" not in words:
            continue  # a tumor of the kidney grows with a border that pushes
        if mention.target == _NAMED and (short := short_answer(unit.text, mention.start, mention.end)):
            yield document.candidate(
                short[0],
                unit,
                mention.start,
                short[1],
                f"{patterns.name}/stated",
                strength=misplaced(unit),
                answered=1.0,
            )
            continue
        judged = judge(mention, unit.text)
        if mention.target != confining and (
            denied := _denied(document, unit, mention.start, mention.end, judged)
        ):
            if denied[0] == "unclear":
                continue
            judged = denied
        outcome, start, end = judged or ("present", mention.start, mention.end)
        if judged is None and mention.target == _NAMED and _bare(unit, mention.start, mention.end):
            continue  # a heading, or a question without an answer
        if mention.target == confining:
            outcome = "present" if _NOT.search(unit.text[: mention.start]) else "absent"
            start, end = mention.start, mention.end
        if (
            outcome != "absent"
            and (unit.section == "gross" or _GROSSLY.search(unit.text))
            and (_DOUBT.search(unit.text[: mention.end]))
        ):
            continue  # for the slides to tell
        strength = misplaced(unit)
        if outcome == "absent" and mention.target == patterns.data["other_organ"]:
            strength -= 0.7  # one organ spared says little of the rest
        elif outcome == "absent" and unit.section == "gross" and _BESIDE.search(words):
            strength -= 1.5
        elif outcome == "absent" and _BONE.search(words):
            strength -= 1.0
        if outcome == "present" and pushes and unit.section == "gross":
            strength -= 1.5  # a border that is pushed is one that is held, until the slides tell
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


def _denied(
    document: Document, unit: Unit, start: int, end: int, judged: tuple[str, int, int] | None
) -> tuple[str, int, int] | None:
    """What the words around a statement deny, or leave open: by a verb, or a "not" that scanning broke."""
    told_of = predicate(document, unit.text, start, end)
    if told_of is not None and (told_of[0] == "absent" or (told_of[0] != "present" and judged is None)):
        return told_of
    if (broken := _BROKEN_NOT.search(unit.text[:start])) is not None:
        return "absent", broken.start(), end
    if judged is None and _UNREADABLE.match(unit.text, end):
        return "unclear", start, end
    return None


def _farther(document: Document, patterns: FieldPatterns, mention: Mention, unit: Unit) -> Candidate | None:
    """Another organ that tumor reaches, named after its own ("through the duodenum into the pancreas")."""
    own, next_ = own_organ(document), patterns.entry("farther")
    found = next_.match(unit.text[mention.end :]) if next_ is not None else None
    if found is None or own is None or own.search(found["organ"]):
        return None
    judged = judge(mention, unit.text)
    if judged is not None and judged[0] != "present":
        return None
    return document.candidate(
        "present",
        unit,
        mention.start,
        mention.end + found.end(),
        f"{patterns.name}/farther",
        strength=misplaced(unit),
        prose=1.0,
        by_other_organ=1.0,
    )


def _bare(unit: Unit, start: int, end: int) -> bool:
    """Whether words stand alone on their line without a stop."""
    before = unit.text[unit.value or 0 : start]
    return not re.search(r"[A-Za-z]{2}|\d", before) and not re.search(r"[\w.;,]", unit.text[end:])
