"""What a store already knows: decides for each report of the input whether it must be read."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from typing import Any

from nenpath.archives.item import SUPERSEDED, Fault, Report
from nenpath.engine import text_sha256

Item = Report | Fault


class Verdict(Enum):
    """What to do with one item."""

    NEW = "new"
    AGAIN = "again"
    CHANGED = "changed"
    KNOWN = "known"
    REPEATED = "repeated"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with the position of the item's row (-1: it has none) and its digests."""

    verdict: Verdict
    position: int
    item: Item
    text_sha256: str | None
    digest: str


def digest(item: Item, provenance: Mapping[str, str]) -> str:
    """Stand for everything a row depends on: text, meta and the engine."""
    if isinstance(item, Fault):
        return _hash("fault", item.reason)
    if item.superseded:
        return _hash(SUPERSEDED, text_sha256(item.text))
    meta = json.dumps(item.meta, sort_keys=True, ensure_ascii=True)
    return _hash(text_sha256(item.text), meta, *(provenance[name] for name in sorted(provenance)))


def engine_name(provenance: Mapping[str, str]) -> str:
    """Name an engine: its version, and the beginnings of the digests of its patterns and calibration."""
    return f"{provenance['nenpath']} {provenance['patterns'][:12]} {provenance['calibration'][:12]}"


class Positions:
    """Keys of 64 bits with their positions 0, 1, 2 and so on, in 16 to 24 bytes each; a dict takes 130.

    >>> positions = Positions()
    >>> positions.add(2**63), positions.add(7), positions.get(7), positions.get(8)
    (0, 1, 1, None)
    """

    def __init__(self) -> None:
        self._keys = array("Q")
        self._slots = array("I", bytes(4 * 1024))  # position + 1; 0 is free

    def get(self, key: int) -> int | None:
        """Find the position of a key."""
        number = self._slots[self._slot(key)]
        return number - 1 if number else None

    def add(self, key: int) -> int:
        """Give a key the next position; where it had one, the new one counts."""
        self._keys.append(key)
        if 2 * len(self._keys) > len(self._slots):
            self._slots = array("I", bytes(8 * len(self._slots)))
            for number, known in enumerate(self._keys, start=1):
                self._slots[self._slot(known)] = number
        else:
            self._slots[self._slot(key)] = len(self._keys)
        return len(self._keys) - 1

    def _slot(self, key: int) -> int:
        slots, keys = self._slots, self._keys
        mask = len(slots) - 1
        at = key & mask
        while slots[at] and keys[slots[at] - 1] != key:
            at = (at + 1) & mask
        return at


class Index:
    """The rows of a store by report id, in about 45 bytes each.

    Parameters
    ----------
    provenance
        Of the engine now in use: rows another engine made are read again.
    only_failures
        Decide only for reports that failed before.

    Attributes
    ----------
    engines
        How many rows of the store each engine made.
    """

    def __init__(self, provenance: Mapping[str, str], only_failures: bool = False) -> None:
        self._provenance = provenance
        self._engine = engine_name(provenance)
        self._only_failures = only_failures
        self._positions = Positions()
        self._digests = array("Q")
        self._texts = array("Q")
        self._failed = array("H")
        self._reasons: list[str | None] = [None]
        self._old = bytearray()
        self._seen = bytearray()
        self.engines: Counter[str | None] = Counter()

    def load(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take in the rows of a store: report_id, source, row, reason, text_sha256, digest, engine."""
        for row in rows:
            report_id, reason, sha = row["report_id"], row["reason"], row["text_sha256"]
            if report_id is None:
                key = _key("place", row["source"], str(row["row"]))
            elif reason == "duplicate_id":
                key = _key("duplicate", report_id, sha or "")
            else:
                key = _key("id", report_id)
            self._add(key, row["digest"], _number(sha, reason), None if reason == SUPERSEDED else reason)
            self._seen[-1] = False
            if row["engine"] is not None:
                self.engines[row["engine"]] += 1
                self._old[-1] = row["engine"] != self._engine

    def decide(self, item: Item) -> Decision:
        """Judge the next item of the input; a duplicate id turns the item into a fault."""
        sha = text_sha256(item.text) if isinstance(item, Report) else None
        if item.report_id is None:
            return self._place(item, sha, _key("place", item.source, str(item.row)))
        key = _key("id", item.report_id)
        position = self._positions.get(key)
        if position is not None and self._seen[position]:
            if self._texts[position] == _number(sha, _reason(item)):
                return Decision(Verdict.REPEATED, -1, item, sha, "")
            fault = Fault(item.report_id, "duplicate_id", item.source, item.row)
            return self._place(fault, sha, _key("duplicate", item.report_id, sha or ""))
        return self._place(item, sha, key)

    def stored(self, report_id: str) -> tuple[int, int] | None:
        """Find the row an earlier run made of an id: its position, and its text (see :meth:`text_number`)."""
        position = self._positions.get(_key("id", report_id))
        if position is None or self._seen[position]:
            return None
        return position, self._texts[position]

    def text_of(self, report_id: str) -> int | None:
        """Give what stands for the text known under an id."""
        position = self._positions.get(_key("id", report_id))
        return None if position is None else self._texts[position]

    def text_number(self, report: Report) -> int:
        """Give what stands for a text."""
        return _number(text_sha256(report.text), None)

    def failed(self, position: int) -> str | None:
        """Tell why the row at this position was a failure when the store was opened."""
        return self._reasons[self._failed[position]]

    def left_behind(self) -> int:
        """Count the rows of another engine that no item of the input has met."""
        return sum(old and not seen for old, seen in zip(self._old, self._seen, strict=True))

    def _place(self, item: Item, sha: str | None, key: int) -> Decision:
        current = digest(item, self._provenance)
        text = _number(sha, _reason(item))
        position = self._positions.get(key)
        if position is None:
            if self._only_failures:
                return Decision(Verdict.SKIPPED, -1, item, sha, current)
            position = self._add(key, current, text, _reason(item))
            return Decision(Verdict.NEW, position, item, sha, current)
        if self._seen[position]:
            return Decision(Verdict.REPEATED, -1, item, sha, current)
        self._seen[position] = True
        changed = self._texts[position] != text
        self._texts[position] = text
        if self._only_failures and self.failed(position) is None:
            verdict = Verdict.SKIPPED
        elif self._digests[position] == int(current, 16) and not self._only_failures:
            verdict = Verdict.KNOWN
        else:
            verdict = Verdict.CHANGED if changed else Verdict.AGAIN
        return Decision(verdict, position, item, sha, current)

    def _add(self, key: int, digest_: str, text: int, reason: str | None) -> int:
        if reason not in self._reasons:
            self._reasons.append(reason)
        self._digests.append(int(digest_, 16))
        self._texts.append(text)
        self._failed.append(self._reasons.index(reason))
        self._old.append(False)
        self._seen.append(True)
        return self._positions.add(key)


def _key(*words: str) -> int:
    return int(_hash(*words), 16)


def _number(sha: str | None, reason: str | None) -> int:
    return int(_hash("text", sha) if sha else _hash("fault", reason or ""), 16)


def _reason(item: Item) -> str | None:
    return item.reason if isinstance(item, Fault) else None


def _hash(*words: str) -> str:
    joined = "\0".join(words).encode("utf-8", "surrogatepass")
    return blake2b(joined, digest_size=8).hexdigest()
