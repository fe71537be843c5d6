"""What an archive yields, in input order: a report to read, or the reason why one cannot be read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from nenpath.errors import NenpathError

_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_MOST_CONTROL = 0.05
#: Reason of a row that holds an earlier version of a report: its text stays, a later row has the record.
SUPERSEDED = "superseded"
#: A text of more characters than this is no report.
LONGEST = 1 << 24


class ArchiveError(NenpathError):
    """An input that cannot be read; the message is one line and never holds report text."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table hold what."""

    report_id: str = "report_id"
    text: str = "text"
    patient: str | None = None
    date: str | None = None
    keep: tuple[str, ...] = ()

    def wanted(self) -> list[str]:
        """All column names in use, each once."""
        names = [self.report_id, self.text, self.patient, self.date, *self.keep]
        return list(dict.fromkeys(name for name in names if name is not None))


@dataclass(frozen=True, slots=True)
class Report:
    """One report as read: offsets of evidence count the characters of ``text``.

    ``superseded`` marks an earlier version: kept to be looked at, not read into a record. ``versioned`` says
    that a report of this id an earlier run stored is such a version, if its text differs.
    """

    report_id: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    row: int = 0
    superseded: bool = False
    versioned: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One report of an archive that cannot be read; it becomes a failure."""

    report_id: str | None
    reason: str
    source: str
    row: int


class Archive(Protocol):
    """An input opened and checked; iterating it streams reports in input order."""

    source: str

    def __iter__(self) -> Iterator[Report | Fault]:
        """Yield the reports and faults in input order."""
        ...  # pragma: no cover

    @property
    def notes(self) -> list[str]:
        """What the person should know of how it was read, such as a guessed encoding."""
        ...  # pragma: no cover

    @property
    def total(self) -> int | None:
        """How many reports it holds, where that is known without reading it."""
        ...  # pragma: no cover


def item_of(row: Mapping[str, Any], columns: Columns, source: str, number: int) -> Report | Fault:
    """Turn one row of a table into a report, or name what is wrong with it."""
    report_id = identity(row.get(columns.report_id))
    if report_id is None:
        return Fault(None, "missing_id", source, number)
    text = row.get(columns.text)
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError:
            return Fault(report_id, "unknown_encoding", source, number)
    if text is None or (isinstance(text, float) and math.isnan(text)):
        text = ""
    if not isinstance(text, str):
        return Fault(report_id, "not_text", source, number)
    reason = unreadable(text)
    if reason is not None:
        return Fault(report_id, reason, source, number)
    meta: dict[str, Any] = {}
    if columns.patient is not None:
        meta["patient_id"] = identity(row.get(columns.patient))
    if columns.date is not None:
        meta["report_date"] = identity(row.get(columns.date))
    for name in columns.keep:
        meta[name] = plain(row.get(name))
    return Report(report_id, text, meta, source, number)


def unreadable(text: str) -> str | None:
    """Name why a text cannot be a report, or nothing if it can."""
    if len(text) > LONGEST:
        return "too_long"
    if not text.strip("\0\ufeff \t\r\n\f\v\xa0"):
        return "empty"
    # Zero characters alone are what is left of UTF-16 somebody read as something else: words remain.
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * (len(text) - text.count("\0")):
        return "binary"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # lone surrogates, as JSON escapes can spell them
        return "bad_unicode"
    return None


def identity(value: Any) -> str | None:
    """Write an identifier or a date as text; 17.0 is how a table with gaps spells 17.

    >>> identity(17.0), identity("  "), identity(" A1 ")
    ('17', None, 'A1')
    """
    value = plain(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None:
        return None
    return str(value).strip().encode("utf-8", "replace").decode("utf-8") or None


def plain(value: Any) -> str | int | float | bool | None:
    """Reduce a cell to what JSON holds; dates as ISO 8601."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def check_columns(source: str, available: list[str], columns: Columns) -> None:
    """Raise if a column in use is missing, naming those there are."""
    missing = [name for name in columns.wanted() if name not in available]
    if missing:
        raise ArchiveError(
            f"{source}: no column {', '.join(repr(name) for name in missing)}; it has {', '.join(available)}"
            " (see --id-column, --text-column)"
        )
