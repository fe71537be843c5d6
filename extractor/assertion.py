"""Whether a finding is present, absent or indeterminate, from cues and from answers in forms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.medspacy_adapter import Mention

_BOX = re.compile(r"(?P<box>\[\s*[xX*✓✔]?\s*\]|\(\s*[xX✓✔]?\s*\)|[☐☒☑■□])\s*(?P<option>[^\[\](☐☒☑■□;|]{1,60})")
_MARKED = re.compile(r"[xX*✓✔☒☑■]")
_ALTERNATIVES = re.compile(r"\s*(?:/|\bor\b|,|\|)\s*")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a form's line answers: ``outcome`` is present, absent, indeterminate or a status without value."""

    outcome: str
    start: int
    end: int


class Answers:
    """Reads the words after a label by ``[answers]`` of ``assertion.toml``."""

    def __init__(self, data: dict[str, list[str]]) -> None:
        self._patterns = {name: re.compile("|".join(texts), re.IGNORECASE) for name, texts in data.items()}

    def read(self, text: str) -> Answer | None:
        """The answer in ``text`` (the words after a label), or None if there is none or it is a bare option list."""
        boxes = list(_BOX.finditer(text))
        if len(boxes) >= 2 or (boxes and boxes[0].start() < 3):
            marked = [b for b in boxes if _MARKED.search(b["box"])]
            if len(marked) != 1:
                return None
            found = self._first(marked[0]["option"].strip())
            return Answer(found[0], marked[0].start(), marked[0].end()) if found else None
        if self.is_option_list(text):
            return None
        found = self._first(text)
        return Answer(*found) if found else None

    def is_option_list(self, text: str) -> bool:
        """Two opposite answers side by side with nothing marked: a printed form."""
        pieces = _ALTERNATIVES.split(text[:120])
        outcomes = {f[0] for p in pieces if len(p) < 28 and (f := self._first(p.strip())) and f[1] == 0}
        return {"present", "absent"} <= outcomes and len(pieces) <= 5 and "/" in text[:120]

    def _first(self, text: str) -> tuple[str, int, int] | None:
        best: tuple[str, int, int] | None = None
        for outcome, pattern in self._patterns.items():
            match = pattern.search(text[:160])
            if match and (best is None or match.start() + 12 < best[1]):
                best = (outcome, match.start(), match.end())
        return best


def judge(mention: Mention, text: str) -> tuple[str, int, int] | None:
    """Outcome of a mention in prose, with the span that shows it; None if no cue decides.

    A negation before the finding holds even when the verb after it is positive ("no X is identified"),
    unless a comma that is no list separates them ("no tumor in nodes, X is present").
    """
    lo, hi = mention.start, mention.end
    cues: dict[str, list[tuple[int, int]]] = {}
    for category, start, end in mention.cues:
        cues.setdefault(category, []).append((start, end))
    if "HYPOTHETICAL" in cues:
        return None
    before = [c for c in cues.get("NEGATED", ()) if c[1] <= lo]
    after = [c for c in cues.get("NEGATED", ()) if c[0] >= hi]
    possible = cues.get("POSSIBLE", [])
    present = cues.get("PRESENT", [])
    if possible and not (before and max(before)[1] > max(possible)[1] - 1 and max(possible)[0] < lo):
        cue = min(possible, key=lambda c: min(abs(c[0] - hi), abs(lo - c[1])))
        return "indeterminate", min(cue[0], lo), max(cue[1], hi)
    positive_after = [c for c in present if c[0] >= hi]
    if before:
        cue = max(before)
        between = text[cue[1] : lo]
        interrupted = re.search(r"[,;]", between) and not re.search(r"\b(?:or|nor|and)\b", between)
        if not (interrupted and positive_after):
            return "absent", cue[0], hi
    if after:
        cue = min(after)
        nearer = [c for c in positive_after if c[0] < cue[0]]
        if not nearer:
            return "absent", lo, cue[1]
    if present:
        cue = min(present, key=lambda c: min(abs(c[0] - hi), abs(lo - c[1])))
        return "present", min(cue[0], lo), max(cue[1], hi)
    return None

