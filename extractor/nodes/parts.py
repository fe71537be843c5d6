"""The part of a report that a count of nodes belongs to."""

from __future__ import annotations

import re

from extractor.nodes.words import Count

#: The letter or number of a part that a line begins with.
BEGINS_PART = re.compile(r"[\s#(-]{0,4}(?:PART\s?)?#?\s?\(?([A-Z]|\d{1,2})\)?\s?[.):]", re.IGNORECASE)


def part_of(count: Count) -> str | None:
    """The part a count belongs to: the layout's, or the letter its line begins with."""
    if count.unit.part is None:
        own = BEGINS_PART.match(count.unit.text) or BEGINS_PART.match(count.unit.heading)
        if own:
            return own[1].upper()
    return count.unit.part


def may_share_part(one: Count, other: Count) -> bool:
    """Whether two counts belong to one part, or it is not known of one of them."""
    a, b = part_of(one), part_of(other)
    return a == b or a is None or b is None
