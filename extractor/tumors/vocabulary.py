"""Names of tumors, and the words around them, from ``patterns/fields/histology.toml``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from extractor.matching.expressions import Expression, Group

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns


class Vocabulary:
    """The names of ``histology.toml``, found in a unit's text without overlap, and the words around them."""

    def __init__(self, patterns: FieldPatterns) -> None:
        data = patterns.data
        self._around = {rule.id.partition("/")[2]: rule.pattern for rule in patterns.rules}
        self.gate = Expression(data["gate"], re.IGNORECASE)
        self.neuroendocrine = Expression(data["neuroendocrine"], re.IGNORECASE)
        self.label = patterns.label
        self.kinds: dict[str, str] = data["kind"]
        self.ranks: dict[str, int] = data["rank"]
        self.organs: dict[str, list[Any]] = data["organ"]
        self.codes: dict[str, str] = data["morphology"]
        keys: dict[str, list[str]] = data["key"]
        self.squeezed = [(name, re.compile(text, re.IGNORECASE)) for name, text in data["squeezed"].items()]
        self._names = Group(
            ((number, name, tuple(keys.get(name, (name,)))), pattern)
            for number, (name, pattern) in enumerate(patterns.values.items())
        )

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Names in a text as (start, end, name): leftmost first, at one place in the file's order."""
        if not self.gate.search(text):
            return []
        lower = text.lower()
        hits = []
        for (number, name, keys), pattern in self._names.possible(text):
            for key in keys:
                if key in lower:
                    hits += [(m.start(), number, m.end(), name) for m in pattern.finditer(text)]
                    break
        found: list[tuple[int, int, str]] = []
        at = -1
        for start, _, end, name in sorted(hits):
            if start >= at:
                found.append((start, end, name))
                at = end
        return found

    def says(self, rule: str, text: str) -> bool:
        """Whether a rule of the words around a name finds them in ``text``."""
        return self._around[rule].search(text) is not None

    def size(self, text: str) -> float:
        """Greatest size a text names, in mm; 0 if none."""
        sizes = self._around["size"].finditer(text)
        return max(
            (float(m["size"].replace(",", ".")) * (10 if m["unit"].lower() == "cm" else 1) for m in sizes),
            default=0.0,
        )

    def rule(self, rule: str) -> Expression:
        """The expression of a rule."""
        return self._around[rule]
