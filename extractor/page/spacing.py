"""Doubled lines: an empty line after every line, of prose that wraps too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from extractor.matching.edits import Edit

_GAP = re.compile(r"\n(?:[ \t]*\n)+")
_SINGLE = re.compile(r"\S[ \t]*\n[ \t]*\S")
#: Words on both sides of a break inside a sentence.
_WRAPPED = re.compile(r"[^\n]{40}[a-z,(][ \t]*\n(?:[ \t]*\n)+[ \t]*[a-z(]")
#: Fewest empty lines that make a form; at most so many lines in a hundred have none behind them.
_FEWEST, _PLAIN = 8, 6
#: Fewest sentences that go on behind an empty line, also in a hundred empty lines.
_BROKEN, _SHARE = 2, 6


def edits(text: str) -> Iterator[Edit]:
    """Take out the empty lines where nearly every line has one behind it.

    It takes sentences that go on behind an empty line, or gaps that are doubled where the page had an empty
    line before: else the empty lines part paragraphs, each on a line of its own.
    """
    if text.count("\n") < 2 * _FEWEST or not _GAP.search(text):
        return
    gaps = list(_GAP.finditer(text))
    plain = sum(1 for _ in _SINGLE.finditer(text)) if len(gaps) >= _FEWEST else 0
    if len(gaps) < _FEWEST or plain * 100 > _PLAIN * len(gaps):
        return
    sizes = [gap[0].count("\n") for gap in gaps]
    usual, often = Counter(sizes).most_common(1)[0]
    wrapped = sum(1 for _ in _WRAPPED.finditer(text))
    doubled = plain == 0 and all(size % 2 == 0 for size in sizes) and sum(size > 2 for size in sizes) >= 2
    broken = wrapped >= _BROKEN and wrapped * 100 >= _SHARE * len(gaps)
    if often * 2 < len(gaps) or not (doubled or broken):
        return
    for gap, size in zip(gaps, sizes, strict=True):
        yield Edit(gap.start(), gap.end(), "\n" if size <= usual else "\n\n")
