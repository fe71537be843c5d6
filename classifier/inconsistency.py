"""Statements of one report that cannot both hold.

Each check looks at the values the record holds and gives a message; the evidence is that of the
fields it names.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from classifier.stage import comparable, mass_may_decide, same_category


class Finding(NamedTuple):
    """A contradiction: a stable id, a sentence, and the fields it is between."""

    id: str
    message: str
    fields: tuple[str, ...]


class Case(NamedTuple):
    """What the checks look at: the values held, and the grade and stage blocks."""

    kept: Mapping[str, Hashable]
    grade: Mapping[str, Any]
    stage: Mapping[str, Any]


def find(
    values: Mapping[str, Any],
    kept: Mapping[str, Hashable],
    grade: Mapping[str, Any],
    stage: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Return the inconsistencies of a record.

    Parameters
    ----------
    values : mapping
        The fields as given; their ``evidence`` is carried over.
    kept : mapping
        The values they hold, hashable.
    grade, stage : mapping
        The blocks of the record.

    Returns
    -------
    list of dict
        As `classifier.record.Inconsistency`.
    """
    case = Case(kept, grade, stage)
    return [
        {
            "id": finding.id,
            "message": finding.message,
            "fields": [*finding.fields],
            "evidence": [piece for name in finding.fields for piece in _evidence(values.get(name))],
        }
        for check in CHECKS
        for finding in check(case)
    ]


def _evidence(entry: Any) -> list[dict[str, Any]]:
    return list(entry.get("evidence") or []) if isinstance(entry, Mapping) else []


def _number(value: Hashable) -> float | None:
    return value if isinstance(value, int | float) else None


def stated_grade(case: Case) -> Iterator[Finding]:
    """The stated grade is none of those the indices allow."""
    if case.grade["agrees"] is not False:
        return
    indices = [name for name in ("ki67_percent", "mitoses_per_2mm2") if case.kept.get(name) is not None]
    shown = " and ".join(f"{_TITLES[name]} {case.kept[name]}" for name in indices) or "the diagnosis"
    derived = case.grade["derived"] or "another grade"
    yield Finding(
        "grade/stated-against-indices",
        f"The stated grade is {case.grade['stated']}, but {shown} gives {derived} ({case.grade['edition']}).",
        ("grade", *indices) if indices else ("grade", "neuroendocrine_type"),
    )


_TITLES: Final = {"ki67_percent": "Ki-67 (%)", "mitoses_per_2mm2": "mitoses per 2 mm2"}


def node_counts(case: Case) -> Iterator[Finding]:
    """More nodes are positive than were examined."""
    positive, examined = _number(case.kept.get("nodes_positive")), _number(case.kept.get("nodes_examined"))
    if positive is not None and examined is not None and positive > examined:
        yield Finding(
            "nodes/positive-above-examined",
            f"{positive:g} positive lymph nodes are more than the {examined:g} examined.",
            ("nodes_positive", "nodes_examined"),
        )


def pn_category(case: Case) -> Iterator[Finding]:
    """The stated pN does not fit the node counts."""
    stated, positive = case.stage["stated"]["N"], _number(case.kept.get("nodes_positive"))
    if positive is None or not comparable(stated):
        return
    derived = (case.stage["derived"] or {}).get("N")
    against = (stated[:1] == "0") != (positive == 0)
    unlike = derived is not None and not same_category(stated, derived) and not mass_may_decide(case.kept)
    if against or unlike:
        yield Finding(
            "pn/against-counts",
            f"pN{stated} does not fit {positive:g} positive lymph nodes.",
            ("pN", "nodes_positive", "nodes_examined"),
        )


def pt_category(case: Case) -> Iterator[Finding]:
    """The stated pT does not fit size and extension."""
    stated, derived = case.stage["stated"]["T"], (case.stage["derived"] or {}).get("T")
    if derived is not None and comparable(stated) and not same_category(stated, derived):
        yield Finding(
            "pt/against-size-extension",
            f"pT{stated} does not fit size and extension, which give T{derived} ({case.stage['scheme']}).",
            ("pT", "tumor_size_mm", "extension"),
        )


def pm_category(case: Case) -> Iterator[Finding]:
    """The stated pM does not fit the statements on metastasis."""
    stated, distant = case.stage["stated"]["M"], case.kept.get("distant_metastasis")
    if not comparable(stated):
        return
    claimed = distant == "present" or case.kept.get("metastasis_sites") is not None
    if stated[:1] == "0" and claimed:
        yield Finding(
            "pm/against-metastasis",
            f"pM{stated} is stated beside a distant metastasis.",
            ("pM", "distant_metastasis", "metastasis_sites"),
        )
    if stated[:1] == "1" and distant == "absent":
        yield Finding(
            "pm/against-metastasis",
            f"pM{stated} is stated beside the absence of distant metastasis.",
            ("pM", "distant_metastasis"),
        )


def metastasis_sites(case: Case) -> Iterator[Finding]:
    """Sites of metastasis are named and metastasis is denied."""
    sites = case.kept.get("metastasis_sites")
    if isinstance(sites, tuple) and case.kept.get("distant_metastasis") == "absent":
        yield Finding(
            "metastasis/sites-though-absent",
            f"Distant metastasis is stated to be absent, but sites are named: {', '.join(map(str, sites))}.",
            ("distant_metastasis", "metastasis_sites"),
        )


def type_differentiation(case: Case) -> Iterator[Finding]:
    """A NET is called poorly differentiated, or a NEC well differentiated."""
    kind, differentiation = case.kept.get("neuroendocrine_type"), case.kept.get("differentiation")
    if (kind, differentiation) in {("net", "poor"), ("net", "undifferentiated"), ("nec", "well")}:
        yield Finding(
            "type/against-differentiation",
            f"The type is {kind}, but the differentiation is stated as {differentiation}.",
            ("neuroendocrine_type", "differentiation"),
        )


CHECKS: Final[tuple[Callable[[Case], Iterator[Finding]], ...]] = (
    stated_grade,
    node_counts,
    pn_category,
    pt_category,
    pm_category,
    metastasis_sites,
    type_differentiation,
)
