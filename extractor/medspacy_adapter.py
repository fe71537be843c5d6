"""The one module that knows medSpaCy and spaCy.

Targets, section headings and ConText cues are medSpaCy rules built from ``patterns/``; what comes
back is plain data with character offsets. Values are never read from a spaCy span: spans snap to
tokens, so each target's own expression is matched again inside it.
"""

from __future__ import annotations

import re
import sys
import types
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Cue:
    """A ConText rule: words, their category and the direction they act in."""

    id: str
    pattern: str
    category: str
    direction: str = "FORWARD"
    max_scope: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A concept to find: its name and expression."""

    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A target found in a unit, with the categories of the cues that act on it."""

    target: str
    start: int
    end: int
    cues: tuple[tuple[str, int, int], ...]

    @property
    def categories(self) -> frozenset[str]:
        """Categories of the acting cues."""
        return frozenset(name for name, _, _ in self.cues)


def _quiet_import() -> dict[str, Any]:
    """Import medSpaCy without its slow extras, its warning filters or its logging of report text."""
    from loguru import logger

    logger.disable("PyRuSH")
    stubs = [name for name in ("quickumls", "medspacy_quickumls") if name not in sys.modules]
    for name in stubs:
        stub = types.ModuleType(name)
        stub.__dict__.update(QuickUMLS=None, spacy_component=None)
        sys.modules[name] = stub
    try:
        with warnings.catch_warnings():
            import spacy
            from medspacy.context import ConText, ConTextRule
            from medspacy.section_detection import Sectionizer, SectionRule
            from medspacy.target_matcher import TargetMatcher, TargetRule
            from spacy.tokenizer import Tokenizer
        # Its matcher warns of an empty component, its Sectionizer and TargetMatcher quote the text they read.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"medspacy\.")
    finally:
        for name in stubs:
            sys.modules.pop(name, None)
    return {
        "spacy": spacy,
        "ConText": ConText,
        "ConTextRule": ConTextRule,
        "Sectionizer": Sectionizer,
        "SectionRule": SectionRule,
        "TargetMatcher": TargetMatcher,
        "TargetRule": TargetRule,
        "Tokenizer": Tokenizer,
    }


class MedspacyPipeline:
    """A medSpaCy pipeline over short texts.

    Parameters
    ----------
    targets
        Concepts to find; one expression per concept, no two may match the same characters.
    cues
        ConText rules.
    sections
        Pairs of section id and expression for headings.
    """

    def __init__(
        self, targets: Sequence[Target], cues: Iterable[Cue], sections: Iterable[tuple[str, str]]
    ) -> None:
        api = _quiet_import()
        self._nlp = api["spacy"].blank("en")
        # One token per run of letters, run of digits or single sign: spans equal matches.
        self._nlp.tokenizer = api["Tokenizer"](
            self._nlp.vocab, token_match=None, infix_finditer=_BOUNDARY.finditer, rules={}
        )
        self._targets = {t.name: re.compile(t.pattern, re.IGNORECASE) for t in targets}
        self._matcher = api["TargetMatcher"](self._nlp, result_type="group", prune=False)
        self._matcher.add([api["TargetRule"](t.name, t.name, pattern=t.pattern) for t in targets])
        self._context = api["ConText"](self._nlp, rules=None, input_span_type="group", span_attrs=None)
        self._context.add(
            [
                api["ConTextRule"](
                    cue.id,
                    cue.category,
                    pattern=cue.pattern,
                    direction=cue.direction,
                    max_scope=cue.max_scope,
                )
                for cue in cues
            ]
        )
        self._sectionizer = api["Sectionizer"](self._nlp, rules=None, span_attrs=None, input_span_type=None)
        self._sectionizer.add(
            [api["SectionRule"](id_, id_, pattern=rf"^(?:{pattern})$") for id_, pattern in sections]
        )
        self.section = lru_cache(maxsize=20_000)(self._section)

    def mentions(self, text: str) -> list[Mention]:
        """Targets in one unit, in order, each with the cues that act on it."""
        doc = self._nlp.make_doc(text)
        if not len(doc):
            return []
        # One sentence, set in one go: the token setter scans the Doc at each call.
        doc.from_array(["SENT_START"], np.array([1] + [-1] * (len(doc) - 1), dtype="int64").astype("uint64"))
        doc = self._context(self._matcher(doc))
        found: list[Mention] = []
        for span in doc.spans.get("medspacy_spans", ()):
            match = self._targets[span.label_].search(text, span.start_char, span.end_char)
            lo, hi = match.span() if match else (span.start_char, span.end_char)
            cues = []
            for modifier in span._.modifiers:
                cue_lo, cue_hi = modifier.modifier_span
                cue = doc[cue_lo:cue_hi]
                cues.append((modifier.category, cue.start_char, cue.end_char))
            found.append(Mention(span.label_, lo, hi, tuple(cues)))
        return sorted(found, key=lambda m: (m.start, m.end))

    def _section(self, heading: str) -> str | None:
        """Section id of a heading's words, or None."""
        doc = self._sectionizer(self._nlp.make_doc(heading))
        for section in doc._.sections:
            if section.category:
                return str(section.category)
        return None


_BOUNDARY = re.compile(r"(?<=[A-Za-z])(?=[^A-Za-z])|(?<=[0-9])(?=[^0-9])|(?<=[^A-Za-z0-9])(?=\S)")
