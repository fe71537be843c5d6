"""Expressions that look for a needed word first find what plain ones find."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import nenpath
from extractor.catalog import fields
from extractor.locations import patterns_dir
from extractor.matching import expressions
from extractor.matching.expressions import AnyOf, Expression, Held
from extractor.matching.needed import needed
from extractor.matching.patterns import Patterns

SAMPLES = sorted((Path(__file__).parent.parent / "corpora" / "samples").glob("*.txt"))
LINES = [line for path in SAMPLES for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("room", [room.name for room in fields()])
def test_same_as_the_plain_expression(room: str) -> None:
    patterns = Patterns(patterns_dir()).field(room)
    found = [rule.pattern for rule in patterns.rules] + list(patterns.values.values())
    if patterns.label is not None:
        found.append(patterns.label)
    for expression in found:
        plain = re.compile(expression.pattern, expression.compiled.flags)
        for line in LINES:
            for text in (line, line.upper()):
                wanted = plain.search(text)
                got = expression.search(text)
                assert (got and got.span()) == (wanted and wanted.span())


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        (r"lympho?vascular", {"lymphvascular", "lymphovascular"}),
        (r"(?:ki-?67|mib-?1)\s*\w* index", {" index"}),
        (r"xa|bcd", {"xa", "bcd"}),
        (r"a|bcd", None),
        (r"(?:abc)?", None),
        (r"(?=.*margin)free", {"margin"}),
        (r"(?!.*margin)wart", {"wart"}),
        (r"(?:abc){0,2}def", {"def"}),
        (r"(?:kbx){1,2}", {"kbx"}),
        (r"(?:kb|x)+\s?y", {"kby", "kb y", "xy", "x y"}),
        (r"(?i:GRADE) [1-3]", {"grade 1", "grade 2", "grade 3"}),
        (r"(?<=T)[34][ab]?", {"t3", "t4"}),
        (r"pT(?=[34])\d", {"pt3", "pt4"}),
        (r"na\u00efve cell", {"ve cell"}),
        (r"\w+ .{3,9}?", None),
    ],
)
def test_needed_strings(pattern: str, strings: set[str] | None) -> None:
    assert needed(pattern) == (None if strings is None else frozenset(strings))


@pytest.mark.parametrize("text", ["5\u00a0%", "\u0665 %", "5\t%", "5\u2003%"])
def test_other_digits_and_spaces(text: str) -> None:
    assert Expression(r"\d\s%").search(text) is not None


def test_odd_letters_that_ignoring_case_takes_for_plain_ones() -> None:
    expression = Expression("kiss", re.IGNORECASE)
    for text in ("\u212aiss", "kı\u017f\u017f", "KİSS"):
        wanted = re.search("kiss", text, re.IGNORECASE)
        got = expression.search(text)
        assert (got and got.span()) == (wanted and wanted.span())


def test_some_expressions_and_groups_find_what_the_whole_finds() -> None:
    patterns = [r"lymph nodes?", r"nodes?", r"margins? free", r"\w+ free"]
    joined = re.compile("|".join(patterns))
    several = AnyOf(patterns)
    for text in ("free margins", "a margin free of it", "lymph nodes free", "node", "none", "the nodes free"):
        for plain, gated in ((joined.search, several.search), (joined.match, several.match)):
            wanted, got = plain(text), gated(text)
            assert (got and got.span()) == (wanted and wanted.span())


def test_an_alternative_needs_all_its_strings() -> None:
    expression = Expression(r"venous\W+invasion|lvi")
    assert [expression.may_match(t) for t in ("venous stasis", "venous, no invasion", "LVI", "invasion")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_texts_that_may_match_are_told_again_when_expressions_are_added() -> None:
    texts = Held(["a zebra", "an okapi"])
    assert texts.may_match(Expression("zebra")) == [0]
    assert texts.may_match(Expression("okapi")) == [1]
    assert texts.may_match(Expression(r"\w")) == [0, 1]


def test_what_units_hold_changes_nothing_that_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [path.read_text(encoding="utf-8") for path in SAMPLES[::3]]
    wanted = [nenpath.load().read(text) for text in texts]
    expressions._INDEX._seen.clear()
    monkeypatch.setattr(expressions.Index, "find", lambda self, text: -1)  # any text may hold anything
    got = [nenpath.load().read(text) for text in texts]
    expressions._INDEX._seen.clear()
    assert got == wanted
