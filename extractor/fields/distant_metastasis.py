"""Distant metastasis.

Meaning: ``present`` if this report shows or states tumor in a distant organ or a site that is not regional
(omental and peritoneal deposits of an abdominal primary included), or gives pM1 or M1; ``absent`` only if
stated (M0, "no distant metastasis"; a clinical M0 counts). MX, "not applicable" and imaging say nothing.
Source: AJCC 8 M category; NAACCR items 1112-1117; the rule book of the gold files.
Conflicts: a deposit that is shown outweighs a code; otherwise present counts.
"""

import re
from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.printed.procurement import procurement
from extractor.staging.categories import is_score
from extractor.staging.options import letter_at, options
from extractor.unit import Unit

#: Categories alone on their lines.
_ALONE = re.compile(r"M[01Oo][abc]?")
_T = re.compile(r"(?:.{0,40}\s)?T ?[0-4isX][a-d]?[12]?(?: ?,? ?N[OS]{2})?")
_N = re.compile(r"(?:T ?[0-4isX][a-d]?[12]? )?N ?[0-3OX][a-c]?(?: \d{1,3}){0,2}")
#: The category as a form prints it, and the question below it that asks for the sites.
_PRINTED = re.compile(r"\W*p[M1] ?[1lI]\s?:\s*distant metastas[ie]s(?: present)?\W*", re.IGNORECASE)
_ASKED = re.compile(r"\W*sp[ec]cify site\(?s?\)?[,. ]*(?:if known)?[\W_]*", re.IGNORECASE)
#: A place for a mark, left blank.
_BLANK = re.compile(r"(?<![xX\d])(?<!_)_{2,}\s?$|\[\s?\]\s?$|\(\s\)\s?$")
#: "... metastases; such are not known".
_NAMED = re.compile(r"(?<!node )(?<!nodal )\b(?:distant )?metastas[ei]s;?\s*$", re.IGNORECASE)
_SUCH = re.compile(
    r"\s*(?:but )?(?:such|these|none) (?:are|were|is|have been) (?:not |so far )*"
    r"(?:known|found|seen|present|demonstrated)\b(?! to be\b)",
    re.IGNORECASE,
)
#: A code told in the history that is of an earlier specimen: by its prefix, or by a year or a word before.
_PATHOLOGIC = re.compile(r"(?<![A-Za-z])y?p\s?[TNM]", re.IGNORECASE)
_EARLIER = re.compile(
    r"\b(?:history of|h/o|s/p|status post|previous|prior)\b|(?<![/.\d-])\b(?:19[5-9]\d|20[0-3]\d)\b",
    re.IGNORECASE,
)
#: What every code holds.
_CODE = re.compile(
    r"M\s{0,3}(?:[01OolI]|[eC][)>])|M[ -]?(?:[Ss]tage|STAGE|[Cc]ategory)\W{1,3}[cpM ]{0,3}[01]"
)


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: deposits, M categories, and what a form or sentence says.

    Deposits on the peritoneum are distant by the rule book, and M0 for the stage systems of some organs:
    beside them the category says nothing. A clinical M0 says nothing beside a deposit that was found.
    """
    found = list(_statements(document, patterns))
    peritoneal = any("peritoneum" in c.value for c in document.candidates["metastasis_sites"])
    shown = any("by_deposit" in c.features for c in found)
    for candidate in found:
        clinical = shown and candidate.unit.section == "history"
        if candidate.value == "present" or not (peritoneal or clinical):
            yield candidate


def _statements(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates, whatever the others say."""
    document.reading("metastasis_sites")
    taken = document.patterns("metastasis_sites").rule("part").pattern
    for found in document.candidates["metastasis_sites"]:
        unit = found.unit
        # Tissue of another organ, taken and found to hold tumor ("Liver, biopsy: metastatic ...").
        sampled = unit.section == "diagnosis" and taken.search(unit.text) is not None
        yield document.candidate(
            "present",
            unit,
            found.start - unit.start,
            found.end - unit.start,
            "distant_metastasis/deposit",
            tissue="metastasis",
            strength=found.features["strength"] + 1.0 * sampled,
            by_deposit=1.0,
        )
    yield from _tabled(document)
    code = patterns.rule("code").pattern
    rules = [rule for rule in patterns.rules if rule.value is not None]
    said_in = {unit.index for unit in document.units_with(*(rule.pattern for rule in rules))}
    for unit in document.units:
        if unit.section == "blocks" or not (
            unit.index in said_in or _CODE.search(unit.text) or _SUCH.match(unit.text)
        ):
            continue
        if _is_option(document, unit):
            continue
        for match in code.finditer(unit.text):
            if (
                unit.text[: match.start()].rstrip().endswith(("_", "[", "]", "(", ")"))
                and "Distant" in unit.text[match.end() :]
            ) or _BLANK.search(unit.text, 0, match.start()):
                continue  # an option of a form, not marked
            place = letter_at(document.text.clean, unit.start + match.start(), unit.start + match.end())
            if place in options(document).blank or is_score(
                document.text.clean, place, unit.start + match.end(), document.patterns("tnm")
            ):
                continue
            digit = next(group for group in match.groups() if group)
            clinical = unit.section == "history"
            if clinical and (_PATHOLOGIC.search(match[0]) or _EARLIER.search(unit.text, 0, match.start())):
                continue  # of a specimen before this one
            yield document.candidate(
                "present" if digit in "1lI" else "absent",
                unit,
                match.start(),
                match.end(),
                patterns.rule("code").id,
                strength=2.5 if clinical else 0.5,
                by_code=1.0,
            )
        none = _SUCH.match(unit.text) if unit.index else None
        if none is not None and _NAMED.search(document.units[unit.index - 1].text):
            yield document.candidate("absent", unit, *none.span(), patterns.rule("none").id)
        if _ALONE.fullmatch(unit.text) and (column := _column(document, unit)) is not None:
            yield document.candidate(column, unit, 0, len(unit.text), patterns.rule("code").id, by_code=1.0)
        for rule in rules:
            if (unit.section != "history" or rule.value == "absent") and (
                said := rule.pattern.search(unit.text)
            ):
                yield document.candidate(
                    rule.value,
                    unit,
                    said.start(),
                    said.end(),
                    rule.id,
                    strength=rule.strength + (2.0 if unit.section == "history" else 0.0),
                )


def _is_option(document: Document, unit: Unit) -> bool:
    """Whether a category is an option of a form: nobody named a site."""
    return (
        _PRINTED.fullmatch(unit.text) is not None and _ASKED.fullmatch(document.text_below(unit)) is not None
    )


def _tabled(document: Document) -> Iterator[Candidate]:
    """The M category of a table's row, where its letter stands in the head of the table; a settled pM."""
    document.reading("pM")
    for found in document.candidates["pM"]:
        if found.features.get("row") and found.features.get("announced") and found.value[:1] in "01":
            unit = found.unit
            place = (found.start - unit.start, found.end - unit.start)
            yield document.candidate(
                "present" if found.value[0] == "1" else "absent",
                unit,
                *place,
                "distant_metastasis/code",
                by_code=1.0,
            )
    settled = document.reading("pM").value
    for found in document.candidates["pM"] if settled and settled[0] in "01" else ():
        if (
            found.value == settled
            and not found.features.get("announced")
            and not _is_option(document, found.unit)
            and not _BLANK.search(found.unit.text, 0, found.start - found.unit.start)
        ):
            place = (found.start - found.unit.start, found.end - found.unit.start)
            value = "present" if settled[0] == "1" else "absent"
            yield document.candidate(
                value, found.unit, *place, "distant_metastasis/code", strength=0.5, by_code=1.0
            )
    row = procurement(document.text.clean)
    if row is not None and row.m is not None and (figure := document.text.clean[slice(*row.m)]) in "01":
        for unit in document.units:
            if unit.start <= row.m[0] and row.m[1] <= unit.end:
                place = (row.m[0] - unit.start, row.m[1] - unit.start)
                value = "present" if figure == "1" else "absent"
                yield document.candidate(value, unit, *place, "distant_metastasis/code", by_code=1.0)
                return


def _column(document: Document, unit: Unit) -> str | None:
    """The M category of a column that gives T, N and M one below the other."""
    above = [u.text for u in document.units[max(0, unit.index - 5) : unit.index]]
    if not (any(_T.fullmatch(text) for text in above) and any(_N.fullmatch(text) for text in above)):
        return None
    return "present" if "1" in unit.text else "absent"


def _order(value: str) -> float:
    return float(value == "present")


FIELD = Field(
    title="Distant metastasis",
    position=140,
    value=Literal["present", "absent"],
    read=read,
    order=_order,
    needs=("metastasis_sites", "pM"),
)
