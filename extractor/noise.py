"""How badly a report was scanned: values read from a noisy page are wrong more often.

Measured on annotated reports: of the values given, 4 % are wrong in the cleanest quarter of reports and 8 %
in the noisiest tenth, at the same confidence but for this.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"(?=\S*[A-Za-z])[^\s.,;:()\[\]\"'*/-][^\s]{1,}[^\s.,;:()\[\]\"'*/-]")
_ODD = re.compile(
    r"[~^{}|\\<>_«»•§¢¥°=]|[A-Za-z]\d+[A-Za-z]|[a-z][A-Z](?!$)|[A-Z]{2,}[a-z]+[A-Z]|"
    r"(?<![A-Za-z])[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{5,}(?![A-Za-z])"
)
#: Share of odd words at which a report counts as noisy, and the most that counts.
NOISY, MOST = 0.1, 2.0


def noise(text: str) -> float:
    """Share of odd words in a text, 1.0 where it is that of a noisy report.

    >>> noise("Tumor of the ileum, 2 cm")
    0.0
    >>> noise("Turn0r 0f th~ il3um INVA^ION") > 1.0
    True
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    odd = sum(_ODD.search(word) is not None for word in words)
    return min(MOST, odd / len(words) / NOISY)
