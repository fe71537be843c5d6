"""Reading a report takes a few times what spaCy takes to split its words, and grows with its length."""

from __future__ import annotations

import time

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
    assert cost(100_000) < 2.6 * cost(50_000)
