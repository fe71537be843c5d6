"""Writes the Bundles of a result store: as lines of one file, as files of a folder, or by type of resource.

Each Bundle is validated with ``fhir.resources`` (R4B) before it is written. Records are read, checked and
written in blocks of fixed size, so memory does not grow with the store; only the layout by type remembers
which patients it has written (a number each).
"""

from __future__ import annotations

import json
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO

from nenpath.errors import NenpathError
from nenpath.exports.fhir.bundle import Options, bundle
from nenpath.exports.files import open_together
from nenpath.files import deliver
from nenpath.store import Store

#: Types of resources, in the order servers can load them without dangling references.
TYPES = ("Patient", "Specimen", "Observation", "DiagnosticReport", "RiskAssessment", "Provenance")
_BLOCK = 16


class InvalidBundleError(NenpathError):
    """A Bundle that is no valid FHIR, by a fault of this program; the message has no words of the report."""


@dataclass(frozen=True, slots=True)
class Export:
    """A store to write, and how."""

    store: Store
    options: Options
    workers: int = 1
    only_nen: bool = False

    def bundles(self) -> Iterator[dict[str, Any]]:
        """Every Bundle in the order of the store, validated."""
        blocks = self._blocks()
        if self.workers < 2:
            for block in blocks:
                yield from _work(block, self.options)
            return
        waiting: deque[Future[list[dict[str, Any]]]] = deque()
        with ProcessPoolExecutor(self.workers, mp_context=get_context("spawn")) as pool:
            try:
                for block in blocks:
                    waiting.append(pool.submit(_work, block, self.options))
                    if len(waiting) > 2 * self.workers:
                        yield from waiting.popleft().result()
                while waiting:
                    yield from waiting.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _blocks(self) -> Iterator[list[tuple[str, str | None]]]:
        columns = ("record", "text") if self.options.with_text else ("record",)
        rows = (
            (row["record"], row.get("text"))
            for row in self.store.rows(*columns)
            if row["record"] is not None and (not self.only_nen or _is_nen(row["record"]))
        )
        while block := list(islice(rows, _BLOCK)):
            yield block


def write_lines(export: Export, path: Path) -> Counter[str]:
    """Write one Bundle a line."""
    counted: Counter[str] = Counter()

    def write(file: BinaryIO) -> None:
        for content in export.bundles():
            file.write(_line(content))
            _count(counted, content)

    deliver(write, path)
    return counted


def write_types(export: Export, directory: Path) -> Counter[str]:
    """Write one file of lines for each type of resource, as bulk import takes them."""
    counted: Counter[str] = Counter()
    patients: set[int] = set()
    names = {kind: f"{kind}.ndjson" for kind in TYPES}
    with open_together(directory, list(names.values())) as opened:
        for content in export.bundles():
            for entry in content["entry"]:
                resource = entry["resource"]
                kind = resource["resourceType"]
                if kind == "Patient":
                    known = int(resource["id"][:8] + resource["id"][24:32], 16)
                    if known in patients:
                        continue
                    patients.add(known)
                opened[names[kind]].write(_line(resource))
                counted[kind] += 1
            counted["Bundle"] += 1
    return counted


def write_folder(export: Export, directory: Path) -> Counter[str]:
    """Write one file for each Bundle, named by its id, into a new or empty folder."""
    counted: Counter[str] = Counter()
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(directory.iterdir()):
            raise NenpathError(f"{directory}: not empty; name another folder")
        for content in export.bundles():
            path = directory / f"{content['id']}.json"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(_line(content))
            _count(counted, content)
    except OSError as error:
        raise NenpathError(f"{directory}: {error.strerror or 'cannot be written'}") from None
    return counted


#: How to write, by what the command's ``--layout`` calls it.
LAYOUTS: dict[str, Callable[[Export, Path], Counter[str]]] = {
    "lines": write_lines,
    "folder": write_folder,
    "types": write_types,
}


def _work(block: list[tuple[str, str | None]], options: Options) -> list[dict[str, Any]]:
    return [_valid(bundle(json.loads(record), text, options)) for record, text in block]


def _valid(content: dict[str, Any]) -> dict[str, Any]:
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        Bundle.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidBundleError(
            f"a Bundle is not valid FHIR at {place}: {first['type']}; please report it"
        ) from None
    return content


def _is_nen(record: str) -> bool:
    return json.loads(record)["fields"]["neuroendocrine_type"]["value"] not in (None, "none")


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def _count(counted: Counter[str], content: dict[str, Any]) -> None:
    counted["Bundle"] += 1
    counted.update(entry["resource"]["resourceType"] for entry in content["entry"])
