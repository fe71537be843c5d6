"""Record of fields -> grade, stage, risk and inconsistencies.

Published criteria and the policy that turns them into a level are data files beside this module; the
uncertainty of the fields is carried through exactly. What is said here supports, and does not replace,
clinical judgement.
"""

from classifier.assessment import assess, classify, details
from classifier.record import Assessment

__all__ = ["Assessment", "assess", "classify", "details"]
