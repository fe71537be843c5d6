"""The text of a report in pieces, cut where evidence begins and ends, so that the page can mark it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from nenpath.review.decision import State
from nenpath.review.export import spans
from nenpath.review.shelf import Volume
from nenpath.view import visible


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the shown text; ``start`` is its first code point in the text as read.

    ``fields`` have their evidence here, ``others`` the evidence of an alternative.
    """

    start: int
    text: str
    fields: str
    others: str


def has_double_breaks(text: str) -> bool:
    """Whether every line of a text ends with CR LF, which is shown as one character.

    >>> has_double_breaks("a\\r\\nb"), has_double_breaks("a\\r\\nb\\n"), has_double_breaks("a")
    (True, False, False)
    """
    breaks = text.count("\r\n")
    return 0 < breaks == text.count("\n") == text.count("\r")


def pieces(volume: Volume, states: Mapping[str, State]) -> list[Piece]:
    """Cut the text where evidence begins and ends; where only some lines end with CR LF, also after these.

    So the place of a character follows from its piece: the page counts characters, and where
    :func:`has_double_breaks` holds, each line break twice.
    """
    text = volume.text
    found: list[tuple[int, int, str, bool]] = []
    for name, reading in volume.record["fields"].items():
        state = states.get(name)
        own = spans(reading) if state is None else state.evidence
        found += [(start, end, name, True) for start, end in own]
        found += [(*place, name, False) for other in reading["alternatives"] for place in spans(other)]
    found = [(_whole(text, start), _whole(text, end), name, own) for start, end, name, own in found]
    cuts = {0, len(text), *(start for start, *_ in found), *(end for _, end, *_ in found)}
    if not has_double_breaks(text):
        cuts.update(match.end() for match in re.finditer("\r\n", text))
    begins = sorted(found, reverse=True)
    live: list[tuple[int, int, str, bool]] = []
    made = []
    for start, end in pairwise(sorted(cuts)):
        while begins and begins[-1][0] <= start:
            live.append(begins.pop())
        live = [span for span in live if span[1] > start]
        names = dict.fromkeys(name for _, _, name, own in live if own)
        others = dict.fromkeys(name for _, _, name, own in live if not own)
        made.append(Piece(start, visible(text[start:end]), " ".join(names), " ".join(others)))
    return made


def _whole(text: str, place: int) -> int:
    """A place in the text that does not part CR from LF."""
    place = max(0, min(len(text), place))
    return place - 1 if text[place - 1 : place + 1] == "\r\n" else place
