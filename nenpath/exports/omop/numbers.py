"""Whole numbers for patients and reports, the same at every export of the same store.

The CDM's keys are 32-bit integers. A number is made of the first 31 bits of a BLAKE2 digest of the id; where
two ids of one store would share a number, the one with the higher digest takes the next free one. Numbers of
another export are therefore *nearly* always the same for the same id, which is not enough to join two exports
by them: join by the crosswalk.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from nenpath.errors import NenpathError

_LARGEST = 2**31 - 1


def digest(kind: str, key: str) -> int:
    """Give the digest of an id: 64 bits, so that ids of one store do not share one."""
    return int.from_bytes(blake2b(f"{kind}\x1f{key}".encode(), digest_size=8).digest())


class Numbers:
    """Numbers for the digests of one store.

    Parameters
    ----------
    digests
        Those of all ids, in any order, repeated or not.

    Examples
    --------
    >>> numbers = Numbers([5 << 33, 7 << 33, 5 << 33, (5 << 33) + 1])
    >>> [numbers.of(5 << 33), numbers.of((5 << 33) + 1), numbers.of(7 << 33)]
    [6, 7, 8]
    """

    def __init__(self, digests: Iterable[int]) -> None:
        self._digests = np.unique(np.frombuffer(array("Q", digests), dtype=np.uint64))
        wanted = (self._digests >> np.uint64(33)).astype(np.int64) + 1
        steps = np.arange(len(wanted))
        self._numbers = np.maximum.accumulate(wanted - steps) + steps if len(wanted) else wanted
        if len(wanted) and self._numbers[-1] > _LARGEST:
            raise NenpathError("too many ids for the 32-bit keys of the CDM")

    def of(self, digest: int) -> int:
        """Give the number of an id by its digest."""
        return int(self._numbers[np.searchsorted(self._digests, np.uint64(digest))])
