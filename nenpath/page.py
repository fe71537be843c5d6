"""A report as one self-contained page, for a browser or a printer."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from nenpath.view import View


def page(shown: View) -> str:
    """Render the page; everything of the report is escaped."""
    environment = Environment(
        loader=PackageLoader("nenpath"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(view=shown)
