"""How local invasion is read: what lies outside an organ, and whether tumor reaches it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.assertion import judge
from extractor.behind import short_answer
from extractor.expressions import Expression
from extractor.field import Candidate
from extractor.findings import BOXES, UNSTATED
from extractor.forms import above, garbled, misplaced, tabled, told
from extractor.invasion_forms import MARGIN, NODE, answer, extent_item, in_place, is_choice
from extractor.invasion_places import own_organ
from extractor.printed import category_tables
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.medspacy_adapter import Mention
    from extractor.patterns import FieldPatterns

_CAPSULE = Expression(r"extra-?\s?capsul|capsular", re.IGNORECASE)
#: The target that names a finding without a verb.
_NAMED = "OUTSIDE"
_THROUGH = "BEYOND"
_IN_PART = "local_invasion/carcinoma-in"
#: "connective tissue of the cervix": a part of the organ.
_TISSUE_OF = Expression(r"\b(?:tissues?|stroma) of (?:the )?(?P<organ>\w+)", re.IGNORECASE)
_LEGEND = Expression(r"atelectasis or obstructive|involves main bronchus,", re.IGNORECASE)
_NOT = Expression(r"\b(?:not|no longer|n't)\s+(?:\w+\s+){0,3}[\"'“]?$", re.IGNORECASE)
#: What infiltrates but is no tumor ("lymphoid infiltration of the pleura").
_CELLS = Expression(
    r"\b(?:lymph\w*|inflammat\w+|leu[kc]o\w+|plasma ?cell\w*|round cell|granulocyt\w+|"
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
_IN_PROSTATE = Expression(
    r"involv\w+\s[^.;]{0,40}(?:\blobes?\b|\baspects?\b|%|\bpercent\b)[^.;]{0,40}\bprostate", re.IGNORECASE
)
_VESICLE = Expression(r"\bseminal vesicles?\b", re.IGNORECASE)
#: A structure beside the organ: that it is spared says little of the rest.
_BESIDE = Expression(
    r"\b(?:bone|mandib\w+|cartilage\w*|seminal vesicles?|skin|trachea|maxilla)\b", re.IGNORECASE
)
#: Organs beside the bladder, and words for what lies around it.
_BESIDE_BLADDER = Expression(
    r"seminal vesicles?|prostat|\bserosal?\b|\bvagina|\buterus|\bovar|\brect(?:um|al)|\bbowel", re.IGNORECASE
)
_AROUND = Expression(
    r"vesical|\bfat|adipose|soft tissue|surrounding|adjacent|beyond|confined|limited", re.IGNORECASE
)
#: That bone is spared says little of the soft tissue.
_BONE = Expression(r"\b(?:bon[ey]|mandib\w+|cartilag\w+|osseous)\b", re.IGNORECASE)
#: A structure whose being spared says nothing of others; rank of a section that shows invasion.
_SINGLE = re.compile(r"\b(?:pleura|splen|duoden|spleen|stomach|gastric)", re.IGNORECASE)
_FIRM = 3
#: A line that ends with the title of an item on extent, after another item.
_ENDS_TITLED = re.compile(r"[,;.] ?tumou?r extent\s?:\s*$", re.IGNORECASE)
#: What is said of the prostate taken with a bladder.
_OF_PROSTATE = Expression(
    r"\b(?:confined|limited) to (?:the )?prostate|extra-?\s?prostatic|\bperi-?\s?prostatic", re.IGNORECASE
)
#: Items that describe the uterus: its serosa is not that of a tumor elsewhere.
_UTERINE = re.compile(r"\W*(?:\w{1,2}[.)]\s*)?(?:endo|myo)metrium\b", re.IGNORECASE)
_SEROSA = re.compile(r"\W*(?:\w{1,2}[.)]\s*)?(?:uterine )?serosa\W*", re.IGNORECASE)
#: How many items above the serosa name the layers below it.
_LAYERS = 4
#: Fat in lymph nodes is no tumor.
_FAT = re.compile(r"fat(?:ty)?\b", re.IGNORECASE)
_INTACT = re.compile(r"\b(?:surface|pleura)\b.*\bintact\W*$", re.IGNORECASE)
#: Longest option of a form.
_OPTION = 60
#: How near to what is said the words for a node's tissue stand.
_CLOSE = 80
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
_BRONCHIAL = Expression(r"\bbronchial\s{1,3}cartilages?$", re.IGNORECASE)
#: Bones, which a tumor of bone is in.
_BONES = re.compile(r"\b(?:ribs?|bone|vertebra\w*|mandib\w*|periosteum)$", re.IGNORECASE)
_FATTY = "INTO_FAT"
_GOES_THROUGH = re.compile(r"thr(?:ough|u)\b", re.IGNORECASE)
#: A cheap test whether a rule can match.
_SAYS = re.compile(
    r"involv|inva|filtr|penetr|breach|positive|negative|free|intact|clear|spared|unaffect|crossed|perforated|"
    r"reached|locali|\bPL ?[0-3O]\b|exten|spread|gr[eo]w|carcinomat|border|edge|junction|interface|"
    r"\bnot\b|n ?['’]t\b|without|up ?to|fails?|carcinoma (?:is )?in |"
    r"exceed|overstep|surpass|pass|breaks|pierce|leav|transgress|over|"
    r"\bnone\b|\bno (?:tumou?r|lesion|nodul|focus|part|residual|carcinoma|malignan|evidence)|"
    r"short of|shy of|sparing|"
    r"travers|broken|disrupt|interrupt",
    re.IGNORECASE,
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of local invasion: items of a form, and prose."""
    extent, excluded = patterns.entry("extent"), patterns.entry("exclude")
    assert patterns.label is not None
    assert extent is not None
    if document.reading("primary_site").value == "unknown":
        return  # nobody knows which organ it would have left
    assert excluded is not None
    stated = [rule.pattern for rule in patterns.rules if rule.value is not None]
    named = [patterns["item"], patterns["in-place"], *stated, *patterns.concepts]
    found = list(_statements(document, patterns, named, extent, excluded))
    if any(c.value == "present" for c in found):
        # Seminal vesicles are but one way to leave the prostate: spared, they deny no other.
        # A surface that looks intact says less than tumor found there.
        found = [c for c in found if c.value != "absent" or not (_of_vesicles(c) or _looks_intact(c))]
    yield from found


def _of_vesicles(candidate: Candidate) -> bool:
    """Whether a candidate speaks of the seminal vesicles and of nothing else."""
    unit = candidate.unit
    words = unit.text[candidate.start - unit.start : candidate.end - unit.start]
    return _VESICLE.search(words) is not None and _AROUND.search(words) is None


def _looks_intact(candidate: Candidate) -> bool:
    """Whether a candidate is an item that calls a surface intact."""
    unit = candidate.unit
    words = unit.text[candidate.start - unit.start : candidate.end - unit.start]
    return unit.label is not None and _INTACT.search(words) is not None


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
        if (_titles(extent, title) or _ENDS_TITLED.search(title.text)) and title.index + 1 < len(
            document.units
        ):
            below = document.units[title.index + 1]
            if below.label is None and len(below.text) < _OPTION:
                units[below.index] = below
    read_: list[Candidate] = []
    for unit in (units[index] for index in sorted(units)):
        if (
            unit.section == "blocks"
            or is_choice(unit)
            or not (found := list(_of_unit(document, patterns, unit, extent)))
        ):
            continue
        if (barred := excluded.search(unit.text)) is not None and barred[0].lower().endswith("nodal"):
            # tissue round a node bars what is said close to it
            found = [c for c in found if barred.start() - (c.end - unit.start) > _CLOSE]
        elif barred is not None:
            continue
        if not (_of_node(document, unit) or _in_legend(document, unit)):
            read_ += (c for c in found if not _aside(document, c))
    yield from _without_spared(document, read_)
    yield from _implanted(document, patterns)


def _without_spared(document: Document, found: list[Candidate]) -> Iterator[Candidate]:
    """The candidates without single structures that are spared, where another one is invaded."""
    invaded = [c for c in found if c.value == "present" and document.rank(c.unit.section) >= _FIRM]
    for candidate in found:
        named = _SINGLE.search(_words(candidate)) if candidate.value == "absent" else None
        if named is None or all(named[0].lower() in _words(c).lower() for c in invaded):
            yield candidate


def _words(candidate: Candidate) -> str:
    unit = candidate.unit
    return unit.text[candidate.start - unit.start : candidate.end - unit.start]


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
    if site == "head_neck":
        return _CAPSULE.search(words) is not None
    if candidate.value != "absent":
        return _IN_PROSTATE.search(words) is not None
    if _OF_PROSTATE.search(words):
        return True
    return _BESIDE_BLADDER.search(words) is not None and _AROUND.search(words) is None


def _of_unit(
    document: Document, patterns: FieldPatterns, unit: Unit, extent: Expression
) -> Iterator[Candidate]:
    """What one unit says: as an item of a form, or in prose."""
    if unit.label is None and not unit.under and (rows := list(tabled(document, patterns, unit))):
        yield from rows
        return
    label = unit.label_text or above(document, unit)
    if not label and unit.index and len(unit.text) < _OPTION:
        before = document.units[unit.index - 1]
        label = before.text if _titles(extent, before) else ""
        if ends := _ENDS_TITLED.search(before.text):
            label = ends[0].strip(" ,;.:")
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
    if (found := in_place(document, patterns, unit)) is not None:
        yield found
        return
    said = list(_prose(document, patterns, unit))
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


def _prose(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    for rule in patterns.rules:
        if rule.value is not None and (match := rule.pattern.search(unit.text)) and _SAYS.search(unit.text):
            if (
                _BRONCHIAL_PART.search(unit.text[max(0, match.start() - 12) : match.end()])
                and (own := own_organ(document))
                and own.search("lung")
            ):
                continue  # the bronchi's own cartilage
            if rule.id == _IN_PART and NODE.search(f"{unit.heading} {unit.under}"):
                continue  # what is left of a node
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
            if (farther := _farther(document, patterns, mention, unit)) is not None:
                yield farther
            continue
        if mention.target != confining and _DENIED_BELOW.match(document.text.clean, unit.start + mention.end):
            continue
        if UNSTATED.match(unit.text, mention.end) or _CELLS.search(unit.text[: mention.start]):
            continue
        if own is not None and _BRONCHIAL.search(words) and own.search("lung"):
            continue  # the bronchi's own cartilage
        if mention.target == _NAMED and _FAT.match(words) and NODE.search(f"{unit.under} {unit.text}"):
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
        if (
            mention.target == _THROUGH
            and _WALL.search(words)
            and (held := _HELD.match(unit.text, mention.end))
        ):
            yield document.candidate(
                "absent",
                unit,
                mention.start,
                held.end(),
                f"{patterns.name}/held",
                strength=misplaced(unit),
                prose=1.0,
            )
            continue
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


def _of_node(document: Document, unit: Unit) -> bool:
    """Extracapsular extension of a node is not the tumor's."""
    if not _CAPSULE.search(unit.text):
        return False
    before = document.units[max(0, unit.index - 3) : unit.index + 1]
    return any(NODE.search(u.text) for u in before) or bool(NODE.search(unit.heading))


def _in_legend(document: Document, unit: Unit) -> bool:
    """The printed definition of a T category."""
    if any(lo <= unit.start < hi for lo, hi in category_tables(document.text.clean)):
        return True
    around = document.units[max(0, unit.index - 1) : unit.index + 2]
    return any(_LEGEND.search(u.text) for u in around)
