"""The one module that knows medSpaCy and spaCy.

Section headings and ConText cues are medSpaCy rules built from ``patterns/``; what comes back is plain data
with character offsets. Which targets and cues a text may hold is known from its literals
(:mod:`extractor.matching.expressions`), so only those are tried; where both occur, medSpaCy's ConText says
which cue acts on which target. It counts in words (:mod:`extractor.matching.words`) and needs no spaCy Doc.
Values are never read from a span of words: each target's own expression is matched again inside it.
"""

from __future__ import annotations

import re
import sys
import types
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Final

from extractor.matching.expressions import Expression, held
from extractor.matching.words import Words

#: Texts whose mentions are remembered.
_REMEMBERED: Final = 2048


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
            from medspacy.common.util import prune_overlapping_matches
            from medspacy.context import ConTextGraph, ConTextModifier, ConTextRule
            from medspacy.section_detection import Sectionizer, SectionRule
            from spacy.tokenizer import Tokenizer
        # Its matcher warns of an empty component, its Sectionizer quotes the text it reads.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"medspacy\.")
    finally:
        for name in stubs:
            sys.modules.pop(name, None)
    return {
        "spacy": spacy,
        "ConTextGraph": ConTextGraph,
        "ConTextModifier": ConTextModifier,
        "ConTextRule": ConTextRule,
        "Sectionizer": Sectionizer,
        "SectionRule": SectionRule,
        "Tokenizer": Tokenizer,
        "prune": prune_overlapping_matches,
    }


@dataclass(frozen=True, slots=True)
class _Span:
    """A target as ConText sees it: a run of words."""

    label_: str
    start: int
    end: int


class MedspacyPipeline:
    """medSpaCy's rules over short texts.

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
        self._api = api = _quiet_import()
        self._targets = [(t.name, Expression(t.pattern, re.IGNORECASE)) for t in targets]
        self._cues = [
            (
                Expression(cue.pattern, re.IGNORECASE),
                api["ConTextRule"](
                    cue.id,
                    cue.category,
                    pattern=cue.pattern,
                    direction=cue.direction,
                    max_scope=cue.max_scope,
                ),
            )
            for cue in cues
        ]
        self._nlp = api["spacy"].blank("en")
        # One token per run of letters, run of digits or single sign: spans equal matches.
        self._nlp.tokenizer = api["Tokenizer"](
            self._nlp.vocab, token_match=None, infix_finditer=BOUNDARY.finditer, rules={}
        )
        self._sectionizer = api["Sectionizer"](self._nlp, rules=None, span_attrs=None, input_span_type=None)
        self._sectionizer.add(
            [api["SectionRule"](id_, id_, pattern=rf"^(?:{pattern})$") for id_, pattern in sections]
        )
        self.section = lru_cache(maxsize=20_000)(self._section)
        self._asked = lru_cache(maxsize=200)(self._of_names)
        self.mentions = lru_cache(maxsize=_REMEMBERED)(self._mentions)

    def may_mention(self, text: str, targets: tuple[str, ...] = ()) -> bool:
        """Whether one of the targets may occur in a text; any target if none is named."""
        literals = held(text)
        bits, expressions = self._asked(targets)
        return bool(literals & bits) and any(expression.fits(literals) for expression in expressions)

    def _of_names(self, targets: tuple[str, ...]) -> tuple[int, list[Expression]]:
        """The expressions of targets, and the bits of the literals one of which their matches hold."""
        found = [expression for name, expression in self._targets if not targets or name in targets]
        bits = reduce(or_, (expression.bits for expression in found), 0)
        return bits if all(expression.bits for expression in found) else -1, found

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        """Targets in one unit, in order, each with the cues that act on it."""
        literals = held(text)
        matches = [
            (name, expression, match)
            for name, expression in self._targets
            if expression.fits(literals)
            for match in expression.compiled.finditer(text)
        ]
        if not matches:
            return ()
        words = Words(text)
        spans = [(expression, _Span(name, *words.span(*match.span()))) for name, expression, match in matches]
        spans = [(expression, span) for expression, span in spans if span.start < span.end]
        acting = self._acting(text, words, [span for _, span in spans])
        found: list[Mention] = []
        for expression, span in spans:
            lo, hi = words.characters(span.start, span.end)
            match = expression.compiled.search(text, lo, hi)
            lo, hi = match.span() if match else (lo, hi)
            found.append(Mention(span.label_, lo, hi, tuple(acting.get((span.start, span.end), ()))))
        return tuple(sorted(found, key=lambda m: (m.start, m.end)))

    def _acting(
        self, text: str, words: Words, targets: list[_Span]
    ) -> dict[tuple[int, int], list[tuple[str, int, int]]]:
        """The cues that act on each run of words that is a target."""
        matches = [
            (index, *words.span(*match.span()))
            for index, (expression, _) in enumerate(self._cues)
            for match in expression.finditer(text)
        ]
        matches = [(index, start, end) for index, start, end in matches if start < end]
        acting: dict[tuple[int, int], list[tuple[str, int, int]]] = {}
        if not matches:
            return acting
        graph = self._api["ConTextGraph"](
            targets=targets,
            modifiers=[
                self._api["ConTextModifier"](self._cues[index][1], start, end, words)
                for index, start, end in self._api["prune"](matches)
            ],
        )
        graph.update_scopes()
        graph.apply_modifiers()
        for target, modifier in graph.edges:
            cue = (modifier.category, *words.characters(*modifier.modifier_span))
            acting.setdefault((target.start, target.end), []).append(cue)
        return acting

    def _section(self, heading: str) -> str | None:
        """Section id of a heading's words, or None."""
        doc = self._sectionizer(self._nlp.make_doc(heading))
        for section in doc._.sections:
            if section.category:
                return str(section.category)
        return None


#: Where a chunk without spaces is cut into words.
BOUNDARY: Final = re.compile(r"(?<=[A-Za-z])(?=[^A-Za-z])|(?<=[0-9])(?=[^0-9])|(?<=[^A-Za-z0-9])(?=\S)")
