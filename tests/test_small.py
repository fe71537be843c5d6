"""Expressions for small letters match where the ones that ignore case do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extractor.locations import patterns_dir
from extractor.matching.patterns import Patterns
from extractor.matching.small import small

SAMPLES = sorted((Path(__file__).parent.parent / "corpora" / "samples").glob("*.txt"))
LINES = [
    line
    for path in SAMPLES
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.strip() and line.isascii()
]


@pytest.mark.parametrize("room", ["tumor_size_mm", "specimen", "grade"])
def test_same_places(room: str) -> None:
    for rule in Patterns(patterns_dir()).field(room).rules:
        plain = rule.pattern.compiled
        for_small = small(plain)
        if for_small is plain:
            continue
        for line in LINES:
            places = [match.span() for match in plain.finditer(line)]
            assert [match.span() for match in for_small.finditer(line.lower())] == places


def test_escapes_and_names_stay() -> None:
    found = small(re.compile(r"(?P<Grade>G\d)\S\W(?P=Grade)", re.IGNORECASE))
    assert found.pattern == r"(?P<Grade>g\d)\S\W(?P=Grade)"


def test_case_that_counts_is_kept() -> None:
    for plain in (re.compile("NET"), re.compile("(?-i:NET)s?", re.IGNORECASE)):
        assert small(plain) is plain
