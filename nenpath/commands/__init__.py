"""One command = one module with ``POSITION`` in the help and ``register(app)``; adding one edits no other."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import typer


def register(app: typer.Typer) -> None:
    """Add every command of this folder, in the order of their positions."""
    found = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    for module in sorted((m for m in found if hasattr(m, "register")), key=lambda m: m.POSITION):
        module.register(app)
