"""How much of a text scanning garbled: letters apart, signs inside words, runs of consonants.

The measure needs no dictionary, so that it means the same for every organ and hospital. Readings from noisy
reports are wrong more often than their words alone tell; the confidence model weighs it.
"""

from __future__ import annotations

import re

_GARBLED = re.compile(
    r"[^\w\s&+<>=/%|*•-](?!\S)(?<!\S.)|[b-zB-Z](?!\S)(?<!\S.)|"
    r"[A-Za-z][^A-Za-z0-9\s.,:;/()'\"’&\[\]_|=+-][A-Za-z]|[a-z]{2}[A-Z][a-z]|"
    r"[bcdfghjklmnpqrstvwxz]{5}|[a-z]\d[a-z]{2}"
)
_WORD = re.compile(r"\S+")
#: Every fourth word garbled is as noisy as counts; shorter texts are measured as if they had so many words.
_FULL, _FEWEST = 0.25, 30


def noise(text: str) -> float:
    """Share of garbled words, 0 (none) to 1 (a fourth of them or more), in steps of a twentieth.

    >>> noise("Ileum, resection: neuroendocrine tumor, G1, 2.1 cm; Ki-67 2 %, margins free.")
    0.0
    >>> noise("l1eum , r~section : neur0endoc(ine t~mor , Gl , 2.1 c m ; K i -67 2 % rnar@ins fr ee ,")
    1.0
    """
    words = max(_FEWEST, len(_WORD.findall(text)))
    share = len(_GARBLED.findall(text)) / words / _FULL
    return round(min(1.0, share) * 20) / 20
