"""Shared fixtures: one extractor and one result store for the whole session."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from extractor.extract import Extractor

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    import extractor

    return extractor.load()


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result store of every sample report there is, with its texts; two reports are of one patient."""
    import nenpath
    from nenpath.parts import Row
    from nenpath.store import Writer

    root = Path(__file__).parent.parent / "corpora"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted((root / "samples").iterdir())}
    lines = (root / "nen" / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    texts |= {row["report_id"]: row["text"] for row in map(json.loads, lines)}
    engine = nenpath.load()
    directory = tmp_path_factory.mktemp("samples") / "store"
    with Writer(directory) as writer:
        writer.begin({"nenpath": "0", "patterns": "p", "calibration": "c"}, (), texts=True)
        for position, (name, text) in enumerate(texts.items()):
            meta: dict[str, str] = {}
            if position < 2:
                meta = {"patient_id": "patient 7", "specimen_date": "20240309", "report_date": "2024-03-12"}
            record = engine(text, report_id=name, meta=meta).model_dump_json()
            writer.put(position, Row(name, "samples", position, record=record, text=text))
        writer.flush()
    return directory
