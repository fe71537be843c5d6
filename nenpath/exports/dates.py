"""Dates that came with a report, as far as they can be read without guessing.

ISO 8601 (``2024``, ``2024-03``, ``2024-03-09``, also with a time) and HL7 v2 (``20240309``,
``202403091530``). Anything else (``03/09/2024`` is two dates) is no date.
"""

from __future__ import annotations

import re
from datetime import date

_FORMS = re.compile(
    r"(?P<year>(?:1[89]|2[01])\d\d)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[T ]\d\d:?\d\d\S*)?)?)?"
    r"|(?P<y>(?:1[89]|2[01])\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:\d{4}(?:\d\d)?(?:\.\d+)?(?:[+-]\d{4})?)?"
)


def read_date(text: object) -> str | None:
    """Read a date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Examples
    --------
    >>> read_date("20240309153000"), read_date("2024-03"), read_date("03/09/2024"), read_date("2024-02-31")
    ('2024-03-09', '2024-03', None, None)
    """
    found = _FORMS.fullmatch(str(text).strip()) if text is not None else None
    if found is None:
        return None
    parts = [found[name] for name in (("y", "m", "d") if found["y"] else ("year", "month", "day"))]
    given = [part for part in parts if part]
    try:
        date(int(given[0]), *(int(part) for part in (*given[1:], "01", "01")[:2]))
    except ValueError:
        return None
    return "-".join(given)
