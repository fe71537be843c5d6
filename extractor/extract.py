"""The extractor: a report's text in, readings of all fields out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.catalog import FieldRoom, fields
from extractor.confidence.consistency import together
from extractor.confidence.odds import OTHER, doubted
from extractor.confidence.resolve import CREDIBLE, Confidence, Option, Weights, options, probabilities, score
from extractor.confidence.second_opinion import SecondOpinion, chance, manner
from extractor.confidence.second_reader import Expectation, SecondReader
from extractor.document import Document
from extractor.field import Candidate
from extractor.locations import SECOND, confidence_sha256, patterns_dir, patterns_sha256
from extractor.matching.patterns import Patterns
from extractor.other_tumors.beside import of_index
from extractor.other_tumors.listed import find_other_tumors, other_units
from extractor.pipeline import Pipeline
from extractor.record import Alternative, OtherTumor, Reading
from extractor.statements.earlier import mark
from extractor.statements.reissued import mark_old
from extractor.statements.unsaid import stated
from extractor.tissue import of_primary
from extractor.tumors.no_tumor import OF_TUMOR, no_tumor

#: Alternatives less probable than this are not listed, unless they are another tissue's reading, or one that
#: only a section that counts more makes improbable (contradictions are found from these).
LISTED = 0.01


@dataclass(slots=True)
class Extraction:
    """What a report says."""

    fields: dict[str, Reading[Any]]
    other_tumors: list[OtherTumor]


class Extractor:
    """Reads reports; build one per process (see :func:`extractor.load`)."""

    def __init__(self, patterns: Path | None = None, calibration: Path | None = None) -> None:
        directory = patterns_dir(patterns)
        self._patterns = Patterns(directory)
        self.confidence = Confidence(calibration or directory / "confidence.json")
        self.patterns_sha256 = patterns_sha256(directory)
        words, moves = map(directory.joinpath, SECOND)
        self.second_reader, self.second_opinion = SecondReader(words), SecondOpinion(moves)
        self.calibration_sha256 = confidence_sha256(directory, calibration)
        self._pipeline = Pipeline(self._patterns)
        #: The readings of fields of which a report says nothing: the same in all reports as noisy.
        self._silent: dict[tuple[str, float], Reading[Any]] = {}
        self._rooms: dict[str, FieldRoom] = {room.name: room for room in fields()}

    def __call__(self, text: str) -> Extraction:
        """Read one report."""
        document = self._read(text)
        others = find_other_tumors(document)
        expected = self.second_reader(document.units, several_tumors=bool(others))
        return Extraction({name: self._seconded(document, name, expected) for name in self._rooms}, others)

    def _read(self, text: str) -> Document:
        """The report with the resolver's readings of all fields."""
        document = self.document(text)
        for name in self._rooms:
            document.reading(name)
        return document

    def document(self, text: str) -> Document:
        """The report laid out, nothing read yet."""
        clean, units = self._pipeline.read(text)
        return Document(clean, units, self._pipeline, self._resolve)

    def candidates(self, document: Document, name: str) -> list[Candidate]:
        """What the places of a report say of one field, read once."""
        room = self._rooms[name].field
        if name not in document.candidates:
            for needed in room.needs:
                document.reading(needed)
            read = room.read(document, self._patterns.field(name))
            found = list(stated(document, self._patterns.field("unsaid"), read))
            if room.of_this_specimen:
                found = list(mark(document, found))
            found = mark_old(document, found)
            if found and name in OF_TUMOR and no_tumor(document):
                found = []
            if room.of_index_tumor and found:
                found = of_index(document, name, found)
                others = other_units(document)
                for candidate in found:
                    if candidate.unit.index in others:
                        candidate.features["other_tumor"] = 1.0
            document.candidates[name] = found
        return document.candidates[name]

    def options(self, document: Document, name: str) -> list[Option]:
        """The possible readings of one field with their features."""
        found, order = self.candidates(document, name), self._rooms[name].field.order
        return options(found, document.rank, order, self.confidence.weights(name), document.noise)

    def why(self, text: str, name: str) -> list[dict[str, Any]]:
        """What moved a field's confidence: each option with its probability and its weighed features.

        The reading that was chosen, first, also has what the second reader made of it (``second_...``,
        terms of the final log-odds) and, if it is "not stated", the unit in which a value is most expected.
        """
        document = self._read(text)
        reading, weights = document.reading(name), self.confidence.weights(name)
        choices = self.options(document, name)
        rows: list[dict[str, Any]] = [
            {
                "value": OTHER if option.value is ... else option.value,
                "probability": probability,
                "utility": score(option.features, weights),
                "features": {
                    feature: round(weights[feature] * amount, 3)
                    for feature, amount in option.features.items()
                    if weights.get(feature, 0.0) * amount
                },
            }
            for option, probability in zip(choices, probabilities(choices, weights), strict=True)
        ]
        expected = self.expected(document)
        parts = self._second_parts(document, name, expected)
        if parts is None:
            return rows
        best = next(row for row in rows if row["value"] == reading.value)
        rest = [row for row in rows if row is not best]
        after = doubted(chance(parts), [alternative.probability for alternative in reading.alternatives])
        after = min(after, self._ceiling(document, name, expected))
        second = {f"second_{part}": round(amount, 3) for part, amount in parts.items()}
        best = {**best, "probability": after, "features": {**best["features"], **second}}
        if reading.value is None and (where := expected.most(name)) is not None:
            best["expected_in"] = document.units[where].text
        left = max(0.0, 1.0 - after - sum(row["probability"] for row in rest if row["value"] != OTHER))
        return [best, *({**row, "probability": left} if row["value"] == OTHER else row for row in rest)]

    def expected(self, document: Document) -> Expectation:
        """What the second reader expects of a report."""
        return self.second_reader(document.units, several_tumors=bool(find_other_tumors(document)))

    @staticmethod
    def second_features(document: Document, name: str, expected: Expectation) -> dict[str, float]:
        """What the second opinion on a reading weighs: what was expected, how it was read, what others tell.

        All fields were read before.
        """
        reading = document.readings[name]
        option, values = document.chosen.get(name, (None, 0))
        rival = max((alternative.probability for alternative in reading.alternatives), default=0.0)
        told = {field: other.value for field, other in document.readings.items()}
        return {
            **expected.features(name, reading.value, document.stands_in.get(name, ())),
            **manner(name, reading.value, option, values, rival),
            **together(name, told),
        }

    def _second_parts(self, document: Document, name: str, expected: Expectation) -> dict[str, float] | None:
        if not self.second_opinion.weighs(name):
            return None
        reading = document.readings[name]
        features = self.second_features(document, name, expected)
        return self.second_opinion.parts(name, reading.value, reading.confidence, features)

    def _seconded(self, document: Document, name: str, expected: Expectation) -> Reading[Any]:
        """The resolver's reading, as sure as the second reader lets it be; the alternatives stay."""
        reading = document.readings[name]
        parts = self._second_parts(document, name, expected)
        after = reading.confidence
        if parts is not None:
            after = doubted(chance(parts), [alternative.probability for alternative in reading.alternatives])
        after = min(after, self._ceiling(document, name, expected))
        return reading.model_copy(
            update={"confidence": round(after, 4), "review": after < self.confidence.review_below}
        )

    def _ceiling(self, document: Document, name: str, expected: Expectation) -> float:
        """How sure a derived reading can be at most, by the readings it rests on."""
        room = self._rooms[name].field
        if room.ceiling is None:
            return 1.0
        others = {needed: self._seconded(document, needed, expected) for needed in room.needs}
        return room.ceiling(self._patterns.field(name), document.readings[name], others)

    def _resolve(self, document: Document, name: str) -> Reading[Any]:
        if self.candidates(document, name):
            reading = self._chosen(document, name)
        else:
            key = name, document.noise
            if key not in self._silent:
                self._silent[key] = self._chosen(document, name)
            reading = self._silent[key]
        document.readings[name] = reading
        return reading

    def _chosen(self, document: Document, name: str) -> Reading[Any]:
        choices = self.options(document, name)
        weights = self.confidence.weights(name)
        shares = probabilities(choices, weights)
        known = [(p, o) for p, o in zip(shares, choices, strict=True) if o.value is not ...]
        known.sort(key=lambda item: -item[0])
        probability, chosen = known[0]
        document.stands_in[name] = tuple(c.unit.index for c in chosen.candidates[:3])
        document.chosen[name] = chosen, len(known) - 1
        return Reading.model_construct(
            value=chosen.value,
            confidence=round(probability, 4),
            status=self._status(chosen, known),
            review=probability < self.confidence.review_below,
            evidence=[e for c in chosen.candidates[:3] for e in document.evidence(c)],
            alternatives=[
                Alternative.model_construct(
                    value=option.value,
                    probability=round(p, 4),
                    evidence=document.evidence(option.candidates[0]) if option.candidates else [],
                )
                for p, option in known[1:]
                if p >= LISTED
                or any(_other_tissue(c) for c in option.candidates)
                or _only_outranked(option, chosen, weights)
            ]
            + self._outdone(document, name, [option.value for option in choices]),
        )

    @staticmethod
    def _outdone(document: Document, name: str, known: list[Any]) -> list[Any]:
        """Readings of the primary that another tissue's outdoes, as alternatives that are not in question."""
        first: dict[Any, Candidate] = {}
        for candidate in sorted(document.outdone.get(name, ()), key=lambda c: not of_primary(c)):
            if candidate.value not in known:
                first.setdefault(candidate.value, candidate)
        return [
            Alternative.model_construct(value=value, probability=0.0, evidence=document.evidence(candidate))
            for value, candidate in first.items()
        ]

    @staticmethod
    def _status(chosen: Option, known: list[tuple[float, Option]]) -> Any:
        if chosen.value is None:
            return chosen.candidates[0].status if chosen.candidates else "not_stated"
        best = chosen.candidates[0]
        if chosen.value == "indeterminate":
            return "indeterminate"
        if best.status != "stated":
            return best.status
        rivals = [
            o
            for p, o in known[1:]
            if o.value is not None and p >= 0.25 and o.candidates[0].unit.section == best.unit.section
        ]
        return "conflict" if rivals else "stated"


def _other_tissue(candidate: Candidate) -> bool:
    return candidate.tissue in ("node", "metastasis")


def _only_outranked(option: Option, chosen: Option, weights: Weights) -> bool:
    """Whether a reading is as credible by itself as the one that was kept."""
    if "outranked" not in option.features or chosen.value is None:
        return False
    return _by_itself(option, weights) >= _by_itself(chosen, weights) - CREDIBLE


def _by_itself(option: Option, weights: Weights) -> float:
    compared = ("outranked", "dominated")
    return score({name: x for name, x in option.features.items() if name not in compared}, weights)
