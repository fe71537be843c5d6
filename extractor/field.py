"""What a field's room offers, and the candidates it proposes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from extractor.record import Reading, Status, Tissue
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns


@dataclass(slots=True)
class Candidate:
    """A reading one place of the report supports.

    ``start`` and ``end`` are offsets in the clean text; ``more`` holds further spans of evidence, ``inputs``
    what other fields read that a derived value rests on.
    A candidate with value None supports "no value" and says why by its status (pending, unquantified,
    not_applicable, indeterminate). ``features`` are numbers the confidence model weighs by name.
    """

    value: Any
    start: int
    end: int
    rule: str
    unit: Unit
    status: Status = "stated"
    tissue: Tissue | None = None
    features: dict[str, float] = field(default_factory=dict)
    more: tuple[tuple[int, int], ...] = ()
    inputs: tuple[Candidate, ...] = ()


Reader = Callable[["Document", "FieldPatterns"], Iterable[Candidate]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the record.

    Parameters
    ----------
    title
        Name for a person.
    position
        Place in tables, as in the public record format.
    value
        Type of the value (a pydantic model, ``str``, ``float``, a ``Literal``, a list).
    read
        Proposes candidates.
    order
        Among current statements of equal rank the value with the greatest order counts
        ("the highest", "the worst", "present if any is present"); None if no such rule applies.
    needs
        Other fields whose readings ``read`` asks the document for.
    of_index_tumor
        Whether words on another tumor say nothing of the field; False for fields that tell the tumors
        apart themselves or speak of the whole specimen.
    of_this_specimen
        Whether words on an earlier or outside specimen are marked as history for it
        (:mod:`extractor.statements.earlier`); fields that need that mark themselves while reading have it
        False.
    ceiling
        How sure a reading can be at most, given those of ``needs``: a derived value is no surer than what it
        rests on.
    """

    title: str
    position: int
    value: Any
    read: Reader
    order: Callable[[Any], float] | None = None
    needs: tuple[str, ...] = ()
    of_index_tumor: bool = True
    of_this_specimen: bool = False
    ceiling: Callable[[FieldPatterns, Reading[Any], Mapping[str, Reading[Any]]], float] | None = None
