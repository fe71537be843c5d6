"""The text items 2570, 2590 and 2600: words of the report, written only when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nenpath.exports.naaccr.items import dictionary
from nenpath.exports.naaccr.report import Coded, Report

_STAGING = frozenset(
    (
        "extension",
        "invaded_structures",
        "tumor_size_mm",
        "nodes_positive",
        "nodes_examined",
        "mesenteric_mass_mm",
        "distant_metastasis",
        "metastasis_sites",
        "pT",
        "pN",
        "pM",
        "tnm_prefix",
        "tnm_edition",
    )
)
_RULE = "text/evidence"


def code(report: Report, coded: Iterable[Coded]) -> Iterator[Coded]:
    """Quote the evidence of the coded items: diagnosis and findings, histology, staging."""
    names = list(dict.fromkeys(name for outcome in coded for name in outcome.fields))
    groups = {
        "textDxProcPath": [name for name in names if name not in _STAGING],
        "textHistologyTitle": ["histology"],
        "textStaging": [name for name in names if name in _STAGING],
    }
    for item, fields in groups.items():
        labelled = item != "textHistologyTitle"
        words = " ".join(filter(None, (_quoted(report, name, labelled) for name in fields)))
        clean = "".join(character if character.isprintable() else " " for character in words)
        if clean.strip():
            yield report.coded(item, clean[: dictionary(report.version).items[item].length].rstrip(), _RULE)


def _quoted(report: Report, name: str, labelled: bool) -> str:
    found = dict.fromkeys(" ".join(e["text"].split()) for e in report.reading(name)["evidence"])
    if not found:
        return ""
    words = " / ".join(found)
    return f"{name}: {words}." if labelled else words
