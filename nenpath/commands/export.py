"""``nenpath export``: a result store in the forms registries and databases take."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import typer

from nenpath import exports

POSITION = 40


def register(app: typer.Typer) -> None:
    """Add the group with one command for every form in ``nenpath.exports``, by name."""
    group = typer.Typer(no_args_is_help=True, help="Write a result store as NAACCR XML, FHIR or OMOP.")
    for module in sorted(iter_modules(exports.__path__), key=lambda found: found.name):
        form = import_module(f"{exports.__name__}.{module.name}")
        if hasattr(form, "register"):
            form.register(group)
    app.add_typer(group, name="export")
