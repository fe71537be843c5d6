"""Lymph node totals of a report: how many were examined and how many hold tumor.

A report may state totals (``Number of lymph nodes examined: 30``, ``pN1 (3/14)``) or one count per station
or part (``A. Two benign nodes (0/2)``). Counts of one section are added up, a repeated or overlapping one
counted once; stated totals and sums compete as candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.nodes.added_up import read_counts
from extractor.nodes.forms import read_labels, read_mixed
from extractor.nodes.late import LATER, read_added, read_again, read_next
from extractor.nodes.parts import part_of
from extractor.nodes.places import counts
from extractor.nodes.rivals import (
    covered,
    fuller_sections,
    goes_on,
    holds_nodes,
    left_out,
    one_of_list,
    only_positive,
    other_part,
    says_again,
    stands_alone,
)
from extractor.nodes.sums import to_add, without_part_totals
from extractor.nodes.totals import around, by_section, candidate, scale_of
from extractor.nodes.uncounted import answers_tumor
from extractor.nodes.words import Count, Which, examined_of

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: Nodes that come with the resected organ.
_ATTACHED = re.compile(r"\battached (?:\w+ )?lymph nodes?\b", re.IGNORECASE)
_OF_ORGAN = re.compile(r"attached|peribronchial|hilar|lobectomy", re.IGNORECASE)
#: Categories of tumor in nodes (not N1c: deposits beside them).
_INVOLVED = re.compile(r"[123](?!c).*")
#: So sure a category is read that nodes counted as free are not all.
_SURE = 0.9
#: Fewer nodes may be those of one place.
_SEVERAL = 3
#: Nodes of which there is no number.
_MANY = re.compile(
    r"\W*(?:(?:[A-Z]|\d{1,2})[.):]\s*)?(?:[^:;.]{1,60}:\s*)?(?:metasta[^.;:]{0,40}\b(?:in|to)\s)?"
    r"(?:multiple|several|numerous|many) (?:[\w-]+ ){0,3}?(?:lymph )?nodes\b",
    re.IGNORECASE,
)
#: What tells of nodes called free, and of nodes counted as free part by part.
_CLEAR = ("/all-negative",)
_FREE = (*_CLEAR, "/sum", "/count", "/with-added")
#: Sections that together make up the report proper when headings interrupt its parts.
_REPORT = frozenset({"unknown", "diagnosis", "comment", "addendum", "amendment"})


def read_nodes(which: Which, document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of one of the two counts.

    Where the category tells of nodes with tumor, nodes called free are only some of all; where it tells of
    none, and nothing else tells how many of the counted nodes hold tumor, it is none of them.
    """
    found = list(_Reader(which, document, patterns.name).candidates())
    if which == "positive":
        category = document.reading("pN")
        if _INVOLVED.fullmatch(category.value or ""):
            sure = category.confidence >= _SURE
            partly = _FREE if sure and not _by_the_letter(document) else _CLEAR
            found = [c for c in found if not (c.value == 0 and c.rule.endswith(partly))]
        elif category.value == "0" and all(c.value is None for c in found):
            found += _by_category(document, patterns.name)
    yield from found


def _by_the_letter(document: Document) -> bool:
    """Whether the only count of a report, of none of its parts, is that of no node of several."""
    counted = [c for c in counts(document) if c.kind != "none"]
    if len(counted) != 1:
        return False
    count = counted[0]
    return (
        count.kind in ("ratio", "negative")
        and count.positive == 0
        and (count.examined or 0) >= _SEVERAL
        and part_of(count) is None
    )


def _by_category(document: Document, name: str) -> Iterator[Candidate]:
    """No node with tumor, of nodes that a report only counts, beside the category N0."""
    counted = [c for c in counts(document) if c.kind in ("examined", "found") and c.examined]
    if counted:
        first = next((c for c in counted if c.kind == "examined"), counted[0])
        yield candidate(document, 0, [first], f"{name}/by-category", strength=1.0, no_count=1.0)


class _Reader:
    """Reads one of the two numbers from all places where a report counts nodes."""

    def __init__(self, which: Which, document: Document, name: str) -> None:
        self._which: Which = which
        self._document = document
        self._name = name
        self._words = document.patterns("nodes")
        self._found = without_part_totals(counts(document))
        self._sections = by_section(self._found)
        #: The counts of the report proper.
        self._whole = [c for c in self._found if c.unit.section in _REPORT or goes_on(c, self._words)]
        self._scale = scale_of(self._found, self._whole)
        self._mixed = list(read_mixed(which, document, name, self._whole))
        #: The positive nodes of sections that count the others, too.
        self._fuller = fuller_sections(self._sections)
        self._uncountable = self._words["uncountable"].search(document.text.clean) is not None
        #: Whether a section read so far counts nodes.
        self._counted = False

    def candidates(self) -> Iterator[Candidate]:
        """Candidates from each section, and from several together."""
        which, document, name, found = self._which, self._document, self._name, self._found
        yield from self._mixed
        yield from self._attached()
        yield from read_added(which, document, name, found)
        yield from read_again(which, document, name, found)
        if which == "positive":
            yield from read_next(document, name, found)
        for section, here in self._sections.items():
            if not (section in LATER and says_again(here, self._sections)):
                yield from self._section(section, here)
        yield from self._all_answers()
        if len({c.unit.section for c in self._whole}) > 1:
            yield from read_counts(which, document, name, self._whole, self._scale, across=True)

    def _attached(self) -> Iterator[Candidate]:
        """Nodes of the resected organ that only the microscopic description counts, and those of parts."""
        more = [c for c in self._found if c.unit.section == "microscopic" and _ATTACHED.search(around(c))]
        report = to_add([c for c in self._found if c.unit.section in _REPORT])
        parts = [c for c in report if not (c.total or c.staged)]
        values = [getattr(c, self._which) for c in (*parts, *more)]
        if not (more and parts) or None in values or None in {c.unit.part for c in parts}:
            return
        if not any(_OF_ORGAN.search(around(c)) for c in parts):
            yield self._candidate(sum(values), [*parts, *more], "with-attached", strength=3.0, summed=1.0)

    def _section(self, section: str, here: list[Count]) -> Iterator[Candidate]:
        """Candidates from the counts of one section."""
        which, document, name = self._which, self._document, self._name
        answers = [c for c in here if c.kind in ("examined", "involved")]
        yield from read_labels(which, document, name, answers, self._scale, beside_parts=bool(self._mixed))
        if not self._partial(section, here):
            yield from read_counts(which, document, name, here, self._scale, across=False)
        self._counted = self._counted or any(c.kind in ("ratio", "negative", "positive", which) for c in here)
        yield from self._no_number(section, here) if which == "positive" else self._seen(here)

    def _partial(self, section: str, here: list[Count]) -> bool:
        """Whether the sum of a section is not that of all nodes."""
        examined = self._which == "examined"
        return (
            (self._uncountable and (examined or any(c.positive for c in here)))
            or (examined and only_positive(here, self._fuller))
            or self._beside_several(here)
            or (bool(self._mixed) and covered(here))
            or one_of_list(here, section, self._sections)
        )

    def _beside_several(self, here: list[Count]) -> bool:
        """Whether a section also tells of several nodes, or of nodes with tumor, of a part without number."""
        if any(c.total or c.staged or c.labelled or c.kind == "examined" for c in self._found):
            return False
        return any(
            (self._which == "examined" or c.positive is None)
            and (_MANY.match(c.unit.text) or self._holds_tumor(c))
            and left_out(c, here, self._words)
            for c in here
        )

    def _holds_tumor(self, count: Count) -> bool:
        """Whether tumor in nodes without number is the answer of a part, which no sum of the others tells."""
        return self._which == "positive" and answers_tumor(count.unit, self._words)

    def _seen(self, here: list[Count]) -> Iterator[Candidate]:
        """No node examined, or those of which it is only told that they were found."""
        if self._counted:
            return
        if not any(holds_nodes(c, self._words) for c in self._found):
            for count in here:
                if count.kind == "none" and self._denied(count):
                    yield self._candidate(0, [count], "none", strength=-0.5, no_nodes=1.0)
        if seen := [c for c in here if c.kind == "found"]:
            several = float(len(seen) > 1)
            value = examined_of(seen)
            yield self._candidate(value, seen, "found", strength=-0.5, found=1.0, summed=several)

    def _denied(self, count: Count) -> bool:
        """Whether "no node found" is said of the whole report."""
        document, words = self._document, self._words
        if count.lookalike and not stands_alone(document, self._found, words):
            return False
        return not other_part(document, count, words)

    def _no_number(self, section: str, here: list[Count]) -> Iterator[Candidate]:
        """Nodes with tumor where none are counted: one metastasis, or none as all are called free."""
        one = self._one_metastasis()
        if one is not None and one.unit.section == section:
            yield self._candidate(1, [one], "one-metastasis", strength=0.0, no_count=1.0)
        elif not self._counted:
            said = [c for c in here if c.kind == "uncounted"]
            if said and all(c.positive == 0 for c in said):
                yield self._candidate(0, said[:1], "all-negative", strength=-0.5, no_count=1.0)

    def _one_metastasis(self) -> Count | None:
        """Nodes of which only one metastasis is told, in the whole report."""
        if any(c.kind != "uncounted" for c in self._found):
            return None
        return next((c for c in self._found if self._words["one-metastasis"].search(c.unit.text)), None)

    def _all_answers(self) -> Iterator[Candidate]:
        """The different answers of all sections, added up."""
        kind = "examined" if self._which == "examined" else "involved"
        answers = [c for c in self._whole if c.kind == kind]
        values = [getattr(c, self._which) for c in answers]
        if len({tuple(getattr(c, self._which) for c in here) for here in by_section(answers).values()}) > 1:
            yield self._candidate(
                sum(values), answers, "sum-of-labels", strength=0.0, label_total=1.0, across=1.0
            )

    def _candidate(
        self, value: int, here: list[Count], rule: str, *, strength: float, **features: float
    ) -> Candidate:
        return candidate(self._document, value, here, f"{self._name}/{rule}", strength=strength, **features)
