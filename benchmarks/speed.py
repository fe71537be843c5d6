"""How fast reports are read, against what one could use instead, on the same reports and machine.

    python benchmarks/speed.py                     # reports made up from this project's own
    python benchmarks/speed.py --archive reports.parquet --reports 300 --table docs/speed.md
    python benchmarks/speed.py --short             # what the tests run: one ratio

Every round times all contestants one after the other, in processor time of one core; a figure is the median
over the rounds, a ratio the median of the ratios, so that a machine whose speed drifts does not matter.
Whole runs (read, extract, classify, write) are timed by the clock, with one and with two worker processes.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

#: Lengths of real reports in characters, at their tenths (5,493 reports of a public corpus).
LENGTHS = (263, 830, 1370, 2085, 2769, 3532, 4375, 5512, 7022, 9184, 37861)
#: Slow contestants read the first so many reports.
FEW = 12

Contestant = Callable[[Sequence[str]], object]


def made_up(count: int, seed: int = 1) -> list[str]:
    """Reports as long as real ones, from the paragraphs of this project's written reports."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    with (ROOT / "corpora" / "nen" / "reports.jsonl").open(encoding="utf-8") as lines:
        paragraphs = [p for line in lines for p in json.loads(line)["text"].split("\n\n")]
    texts = []
    for _ in range(count):
        place = chance.random() * (len(LENGTHS) - 1)
        low, high = LENGTHS[int(place)], LENGTHS[int(place) + 1]
        wanted, text = low + (high - low) * (place % 1), ""
        while len(text) < wanted:
            text += chance.choice(paragraphs) + "\n\n"
        texts.append(text)
    return texts


def bytes_read() -> Contestant:
    """Decode the reports' bytes and do nothing else."""
    return lambda texts: [text.encode().decode() for text in texts]


def tokenizer() -> Contestant:
    """spaCy's tokenizer for English, nothing behind it."""
    import spacy

    nlp = spacy.blank("en")
    return lambda texts: [nlp.make_doc(text) for text in texts]


def extraction() -> Contestant:
    """nenpath: extraction and classification of a record, in this process."""
    import nenpath

    engine = nenpath.load()
    return lambda texts: [engine.read(text) for text in texts]


def medspacy_pipeline(sentences: str) -> Contestant:
    """medSpaCy with its sections and ConText, this project's targets, and a sentence splitter by name."""
    from loguru import logger

    logger.disable("PyRuSH")
    with warnings.catch_warnings():
        import medspacy
        from medspacy.target_matcher import TargetRule

    from extractor.catalog import fields
    from extractor.locations import patterns_dir
    from extractor.matching.patterns import Patterns

    patterns = Patterns(patterns_dir())
    nlp = medspacy.load(medspacy_enable=["medspacy_pyrush", "medspacy_target_matcher", "medspacy_context"])
    if sentences != "medspacy_pyrush":
        nlp.remove_pipe("medspacy_pyrush")
        nlp.add_pipe(sentences, first=True)
    nlp.add_pipe("medspacy_sectionizer")
    targets = {name: pattern for room in fields() for name, pattern in patterns.field(room.name).targets}
    nlp.get_pipe("medspacy_target_matcher").add(
        [TargetRule(name, name, pattern=pattern) for name, pattern in targets.items()]
    )

    def read(texts: Sequence[str]) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [nlp(text) for text in texts[:FEW]]

    return read


def whole_run(texts: Sequence[str], workers: int) -> float:
    """Reports a second of a run from a file to a finished store, by the clock."""
    from rich.console import Console

    from nenpath import batch
    from nenpath.progress import Progress

    with tempfile.TemporaryDirectory() as name:
        archive = Path(name) / "x.jsonl"
        with archive.open("w", encoding="utf-8") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"report_id": f"r{number}", "text": text}) + "\n")
        began = time.perf_counter()
        settings = batch.Settings(workers=workers)
        batch.run([archive], Path(name) / "out", settings, Progress(Console(quiet=True)))
        return len(texts) / (time.perf_counter() - began)


def measured(contestants: dict[str, Contestant], texts: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Reports a second of processor time, by contestant and round; one round to warm up is not counted."""
    speeds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, contestant in contestants.items():
            count = min(FEW, len(texts)) if name.startswith("medSpaCy") else len(texts)
            began = time.process_time()
            contestant(texts)
            if number:
                speeds[name].append(count / max(1e-9, time.process_time() - began))
    return speeds


def ratio(speeds: dict[str, list[float]], name: str, other: str) -> float:
    """Median over the rounds of how many times as fast as another a contestant was."""
    return statistics.median(a / b for a, b in zip(speeds[name], speeds[other], strict=True))


def rows_of(speeds: dict[str, list[float]], runs: dict[str, list[float]]) -> list[tuple[str, float, str]]:
    """Name, reports a second, and ratio to the tokenizer."""
    found = [
        (name, statistics.median(values), f"{ratio(speeds, name, 'spaCy tokenizer'):.2f}")
        for name, values in speeds.items()
    ]
    return found + [(name, statistics.median(values), "") for name, values in runs.items()]


def write_table(path: Path, rows: list[tuple[str, float, str]], said: str) -> None:
    """Write the figures as a page."""
    lines = [f"| {name} | {speed:,.1f} | {times} |" for name, speed, times in rows]
    head = f"# Speed\n\n{said}\n\n| | reports/s | of the tokenizer |\n|---|---|---|\n"
    path.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def write_plot(path: Path, rows: list[tuple[str, float, str]]) -> None:
    """Write the figures as bars on a logarithmic axis (needs matplotlib)."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 0.5 * len(rows) + 1))
    names = [name for name, _, _ in rows][::-1]
    axes.barh(names, [speed for _, speed, _ in rows][::-1], color="#3b6ea5")
    axes.set_xscale("log")
    axes.set_xlabel("reports a second")
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    """Run by hand, or by the tests in its short form."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=Path, help="Parquet with a column text; made-up reports without it")
    parser.add_argument("--reports", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="extraction against the tokenizer only")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    if arguments.archive:
        import pyarrow.parquet as pq

        texts = pq.read_table(arguments.archive, columns=["text"])["text"].to_pylist()
        texts = random.Random(1).sample(texts, min(arguments.reports, len(texts)))  # noqa: S311 - no secret
    else:
        texts = made_up(arguments.reports)
    contestants = {"spaCy tokenizer": tokenizer(), "nenpath, extraction": extraction()}
    if not arguments.short:
        contestants["bytes decoded"] = bytes_read()
        contestants["medSpaCy, sentencizer"] = medspacy_pipeline("sentencizer")
        contestants["medSpaCy, as it comes"] = medspacy_pipeline("medspacy_pyrush")
    speeds = measured(contestants, texts, arguments.rounds)
    runs: dict[str, list[float]] = {}
    for _ in range(0 if arguments.short else arguments.rounds):
        for workers in (1, 2):
            runs.setdefault(f"nenpath, whole run, {workers} worker" + "s" * (workers > 1), []).append(
                whole_run(texts, workers)
            )
    rows = rows_of(speeds, runs)
    said = (
        f"{len(texts)} {'real' if arguments.archive else 'made-up'} reports, "
        f"{sum(map(len, texts)) / len(texts):,.0f} characters each on average; "
        f"medians of {arguments.rounds} rounds. Whole runs include the start of their workers."
    )
    print(said)
    for name, speed, times in rows:
        print(f"{name:32}{speed:12,.1f} reports/s   {times}")
    if arguments.table:
        write_table(arguments.table, rows, said)
    if arguments.plot:
        write_plot(arguments.plot, rows)


if __name__ == "__main__":
    main()
