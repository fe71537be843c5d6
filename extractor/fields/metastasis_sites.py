"""Sites of distant metastasis.

Meaning: the organs in which the report shows or states metastatic tumor, from liver, lung, bone, brain,
peritoneum, adrenal, ovary, distant_node and other; null if there are none. Omental and peritoneal deposits
of an abdominal primary are peritoneum. Regional nodes, direct invasion, history and imaging name no site.
Source: NAACCR items 1112-1117 (metastases at diagnosis); the rule book of the gold files.
Conflicts: none; the sites of all current statements are joined.
"""

from collections.abc import Iterator

from extractor.deposits.metastases import deposits
from extractor.deposits.words import Deposit
from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """One candidate: all sites, with a place of each as evidence."""
    found = list(deposits(document, patterns))
    if not found:
        return
    first: dict[str, Deposit] = {}
    for deposit in found:
        first.setdefault(deposit.site, deposit)
    kept = sorted(first.values(), key=lambda d: (d.unit.start, d.start))
    lead = max(kept, key=lambda d: document.rank(d.unit.section))
    candidate = document.candidate(
        sorted(first),
        lead.unit,
        lead.start,
        lead.end,
        lead.rule,
        tissue="metastasis",
        strength=1.0 + lead.sure,
        sites=float(min(len(first), 2)),
    )
    candidate.more = tuple((d.unit.start + d.start, d.unit.start + d.end) for d in kept if d is not lead)
    yield candidate


FIELD = Field(title="Metastasis sites", position=150, value=list[str], read=read, needs=("primary_site",))
