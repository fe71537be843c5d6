"""When an export is made: ``--date``, else ``SOURCE_DATE_EPOCH``, else the result store's own date.

So that exporting the same store twice gives the same bytes.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from nenpath.errors import NenpathError


def export_time(chosen: str | None, created: str) -> datetime:
    """Give the time an export carries.

    Parameters
    ----------
    chosen
        What ``--date`` says, in ISO 8601.
    created
        The ``created`` of the store's manifest.

    Returns
    -------
    datetime
        In UTC where no zone is named, to the second.

    Raises
    ------
    NenpathError
        If a date cannot be read.

    Examples
    --------
    >>> export_time("2026-03-01", "").isoformat()
    '2026-03-01T00:00:00+00:00'
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if chosen is not None:
        return _parse(chosen, "--date")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError):
            raise NenpathError("SOURCE_DATE_EPOCH is no number of seconds") from None
    return _parse(created, "the store's manifest.json")


def _parse(text: str, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NenpathError(f"{where}: no date such as 2026-03-01") from None
    return found.replace(tzinfo=found.tzinfo or UTC, microsecond=0)
