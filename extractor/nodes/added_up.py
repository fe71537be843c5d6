"""Candidates from counts of nodes added up, those of one section or of all that make up the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.field import Candidate
from extractor.nodes.rivals import left_out, of_organ, ratios
from extractor.nodes.sums import to_add
from extractor.nodes.totals import Scale, apart, by_section, candidate, lost_part, nearly_apart
from extractor.nodes.words import Count, Which, examined_of

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns


def read_counts(
    which: Which, document: Document, name: str, here: list[Count], scale: Scale, *, across: bool
) -> Iterator[Candidate]:
    """Candidates from the counts of one section, or (``across``) of all that make up the report proper."""
    counted = [c for c in to_add(here) if getattr(c, which) is not None]
    if not counted or (across and not _of_several_sections(here, counted)):
        return
    if not across:
        yield from _stated(which, document, name, here, counted, scale)
    separate = across and (apart(counted) or (nearly_apart(counted) and lost_part(document, counted)))
    added = _Sum(which, here, counted, scale, across, separate)
    features = added.features(document.patterns("nodes"))
    rule = f"{name}/{'sum' if added.several else 'count'}"
    yield candidate(document, added.value, counted, rule, strength=added.strength(features), **features)


def _of_several_sections(here: list[Count], counted: list[Count]) -> bool:
    """Whether several sections count nodes, and not all of them as many."""
    sums = {examined_of(to_add(part)) for part in by_section(here).values()} - {0}
    return len(sums) > 1 and len(counted) > 1 and len({c.unit.section for c in counted}) > 1


def _stated(
    which: Which, document: Document, name: str, here: list[Count], counted: list[Count], scale: Scale
) -> Iterator[Candidate]:
    """Candidates from the counts of a section that are called totals, or stand behind a label of nodes."""
    for count in here:
        strong = count.total or count.staged
        if count.kind == "ratio":
            called = strong or (count.labelled and not _of_some(count, here, counted))
        else:
            called = count.kind in ("negative", "positive") and count.total
        if not called:
            continue
        if count.total and not count.staged and 2 * (count.examined or 0) < scale.stated:
            continue  # the total of one part
        greatest = (count.examined or 0) >= scale.most
        if strong or greatest or (len(counted) > 1 and 2 * (count.examined or 0) >= scale.most):
            yield candidate(
                document,
                getattr(count, which),
                [count],
                f"{name}/staged",
                strength=(1.5 if strong else 0.5) + 1.0 * greatest,
                staged=float(strong),
                by_label=float(not strong),
                total_greatest=float(greatest),
            )


def _of_some(count: Count, here: list[Count], counted: list[Count]) -> bool:
    """Whether a labelled count is not that of all nodes."""
    if len(counted) > 1 and of_organ(count, counted):
        return True  # the nodes of the organ, beside those sent as parts of their own
    # no total holds less tumor than one of its parts
    return any((c.positive or 0) > (count.positive or 0) for c in ratios(here))


@dataclass(frozen=True, slots=True)
class _Sum:
    """Counts added up (``counted``), of those of a section or report (``here``); ``separate`` tells that each
    has a part of its own."""

    which: Which
    here: list[Count]
    counted: list[Count]
    scale: Scale
    across: bool
    separate: bool

    @property
    def value(self) -> int:
        """The sum."""
        return sum(getattr(c, self.which) for c in self.counted)

    @property
    def size(self) -> int:
        """How many nodes were examined, by the same counts."""
        return examined_of(self.counted)

    @property
    def several(self) -> bool:
        """Whether more than one count is added up."""
        return len(self.counted) > 1

    def features(self, words: FieldPatterns) -> dict[str, float]:
        """What tells for or against the sum."""
        size, scale, counted = self.size, self.scale, self.counted
        only_positive = self.which == "examined" and all(c.kind == "positive" for c in counted)
        return {
            "below_total": float(size < scale.stated),
            "above_total": float(0 < scale.stated < size),
            "some_parts": float(not self.across and size < scale.parts),
            "summed": float(self.several),
            "across": float(self.across),
            "across_parts": float(self.separate),
            "beside_uncounted": float(any(left_out(c, self.here, words) for c in self.here)),
            "lookalike": float(all(c.lookalike for c in counted)),
            "worded": float(all(c.kind != "ratio" for c in counted)),
            "positive_only": float(only_positive),
        }

    def strength(self, features: dict[str, float]) -> float:
        """How strong the sum is, by its features and the scale of the report."""
        size, scale = self.size, self.scale
        gross = self.here[0].unit.section == "gross"
        return (
            0.5
            + 0.5 * self.several
            - 1.0 * self.across
            + 1.5 * self.separate
            - 1.5 * features["positive_only"]
            - 1.0 * features["lookalike"]
            - 1.5 * features["below_total"]
            - 0.5 * features["above_total"]
            - 1.5 * features["some_parts"]
            - 1.5 * (not self.across and 2 * size < scale.parts)
            - 2.0 * (features["beside_uncounted"] and size < scale.most)
            - 3.0 * (not self.across and gross and size < scale.most)
            - 3.0 * (self.which == "positive" and 0 < scale.stated < self.value)
        )
