"""``nenpath schema``: what a record looks like."""

from __future__ import annotations

import typer

POSITION = 90


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: nenpath schema > record.schema.json")(schema)


def schema() -> None:
    """Print the JSON Schema of a record."""
    from nenpath.schema import schema_text

    typer.echo(schema_text(), nl=False)
