"""A hospital's own calibration: how far its reports move the shipped confidence, and what may be accepted.

The file is written by ``nenpath calibrate`` and used by ``nenpath run --calibration``. For each field it
holds a line in log-odds for given values and one for "not stated"; the rest of a reading's distribution
shares what is left. A line rises, and never lifts a reading past another: only how sure we are changes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor.confidence.odds import ENDS, OTHER, log_odds

FORMAT = "nenpath calibration 1"

Kind = Literal["value", "not_stated"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Strict):
    """``log-odds = intercept + slope * shipped log-odds``."""

    intercept: float = 0.0
    slope: Annotated[float, Field(gt=0)] = 1.0

    def __call__(self, probability: float) -> float:
        """Move a probability.

        >>> Line()(0.9)
        0.9
        >>> round(Line(intercept=-1.0)(0.9), 3)
        0.768
        """
        if self.intercept == 0.0 and self.slope == 1.0:
            return probability
        return 1.0 / (1.0 + math.exp(-(self.intercept + self.slope * log_odds(probability))))


class Accept(_Strict):
    """Where readings of a field may be accepted unseen.

    ``basis``: ``field`` if the gold shows the target for this field with a confidence bound, ``pooled`` if
    only for all fields together, ``model`` if the gold shows neither and the confidence itself must reach
    the target, ``none`` if nothing may be accepted (``threshold`` is then null). ``readings`` and ``right``
    count those of the gold at or above the threshold.
    """

    threshold: Annotated[float, Field(ge=0, le=1)] | None
    basis: Literal["field", "pooled", "model", "none"]
    readings: int = 0
    right: int = 0


class Moves(_Strict):
    """How a field's confidence moves and what is accepted, for given values and for "not stated"."""

    lines: dict[Kind, Line]
    accept: dict[Kind, Accept]


class Calibration(_Strict):
    """A calibration file; ``others`` serves fields that were not annotated."""

    format: Literal["nenpath calibration 1"]
    nenpath: str
    patterns: str
    base: str
    target: float
    fields: dict[str, Moves]
    others: Moves
    training: dict[str, Any]
    reference: dict[str, Any]

    def check(self, provenance: Mapping[str, str]) -> None:
        """Refuse to serve another version, patterns or weights than those it was made with.

        Raises
        ------
        ValueError
            One line that says what differs.
        """
        made_with = {"nenpath": self.nenpath, "patterns": self.patterns, "calibration": self.base}
        words = {"nenpath": "version of nenpath", "patterns": "patterns", "calibration": "shipped weights"}
        other = [words[name] for name in words if made_with[name] != provenance[name]]
        if other:
            raise ValueError(
                f"calibration made with other {' and '.join(other)}: read the annotated reports again "
                "(nenpath run), then calibrate"
            )

    def explain(self, name: str, options: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Give what moved a confidence (``Engine.why``) with this calibration's part."""
        named = [option for option in options if option["value"] != OTHER]
        best = max(named, key=lambda option: option["probability"])
        rest = [option["probability"] for option in options if option is not best]
        moved = self.move(
            name,
            {
                "value": best["value"],
                "confidence": best["probability"],
                "alternatives": [{"probability": o["probability"]} for o in named if o is not best],
            },
        )["confidence"]
        shift = log_odds(moved) - log_odds(best["probability"])
        features = {**best["features"], "hospital_calibration": round(shift, 3)}
        share = (1.0 - moved) / max(sum(rest), ENDS)
        return [
            {**option, "probability": moved, "features": features}
            if option is best
            else {**option, "probability": option["probability"] * share}
            for option in options
        ]

    def move(self, name: str, reading: Mapping[str, Any]) -> dict[str, Any]:
        """Give a reading (its JSON form) with this calibration's confidence, alternatives and review.

        The value stays, is never less probable than an alternative, and all probabilities still sum to
        what they summed to.
        """
        moves = self.fields.get(name, self.others)
        kind: Kind = "not_stated" if reading["value"] is None else "value"
        rivals = [alternative["probability"] for alternative in reading["alternatives"]]
        before = min(max(reading["confidence"], ENDS), 1.0 - ENDS)
        strongest = max(rivals, default=0.0)
        after = max(moves.lines[kind](reading["confidence"]), strongest / (strongest + 1.0 - before))
        share = (1.0 - after) / max(1.0 - before, sum(rivals))
        confidence = round(after, 4)
        threshold = moves.accept[kind].threshold
        return {
            **reading,
            "confidence": confidence,
            "review": threshold is None or confidence < threshold,
            "alternatives": [
                {**a, "probability": min(round(a["probability"] * share, 4), confidence)}
                for a in reading["alternatives"]
            ],
        }


def read_calibration(path: Path) -> Calibration | None:
    """Read a calibration file; None if it is a file of confidence weights (``patterns/confidence.json``).

    Raises
    ------
    ValueError
        If it is neither; one line.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ValueError(f"{path}: not a calibration file") from None
    if isinstance(content, dict) and "format" not in content and {"shared", "fields"} <= content.keys():
        return None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"{path}: not a calibration file of this version")
    try:
        return Calibration.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{path}: damaged at {place}: {first['msg']}") from None
