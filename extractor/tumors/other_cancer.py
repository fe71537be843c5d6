"""Whether a treatment was given for another cancer than the report's ("prostate cancer, irradiated 2015")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from extractor.matching.expressions import Expression
from extractor.matching.patterns import FieldPatterns
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document

#: A sentence that goes on about the cancer of the one before.
_GOES_ON = re.compile(
    r"\W*(?:(?:this|it|which|he|she|the patient|patient) (?:was |had |has |has been )?)?"
    r"(?:treated|received|underwent|managed|s/p|status[ -]post)\b",
    re.IGNORECASE,
)
#: What a treatment is said to be for, behind its name.
_FOR = re.compile(r"[^.;,]{0,40}?\b(?:for|of|to)\b(?P<what>[^.;,]{0,50})", re.IGNORECASE)


class Cancers:
    """The words that name cancers, by organ or by kind (``patterns/fields/prior_therapy.toml``)."""

    def __init__(self, patterns: FieldPatterns) -> None:
        named: dict[str, str] = patterns.data["cancers"]
        self.named = {organ: Expression(words, re.IGNORECASE) for organ, words in named.items()}
        self.organs: dict[str, list[str]] = patterns.data["cancer_organs"]


def for_other_cancer(document: Document, patterns: FieldPatterns, unit: Unit, start: int, end: int) -> bool:
    """Whether the treatment at ``unit.text[start:end]`` was one of another cancer."""
    cancers = patterns.once(Cancers)
    told = _FOR.match(unit.text, end)
    if told and (named := _last_named(cancers, told["what"])):
        return _is_other(document, cancers, named)
    named = _last_named(cancers, unit.text[:start])
    if named is None and unit.index and _GOES_ON.match(unit.text):
        before = document.units[unit.index - 1]
        if before.section == unit.section:
            named = _last_named(cancers, before.text)
    return named is not None and _is_other(document, cancers, named)


def _last_named(cancers: Cancers, text: str) -> str | None:
    """The cancer named last, by its organ or kind."""
    found = [(m.end(), -m.start(), key) for key, e in cancers.named.items() for m in e.finditer(text)]
    return max(found)[2] if found else None


def _is_other(document: Document, cancers: Cancers, key: str) -> bool:
    """Whether a named cancer cannot be the report's own."""
    if key == "neuroendocrine":
        return False
    neuroendocrine = document.reading("neuroendocrine_type").value not in (None, "none")
    organs = cancers.organs.get(key)
    if organs is None:  # a kind, as lymphoma
        histology: Any = document.reading("histology").value
        return neuroendocrine or (histology is not None and key not in histology)
    site = document.reading("primary_site").value
    return neuroendocrine if site in (None, "unknown", "other") else site not in organs
