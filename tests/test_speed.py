"""Reading a report takes a few times what spaCy takes to split its words, and grows with its length."""

from __future__ import annotations

import time
from typing import Any

import pytest

import nenpath
from benchmarks.speed import extraction, made_up, measured, ratio, tokenizer

#: A gate against a slip, far below what was measured (docs/speed.md).
_LEAST = 0.05


def test_ratio_to_the_tokenizer() -> None:
    speeds = measured({"nenpath": extraction(), "spaCy": tokenizer()}, made_up(12), rounds=3)
    assert ratio(speeds, "nenpath", "spaCy") > _LEAST


def test_cost_grows_in_step_with_the_text() -> None:
    engine = nenpath.load()
    report = "\n\n".join(made_up(40, seed=2))

    def cost(length: int) -> float:
        took = []
        for _ in range(3):
            began = time.process_time()
            engine.read(report[:length])
            took.append(time.process_time() - began)
        return min(took)

    cost(50_000)
    assert cost(100_000) < 2.2 * cost(50_000)


#: Texts that no hospital writes: many of one thing, or one thing without end.
HOSTILE = {
    "numbers": " ".join(map(str, range(10_000))),
    "sizes": " ".join(f"{n % 90 / 10} cm" for n in range(10_000)),
    "percentages": "5 % " * 10_000,
    "ratios": "lymph nodes 0/3 " * 10_000,
    "codes": "pT2N1M0 " * 10_000,
    "cues": " ".join(
        ("Ki-67", "mitoses", "lymph nodes", "invasion", "margin", "pT2", "grade", "tumor size")[n % 8]
        for n in range(10_000)
    ),
    "one line": "the tumor measures 2 cm and invades the muscle, margins are free; " * 15_000,
    "brackets": "(" * 20_000 + ")" * 20_000,
    "boxes": "[ ] G1 [x] G2 (o) yes ( ) no " * 3_000,
    "line breaks": "\n" * 100_000,
    "spaces": " " * 100_000,
    "one word": "a" * 1_000_000,
}


@pytest.fixture(scope="module")
def ordinary() -> tuple[Any, float]:
    """An engine, and the seconds a character of ordinary reports costs it."""
    engine, reports = nenpath.load(), made_up(40, seed=3)
    for report in reports[:5]:
        engine.read(report)
    began = time.process_time()
    for report in reports:
        engine.read(report)
    return engine, (time.process_time() - began) / sum(map(len, reports))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_costs_little_more_than_ordinary_text(name: str, ordinary: tuple[Any, float]) -> None:
    engine, usual = ordinary
    began = time.process_time()
    engine.read(HOSTILE[name])
    assert time.process_time() - began < 3 * usual * len(HOSTILE[name])
