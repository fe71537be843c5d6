"""Coded rows against the records of a store: agreement of each field, and every discrepancy."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.inconsistency import of_deposit
from nenpath.engine import text_sha256
from nenpath.qa.agreement import Pairs
from nenpath.qa.case import Case
from nenpath.qa.coded_file import CodedFile
from nenpath.qa.codes import Coded, data
from nenpath.qa.compare import AGREEING, Relation, held_against, relation
from nenpath.qa.judge import changes, consequence, probability_wrong
from nenpath.qa.kinds import kind_of
from nenpath.qa.mapping import Plan
from nenpath.qa.settings import judgement
from nenpath.store import Store
from nenpath.view import value_text, visible

#: A record with its text, and all those of one key.
Reading = tuple[dict[str, Any], str | None]
Groups = Iterator[tuple[str, list[Reading]]]
# What would change is computed above this probability only.
_WORTH_ASSESSING = 0.05
_CONTEXT = 160
#: Specimens from before a resection.
_CLINICAL = ("biopsy", "cytology")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the report's text; ``mark`` is "report", "code" or nothing."""

    text: str
    mark: str = ""


@dataclass(slots=True)
class Discrepancy:
    """One coded value that the report contradicts, lacks, or would fill.

    ``probability`` is that of the code being wrong; ``rank`` the probability times the consequence.
    """

    row: int
    report_id: str
    field: str
    relation: Relation
    coded: str
    coded_value: str
    report_value: str
    confidence: float
    status: str
    evidence: list[dict[str, Any]]
    kind: str
    title: str
    probability: float
    changes: list[str]
    rank: float
    context: list[list[Piece]] = dataclasses.field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A row that was not compared: its id is empty, or of no report of the store."""

    row: int
    id: str


@dataclass(frozen=True, slots=True)
class LeftCell:
    """A cell that could not be read."""

    row: int
    id: str
    field: str
    cell: str


@dataclass(slots=True)
class Findings:
    """What was found: counts of relations and pairs of values by field, and the discrepancies in order."""

    rows: int
    matched: int
    reports_coded: int
    relations: dict[str, Counter[str]]
    pairs: dict[str, Pairs]
    unreadable: Counter[str]
    discrepancies: list[Discrepancy]
    left_rows: list[LeftRow] = dataclasses.field(default_factory=list)
    left_cells: list[LeftCell] = dataclasses.field(default_factory=list)


def check(
    store: Store, coded: CodedFile, plan: Plan, texts: Mapping[str, str] | None, threshold: float
) -> Findings:
    """Compare every coded row whose key the store knows.

    Parameters
    ----------
    texts
        Texts by their hash for a store that keeps none.
    threshold
        From this probability on a discrepancy is given its context in the report.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for row, cell in enumerate(plan.key.rows):
        rows[plan.key.cells[cell]].append(row)
    without = rows.pop("", [])
    found = Findings(coded.length, 0, 0, {}, {}, Counter(), [])
    found.relations = {name: Counter() for name in plan.places}
    found.pairs = {name: Pairs(name) for name in plan.places}
    for key, records in _by_patient(store, set(rows)) if plan.by_patient else _by_report(store, set(rows)):
        found.reports_coded += len(records)
        for row in rows.pop(key):
            found.matched += 1
            _compare(found, plan, row, records, texts, threshold)
    left = sorted([*without, *(row for group in rows.values() for row in group)])
    found.left_rows = [LeftRow(row + 1, visible(plan.key.at(row))) for row in left]
    found.left_cells.sort(key=lambda one: (one.row, one.field))
    found.discrepancies.sort(key=lambda one: (-one.rank, -one.probability, one.report_id, one.field, one.row))
    return found


def _by_report(store: Store, wanted: set[str]) -> Groups:
    for row in store.rows("report_id", "record", "text"):
        if row["record"] is not None and row["report_id"] in wanted:
            yield row["report_id"], [(json.loads(row["record"]), row["text"])]


def _by_patient(store: Store, wanted: set[str]) -> Groups:
    """All reports of a patient together, the latest first."""
    groups: dict[str, list[Reading]] = defaultdict(list)
    for row in store.rows("record", "text"):
        if row["record"] is not None:
            record = json.loads(row["record"])
            patient = record["meta"].get("patient_id")
            if patient in wanted:
                groups[patient].append((record, row["text"]))
    for patient, records in groups.items():
        records.sort(key=lambda pair: pair[0]["meta"].get("report_date") or "", reverse=True)
        yield patient, records


def _compare(
    found: Findings,
    plan: Plan,
    row: int,
    records: Sequence[Reading],
    texts: Mapping[str, str] | None,
    threshold: float,
) -> None:
    held = {name: _held(plan, name, row, records) for name in plan.places}
    values = {name: coded for name, (coded, _) in held.items()}
    chosen = {name: reading for name, (_, reading) in held.items()}
    relations = {
        name: held_against(name, coded, chosen[name][0]["fields"][name])
        for name, coded in values.items()
        if coded.state in ("value", "unknown")
    }
    contradicted: dict[int, set[str]] = {}
    for record, _ in records:
        named = (place["fields"] for place in record["inconsistencies"])
        contradicted[id(record)] = {name for names in named for name in names}
    for name, coded in values.items():
        record, text = chosen[name]
        reading = record["fields"][name]
        if coded.state == "unreadable":
            found.unreadable[name] += 1
            found.left_cells.append(LeftCell(row + 1, visible(plan.key.at(row)), name, visible(coded.text)))
            continue
        if coded.state == "blank":
            empty = relation(name, coded, reading["value"]) == "equal"
            found.relations[name]["neither" if empty else "not_coded"] += 1
            continue
        how = relations[name]
        nothing = how == "equal" and (coded.state != "value" or reading["value"] is None)
        found.relations[name]["neither" if nothing else how] += 1
        if coded.state == "value" and reading["value"] is not None and how != "coded_not_stated":
            found.pairs[name].add(coded.value, reading["value"], how)
        if how in AGREEING:
            continue
        if text is None and texts is not None:
            text = texts.get(record["provenance"]["text_sha256"])
        case = Case(
            name,
            coded,
            reading,
            how,
            record["fields"],
            values,
            text,
            relations,
            contradicted[id(record)],
            bool(record["other_tumors"]),
        )
        found.discrepancies.append(_judged(case, record["report_id"] or "", row, plan, threshold))


def _held(plan: Plan, name: str, row: int, records: Sequence[Reading]) -> tuple[Coded, Reading]:
    """What a row says of a field, and the report it is held against: one that agrees, else the surest."""
    pairs = [(_said(plan, name, row, reading[0]), reading) for reading in records]
    if len(pairs) == 1:
        return pairs[0]

    def goodness(pair: tuple[Coded, Reading]) -> tuple[bool, bool, float]:
        reading = pair[1][0]["fields"][name]
        stated = reading["value"] is not None
        agrees = held_against(name, pair[0], reading) in AGREEING
        return stated and agrees, stated, float(reading["confidence"])

    return max(pairs, key=goodness)


def _said(plan: Plan, name: str, row: int, record: Mapping[str, Any]) -> Coded:
    """What a row says of a field at the time of a report.

    A registry item of the primary is rightly unknown where the report states the value of a deposit only.
    """
    fields = record["fields"]
    coded = plan.coded(name, row, fields["specimen"]["value"] in _CLINICAL)
    of_primary = name in plan.of_registry and name in data()["registry"]["of_primary"]
    if of_primary and coded.state == "unknown" and of_deposit(fields[name]):
        return Coded(coded.text, "blank")
    return coded


def _judged(case: Case, report_id: str, row: int, plan: Plan, threshold: float) -> Discrepancy:
    said = judgement()
    kind = kind_of(case)
    rate = plan.error_rate if plan.error_rate is not None else said["error_rate"]
    others = plan.other_sources if plan.other_sources is not None else said["other_sources"]
    probability = round(probability_wrong(case, kind, rate, others), 4)
    changed = changes(case.fields, case.name, case.coded) if probability >= _WORTH_ASSESSING else []
    shown = case.coded.value if case.coded.state == "value" else None
    return Discrepancy(
        row=row + 1,
        report_id=report_id,
        field=case.name,
        relation=case.relation,
        coded=visible(case.coded.text),
        coded_value=value_text(shown) if shown is not None else "unknown",
        report_value=value_text(case.reading["value"]),
        confidence=case.reading["confidence"],
        status=case.reading["status"],
        evidence=[dict(place) for place in case.evidence[:3]],
        kind=kind.id,
        title=kind.title,
        probability=probability,
        changes=changed,
        rank=round(probability * consequence(case.relation, changed), 4),
        context=_context(case) if probability >= threshold else [],
    )


def _context(case: Case) -> list[list[Piece]]:
    """The words around the report's value, and around the coded value where it stands in the report."""
    if case.text is None:
        return []
    places = [(place["start"], place["end"], "report") for place in case.evidence[:2]]
    if case.found is not None:
        places.append((*case.found, "code"))
    stretches: list[list[tuple[int, int, str]]] = []
    for start, end, mark in sorted(places, key=lambda place: (place[0], -place[1])):
        if stretches and start < stretches[-1][-1][1] + _CONTEXT:  # its words are shown already
            if start >= stretches[-1][-1][1]:
                stretches[-1].append((start, end, mark))
        else:
            stretches.append([(start, end, mark)])
    return [_pieces(case.text, stretch) for stretch in stretches]


def _pieces(text: str, marked: list[tuple[int, int, str]]) -> list[Piece]:
    """A stretch of the text with its marked places, which follow one another."""
    at, last = max(0, marked[0][0] - _CONTEXT), min(len(text), marked[-1][1] + _CONTEXT)
    pieces = [Piece("…")] if at else []
    for start, end, mark in marked:
        pieces += [Piece(visible(text[at:start])), Piece(visible(text[start:end]), mark)]
        at = end
    return [*pieces, Piece(visible(text[at:last]) + ("…" if last < len(text) else ""))]


def texts_of(source: Path, id_column: str, text_column: str) -> dict[str, str]:
    """The texts of an archive by their hash."""
    from nenpath.archives import Columns, Report, open_archive

    items = open_archive(source, Columns(id_column, text_column))
    return {text_sha256(item.text): item.text for item in items if isinstance(item, Report)}
