"""One report while it is read: its units, and what the pipeline says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from extractor.assertion import Answers
from extractor.field import Candidate
from extractor.layout.noise import noise
from extractor.matching.edits import Text
from extractor.matching.expressions import Expression, Held, held
from extractor.medspacy_adapter import Mention
from extractor.record import Evidence, Reading, Status, Tissue
from extractor.tissue import in_node_part, told_tissue
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.confidence.resolve import Option
    from extractor.matching.patterns import FieldPatterns
    from extractor.pipeline import Pipeline

_METASTASIS = Expression(r"\bmetasta(?:sis|ses|tic)\b", re.IGNORECASE)

#: Words in brackets closed before a value, or a bracket after it with a value of its own ("12 % (previously
#: 5 %)"), say nothing of the value.
_BRACKETED = re.compile(r"\([^()]*\)")
_CORRECTED = re.compile(r"^\s*\([^)]*\d.*", re.DOTALL)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


class Document:
    """A report's clean text, units and (lazily) the pipeline's mentions and the fields' readings."""

    def __init__(
        self,
        text: Text,
        units: list[Unit],
        pipeline: Pipeline,
        reading: Callable[[Document, str], Reading[Any]],
    ) -> None:
        self.text = text
        self.units = units
        self._pipeline = pipeline
        self._reading = reading
        self._held = Held([unit.text for unit in units])
        held(text.clean)
        for unit in units:
            held(unit.text)
            if unit.label is not None:
                held(unit.label_text)
        self._mentions: dict[int, Sequence[Mention]] = {}
        self.noise = noise(text.clean)
        self.readings: dict[str, Reading[Any]] = {}
        #: Indices of the units in which the evidence of a reading stands, by field.
        self.stands_in: dict[str, tuple[int, ...]] = {}
        #: What was chosen of how many different values, by field.
        self.chosen: dict[str, tuple[Option, int]] = {}
        self.candidates: dict[str, list[Candidate]] = {}
        #: Readings of one tissue that another's outdoes by the field's rule: listed, and no rivals.
        self.outdone: dict[str, list[Candidate]] = {}

    def reading(self, name: str) -> Reading[Any]:
        """Another field's reading (fields may build on one another, never in a circle)."""
        if name not in self.readings:
            self._reading(self, name)
        return self.readings[name]

    def units_with(self, *expressions: Expression) -> list[Unit]:
        """The units in whose text one of the expressions may match, in order; all if that cannot be told."""
        return [self.units[index] for index in self._held.may_match(*expressions)]

    def text_below(self, unit: Unit) -> str:
        """The text of the unit that follows; empty after the last."""
        return self.units[unit.index + 1].text if unit.index + 1 < len(self.units) else ""

    def mentions(self, unit: Unit, *targets: str) -> list[Mention]:
        """Targets of the pipeline in a unit, with the cues acting on them; all targets if none is named."""
        if unit.index not in self._mentions:
            if not self._pipeline.may_mention(unit.text, targets):
                return []
            self._mentions[unit.index] = self._pipeline.mentions(unit.text)
        return [m for m in self._mentions[unit.index] if not targets or m.target in targets]

    def patterns(self, name: str) -> FieldPatterns:
        """The pattern data of a field."""
        return self._pipeline.patterns.field(name)

    @property
    def answers(self) -> Answers:
        """Reader of the answers in label-value lines."""
        return self._pipeline.answers

    def rank(self, section: str) -> int:
        """How much a section's statements count (0: they never compete)."""
        return self._pipeline.ranks.get(section, 3)

    def candidate(
        self,
        value: Any,
        unit: Unit,
        start: int,
        end: int,
        rule: str,
        *,
        status: Status = "stated",
        tissue: Tissue | None = None,
        strength: float = 0.0,
        **features: float,
    ) -> Candidate:
        """A candidate at ``unit.text[start:end]`` with the features every field shares."""
        lo, hi = unit.start + start, unit.start + end
        common: dict[str, float] = {f"section_{unit.section}": 1.0}
        if strength:
            common["strength"] = strength
        if unit.label is not None:
            common["pair"] = 1.0
        context = self._pipeline.context
        if context["history"].may_match(unit.text):
            before = _BRACKETED.sub(_blank, unit.text[max(0, start - 90) : start])
            after = _CORRECTED.sub("", unit.text[end : end + 40])
            if context["history"].search(before) or context["history"].search(after):
                common["historical"] = 1.0
        if context["reference"].search(unit.text):
            common["reference"] = 1.0
        if unit.template:
            common["template"] = 1.0
        if context["other_lesion"].within(unit.text[max(0, start - 70) : end + 40], unit.text):
            common["other_lesion"] = 1.0
        if self.text.repaired_within(lo, hi):
            common["repaired"] = 1.0
        common.update(features)
        if tissue is None:
            tissue = self.tissue(unit)
        if tissue in ("node", "metastasis"):
            common[f"tissue_{tissue}"] = 1.0
        return Candidate(value, lo, hi, rule, unit, status, tissue, common)

    def tissue(self, unit: Unit) -> Tissue | None:
        """Tissue a unit speaks of, by its part's heading and its own words."""
        if in_node_part(unit, self.units):
            return "node"
        if _METASTASIS.within(unit.text[:60], unit.text):
            return "metastasis"
        return None

    def evidence(self, candidate: Candidate) -> list[Evidence]:
        """The slices of the report as read that a candidate and its inputs stand on."""
        found = []
        tissue = told_tissue(candidate, self.units)
        for lo, hi in ((candidate.start, candidate.end), *candidate.more):
            start, end = self.text.span(lo, hi)
            found.append(
                Evidence.model_construct(
                    start=start,
                    end=end,
                    text=self.text.raw[start:end],
                    section=candidate.unit.section,
                    part=candidate.unit.part,
                    tissue=tissue,
                    rule=candidate.rule,
                )
            )
        return found + [evidence for source in candidate.inputs for evidence in self.evidence(source)]
