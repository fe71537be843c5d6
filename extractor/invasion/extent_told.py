"""Local invasion told by other words and orders than those of most reports.

Questions with their answers ("Extends outside the thyroid? No"), tumor that lies in the fat beside its organ,
a layer named before the verb ("the subserosa is reached"). The words stand in ``patterns/extent_told.toml``,
those that deny in ``patterns/denials.toml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.invasion.places import own_organ
from extractor.statements.forms import misplaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.matching.expressions import Expression
    from extractor.unit import Unit

_CLAUSE = re.compile(r"[.;:?]\s|,\s|\b(?:but|however|although|though|while|whereas|yet)\b", re.IGNORECASE)
#: What makes tissue beside an organ that of a node, a margin or another finding.
_OTHER = re.compile(
    r"\b(?:lymph|nodes?|nodal|margins?|metasta\w+|deposits?|implants?|benign)\b", re.IGNORECASE
)
#: Tumor that is not invasive, or tissue that reaches a structure and is no tumor.
_IN_SITU = re.compile(r"\b(?:DCIS|LCIS|in[ -]situ|VIN|VAIN|CIN|PanIN)\b", re.IGNORECASE)
_OTHER_TISSUE = re.compile(
    r"\b(?:fibrosis|scar\w*|mucin|inflammat\w+|lymphocyt\w+|granulation)\b", re.IGNORECASE
)
#: Borders whose being spared says that tumor is within them; what such a statement loses.
_LAST = re.compile(
    r".*(?:fascia|aponeurosis|adventitia|subcut|hypodermis|tunica|pericard|muscle|thyroid tissue)",
    re.IGNORECASE,
)
_ONE = -0.7
#: What lies beyond the invasive tumor is its part in situ; how far behind it is named.
_TUMOR = re.compile(
    r"\b(?:beyond|outside(?: of)?|enter|into) (?:the |this )?(?:invasive |index |main |primary )?"
    r"(?:tumou?r\b(?! capsule)|mass\b|lesion\b|fibroadenoma|carcinoma\b)",
    re.IGNORECASE,
)
_BEYOND = 30
#: Rules on organs in which a tumor of a site without a name of its own may have begun.
_UNKNOWN_OWN = frozenset({"organ-holds", "in-vagina"})
#: Fat of the organ itself ("reaches the fat of the breast").
_PLAIN_FAT = re.compile(
    r"\b(?:the|mammary|breast|surrounding|adjacent|of|in|into|to)\s(?:(?:mammary|breast|surrounding|adjacent)\s)?"
    r"(?:fibro-?)?(?:fat|fatty(?: tissue)?|adipose(?: tissue)?)\W*$",
    re.IGNORECASE,
)
#: Options of a form: an empty line for the mark, a marked one; so many lines apart.
_EMPTY = re.compile(r"\s*(?:_{2,}|\[\s*\]|\(\s*\)|[☐□])\s+(?=\w)")
_MARKED = re.compile(r"\s*(?:_{0,3}[xX]_{1,3}|_{1,3}[xX]_{0,3}|\[\s?[xX]\s?\]|\(\s?[xX]\s?\)|[☒☑■])\s+(?=\w)")
_OPTIONS = 8
#: What parts a structure from the one before, which may be denied.
_CONTRAST = re.compile(r"[;,]|but\b|however\b|although\b|though\b|while\b|whereas\b|yet\b", re.IGNORECASE)
#: Behind what a question only asks: a mark, and no answer or a denial.
_QUESTION = re.compile(r"[^.;:?\n]{0,25}\?\s{0,6}(?:$|(?:no|n|none|not|absent|negative)\b)", re.IGNORECASE)
#: Statements that are a question with its answer; a denial before it belongs to another one.
_ASKED = "asked-"


def stating(document: Document) -> list[Expression]:
    """The expressions a unit must match one of to be looked at."""
    return [rule.pattern for rule in document.patterns("extent_told").rules]


def asked(document: Document, unit: Unit) -> str:
    """The text of a unit, a question with what stands behind it."""
    return f"{unit.text} {document.text_below(unit)}" if unit.text.rstrip().endswith("?") else unit.text


def held(document: Document, unit: Unit) -> Candidate | None:
    """A wall that is entered and not passed, whatever its label."""
    found = document.patterns("extent_told")["held"].search(unit.text)
    if found is None or _OTHER.search(unit.text):
        return None
    return document.candidate(
        "absent",
        unit,
        found.start(),
        found.end(),
        "local_invasion/held",
        strength=misplaced(unit),
        by_rule=1.0,
    )


def joined(document: Document, unit: Unit, said: list[Candidate]) -> list[Candidate]:
    """What was read of a unit, with what is told here; a denial here stands for what it holds."""
    told = list(told_of_extent(document, unit))
    text = asked(document, unit)
    denied = [(c.start, c.end) for c in told if c.value == "absent"]
    own = own_organ(document)
    in_fat = own is not None and own.search("fat") is not None
    kept = [
        c
        for c in said
        if not _of_tumor(unit, c)
        and not (in_fat and _PLAIN_FAT.search(unit.text[c.start - unit.start : c.end - unit.start]))
        if c.value != "present"
        or not (
            any(c.start < end and start < c.end for start, end in denied)
            or _QUESTION.match(text, c.end - unit.start)
        )
    ]
    return kept + told


def _of_tumor(unit: Unit, candidate: Candidate) -> bool:
    """Whether what is denied goes beyond the tumor or an old lesion, or speaks of a part in situ."""
    words = unit.text[candidate.start - unit.start : candidate.end - unit.start + _BEYOND]
    before = unit.text[: candidate.start - unit.start]
    return candidate.value == "absent" and (
        _TUMOR.search(words) is not None or _IN_SITU.search(_CLAUSE.split(before)[-1]) is not None
    )


def unmarked(document: Document, unit: Unit) -> bool:
    """Whether a unit is an option of a form that is not marked, where another one near it is."""
    if _EMPTY.match(unit.text) is None:
        return False
    around = document.units[max(0, unit.index - _OPTIONS) : unit.index + _OPTIONS + 1]
    return any(_MARKED.match(other.text) for other in around)


def told_of_extent(document: Document, unit: Unit) -> Iterator[Candidate]:
    """Candidates of local invasion from one unit."""
    denied, open_ = (document.patterns("denials")[name] for name in ("before", "open"))
    text = asked(document, unit)
    for rule in document.patterns("extent_told").rules:
        if rule.value is None or not (found := rule.pattern.search(text)) or found.start() >= len(unit.text):
            continue
        name = rule.id.partition("/")[2]
        organ = found.groupdict().get("organ")
        if name in _UNKNOWN_OWN and document.reading("primary_site").value in ("other", "unknown", None):
            continue  # the vagina or the tube may be the tumor's own organ
        if organ and (own := own_organ(document)) is not None and own.search(organ):
            continue
        clause = _CLAUSE.split(text[: found.start()])[-1] + found[0]
        if _OTHER.search(clause) or _IN_SITU.search(clause):
            continue
        if rule.value == "present" and not name.startswith(_ASKED):
            before = "" if _CONTRAST.match(found[0]) else clause[: len(clause) - len(found[0])]
            if open_.search(before) or _OTHER_TISSUE.search(before):
                continue
            if denied.search(before):
                if name == "into-structure" and _LAST.match(found["organ"]):
                    yield document.candidate(
                        "absent",
                        unit,
                        found.start(),
                        found.end(),
                        f"local_invasion/{name}",
                        strength=_ONE,
                        by_rule=1.0,
                    )
                continue
        place, start, end = unit, found.start(), found.end()
        if end > len(unit.text):  # the answer stands for the question
            place, start, end = document.units[unit.index + 1], 0, end - len(unit.text) - 1
        yield document.candidate(
            rule.value,
            place,
            start,
            end,
            f"local_invasion/{name}",
            strength=misplaced(unit),
            by_rule=1.0,
        )
