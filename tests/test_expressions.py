"""Expressions that look for a needed word first find what plain ones find."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.catalog import fields
from extractor.expressions import AnyOf, Expression
from extractor.literals import literals, needed
from extractor.locations import patterns_dir
from extractor.patterns import Patterns

SAMPLES = sorted((Path(__file__).parent.parent / "corpora" / "samples").glob("*.txt"))
LINES = [line for path in SAMPLES for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("room", [room.name for room in fields()])
def test_same_as_the_plain_expression(room: str) -> None:
    patterns = Patterns(patterns_dir()).field(room)
    found = [rule.pattern for rule in patterns.rules] + list(patterns.values.values())
    if patterns.label is not None:
        found.append(patterns.label)
    for expression in found:
        plain = expression.compiled
        for line in LINES:
            for text in (line, line.upper()):
                wanted = plain.search(text)
                got = expression.search(text)
                assert (got and got.span()) == (wanted and wanted.span())
                for way in ("match", "fullmatch"):
                    wanted, got = getattr(plain, way)(text), getattr(expression, way)(text)
                    assert (got and got.span()) == (wanted and wanted.span())


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"lympho?vascular", {"lymphvascular", "lymphovascular"}),
        (r"(?:ki-?67|mib-?1)\s*index", {"index"}),
        (r"a|bcd", None),
        (r"(?:abc)?", None),
        (r"(?=.*margin)free", {"margin"}),
        (r"(?!.*margin)tumou?r", {"tumor", "tumour"}),
        (r"\blvs?[i1]\b", {"lvi", "lv1", "lvsi", "lvs1"}),
        (r"[a-z]lv[^i]", {"lv"}),
        (r"(?:neg|pos)(?:ative|itive)?", {"neg", "pos"}),
        (r"(?:abc){0,2}def", {"def"}),
        (r"(?:abc){1,2}", {"abc"}),
        (r"(?i:GRADE) [1-3]", {"grade 1", "grade 2", "grade 3"}),
        (r"na\u00efve cell", {"ve cell"}),
    ],
)
def test_needed_words(pattern: str, needed: set[str] | None) -> None:
    assert literals(pattern) == (None if needed is None else frozenset(needed))


def test_every_set_is_needed() -> None:
    """Each set of an alternative is joined with one of each other alternative."""
    assert needed(r"(?:vessel|venous).*invasion|perineural|lvi") == [
        frozenset({"invasion", "perineural", "lvi"}),
        frozenset({"vessel", "venous", "perineural", "lvi"}),
    ]
    expression = Expression(r"(?:vessel|venous)\W+\w*invasion")
    assert expression.may_match("invasion of a vessel")
    assert not expression.may_match("no vessel")
    assert not expression.may_match("no invasion")
    assert expression.search("vessel invasion")


def test_a_run_with_many_spellings_is_cut() -> None:
    found = needed(r"[abc][def][ghi]long[jkl]\w")
    assert found
    assert all(re.search("|".join(map(re.escape, literals)), "beglongj") for literals in found)


def test_the_first_of_several_at_the_first_place() -> None:
    expression = AnyOf(["invasion of vessels", "vessels?", "lymph(?:atic)? vessel", "lymph"])
    for text in ("lymph vessels", "lymphatic vessel", "a vessel, lymph", "invasion of vessels", "none"):
        wanted = re.search(expression.pattern, text)
        got = expression.search(text)
        assert (got and got.span()) == (wanted and wanted.span())


def test_odd_letters_that_ignoring_case_takes_for_plain_ones() -> None:
    expression = Expression("kiss", re.IGNORECASE)
    for text in ("\u212aiss", "kı\u017f\u017f", "KİSS"):
        wanted = re.search("kiss", text, re.IGNORECASE)
        got = expression.search(text)
        assert (got and got.span()) == (wanted and wanted.span())
