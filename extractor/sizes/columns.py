"""The size in a form whose columns came apart: the labels first, their answers after.

A run of labels without answers holds "Tumor size"; the answer is the dimension alone on its line below, as
many dimensions down as labels before it ask for one. The order is easily lost, so the answer counts only
where nothing in the report speaks against it.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from extractor.document import Document
from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.origin.sites import sites
from extractor.sizes.choice import NOT_TUMOR, TUMOR
from extractor.tumors.organ_places import heads, hits

if TYPE_CHECKING:
    from extractor.unit import Unit

#: Fewest labels in a row without an answer, and how many lines the answers may take for each.
_RUN, _LINES = 5, 3
_ASKS = Expression(
    r"\b(?:tumou?r (?:size|dimensions?|diameter)|size of (?:the )?tumou?r|"
    r"greatest (?:dimension|diameter) of (?:the )?tumou?r)\b",
    re.IGNORECASE,
)
_ASKS_OTHER = re.compile(r"\b(?:size|dimensions?|diameter|measure\w*|weight|distance)\b", re.IGNORECASE)
#: A grade that stands on the line before and was read as part of this one ("2-3 2.3 cm in diameter").
_LEAD = r"\W{0,3}(?:(?:[1-4](?:-[1-4])?|I{1,3}|IV) (?=\d))?"
_SIDES = r"\d{1,3}(?:[.,]\d{1,2})?(?: ?[xX] ?\d{1,3}(?:[.,]\d{1,2})?)"
_ANSWER = re.compile(
    rf"{_LEAD}(?P<numbers>{_SIDES}{{0,2}}) ?(?P<unit>cm|mm)\b"
    r"(?: in (?:(?:greatest|maximum|largest) )?(?:dimension|diameter))?\W{0,3}",
    re.IGNORECASE,
)
#: Sides whose unit is not printed: they hold a place, and count where the report repeats them.
_BARE = re.compile(rf"\W{{0,3}}(?P<numbers>{_SIDES}{{1,2}})\W{{0,3}}")
#: A line that begins with a dimension, as far as it can be read; the longest title among labels.
_DIMENSION = re.compile(
    rf"{_LEAD}\d[\d., ]{{0,6}}(?: ?[xX*] ?[\d., ]{{1,7}}){{0,2}} ?(?:cm|mm)\b", re.IGNORECASE
)
_TITLE = 30
#: What answers "Tumor size" in its line.
_TOLD = re.compile(r"\d|\b(?:not?|cannot|n/?a|unknown|see|indeterminate|unable)\b", re.IGNORECASE)
#: The title of a checklist, and how many lines above its labels it stands.
_OF_TUMOR = re.compile(r"\b(?:tumou?r|cancer|carcinoma|staging)\b", re.IGNORECASE)
_ABOVE = 4
#: Sizes that differ by no more than this part are the same; a size so many times all others is no size.
_SAME, _TOO_LARGE = 0.1, 2.0
_SIDE = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")


def in_apart_columns(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes with that which falls to "Tumor size" among labels without answers.

    Where something denies that answer, its number is no size at all.
    """
    if _ASKS.anywhere(document.text.clean) is None:
        return found
    run: list[Unit] = []
    for unit, following in zip_longest(document.units, document.units[1:]):
        if unit.label is not None and (not unit.value_text.strip() or (run and _runs_on(unit))):
            run.append(unit)
            continue
        if run and unit.label is None and len(unit.text) < _TITLE and following and following.label:
            continue  # a title among the labels
        answer = _answer(document, run, unit, found) if len(run) >= _RUN else None
        if answer is not None:
            if not _of_another(document, run) and _holds(document, answer, found):
                found = [*found, answer]
            else:
                found = [c for c in found if c.start != answer.start]
        run = []
    return found


def _runs_on(unit: Unit) -> bool:
    """Whether "Tumor size" is followed on its line by the next label or the rest of an answer."""
    return _ASKS.search(unit.label_text) is not None and not _TOLD.search(unit.value_text)


def _of_another(document: Document, run: list[Unit]) -> bool:
    """Whether labels are the checklist of another organ than the tumor's."""
    ranked = sites(document)
    titles = document.units[max(0, run[0].index - _ABOVE) : run[0].index + 1]
    named = {h.organ for u in titles if _OF_TUMOR.search(u.text) for h in hits(document)[u.index]}
    return bool(ranked and named) and ranked[0].organ not in named


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME * max(one, other)


def _holds(document: Document, answer: Candidate, found: list[Candidate]) -> bool:
    """Whether no size of the tumor disagrees with an answer, and it is no slip of the point.

    A smaller size in the part of another organ is another tumor's.
    """
    others = [c for c in found if c.start != answer.start]
    if others and answer.value > _TOO_LARGE * max(c.value for c in others):
        return False
    ranked, headed = sites(document), heads(document)
    for other in others:
        names = other.features.keys()
        told = TUMOR & names or {"size_subject_lesion", "size_largest_before", "size_tumor_before"} <= names
        if not told or NOT_TUMOR & names or _same(other.value, answer.value):
            continue
        own = not ranked or any(h.organ == ranked[0].organ for h in headed[other.unit.index])
        if other.value > answer.value or other.unit.part is None or own:
            return False
    return True


def _answer(document: Document, run: list[Unit], after: Unit, found: list[Candidate]) -> Candidate | None:
    asked = [u for u in run if _ASKS.search(u.label_text)]
    if len(asked) != 1:
        return None
    skipped = sum(_ASKS_OTHER.search(u.label_text) is not None for u in run if u.index < asked[0].index)
    for unit in document.units[after.index : after.index + _LINES * len(run)]:
        if unit.label is not None and unit.index > after.index + 1:
            return None
        bare = _BARE.fullmatch(unit.text)
        if bare is None and not _DIMENSION.match(unit.text):
            continue
        if skipped:
            skipped -= 1
            continue
        if (match := bare or _ANSWER.fullmatch(unit.text)) is None:
            return None
        scale = 1.0 if bare is None and match["unit"].lower() == "mm" else 10.0
        sides = [float(n.replace(",", ".")) * scale for n in _SIDE.findall(match["numbers"])]
        if bare is not None and not any(_same(c.value, max(sides)) for c in found):
            return None
        candidate = document.candidate(
            round(max(sides), 3), unit, *match.span("numbers"), "tumor_size_mm/apart"
        )
        candidate.features |= {"size_labelled_tumor": 1.0, f"size_dimensions_{min(len(sides), 3)}": 1.0}
        return candidate
    return None
