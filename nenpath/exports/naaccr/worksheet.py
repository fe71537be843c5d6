"""The worksheet for the abstractor: every item with its code, what it rests on, and whether to look."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import Any, Final, TextIO

from nenpath.exports.naaccr.items import Dictionary
from nenpath.exports.naaccr.report import Coded

COLUMNS: Final = (
    "report_id",
    "item",
    "naaccr_id",
    "name",
    "code",
    "fields",
    "value",
    "confidence",
    "evidence",
    "places",
    "rule",
    "review",
    "notes",
)


class Writer:
    """Writes the worksheet's rows.

    Parameters
    ----------
    file
        Opened for text.
    quotes
        Whether words of reports may appear: the values read from them, and the evidence.
    """

    def __init__(self, file: TextIO, quotes: bool) -> None:
        self._rows = csv.writer(file)
        self._quotes = quotes
        self._rows.writerow(COLUMNS)

    def write(self, report_id: str, coded: Iterable[Coded], dictionary: Dictionary) -> None:
        """Write one report's rows in the order of item numbers."""
        for outcome in sorted(coded, key=lambda outcome: dictionary.number(outcome.item)):
            item = dictionary.items[outcome.item]
            self._rows.writerow(
                [
                    report_id,
                    item.number,
                    item.id,
                    item.name,
                    outcome.code or "",
                    " ".join(outcome.fields),
                    outcome.value if self._quotes else "",
                    "" if outcome.confidence is None else f"{outcome.confidence:.4f}",
                    _quoted(outcome.evidence) if self._quotes else "",
                    _places(outcome.evidence),
                    outcome.rule,
                    "yes" if outcome.review else "",
                    "; ".join(outcome.notes),
                ]
            )


def _quoted(evidence: Iterable[Mapping[str, Any]]) -> str:
    return " | ".join(dict.fromkeys(" ".join(found["text"].split()) for found in evidence))


def _places(evidence: Iterable[Mapping[str, Any]]) -> str:
    """Write section, tissue and offsets, which say where to look and quote nothing."""
    return " | ".join(
        dict.fromkeys(
            " ".join(filter(None, (found["section"], found["tissue"], f"{found['start']}-{found['end']}")))
            for found in evidence
        )
    )
