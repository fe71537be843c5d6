"""Statements about another specimen: an earlier one, or one reported elsewhere.

Their values never compete with what this report finds itself. ``mark`` says so in the features of
candidates, beyond the words a document knows: by the paragraph's own label ("Background: ...") and by
when and where the other specimen was seen ("biopsy last month", "operated 2017"). The other way around, a
value that corrects an earlier one ("27% (previously issued as 18%)") is the current one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.matching.shapes import HEADING_MAX

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.unit import Unit

#: What a candidate of another specimen loses.
PENALTY = 8.0

_LABEL = re.compile(
    r"\W*(?:\d{1,2}[.)]\s*)?(?:background|previous(?:ly)?|prior|history|indication|question|"
    r"referral|request|"
    r"clinical(?: (?:history|notes?|details|data|information|background))?|"
    r"(?:clin\.? )?details\s*$|reason for|anamnesis|former|"
    r"(?:clin\.? )?hx|pre-?op(?:erative)?|diagnos[ie]s of (?:provenance|origin)|superseded|"
    r"(?:(?!this)\w+ ){1,3}(?:\w+ )?\(?elsewhere|external report|"
    r"(?:\w+ ){0,2}(?:at|of|in) (?:the )?(?:first|initial|earlier|previous|prior) "
    r"(?:operation|surgery|resection|biopsy)|"
    r".{0,40}\bhistory on file|"
    r"(?:the )?(?:original|initial|first|previous|former) (?:report|diagnosis|version|text|wording)"
    r"(?: (?:had )?(?:read|said|stated|was|gave)s?)?\W*$|"
    r"(?:1st|first|earlier|former|initial) (?:edition|version|issue)|"
    r"letter (?:of|from)|external(?! (?:surface|margin|aspect|os|iliac|ear|auditory))|"
    r"outside(?! (?:of |the |tumou?r\b|lesion\b)))\b(?!.*\b(?:review|consult|necrosis|AJCC path))",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?|(?:[01]?\d/)?(?:19|20)\d\d)"
)
_SPECIMEN = (
    r"(?:tumou?r|specimen|biops(?:y|ies)|resection|FNA|aspirat\w+|cytology|polypectomy|snare|EMR|ESD|"
    r"append(?:ic)?ectomy|lobectomy|hemicolectomy|excision)"
)
_SAMPLE = rf"(?:{_SPECIMEN}|core|bx\.?|shave|punch|curett\w+|smear)"
#: What is done to a specimen on the table, and says nothing of when it was taken.
_HANDLED = (
    r"(?:\w+ ){0,2}?(?:ink|open|section|bivalv|bisect|incis|dissect|transect|sampl|slic|fix|orient|mark|"
    r"cut\b|frozen|submitted|procured|received|photograph|weigh|label|stain|process|embedd|stapl|sutur)"
)
#: Another laboratory or its people, and what they wrote.
_SENDER = (
    r"(?:sending|referring|submitting|external|peripheral|outside|original) "
    r"(?:unit|lab\b\.?|laborator(?:y|ies)|pathologists?|cent(?:er|re)|colleagues?|clinicians?|"
    r"report|letter|form)"
)
_SAID = (
    r"(?:show(?:s|ed)|reveal(?:s|ed)|demonstrate[sd]|gave|gives|suggest(?:s|ed)|propos(?:es|ed)|contained|"
    r"conclude[sd]|stated?s?|read|quote[sd]|mention(?:s|ed)|speaks? of|favou?r(?:s|ed)|displayed|"
    r"raise[sd]|report(?:s|ed)|called|diagnosed|interpreted|rendered|suspected|considered|estimated|counted|"
    r"found|thought|wondered|questioned)"
)
#: What another report is quoted with.
_QUOTED = (
    r"\b(?:original|previous|earlier|first|initial|outside|referring) (?:report|diagnosis|version|"
    r"sign-?out) "
    r"(?:had |was )?(?:read|said|stated|gave|given|listed|quoted|called)\b"
)
_BEFORE = Expression(
    r"\blast (?:week|month|year)\b|"
    r"\b(?:\d{1,2}|one|two|three|four|five|six|seven|eight|a few|several) (?:days?|weeks?|months?|years?) "
    r"(?:ago|earlier|before|previously)\b|"
    r"\b(?:another|other|outside|referring) (?:hospital|institution|laborator(?:y|ies)|clinic|"
    r"department)\b(?!\W{1,3}(?:and )?(?:re-?)?(?:reviewed|examined)\b)|"
    rf"\b(?:19|20)\d\d (?:\w+ )?{_SPECIMEN}\b(?! (?:no|number|report|cells|nuclei))|"
    r"\bhx of\b|\b(?:operated|resected|removed|excised|treated|diagnosed) (?:in |on )?"
    r"(?:\w{3,9} )?(?:19|20)\d\d\b|"
    r"\bfrozen section\b[^.;]{0,40}\b(?:report|call|as|considered|diagnos)|"
    rf"\b{_SPECIMEN} (?:\([^()]{{0,70}}\) )?(?:\w+ ){{0,4}}"
    rf"(?:(?:in|of|from|dated) {_MONTH}(?!\w)|(?:had|has) (?:shown|given|been(?! {_HANDLED})))|"
    rf"\b(?:previous|earlier|prior|pre-?op(?:erative)?|diagnostic) (?:\w+ ){{0,2}}{_SPECIMEN} "
    r"(?:\([^()]{0,70}\) )?(?:was|were|had been) (?:re-?)?"
    r"(?:diagnosed|reported|read|called|given|signed|classified|interpreted|reviewed|examined|seen)\b|"
    r"\bat that time\b|"
    r"\b(?:referred|sent|submitted) (?:to (?:us|me) |here )?as (?:an? |possible |probable )?"
    r"(?:NE[TC]\b|neuroendocrine|carcinoid|small cell|large cell|well|poorly)|"
    rf"\b(?:the|this|on|in|her|his) (?:previous|earlier|prior|former) {_SPECIMEN}(?: \([^()]{{0,20}}\))?"
    r"(?:\s*$| (?:had been|had|was|were|expressed|showed|quoted|measured)\b)|"
    rf"\b(?:the|this|on|in|her|his) (?:previous|earlier|prior|"
    rf"former) (?:\w+ )?{_SPECIMEN} ?\([^()]{{0,40}}$|"
    rf"{_QUOTED}|"
    r"\bcomparison (?:slides?|sections?|material|blocks?)\b|\b(?:from|out of) (?:the |our )?archiv\w*|"
    r"\barchived (?:slides?|blocks?|material)|\bthat (?:old |earlier |former |archived? )?(?:slide|"
    r"block)\b|"
    r"(?<!as )\byou(?:r colleagues?)? (?:had |have |also |initially ){0,2}"
    r"(?:labell?ed|called|signed|reported|diagnosed|read|interpreted|classified|considered|termed|"
    r"favou?red|"
    r"suspected|suggested|proposed|raised|thought|felt|wondered|questioned|"
    r"(?:were|was) (?:concerned|worried|thinking))\b(?! (?:in|above|below))|"
    r"^\W*(?:history of|(?:previous|former) (?:tumou?r|lesion) of)\b(?!.*\.\s)|"
    r"\bin (?:19|20)\d\d [^.;]{0,40}\bhad\b|"
    rf"\bthe (?:primary|previous|first|earlier) {_SPECIMEN} (?:in|of) (?:19|20)\d\d\b|"
    r"\b(?:previous|prior|preceding|earlier|initial|pre-?operative|former|outside|external) "
    rf"(?:\w+ ){{0,2}}{_SAMPLE} (?:\([^()]{{0,70}}\) ?)?(?:(?:had|has|have) (?:\w+ )?)?{_SAID}\b|"
    rf"\b(?:previous|prior|preceding|earlier|pre-?operative) (?:\w+ ){{0,2}}{_SAMPLE} \([^()]{{0,50}}\)|"
    rf"\b{_SAMPLE} (?:done |taken |made )?elsewhere\b|"
    rf"\bpre-?(?:treatment|therap\w+) (?:\w+ )?{_SAMPLE}\b|"
    rf"\b(?:index|first|initial|diagnostic) {_SAMPLE} (?:\([^()]{{0,70}}\) )?(?:had|was) (?:been )?"
    r"(?:signed|called|reported|diagnosed|read)\b|"
    rf"\b(?:by|at|in|from|according to|per) the {_SENDER}\b|\bthe {_SENDER} (?:had |has |also )?{_SAID}\b|"
    r"\b(?:in|on|of|from) (?:the )?(?:previous|prior|earlier|former|preceding) "
    r"(?:material|samples?|slides?|blocks?|case)\b|"
    r"\b(?:the )?referral (?:report|letter|form|note|diagnosis)\b|"
    r"\breported (?:externally|outside|abroad)\b|\bthere (?:quoted|given|stated|reported|called)\b|"
    r"\b(?:1st|first|initial|original|earlier|former|provisional) (?:edition|version|draft|issue)\b|"
    rf"(?<!agree with )(?<!concur with )(?<!confirm )(?<!support )\byour (?:own )?"
    r"(?:working|original|initial|first|provisional|presumptive|primary|preliminary) "
    r"(?:\w+ )?(?:diagnosis|impression|report|opinion|reading|interpretation|assessment|count)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[^.;()]{0,30}\b(?:at|in|of|from) (?:the )?(?:1st|first|initial|original|earlier|former) "
    r"(?:edition|version|draft|issue)\b|"
    r"[^.;]{0,30}\b(?:not (?:re-?)?(?:reviewed|sent|seen|received|submitted) (?:by us|by me|here|"
    r"for review|to us|to me|in this department|at this))\b|"
    rf"[^.;]{{0,20}}\b(?:in|on|at|from) (?:the |an? )?(?:previous |prior |earlier |first )?{_SPECIMEN} "
    rf"(?:of|from|in) {_MONTH}(?!\w)|"
    r"(?: (?:was|were|had been) (?:\w+ )?|[^.;]{0,25} )(?:in|at) "
    r"(?:another|other|an outside|the referring) (?:hospital|institution|laboratory|clinic|department)\b|"
    r"(?: (?:was|were|had been) \w+)? in the \w+ in (?:19|20)\d\d\b",
    re.IGNORECASE,
)
#: What another sample was called, in quotation marks that are still open.
_QUOTE = re.compile(
    r"(?:\b(?:biops(?:y|ies)|bx|FNA|cytology|aspirat\w+|punction|core)\b|\byour (?:own )?(?:diagnosis|"
    r"report)\b|"
    r"\b(?:described|called|reported|diagnosed|signed out|read) (?:\w+ ){0,2}as\b)"
    r"[^\".;]{0,60}(?<=[\s:,(])\"[^\"]{0,140}$",
    re.IGNORECASE,
)
_QUOTE_REACH = 200
#: A sentence that goes on about what the one before spoke of, and an earlier specimen it may have spoken of.
_IT = re.compile(r"\W{0,3}(?:it|they|that|those|the latter)\b", re.IGNORECASE)
_EARLIER_ONE = re.compile(
    rf"\b(?:the|an?|his|her) (?:\w+ ){{0,2}}"
    rf"(?:(?:previous|prior|preceding|earlier|former) (?:\w+ ){{0,2}}{_SAMPLE}\b|"
    rf"{_SAMPLE} (?:of|from|in|on|dated) (?:{_MONTH}|\d{{1,2}}[/.-]\d{{2,4}}\b))"
    r"(?![^.]*\b(?:outside|consult\w+))",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|today|currently|in this (?:specimen|biopsy|material)|here(?! in (?:the |our )?archiv))\b",
    re.IGNORECASE,
)
_NOW_THE = re.compile(r"\b(?:now|today|currently)\b[^.;]{0,24}$", re.IGNORECASE)
_CORRECTED = re.compile(
    r"[^.;()]{0,40}\((?:\w+[;,] )?"
    r"(?:previously|formerly|originally|initially|first|was|earlier|prior)\b[^)]{0,30}\d",
    re.IGNORECASE,
)
#: An earlier specimen that the present value is only likened to.
_ALIKE = re.compile(
    r"[ ,]{0,2}(?:which is |and |thus |i\.e\. )?(?:the )?(?:same (?:as|value)|(?:just )?as in|like|"
    r"similar to|"
    r"identical (?:to|with)|"
    r"unchanged|comparable|equal to|(?:clearly |slightly |much )?(?:lower|higher|less|more|"
    r"different) (?:than|from)|"
    r"in contrast|compared|corresponding to|in (?:agreement|accordance|keeping|line) with)\b",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"\n\s*\n")
#: What begins a list of values of another report, and how many items it has at most.
_REPORTED = Expression(
    rf"{_QUOTED}|\b(?:pre-?(?:treatment|therap\w+)|previous|prior|earlier|preceding) (?:\w+ )?{_SAMPLE}\b|"
    rf"\b{_SAMPLE} (?:\([^()]{{0,20}}\) )?(?:of|from) (?:\w+ ){{0,3}}(?:months?|weeks?|years?) ago\b",
    re.IGNORECASE,
)
_ITEMS = 4
#: Units a paragraph's label is looked for in, backward.
_BACK = 6


def mark(document: Document, candidates: Iterable[Candidate], *, inside: bool = False) -> Iterator[Candidate]:
    """The candidates, those of another specimen marked as history.

    ``inside`` tells that a candidate begins with the name of its test and ends with its value, so that
    the words between may speak of the other specimen.
    """
    for candidate in candidates:
        at = candidate.start - candidate.unit.start
        end = candidate.end - candidate.unit.start
        if earlier(document, candidate.unit, end if inside else at) or _AFTER.match(candidate.unit.text, end):
            candidate.features["historical"] = 1.0
            candidate.features["strength"] = candidate.features.get("strength", 0.0) - PENALTY
        elif "historical" in candidate.features:
            text = candidate.unit.text
            if (
                _CORRECTED.match(text, end)
                or _ALIKE.match(text, end)
                or _NOW_THE.search(text[max(0, (end if inside else at) - 40) : end if inside else at])
            ):
                del candidate.features["historical"]
        yield candidate


def earlier(document: Document, unit: Unit, position: int) -> bool:
    """Whether the words at a place of a unit speak of another specimen."""
    head = _head(document, unit)
    if _BEFORE.may_match(unit.text) or (head and _BEFORE.may_match(document.units[unit.index - 1].text)):
        before = head + unit.text[max(0, position - 160) : position]
        last = None
        for match in _BEFORE.finditer(before):
            last = match
        if last is not None and not _NOW.search(before, last.end()):
            return True
    return (
        below_earlier(document, unit)
        or _quoted(document, unit, position)
        or _goes_on(document, unit, position)
        or _of_earlier_one(document, unit, position)
    )


def _quoted(document: Document, unit: Unit, position: int) -> bool:
    """Whether the words at a place are quoted from the report of an earlier or foreign sample."""
    if '"' not in unit.text[:position]:
        return False
    begins = _QUOTE.search(unit.text[:position])
    at = unit.start + position
    return begins is not None and '"' in document.text.clean[at : at + _QUOTE_REACH]


def _head(document: Document, unit: Unit) -> str:
    """The words before a unit that is the rest of a sentence, which a line's end cut in two."""
    if not unit.index or not unit.text[:1].islower():
        return ""
    before = document.units[unit.index - 1]
    whole = before.section == unit.section and before.text[-1:] not in ".;:?!"
    return f"{before.text[-120:]} " if whole else ""


def below_earlier(document: Document, unit: Unit) -> bool:
    """Whether the unit's paragraph begins with a label that announces another specimen or report."""
    return _LABEL.match(_paragraph_label(document, unit)) is not None


def _goes_on(document: Document, unit: Unit, position: int) -> bool:
    """Whether a list parted by semicolons begins with another report's: "The first report read: A; B"."""
    for before in reversed(document.units[max(0, unit.index - _ITEMS) : unit.index]):
        if not before.text.endswith(";") or document.units[before.index + 1].start - before.end > 2:
            return False
        if (match := _REPORTED.search(before.text)) is not None:
            return not _NOW.search(before.text, match.end()) and not _NOW.search(unit.text, 0, position)
    return False


def _of_earlier_one(document: Document, unit: Unit, position: int) -> bool:
    """Whether a sentence goes on about an earlier specimen: "The biopsy of 4/01 was seen. It shows ..."."""
    if not unit.index or unit.label is not None or not _IT.match(unit.text):
        return False
    before = document.units[unit.index - 1]
    return (
        before.section == unit.section
        and before.label is None
        and _EARLIER_ONE.search(before.text) is not None
        and not _NOW.search(unit.text, 0, position)
    )


def _paragraph_label(document: Document, unit: Unit) -> str:
    """The label the unit's paragraph begins with, or that stands alone above it, with none between."""
    clean = document.text.clean
    for back in range(unit.index, max(-1, unit.index - _BACK), -1):
        current = document.units[back]
        if current.part != unit.part:
            return ""
        if current.label is not None:
            return current.label_text
        before = document.units[back - 1] if back else None
        end = before.end if before else 0
        if (
            before is None
            or _PARAGRAPH.search(clean, end, current.start + 1)
            or before.section != unit.section
        ):
            heading = clean[end : current.start].strip().rpartition("\n")[2]
            return heading.strip(" *:#=_-") if len(heading) <= HEADING_MAX else ""
    return ""
