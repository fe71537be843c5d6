"""Lists of margins ("Surgical margins:", then "Vascular: Involved"): their rows state no other finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.unit import Unit

#: What stands alone above the list.
_HEAD = Expression(
    r"^\W*(?:[A-Z]?\d{0,2}\W+)?(?:[a-z]+ ){0,2}margins?(?: of (?:resection|excision)| status)?[\s.;:]*$",
    re.IGNORECASE,
)
#: Longest label of a row, and what no margin is called.
_LABEL = 45
_FINDING = re.compile(
    r"inva[sd]|extension|spread|infiltrat|perineur|\bLV|node|nodal|necrosis|capsul|seros|pleura|\bvessels?\b|"
    r"\bnerves?\b|lymph|metasta|\bsize\b|tumou?r|focal|grade|type|stage|\bp?[TNM]\b|[A-Z]{1,4}-?\d|"
    r"receptor|status|stain|\w+(?:granin|physin|keratin)\b|\b(?:ER|PR|HER-?2)\b",
    re.IGNORECASE,
)
#: The state of a margin.
_STATE = re.compile(
    r"\W*(?:(?:is|are) )?(?:un-?involved|not involved|involved|free\b|clear\b|negative|positive|"
    r"tumou?r (?:present|absent|free|at)|no tumou?r|close\b|widely|\d+(?:\.\d+)?\s?[cm]m\b)",
    re.IGNORECASE,
)
#: A row named by the state, which lists margins ("Uninvolved: proximal, distal").
BY_STATE = re.compile(
    r"\W*(?:(?P<free>un-?involved|not involved|negative|free|clear)|involved|positive)(?: margins?)?\W*$",
    re.IGNORECASE,
)
#: A row on how far tumor is from a margin, which does not end the list.
_DISTANCE = re.compile(r"distance|closest|nearest", re.IGNORECASE)
#: A place that is surely one of a margin.
_PLACE = re.compile(
    r"margin|\b(?:proximal|distal|radial|circumferential|deep|lateral|medial|anterior|posterior|superior|"
    r"inferior|bronchial|parenchymal|mesenteric|ureter\w*|urethr\w*|uncinate|bile duct|pancreatic neck)\b",
    re.IGNORECASE,
)


def margin_rows(document: Document) -> frozenset[int]:
    """Indexes of the units that are rows of lists of margins."""
    found: set[int] = set()
    for head in document.units_with(_HEAD):
        if head.value_text.strip(" .:;_-*") and head.label is not None:
            continue
        if _HEAD.search(head.label_text or head.text):
            rows = _rows(document, head)
            if any(_PLACE.search(_names(row)) for row in rows):
                found |= {row.index for row in rows}
    return frozenset(found)


def _rows(document: Document, head: Unit) -> list[Unit]:
    """The rows below a head, up to the first line that is none."""
    rows = []
    for unit in document.units[head.index + 1 :]:
        if unit.label is not None and _DISTANCE.search(unit.label_text):
            continue
        if (
            unit.label is None
            or unit.section != head.section
            or len(unit.label_text) > _LABEL
            or _FINDING.search(unit.label_text)
            or not (_STATE.match(unit.value_text) or BY_STATE.match(unit.label_text))
        ):
            break
        rows.append(unit)
    return rows


def _names(row: Unit) -> str:
    """The words of a row that name margins."""
    return row.value_text if BY_STATE.match(row.label_text) else row.label_text
