"""Every rule accepts and rejects its examples, and stays fast on hostile text."""

from __future__ import annotations

import time
from typing import Any

import pytest

from extractor.catalog import fields
from extractor.invasion.organs import Surroundings
from extractor.locations import patterns_dir
from extractor.matching.patterns import Patterns

PATTERNS = Patterns(patterns_dir())
#: Fields, and subjects whose expressions several fields share.
NAMES = [
    *(room.name for room in fields()),
    *(
        "nodes",
        "tnm",
        "unsaid",
        "predicates",
        "denials",
        "inside",
        "margin_words",
        "extent_told",
        "denied_together",
    ),
]
RULES = [(name, rule) for name in NAMES for rule in PATTERNS.field(name).rules]
EXPRESSIONS: list[tuple[str, Any]] = [(rule.id, rule.pattern) for _, rule in RULES]
for _room in fields():
    _patterns = PATTERNS.field(_room.name)
    if _patterns.label is not None:
        EXPRESSIONS.append((f"{_room.name}/label", _patterns.label))
    EXPRESSIONS += [
        (f"{_room.name}/target/{name}", PATTERNS.compile(text)) for name, text in _patterns.targets
    ]
    EXPRESSIONS += [(f"{_room.name}/value/{value}", pattern) for value, pattern in _patterns.values.items()]
EXPRESSIONS += [(f"section/{s['id']}", PATTERNS.compile(s["pattern"])) for s in PATTERNS.sections]
EXPRESSIONS += [(f"cue/{c['id']}", PATTERNS.compile(c["pattern"])) for c in PATTERNS.assertion["cue"]]
_surroundings = PATTERNS.field("outside").once(Surroundings)
for _organ in PATTERNS.field("outside").data["outside"]:
    if (_frames := _surroundings.of(_organ)) is not None and _organ != "any":
        EXPRESSIONS += [
            (f"outside/{_organ}/{name}", pattern)
            for name, pattern in (*_frames.present, ("held", _frames.held), *_frames.absent)
        ]

HOSTILE = {
    "digits": "1" * 480,
    "numbers": "1 x 2.5 cm, " * 40,
    "letters": "a" * 480,
    "words": "tumor invasion of the lymph " * 17,
    "spaces": " " * 480,
    "dots": "." * 240 + " ." * 120,
    "brackets": "(" * 240 + ")" * 240,
    "slashes": "1/2/" * 120,
    "negations": "no not without " * 32,
    "dashes": "- " * 240,
}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for _, rule in RULES])
def test_rule_accepts_and_rejects_its_examples(rule: Any) -> None:
    assert rule.accept, "a rule names at least one text it accepts"
    assert rule.reject, "a rule names at least one text it rejects"
    assert [text for text in rule.accept if not rule.pattern.search(text)] == []
    assert [text for text in rule.reject if rule.pattern.search(text)] == []


def test_rule_ids_begin_with_their_field_and_are_unique() -> None:
    assert [rule.id for name, rule in RULES if not rule.id.startswith(f"{name}/")] == []
    ids = [rule.id for _, rule in RULES]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("pattern", [pytest.param(p, id=i) for i, p in EXPRESSIONS])
def test_expression_is_fast_on_hostile_units(pattern: Any) -> None:
    """A unit has at most 480 characters; no expression may take 50 ms on one."""
    for name, text in HOSTILE.items():
        start = time.process_time()
        for _ in pattern.finditer(text):
            pass
        assert time.process_time() - start < 0.05, name
