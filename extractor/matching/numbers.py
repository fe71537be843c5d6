"""Numbers as reports write them: comparators, ranges, words, decimal commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from extractor.record import Comparator

#: Words for 1 to 19, and for 20, 30 ... 90.
ONES = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {
    "zero": 0.0,
    "no": 0.0,
    "none": 0.0,
    "nil": 0.0,
    "single": 1.0,
    "solitary": 1.0,
    "lone": 1.0,
    "sole": 1.0,
    "a": 1.0,
}
_WORDS |= {word: float(value) for value, word in enumerate(ONES, 1)}
_WORDS |= {ten: 10.0 * value for value, ten in enumerate(TENS, 2)}
_WORDS |= {f"{ten}-{one}": _WORDS[ten] + _WORDS[one] for ten in TENS for one in ONES[:9]}

#: How far behind the class of a form the figure itself may stand ("3-20 % (specify 6.5 %)").
SPECIFIED = 90

#: A number in digits (decimal point or comma), or a small one in words.
NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?![\d.])|\d{1,6}(?:[.,]\d{1,3})?|[.,]\d{1,3}|\b(?:"
    + "|".join(sorted(_WORDS, key=len, reverse=True)).replace("-", "[- ]")
    + r")\b)"
)

_COMPARATORS: tuple[tuple[Comparator, str], ...] = (
    (
        "<=",
        r"<\s*(?:or )?=|≤|less than or equal to|no more than|"
        r"(?:not|never) (?:more tha[nt]|over|above|beyond)|"
        r"at most|(?:not|never) exceed(?:s|ing|ed)?|"
        r"(?:does not|never) exceeds?|(?:not|no) (?:greater|higher|larger) than|not ?>",
    ),
    (
        ">=",
        r">\s*(?:or )?=|≥|greater than or equal to|at least|(?:no|not) (?:less|fewer|lower) than|not below|"
        r"minimum of",
    ),
    (
        "<",
        r"<|less (?:frequent |often )?th[ae]n|fewer than|under|below|lower than|smaller than|inferior to|"
        r"(?:less|lower|smaller)(?=\s*(?:\d|$))",
    ),
    (
        ">",
        r">(?:\s?,)?|more\W{1,4}than|greater than|over|above|beyond|exceed(?:s|ing)?|higher than|"
        r"in\W{1,4}ex ?cess\W{1,3}of|upwards? of|north of|larger than|"
        r"superior to|(?:greater|larger|higher)(?=\s*(?:\d|$))",
    ),
    ("up_to", r"up to|maximum(?: of)?|max\.?"),
    (
        "~",
        r"~|≈|approximately|approx\.?|about|around|circa|ca\.?|roughly|nearly|almost|"
        r"estimated(?: at| to be)?",
    ),
)
_COMPARATOR = "|".join(f"(?P<c{i}>{words})" for i, (_, words) in enumerate(_COMPARATORS))

_PARSE = re.compile(
    rf"(?P<comparator>(?:(?:{'|'.join(words for _, words in _COMPARATORS)})\s*(?:of\s+)?)*)"
    rf"(?P<low>{NUMBER})(?:\s*%?\s*(?:-|to|and|or|bis|–)\s*(?:<\s*)?(?P<high>{NUMBER}))?",
    re.IGNORECASE,
)
_FIND_COMPARATOR = re.compile(_COMPARATOR, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or range with its comparator, before units."""

    low: float
    high: float
    comparator: Comparator


def number(text: str) -> float:
    """A number written in digits or words.

    >>> number("2,5"), number("1,024"), number("0,237"), number("thirty-one"), number(".5")
    (2.5, 1024.0, 0.237, 31.0, 0.5)
    """
    word = re.sub(r"(?<=y) (?=[a-z])", "-", text.strip().lower())
    if word in _WORDS:
        return _WORDS[word]
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", word):
        return float(word.replace(",", ""))
    return float(word.replace(",", "."))


def quantity(text: str) -> Quantity | None:
    """Read a quantity.

    >>> quantity("<1")
    Quantity(low=1.0, high=1.0, comparator='<')
    >>> quantity("2 - 3 %")
    Quantity(low=2.0, high=3.0, comparator='range')
    >>> [quantity(text).comparator for text in ("up to 30", "about 5", "about less than 1", "up to 2-3")]
    ['up_to', '~', '<', 'up_to']
    """
    match = _PARSE.search(" ".join(text.split()))
    if not match:
        return None
    low = number(match["low"])
    high = number(match["high"]) if match["high"] else low
    comparator: Comparator = "=" if match["high"] is None else "range"
    found = [
        _COMPARATORS[int(m.lastgroup[1:])][0]
        for m in _FIND_COMPARATOR.finditer(match["comparator"])
        if m.lastgroup
    ]
    if found and match["high"] is None:
        # "approximately less than 1": the bound counts, not the approximation.
        comparator = next((c for c in found if c != "~"), "~")
    elif found and (upper := [c for c in found if c in ("<", "<=", "up_to")]):
        comparator = upper[0]  # "up to 10-15 %": the range is the bound's own
    if high < low:
        low, high = high, low
    return Quantity(low, high, comparator)


def interval(found: Quantity | None, *, ceiling: float | None, factor: float = 1.0) -> dict[str, Any] | None:
    """A quantity as the record's interval, scaled by ``factor``; ``ceiling`` is the greatest possible value.

    >>> interval(Quantity(20.0, 20.0, ">"), ceiling=100.0)
    {'low': 20.0, 'high': 100.0, 'comparator': '>'}
    """
    if found is None:
        return None
    low, high = found.low * factor, found.high * factor
    if found.comparator in ("<", "<=", "up_to"):
        return {"low": 0.0, "high": _tidy(high), "comparator": found.comparator}
    if found.comparator in (">", ">="):
        return {"low": _tidy(low), "high": ceiling, "comparator": found.comparator}
    comparator = found.comparator if found.comparator == "~" else ("=" if low == high else "range")
    return {"low": _tidy(low), "high": _tidy(high), "comparator": comparator}


def order(value: dict[str, Any]) -> float:
    """Order of intervals: by their upper bound, then the lower one."""
    high = value["high"]
    return (1e6 if high is None else float(high)) + float(value["low"]) * 1e-6


def _tidy(value: float) -> float:
    return round(value, 6)
