"""What an error in each field costs: the weights by which the queue is ordered."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from nenpath.errors import NenpathError


@dataclass(frozen=True, slots=True)
class Weights:
    """What an error in a field costs."""

    fields: Mapping[str, float]
    default: float
    sha256: str

    def of(self, name: str) -> float:
        """Weight of a field."""
        return self.fields.get(name, self.default)


def read_weights(path: Path | None = None) -> Weights:
    """Read the weights of a file, or those of this project.

    Raises
    ------
    NenpathError
        If the file holds none.
    """
    try:
        content = (
            (files("nenpath.review") / "weights.toml").read_bytes() if path is None else path.read_bytes()
        )
        found = tomllib.loads(content.decode("utf-8"))
        weights = {str(name): float(weight) for name, weight in found["weights"].items()}
        default = float(found.get("default", 1.0))
        if any(weight < 0 for weight in (*weights.values(), default)):
            raise ValueError
        return Weights(weights, default, hashlib.sha256(content).hexdigest())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise NenpathError(f"{path}: no file of weights") from None
