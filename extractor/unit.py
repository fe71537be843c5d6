"""A unit of a report: one logical line or sentence."""

from __future__ import annotations

from dataclasses import dataclass

#: Longest unit, in characters; longer ones are cut at a space. Bounds the cost of any one unit.
MAX_UNIT = 480


@dataclass(slots=True)
class Unit:
    """One logical line or sentence.

    ``label`` and ``value`` are offsets within ``text`` for a label-value line, else None.
    ``under`` is the label of a value-less line this one stands below ("Margins:" then a list).
    ``template`` marks an option of a printed, numbered list that was not the one chosen.
    """

    start: int
    text: str
    section: str
    part: str | None
    heading: str
    under: str = ""
    label: tuple[int, int] | None = None
    value: int | None = None
    index: int = 0
    template: bool = False

    @property
    def end(self) -> int:
        """Offset in the clean text just after the unit."""
        return self.start + len(self.text)

    @property
    def label_text(self) -> str:
        """The label's words, empty if the unit is prose."""
        return self.text[self.label[0] : self.label[1]] if self.label else ""

    @property
    def value_text(self) -> str:
        """The words after the label; the whole text of prose."""
        return self.text[self.value :] if self.value is not None else self.text
