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
from extractor.node_forms import read_labels, read_mixed
from extractor.node_late import read_added, read_again
from extractor.node_places import counts
from extractor.node_repeats import part_of
from extractor.node_sums import to_add, without_part_totals
from extractor.node_totals import Scale, apart, by_section, candidate, scale_of
from extractor.node_words import Count

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

#: Nodes that come with the resected organ.
_ATTACHED = re.compile(r"\battached (?:\w+ )?lymph nodes?\b", re.IGNORECASE)
_OF_ORGAN = re.compile(r"attached|peribronchial|hilar|lobectomy", re.IGNORECASE)
#: A count of nodes beyond those counted before.
_ADDED = re.compile(r"\badditional\b", re.IGNORECASE)
#: A station of the mediastinum by its number.
_STATION = re.compile(r"\bstations? \d|\b\d{1,2}[RL]\b")
#: Categories of tumor in nodes (not N1c: deposits beside them).
_INVOLVED = re.compile(r"[123](?!c).*")
#: So many stations with their counts make a list.
_LIST = 3
#: Sections that may repeat only a part of the diagnosis.
_LATER = frozenset({"addendum", "amendment"})
#: Sections that together make up the report proper when headings interrupt its parts.
_REPORT = frozenset({"unknown", "diagnosis", "comment", "addendum", "amendment"})


def read_nodes(
    which: Literal["examined", "positive"], document: Document, patterns: FieldPatterns
) -> Iterator[Candidate]:
    """Candidates of one of the two counts.

    Nodes called free without a count are only some, where the category tells of others with tumor.
    """
    found = _read_nodes(which, document, patterns)
    if which == "positive" and _INVOLVED.fullmatch(document.reading("pN").value or ""):
        found = (c for c in found if not c.rule.endswith("/all-negative"))
    yield from found


def _read_nodes(
    which: Literal["examined", "positive"], document: Document, patterns: FieldPatterns
) -> Iterator[Candidate]:
    name = patterns.name
    found = without_part_totals(counts(document))
    words = document.patterns("nodes")
    total = False
    sections = by_section(found)
    whole = [c for c in found if c.unit.section in _REPORT or _goes_on(c, words)]
    others = any(_holds_nodes(c, words) for c in found)
    scale = scale_of(found, whole)
    fuller = _fuller(sections)
    uncounted = which == "examined" and words["uncountable"].search(document.text.clean) is not None
    alone = any(c.lookalike for c in found) and _alone(document, found, words)
    mixed = list(read_mixed(which, document, name, whole))
    yield from mixed
    yield from _attached(which, document, name, found)
    yield from read_added(which, document, name, found)
    yield from read_again(which, document, name, found)
    for section, here in sections.items():
        if section in _LATER and _says_again(here, sections):
            continue
        answers = [c for c in here if c.kind in ("examined", "involved")]
        yield from read_labels(which, document, name, answers, scale, beside_parts=bool(mixed))
        partial = uncounted or (which == "examined" and _only_positive(here, fuller))
        if not (partial or (mixed and _covered(here)) or _one_of_list(here, section, sections)):
            yield from _read_counts(which, document, name, here, across=False, scale=scale)
        total = total or any(c.kind in ("ratio", "negative", "positive", which) for c in here)
        if which == "examined" and not total and not others:
            yield from (
                candidate(document, 0, [c], f"{name}/none", strength=-0.5, no_nodes=1.0)
                for c in here
                if c.kind == "none" and (not c.lookalike or alone) and not _other_part(document, c, words)
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
    more = [c for c in found if c.unit.section == "microscopic" and _ATTACHED.search(_around(c))]
    parts = [c for c in to_add([c for c in found if c.unit.section in _REPORT]) if not (c.total or c.staged)]
    values = [getattr(c, which) for c in (*parts, *more)]
    if not (more and parts) or None in values or None in {c.unit.part for c in parts}:
        return
    if any(_OF_ORGAN.search(_around(c)) for c in parts):
        return
    yield candidate(document, sum(values), [*parts, *more], f"{name}/with-attached", strength=3.0, summed=1.0)


def _one_metastasis(found: list[Count], words: FieldPatterns) -> Count | None:
    """Nodes of which only one metastasis is told, in the whole report."""
    if any(c.kind != "uncounted" for c in found):
        return None
    return next((c for c in found if words["one-metastasis"].search(c.unit.text)), None)


def _fuller(sections: dict[str, list[Count]]) -> set[int]:
    """The positive nodes of every section that also counts the others."""
    sums = [
        (sum(c.examined or 0 for c in added), sum(c.positive or 0 for c in added))
        for added in map(to_add, sections.values())
    ]
    return {positive for examined, positive in sums if 0 < positive < examined}


def _only_positive(here: list[Count], fuller: set[int]) -> bool:
    """Whether a section tells the positive nodes only, and another those and the negative ones."""
    added = to_add(here)
    return all(c.kind == "positive" for c in added) and sum(c.positive or 0 for c in added) in fuller


def _of_organ(count: Count, values: list[Count]) -> bool:
    """Whether the only labelled count, not called regional, is one of counts of which each has its part."""
    return (
        count.kind == "ratio"
        and apart(values)
        and sum(c.labelled for c in values) == 1
        and "regional" not in _around(count).lower()
        and not any((c.positive or 0) for c in values if c is not count)
    )


def _around(count: Count) -> str:
    unit = count.unit
    return f"{unit.under} {unit.heading} {unit.text}"


def _alone(document: Document, found: list[Count], words: FieldPatterns) -> bool:
    """Whether a report speaks of no other nodes than those not found, but for the item of its form."""
    places = {c.unit.index for c in found if c.kind == "none"}
    return len(places) == len(found) and not any(
        words["speaks-of-nodes"].search(unit.text)
        and not (words["regional"].search(unit.text) or words["legend"].match(unit.text))
        for unit in document.units
        if unit.index not in places and unit.section not in ("synoptic", "history")
    )


def _other_part(document: Document, count: Count, words: FieldPatterns) -> bool:
    """Whether "not identified" answers for one part, and another part is of nodes."""
    return words["answer-none"].match(count.unit.text) is not None and any(
        unit.part not in (None, count.unit.part) and words["node-heading"].match(unit.heading) is not None
        for unit in document.units
    )


def _says_again(here: list[Count], sections: dict[str, list[Count]]) -> bool:
    """Whether an amendment only repeats some of the counts of the diagnosis, or adds nodes to them."""
    if "diagnosis" in sections and here and all(_ADDED.search(c.unit.text[: c.end]) for c in here):
        return True
    said = {(c.examined, c.positive) for c in here if c.kind == "ratio"}
    diagnosis = [c for c in sections.get("diagnosis", []) if c.kind == "ratio" and not c.total]
    return (
        bool(said)
        and all(c.kind in ("ratio", "uncounted") and not c.total for c in here)
        and said <= {(c.examined, c.positive) for c in diagnosis}
        and len(diagnosis) > 2 * len(here)
    )


def _one_of_list(here: list[Count], section: str, sections: dict[str, list[Count]]) -> bool:
    """Whether a section counts but one station, the one with tumor, of a list another section gives."""
    if len(found := to_add(here)) != 1:
        return False
    one = found[0]
    if one.total or one.staged or one.labelled or not _STATION.search(one.unit.text):
        return False
    for other, counted in sections.items():
        listed = to_add(counted) if other != section else []
        if len(listed) >= _LIST and any(
            (c.examined, c.positive) == (one.examined, one.positive) for c in listed
        ):
            return sum(c.positive or 0 for c in listed) == one.positive
    return False


def _goes_on(count: Count, words: FieldPatterns) -> bool:
    """A part of nodes that the layout puts into a form beside it ("E. LYMPH NODES, PARA-AORTIC")."""
    unit = count.unit
    return (
        unit.section == "synoptic"
        and unit.part is not None
        and count.kind in ("ratio", "negative", "positive")
        and not (count.total or count.staged)
        and words["node-heading"].search(unit.heading) is not None
        and words["answer-heading"].search(unit.heading) is None
    )


def _covered(here: list[Count]) -> bool:
    """Whether the counts beside a form's answers for other parts are those of parts only."""
    return any(c.kind == "examined" for c in here) and not any(
        c.total or c.labelled or c.staged for c in here if c.kind == "ratio"
    )


def _holds_nodes(count: Count, words: FieldPatterns) -> bool:
    """Whether a report speaks of nodes it has: "no node found" is then said of one part or place only."""
    if count.unit.section == "gross":
        return False
    if count.kind in ("ratio", "negative", "positive"):
        return bool(count.examined)
    text = count.unit.text
    return (
        count.kind == "uncounted"
        and words["regional"].search(text) is None
        and words["no-answer"].search(text[count.end :]) is None
    )


def _left_out(count: Count, here: list[Count], words: FieldPatterns) -> bool:
    """Nodes of a part that no count of the section covers."""
    if count.kind != "uncounted" or words["regional"].search(count.unit.text):
        return False
    return part_of(count) not in {part_of(c) for c in here if c.examined is not None}


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
                if not strong and several and _of_organ(count, [c for c, _ in values]):
                    continue  # the nodes of the organ, beside those sent as parts of their own
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
    separate = across and apart([c for c, _ in values])
    size = sum(c.examined or 0 for c, _ in values)
    features: dict[str, Any] = {
        "below_total": float(size < scale.stated),
        "above_total": float(0 < scale.stated < size),
        "some_parts": float(not across and size < scale.parts),
        "summed": float(several),
        "across": float(across),
        "across_parts": float(separate),
        "beside_uncounted": float(any(_left_out(c, here, document.patterns("nodes")) for c in here)),
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
