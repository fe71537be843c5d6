"""Results of stains in tables and boxes, and which rule a result meets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.stains import words
from extractor.stains.links import Token
from extractor.statements.charts import columns_under
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns, Rule

#: A row of a table: short results, far apart.
#: Stains of which one positive portion of a tumor is enough.
_ANY = frozenset({"chromogranin", "synaptophysin"})
_CELL = r"[A-Za-z+-][\w+/-]{0,11}(?: \(?[a-z]{2,11}\)?)?"
_COLUMNS = re.compile(rf"\s{{2,}}{_CELL}(?:\s{{3,}}{_CELL}){{1,7}}\s*")
#: The heading of a column for one stain, and the results its cells hold.
_HEADING = 24
_RESULT = re.compile(
    r"\W*(?:(?:focal|weak|strong|diffuse|patchy|partial)(?:ly)? )?(?:lost|loss|retained|ret\.?|intact|"
    r"preserved|"
    r"absent|present|pos(?:itive)?\.?|neg(?:ative)?\.?|normal|mutant|aberrant|null|wild[ -]?type|"
    r"[+-]{1,3}|[+-]ve)\W*",
    re.IGNORECASE,
)


def told_in_cells(
    document: Document, patterns: FieldPatterns, unit: Unit, token: Token
) -> Iterator[Candidate]:
    """A table's row with a result for each of several components."""
    if unit.text.count("|", token.end) >= 2 and unit.text.count("|", 0, token.start) <= 1:
        parted = "|"
        other = patterns.rule("other").pattern
        if any(other.search(cell) for cell in unit.text[token.end :].split("|")[1:]):
            return  # a list of stains, each with its result
    elif (
        token.start <= 2
        and "\n" not in document.text.clean[unit.start + token.end : unit.end]
        and _COLUMNS.fullmatch(unit.text, token.end)
    ):
        parted = "   "
        other = patterns.rule("other").pattern
        if other.search(unit.text, token.end):
            return  # the next stain of a list in columns, with a result of its own
    else:
        return
    at = token.end
    told = []
    for cell in unit.text[token.end :].split(parted):
        words_ = cell.strip()
        if words_ and len(words_) <= 40 and (rule := deciding_rule(patterns, words_)) is not None:
            told.append(
                document.candidate(
                    rule.value, unit, token.start, at + len(cell), rule.id, strength=rule.strength
                )
            )
        at += len(cell) + len(parted)
    # of the portions of one tumor any that is positive counts
    positive = [c for c in told if c.value == "positive"] if patterns.name in _ANY else []
    yield from positive or told


def told_in_column(document: Document, patterns: FieldPatterns, marker: Expression) -> Iterator[Candidate]:
    """The results under a stain's name in a table with one row for each tumor, the first of which is "
    "the main one."""
    first = 1.0
    for heading, unit, start, end in columns_under(document, marker):
        cell = unit.text[start:end]
        if marker.search(unit.text) or len(heading) > _HEADING or not _RESULT.fullmatch(cell):
            continue
        if (rule := deciding_rule(patterns, cell)) is not None:
            yield document.candidate(rule.value, unit, start, end, rule.id, strength=first)
            first = 0.0


def column_text(document: Document, unit: Unit, column: int) -> str:
    """The heading of a column of boxes, from the nearest line above that names results."""
    for above in reversed(document.units[max(0, unit.index - 20) : unit.index]):
        names = words.COLUMN.findall(above.text)
        if len(names) >= 2:
            return names[column] if column < len(names) else ""
    return ""


def told_under(document: Document, patterns: FieldPatterns, unit: Unit, token: Token) -> Iterator[Candidate]:
    """A stain in a list below "Positive:" or "The tumor cells are negative for:"."""
    if not re.search(r"posit|negat|(?:lost|retained)\s*$", unit.under, re.IGNORECASE):
        return
    if (rule := deciding_rule(patterns, unit.under)) is not None:
        strength = rule.strength - 0.5
        yield document.candidate(
            rule.value, unit, token.start, token.end, rule.id, strength=strength, under_result=1.0
        )


def told_below(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    """A result on the line below the stain's name."""
    match = patterns.rule("word").pattern.match(unit.text)
    if match and len(unit.text) <= 60 and (rule := deciding_rule(patterns, unit.text)) is not None:
        yield document.candidate(rule.value, unit, 0, len(unit.text), rule.id, strength=rule.strength - 0.5)


def deciding_rule(patterns: FieldPatterns, result: str) -> Rule | None:
    """The first of the field's rules with a value that the words of a result meet."""
    result = result.replace("\n", " ")
    for rule in patterns.rules:
        if rule.value is not None and not rule.id.endswith("-sentence") and rule.pattern.search(result):
            return rule
    return None


def ticked_results(
    document: Document, patterns: FieldPatterns, unit: Unit, token: Token, boxes: list[re.Match[str]]
) -> Iterator[Candidate]:
    """The option whose box is marked, if it is the only one."""
    marked = [box for box in boxes if re.search(r"[xX*☒☑■]", box["box"])]
    if len(marked) == 1 and not any(re.search(r"\w", box["option"]) for box in boxes):
        name = column_text(document, unit, boxes.index(marked[0]))
        if name and (rule := deciding_rule(patterns, name)) is not None:
            yield document.candidate(rule.value, unit, token.start, marked[0].end(), rule.id)
        return
    if len(marked) == 1 and (rule := deciding_rule(patterns, marked[0]["option"])) is not None:
        yield document.candidate(rule.value, unit, token.start, marked[0].end(), rule.id)
