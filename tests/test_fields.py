"""Each field reads its cases: ``tests/cases/fields/<field>.toml``.

A case has ``text``, and either ``value`` or ``nothing = true``; optionally ``status``, ``evidence`` (words
the first evidence must hold) and ``known_failure`` with the reason (strict: it must fail).
"""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from extractor.catalog import fields
from tests.conftest import CASES

FILES = sorted((CASES / "fields").glob("*.toml"))


def _cases() -> list[Any]:
    found = []
    for path in FILES:
        for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["case"], 1):
            marks = (
                [pytest.mark.xfail(reason=case["known_failure"], strict=True)]
                if "known_failure" in case
                else []
            )
            found.append(pytest.param(path.stem, case, id=f"{path.stem}/{number}", marks=marks))
    return found


@pytest.mark.parametrize(("field", "case"), _cases())
def test_field_reads_its_case(extractor: Any, field: str, case: dict[str, Any]) -> None:
    reading = extractor(case["text"]).fields[field]
    value = reading.value
    if isinstance(value, dict) and isinstance(case.get("value"), dict):
        value = {key: value.get(key) for key in case["value"]}
    if isinstance(value, list):
        value = sorted(value)
    expected = case.get("value")
    assert value == (sorted(expected) if isinstance(expected, list) else expected)
    assert bool(case.get("nothing")) == ("value" not in case), "a case gives a value or says nothing = true"
    if "status" in case:
        assert reading.status == case["status"]
    if value is not None:
        assert reading.evidence
        for evidence in reading.evidence:
            assert evidence.text == case["text"][evidence.start : evidence.end]
        if "evidence" in case:
            assert case["evidence"] in reading.evidence[0].text


def test_every_field_has_its_three_files() -> None:
    root = CASES.parent.parent
    missing = [
        place
        for room in fields()
        for place in (f"patterns/fields/{room.name}.toml", f"tests/cases/fields/{room.name}.toml")
        if not (root / place).is_file()
    ]
    assert missing == []


def test_no_orphan_files() -> None:
    root = CASES.parent.parent
    names = {room.name for room in fields()}
    assert {p.stem for p in (root / "patterns/fields").glob("*.toml")} == names
    assert {p.stem for p in FILES} == names


def test_every_field_has_a_manual() -> None:
    assert [room.name for room in fields() if len(room.manual.split()) < 12] == []
