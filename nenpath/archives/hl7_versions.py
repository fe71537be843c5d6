"""Which version of a report counts, where HL7 messages send it more than once.

Versions of a report share filler number and sending facility. The newest counts: by the time of its status
change (OBR-22) or of its message (MSH-7), of those at the same time a corrected one, of those the last.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b

import numpy as np


class Versions:
    """All versions in the inputs of a run, in 24 bytes each until settled, then those sent again only."""

    def __init__(self) -> None:
        self._fillers = array("Q")
        self._texts = array("Q")
        self._ranks = array("q")
        self._older: dict[tuple[int, int], int] = {}
        self._several: set[int] = set()

    def add(self, filler: str, text: str, time: str, *, corrected: bool) -> None:
        """Take note of a version; ``time`` is an HL7 timestamp."""
        digits = "".join(character for character in time[:14] if character in "0123456789")
        self._fillers.append(_hash(filler))
        self._texts.append(_hash(text))
        self._ranks.append(2 * int(digits.ljust(14, "0")) + corrected)

    def settle(self) -> None:
        """Decide; to be called when all inputs were looked through."""
        fillers = np.frombuffer(self._fillers, dtype=np.uint64) if self._fillers else np.empty(0, np.uint64)
        order = np.argsort(fillers, kind="stable")
        same = np.flatnonzero(fillers[order][1:] == fillers[order][:-1])
        for group in np.split(same, np.flatnonzero(np.diff(same) > 1) + 1) if len(same) else ():
            rows = [int(order[position]) for position in (*group, group[-1] + 1)]
            texts = list(dict.fromkeys(self._texts[row] for row in rows))
            if len(texts) > 1:
                self._several.add(self._fillers[rows[0]])
            current = self._texts[max(rows, key=lambda row: (self._ranks[row], row))]
            older = (text for text in texts if text != current)
            for number, text in enumerate(older, start=1):
                self._older[self._fillers[rows[0]], text] = number
        self._fillers, self._texts, self._ranks = array("Q"), array("Q"), array("q")

    def older(self, filler: str, text: str) -> int | None:
        """The number of a superseded version, counted from 1; nothing for the version that counts."""
        return self._older.get((_hash(filler), _hash(text))) if self._older else None

    def alone(self, filler: str) -> bool:
        """Whether the inputs have one version of a report only."""
        return not self._several or _hash(filler) not in self._several


def _hash(words: str) -> int:
    return int.from_bytes(blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
