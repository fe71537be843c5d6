"""How discrepancies are judged: the numbers and rules of ``data/judgement.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def judgement() -> dict[str, Any]:
    """The content of the file."""
    content = files("nenpath.qa").joinpath("data", "judgement.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)
