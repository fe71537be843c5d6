"""The main job: archives in, result store out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from nenpath.archives import Archive, ArchiveError, Columns, Fault, Report, open_archives
from nenpath.archives.item import SUPERSEDED
from nenpath.index import Decision, Index, Verdict, engine_name
from nenpath.parts import Row
from nenpath.pool import MEMORY_LIMIT, Pool
from nenpath.progress import Progress
from nenpath.store import Writer
from nenpath.summary import Summary, summarize
from nenpath.summary_page import write_summary
from nenpath.versions import with_versions
from nenpath.worker import Loader, Outcome, load_engine

_KNOWN_BY = ("report_id", "source", "row", "reason", "text_sha256", "digest", "engine")
_TO_READ = (Verdict.NEW, Verdict.AGAIN, Verdict.CHANGED)


@dataclass(slots=True)
class Settings:
    """How to run."""

    columns: Columns = field(default_factory=Columns)
    workers: int | None = None
    patterns: Path | None = None
    calibration: Path | None = None
    time_limit: float = 60.0
    memory_limit: int = MEMORY_LIMIT
    only_failures: bool = False
    texts: bool = True
    loader: Loader = load_engine


@dataclass(slots=True)
class Result:
    """What a run did.

    ``verdicts`` counts the reports of the input; ``failures`` counts, by reason, those of them that have
    no record; ``stale`` names what changed since the store was written; ``summary`` is of the whole store,
    and missing where the run did not come to its end.
    """

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    stale: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False
    error: str | None = None
    summary: Summary | None = None


def run(inputs: Iterable[Path], directory: Path, settings: Settings, progress: Progress) -> Result:
    """Read all reports of the inputs into a result store, continuing what is there.

    Raises
    ------
    ArchiveError, StoreError, PoolError
        If it cannot begin; an archive found damaged on the way is the result's ``error``, with what
        came before it in the store.
    """
    archives = open_archives(inputs, settings.columns)
    with Writer(directory) as writer:
        pool = Pool(
            settings.workers,
            settings.time_limit,
            settings.patterns,
            settings.calibration,
            settings.loader,
            memory_limit=settings.memory_limit,
        )
        with pool:
            writer.begin(pool.provenance, settings.columns.keep, settings.texts)
            index = Index(pool.provenance, settings.only_failures)
            index.load(writer.rows(*_KNOWN_BY))
            engine = engine_name(pool.provenance)
            result = Result(stale=_stale(index, engine))
            if result.stale:
                progress.say(_announcement(result.stale, index, engine, settings.only_failures))
            tasks = _tasks(archives, index, writer, result)
            try:
                with progress.counting(_total(archives)):
                    for decision, _, outcome in pool.outcomes(tasks):
                        _store(writer, index, decision, outcome, settings.texts, engine, result)
                        progress.advance(result.failures.total())
            except KeyboardInterrupt:
                result.interrupted = True
            finally:
                pool.close()
                writer.flush()
        result.notes = [note for archive in archives for note in archive.notes]
        if not result.interrupted:
            result.summary = summarize(writer)
            write_summary(result.summary, directory)
            behind = index.left_behind()
            if behind and not settings.only_failures:
                result.notes.append(
                    f"{behind:,} reports of the store are not in this input and stay as they were read before"
                )
    return result


def _tasks(
    archives: list[Archive], index: Index, writer: Writer, result: Result
) -> Iterator[tuple[Decision, Report | None]]:
    try:
        for archive in archives:
            for item in chain.from_iterable(with_versions(item, index, writer.at) for item in archive):
                decision = index.decide(item)
                report = decision.item if isinstance(decision.item, Report) else None
                wanted = decision.verdict in _TO_READ and report is not None and not report.superseded
                yield decision, report if wanted else None
    except ArchiveError as error:
        result.error = str(error)


def _store(
    writer: Writer,
    index: Index,
    decision: Decision,
    outcome: Outcome,
    texts: bool,
    engine: str,
    result: Result,
) -> None:
    result.verdicts[decision.verdict] += 1
    if decision.verdict not in _TO_READ:
        known = index.failed(decision.position) if decision.position >= 0 else None
        if known is not None:
            result.failures[known] += 1
        return
    item = decision.item
    reason = item.reason if isinstance(item, Fault) else outcome.reason
    if isinstance(item, Report) and item.superseded:
        reason = SUPERSEDED
    elif reason is not None:
        result.failures[reason] += 1
    row = Row(
        report_id=item.report_id,
        source=item.source,
        row=item.row,
        reason=reason,
        text_sha256=decision.text_sha256,
        digest=decision.digest,
        engine=engine if isinstance(item, Report) and not item.superseded else None,
        risk_level=outcome.risk_level,
        probability_high=outcome.probability_high,
        stated=outcome.stated,
        review=outcome.review,
        record=outcome.record,
        text=item.text if texts and isinstance(item, Report) else None,
    )
    writer.put(decision.position, row)


def _stale(index: Index, engine: str) -> list[str]:
    """Name what differs between the engine in use and those that made the rows of the store."""
    said = ("the version of nenpath", "the patterns", "the calibration")
    now = engine.split(" ")
    made = [earlier.split(" ") for earlier in index.engines if earlier is not None]
    return [words for part, words in enumerate(said) if any(one[part] != now[part] for one in made)]


def _announcement(stale: list[str], index: Index, engine: str, only_failures: bool) -> str:
    total, old = index.engines.total(), index.engines.total() - index.engines[engine]
    redo = "failures in this input are" if only_failures else "of these, all in this input are"
    return (
        f"{', '.join(stale)} changed since {old:,} of the {total:,} reports in this store were read; "
        f"{redo} read again, the others stay as they are"
    )


def _total(archives: list[Archive]) -> int | None:
    totals = [archive.total for archive in archives]
    return None if None in totals else sum(total or 0 for total in totals)
