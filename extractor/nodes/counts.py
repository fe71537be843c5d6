"""Lymph node totals of a report: how many were examined and how many hold tumor.

A report may state totals (``Number of lymph nodes examined: 30``, ``pN1 (3/14)``) or one count per station
or part (``A. Two benign nodes (0/2)``). Counts of one section are added up, a repeated or overlapping one
counted once; stated totals and sums compete as candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from extractor.field import Candidate
from extractor.nodes.forms import read_labels, read_mixed
from extractor.nodes.late import read_added, read_again, read_next
from extractor.nodes.places import counts
from extractor.nodes.repeats import part_of
from extractor.nodes.rivals import (
    covered,
    fuller_sections,
    goes_on,
    holds_nodes,
    left_out,
    of_organ,
    one_of_list,
    only_positive,
    other_part,
    ratios,
    says_again,
    stands_alone,
)
from extractor.nodes.sums import to_add, without_part_totals
from extractor.nodes.totals import (
    Scale,
    apart,
    around,
    by_section,
    candidate,
    lost_part,
    nearly_apart,
    scale_of,
)
from extractor.nodes.words import Count

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
#: What tells of nodes called free, and of nodes counted as free part by part.
_CLEAR = ("/all-negative",)
_FREE = (*_CLEAR, "/sum", "/count", "/with-added")
#: Sections that may repeat only a part of the diagnosis.
_LATER = frozenset({"addendum", "amendment"})
#: Sections that together make up the report proper when headings interrupt its parts.
_REPORT = frozenset({"unknown", "diagnosis", "comment", "addendum", "amendment"})


def read_nodes(
    which: Literal["examined", "positive"], document: Document, patterns: FieldPatterns
) -> Iterator[Candidate]:
    """Candidates of one of the two counts.

    Where the category tells of nodes with tumor, nodes called free are only some of all; where it tells of
    none, and nothing else tells how many of the counted nodes hold tumor, it is none of them.
    """
    found = list(_read_nodes(which, document, patterns))
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


def _read_nodes(
    which: Literal["examined", "positive"], document: Document, patterns: FieldPatterns
) -> Iterator[Candidate]:
    name = patterns.name
    found = without_part_totals(counts(document))
    words = document.patterns("nodes")
    total = False
    sections = by_section(found)
    whole = [c for c in found if c.unit.section in _REPORT or goes_on(c, words)]
    others = any(holds_nodes(c, words) for c in found)
    scale = scale_of(found, whole)
    fuller = fuller_sections(sections)
    uncounted = words["uncountable"].search(document.text.clean) is not None
    alone = any(c.lookalike for c in found) and stands_alone(document, found, words)
    mixed = list(read_mixed(which, document, name, whole))
    yield from mixed
    yield from _attached(which, document, name, found)
    yield from read_added(which, document, name, found)
    yield from read_again(which, document, name, found)
    if which == "positive":
        yield from read_next(document, name, found)
    for section, here in sections.items():
        if section in _LATER and says_again(here, sections):
            continue
        answers = [c for c in here if c.kind in ("examined", "involved")]
        yield from read_labels(which, document, name, answers, scale, beside_parts=bool(mixed))
        open_ = uncounted and (which == "examined" or any(c.positive for c in here))
        partial = open_ or (which == "examined" and only_positive(here, fuller))
        if not (partial or (mixed and covered(here)) or one_of_list(here, section, sections)):
            yield from _read_counts(which, document, name, here, across=False, scale=scale)
        total = total or any(c.kind in ("ratio", "negative", "positive", which) for c in here)
        if which == "examined" and not total and not others:
            yield from (
                candidate(document, 0, [c], f"{name}/none", strength=-0.5, no_nodes=1.0)
                for c in here
                if c.kind == "none" and (not c.lookalike or alone) and not other_part(document, c, words)
            )
        one = _one_metastasis(found, words) if which == "positive" else None
        if one is not None and one.unit.section == section:
            yield candidate(document, 1, [one], f"{name}/one-metastasis", strength=0.0, no_count=1.0)
        elif which == "positive" and not total:
            said = [c for c in here if c.kind == "uncounted"]
            if said and all(c.positive == 0 for c in said):
                yield candidate(document, 0, said[:1], f"{name}/all-negative", strength=-0.5, no_count=1.0)
        if which == "examined" and not total and (seen := [c for c in here if c.kind == "found"]):
            yield candidate(
                document,
                sum(c.examined or 0 for c in seen),
                seen,
                f"{name}/found",
                strength=-0.5,
                found=1.0,
                summed=float(len(seen) > 1),
            )
    answers = [c for c in whole if c.kind == ("examined" if which == "examined" else "involved")]
    answered = {tuple(getattr(c, which) for c in here) for here in by_section(answers).values()}
    if len(answered) > 1:
        yield candidate(
            document,
            sum(getattr(c, which) for c in answers),
            answers,
            f"{name}/sum-of-labels",
            strength=0.0,
            label_total=1.0,
            across=1.0,
        )
    if len({c.unit.section for c in whole}) > 1:
        yield from _read_counts(which, document, name, whole, across=True, scale=scale)


def _attached(
    which: Literal["examined", "positive"], document: Document, name: str, found: list[Count]
) -> Iterator[Candidate]:
    """Nodes of the resected organ that only the microscopic description counts, with those of other parts."""
    more = [c for c in found if c.unit.section == "microscopic" and _ATTACHED.search(around(c))]
    parts = [c for c in to_add([c for c in found if c.unit.section in _REPORT]) if not (c.total or c.staged)]
    values = [getattr(c, which) for c in (*parts, *more)]
    if not (more and parts) or None in values or None in {c.unit.part for c in parts}:
        return
    if any(_OF_ORGAN.search(around(c)) for c in parts):
        return
    yield candidate(document, sum(values), [*parts, *more], f"{name}/with-attached", strength=3.0, summed=1.0)


def _one_metastasis(found: list[Count], words: FieldPatterns) -> Count | None:
    """Nodes of which only one metastasis is told, in the whole report."""
    if any(c.kind != "uncounted" for c in found):
        return None
    return next((c for c in found if words["one-metastasis"].search(c.unit.text)), None)


def _read_counts(
    which: Literal["examined", "positive"],
    document: Document,
    name: str,
    here: list[Count],
    *,
    across: bool,
    scale: Scale,
) -> Iterator[Candidate]:
    """Candidates from the counts of one section, or (``across``) of all that make up the report proper."""
    values = [(c, getattr(c, which)) for c in to_add(here) if getattr(c, which) is not None]
    if not values:
        return
    several = len(values) > 1
    if across:
        sums = {sum(c.examined or 0 for c in to_add(part)) for part in by_section(here).values()} - {0}
        if len(sums) < 2:
            return
    if across and (not several or len({c.unit.section for c, _ in values}) < 2):
        return
    if not across:
        for count in here:
            stated = count.kind in ("negative", "positive") and count.total
            if stated or (count.kind == "ratio" and (count.total or count.staged or count.labelled)):
                strong = count.total or count.staged
                if not strong and several and of_organ(count, [c for c, _ in values]):
                    continue  # the nodes of the organ, beside those sent as parts of their own
                if not strong and any((c.positive or 0) > (count.positive or 0) for c in ratios(here)):
                    continue  # no total holds less tumor than one of its parts
                if count.total and not count.staged and 2 * (count.examined or 0) < scale.stated:
                    continue  # the total of one part
                greatest = (count.examined or 0) >= scale.most
                if strong or greatest or (several and 2 * (count.examined or 0) >= scale.most):
                    yield candidate(
                        document,
                        getattr(count, which),
                        [count],
                        f"{name}/staged",
                        strength=(1.5 if strong else 0.5) + 1.0 * greatest,
                        staged=float(strong),
                        by_label=float(not strong),
                        total_greatest=float(greatest),
                    )
    separate = across and (
        apart(counted := [c for c, _ in values]) or (nearly_apart(counted) and lost_part(document, counted))
    )
    size = sum(c.examined or 0 for c, _ in values)
    features: dict[str, Any] = {
        "below_total": float(size < scale.stated),
        "above_total": float(0 < scale.stated < size),
        "some_parts": float(not across and size < scale.parts),
        "summed": float(several),
        "across": float(across),
        "across_parts": float(separate),
        "beside_uncounted": float(any(left_out(c, here, document.patterns("nodes")) for c in here)),
        "lookalike": float(all(c.lookalike for c, _ in values)),
        "worded": float(all(c.kind != "ratio" for c, _ in values)),
        "positive_only": float(which == "examined" and all(c.kind == "positive" for c, _ in values)),
    }
    strength = (
        0.5
        + 0.5 * several
        - 1.0 * across
        + 1.5 * separate
        - 1.5 * features["positive_only"]
        - 1.0 * features["lookalike"]
        - 1.5 * features["below_total"]
        - 0.5 * features["above_total"]
        - 1.5 * features["some_parts"]
        - 1.5 * (not across and 2 * size < scale.parts)
        - 2.0 * (features["beside_uncounted"] and size < scale.most)
        - 3.0 * (not across and here[0].unit.section == "gross" and size < scale.most)
        - 3.0 * (which == "positive" and 0 < scale.stated < sum(v for _, v in values))
    )
    yield candidate(
        document,
        sum(v for _, v in values),
        [c for c, _ in values],
        f"{name}/{'sum' if several else 'count'}",
        strength=strength,
        **features,
    )
