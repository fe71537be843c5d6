"""A finding named in prose: what the words around the mention say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.assertion import Answer, judge
from extractor.field import Candidate
from extractor.medspacy_adapter import Mention
from extractor.statements.behind import (
    ANSWERED_FIRST,
    GENERAL,
    HEDGED,
    LOST,
    RETRACTED,
    only_meant,
    short_answer,
)
from extractor.statements.forms import OUTCOMES, coded, misplaced, next_line
from extractor.statements.predicates import after_all, predicate
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Boxes of a form; where none is marked, or what is marked is no answer, the words beside them say nothing.
BOXES = re.compile(r"\[\s*[xX]?\s*\]|[☐☒☑]")
#: What says that a finding was not looked for.
UNSTATED = re.compile(
    r"\W{0,3}(?:no|without) (?:comments?|data|information|remarks?|mention|statement)\b|"
    r"\W{0,3}(?:(?:spaces?|sheaths?) )?(?:(?:was|were|is|are|has been|could|can) ?)?(?:not|n't) "
    r"(?:be )?(?:\w+ly )?"
    r"(?:evaluated|assessed|examined|evaluable|assessable|specified|reported|described|mentioned|commented|applicable|"
    r"provided|tested|stated|contained|represented|included)\b|\W{0,3}n\s?[./]\s?a\b|"
    r"\W{0,3}(?:was|were|is|are) (?:\w+ly )?(?:looked for|sought|searched for)\W*$",
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
_BY_TUMOR = re.compile(
    r"(?:\s{1,3}and\s{1,3}(?:[\w-]+\s{1,3}){1,3}invasion)?,?\s{1,3}involving\s{1,3}(?:the )?\w|"
    r"\s+by (?:the )?(?:tumou?r|carcinoma)\b(?!\W{0,3}(?:is|are|was|not|no|none|absent|negative|n/?a|"
    r"indeterminate|unknown|can ?not)\b|\s?[:?=~])",
    re.IGNORECASE,
)
#: A sentence that a line break parts from its denial ("Necrosis", then "not seen in A or B").
_NEXT_LINE = re.compile(
    r"[ \t]*\n[ \t]{0,4}(?-i:(?:is |are |was |were )?not) "
    r"(?:seen|identified|found|present|observed|detected|noted)\b",
    re.IGNORECASE,
)
#: The same in words that are not known, or that scanning broke: it is denied, or it is not.
_NEXT_NOT = re.compile(
    r"[ \t]*\n[ \t]{0,4}(?-i:is|are|was|were) not "
    r"(?!only|just|limited|confined|restricted|extensive|prominent|excluded|ruled|in |with )",
    re.IGNORECASE,
)
#: What a later look made of it ("invasion is therefore reported as PRESENT").
_REPORTED = re.compile(
    r"\s{1,3}(?:is|was|are|were|has been)\s{1,3}(?:(?:therefore|now|thus|hence|accordingly)\s{1,3})?"
    r"(?:reported|recorded|regarded|considered|counted|amended|changed|revised)\s{1,3}(?:as|to)\s{1,3}\W?"
    r"(?:(?P<there>present|positive)|absent|negative)\b",
    re.IGNORECASE,
)
#: A question of a list that ends in its verb ("Vascular invasion by tumor is").
_IS = re.compile(
    r"(?:\s+by (?:the )?\w+)?\s+is\s?[:~._]{0,3}\s*$|(?:\s+by (?:the )?\w+)?\s+is\s?[:~]", re.IGNORECASE
)
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
#: What may follow a finding that is all a line says; its answer on the next line; a heading of findings.
_ALL = re.compile(r"(?i)(?: only)?\s{0,2}(?:[.;]?\s*$|,? (?:in )?(?:slides?|blocks?) \w|\([a-z]?\d)")
_ANSWERED = re.compile(r"(?i)[^\n]{0,8}\n\s{0,4}(?:[\[(]|(?:not?|none|negative|absent|cannot|yes|unknown)\b)")
_FINDINGS = re.compile(
    r"\b(?:significant|additional|other|pertinent)\b[\w /-]{0,25} findings?\W*$", re.IGNORECASE
)
#: A line answered by items of its own, by number: "J1. Macroscopic (e.g. vein): 2", "J2. Microscopic: 1".
_PARTED = re.compile(
    r"[^\S\n]*\n\s*[A-Z][1lt][.,]\s?macroscop[^\n]*(?:\n\s*[A-Z]2[.,]\s?microscopic\W{1,3}(?P<digit>[12Il])\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A mention of a finding, and how it stands.

    Parameters
    ----------
    labelled
        Whether the label of its line asks for it.
    asserting
        Targets that state the finding by themselves.
    bare
        Outcome of a mention that no cue acts on; None if it says nothing.
    """

    document: Document
    patterns: FieldPatterns
    unit: Unit
    mention: Mention
    labelled: bool
    asserting: frozenset[str]
    bare: str | None

    def says(
        self, outcome: str, how: str, start: int | None = None, end: int | None = None, **features: Any
    ) -> Candidate:
        """A candidate at the mention, or at ``unit.text[start:end]``."""
        strength = misplaced(self.unit)
        if self.document.rank(self.unit.section) > self.document.rank("diagnosis"):
            strength += _SETTLES
        return self.document.candidate(
            outcome,
            self.unit,
            self.mention.start if start is None else start,
            self.mention.end if end is None else end,
            f"{self.patterns.name}/{how}",
            strength=strength,
            **features,
        )


def read_mention(named: Named) -> Candidate | None:
    """What is said of a finding where it is named."""
    document, unit, mention = named.document, named.unit, named.mention
    marked = document.answers.marked(unit.text[mention.end :])
    if marked is not None and marked.outcome in OUTCOMES:
        return named.says(marked.outcome, "marked", end=mention.end + marked.end, answered=1.0)
    if (there := after_all(document, unit.text, mention.end)) is not None:
        return named.says(there[0], "predicate", end=there[1], prose=1.0)
    if _unanswered(named):
        return None
    if _QUESTION.match(unit.text, mention.end):
        return next_line(document, named.patterns, unit)
    if not named.labelled and only_meant(unit.text, mention.start, mention.end):
        return None
    if short := short_answer(unit.text, mention.start, mention.end):
        return named.says(short[0], "stated", end=short[1], answered=1.0)
    behind_label = mention.start >= (unit.value or 0)
    if unit.label and behind_label and (first := ANSWERED_FIRST.fullmatch(unit.label_text)):
        return named.says("absent" if first["no"] else "present", "stated", unit.label[0], answered=1.0)
    return _told(named)


def _unanswered(named: Named) -> bool:
    """Whether it is left open: not looked for, boxes without a mark, a bare label."""
    unit, end = named.unit, named.mention.end
    if UNSTATED.match(unit.text, end) or _IS.match(unit.text, end) or BOXES.search(unit.text, end):
        return True
    asked = unit.label is not None and _ASKS.search(unit.label_text)
    return bool(asked and not unit.value_text.strip(" .:_-"))  # "Necrosis present:"


def _told(named: Named) -> Candidate | None:
    """What a sentence asserts of a finding."""
    unit, mention = named.unit, named.mention
    text, at = named.document.text.clean, unit.start + mention.end
    if _NEXT_LINE.match(text, at):
        return named.says("absent", "prose", prose=1.0)
    if _NEXT_NOT.match(text, at):
        return None
    if reported := _REPORTED.match(text, at):
        return named.says("present" if reported["there"] else "absent", "prose", prose=1.0)
    judged = judge(mention, unit.text)
    told_of = predicate(named.document, unit.text, mention.start, mention.end)
    if told_of is not None and _holds(told_of, judged):
        outcome, start, end = told_of
        return None if outcome == "unclear" else named.says(outcome, "predicate", start, end, prose=1.0)
    if judged is not None and judged[0] == "indeterminate":
        if LOST.search(unit.text, mention.end):
            return None
        if retracted := RETRACTED.match(unit.text, mention.end):
            judged = "absent", mention.start, retracted.end()
    if (said := _said(named.document, unit, mention.start, mention.end)) is not None:
        return named.says(said.outcome, "stated", end=mention.end + said.end, answered=1.0)
    if judged is not None:
        outcome, start, end = judged
        return named.says(outcome, "prose", start, end, prose=1.0)
    in_label = named.labelled and mention.end <= (unit.value or 0) and not _by_tumor(named)
    if "HYPOTHETICAL" in mention.categories or in_label or _printed(named.document, unit):
        return None
    return _only_named(named)


def _only_named(named: Named) -> Candidate | None:
    """What a mention says that no cue acts on."""
    document, unit, mention = named.document, named.unit, named.mention
    if _DASHED.match(unit.text, mention.end):
        return next_line(document, named.patterns, unit)
    hedged = HEDGED.match(unit.text, mention.end)
    if mention.target in named.asserting:
        return named.says("indeterminate" if hedged else "present", "verb", by_verb=1.0)
    if parted := _PARTED.match(document.text.clean, unit.start + mention.end):
        answer = coded(document, parted["digit"] or "")
        return None if answer is None else named.says(answer, "coded", answered=1.0, coded=1.0)
    if named.bare is None:
        return None
    if (found := next_line(document, named.patterns, unit)) is not None:
        return found
    if not _is_item(named):
        return None
    questioned = unit.text[: mention.start].rstrip().endswith("?")
    return named.says("indeterminate" if questioned or hedged else named.bare, "mentioned", mentioned=1.0)


def _is_item(named: Named) -> bool:
    """Whether a bare mention is an item of a list of findings, and no label or debris of a form."""
    unit, mention = named.unit, named.mention
    if _GARBAGE.match(unit.text, mention.end) or _left_open(named.document, unit):
        return False
    if unit.label is None and not unit.under:
        return True
    if _by_tumor(named) or _is_own_answer(named) or _among_findings(named):
        return True
    if named.labelled or (unit.label is not None and GENERAL.search(unit.label_text)):
        return False
    return _STOPPED.search(unit.text[: mention.start]) is not None


def _is_own_answer(named: Named) -> bool:
    """Whether a label is answered by naming what was found: "Vascular invasion: venous invasion"."""
    unit, mention = named.unit, named.mention
    if not named.labelled or unit.label is None or unit.text[unit.value or 0 : mention.start].strip():
        return False
    named_there = unit.text[mention.start : mention.end].lower()
    return _is_all(named) and named_there not in unit.label_text.lower()


def _among_findings(named: Named) -> bool:
    """Whether a line holds a finding only, below a heading for findings."""
    unit, mention = named.unit, named.mention
    return (
        unit.label is None
        and _FINDINGS.search(unit.under) is not None
        and _BULLET.fullmatch(unit.text[: mention.start]) is not None
        and _is_all(named)
    )


def _is_all(named: Named) -> bool:
    """Whether a line says no more than the finding, and the line below holds no answer to it."""
    if _ANSWERED.match(named.document.text.clean, named.unit.start + named.mention.end):
        return False
    return _ALL.match(named.unit.text, named.mention.end) is not None


def _by_tumor(named: Named) -> bool:
    """Whether what follows makes a finding an assertion ("Vascular invasion by tumor")."""
    return _BY_TUMOR.match(named.unit.text, named.mention.end) is not None


def _holds(told_of: tuple[str, int, int], judged: tuple[str, int, int] | None) -> bool:
    """Whether the words around a finding decide: a denial does, anything else where no cue acts on it."""
    return told_of[0] == "absent" or judged is None


def _said(document: Document, unit: Unit, start: int, end: int) -> Answer | None:
    """The answer of a line that holds a finding and its answer only."""
    words = _ANSWER.match(unit.text, end) if _BULLET.fullmatch(unit.text[:start]) else None
    if words is None:
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
