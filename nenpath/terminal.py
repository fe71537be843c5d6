"""A report printed for a person at a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from nenpath.view import View, value_text

_COLORS = {"high": "bold red", "intermediate": "bold yellow", "low": "bold green"}


def print_view(shown: View, console: Console) -> None:
    """Print text with highlighted evidence, then fields, then risk."""
    if shown.segments:
        console.print(Rule(Text(f"Report {shown.report_id}"), align="left"))
        text = Text()
        for segment in shown.segments:
            if segment.fields and not console.is_terminal:
                text.append(f"«{segment.text}»")  # where colors do not show
            else:
                text.append(segment.text, style="bold black on bright_yellow" if segment.fields else "")
        console.print(text, soft_wrap=True)
    console.print(Rule("Fields", align="left"))
    console.print(_fields(shown))
    if shown.unstated:
        console.print(Text("Not stated: " + ", ".join(shown.unstated), style="dim"))
    console.print(Rule("Risk", align="left"))
    _print_risk(shown, console)
    console.print(Text(shown.caution, style="dim italic"))


def print_why(name: str, options: list[dict[str, Any]], console: Console) -> None:
    """Print what moved the confidence of one field."""
    table = Table("reading", "probability", "moved by", title=Text(name), title_justify="left", box=None)
    for option in options:
        ranked = sorted(option["features"].items(), key=lambda pair: -abs(pair[1]))
        moved = ", ".join(f"{feature} {weight:+.2f}" for feature, weight in ranked)
        value = option["value"]
        label = Text(value if isinstance(value, str) else value_text(value))
        table.add_row(label, f"{option['probability']:.1%}", Text(moved))
    console.print(table)
    for option in options:
        if "expected_in" in option:
            console.print(Text(f"a value is most expected in: {option['expected_in']}", style="dim"))


def _fields(shown: View) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("field", "value", "sure", "status", "evidence"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "sure" else "left")
    for line in shown.lines:
        value = Text(line.value)
        if line.alternatives:
            value.append(" or " + ", ".join(line.alternatives), style="dim")
        sure = Text(f"{line.confidence:.0%}", style="yellow" if line.review else "")
        status = line.status + (", review" if line.review else "")
        table.add_row(Text(line.title), value, sure, status, Text(" | ".join(line.quotes), style="dim"))
    return table


def _print_risk(shown: View, console: Console) -> None:
    risk = shown.risk
    low, high = risk["bounds"]["low"], risk["bounds"]["high"]
    heading = Text(risk["level"].replace("_", " "), style=_COLORS.get(risk["level"], "bold"))
    heading.append(
        f", as far as this report tells: probability of high {risk['probability_high']:.0%}", style=""
    )
    if low["level"] != high["level"]:
        heading.append(f"; missing inputs could make it {low['level']} or {high['level']}", style="")
    console.print(heading)
    for criterion, quotes in shown.reasons:
        line = Text(f"  {criterion['role']}: ", style="")
        line.append(criterion["reason"]).append(f" ({criterion['probability']:.0%})")
        if quotes:
            line.append(" - " + " | ".join(quotes), style="dim")
        console.print(line)
    if risk["missing"]:
        missing = Table("missing", "", "what it would change", box=None, header_style="dim")
        for item in sorted(risk["missing"], key=lambda item: not item["required"]):
            needed = Text("needed") if item["required"] else Text("")
            missing.add_row(Text(item["name"]), needed, Text(item["effect"], style="dim"))
        console.print(missing)
    for score in shown.scores:
        console.print(Text(f"  score {score}"))
    if shown.other_scores:
        console.print(Text("  scores that do not apply: " + "; ".join(shown.other_scores), style="dim"))
    console.print(Text(f"Grade: {shown.grade}"))
    console.print(Text(f"Stage: {shown.stage}"))
    for note in shown.stage_notes:
        console.print(Text(f"  {note}", style="dim"))
    for message, quotes in shown.inconsistencies:
        line = Text(f"Contradiction: {message}", style="bold magenta")
        line.append("".join(f" - {quote}" for quote in quotes), style="not bold dim")
        console.print(line)
