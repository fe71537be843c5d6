"""How far a denial of necrosis reaches, and necrosis of a deposit where the primary has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.matching.patterns import FieldPatterns

_DEPOSIT = r"(?:liver|hepatic|nod(?:e|es|al)|metasta\w+|deposits?|mesenter\w+|oment\w+|ovar\w+|lung)"
_KIND = (
    r"(?:focal(?:ly)?|punctate|comedo[\w-]*|spotty|patchy|central|geographic|extensive|small foci|foci|"
    r"large areas?)"
)
#: Necrosis that one tissue lacks and another has: "Necrosis: absent in primary; focal punctate, liver".
_APART = re.compile(
    r"\bnecros[ie]s\b[^\S\n]{0,40}[:|=-]{0,2}[^\S\n]{0,40}"
    r"(?:(?:in )?(?:the )?(?:primary|bowel|ile\w+|pancrea\w+)[^.;:,\n]{0,15}[:=-] ?)?"
    r"(?:absent|none|nil|not? (?:seen|present|identified|found)|not|no)\b[^.;,\n]{0,30}"
    rf"(?:[;,] ?(?:but )?(?:(?:in )?(?:the )?{_DEPOSIT}\b[^.;:,\n]{{0,20}}[:=-]? ?{_KIND}\b|"
    rf"(?:{_KIND} |present |seen ){{1,3}}(?<=\s)?(?:in|within|,|\()? ?(?:the )?{_DEPOSIT}\b|"
    rf"(?:{_KIND} ?){{1,3}}(?:,|\() ?(?:the )?{_DEPOSIT}\b)|"
    rf"[;,]? ?but (?:present |seen |found |focal(?:ly)? )*(?:in|within) (?:the |one |a )?(?:\w+ "
    rf")?{_DEPOSIT}\b)",
    re.IGNORECASE,
)
_SAID = re.compile(r"\W*(?:present|yes|identified|positive|seen)\b", re.IGNORECASE)
#: A denial that ended before the necrosis: "no nucleoli, karyorrhexis and wide areas of coagulative
#: necrosis".
_AMPLE = r"(?:wide(?:spread)?|large|broad|abundant|extensive|massive|geographic|prominent|marked)"
_BEYOND = re.compile(
    rf"\b(?:no|without|lack\w*)\b[^,;.]{{2,60}},(?:(?!\b(?:or|nor|no|without)\b)[^;.]){{0,60}}\b{_AMPLE}\b"
    r"(?: (?:areas?|zones?|foci|fields|tracts|sheets) of)?(?: (?:coagulative|tumou?r|geographic|"
    r"comedo\w*|central))?"
    r"[\s-]{1,2}necro\w*$",
    re.IGNORECASE,
)
_ALSO_DENIED = re.compile(
    r"\s*(?:,|/|or\b|nor\b|and/or\b|(?:is|are|was|were) (?:not|absent|lacking))", re.IGNORECASE
)
#: "The absence of A, B and necrosis".
_ABSENCE = re.compile(
    r"(?<!\bin )(?<!\bin the )\b(?:absence|lack) of (?:(?!\b(?:but|with|however|presence|shows?|"
    r"although|and there)\b)"
    r"[^.;:]){0,70}necro\w*$",
    re.IGNORECASE,
)
_SCORES = Expression(
    r"\b(?:FNCLCC|French|Coindre|PASS|points?\b|score)|\bdiff(?:erentiation)? [1-3]\b|\bcellularity [0-2]\b",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"\b(?:confluent |tumou?r |comedo )?necr(?:osis|"
    r"\.)?(?: score)?\s?[:=]?\s?(?P<score>[0-2])(?=\s*(?:[,;)+=]|points?\b|$))",
    re.IGNORECASE,
)
_IN_SITU = re.compile(
    r"\b(?:DCIS|LCIS|in[ -]situ|(?:C|V|VA|A)IN ?[1-3]|AIS|intra-?ductal carcinoma)\b", re.IGNORECASE
)
_INVASIVE = re.compile(
    r"\b(?:invasive|infiltrat\w+|tumou?r(?! type)|adenocarcinoma|mass)\b(?! component is not)|"
    r"\bcarcinoma\b(?! in)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\s*(?:,\s*)?(?:is|are|was|were) (?:focal|present|seen|found|extensive|noted)", re.IGNORECASE
)


def in_deposit(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Necrosis of a deposit, told in one line with its absence from the primary."""
    text = document.text.clean
    for unit in document.units_with(patterns.label) if patterns.label is not None else ():
        found = _APART.search(text, unit.start, min(len(text), unit.end + 90))
        if found is not None and found.start() < unit.end:
            end = min(found.end(), unit.end)
            rule = f"{patterns.name}/deposit"
            yield document.candidate(
                "present", unit, found.start() - unit.start, end - unit.start, rule, strength=1.0
            )


def scored(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Necrosis as an item of a score: "differentiation 2, mitoses 1, necrosis 0"."""
    for unit in document.units_with(_SCORES):
        if not _SCORES.search(unit.text):
            continue
        for found in _SCORE.finditer(unit.text):
            value = "absent" if found["score"] == "0" else "present"
            rule = f"{patterns.name}/score"
            yield document.candidate(value, unit, *found.span(), rule, strength=1.0)


def of_in_situ(text: str, start: int, end: int) -> bool:
    """Whether the necrosis at a place is that of a carcinoma in situ, by the words of its clause."""
    begins = max(text.rfind(". ", 0, start), text.rfind(";", 0, start), -1) + 1
    stops = min(at for at in (text.find(". ", end), text.find(";", end), len(text)) if at >= 0)
    clause = text[begins:stops]
    return _IN_SITU.search(clause) is not None and _INVASIVE.search(clause) is None


def said_present(candidate: Candidate) -> bool:
    """Whether a form's line answers that there is necrosis, whatever words follow in brackets."""
    return candidate.unit.label is not None and _SAID.match(candidate.unit.value_text) is not None


def beyond_denial(text: str, at: int) -> bool:
    """Whether a denial ended before the necrosis that ends at a place of a sentence."""
    return _BEYOND.search(text[:at]) is not None and not _ALSO_DENIED.match(text, at)


def absence_of(text: str, at: int) -> bool:
    """Whether the necrosis that ends at a place is one of the things whose absence is told."""
    return _ABSENCE.search(text[:at]) is not None and not _VERB.match(text, at)
