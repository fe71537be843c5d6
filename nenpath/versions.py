"""Versions of a report over several runs: what a store holds is kept when a later message supersedes it.

Within one run the archives know which version counts. A report that comes in one version only may still
replace what an earlier run stored, or be an old version that a person reads again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from nenpath.archives.item import Fault, Report
from nenpath.index import Index
from nenpath.parts import Row


def with_versions(
    item: Report | Fault, index: Index, row_at: Callable[[int], Row]
) -> Iterator[Report | Fault]:
    """Yield an item, after the version of the store it supersedes; or as the earlier version it is.

    Earlier versions have the report's id with ``~1``, ``~2`` and so on, in the order in which the store met
    them. One that is to be kept comes before the report that takes its place, so that a run that ends
    between the two has lost nothing.
    """
    if not isinstance(item, Report) or not (item.versioned or item.superseded):
        yield item
        return
    report_id = item.report_id.rpartition("~")[0] if item.superseded else item.report_id
    stored = index.stored(report_id)
    text, kept, number = index.text_number(item), stored is None or item.superseded, 1
    while (known := index.text_of(f"{report_id}~{number}")) is not None:
        if known == text:
            yield replace(item, report_id=f"{report_id}~{number}", superseded=True)
            return
        kept = kept or (stored is not None and known == stored[1])
        number += 1
    if item.superseded:
        yield replace(item, report_id=f"{report_id}~{number}")
        return
    if stored is not None and not kept and stored[1] != text:
        row = row_at(stored[0])
        if row.text is not None:
            yield Report(f"{report_id}~{number}", row.text, {}, row.source, row.row, superseded=True)
    yield item
