"""How fields of the kind present / absent / indeterminate are read.

A form's line is read by its label; a list below a bare label by what it says; prose by the medSpaCy
pipeline's target and the cues that act on it; and any field may add rules that state a value outright.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.assertion import Answer, judge
from extractor.behind import (
    ANSWERED_FIRST,
    GENERAL,
    HEDGED,
    LOST,
    RETRACTED,
    only_meant,
    short_answer,
)
from extractor.columns import cells
from extractor.field import Candidate
from extractor.forms import (
    OUTCOMES,
    above,
    coded,
    columned,
    combined,
    garbled,
    misplaced,
    next_line,
    preceding,
    tabled,
    told,
)
from extractor.predicates import predicate
from extractor.record import Status
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

#: Sections whose lines are lists of tissue; they state no value.
SKIPPED = frozenset({"blocks", "specimens"})


#: A value of two cells of a table.
_CELLS = re.compile(r"^[^|\[\]]{1,60}\|\s*\w[^|\[\]]*\|?\s*$")
#: Boxes of a form; where none is marked, or what is marked is no answer, the words beside them say nothing.
BOXES = re.compile(r"\[\s*[xX]?\s*\]|[☐☒☑]")
#: What says that a finding was not looked for.
UNSTATED = re.compile(
    r"\W{0,3}(?:no|without) (?:comments?|data|information|remarks?|mention|statement)\b|"
    r"\W{0,3}(?:(?:was|were|is|are|has been|could|can) ?)?(?:not|n't) (?:be )?(?:\w+ly )?"
    r"(?:evaluated|assessed|examined|evaluable|assessable|specified|reported|mentioned|commented|applicable|provided|tested|stated)\b",
    re.IGNORECASE,
)
#: What an answer about a place must say ("Vessels: not invaded").
_SAYS = re.compile(
    r"inva(?:d|s)|invol|infiltr|tumou?r|carcinoma|intravascular|\bembol|permeat|"
    r"^\W*(?:no|none|yes|nil|free|clear|negative|positive|uninvolved|spared)\W*$|^\s*\(?[+-]{1,3}\)?\W*$",
    re.IGNORECASE,
)
#: A finding with its answer and nothing else ("3. Vascular invasion present"): a form's line without a colon.
_BULLET = re.compile(r"[\W\d]*(?:[A-Z][.)]\s*)?")
_ANSWER = re.compile(
    r"[\W_]{0,4}(?:(?:is|are) )?"
    r"(?:not (?:identified|present|seen)|absent|negative|none|present|identified|seen)\b"
    r"[\s,]{0,3}(?:focal(?:ly)?|extensive(?:ly)?|multifocal)?\W*$|[\W_]{0,4}indeterminate|"
    r",\s{1,2}(?:focal|extensive|multifocal)\W*$",
    re.IGNORECASE,
)
#: An answer that scanning glued to the next heading ("is not identifiedSURGICAL REPORT").
_GLUED = re.compile(r"[\W_]{0,4}(?:is |are )not (?:identified|present|seen)(?=(?-i:[A-Z]))", re.IGNORECASE)
#: Words of a printed list of patterns, of which none is marked.
_PRINTED = re.compile(
    r"indian fil|clusteri[sz]|storifor|palisad|streaming|mosaic|squamoid|sarcomato|lymph\w* infiltr|"
    r"spindle ?cell|round ?cell|structural pattern|cell(?:ular)? (?:distribution|differentiation)|psammom|"
    r"alveolar formation|"
    r"cystic ?degen|bizarre cell|foam cell|fibroblast|giant cell",
    re.IGNORECASE,
)
#: Longest line of a printed list, and how many of its words must stand around it.
_LISTED, _KINDS = 110, 3
#: What scanning left of an answer.
_GARBAGE = re.compile(r"(?!.{0,20}(?i:prese))[^.,;\n]{0,12}?(?:\w[~`•^|]+\w|\s[~`•^|]\w)|\s?[~`•^|]\W*$")
#: What a statement in an addendum gains: it is written to settle what the report left open.
_SETTLES = 1.5
#: A dash that may be an answer, or lead to one.
_DASHED = re.compile(r"\s[-–]\s*$")
#: A label has no more words.
_LABEL_WORDS = 3
#: A row of a table whose answer stands behind a gap.
_ROW = re.compile(
    r"\W{0,4}[A-Z][A-Za-z /()-]{3,50}\s{4,}(?:not|no|none|yes|present|absent|negative|positive|ident|n/?a)\b",
    re.IGNORECASE,
)
#: What makes a finding an assertion even below a label ("Vascular invasion by tumor").
_BY_TUMOR = re.compile(r"\s+by (?:the )?(?:tumou?r|carcinoma)\b", re.IGNORECASE)
#: A question at the end of its line.
_QUESTION = re.compile(
    r"\W{0,2}(?:(?:is|was|are|were) )?(?:(?:present|identified|seen|found|noted|evident|there) ?)?\?\W*$",
    re.IGNORECASE,
)
#: A label that asks whether something is there.
_ASKS = re.compile(
    r"\b(?:present|absent|identified|seen|found|noted)\)?\W*$|"
    r"\bpresent ?(?:/|or) ?absent\b|\bany\W*$",
    re.IGNORECASE,
)
_STOPPED = re.compile(r"[.;,]\s*$")
#: A line answered by items of its own, by number: "J1. Macroscopic (e.g. vein): 2", "J2. Microscopic: 1".
_PARTED = re.compile(
    r"[^\S\n]*\n\s*[A-Z][1lt][.,]\s?macroscop[^\n]*(?:\n\s*[A-Z]2[.,]\s?microscopic\W{1,3}(?P<digit>[12Il])\b)?",
    re.IGNORECASE,
)


def order(value: str) -> float:
    """Present if any is present; indeterminate before absent."""
    return {"absent": 0.0, "indeterminate": 1.0, "present": 2.0}[value]


def read_finding(
    document: Document, patterns: FieldPatterns, *, bare: str | None = None
) -> Iterator[Candidate]:
    """Candidates of a present / absent / indeterminate field.

    The field's pattern file may hold ``exclude`` (units that speak of something else), ``elsewhere``
    (places whose own state bars what is said beside them, but for findings that match ``still``),
    ``places``: labels that name what may be invaded ("Vessels: not invaded"),
    ``asked_together``: words of labels that ask for several findings,
    ``asserting``: targets that state the finding by themselves ("tumor in lymphatic channels"), and
    ``coded``: forms answer by the numbers of "1. Yes 2. No".

    Parameters
    ----------
    bare
        Outcome of another mention no cue acts on ("lymphovascular invasion" as an item of a list);
        None leaves it out.
    """
    found = list(_candidates(document, patterns, bare))
    # An item without a verb, or an answer in a column of its own, counts only where nothing else is said.
    firm = [c for c in found if "mentioned" not in c.features]
    if any(c.value is not None for c in firm):
        yield from firm
        return
    yield from found
    if patterns.label is None:
        return
    for cell in cells(document):
        if cell.outcome in OUTCOMES and patterns.label.search(cell.label):
            yield document.candidate(
                cell.outcome,
                cell.unit,
                cell.start - cell.unit.start,
                cell.end - cell.unit.start,
                f"{patterns.name}/column",
                strength=misplaced(cell.unit) - 0.5,
                answered=1.0,
                column=1.0,
            )


def _candidates(document: Document, patterns: FieldPatterns, bare: str | None) -> Iterator[Candidate]:
    excluded, places = patterns.entry("exclude"), patterns.entry("places")
    elsewhere, still = patterns.entry("elsewhere"), patterns.entry("still")
    asserting = frozenset(patterns.data.get("asserting", ()))
    targets = tuple(name for name, _ in patterns.targets)
    labels = [expression for expression in (patterns.label, places) if expression is not None]
    rules = [rule for rule in patterns.rules if rule.value is not None]
    together = {c.unit.index: c for c in combined(document, patterns)}
    yield from together.values()
    for unit in told(document, labels, [*(rule.pattern for rule in rules), *patterns.concepts]):
        if unit.section == "blocks" or unit.index in together:
            continue
        place = unit.label is not None and places is not None and places.match(unit.label_text)
        if place and _SAYS.search(unit.value_text):
            if (found := _answer(document, patterns, unit)) is not None:
                yield found
            continue
        asked = unit.label_text if unit.label is not None else above(document, unit)
        labelled = patterns.label is not None and asked != "" and patterns.label.search(asked) is not None
        if excluded and excluded.search(
            preceding(document, unit) + unit.label_text if labelled and unit.label else unit.text
        ):
            continue
        barred = elsewhere is not None and elsewhere.search(
            preceding(document, unit) + unit.label_text if labelled and unit.label else unit.text
        )
        if barred and (labelled or still is None or not still.search(unit.text)):
            continue
        celled = labelled and unit.label is not None and _CELLS.search(unit.value_text)
        if celled and (rows := list(tabled(document, patterns, unit))):
            yield from rows
            continue
        if labelled and (rows := list(columned(document, patterns, unit))):
            yield from rows
            continue
        if labelled:
            if (found := _answer(document, patterns, unit)) is not None:
                yield found
                continue
            if (found := next_line(document, patterns, unit)) is not None:
                yield found
                continue
            if document.answers.is_option_list(unit.value_text):
                continue
        elif rows := list(tabled(document, patterns, unit)):
            yield from rows
            continue
        stated = False
        for rule in () if barred else rules:
            if match := rule.pattern.search(unit.text):
                stated = True
                yield document.candidate(
                    rule.value,
                    unit,
                    match.start(),
                    match.end(),
                    rule.id,
                    strength=rule.strength + misplaced(unit),
                    by_rule=1.0,
                )
        if stated or not targets:
            continue
        for mention in document.mentions(unit, *targets):
            strength = misplaced(unit)
            if barred and still is not None and not still.search(unit.text[mention.start : mention.end + 22]):
                continue
            if (
                marked := document.answers.marked(unit.text[mention.end :])
            ) is not None and marked.outcome in OUTCOMES:
                yield document.candidate(
                    marked.outcome,
                    unit,
                    mention.start,
                    mention.end + marked.end,
                    f"{patterns.name}/marked",
                    strength=strength,
                    answered=1.0,
                )
                continue
            if UNSTATED.match(unit.text, mention.end) or BOXES.search(unit.text, mention.end):
                continue
            if (
                unit.label is not None
                and _ASKS.search(unit.label_text)
                and not unit.value_text.strip(" .:_-")
            ):
                continue  # "Necrosis present:", a question that nobody answered
            if _QUESTION.match(unit.text, mention.end):
                if (found := next_line(document, patterns, unit)) is not None:
                    yield found
                continue
            if not labelled and only_meant(unit.text, mention.start, mention.end):
                continue
            if document.rank(unit.section) > document.rank("diagnosis"):
                strength += _SETTLES
            judged = judge(mention, unit.text)
            if short := short_answer(unit.text, mention.start, mention.end):
                yield document.candidate(
                    short[0],
                    unit,
                    mention.start,
                    short[1],
                    f"{patterns.name}/stated",
                    strength=strength,
                    answered=1.0,
                )
                continue
            if (
                unit.label is not None
                and mention.start >= (unit.value or 0)
                and (answered := ANSWERED_FIRST.fullmatch(unit.label_text))
            ):
                yield document.candidate(
                    "absent" if answered["no"] else "present",
                    unit,
                    unit.label[0],
                    mention.end,
                    f"{patterns.name}/stated",
                    strength=strength,
                    answered=1.0,
                )
                continue
            told_of = predicate(document, unit.text, mention.start, mention.end)
            if told_of is not None and _holds(told_of, judged):
                if told_of[0] != "unclear":
                    yield document.candidate(
                        *(told_of[0], unit, told_of[1], told_of[2], f"{patterns.name}/predicate"),
                        strength=strength,
                        prose=1.0,
                    )
                continue
            if judged is not None and judged[0] == "indeterminate":
                if LOST.search(unit.text, mention.end):
                    continue
                if retracted := RETRACTED.match(unit.text, mention.end):
                    judged = "absent", mention.start, retracted.end()
            if (said := _said(document, unit, mention.start, mention.end)) is not None:
                yield document.candidate(
                    said.outcome,
                    unit,
                    mention.start,
                    mention.end + said.end,
                    f"{patterns.name}/stated",
                    strength=strength,
                    answered=1.0,
                )
            elif judged is not None:
                outcome, start, end = judged
                yield document.candidate(
                    outcome, unit, start, end, f"{patterns.name}/prose", strength=strength, prose=1.0
                )
            elif (
                "HYPOTHETICAL" in mention.categories
                or (labelled and mention.end <= (unit.value or 0))
                or _printed(document, unit)
            ):
                continue
            elif _DASHED.match(unit.text, mention.end):
                if (found := next_line(document, patterns, unit)) is not None:
                    yield found
            elif mention.target in asserting:
                yield document.candidate(
                    "indeterminate" if HEDGED.match(unit.text, mention.end) else "present",
                    unit,
                    mention.start,
                    mention.end,
                    f"{patterns.name}/verb",
                    strength=strength,
                    by_verb=1.0,
                )
            elif parted := _PARTED.match(document.text.clean, unit.start + mention.end):
                if (answer := coded(document, parted["digit"] or "")) is not None:
                    yield document.candidate(
                        answer,
                        unit,
                        mention.start,
                        mention.end,
                        f"{patterns.name}/coded",
                        strength=strength,
                        answered=1.0,
                        coded=1.0,
                    )
            elif bare is not None and (found := next_line(document, patterns, unit)) is not None:
                yield found
            elif (
                bare is not None
                and not _GARBAGE.match(unit.text, mention.end)
                and not _left_open(document, unit)
                and not (unit.label is not None and GENERAL.search(unit.label_text))
                and (
                    (unit.label is None and not unit.under)
                    or (not labelled and _STOPPED.search(unit.text[: mention.start]))
                    or (not labelled and _BY_TUMOR.match(unit.text, mention.end))
                )
            ):
                questioned = unit.text[: mention.start].rstrip().endswith("?")
                yield document.candidate(
                    "indeterminate" if questioned or HEDGED.match(unit.text, mention.end) else bare,
                    unit,
                    mention.start,
                    mention.end,
                    f"{patterns.name}/mentioned",
                    strength=strength,
                    mentioned=1.0,
                )


def _holds(told_of: tuple[str, int, int], judged: tuple[str, int, int] | None) -> bool:
    """Whether the words around a finding decide: a denial does, anything else where no cue acts on it."""
    return told_of[0] == "absent" or judged is None


def _said(document: Document, unit: Unit, start: int, end: int) -> Answer | None:
    """The answer of a line that holds a finding and its answer only."""
    words = _ANSWER.match(unit.text, end) if _BULLET.fullmatch(unit.text[:start]) else None
    if words is None and (words := _GLUED.match(unit.text, end)) is None:
        return None
    found = document.answers.read(words[0])
    return found if found is not None and found.outcome in OUTCOMES else None


def _printed(document: Document, unit: Unit) -> bool:
    """Whether a short line stands in a printed list of patterns."""
    if len(unit.text) > _LISTED:
        return False
    around = document.units[max(0, unit.index - 8) : unit.index + 9]
    return len({m.lower()[:6] for u in around for m in _PRINTED.findall(u.text)}) >= _KINDS


def _left_open(document: Document, unit: Unit) -> bool:
    """Whether a line between two labelled ones is a label itself that nobody answered."""
    around = document.units[max(0, unit.index - 1) : unit.index + 2 : 2]
    return (
        len(unit.text.split()) <= _LABEL_WORDS
        and len(around) == 2
        and all(
            (other.label is not None and other.value_text.strip()) or _ROW.match(other.text)
            for other in around
        )
        and any(other.label is not None for other in around)
    )


def _answer(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    at = unit.value or 0
    words = unit.text[at:]
    start = unit.label[0] if unit.label else 0
    strength = misplaced(unit)
    if patterns.data.get("coded") and (outcome := coded(document, words)) is not None:
        return document.candidate(
            outcome,
            unit,
            start,
            len(unit.text),
            f"{patterns.name}/coded",
            strength=strength,
            answered=1.0,
            coded=1.0,
        )
    found = document.answers.read(words)
    if found is None:
        for rule in patterns.rules:
            if rule.value is not None and (match := rule.pattern.search(unit.text)):
                return document.candidate(
                    rule.value,
                    unit,
                    match.start(),
                    match.end(),
                    rule.id,
                    strength=rule.strength + strength,
                    by_rule=1.0,
                )
        return garbled(document, patterns, unit)
    end = at + found.end
    rule_id = f"{patterns.name}/answer"
    if found.outcome in OUTCOMES:
        below = float(unit.label is None)
        return document.candidate(
            found.outcome, unit, start, end, rule_id, strength=strength, answered=1.0, below=below
        )
    status: Status = found.outcome  # type: ignore[assignment]
    return document.candidate(None, unit, start, end, rule_id, status=status)
