"""HL7 v2 result messages (ORU^R01): one report for each filler order number of a message.

Layout as in HL7 v2.5.1, chapter 7: OBR-3 filler order number, OBR-7 time of collection, OBR-22 status change,
OBR-25 and OBX-11 status, OBX-3 what an observation is, OBX-5 its text; MSH-4 facility, PID-3 patient.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from nenpath.archives.hl7_message import BadMessageError, Delimiters, Message, Segment, parse
from nenpath.archives.hl7_stream import RawMessage, begins, messages
from nenpath.archives.hl7_text import text_of
from nenpath.archives.hl7_versions import Versions
from nenpath.archives.item import ArchiveError, Fault, Report, unreadable
from nenpath.archives.single import guessed
from nenpath.archives.source import DAMAGED, Source

_NOBODY = Segment([""], Delimiters(), "utf-8")
_DATE = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d))?)?")


@dataclass(slots=True)
class Notes:
    """What a person should know of how messages were read."""

    source: str
    seen: bool = False
    encodings: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    superseded: int = 0

    def clear(self) -> None:
        """Begin again."""
        self.encodings.clear()
        self.left_out.clear()
        self.superseded = 0

    def lines(self) -> list[str]:
        """One line for each matter."""
        lines = guessed(self.source, self.encodings)
        lines += [f"{self.source}: {n:,} {what} left out" for what, n in sorted(self.left_out.items())]
        if self.superseded:
            lines.append(
                f"{self.source}: earlier versions superseded by corrected or later ones: {self.superseded:,};"
                " each kept under its report's id with ~1, ~2 ..."
            )
        return lines


@dataclass(slots=True)
class _Order:
    """One report of a message: its number, its OBR and OBX segments."""

    number: str
    filler: str
    request: Segment
    results: list[Segment] = field(default_factory=list)
    corrected: bool = False


class Hl7Archive:
    """A ``.hl7`` file with one or many messages."""

    total: int | None = None

    def __init__(self, source: Source, versions: Versions, notes: Notes | None = None) -> None:
        self._stored, self.source, self._versions = source, source.name, versions
        self._shared = notes is not None
        self._notes = notes or Notes(source.name)
        try:
            if not begins(source):
                raise ArchiveError(f"{source.name}: no HL7 v2 message (MSH, FHS or BHS expected first)")
        except DAMAGED:
            raise self._damaged(0) from None

    @property
    def notes(self) -> list[str]:
        """Guessed encodings, messages left out, versions superseded."""
        return [] if self._shared else self._notes.lines()

    def scan(self) -> None:
        """Take note of all versions, so that older ones are known when they come."""
        try:
            for raw in messages(self._stored):
                if isinstance(raw, RawMessage):
                    for item, order, header in self._items(raw, 0, Notes("")):
                        if isinstance(item, Report) and order is not None:
                            time = order.request.first(22) or header.first(7)
                            self._versions.add(order.filler, item.text, time, corrected=order.corrected)
        except (ArchiveError, *DAMAGED):
            return  # said when it is read

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield the reports of each message; raise ArchiveError where the file is damaged."""
        if not self._shared:
            self._notes.clear()
        number = 0
        try:
            for raw in messages(self._stored):
                if not isinstance(raw, RawMessage):
                    self._notes.left_out["lines outside of a message"] += 1
                    continue
                number += 1
                for item, order, _ in self._items(raw, number, self._notes):
                    yield self._version(item, order)
        except DAMAGED:
            raise self._damaged(number) from None

    def _damaged(self, number: int) -> ArchiveError:
        return ArchiveError(f"{self.source}: damaged after message {number}")

    def _version(self, item: Report | Fault, order: _Order | None) -> Report | Fault:
        if isinstance(item, Fault) or order is None:
            return item
        older = self._versions.older(order.filler, item.text)
        if older is None:
            return replace(item, versioned=self._versions.alone(order.filler))
        self._notes.superseded += 1
        return replace(item, report_id=f"{item.report_id}~{older}", superseded=True)

    def _items(
        self, raw: RawMessage, number: int, notes: Notes
    ) -> Iterator[tuple[Report | Fault, _Order | None, Segment]]:
        """The reports of a message, each with its order and the message's header."""
        try:
            message = parse(raw)
        except BadMessageError as error:
            yield Fault(None, error.reason, self.source, number), None, _NOBODY
            return
        kind = message.header.first(9)
        if kind != "ORU":
            notes.left_out[f"messages that are no results ({kind[:8] or 'no type'})"] += 1
            return
        if message.guessed:
            notes.encodings[message.guessed] += 1
        orders = _orders(message)
        if not orders:
            yield Fault(None, "no_obr", self.source, number), None, _NOBODY
        some = any(order.results for order in orders)
        for order in orders:
            if order.results or not some:
                yield self._item(order, message, number), order, message.header

    def _item(self, order: _Order, message: Message, number: int) -> Report | Fault:
        if not order.number:
            return Fault(None, "missing_id", self.source, number)
        text, problem = text_of(order.results)
        reason = unreadable(text)
        if reason is not None:
            return Fault(order.number, problem or reason, self.source, number)
        return Report(order.number, text, _meta(order, message), self.source, number)


def _orders(message: Message) -> list[_Order]:
    """The orders of a message; OBR of the same filler number, or of none, continue the one before."""
    facility = message.header.raw(4)
    orders: dict[str, _Order] = {}
    current: _Order | None = None
    common: Segment | None = None
    for segment in message.segments:
        if segment.tag == "ORC":
            common = segment
        elif segment.tag == "OBR":
            number, filler = _filler(segment, common)
            if number or current is None:
                new = _Order(number, f"{filler}\0{facility}", segment)
                current = orders.setdefault(filler, new)
            if segment.first(25).upper() == "C":
                current.corrected = True
            common = None
        elif segment.tag == "OBX" and current is not None:
            current.results.append(segment)
            current.corrected = current.corrected or segment.first(11).upper() == "C"
    return list(orders.values())


def _filler(request: Segment, common: Segment | None) -> tuple[str, str]:
    """The filler number of an order and its field: OBR-3, else ORC-3, else the placer's number, OBR-2."""
    for segment, place in ((request, 3), (common, 3), (request, 2)):
        if segment is not None and segment.first(place):
            return segment.first(place), segment.raw(place)
    return "", ""


def _meta(order: _Order, message: Message) -> dict[str, str | None]:
    request = order.request
    patient = next((segment for segment in message.segments if segment.tag == "PID"), None)
    return {
        "patient_id": _patient(patient),
        "report_date": _date(request.first(22)),
        "specimen_date": _date(request.first(7)),
        "report_number": order.number,
        "facility": message.header.first(4) or None,
    }


def _patient(segment: Segment | None) -> str | None:
    """The medical record number (type MR in PID-3), else the first identifier."""
    if segment is None:
        return None
    identifiers = [segment.parts(repetition) for repetition in segment.repetitions(3)]
    record = [parts[0] for parts in identifiers if parts[4:5] == ["MR"]]
    return next((number for number in (*record, *(parts[0] for parts in identifiers)) if number), None)


def _date(time: str) -> str | None:
    """Write the date of an HL7 timestamp as ISO 8601, as precise as it is.

    >>> _date("20240307141500-0500"), _date("202403"), _date("")
    ('2024-03-07', '2024-03', None)
    """
    found = _DATE.match(time)
    return "-".join(part for part in found.groups() if part) if found else None
