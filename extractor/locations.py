"""Where the pattern data lives."""

from __future__ import annotations

import hashlib
from pathlib import Path

#: What the second reader knows, and how it moves confidence.
SECOND = ("second_reader.npz", "second_opinion.json")


def patterns_dir(override: Path | None = None) -> Path:
    """Find the pattern data: the one named, then the checkout's, then the wheel's.

    Raises
    ------
    FileNotFoundError
        If the named directory, or every known place, holds no ``sections.toml``.
    """
    here = Path(__file__).resolve().parent
    places = [override] if override is not None else [here.parent / "patterns", here / "_patterns"]
    for place in places:
        if (place / "sections.toml").is_file():
            return place
    raise FileNotFoundError(f"no patterns in {' or '.join(str(place) for place in places)}")


def patterns_sha256(directory: Path) -> str:
    """Digest of every pattern file, by name and content, in a fixed order."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*.toml")):
        digest.update(path.relative_to(directory).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def confidence_sha256(directory: Path, weights: Path | None = None) -> str:
    """Digest of all that confidence comes from; ``weights`` stand in for ``confidence.json``."""
    digest = hashlib.sha256()
    for path in (weights or directory / "confidence.json", *map(directory.joinpath, SECOND)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
