"""Lymph nodes positive: how many of the examined nodes hold tumor.

Meaning: an integer; 0 also where all nodes are called negative without a count.
Source: NAACCR item 820 (SEER manual); the rule book of the gold files.
Nodes called negative without a count are not all nodes in a report that states N1 to N3.
Conflicts: the section decides; a stated total before a sum over groups and parts.
"""

from functools import partial

from extractor.field import Field
from extractor.nodes.counts import read_nodes

FIELD = Field(
    title="Lymph nodes positive",
    position=140,
    value=int,
    read=partial(read_nodes, "positive"),
    order=None,
    needs=("pN",),
    of_index_tumor=False,
    of_this_specimen=True,
)
