"""Text to units to mentions: the shared machinery the fields read with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.assertion import Answers
from extractor.catalog import fields
from extractor.layout.capitals import as_printed
from extractor.layout.flattened import Flattened
from extractor.layout.indents import without_indents
from extractor.layout.leaders import Leaders
from extractor.layout.units import Layout
from extractor.layout.wrapping import Wrapping
from extractor.matching.beginnings import Beginnings
from extractor.matching.edits import Text
from extractor.matching.patterns import Patterns
from extractor.medspacy_adapter import Cue, MedspacyPipeline, Mention, Target
from extractor.page import plain_page
from extractor.printed.boxes import chosen_only
from extractor.printed.choices import without_options
from extractor.printed.feet_and_ticks import without_feet
from extractor.printed.frames import redrawn
from extractor.printed.struck import without_struck
from extractor.printed.superseded import current_only
from extractor.printed.unanswered import without_unanswered
from extractor.text import Speller
from extractor.unit import Unit

#: A zero in a word is a misread letter ("MICR0SCOPIC").
_ZERO = re.compile(r"(?<=[A-Za-z])0(?=[A-Za-z])|(?<=[A-Za-z]{4})0\b|\b0(?=[A-Za-z]{4})")


class Pipeline:
    """Built once per process from pattern data; reads any number of reports."""

    def __init__(self, patterns: Patterns) -> None:
        self.patterns = patterns
        self.speller = Speller(patterns.directory / "spelling.toml")
        self.ranks: dict[str, int] = {s["id"]: s["rank"] for s in patterns.sections}
        self.context = {name: patterns.compile("|".join(texts)) for name, texts in patterns.context.items()}
        self.answers = Answers(patterns.assertion["answers"], patterns.assertion["phrases"])
        by_field = [patterns.field(room.name) for room in fields()]
        labels = sorted({label for each in by_field for label in each.labels}, key=len, reverse=True)
        targets = {name: pattern for each in by_field for name, pattern in each.targets}
        self._medspacy = MedspacyPipeline(
            [Target(name, pattern) for name, pattern in targets.items()],
            [
                Cue(
                    cue["id"],
                    patterns.expand(cue["pattern"]),
                    cue["category"],
                    cue["direction"],
                    cue.get("max_scope"),
                )
                for cue in patterns.assertion["cue"]
            ],
            [(s["id"], s["pattern"]) for s in patterns.sections],
        )
        self._headings = Beginnings([f"(?:{s['pattern']})" for s in patterns.sections])
        self._layout = Layout(self.section, labels)
        self._leaders = Leaders(self.section, "|".join(labels))
        self._flattened = Flattened(self.section)
        self._wrapping = Wrapping(self.section, self._layout.labels)

    def section(self, heading: str) -> str | None:
        """Section id of a heading's words, or None."""
        if not heading or len(heading) > 90:
            return None
        words = _ZERO.sub("O", " ".join(heading.split()))
        if not self._headings.fullmatch(words) or not self.context["heading"].search(words):
            return None
        return self._medspacy.section(words)

    def read(self, raw: str) -> tuple[Text, list[Unit]]:
        """The repaired text and its units."""
        page = plain_page(raw)
        as_broken, page.clean = page.clean, self._wrapping.undo(page.clean)
        broken = page.clean != as_broken
        text = self.speller.repair(without_indents(page, as_broken))
        clean = without_feet(text.clean)
        unbroken = self._wrapping.undo(clean)
        written = self._leaders.written_out(as_printed(unbroken))
        current = current_only(
            without_struck(without_options(without_unanswered(chosen_only(redrawn(written)))))
        )
        text.clean = self._flattened.undo(current)
        joined = broken or unbroken != clean
        return text, self._layout.read(text.clean, joined=joined)

    def may_mention(self, unit_text: str, targets: tuple[str, ...]) -> bool:
        """Whether one of the targets may occur in a unit; any target if none is named."""
        return self._medspacy.may_mention(unit_text, targets)

    def mentions(self, unit_text: str) -> Sequence[Mention]:
        """Targets in a unit, with the cues that act on them."""
        return self._medspacy.mentions(unit_text)
