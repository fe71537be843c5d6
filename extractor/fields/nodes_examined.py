"""Lymph nodes examined: the total over all node groups of the report.

Meaning: an integer; 0 where the report states that none was found or examined. A stated total counts;
without one, the groups and parts of a section are added up, each once. Nodes without a count add nothing.
Source: NAACCR item 830 (SEER manual); the rule book of the gold files.
Conflicts: the section decides; a stated total before a sum.
"""

from functools import partial

from extractor.field import Field
from extractor.nodes.counts import read_nodes

FIELD = Field(
    title="Lymph nodes examined",
    position=130,
    value=int,
    read=partial(read_nodes, "examined"),
    order=None,
    of_index_tumor=False,
    of_this_specimen=True,
)
