"""What a dimension in a sentence measures: the noun it belongs to, and the signs around it.

Grammar decides: in "a 3 cm mass" the noun follows, in "a mass in the kidney measuring 3 cm" it is the
subject of the clause and not the kidney. Which nouns and signs there are is data: rules named by kind,
``noun-``, ``before-``, ``after-``, ``around-``, ``sentence-`` and ``under-``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.expressions import Expression
from extractor.patterns import FieldPatterns
from extractor.unit import Unit

_QUOTED = re.compile(r"\"[^\"]{1,80}\"")
_LABELLED = re.compile(r"\b(?:label|design|submit|receiv|mark)\w*\b[^\"]{0,120}\"", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[;.]\s|\band\b (?=a |an |the |measur)|,\s(?=(?:and|with)\b)|\bthere (?:is|are)\b|\bshown\b|"
    r"\b(?:reveal|show|disclose|demonstrate|contain)(?:s|ing|ed)?\b",
    re.IGNORECASE,
)
_AFTER_CLAUSE = re.compile(r"[;.]\s|\band\b|, (?:with|which)|,\s*\d", re.IGNORECASE)
_ADJACENT = re.compile(
    r"\s*[(,]?\s*(?:of\s)?\s*(?:(?:at least|approximately|about|up to|sized?)\s*)?", re.IGNORECASE
)
_DIMENSION = re.compile(
    r"^\W*(?:in )?(?:its )?(?:greatest|largest|maximum|maximal) (?:overall )?(?:dimensions?|diameter|extent)",
    re.IGNORECASE,
)
#: Kinds of nouns that are a tumor.
TUMOR_KINDS = ("tumor", "lesion")


class Nouns:
    """The nouns and signs of a field's patterns, by kind."""

    def __init__(self, patterns: FieldPatterns) -> None:
        self._kinds: dict[str, list[tuple[str, Expression]]] = {}
        self._rules: dict[str, Expression] = {}
        for rule in patterns.rules:
            id_ = rule.id.removeprefix(f"{patterns.name}/")
            kind, _, name = id_.partition("-")
            self._kinds.setdefault(kind, []).append((name, rule.pattern))
            self._rules[id_] = rule.pattern

    def has(self, rule: str, text: str) -> bool:
        """Whether a rule applies to a text."""
        return self._rules[rule].search(text) is not None

    def settings(self, text: str) -> Iterator[str]:
        """Kinds of report in which most dimensions are not a tumor's."""
        for name, pattern in self._kinds["setting"]:
            if pattern.search(text) and not (name == "biopsy" and self.has("resection", text)):
                yield name

    def nouns(self, text: str) -> list[tuple[int, int, str]]:
        """Nouns that can own a dimension, in order: (start, end, kind)."""
        found = sorted(
            (m.start(), m.end(), name)
            for name, pattern in self._kinds["noun"]
            for m in pattern.finditer(text)
        )
        # "satellite tumor" is one noun: what stands inside another is no noun of its own.
        return [n for n in found if not any(o[0] <= n[0] and n[1] <= o[1] and o[:2] != n[:2] for o in found)]

    def names(self, unit: Unit, begin: int, start: int, end: int) -> tuple[set[str], str]:
        """Signs around the dimension ``unit.text[start:end]``, and the kind of its noun (or empty).

        Parameters
        ----------
        begin
            Where the words that may speak of it begin.
        """
        sentence = _LABELLED.sub(_blank, _QUOTED.sub(_blank, unit.text[begin:start]))
        # The clause the dimension stands in decides more than the rest of the sentence.
        before = _CLAUSE.split(sentence)[-1]
        after = _AFTER_CLAUSE.split(unit.text[end : end + 70])[0]
        places = {
            "before": before,
            "after": after,
            "around": unit.text[max(0, start - 60) : end + 60],
            "sentence": sentence,
            "under": f"{unit.heading[:60]} {unit.under} {unit.label_text[:40]}",
        }
        signs = {
            name if kind == "around" else f"{name}_{kind}"
            for kind, text in places.items()
            for name, pattern in self._kinds[kind]
            if pattern.search(text)
        }
        return signs, self.subject(before, after) or self.subject(sentence) or self._following(after)

    def subject(self, before: str, after: str = "") -> str:
        """Kind of the noun a dimension between two texts belongs to; empty if none is there."""
        listed = before.rstrip().endswith(",") and after.lstrip().startswith(",")
        if not listed and (self.has("attributive", before) or not before.strip(" -*(")):
            phrase = self._rules["preposition"].split(_DIMENSION.sub("", after), maxsplit=1)[0]
            if nouns := self.nouns(phrase):
                return nouns[0][2]
        nouns = self.nouns(before)
        if not nouns:
            return ""
        if nouns[-1][2] not in ("specimen", "edge") and _ADJACENT.fullmatch(before, nouns[-1][1]):
            return nouns[-1][2]
        for start, _, kind in reversed(nouns):
            if not self.has("object", before[:start]):
                return kind
        return next((kind for _, _, kind in reversed(nouns) if kind in TUMOR_KINDS), nouns[-1][2])

    def _following(self, after: str) -> str:
        nouns = self.nouns(re.split(r"[.;:]|\((?=[^)]*\d)", after)[0])
        return nouns[0][2] if nouns else ""


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
