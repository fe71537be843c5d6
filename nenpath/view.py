"""One report made ready to be looked at: marked text, fields, risk; the same for terminal and page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from classifier import details
from extractor import catalog

CAUTION = "Supports, and does not replace, clinical judgement."
# Such characters could move the cursor, recolor the terminal or turn the direction of the text.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NEWLINE = re.compile(r"\r\n?")
_SIGNS = {"=": "", "~": "~", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text with the fields it is evidence for."""

    text: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the table."""

    name: str
    title: str
    value: str
    confidence: float
    status: str
    review: bool
    quotes: tuple[str, ...]
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A record and its text, in the words a person reads.

    ``reasons`` are the criteria met, each with its probability, reason and quoted words; ``unstated``
    names the fields the report does not state. ``inconsistencies`` are the contradictions with the words on
    both sides; ``scores`` those that apply or may, and ``other_scores`` why the others do not.
    """

    report_id: str
    segments: tuple[Segment, ...]
    lines: tuple[Line, ...]
    unstated: tuple[str, ...]
    risk: Mapping[str, Any]
    reasons: tuple[tuple[Mapping[str, Any], tuple[str, ...]], ...]
    grade: str
    stage: str
    stage_notes: tuple[str, ...]
    inconsistencies: tuple[tuple[str, tuple[str, ...]], ...]
    scores: tuple[str, ...]
    other_scores: tuple[str, ...]
    provenance: Mapping[str, str]
    caution: str = CAUTION


def view(record: Mapping[str, Any], text: str | None) -> View:
    """Prepare a record in its JSON form, with its text where there is one."""
    titles = {room.name: room.title for room in catalog.fields()}
    fields = record["fields"]
    more = details(fields)
    shown = [name for name in titles if _is_shown(fields[name])]
    lines = tuple(_line(name, titles[name], fields[name]) for name in shown)
    quotes = {line.name: line.quotes for line in lines}
    risk = record["risk"]
    reasons = tuple(
        (criterion, _quotes(criterion["fields"], quotes))
        for criterion in risk["criteria"]
        if criterion["state"] == "met"
    )
    return View(
        report_id=visible(record["report_id"] or ""),
        segments=segments(text, fields) if text is not None else (),
        lines=lines,
        unstated=tuple(titles[name] for name in titles if name not in shown),
        risk=risk,
        reasons=reasons,
        grade=_grade(record["grade"]),
        stage=_stage(record["stage"]),
        stage_notes=tuple(visible(note) for note in more["stage_notes"]),
        inconsistencies=tuple(
            (
                visible(item["message"]),
                tuple(dict.fromkeys(_placed(evidence) for evidence in item["evidence"])),
            )
            for item in record["inconsistencies"]
        ),
        scores=tuple(
            _score(score, more["score_probabilities"][score["id"]] or {})
            for score in risk["scores"]
            if score["applies"] is not False
        ),
        other_scores=tuple(
            visible(f"{score['id']}: {score['why'].split('; made for')[0]}")
            for score in risk["scores"]
            if score["applies"] is False
        ),
        provenance=record["provenance"],
    )


def visible(text: str) -> str:
    """Make text safe to print: control characters become the replacement character.

    >>> visible("a\\x1b[31mb\\r\\nc")
    'a�[31mb\\nc'
    """
    return _UNSAFE.sub("\ufffd", _NEWLINE.sub("\n", text))


def segments(text: str, fields: Mapping[str, Mapping[str, Any]]) -> tuple[Segment, ...]:
    """Cut the text where evidence begins and ends."""
    spans = [
        (evidence["start"], evidence["end"], name)
        for name, reading in fields.items()
        for evidence in reading["evidence"]
    ]
    cuts = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    found = []
    for start, end in pairwise(cuts):
        names = dict.fromkeys(name for first, last, name in spans if first <= start and end <= last)
        found.append(Segment(visible(text[start:end]), tuple(names)))
    return tuple(found)


def value_text(value: Any) -> str:
    """Write a value as a person would.

    >>> value_text({"low": 2, "high": 3, "comparator": "range"})
    '2-3'
    >>> value_text({"low": 20, "high": None, "comparator": ">"})
    '>20'
    """
    if value is None:
        return "not stated"
    if isinstance(value, dict) and "comparator" in value:
        low, high, comparator = value["low"], value["high"], value["comparator"]
        if comparator == "up_to":
            return f"up to {high:g}"
        if comparator == "range":
            return f"{low:g}-{high:g}" if high is not None else f"≥{low:g}"
        bound = high if comparator in ("<", "<=") else low
        return f"{_SIGNS[comparator]}{bound:g}"
    if isinstance(value, list):
        return visible(", ".join(map(str, value)))
    return f"{value:g}" if isinstance(value, float) else visible(str(value))


def _is_shown(reading: Mapping[str, Any]) -> bool:
    return reading["value"] is not None or reading["status"] != "not_stated" or reading["review"]


def _line(name: str, title: str, reading: Mapping[str, Any]) -> Line:
    alternatives = [
        f"{value_text(other['value'])} ({other['probability']:.0%})"
        for other in reading["alternatives"]
        if other["probability"] >= 0.005
    ]
    return Line(
        name=name,
        title=title,
        value=value_text(reading["value"]),
        confidence=reading["confidence"],
        status=reading["status"],
        review=reading["review"],
        quotes=tuple(dict.fromkeys(_quote(evidence["text"]) for evidence in reading["evidence"])),
        alternatives=tuple(alternatives),
    )


def _quote(text: str) -> str:
    words = " ".join(visible(text).split())
    return words if len(words) <= 80 else words[:77] + "..."


def _quotes(names: Sequence[str], quotes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The words behind a criterion; where it reads many fields, the first of each."""
    each = 1 if len(names) > 3 else None
    return tuple(dict.fromkeys(quote for name in names for quote in quotes.get(name, ())[:each]))


def _placed(evidence: Mapping[str, Any]) -> str:
    """A quote with the section it stands in."""
    section = evidence.get("section")
    return f"{_quote(evidence['text'])} ({section})" if section else _quote(evidence["text"])


def _score(score: Mapping[str, Any], chances: Mapping[str, float]) -> str:
    low, high = score["low"], score["high"]
    value = f"{low:g}" if low == high else f"between {low:g} and {high:g}"
    likely = [
        f"{share:.0%} for {name}"
        for name, share in chances.items()
        if 0.005 <= share < 0.995 and name != "unknown"
    ]
    shown = f" ({', '.join(likely)})" if likely else ""
    return visible(f"{score['id']}: {value}{shown}; {score['why']} [{score['source']}]")


def _grade(grade: Mapping[str, Any]) -> str:
    said = [f"stated {grade['stated'] or 'none'}", f"derived {grade['derived'] or 'none'}"]
    likely = [f"{name} {share:.0%}" for name, share in grade["probabilities"].items() if share >= 0.005]
    if grade["edition"]:
        said.append(str(grade["edition"]))
    if grade["agrees"] is False:
        said.append("the two disagree")
    return visible("; ".join([*said, ", ".join(likely), grade["basis"]]))


def _stage(stage: Mapping[str, Any]) -> str:
    stated = " ".join(f"{letter}{value}" for letter, value in stage["stated"].items() if value is not None)
    said = [f"stated {stated or 'none'}"]
    derived = stage["derived"]
    if derived:
        parts = [f"{letter}{derived[letter]}" for letter in "TNM" if derived[letter] is not None]
        group = [f"group {derived['group']}"] if derived["group"] else []
        said.append(f"derived {' '.join([*parts, *group]) or 'none'} ({stage['scheme']})")
    if stage["agrees"] is False:
        said.append("the two disagree")
    return visible("; ".join(said))
