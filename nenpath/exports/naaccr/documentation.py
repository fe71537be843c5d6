"""The tables of ``docs/naaccr.md``: made by ``python -m nenpath.exports.naaccr.documentation``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nenpath.exports.naaccr import edits, items, rules

MARKS = ("<!-- tables: made by nenpath.exports.naaccr.documentation -->", "<!-- end of tables -->")


def tables() -> str:
    """Write the tables of items, rules, checks and sources."""
    dictionary = items.dictionary(items.default_version())
    parts = [
        "### Items",
        _table(
            ("item", "id", "name", "length", "required"),
            (
                (
                    str(item.number),
                    f"`{item.id}`",
                    item.name,
                    str(item.length),
                    "yes" if item.required else "",
                )
                for item in dictionary.items.values()
            ),
        ),
        "### Rules",
        _table(
            ("rule", "items", "when", "code", "source", "read there", "to review"),
            (
                (
                    f"`{rule.id}`",
                    ", ".join(str(dictionary.number(item)) for item in rule.items),
                    rule.when,
                    rule.code,
                    ", ".join(rule.source),
                    "yes" if rule.verified else "no",
                    "always" if rule.review else "",
                )
                for rule in rules.rules().rule
            ),
        ),
        "### Checks",
        _table(
            ("check", "severity", "finds", "source"),
            (
                (f"`{edit.id}`", edit.severity, edit.text, ", ".join(edit.source))
                for edit in edits.edits().values()
            ),
        ),
        "### Sources",
        _table(("source", "what it is"), rules.rules().sources.items()),
    ]
    return "\n\n".join(parts)


def update(page: Path) -> None:
    """Put the tables between the marks of a page."""
    begin, end = MARKS
    text = page.read_text(encoding="utf-8")
    before, after = text.split(begin)[0], text.split(end)[1]
    page.write_text(f"{before}{begin}\n\n{tables()}\n\n{end}{after}", encoding="utf-8")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines.append(["---"] * len(lines[0]))
    lines += [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    update(Path("docs") / "naaccr.md")
