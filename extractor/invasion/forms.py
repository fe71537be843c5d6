"""Items of forms that state local invasion: answers, marked places, places named by their labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.invasion.places import own_organ
from extractor.matching.expressions import Expression
from extractor.statements.forms import OUTCOMES, coded, misplaced
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

MARGIN = Expression(r"margin", re.IGNORECASE)
#: No more than a length of what lies outside ("Invasion of mesoappendix > 3 mm    No").
NOT_SO_FAR = re.compile(
    r"\s{0,3}(?:[<>≤≥]|over|more than)\s?=?\s?\d+(?:\.\d+)? ?[mc]m\W{1,9}(?:no|not)\b", re.IGNORECASE
)
NODE = Expression(r"\bnod(?:e|al)s?\b", re.IGNORECASE)
CAPSULE = Expression(r"extra-?\s?capsul|capsular", re.IGNORECASE)
#: What is said of one of the nodes of the sentence before.
_EFFACED = Expression(
    r"\b(?:effaced|the largest (?:one |of (?:these|them|which) )?(?:is|was|measures|shows))\b"
    r"[^.;]{0,60}\bcapsul",
    re.IGNORECASE,
)
#: A capsule that is not said to be an organ's, and a node of which is told.
_BARE_CAPSULE = Expression(
    r"(?:^|[,;] )(?:and )?(?:the|its) capsule (?:is|was|has been) (?:\w+ )?(?:breach|inva|infiltrat|penetrat|"
    r"perforat|destroy|cross|broken|overstep|transgress)\w*",
    re.IGNORECASE,
)
_NODE_IS = Expression(
    r"\b(?:the|one|a|this) (?:lymph )?node\b[^.;]{0,30}"
    r"\b(?:is|was|shows?|contains?|holds?|effaced|replaced)\b",
    re.IGNORECASE,
)
#: How far above it the node may be named.
_TOLD = 8
#: The capsule of a node, or what lies around it.
_NODE_CAPSULE = Expression(
    r"\bnod(?:e|al)s?\b(?:(?!\b(?:free|negative|uninvolved|tumou?r (?:extend|invad|infiltr))|[;])[^.]|"
    r"\.(?=\d)){0,70}?\b"
    r"(?:out of|through|beyond|breach\w*|ruptur\w*|outside)?(?: of)?\s?(?:the |its |their )?"
    r"(?<!renal )(?<!thyroid )(?<!liver )(?<!adrenal )(?<!prostatic )(?<!thymic )"
    r"capsul\w*\b(?! of the (?:kidney|liver|thyroid|tumou?r))",
    re.IGNORECASE,
)
_INVADES = Expression(r"\binvades?\W*$", re.IGNORECASE)
_NEGATION = Expression(
    r"\b(?:no|not|without|never|abut\w*|approach\w*|close|near|up to|junction|border|interface|"
    r"adjacent to|within|(?:surrounded|covered) by)\b",
    re.IGNORECASE,
)
#: An answer that speaks of another finding, or of a place ("tumor is present in the wall").
_OTHERWISE = re.compile(r"\bin[- ]?situ\b|\bdysplas", re.IGNORECASE)
#: What is there besides tumor ("Serosa: focal endometriosis").
_NO_TUMOR = re.compile(
    r"\s{0,2}(?:\w+ ){0,2}?(?:endometriosis|adenomyo|leiomyo|fibroid|adhesion|fibros|fibrous|inflam|"
    r"mesotheli|hyperplas|"
    r"endosalping|h(?:a)?emorrhag|congest|edema|oedema|atroph|calcif|granulom|scar)",
    re.IGNORECASE,
)
#: Tumor after it, in the same answer.
_AND_TUMOR = re.compile(
    r"(?:\band|\bwith|,|;|\bplus)\s{1,3}(?:(?!no\b|not\b|without|free)\w+\s{1,3}){0,2}?"
    r"(?:tumou?r|\w*carcinoma|NET|carcinoid|malignan\w+)(?! (?:is |was )?(?:not|absent|free))\b",
    re.IGNORECASE,
)
_PLACED = re.compile(r"\s+(?:in|within|at|on|along)\b", re.IGNORECASE)
#: Labels that ask for a place.
_OTHER_ORGANS = re.compile(
    r"\b(?:other|adjacent) (?:pelvic )?(?:organs?|structures?|tissues?|sites?)", re.IGNORECASE
)
#: A printed choice: three or more places side by side, none marked.
_CHOICE = re.compile(r"[^/.;:\d()\[\]]{2,30}(?:\s/\s[^/.;:\d()\[\]]{2,30}){2,}")
_NO_MORE = re.compile(
    r"^[\s:;,|-]*(?:not\b(?! (?:in ?to|through|beyond|reaching|penetrating|breaching|perforating|onto|"
    r"as far|to)\b)|n\s?/\s?a\b|un-?in?vol|no\b|negative|absent|free\b|none|\(?(?:T\d|FIGO))",
    re.IGNORECASE,
)
_METASTATIC = Expression(r"metasta", re.IGNORECASE)
#: Organs that tumor reaches by metastasis.
_FAR = re.compile(r"\b(?:liver|hepatic|lungs?|omentum|brain)\b", re.IGNORECASE)
#: How far behind a statement a metastasis may be named.
_BEHIND = 40
_SHORT = 60
#: How far into an item on extent its places are looked for, and into a list of what is involved.
_ITEM, _LIST = 80, 160
_INVOLVED = Expression(r"\binvolved\b", re.IGNORECASE)
#: A form's list of other organs, the organs, and what is said of one.
_LIST_OF_ORGANS = re.compile(
    r"\bextra-?vesical (?:tumou?r )?(?:extension|involvement)|"
    r"\binvolvement of (?:any )?other (?:pelvic )?organs|"
    r"\bother (?:tissues?\s?/\s?)?(?:organs?|structures?) (?:are )?(?:involved|invaded)|"
    r"\b(?:extension|invasion|spread)(?: of (?:the )?tumou?r)? (?:in ?to|of|to) "
    r"(?:(?:adjacent|other|neighbou?ring|surrounding) (?:organs?|structures?)|organs? adjacent to)",
    re.IGNORECASE,
)
_ORGAN = re.compile(
    r"\W*(?:(?:the|right|left|both|bilateral|distal|upper) ){0,3}(?P<organ>ureters?|urethra|prostatic stroma|"
    r"prostate|vagina|uterus|rectum|rectal wall|bowel|seminal vesicles?|(?:fallopian )?tubes?|ovar(?:y|ies)|"
    r"bladder|cervix|parametri(?:um|a)|sigmoid|colon|pleura|visceral pleura|chest wall|pericardium|diaphragm|"
    r"spleen|stomach|duodenum|liver)\b",
    re.IGNORECASE,
)
_IS_INVOLVED = re.compile(
    r"\s?[,:-]?\s?(?:(?:is|are|was|were) )?(?:(?!un)\w+ly )?(?:involved|invaded|infiltrated|positive)\b"
    r"(?! by (?:\w+ )?(?:carcinoma )?(?:in situ|CIS\b))",
    re.IGNORECASE,
)
_SPARED = re.compile(
    r"\b(?:no|not|none|negative|uninvolved|free|absent|normal|unremarkable|without|intact|benign|spared|clear|n/a)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:suspicious|possibl\w+|probabl\w+|cannot|in situ|metasta\w+|lymph|nodes?|margins?|unknown|"
    r"adher\w+|biops\w+|see)\b|\?",
    re.IGNORECASE,
)
#: Longest line below a label that answers for it.
_LINE = 90


def is_choice(unit: Unit) -> bool:
    """Whether a form's line prints the places to choose from, with none of them marked."""
    return unit.label is not None and _CHOICE.fullmatch(unit.value_text.strip(" ._")) is not None


def answer(
    document: Document, patterns: FieldPatterns, unit: Unit, *, whole: bool = False
) -> Candidate | None:
    """The answer behind a label, or (``whole``) of a short line that holds nothing else."""
    words = unit.value_text
    if patterns.data.get("coded") and not whole and (outcome := coded(document, words)) is not None:
        start, end = unit.label[0] if unit.label else 0, len(unit.text)
        return document.candidate(
            outcome, unit, start, end, f"{patterns.name}/coded", answered=1.0, coded=1.0
        )
    found = document.answers.read(words)
    tumor = _AND_TUMOR.search(words) if not whole and len(words) < _LINE else None
    if (
        tumor is not None
        and (found is None or (found.outcome == "present" and _NO_TUMOR.match(words, found.end)))
        and _NO_TUMOR.search(words[: tumor.start()])
    ):
        start = unit.label[0] if unit.label else 0
        return document.candidate(
            "present",
            unit,
            start,
            (unit.value or 0) + tumor.end(),
            f"{patterns.name}/answer",
            strength=misplaced(unit),
            answered=1.0,
        )
    if (
        found is None
        or found.outcome not in OUTCOMES
        or found.start > (2 if whole or unit.label is None else 40)
    ):
        return None
    if whole and len(words) > _SHORT:
        return None
    if found.outcome == "present" and _NO_TUMOR.match(words, found.end):
        return None
    if (
        found.outcome == "present"
        and found.start
        and (
            _OTHERWISE.search(words[: found.end])
            or (_PLACED.match(words, found.end) and not _OTHER_ORGANS.search(unit.label_text))
        )
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


def in_place(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """Tumor in a place outside the organ that the label names ("Prostate: compromised by neoplasia")."""
    label = unit.label_text or (unit.under if len(unit.text) < _LINE else "")
    if not label:
        return None
    item = unit.label is not None and patterns["item"].match(label) is not None
    match = patterns["in-place"].match(unit.value_text)
    if not (item or match):
        return None
    if MARGIN.search(label) or NODE.search(label) or MARGIN.search(unit.value_text[:_LINE]):
        return None
    if item:
        return answer(document, patterns, unit)
    if match is None or patterns["place"].search(label) is None or _FAR.search(label):
        return None
    if _METASTATIC.search(document.text.clean[unit.start : unit.end + _BEHIND]):
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


def listed(document: Document, unit: Unit) -> Candidate | None:
    """What a form's list of other organs says of one ("Extravesical extension:", "Left ureter involved")."""
    item = unit.label is not None and _LIST_OF_ORGANS.search(unit.label_text) is not None
    if not item and (unit.label is not None or not _LIST_OF_ORGANS.search(unit.under)):
        return None
    at = (unit.value or 0) if item else 0
    found = _ORGAN.match(unit.text, at)
    if found is None or ((own := own_organ(document)) is not None and own.search(found["organ"])):
        return None
    rest = unit.text[found.end() :]
    spared = _SPARED.search(rest)
    if spared is None and not item and _IS_INVOLVED.match(rest) is None:
        return None
    if _OPEN.search(rest) or (spared is not None and not item):
        return None
    return document.candidate(
        "present" if spared is None else "absent",
        unit,
        unit.label[0] if item and unit.label else 0,
        len(unit.text) if spared is None else found.end() + spared.end(),
        "local_invasion/listed",
        strength=misplaced(unit),
        answered=1.0,
    )


def extent_item(document: Document, patterns: FieldPatterns, unit: Unit, at: int) -> Candidate | None:
    """What an item on the extent of tumor names: a place outside the organ, or within it."""
    words = unit.text[at : at + (_LIST if _INVOLVED.search(unit.label_text) else _ITEM)]
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


def of_node(document: Document, unit: Unit) -> bool:
    """Extracapsular extension of a node is not the tumor's."""
    if _NODE_CAPSULE.search(unit.text):
        return True
    if _EFFACED.search(unit.text) and NODE.search(
        f"{document.units[max(0, unit.index - 1)].text} {unit.text}"
    ):
        return True
    before = document.units[max(0, unit.index - 3) : unit.index + 1]
    if _BARE_CAPSULE.search(unit.text):
        told = document.units[max(0, unit.index - _TOLD) : unit.index + 1]
        return any(_NODE_IS.search(u.text) and u.section == unit.section for u in told)
    if not CAPSULE.search(unit.text):
        return False
    return any(NODE.search(u.text) for u in before) or bool(NODE.search(unit.heading))
