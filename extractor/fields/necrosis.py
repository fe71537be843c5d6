"""Tumor necrosis.

Meaning: ``present`` (focal, punctate, comedo-type, geographic or extensive alike) or ``absent``.
Necrosis of fat, granulomas, nodes or other tissue that is not tumor does not count, nor does the
death of single cells.
Source: WHO 2021/2022 (it separates atypical from typical carcinoid, and grades medullary thyroid
carcinoma by the IMTCGS); the rule book of the gold files.
Conflicts: a statement on the slides outranks one on the gross specimen; among equals present counts.
"""

import re
from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.grading.necrosis_words import (
    absence_of,
    beyond_denial,
    in_deposit,
    of_in_situ,
    said_present,
    scored,
)
from extractor.matching.patterns import FieldPatterns
from extractor.statements.findings import read_finding

#: Necrosis after treatment is no finding of its own.
_TREATED = re.compile(r"therap|treatment|chemo|response", re.IGNORECASE)

#: Another, benign tumor.
_BENIGN_TUMOR = re.compile(r"\b(?:(?:leio)?myoma(?:s|ta)?|fibroids?)\b", re.IGNORECASE)

#: A tumor named later than other tissue is what is necrotic; what follows a verb is said of it too.
_MASS = re.compile(
    r"(?<!to the\s)(?<!to the\s\s)(?<!from the\s)"
    r"\b(?:tumou?r|mass|carcinoma|neoplasm)\b(?! (?:cells?|involve))",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:extend\w*|invad\w*|is|are|present|abut\w*|surround\w*|within)\b", re.IGNORECASE)
#: A benign nodule in the words before ("a whorled nodule; no hemorrhage or necrosis").
_WHORLED = re.compile(
    r"\bwhorl|\bleiom?y|\bmyomas?\b|\bfibroid|\bmyometri\w*[^;]{0,110}\bnodules\b|"
    r"\bintra-?(?:mural|muscular)\b[^;]{0,60}\bnodules?\b",
    re.IGNORECASE,
)
_BEFORE = 220
#: Other findings of a specimen without tumor ("no masses or areas of necrosis").
_NO_TUMOR = re.compile(
    r"\bno (?:\w+ ){0,2}(?:carcinoma|tumou?rs?|mass(?:es)?|lesions?|nodules?)(?:,| or| and)\s"
    r"[^.;]{0,50}necro|\bnecro\w+ (?:debris|material|tissue)\b[^.;]{0,30}\b(?:no|without) (?:\w+ ){0,2}"
    r"(?:tumou?r|malignan\w+|carcinoma|neoplas\w+)",
    re.IGNORECASE,
)

#: Tissue that was seen before this specimen.
_EARLIER = re.compile(r"\b(?:prior|previous|earlier|outside|history of|h/o|s/p)\b", re.IGNORECASE)
#: An answer that tells neither.
_UNTOLD = re.compile(
    r"\b(?:can ?not|could not|can't|unable to|not possible to)\s(?:be\s)?(?:\w+\s)?"
    r"(?:assess|determin|evaluat|judg|establish|exclud|ruled out)\w*|"
    r"\bindetermin\w+|\bnot (?:assessable|evaluable)\b|\bunknown\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(r"\b(?:possibl[ey]|questionable|suspicious|suspected)\b", re.IGNORECASE)
#: What is left out of a denial: "no necrosis save around the biopsy tract".
_SAVE = re.compile(r"\b(?:save|except|apart from|aside from|other than)\b", re.IGNORECASE)
#: A place where there is some, before a denial: "except for one area in block 3, there is no necrosis".
_BUT_ONE = re.compile(
    r"\b(?:except for|apart from|aside from|other than) "
    r"(?:(?:an?|one|two|three|few|some|single|small|minute|tiny|focal|isolated|limited|rare) ){1,3}"
    r"(?:area|foc(?:us|i)|field|region|spot|zone)s?"
    r"(?: (?:in|on) (?:the )?"
    r"(?:block|slide|section|cassette|part|cent(?:er|re)|periphery|tumou?r)\b[^,.;]{0,20})?,"
    r"[^,.;]{0,40}$",
    re.IGNORECASE,
)
#: What typical and atypical tumors are defined by.
_DEFINED = re.compile(
    r"\bby def\b|\bby definition\b|\batypical\b[^.;]{0,50}\band/or necrosis\b|"
    r"\b(?:is|are) defined\b|\bdefin(?:ition|ed) (?:of|as|by)\b|"
    r"\b(?:legend|key|footnote|definition|explanation|criteri\w+|scheme)\s?[:=]|"
    r"\b(?:(?:high|low)[- ]grade|G[123]|grade (?:[123]|I{1,3}))\b\s?(?:=|means\b|if\b|when\b|"
    r"is (?:given|called|assigned (?:when|if|to|where))|requires)[^.]{0,90}\bnecro|"
    r"\b(?:high|low)[- ]grade\b ?\([^.;()]{0,60}\bor necrosis|"
    r"\b(?:one of|among) the criteria(?![^,.;]{0,50}, (?:is|are|was|were)\b)|"
    r"\bnecro\w+ (?:is|are) (?:the|a|both|one of the|among the) criteri|"
    r"\bnecro\w+\b[^.;]{0,25} (?:is|are|would be) (?:required|needed|necessary|diagnostic of)\b|"
    r"\bany of\b[^.;]{0,50}\bnecro|\batypical (?:carcinoid)?\s?: ?[^.;]{0,30}\bnecrosis or\b",
    re.IGNORECASE,
)
#: Dead tissue that is only inferred, or was taken for it ("reaction to necrotic tumor").
_INFERRED = re.compile(
    r"\b(?:(?:reaction|response|secondary|due) to|"
    r"(?P<taken>interpreted|regarded|reported|read|taken|diagnosed) (?:as|for)|"
    r"(?P<single>single|individual|isolated)) (?:\w+ ){0,2}$",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"[^.;]{0,90}\b(?:actually|in fact|represents?|turns? out|turned out|proved|proves|"
    r"is (?:in reality|really))\b",
    re.IGNORECASE,
)
#: Dead cells, one by one.
_CELLS = re.compile(r"\s+(?:cells?|keratinocytes?)\b", re.IGNORECASE)
#: None of it, in signs or behind the word.
_FREE = re.compile(r"[ -]free\b|\W{1,3}0 ?%|[ :]{0,3}lacking\b(?=\W*(?:$|[.;,]))", re.IGNORECASE)

#: A sentence whose verb and denial come first: "Are not observed vessels with ... or necrosis".
_NOT_SEEN = re.compile(
    r"\W*(?:it ?(?:is|was|has been) ?|(?:there )?(?:is|are|was|were) )?not (?:observed|seen|found|"
    r"identified|detected|"
    r"evidenced|recogni[sz]ed|present)\b(?! (?:in|on|at|within|by)\b)(?:(?!\bbut\b|however|only)[^.;])*$",
    re.IGNORECASE,
)

#: Lack of blood as what looks like a cause.
_LACK = re.compile(r"isch|infarct", re.IGNORECASE)
#: Rank of what was seen on slides.
_SLIDES = 3


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: labels and prose; a mention without a verb ("with zones of necrosis") is present."""
    extent, degree = patterns.rule("extent").pattern, patterns.rule("degree").pattern
    for unit in document.units_with(patterns.label) if patterns.label is not None else ():
        if unit.label is None or patterns.label is None or not patterns.label.search(unit.label_text):
            continue
        if _TREATED.search(unit.label_text):
            continue
        # "Tumor necrosis is marked": the value may be taken to begin behind the gap after these words
        if stated := degree.match(unit.value_text) or degree.match(unit.text[unit.label[1] :]):
            at = len(unit.text) - len(stated.string)
            yield document.candidate(
                "present",
                unit,
                unit.label[0],
                at + stated.end(),
                patterns.rule("degree").id,
                answered=1.0,
            )
        elif stated := extent.match(unit.value_text):
            yield document.candidate(
                "present" if int(stated["percent"]) else "absent",
                unit,
                unit.label[0],
                (unit.value or 0) + stated.end(),
                patterns.rule("extent").id,
                answered=1.0,
            )
    found = list(_prose(document, patterns))
    elsewhere = [
        *in_deposit(document, patterns),
        *scored(document, patterns),
    ]
    found = [
        *elsewhere,
        *(c for c in found if c.unit not in [e.unit for e in elsewhere]),
    ]
    present = [c for c in found if c.value == "present" and "hedged" not in c.features]
    for candidate in found:
        rank = document.rank(candidate.unit.section)
        if candidate.value == "absent" and any(
            c.unit is not candidate.unit and document.rank(c.unit.section) >= max(rank, _SLIDES)
            for c in present
        ):
            candidate.features["strength"] = candidate.features.get("strength", 0.0) - 1.0
        yield candidate


def _prose(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    none = patterns.rule("none").pattern
    benign, treated = patterns.rule("benign").pattern, patterns.rule("treated").pattern
    tumor = patterns.rule("of-tumor").pattern
    for candidate in read_finding(document, patterns):
        at, text = candidate.end - candidate.unit.start, candidate.unit.text
        if _DEFINED.search(text):
            continue
        if candidate.unit.section == "history" and _EARLIER.search(text, 0, at):
            continue
        text = _SAVE.split(text)[0] if candidate.value == "absent" else text
        before, after = text[max(0, at - 90) : at], _VERB.split(text[at : at + 40])[0]
        near = text[max(0, at - 90) : at + 40]
        other = benign.search(_MASS.split(before)[-1] + after)
        of_other = other is not None and not (_LACK.match(other[0]) and said_present(candidate))
        if (of_other or treated.search(text)) and not tumor.search(near):
            continue
        if _BENIGN_TUMOR.search(text, max(0, at - 140), at + 40) or _NO_TUMOR.search(text):
            continue
        if candidate.unit.section == "gross" and _WHORLED.search(
            document.text.clean[max(0, candidate.start - _BEFORE) : candidate.start]
        ):
            continue
        first = candidate.start - candidate.unit.start
        if candidate.value != "absent" and (_inferred(text, at) or of_in_situ(text, first, at)):
            continue
        if candidate.value == "present" and _FREE.match(text, at):
            candidate.value = "absent"
        if none.search(text[max(0, first - 25) : first]):
            candidate.value = "absent"
        if candidate.value == "present" and (_NOT_SEEN.match(text[:at]) or absence_of(text, at)):
            candidate.value = "absent"
        elif candidate.value == "absent" and (
            beyond_denial(text, at) or _BUT_ONE.search(candidate.unit.text[:first])
        ):
            candidate.value = "present"
        if candidate.value == "indeterminate":
            if _UNTOLD.search(document.text.clean[candidate.start : candidate.end]):
                continue
            if candidate.unit.section == "gross" and _MAYBE.search(near):
                continue  # "possible necrosis", for the slides to tell
            candidate.value = "present"  # likely necrosis is recorded as necrosis
            candidate.features["hedged"] = 1.0
        yield candidate


def _inferred(text: str, at: int) -> bool:
    """Whether the dead tissue named before ``at`` is only inferred, was taken for it, or is single cells."""
    found = _INFERRED.search(text[: text.lower().rfind("necro", 0, at)])
    if found is None:
        return False
    if found["single"]:
        return _CELLS.match(text, at) is not None
    return not found["taken"] or _NOT_SO.match(text, at) is not None


def _order(value: str) -> float:
    return float(value == "present")


FIELD = Field(
    title="Tumor necrosis",
    position=220,
    value=Literal["present", "absent"],
    read=read,
    order=_order,
    of_this_specimen=True,
)
