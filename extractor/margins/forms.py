"""Items of forms and headings of parts that state a margin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.statements.margin_lists import BY_STATE
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

_STATE = Expression(
    r"\bmargins?(?:\W{0,2}s\)?)?\W{1,3}(?:(?:is|are)\W{1,3}){0,2}"
    r"(?:(?P<free>un-?involved|not involved)|involved)(?: by [\w ]{0,40})?$",
    re.IGNORECASE,
)
#: A label that states involvement itself ("Positive inked margins: left base", "Margin positive (1 mm)").
_POSITIVE = Expression(
    r"\bpositive (?:\w+ ){0,2}margins?(?:\s?\(s\))?$|\bmargins?(?:\s?\(s\))? positive \([^)]{0,20}$",
    re.IGNORECASE,
)
_SIDE = Expression(r"\b(?:left|right|apex|base|bladder|prostate|\d+ ?[mc]m)\b", re.IGNORECASE)
ALONE = Expression(
    r"(?:^\W*(?:[A-Z]?\d?\W+)?(?:\w+ |histologic(?:al)? assessment of (?:\w+ )?)?"
    r"margins?(?: of resection| status| table)?|\s(?-i:Margins|MARGINS))[\s.;:]*$",
    re.IGNORECASE,
)
_YES_NO = Expression(
    r"\W*(?:yes|no(?!ne)|not|n/?a|uninv|unkn|neg|pos|present|absent|free|cannot|see|invol|indet|\d)",
    re.IGNORECASE,
)
#: What a row of a list of margins names, whatever its words.
_NAMED = re.compile(r"[A-Za-z]{3}")
_NONE = Expression(r"\W*(?:none|nil)\b", re.IGNORECASE)
#: The numbered answers of a form's question ("Margins involved. 2  1. Yes 2. No").
_NUMBERED = re.compile(r"\W{0,4}\d?\W{0,4}1\W{0,2}Yes\b", re.IGNORECASE)
#: Longest junk after a label without an answer.
_JUNK = 5
_NODES = Expression(r"\b(?:lymph )?nodes?\b", re.IGNORECASE)


#: What was seen on images before the operation, not on the specimen.
_IMAGED = Expression(
    r"\b(?:MRI|magnetic resonance|CT(?: scan)?|imaging|radiology|radiologic(?:al)?(?:ly)?|"
    r"EUS|endosonograph\w+)\b"
    r"(?![ -](?:guided|histolog))(?:(?!\bspecimen|\bpatholog|\bhistolog)[^.;]){0,60}?"
    r"\b(?:margins?|CRM|circumferential|mesorectal fascia|resection)\b",
    re.IGNORECASE,
)
#: The title of a part without its letter: "BRONCHIAL MARGIN, EXCISION".
_TITLE = re.compile(r"\W{0,4}[A-Z][\w ,/()#&'-]{6,110}$")
_PART_TITLE = re.compile(
    r",\W{0,3}(?:\w+ ){0,2}(?:excision|resection|biops(?:y|ies)|\w+ectomy)\b", re.IGNORECASE
)
#: The title of another part within a part's lines: "No tumor present. (K) MANDIBLE AND TONGUE:".
_OTHER_PART = re.compile(r"(?-i:[A-Z][A-Z]{2,}[ ,/&]+[A-Z][A-Z ,/()&'-]{2,90}):\W*$")
_NO_PART = re.compile(r"\b(?:MARGINS?|DIAGNOS[IE]S|COMMENTS?|NOTES?|SECTIONS?|RESULTS?|SHAVE)\b")
_MAIN = re.compile(r":[^:]*ectomy\b[^:]*:\s*$", re.IGNORECASE)
#: Shorter words before a colon are the number of a part.
_NUMBER = 12
_PROCEDURE = re.compile(r"\b(?:excision|resection|biopsy|shave|\w+ectomy)\b", re.IGNORECASE)


def below_title(above: Unit, unit: Unit) -> bool:
    """Whether a line stands below a part's title that names a margin, and lists what was found there."""
    return (
        above.label is None
        and unit.label is None
        and unit.text.lstrip()[:1] in "-*\u2022"
        and _TITLE.match(above.text) is not None
        and ("margin" in (words := above.text.lower()) or "shave" in words)
        and _PROCEDURE.search(above.text) is not None
    )


def title(heading: str) -> str:
    """A part's heading without the diagnosis that stands in its line; none where it names two parts."""
    head, colon, _ = heading.partition(":")
    if _MAIN.search(heading):
        return ""
    return head if colon and len(head.strip()) >= _NUMBER else heading


def other_part(unit: Unit) -> bool:
    """Whether a unit ends with the title of a part that names no margin."""
    found = _OTHER_PART.search(unit.text)
    return found is not None and _NO_PART.search(found[0]) is None


def names_margin(unit: Unit) -> bool:
    """Whether a unit has a label, and one that names no other part: "Soft tissue, second rib, excision:"."""
    words = unit.label_text
    return unit.label is not None and ("margin" in words.lower() or _PART_TITLE.search(words) is None)


def numbered(document: Document, behind: str, unit: Unit) -> bool:
    """Whether a form's numbered answers follow, in the rest of a unit or in the next two lines."""
    below = " ".join(u.text for u in document.units[unit.index + 1 : unit.index + 3])
    return _NUMBERED.match(f"{behind} {below[:20]}") is not None


def imaged(unit: Unit) -> bool:
    """Whether a unit speaks of a margin foreseen on images."""
    return _IMAGED.search(unit.text) is not None


def item_of_state(
    document: Document, patterns: FieldPatterns, unit: Unit, *, listed: bool = False
) -> Candidate | None:
    """An item that lists margins by their state: "Margins uninvolved by carcinoma: distal, radial".

    In a list of margins (``listed``) its label may be the state alone.
    """
    if unit.label is None:
        return None
    words = unit.value_text.strip(" .:;_-")
    if (
        item := _STATE.search(unit.label_text) or (BY_STATE.match(unit.label_text) if listed else None)
    ) is None:
        if not _POSITIVE.search(unit.label_text) or (_YES_NO.match(words) and not _SIDE.match(words)):
            return None
        if not (_SIDE.search(words) or patterns.rule("place").pattern.search(words)):
            return None
        end = (unit.value or 0) + len(unit.value_text)
        return document.candidate(
            "positive", unit, unit.label[0], end, "margins/item", strength=0.5, answered=1.0
        )
    none = _NONE.match(words) is not None
    named = listed and _NAMED.match(words) is not None
    if _YES_NO.match(words) or not (none or named or patterns.rule("place").pattern.search(words)):
        return None
    free = (item["free"] is not None) != none
    if none and free is False:
        return None  # "Margins uninvolved: none": the involved ones stand elsewhere
    value = "negative" if free else "positive"
    end = (unit.value or 0) + len(unit.value_text)
    return document.candidate(value, unit, unit.label[0], end, "margins/item", strength=0.5, answered=1.0)


def opens_list(unit: Unit) -> bool:
    """A label for margins without an answer of its own: "Surgical margins:" above a list of them."""
    return (
        unit.label is not None and ALONE.search(unit.label_text) is not None and len(unit.value_text) < _JUNK
    )


def answer_at(unit: Unit, *, alone: bool) -> int:
    """Where the answer to a label begins in a unit; 0 if the unit is no answer."""
    if unit.label is None or (alone and not unit.value_text.strip()):
        return 0  # "Free of tumorAccession:", what follows the answer made a label of it
    return unit.value or 0


def by_heading(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """What is said below a part's heading that names a margin ("C. Distal margin: Benign mucosa")."""
    negated = patterns.rule("negated").pattern
    for name in ("involved-part", "free-part"):
        rule = patterns.rule(name)
        hit = rule.pattern.search(unit.text)
        shift = 0
        if hit is None and unit.value and "margin" in unit.label_text.lower():
            shift, hit = unit.value, rule.pattern.search(unit.value_text)  # "Deep margin, biopsy: carcinoma."
        if (
            hit is None
            or _NODES.search(unit.text)
            or (
                name == "involved-part"
                and (
                    negated.search(
                        document.text.clean[
                            max(0, unit.start + shift + hit.start() - 60) : unit.start + shift + hit.start()
                        ]
                    )
                    or (unit.label is not None and "margin" not in unit.label_text.lower())
                )
            )
        ):
            continue
        return document.candidate(
            rule.value,
            unit,
            hit.start() + shift,
            hit.end() + shift,
            rule.id,
            strength=rule.strength,
            by_heading=1.0,
        )
    return None
