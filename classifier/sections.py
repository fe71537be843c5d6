"""One field read differently in two sections of a report: synoptic, diagnosis, microscopic, gross.

The record keeps one reading and lists the others as alternatives with their evidence. Two current
sections that cannot both be right are a contradiction; an amendment, the history, an outside
diagnosis, a comment (which weighs other tumors and tests) or another tissue's reading is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from classifier.distribution import Span, hashable

SECTIONS: Final = frozenset({"diagnosis", "synoptic", "microscopic", "gross"})

# Below this a rival reading is the extractor's noise rather than the report's word; one below OUTRANKED is
# listed only because a section that counts more says otherwise.
LIKELY: Final = 0.03
OUTRANKED: Final = 0.01

# What is said of lymphatics alone, or of veins alone, denies nothing of the other.
_ONE_KIND: Final = re.compile(
    r"(?i)^(?!.*(?:lympho|angio|vessel)).*(?:lymphatic|ven(?:ous|ules?)|veins?|\bL\d|\bV\d)"
)

_GRADES: Final = {"low": "G1", "intermediate": "G2", "high": "G3"}


class Disagreement(NamedTuple):
    """A field, its two values and the evidence of each."""

    field: str
    kept: Hashable
    other: Hashable
    evidence: list[dict[str, Any]]


def _numbers(first: Hashable, second: Hashable) -> bool:
    return first != second


def _words(first: Hashable, second: Hashable) -> bool:
    return first != second and "indeterminate" not in (first, second)


def _grades(first: Hashable, second: Hashable) -> bool:
    return _GRADES.get(str(first), first) != _GRADES.get(str(second), second)


def _categories(first: Hashable, second: Hashable) -> bool:
    one, other = str(first).lower(), str(second).lower()
    return "x" not in (one[:1], other[:1]) and not (one.startswith(other) or other.startswith(one))


def _sizes(first: Hashable, second: Hashable) -> bool:
    """A gross and a microscopic size differ a little in most reports; a fifth and 3 mm is more than that."""
    if not isinstance(first, int | float) or not isinstance(second, int | float):
        return False
    return abs(first - second) > max(3.0, 0.2 * max(first, second))


def _intervals(first: Hashable, second: Hashable) -> bool:
    if not isinstance(first, Span) or not isinstance(second, Span):
        return False
    low, high = max(first.low, second.low), min(_end(first), _end(second))
    return low - high > 0.1 * max(1.0, low)


def _end(span: Span) -> float:
    return float("inf") if span.high is None else span.high


_DIFFERS: Final[Mapping[str, Callable[[Hashable, Hashable], bool]]] = {
    "tumor_size_mm": _sizes,
    "ki67_percent": _intervals,
    "mitoses_per_2mm2": _intervals,
    "grade": _grades,
    "differentiation": _words,
    "lymphovascular_invasion": _words,
    "perineural_invasion": _words,
    "local_invasion": _words,
    "necrosis": _words,
    "distant_metastasis": _words,
    "nodes_examined": _numbers,
    "nodes_positive": _numbers,
    "pT": _categories,
    "pN": _categories,
    "pM": _categories,
}


def disagreements(values: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Yield the fields that two current sections give differently, the likeliest rival of each.

    Parameters
    ----------
    values : mapping
        Field name to reading with evidence and alternatives; plain values disagree with nothing.
    """
    for name, differs in _DIFFERS.items():
        entry = values.get(name)
        if isinstance(entry, Mapping) and entry.get("evidence") and entry.get("alternatives"):
            found = _rival(name, entry, differs, _held(values.get("mesenteric_mass_mm")))
            if found is not None:
                yield found


def _held(entry: Any) -> Any:
    return entry.get("value") if isinstance(entry, Mapping) else entry


def _rival(
    name: str, entry: Mapping[str, Any], differs: Callable[[Hashable, Hashable], bool], mass: Any
) -> Disagreement | None:
    kept = hashable(name, entry["value"])
    behind = [piece for piece in entry["evidence"] if piece.get("section") in SECTIONS]
    rivals = sorted(entry["alternatives"], key=lambda one: -one["probability"])
    for rival in rivals:
        other = hashable(name, rival["value"])
        against = [piece for piece in rival.get("evidence") or () if piece.get("section") in SECTIONS]
        if (
            kept is None
            or other is None
            or OUTRANKED <= rival["probability"] < LIKELY
            or not against
            or not behind
        ):
            continue
        if name == "tumor_size_mm" and (mass in (kept, other) or _lesser(kept, other, against[0])):
            continue  # a size read from the mesenteric mass, or of a smaller nodule beside the tumor
        if not differs(kept, other) or not _same_place(name, behind[0], against[0]):
            continue
        if name == "lymphovascular_invasion" and any(
            _ONE_KIND.search(piece["text"]) for piece in against[:1]
        ):
            continue
        apart = [piece for piece in behind if piece["section"] != against[0]["section"]]
        if apart or entry.get("status") == "conflict":
            return Disagreement(name, kept, other, [*(apart or behind)[:1], *against[:1]])
    return None


def _lesser(kept: Any, other: Any, against: Mapping[str, Any]) -> bool:
    """Tell whether the gross description has a smaller size too, and not by a slip of the decimal point."""
    return bool(against["section"] == "gross" and other < kept and round(kept / max(other, 0.1), 2) != 10)


def _same_place(name: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Tell whether two quotes can be of the same tumor: one tissue, and not two parts of one section."""
    tissues = {piece.get("tissue") or "primary" for piece in (first, second)}
    parts = {piece.get("part") for piece in (first, second)} - {None}
    form = "synoptic" in (first["section"], second["section"])
    return (name in _OF_THE_CASE or len(tissues) == 1) and (form or len(parts) < 2)


# What is said of the whole case, whatever tissue the sentence is about.
_OF_THE_CASE: Final = frozenset({"nodes_examined", "nodes_positive", "pT", "pN", "pM", "distant_metastasis"})
