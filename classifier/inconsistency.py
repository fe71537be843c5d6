"""Statements of one report that cannot both hold.

Each check looks at the values the record holds and gives a message; the evidence is that of the
fields it names. A check speaks only where the readings it rests on are credible: a reading the extractor
itself doubts contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from classifier.plausibility import benign, neuroendocrine_without, plausible
from classifier.sections import disagreements
from classifier.stage import comparable, least_tumor, mass_may_decide, same_category, same_edition, tables

# The least confidence of a reading that can contradict another.
CREDIBLE: Final = 0.7


class Finding(NamedTuple):
    """A contradiction: a stable id, a sentence, the fields it is between, and those it depends on besides."""

    id: str
    message: str
    fields: tuple[str, ...]
    rests_on: tuple[str, ...] = ()


class Case(NamedTuple):
    """What the checks look at: the values held, and the grade and stage blocks.

    ``deposits`` names the fields all of whose evidence is of a node or metastasis.
    """

    kept: Mapping[str, Hashable]
    grade: Mapping[str, Any]
    stage: Mapping[str, Any]
    deposits: frozenset[str] = frozenset()


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
    case = Case(kept, grade, stage, frozenset(name for name in values if of_deposit(values[name])))
    found = [
        {
            "id": finding.id,
            "message": finding.message,
            "fields": [*finding.fields],
            "evidence": [piece for name in finding.fields for piece in _evidence(values.get(name))],
        }
        for check in CHECKS
        for finding in check(case)
        if all(_credible(values.get(name)) for name in (*finding.fields, *finding.rests_on))
    ]
    found.extend(
        {
            "id": f"{one.field}/sections-disagree",
            "message": f"{one.field} is {_said(one.kept)} in the {one.evidence[0]['section']} section and "
            f"{_said(one.other)} in the {one.evidence[-1]['section']} section.",
            "fields": [one.field],
            "evidence": one.evidence,
        }
        for one in disagreements(values)
    )
    return found


def _credible(entry: Any) -> bool:
    confidence = entry.get("confidence") if isinstance(entry, Mapping) and "value" in entry else None
    return confidence is None or entry["value"] is None or confidence >= CREDIBLE


def _evidence(entry: Any) -> list[dict[str, Any]]:
    return list(entry.get("evidence") or []) if isinstance(entry, Mapping) else []


def of_deposit(entry: Any) -> bool:
    """Whether all evidence of a reading is of nodes or metastases."""
    tissues = {piece.get("tissue") for piece in _evidence(entry)}
    return bool(tissues) and tissues <= {"node", "metastasis"}


def _said(value: Hashable) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: Hashable) -> float | None:
    return value if isinstance(value, int | float) else None


def stated_grade(case: Case) -> Iterator[Finding]:
    """The stated grade is none of those the indices allow."""
    if case.grade["agrees"] is not False:
        return
    lung = case.grade["scheme"] == "lung"
    read = ("mitoses_per_2mm2", "necrosis") if lung else ("ki67_percent", "mitoses_per_2mm2")
    indices = [name for name in read if case.kept.get(name) is not None]
    shown = " and ".join(f"{_TITLES[name]} {case.kept[name]}" for name in indices) or "the diagnosis"
    derived = case.grade["derived"] or "another grade"
    stated = "histology" if lung and case.kept.get("grade") is None else "grade"
    if stated not in case.deposits and case.deposits.intersection(indices):
        return  # the primary's grade and a deposit's index can both hold
    yield Finding(
        "grade/stated-against-indices",
        f"The stated grade is {case.grade['stated']}, but {shown} gives {derived} ({case.grade['edition']}).",
        (stated, *indices) if indices else (stated, "neuroendocrine_type"),
        ("neuroendocrine_type",),
    )


_TITLES: Final = {
    "ki67_percent": "Ki-67 (%)",
    "mitoses_per_2mm2": "mitoses per 2 mm2",
    "necrosis": "necrosis",
}


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
    site = tables().sites.get(str(case.kept.get("primary_site")))
    against = (stated[:1] == "0") != (positive == 0)
    unlike = (
        derived is not None
        and site is not None
        and site.nodes_n2 is not None
        and same_edition(case.kept)
        and not same_category(stated, derived)
        and not mass_may_decide(case.kept)
    )
    if against or unlike:
        yield Finding(
            "pn/against-counts",
            f"pN{stated} does not fit {positive:g} positive lymph nodes.",
            ("pN", "nodes_positive", "nodes_examined"),
            ("primary_site", "neuroendocrine_type") if not against else (),
        )


def pt_category(case: Case) -> Iterator[Finding]:
    """The stated pT does not fit size and extension."""
    stated, derived = case.stage["stated"]["T"], (case.stage["derived"] or {}).get("T")
    if not comparable(stated) or not same_edition(case.kept):
        return
    rests_on = ("primary_site", "neuroendocrine_type")
    extension = case.kept.get("extension")
    site = tables().sites.get(str(case.kept.get("primary_site")))
    by_size = site is not None and site.extension.get(str(extension)) == "size"
    deeper = extension == "surrounding_fat" and derived == "3" and stated[:1] == "4"  # serosa, not quoted
    if derived is not None and not deeper and not same_category(stated, derived):
        yield Finding(
            "pt/against-size-extension",
            f"pT{stated} does not fit size and extension, which give T{derived} ({case.stage['scheme']}).",
            ("pT", "tumor_size_mm", "extension") if by_size else ("pT", "extension", "invaded_structures"),
            rests_on,
        )
    # Beside a distant metastasis the size may be that of a deposit.
    least = least_tumor(case.kept) if case.kept.get("distant_metastasis") != "present" else None
    if derived is None and least is not None and stated[:1].isdigit() and stated[:1] < least[:1]:
        yield Finding(
            "pt/against-size-extension",
            f"pT{stated} does not fit the size, which gives at least T{least} ({case.stage['scheme']}).",
            ("pT", "tumor_size_mm"),
            rests_on,
        )


def pm_category(case: Case) -> Iterator[Finding]:
    """The stated pM does not fit the statements on metastasis."""
    stated, distant = case.stage["stated"]["M"], case.kept.get("distant_metastasis")
    if not comparable(stated):
        return
    # A stated M0 is itself read as an absent metastasis: the sites, where told, claim it without that doubt.
    told = case.kept.get("metastasis_sites") is not None
    if stated[:1] == "0" and (told or distant == "present"):
        yield Finding(
            "pm/against-metastasis",
            f"pM{stated} is stated beside a distant metastasis.",
            ("pM", "metastasis_sites" if told else "distant_metastasis"),
        )
    if stated[:1] == "1" and distant == "absent":
        yield Finding(
            "pm/against-metastasis",
            f"pM{stated} is stated beside the absence of distant metastasis.",
            ("pM", "distant_metastasis"),
        )


def metastasis_letter(case: Case) -> Iterator[Finding]:
    """The letter of the stated pM1 does not fit the sites: a liver only, b elsewhere only, c both."""
    stated, derived = case.stage["stated"]["M"] or "", (case.stage["derived"] or {}).get("M") or ""
    if stated[:1] == derived[:1] == "1" and same_edition(case.kept) and not same_category(stated, derived):
        yield Finding(
            "pm/against-metastasis",
            f"pM{stated} does not fit the sites of metastasis, which give M{derived}.",
            ("pM", "metastasis_sites"),
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


def no_neuroendocrine_neoplasm(case: Case) -> Iterator[Finding]:
    """The diagnosis is no neuroendocrine neoplasm, beside what only one has."""
    for name, said in neuroendocrine_without(case.kept):
        yield Finding(
            "type/none-with-neuroendocrine-fields",
            f"The diagnosis is no neuroendocrine neoplasm, but {said}.",
            ("neuroendocrine_type", name),
        )


def benign_diagnosis(case: Case) -> Iterator[Finding]:
    """The diagnosis is benign, beside what only a cancer has."""
    for diagnosis, name, said in benign(case.kept):
        yield Finding(
            "diagnosis/benign-with-cancer-fields",
            f"The diagnosis is benign ({case.kept[diagnosis]}), but {said}.",
            (diagnosis, name),
            ("neuroendocrine_type",),
        )


def implausible(case: Case) -> Iterator[Finding]:
    """A number that no tumor has: most likely a unit or a misread digit."""
    for name, said in plausible(case.kept):
        yield Finding(f"{name}/implausible", f"{said}: a unit or a misread digit?", (name,))


CHECKS: Final[tuple[Callable[[Case], Iterator[Finding]], ...]] = (
    stated_grade,
    node_counts,
    pn_category,
    pt_category,
    pm_category,
    metastasis_letter,
    metastasis_sites,
    type_differentiation,
    no_neuroendocrine_neoplasm,
    benign_diagnosis,
    implausible,
)
