"""The main job: archives in, result store out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nenpath.archives import Archive, ArchiveError, Columns, Fault, Report, open_archives
from nenpath.archives.item import SUPERSEDED
from nenpath.index import Decision, Index, Verdict
from nenpath.parts import Row
from nenpath.pool import Pool
from nenpath.progress import Progress
from nenpath.store import Manifest, Writer
from nenpath.worker import Loader, Outcome, load_engine

_TO_READ = (Verdict.NEW, Verdict.AGAIN, Verdict.CHANGED)


@dataclass(slots=True)
class Settings:
    """How to run."""

    columns: Columns = field(default_factory=Columns)
    workers: int | None = None
    patterns: Path | None = None
    calibration: Path | None = None
    time_limit: float = 60.0
    only_failures: bool = False
    texts: bool = True
    loader: Loader = load_engine


@dataclass(slots=True)
class Result:
    """What a run did.

    ``verdicts`` counts the reports of the input; ``failures`` counts, by reason, those of them that have
    no record; ``stale`` names what changed since the store was written.
    """

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    stale: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False
    error: str | None = None


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
            settings.workers, settings.time_limit, settings.patterns, settings.calibration, settings.loader
        )
        with pool:
            earlier = writer.begin(pool.provenance, settings.columns.keep, settings.texts)
            result = Result(stale=_stale(earlier, writer.manifest))
            if result.stale:
                progress.say(
                    f"{', '.join(result.stale)} changed since this store was written: "
                    "the reports of this input are read again"
                )
            index = Index(pool.provenance, settings.only_failures)
            index.load(writer.rows("report_id", "source", "row", "reason", "text_sha256", "digest"))
            known = _known_failures(writer)
            tasks = _tasks(archives, index, result)
            try:
                with progress.counting(_total(archives)):
                    for decision, _, outcome in pool.outcomes(tasks):
                        _store(writer, decision, outcome, settings.texts, known, result)
                        progress.advance(result.failures.total())
            except KeyboardInterrupt:
                result.interrupted = True
            finally:
                pool.close()
                writer.flush()
    result.notes = [note for archive in archives for note in archive.notes]
    return result


def _tasks(archives: list[Archive], index: Index, result: Result) -> Iterator[tuple[Decision, Report | None]]:
    try:
        for archive in archives:
            for item in archive:
                decision = index.decide(item)
                report = decision.item if isinstance(decision.item, Report) else None
                wanted = decision.verdict in _TO_READ and report is not None and not report.superseded
                yield decision, report if wanted else None
    except ArchiveError as error:
        result.error = str(error)


def _store(
    writer: Writer,
    decision: Decision,
    outcome: Outcome,
    texts: bool,
    known: dict[int, str],
    result: Result,
) -> None:
    result.verdicts[decision.verdict] += 1
    if decision.verdict not in _TO_READ:
        if decision.position in known:
            result.failures[known[decision.position]] += 1
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
        risk_level=outcome.risk_level,
        probability_high=outcome.probability_high,
        stated=outcome.stated,
        review=outcome.review,
        record=outcome.record,
        text=item.text if texts and isinstance(item, Report) else None,
    )
    writer.put(decision.position, row)


def _known_failures(writer: Writer) -> dict[int, str]:
    reasons = (row["reason"] for row in writer.rows("reason"))
    return {position: reason for position, reason in enumerate(reasons) if reason not in (None, SUPERSEDED)}


def _stale(earlier: Manifest | None, now: Manifest) -> list[str]:
    if earlier is None:
        return []
    said = {"nenpath": "the version of nenpath", "patterns": "the patterns", "calibration": "the calibration"}
    return [words for name, words in said.items() if getattr(earlier, name) != getattr(now, name)]


def _total(archives: list[Archive]) -> int | None:
    totals = [archive.total for archive in archives]
    return None if None in totals else sum(total or 0 for total in totals)
