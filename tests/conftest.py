"""Shared fixtures: one extractor for the whole session."""

from __future__ import annotations

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
