"""Log-odds, and moving the probability of a reading without unseating it."""

from __future__ import annotations

import math
from collections.abc import Sequence

#: A confidence is kept to four digits: 1.0 stands for what lies above 0.99995.
ENDS = 2.5e-5


#: How what no candidate says is called.
OTHER = "(some other value)"


def log_odds(probability: float) -> float:
    """Log-odds of a probability as it is kept in a record.

    >>> log_odds(0.5), round(log_odds(1.0), 1)
    (0.0, 10.6)
    """
    inside = min(max(probability, ENDS), 1.0 - ENDS)
    return math.log(inside / (1.0 - inside))


def doubted(wanted: float, rivals: Sequence[float]) -> float:
    """A confidence between the strongest alternative and what all alternatives leave, nearest the wanted one.

    >>> doubted(0.95, [0.1]), doubted(0.05, [0.2, 0.1]), doubted(0.6, [0.2])
    (0.9, 0.2, 0.6)
    """
    return min(max(wanted, max(rivals, default=0.0)), 1.0 - sum(rivals))
