"""What a line states of margins, by the rules of the field, and what bars a match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from extractor.field import Candidate
from extractor.margins.forms import numbered
from extractor.matching.expressions import Expression
from extractor.statements.predicates import predicate

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns, Rule
    from extractor.unit import Unit

    _Rules = tuple[list[Rule], list[Rule]]

_HEDGED = Expression(
    r"suggest(?:ive|s|ing)|suspicious|suspected|cannot (?:be )?(?:excluded?|ruled? out)|possibl[ey]|"
    r"questionable|equivocal",
    re.IGNORECASE,
)
#: "Margins" of one tissue ("bone margins"), or all but some.
_SOME = Expression(
    r"\b(?:bon[ey]|skin|mucosal|soft tissue|bronchial|vascular|parenchymal|ureter\w*|mandibular|tracheal|"
    r"other|remaining)\s+(?:(?:resection|surgical)\s+)?$",
    re.IGNORECASE,
)
#: A length of the specimen or of its staples, not of the way from tumor to a margin.
_OF_SPECIMEN = Expression(
    r"\b(?:uterus|specimen|lobe|colon|bowel|cervix|ureter|staples?|staple line)\b[^.;,]{0,20}?"
    r"\bmeasur(?:es|ing)\s(?:up to )?\d[\d.]* ?[ce]m(?: from|$)|"
    r"(?<!to )(?<!of )(?<!from )\b(?:an?|one|two|each|with) (?:open|stapled|oversewn|sutured)\b[^.;,]{0,30}?"
    r"\bmargins?\s?\(?\s?(?:measuring )?\d[\d.]* ?[ce]m$",
    re.IGNORECASE,
)
#: The rest of a sentence in capitals, on a line of its own; and the end of one.
_CONTINUED = re.compile(r"(?-i:(?:[A-Z]{3,} ){0,3}MARGINS?(?:[.,]| (?:OF|AND|IS|ARE)\b| \())")
_STOPPED = re.compile(r"[.;:)\]]\s*$")
#: What leaves a positive margin open, behind it ("extension to the margin cannot be excluded").
_OPEN = Expression(
    r"[^.;:]{0,60}?\b(?:can\s?not|could not) be (?:\w+ )?(?:excluded|ruled out)", re.IGNORECASE
)
#: What leaves open whether the margin is one ("unclear if that is the actual resection margin").
_WHETHER_TRUE = Expression(
    r"\b(?:difficult|impossible|not possible|uncertain|unclear|unknown|can ?not|questionable|whether)\b"
    r"[^.;:]{0,40}\b(?:if|whether) (?:this|it|that|the \w+) (?:is|represents|was|corresponds to) "
    r"(?:an? |the )?(?:true|actual|final|real|definitive)\b[^.;:]{0,20}\bmargin",
    re.IGNORECASE,
)
#: Two statements that no stop parts: a heading of its own line, or the next sentence; or the color of ink.
_ACROSS = re.compile(
    r"(?<![A-Z] )(?<![A-Z])\s*\n\s*Margins?$|[a-z]\s+The\s|\b(?:is|are|was|were)\s+inked\s+[a-z]+\s+and\b"
)
#: An answer of its own line, before the label of the next: "Extension / No / Margin".
_LINE_ANSWER = re.compile(r"\b(?:No|None|N/A|Not identified)[ \t]*\n\s*(?=[A-Z][a-z])")
_ANY = Expression(r"\ball\b(?! other)|\bmargins\b", re.IGNORECASE)
#: A focus of something else than tumor ("small foci of metaplasia at the margin").
_FOCUS = Expression(
    r"\bfoc(?:us|i) of (?!(?:\w+ ){0,3}?(?:\w*carcinoma|tumou?r|neoplas|malignan|cancer|invasive|melanoma))",
    re.IGNORECASE,
)
#: The keys of blocks before what they hold, and what is no margin behind one.
_KEYS = re.compile(
    r"\W*(?:Micro )?(?!R[12]\b)[A-Z]\d{1,2}(?:(?:,| ?-| to| ?&| and) ?[A-Z]?\d{1,2}){0,3}\s?[:.=-]",
    re.IGNORECASE,
)
#: The key of a block within a line of several ("2 and 3 - tumor to inked surface"), before or in a match.
_ROW_KEY = (
    r"(?:(?!p?[LVNTMRG][0-4]\b)[A-Z]{1,2}\d{1,2}[A-Z]?(?:-[A-Z]?\d{1,2})?\s?[,:=-]|"
    r"\d{1,2}(?:(?:,| and| to) \d{1,2}){0,3}\s(?:-|=))\s"
)
_IN_ROW = re.compile(rf"(?:^|[;,.:]\s){_ROW_KEY}[\w /()-]{{0,40}}$")
_MEASURED = Expression(r"\d ?[mc]m\b", re.IGNORECASE)
#: A change that is not positive with invasive tumor beside it ("in situ and also invasive carcinoma").
_BOTH = Expression(
    r"\b(?:in[ -]?situ|dysplas\w+|CIS)\b[^.;]{0,25}\b(?:and|with|as well as)\b"
    r"(?: (?!no\b|not\b|neg\w+|free|without)\w+){0,2}? invasive\b",
    re.IGNORECASE,
)
#: What the naked eye does not settle, and what a question leaves open.
_MICROSCOPIC = frozenset(
    {
        "margins/transected",
        "margins/growth-at",
        "margins/answer-place",
        "margins/not-radical",
        "margins/distance-nearest",
    }
)
_BY_EYE = frozenset({"gross", "unknown"})
_READ = frozenset({"diagnosis", "synoptic", "amendment", "addendum"})
#: Tumor at a margin, of which the verb behind may deny that it was found.
_FOUND = frozenset({"margins/tumor-at", "margins/reaches", "margins/growth-at", "margins/on-ink"})
_VERB = re.compile(r"\s{1,3}(?:is|are|was|were|has|have|could|can|cannot)\b", re.IGNORECASE)
_WHOLE = frozenset({"margins/complete", "margins/radical"})
_WHETHER = Expression(r"\b(?:whether|if)\b(?:\W+\w+){0,4}\W*$", re.IGNORECASE)
_NOT_FREE = re.compile(
    r"\b(?:not|non)[ -](?:\w+ )?(?:free|clear|tumou?r\W{0,3}free|negative|in (?:healthy|sound|sano)|"
    r"\w+ in sano)"
    r"(?: of| from)?$",
    re.IGNORECASE,
)
#: What reaches a margin and is no tumor ("mucosa extending to the distal margin").
_OTHER_TISSUE = re.compile(
    r"\b(?:mucosa|skin|fat|h(?:a)?emorrhage|cyst(?: wall)?|serosa|adipose tissue|epidermis|epithelium|scar|"
    r"capsule|muscle)\s+(?:(?:which|that|is|and|seen|focally)\s+){0,2}$",
    re.IGNORECASE,
)
_OF_TUMOR = re.compile(
    r"tumou?r|carcinoma|neoplas|malignan|invad|infiltrat|involv|lesion|mass|melanoma|dysplas|situ|\bNET\b",
    re.IGNORECASE,
)
#: A question that says nothing of the margins: "Distance from closest margin: cannot be determined".
_HOW_FAR = Expression(r"\bdistance\b|\bspecify\b", re.IGNORECASE)
#: The mark of the next answer ("Cannot be assessed   X  Margin uninvolved"); a word torn off its line.
_MARK_BEHIND = re.compile(r"[\w ]{0,4}\s{2,}[xX]\s{2,}\w")
_BARE = re.compile(r"\W*(?:carcinoma|tumou?r)\W*$", re.IGNORECASE)
_PLAIN = re.compile(r"\W*margins?\W*$", re.IGNORECASE)
_UNTRUE = Expression(r"\bnot (?:an? |the )?(?:true|actual|final|real) \w*\s?margin", re.IGNORECASE)


def _of_other_tissue(before: str) -> bool:
    """Whether what reaches a margin is tissue that is not the tumor's, by the words before the verb."""
    return _OTHER_TISSUE.search(before) is not None and _OF_TUMOR.search(before) is None


def stated_margins(
    document: Document, patterns: FieldPatterns, rules: _Rules, unit: Unit, at: int, *, labelled: bool
) -> Iterator[Candidate]:
    """Candidates of a unit by the rules of the field: one for each place, the first rule first."""
    reader = _Reader(document, patterns, unit, at, labelled=labelled)
    answers, stating = rules
    for rule in answers if labelled else ():
        yield from reader.read(rule, at)
    for rule in stating:
        yield from reader.read(rule, 0)


class _Reader:
    """Reads a unit by one rule after another; each value is told once. ``at`` is where an answer begins."""

    def __init__(
        self, document: Document, patterns: FieldPatterns, unit: Unit, at: int, *, labelled: bool
    ) -> None:
        self.document, self.patterns, self.unit = document, patterns, unit
        self.at, self.labelled = at, labelled
        self.seen: set[str] = set()

    def read(self, rule: Rule, shift: int) -> Iterator[Candidate]:
        """What a rule finds from ``shift`` on."""
        for match in rule.pattern.finditer(self.unit.text[shift:]):
            start, end = match.start() + shift, match.end() + shift
            if rule.value in self.seen or (self.labelled and self.unit.label is not None and end <= self.at):
                continue
            if self._is_unclear(rule, match[0], start, end):
                continue
            if rule.value == "negative" and (but := self.patterns["all-but"].match(self.unit.text[end:])):
                self.seen |= {"negative", "positive"}
                yield self._candidate("positive", start, end + but.end(), rule, "margins/all-but", 1.2)
                return
            if self._is_no_margin(rule, match[0], start, end):
                continue
            if rule.id in _FOUND and (lacking := _denied(self.document, self.unit, start, end)) is not None:
                yield lacking
                continue
            self.seen.add(str(rule.value))
            hedged = rule.value == "positive" and self._is_hedged(start, end)
            value = "indeterminate" if hedged else rule.value
            yield self._candidate(value, start, end, rule, rule.id, rule.strength)
            return

    def _candidate(
        self, value: Any, start: int, end: int, rule: Rule, name: str, strength: float
    ) -> Candidate:
        features = _features(self.unit, rule.id, labelled=self.labelled)
        return self.document.candidate(value, self.unit, start, end, name, strength=strength, **features)

    def _is_unclear(self, rule: Rule, words: str, start: int, end: int) -> bool:
        """Whether the words settle nothing: seen by eye, asked for, torn off, or not free."""
        unit, before_end = self.unit, self.unit.text[max(0, end - 40) : end]
        if unit.section == "gross" and rule.id in _MICROSCOPIC:
            return True
        if rule.id in _WHOLE and _WHETHER.search(unit.text[max(0, start - 40) : start]):
            return True
        if self.labelled and _BARE.match(words) and _PLAIN.match(unit.label_text):
            return True
        if rule.value == "negative":
            return _NOT_FREE.search(before_end) is not None
        if rule.value != "indeterminate":
            return False
        how_far = self.labelled and _HOW_FAR.search(unit.label_text) is not None
        return how_far or _MARK_BEHIND.match(unit.text, end) is not None

    def _is_no_margin(self, rule: Rule, words: str, start: int, end: int) -> bool:
        """Whether the words speak of something else than tumor and a margin."""
        text = self.unit.text
        if rule.value == "negative" and self._is_no_free_margin(rule, words, start, end):
            return True
        if rule.id == "margins/reaches" and _of_other_tissue(text[max(0, start - 90) : start]):
            return True
        if rule.value == "positive" and (
            self._is_denied(start) or self._is_of_other(start, end) or self._is_key(start, end)
        ):
            return True
        if rule.id != "margins/infiltration-of":
            return False
        denied = predicate(self.document, text, start, end)
        return denied is not None and denied[0] in ("absent", "unclear")

    def _is_no_free_margin(self, rule: Rule, words: str, start: int, end: int) -> bool:
        """Whether "no" is the answer of the line above, or a measure is the specimen's."""
        unit = self.unit
        if _LINE_ANSWER.search(self.document.text.clean, unit.start + start, unit.start + end):
            return True
        if "distance" in rule.id and (
            "positive" in self.seen or _OF_SPECIMEN.search(unit.text[max(0, start - 60) : end])
        ):
            return True
        around = unit.label_text + unit.text[max(0, start - 30) : end + 20]
        return _MEASURED.search(words) is not None and self.patterns["length"].search(around) is not None

    def _is_denied(self, start: int) -> bool:
        """Whether tumor at a margin is denied before, or the margin is none as the next line says."""
        if _UNTRUE.search(self.document.text_below(self.unit)):
            return True
        at = self.unit.start
        before = _LINE_ANSWER.split(self.document.text.clean[at + max(0, start - 60) : at + start])[-1]
        return self.patterns["negated"].search(before) is not None

    def _is_of_other(self, start: int, end: int) -> bool:
        """Whether something else than tumor is at a margin, or tumor is in another statement."""
        text, at, before = self.unit.text, self.unit.start, max(0, start - 60)
        other = self.patterns["other-finding"].search(text[before : end + 40])
        if other and not _BOTH.search(text[before : end + 60]):
            return True
        if _FOCUS.search(text[max(0, start - 20) : end]):
            return True
        return _ACROSS.search(self.document.text.clean, at + start, at + end) is not None

    def _is_key(self, start: int, end: int) -> bool:
        """Whether what is named are slides, or blocks by their keys."""
        unit = self.unit
        if numbered(self.document, unit.text[end:], unit):
            return True
        if (unit.section in _BY_EYE or unit.text.startswith("Micro ")) and _KEYS.match(unit.text):
            return True
        return unit.section not in _READ and _IN_ROW.search(unit.text[max(0, start - 70) : start]) is not None

    def _is_hedged(self, start: int, end: int) -> bool:
        """Whether a positive margin is doubted."""
        text = self.unit.text
        behind = f"{text[end:]} {self.document.text_below(self.unit)}"
        return bool(
            _HEDGED.search(text[max(0, start - 30) : end])
            or _OPEN.match(text, end)
            or _WHETHER_TRUE.search(behind)
        )


def _denied(document: Document, unit: Unit, start: int, end: int) -> Candidate | None:
    """No tumor at a margin, where a verb behind the margin denies that it was found there."""
    if _VERB.match(unit.text, end) is None or (said := predicate(document, unit.text, start, end)) is None:
        return None
    if said[0] != "absent":
        return None
    return document.candidate("negative", unit, start, said[2], "margins/not-found", any_margin=1.0)


def over_broken_line(document: Document, patterns: FieldPatterns, unit: Unit) -> Candidate | None:
    """Tumor that reaches a margin, in a sentence in capitals whose lines were not joined."""
    if unit.label is not None or not unit.index or _CONTINUED.match(unit.text) is None:
        return None
    above = document.units[unit.index - 1]
    gap = unit.start - above.start - len(above.text)
    parted = document.text.clean[unit.start - gap : unit.start].count("\n") != 1
    if parted or above.section != unit.section or not above.text.isupper() or _STOPPED.search(above.text):
        return None
    text = f"{above.text}{' ' * gap}{unit.text}"
    for name in ("reaches", "tumor-at"):
        rule = patterns.rule(name)
        match = rule.pattern.search(text)
        if (
            match is not None
            and match.start() < len(above.text) < match.end()
            and not patterns.rule("negated").pattern.search(text[max(0, match.start() - 60) : match.start()])
            and not patterns.rule("other-finding").pattern.search(text[: match.end() + 40])
        ):
            shift = unit.start - above.start
            start, end = match.start() - shift, match.end() - shift
            return document.candidate("positive", unit, start, end, rule.id, strength=rule.strength)
    return None


def _features(unit: Unit, rule: str, *, labelled: bool) -> dict[str, Any]:
    features = {
        "answered": float(labelled),
        "coded": float("code" in rule),
        "distance_stated": float("distance" in rule),
        "any_margin": float(any(not _SOME.search(unit.text[: m.start()]) for m in _ANY.finditer(unit.text))),
    }
    return {name: value for name, value in features.items() if value}
