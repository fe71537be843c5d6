"""Lymphovascular invasion: tumor in lymphatic, blood or unspecified vessels.

Meaning: ``present`` if any of lymphatic, vascular, venous or angiolymphatic invasion is present;
``indeterminate`` for suspicious, possible or not excluded; ``absent`` if all stated ones are absent.
The codes L, V and ly, v of the TNM supplement count (L0 V1 is present).
Direct invasion of a named great vessel (renal vein, vena cava, portal vein) alone does not count.
Source: NAACCR item 1182 (SEER manual); the rule book of the gold files.
Conflicts: among current statements of equal rank the worst counts.
"""

import re
from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.staging.cystoprostatectomy import beside
from extractor.statements.denied_together import told_together, with_lists
from extractor.statements.findings import order, read_finding
from extractor.statements.forms import misplaced
from extractor.statements.inside import told_inside
from extractor.statements.margin_lists import margin_rows

#: A stain that settled what was open.
_CONFIRMED = re.compile(
    r"\b(?:confirm(?:ed|s)|highlight(?:ed|s)|prove[sn]|verified) (?:\w+ ){0,3}?(?:immuno\w*|CD ?3[14]|"
    r"D2-?40|ERG|elast\w*|EVG|VVG|orcein)|"
    r"\b(?:CD ?3[14]|D2-?40|ERG|elastic\w*|EVG)\b[^.;]{0,25}\bconfirms\b",
    re.IGNORECASE,
)
#: The key of a block right before what it holds; a letter may stand first or last, and l for 1.
_KEYED = re.compile(
    r"(?:^|[;,.:]\s{1,2})(?:(?!p?[TNMLVRG][0-4]\b)[A-Z]{1,2}\d{1,2}|(?:\d{1,2}|l)[A-Z])"
    r"(?:\s?-\s?(?:[A-Z]?\d{1,2}|\d?[A-Z]))?\s?[,:=-]?\s{1,2}(?:[\w/()-]+ ){0,5}$"
)
_CODE = re.compile(r"[A-Za-z]\s?([0-3OoXIl])")
#: The stain or the vessels a code names in brackets: "Ly0 (D2-40)".
_NAMED = re.compile(r"\([^()]*\)")

#: What is found in a block and not what the block holds.
_TELLS = re.compile(
    r"\b(?:shows?|showing|reveals?|demonstrates?)\b|\binvasion (?:is |was )?(?:identified|seen|found)\b",
    re.IGNORECASE,
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: labels, prose, and the codes of a stage line; a prostate beside a bladder has its own."""
    told = told_together(document, patterns.name, "vessels")
    found = list(with_lists(read_finding(document, patterns, bare="present"), told))
    if not any(candidate.value is not None for candidate in found):
        found += told_inside(document, patterns.name, "vessels")
    of_margins = margin_rows(document)
    for candidate in found:
        if candidate.unit.index in of_margins or beside(document, candidate) or _in_key(document, candidate):
            continue
        if candidate.unit.section == "gross" and "answered" not in candidate.features:
            # What is said of vessels seen with the naked eye is of named ones.
            candidate.features["strength"] = candidate.features.get("strength", 0.0) - 2.0
        if candidate.value == "present" and _CONFIRMED.search(candidate.unit.text):
            candidate.features["strength"] = candidate.features.get("strength", 0.0) + 1.0
        yield candidate
    codes = patterns.rule("codes")
    for unit in document.units_with(codes.pattern):
        if unit.section == "blocks" or not (match := codes.pattern.search(unit.text)):
            continue
        digits = [d for d in _CODE.findall(_NAMED.sub("", match[0])) if d != "X"]
        if not digits:
            continue
        value = "present" if any(d in "123Il" for d in digits) else "absent"
        strength = 0.5 + misplaced(unit)
        yield document.candidate(
            value, unit, match.start(), match.end(), codes.id, strength=strength, by_code=1.0
        )
    signs = patterns.rule("signs")
    for unit in document.units_with(signs.pattern):
        if unit.section != "blocks" and (match := signs.pattern.search(unit.text)):
            value = "present" if "+" in match[0] else "absent"
            yield document.candidate(
                value,
                unit,
                match.start(),
                match.end(),
                signs.id,
                strength=0.5 + misplaced(unit),
                by_code=1.0,
            )


def _in_key(document: Document, candidate: Candidate) -> bool:
    """Whether a vessel is named for what a block holds ("A18, tumor within vein")."""
    unit = candidate.unit
    return (
        unit.section in ("gross", "blocks", "unknown")
        and "answered" not in candidate.features
        and _KEYED.search(unit.text[: candidate.start - unit.start]) is not None
        and not _TELLS.search(unit.text)
    )


FIELD = Field(
    title="Lymphovascular invasion",
    position=60,
    value=Literal["present", "absent", "indeterminate"],
    read=read,
    order=order,
    needs=("primary_site",),
    of_this_specimen=True,
)
