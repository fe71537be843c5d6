"""The probability that a code is wrong, and what it would change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import classifier
from nenpath.qa.case import Case
from nenpath.qa.codes import Coded, data
from nenpath.qa.compare import AGREEING, Relation, relation
from nenpath.qa.kinds import Kind
from nenpath.qa.row import plain
from nenpath.qa.settings import judgement

_AROUND = 150
_WORD = re.compile(
    r"[(\[\"'*-]*(?:[A-Za-z]{2,}(?:['/.-]+[A-Za-z]+)*|[AaIX]|\d{1,5}(?:[.,/x-]\d+)*(?:%|cm|mm)?|[pyc]*[TNM][\dXxO].*)[\]):;,.%\"'*-]*"
)
_GOES_ON = re.compile(r" \d{1,2}(?!\d|[.,]\d|\s?(?:cm|mm|x|%))", re.IGNORECASE)
_USUAL = ("diagnosis", "synoptic", "addendum", "amendment", "ihc", "microscopic", "comment")


def probability_wrong(case: Case, kind: Kind, error_rate: float, other_sources: float) -> float:
    """The probability that the code is not what a registrar would code from this report.

    Bayes' rule between two slips. Either the coder erred: the report says something else, at the prior error
    rate, weighted by how likely an error of this kind leads to just this value. Or the program erred and the
    code is right: ``support`` is the probability its distribution leaves to the code, of named alternatives
    and unnamed ones alike, not less than the program's own error floor. What it leaves unnamed may be the
    code or a third value, and counts on both sides.
    Where the report states nothing a right code may also come from elsewhere.
    """
    named, support = _support(case)
    wrong = (1 - named) * error_rate * kind.weight
    right = support * (1 - error_rate)
    if case.relation == "coded_not_stated":
        right += (1 - support) * other_sources * (1 - error_rate)
    return wrong / (wrong + right)


def _support(case: Case) -> tuple[float, float]:
    """The probability of the code by named readings alone, and with the unnamed ones and the floor."""
    reading = case.reading
    named = [(reading["value"], reading["confidence"])]
    named += [(other["value"], other["probability"]) for other in reading["alternatives"]]
    agreeing = min(1.0, sum(p for value, p in named if relation(case.name, case.coded, value) in AGREEING))
    unnamed = max(0.0, 1 - sum(p for _, p in named))
    floor = _floor(case)
    return agreeing, floor + (1 - floor) * min(1.0, agreeing + unnamed)


def _floor(case: Case) -> float:
    """How often a reading such as this is wrong whatever its confidence."""
    said = judgement()
    weak = said["weakness"]
    floor: float = said["floor"] + weak["fields"].get(case.name, 0.0)
    evidence = case.evidence
    signs = {
        "conflict": case.reading["status"] == "conflict",
        "contradicted": case.name in case.contradicted,
        "one_place": len(evidence) == 1 and evidence[0].get("section") not in _USUAL,
        "derived": bool(evidence) and all(place["rule"].endswith("/derived") for place in evidence),
        "garbled": case.text is not None and any(_is_garbled(case.text, place) for place in evidence[:1]),
        "letters": _is_of_letters(case),
        "cut": case.text is not None and any(_is_cut(case.text, place) for place in evidence[:1]),
    }
    return floor + sum(float(weak[name]) for name, holds in signs.items() if holds)


def _is_of_letters(case: Case) -> bool:
    """Whether a category's digit was read from letters: the "I" of "TIb" may have been three of them."""
    value = str(case.reading["value"])[:1]
    words = [place.get("text", "") for place in case.evidence]
    tnm = data()["fields"][case.name]["kind"] == "tnm"
    return tnm and value.isdigit() and any(words) and not any(value in word for word in words)


def _is_garbled(text: str, place: Mapping[str, Any]) -> bool:
    """Whether much of what stands around a place is no word and no number."""
    words = text[max(0, place["start"] - _AROUND) : place["end"] + _AROUND].split()
    around = [word.strip("._|-:=*") for word in words if any(map(str.isalnum, word))]
    strange = sum(not _WORD.fullmatch(token) for token in around)
    return strange > float(judgement()["weakness"]["garbled_above"]) * len(around)


def _is_cut(text: str, place: Mapping[str, Any]) -> bool:
    """Whether a number goes on behind the words that were read."""
    return bool(_GOES_ON.match(text, place["end"])) and text[place["end"] - 1].isdigit()


def changes(fields: Mapping[str, Mapping[str, Any]], name: str, coded: Coded) -> list[str]:
    """What of grade, stage and risk is another with the coded value in place of the report's.

    Both are put in as certain, so that only the value makes the difference.
    """
    if fields["neuroendocrine_type"]["value"] in (None, "none") and name != "neuroendocrine_type":
        return []  # grade, stage and risk are those of neuroendocrine neoplasms
    before = _assessed(fields, name, fields[name]["value"])
    after = _assessed(fields, name, plain(name, coded))
    return [
        f"{block}: {then or 'none'} → {now or 'none'}".replace("_", " ")
        for block, then, now in zip(("risk", "grade", "stage"), before, after, strict=True)
        if then != now
    ]


def consequence(how: Relation, changed: list[str]) -> float:
    """How much a discrepancy counts: what it is, and what each change adds."""
    said = judgement()["consequence"]
    return float(said["relations"].get(how, 1.0)) + sum(
        float(said[line.partition(":")[0]]) for line in changed
    )


def _assessed(
    fields: Mapping[str, Mapping[str, Any]], name: str, value: Any
) -> tuple[str | None, str | None, str | None]:
    status = "not_stated" if value is None else "stated"
    certain = {**fields[name], "value": value, "confidence": 1.0, "alternatives": [], "status": status}
    found = classifier.classify({**fields, name: certain})
    stage = found["stage"]["derived"]
    return found["risk"]["level"], found["grade"]["derived"], stage["group"] if stage else None
