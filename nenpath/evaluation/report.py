"""All figures of an evaluation as plain data: what the page draws and ``--json`` writes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nenpath.evaluation import bootstrap, figures
from nenpath.evaluation.decisions import Decisions
from nenpath.evaluation.thresholds import ERROR, threshold

#: Fields the gold states less often say little: they stay out of the mean F1.
RARE = 5

#: Fewer given values have no calibration error of their own.
FEW = 20


def evaluate(decisions: Decisions, target: float) -> dict[str, Any]:
    """Figures of each field and of all together.

    Parameters
    ----------
    target
        Precision that accepted values shall have.

    Returns
    -------
    dict
        ``target``, ``error`` (chance that a threshold promises too much), ``reports``, ``pooled``,
        ``fields`` by name in the order of the gold.
    """
    drawn = bootstrap.draws(decisions.reports)
    fields = {}
    counted = []
    for name in decisions.names:
        own = decisions.of(name)
        fields[name] = _of(own, drawn, target)
        if fields[name]["stated"] >= RARE:
            counted.append(bootstrap.tally(own))
    pooled = _of(decisions, drawn, target)
    pooled["macro_f1"] = bootstrap.macro_f1(counted, drawn)
    return {
        "reports": decisions.reports,
        "target": target,
        "error": ERROR,
        "pooled": pooled,
        "fields": fields,
    }


def _of(decisions: Decisions, drawn: NDArray[np.float64], target: float) -> dict[str, Any]:
    given = decisions.where(decisions.given)
    wanted = int((decisions.given | decisions.stated).sum())
    raw, above = figures.ece(given)
    shown = threshold(given.confidence, given.right, target)
    return {
        "n": len(decisions),
        "stated": int(decisions.stated.sum()),
        "given": len(given),
        **bootstrap.scores(bootstrap.tally(decisions), drawn),
        "ece_all": figures.ece(decisions)[1] if len(decisions) >= FEW else None,
        "ece_given": above if len(given) >= FEW else None,
        "ece_given_raw": raw if len(given) >= FEW else None,
        "brier_all": figures.brier(decisions),
        "brier_given": figures.brier(given),
        "threshold": {
            **asdict(shown),
            "coverage": shown.accepted / wanted if wanted and shown.confidence is not None else None,
        },
        "accepted_observed": figures.accepted_at(decisions, target),
        "reliability": figures.reliability(given),
        "risk_coverage": figures.risk_coverage(decisions),
    }
