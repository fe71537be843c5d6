"""From what a record says of a field to a probability for each value.

A field is a reading ``{"value", "confidence", "alternatives": [{"value", "probability"}]}`` or a plain
value, which counts with probability 1. ``None`` stands for unknown: not stated, and whatever
probability is left over.

Intervals
---------
An interval such as "2-3 %" says that the number lies in it, not where. Its two ends and every whole
number between are taken as equally likely, for counts and percentages are mostly reported whole: "2-3 %"
is half below 3 and half at 3. A bound that ``<`` or ``>`` excludes moves to the nearest tenth inside,
so "<3" stays below 3 and ">20" above 20. "~" widens both ends by a tenth of their value ("~20 %" is
18 to 22). Raising an end never makes a higher number less likely, so that a worse value never lowers
the risk. An open end stops at ``OPEN_END``, twice the highest cut-off of any scheme.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

OPEN_END = 40.0
SUM_TOLERANCE = 0.01


class Span(NamedTuple):
    """An interval as a hashable value; units are those of its field."""

    low: float
    high: float | None
    comparator: str = "="

    def points(self) -> list[float]:
        """Return the numbers the interval stands for, each as likely as the next.

        Returns
        -------
        list of float
            Ascending, never empty.

        Examples
        --------
        >>> Span(2, 3, "range").points()
        [2, 3]
        >>> Span(0, 3, "<").points()
        [0, 1, 2, 2.9]
        """
        low, comparator = self.low, self.comparator
        high = max(low, OPEN_END) if self.high is None else self.high
        if comparator == "~":
            low, high = round(low * 0.9, 6), round(high * 1.1, 6)
        elif comparator == ">":
            low = min(_tenth_above(low), high) if high > low else low
        elif comparator == "<":
            high = max(_tenth_below(high), low) if high > low else high
        if high <= low:
            return [low]
        return [low, *range(math.floor(low) + 1, math.ceil(high)), high]

    def __str__(self) -> str:
        low, high = f"{self.low:g}", "" if self.high is None else f"{self.high:g}"
        if self.comparator in ("<", "<="):
            return f"{self.comparator}{high}"
        if self.comparator in (">", ">="):
            return f"{self.comparator}{low}"
        if self.comparator == "up_to":
            return f"up to {high}"
        number = low if low == high else f"{low}-{high}" if high else f">={low}"
        return f"~{number}" if self.comparator == "~" else number


def _tenth_above(bound: float) -> float:
    return (math.floor(round(bound * 10, 6)) + 1) / 10


def _tenth_below(bound: float) -> float:
    return (math.ceil(round(bound * 10, 6)) - 1) / 10


def hashable(name: str, value: Any) -> Hashable:
    """Turn a field's JSON value into one that can key a distribution.

    Parameters
    ----------
    name : str
        The field, for the message of an error.
    value : any
        A value as in the record; NaN and an empty list are unknown.

    Returns
    -------
    hashable
        Intervals become `Span`, lists sorted tuples.

    Raises
    ------
    ValueError
        If an interval lacks ``low``, or its bounds are no numbers or in the wrong order.
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, Mapping):
        return _span(name, value)
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(sorted(str(item) for item in value)) or None
    msg = f"{name}: cannot read a value of type {type(value).__name__}"
    raise ValueError(msg)


def _span(name: str, value: Mapping[str, Any]) -> Span:
    low, high = value.get("low"), value.get("high")
    for bound in (low, high):
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int | float)):
            msg = f"{name}: the bounds of an interval are numbers"
            raise ValueError(msg)
    if low is None:
        msg = f"{name}: an interval needs a low bound"
        raise ValueError(msg)
    if high is not None and high < low:
        msg = f"{name}: low is above high"
        raise ValueError(msg)
    return Span(low, high, value.get("comparator") or ("=" if low == high else "range"))


def is_reading(entry: Any) -> bool:
    """Tell a reading from a plain value (an interval is a mapping too, but has no ``value``)."""
    return isinstance(entry, Mapping) and "value" in entry


def kept(name: str, entry: Any) -> Hashable:
    """Return the value a field holds, hashable, whatever its probability."""
    return hashable(name, entry["value"] if is_reading(entry) else entry)


def distribution(name: str, entry: Any) -> dict[Hashable, float]:
    """Return the probability of each value of a field.

    Parameters
    ----------
    name : str
        The field.
    entry : mapping or plain value
        A reading or a value as in the record.

    Returns
    -------
    dict
        Value to probability, summing to 1; ``None`` is unknown.

    Raises
    ------
    ValueError
        If a probability is outside 0 to 1, their sum exceeds 1, or the value cannot be read.

    Examples
    --------
    >>> distribution("grade", {"value": "G1", "confidence": 0.75, "alternatives": []})
    {'G1': 0.75, None: 0.25}
    """
    if not is_reading(entry):
        return {hashable(name, entry): 1.0}
    confidence = entry.get("confidence")
    confidence = 1.0 if confidence is None else confidence
    chances: dict[Hashable, float] = {hashable(name, entry["value"]): confidence}
    lowest = total = confidence
    for other in entry.get("alternatives") or ():
        probability = other["probability"]
        lowest = min(lowest, probability)
        total += probability
        if probability:
            value = hashable(name, other["value"])
            chances[value] = chances.get(value, 0.0) + probability
    if lowest < 0 or not total <= 1 + SUM_TOLERANCE:
        msg = f"{name}: the probabilities of its values are negative or exceed 1"
        raise ValueError(msg)
    if total > 1:  # the rounding of a written record
        return {value: chance / total for value, chance in chances.items()}
    if total < 1:
        chances[None] = chances.get(None, 0.0) + (1.0 - total)
    return chances
