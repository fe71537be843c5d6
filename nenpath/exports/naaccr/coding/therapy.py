"""Neoadjuvant therapy (item 1632)."""

from __future__ import annotations

from collections.abc import Iterator

from nenpath.exports.naaccr.report import Coded, Report


def code(report: Report) -> Iterator[Coded]:
    """Code item 1632; a report never tells that no therapy was given, nor that it was completed."""
    if report.neoadjuvant:
        yield report.coded("neoadjuvantTherapy", "2", "therapy/given", "tnm_prefix", "prior_therapy")
    else:
        yield report.coded("neoadjuvantTherapy", "9", "therapy/unknown", "prior_therapy")
