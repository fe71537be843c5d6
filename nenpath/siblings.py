"""Makes sure ``extractor`` and ``classifier`` are this project's own, not others of the same name."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

SIBLINGS = ("extractor", "classifier")


def check_siblings() -> None:
    """Compare where the three packages were found.

    Raises
    ------
    ImportError
        With one line, if one is missing or lies elsewhere than beside ``nenpath``.
    """
    here = Path(__file__).parent.parent.resolve()
    for name in SIBLINGS:
        found = _directory(name)
        if found is None:
            raise ImportError(f"nenpath needs its package {name!r}, which should be in {here}")
        if found != here:
            raise ImportError(
                f"nenpath needs its own package {name!r} from {here}, but another was found in {found}"
            )


def _directory(name: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(name)
    except ValueError:  # a module put into sys.modules by hand
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).parent.resolve()
    return Path(spec.origin).parent.resolve() if spec.origin else None


def started_as_command() -> bool:
    """Tell whether this process is the ``nenpath`` command or ``python -m nenpath``."""
    return Path(next(iter(sys.argv), "")).stem == "nenpath" or sys.orig_argv[1:3] == ["-m", "nenpath"]
