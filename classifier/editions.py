"""Wordings of older classifications, and what they mean today.

Archives hold "carcinoid", "well differentiated endocrine carcinoma" (a NET, not a NEC) or "MANEC". The
wordings are in editions.toml, with sources. They name the edition; they never make a grade.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

EDITIONS = Path(__file__).with_name("editions.toml")

# Where the words of the diagnosis are: the values, and the quotes behind them.
READ: Final = ("histology", "neuroendocrine_type", "differentiation", "grade")
_SPACES: Final = re.compile(r"[\s-]+")


class Wording(BaseModel):
    """A wording of an older edition."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edition: str
    pattern: re.Pattern[str]
    sites: Literal["any", "not lung"] = "any"
    reading: str
    source: str


class Found(BaseModel):
    """A wording found in a report, with the words themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wording: Wording
    words: str

    def __str__(self) -> str:
        return f"'{self.words}' is a wording of {self.wording.edition}: {self.wording.reading}"


class _EditionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    wordings: tuple[Wording, ...]


@cache
def wordings() -> tuple[Wording, ...]:
    """Read the wordings, in the order they are looked for."""
    return _EditionFile.model_validate(tomllib.loads(EDITIONS.read_text(encoding="utf-8"))).wordings


def find(values: Mapping[str, Any], *, lung: bool) -> Found | None:
    """Return the older wording of a record's diagnosis, if any.

    Parameters
    ----------
    values : mapping
        Field name to reading or plain value; of readings the evidence is looked at too.
    lung : bool
        Whether the organ is of the lung scheme, where "carcinoid" is current.

    Examples
    --------
    >>> str(find({"histology": "Mixed adenoneuroendocrine carcinoma"}, lung=False))
    "'mixed adenoneuroendocrine carcinoma' is a wording of WHO 2010: MiNEN since WHO 2017"
    """
    words: list[str] = []
    for name in READ:
        entry = values.get(name)
        if isinstance(entry, Mapping):
            words.extend(piece["text"] for piece in entry.get("evidence") or ())
            entry = entry.get("value")
        if name == "histology" and isinstance(entry, str):
            words.append(entry)
    return _find(" | ".join(words), lung) if words else None


@lru_cache(maxsize=4096)
def _find(words: str, lung: bool) -> Found | None:
    text = _SPACES.sub(" ", words.lower())
    for wording in wordings():
        if lung and wording.sites == "not lung":
            continue
        match = wording.pattern.search(text)
        if match is not None:
            return Found(wording=wording, words=match.group().strip(" ,("))
    return None
