"""Margins in the words of reports that follow no form: edges, ends, limits and stumps, and their states.

An edge and its state may come in either order ("compromised posterior border", "ileal and colonic ends
free"), the edges in a list, the tumor before or behind ("no cancer at both ends", "a nodule lapping the
margin"). What lies at a margin is read wherever nothing else was read from the sentence, what is free of
tumor only where the field found nothing at all. The words stand in ``patterns/margin_words.toml``, those
that deny in ``patterns/denials.toml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.margins.forms import imaged, numbered

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.unit import Unit

_SKIPPED = frozenset({"blocks", "specimens", "history", "intraoperative", "outside", "gross"})
#: Near the margin, not at it.
_NEAR = re.compile(
    r"\b(?:almost|nearly|close)\b|\d\s?[mc]m\b(?! lap)[^.;]{0,12}\b(?:from|of|to|off|away)\b", re.IGNORECASE
)
#: What keeps a sentence from speaking of a final margin.
_VOID = re.compile(
    r"\bfrozen\b|\bFS ?\d?\b|\bintra-?operativ|"
    r"\b(?:true|final|actual|real) (?:\w+ )?margins?\b|\bdisrupted\b|"
    r"\bre-?(?:excis|resect)",
    re.IGNORECASE,
)
#: The end of an organ, unless it was cut there.
_END = re.compile(r"\bends?\b", re.IGNORECASE)
_CUT = re.compile(r"cut|resect|section|surg|margin|excis", re.IGNORECASE)
#: A lesion that is not the tumor; the key of a block.
_LESSER = re.compile(
    r"\b(?:n(?:a)?ev(?:us|i)|keratosis|lipoma|dysplas\w+|adenomas?|cysts?|in[ -]situ)\b", re.IGNORECASE
)
_KEYED = re.compile(r"\W*[A-Z]\d{1,2}\b")
#: A question about a distance.
_DISTANCE = re.compile(r"\b(?:distance|closest|nearest)\b", re.IGNORECASE)
#: Right before the tumor that is at an edge: there is none.
_NO_SUCH = re.compile(
    r"\b(?:no|nor|neither|never|without)"
    r"(?: (?:any|evidence of|residual|viable|invasive|microscopic|definite)){0,2} $",
    re.IGNORECASE,
)
#: What behind an edge says that it is free, or only asks, beside the words of denial; how far behind.
_ANSWERED_NO = re.compile(
    r"\b(?:no|difficult|determine|uninvolved|free|0/\d|[1-9]\d? mm|adjacent|away|yes)\b|:\s?0\b|\?",
    re.IGNORECASE,
)
_BEHIND = 60
#: No answer, or none of what is asked for.
_NONE = re.compile(r"[\s:]*(?:$|n/?a\b|not applicable|none|no\b|nil\b|-)", re.IGNORECASE)
#: A line that ends within a sentence.
_OPEN_END = re.compile(r"[\w,-]\s*$")
_CLAUSE = re.compile(
    r"[.;:]\s|\b(?:but|however|although|while|whereas)\b|,\s(?=\w+ (?:is|are)\b)", re.IGNORECASE
)
#: Tissue that is no tumor, or a tumor that does not count, at a margin; what is said of the edge of a tumor.
_OTHER = re.compile(
    r"\b(?:dysplas\w*|in[ -]?situ|CIS\b|DCIS|LCIS|PanIN|adenoma\b|intraepithelial|hyperplas\w+|inflam\w*|"
    r"benign|normal|"
    r"frozen|intra-?operative\w*|FS\d?|previous|prior|anal canal|ligament|fistula|lymph nodes?|nodes?|"
    r"capsule|(?:no|without) invasion|non-?invasive|(?:pleural|serosal|capsular) surface)\b",
    re.IGNORECASE,
)
_INVASIVE = re.compile(r"\band (?:also )?invasive\b|\binvasive (?:\w+ )?(?:carcinoma|tumou?r)", re.IGNORECASE)


def told_in_words(document: Document, value: str, read: Container[int] = ()) -> Iterator[Candidate]:
    """Candidates from edges and their states: those that are free of tumor (negative), or those that are not.

    Units that were ``read`` already are left out, but for rules that hold beside others.
    """
    free = value == "negative"
    denials = document.patterns("denials")
    rules = [rule for rule in document.patterns("margin_words").rules if rule.value == value]
    for unit in document.units_with(*(rule.pattern for rule in rules)):
        if unit.section in _SKIPPED or _VOID.search(unit.text) or imaged(unit):
            continue
        text = _sentence(document, unit)
        below = document.text_below(unit) if unit.text[-1:] not in ".;" else ""
        for rule in rules:
            if unit.index in read and not rule.id.endswith("-also"):
                continue
            if (found := rule.pattern.search(text)) is None or found.start() >= len(unit.text):
                continue
            also = rule.id.endswith("-also")
            if also and (_LESSER.search(text) or _KEYED.match(text)):
                continue
            clause = found[0] if also else _CLAUSE.split(text[: found.end()])[-1]
            around = clause + text[found.end() : found.end() + 40].split(".")[0]
            if (
                _OTHER.search(around)
                and not rule.id.endswith(("-then-clear", "-whole"))
                and not (not free and _INVASIVE.search(around))
            ):
                continue
            if not free and (
                _asked(unit, found.start())
                or _NO_SUCH.search(text[: found.start()])
                or _VOID.search(unit.heading)
                or _ANSWERED_NO.search(behind := f"{text[found.end() :]} {below}"[:_BEHIND])
                or denials["behind"].search(behind)
                or denials["before"].search(clause)
                or denials["open"].search(around)
                or _NEAR.search(around)
                or (_END.search(found[0]) and not _CUT.search(found[0]))
                or numbered(document, text[found.end() :], unit)
            ):
                continue
            yield document.candidate(
                value,
                unit,
                found.start(),
                min(found.end(), len(unit.text)),
                rule.id.replace("margin_words", "margins"),
                strength=-0.5 if free else 0.8,
            )
            break


def _asked(unit: Unit, at: int) -> bool:
    """Whether words are those of a label that asks, or answer one about a distance."""
    if unit.label is None:
        return False
    asked = at < unit.label[1] and _NONE.match(unit.value_text) is not None
    return asked or _DISTANCE.search(unit.label_text) is not None


def _sentence(document: Document, unit: Unit) -> str:
    """The text of a unit, and of the line below where its sentence goes on there and was not joined."""
    below = document.text_below(unit)
    if unit.label is None and below[:1].islower() and _OPEN_END.search(unit.text):
        return f"{unit.text} {below}"
    return unit.text
