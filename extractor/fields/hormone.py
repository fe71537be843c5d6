"""Hormone of a functioning tumor.

Meaning: the hormone of a stated syndrome or of a tumor named by it (insulinoma: ``insulin``, Zollinger-
Ellison: ``gastrin``, carcinoid syndrome: ``serotonin``, catecholamine excess: ``catecholamine``). Never
from a stain alone.
Source: the rule book of the gold files; WHO 2022.
Conflicts: the statement of the higher section counts; of two in one section the one said more often.
"""

import re
from collections.abc import Iterator
from typing import Literal

from extractor.document import Document
from extractor.field import Candidate, Field
from extractor.matching.patterns import FieldPatterns
from extractor.statements.clinical import SYNDROMES, clinical, outcome


def read(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates: syndromes and hormone-named tumors that are present."""
    for unit in document.units:
        for mention in document.mentions(unit, *SYNDROMES):
            if outcome(mention, unit.text) == "present":
                hormone = SYNDROMES[mention.target]
                if hormone == "acth" and not re.search(r"ACTH|ectopic", unit.text, re.IGNORECASE):
                    hormone = "other"  # Cushing syndrome of the adrenal cortex
                yield clinical(
                    document, unit, hormone, mention.start, mention.end, f"{patterns.name}/syndrome"
                )


FIELD = Field(
    title="Hormone",
    position=390,
    value=Literal[
        "insulin", "gastrin", "glucagon", "somatostatin", "vip", "serotonin", "acth", "catecholamine", "other"
    ],
    read=read,
)
