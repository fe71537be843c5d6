"""Expressions that look for a needed word first find what plain ones find."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.catalog import fields
from extractor.expressions import Expression, Group, Held
from extractor.literals import literals
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


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"lympho?vascular", {"vascular"}),
        (r"(?:ki-?67|mib-?1)\s*index", {"index"}),
        (r"a|bcd", None),
        (r"(?:abc)?", None),
        (r"(?=.*margin)free", {"margin"}),
        (r"(?!.*margin)tumou?r", {"tumo"}),
        (r"(?:abc){0,2}def", {"def"}),
        (r"(?:abc){1,2}", {"abc"}),
        (r"(?i:GRADE) [1-3]", {"grade"}),
        (r"na\u00efve cell", {"ve cell"}),
    ],
)
def test_needed_words(pattern: str, needed: set[str] | None) -> None:
    assert literals(pattern) == (None if needed is None else frozenset(needed))


def test_odd_letters_that_ignoring_case_takes_for_plain_ones() -> None:
    expression = Expression("kiss", re.IGNORECASE)
    for text in ("\u212aiss", "kı\u017f\u017f", "KİSS"):
        wanted = re.search("kiss", text, re.IGNORECASE)
        got = expression.search(text)
        assert (got and got.span()) == (wanted and wanted.span())


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"pT\d\b", {f"pt{digit}" for digit in range(10)}),
        (r"\bT[1-3][a-d]?\s", {"t1", "t2", "t3"}),
        (r"m\s?b[ -](?:one|1)", {"b one", "b-one", "b 1", "b-1"}),
        (r"\d+\s*(?:%|per cent)", {"%", "per cent"}),
        (r"\d+\s*[.,]", None),
        (r"G\s?\d", None),
        (r"(?:lymph )?nodes?", {"node"}),
        (r"ax{2,3}", None),
        (r"abx{2,3}y", {"ab"}),
    ],
)
def test_few_choices_make_literals(pattern: str, needed: set[str] | None) -> None:
    assert literals(pattern) == (None if needed is None else frozenset(needed))


def test_digits_of_other_scripts_are_digits() -> None:
    expression = Expression(r"pT\d")
    assert expression.search("pT\u0663") is not None
    assert expression.search("pT\u00b2") is None


def test_a_part_is_looked_at_only_if_the_whole_may_match() -> None:
    expression = Expression(r"tumou?r$", re.IGNORECASE)
    whole = "Tumor of the colon, no nodes"
    assert expression.search(whole) is None
    found = expression.within(whole[:5], whole)
    assert found is not None
    assert found.span() == (0, 5)
    assert expression.within(whole[6:], whole) is None


@pytest.mark.parametrize("text", ["no word of it", "the TUMOR", "\u017farcoma", ""])
def test_anywhere_finds_what_search_finds(text: str) -> None:
    expression = Expression("tumor|sarcoma", re.IGNORECASE)
    assert (expression.anywhere(text) is None) == (expression.search(text) is None)


def test_a_group_tries_what_may_match() -> None:
    group = Group((name, Expression(name)) for name in ("tumor", "node", r"\d"))
    assert [name for name, _ in group.possible("a node")] == ["node", r"\d"]
    assert [name for name, _ in group.possible("tumor")] == ["tumor", r"\d"]


def test_no_text_of_a_document_may_match() -> None:
    held = Held(["a tumor", "two nodes"])
    assert held.may_match(Expression("margin")) == []
    assert held.may_match(Expression("nodes?"), Expression("margin")) == [1]
    assert held.may_match(Expression(r"\w")) == [0, 1]
