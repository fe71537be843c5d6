"""Which tumors a report names, and which of them is the index tumor.

Every name of a tumor in ``patterns/fields/histology.toml`` is a mention, with what the words around it say
of it: denied, doubtful, historical, incidental, an option of an unmarked form. Mentions of one kind
(neuroendocrine tumor, neuroendocrine carcinoma, mixed, paraganglioma, anything else) are weighed together;
the heaviest kind is the index tumor's: malignant before benign, the diagnosis before the rest, what is
called incidental or separate last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.tumors.mention import Mention
from extractor.tumors.mentions import mentions, vocabulary
from extractor.tumors.primaries import leading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.document import Document
    from extractor.unit import Unit

#: A neuroendocrine tumor whose best mention weighs less is told of the past.
_FOUND_BESIDE = 0.3
#: Sections that tell of other tissue.
_ELSEWHERE = frozenset({"history", "blocks", "outside", "intraoperative"})
#: Codes of a stage; more of them in a line are what the categories mean. How far below a name they stand.
_T, _N = re.compile(r"\by?p?T ?([1-4])"), re.compile(r"\by?p?N ?(?:[1-3]|[lI](?=[a-c]?(?:mi)?\b))")
_CODES, _BLOCK = 2, 20
#: What asks for a tumor's size in the lines below its name; what makes of a length another one than its size.
_ASKED = re.compile(r"\b(?:size|dimensions?|diameter|measur\w+|greatest|across)\b", re.IGNORECASE)
_OF_TISSUE = re.compile(
    r"\b(?:specimen|segment|bowel|colon|ileum|appendix|kidney|pancreas|lobe|lung|stomach|gland|spleen|liver|"
    r"uterus|ovary|prostate|bladder|breast|piece|fragment|tissue)\b[^.;:]{0,20}\b(?:measur\w+|size|is|was)\b",
    re.IGNORECASE,
)
_DISTANT = re.compile(
    r"\b(?:margins?|edges?|dist\w+|clear\w*|nearest|closest|nodes?|deposits?|depth|thick\w*)\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\W{0,2}(?:(?:\w+ ){0,2}(?:from|beyond|deep|thick|clear|away|short|proximal|distal) |deposit)",
    re.IGNORECASE,
)
#: What the tumor of the higher stage gains.
_HIGHER = 1.5
#: What the larger tumor gains.
_LARGER = 0.8
#: Rank of names that fit any malignant tumor ("carcinoma").
UNSPECIFIC = 2


@dataclass(frozen=True, slots=True)
class Index:
    """The index tumor: its kind, its mentions by weight, and how far the next kind is behind (at most 4)."""

    kind: str
    mentions: tuple[Mention, ...]
    lead: float

    @property
    def best(self) -> Mention:
        """The mention that shows it best."""
        return self.mentions[0]


_INDEX: WeakKeyDictionary[Document, Index | None] = WeakKeyDictionary()


def index(document: Document) -> Index | None:
    """The index tumor, or None if no tumor is stated."""
    if document not in _INDEX:
        _INDEX[document] = _index(document)
    return _INDEX[document]


def _all_aside(kind: str, group: list[Mention]) -> bool:
    """Whether a kind is only found beside another tumor.

    One neuroendocrine tumor called incidental is the same that is named elsewhere without the word.
    """
    if all(m.aside for m in group):
        return True
    told = [m for m in group if m.unit.section not in _ELSEWHERE and not m.historical]
    return (
        kind in ("net", "nec")
        and any(m.aside for m in told)
        and not any(m.metastatic for m in told)
        and len({m.name for m in told}) == 1
    )


def _lines_on(document: Document, group: list[Mention]) -> Iterator[tuple[Unit, bool]]:
    """The lines on a tumor, from each of its names to the next name of another, and whether they name it."""
    own = {m.unit.index for m in group}
    others = {m.unit.index for m in mentions(document) if m.counts and m not in group} - own
    for begun in own:
        unit = document.units[begun]
        if unit.section in _ELSEWHERE:
            continue
        for after in document.units[begun : begun + _BLOCK]:
            if after.index in others or (after.part != unit.part and after.index > begun):
                break
            yield after, after.index in own


def _stage(document: Document, group: list[Mention]) -> int:
    """How far a tumor has gone by the codes in the lines on it; 0 if none is there."""
    highest = 0
    for unit, _ in _lines_on(document, group):
        codes = {int(digit) for digit in _T.findall(unit.text)}
        if codes and len(codes) <= _CODES:
            highest = max(highest, max(codes) + 2 * (_N.search(unit.text) is not None))
    return highest


def _size(document: Document, group: list[Mention]) -> float:
    """The largest length in the lines on a tumor that may be its size, in mm; 0 if none is there."""
    return max(
        (
            _length(document, unit.text)
            for unit, named in _lines_on(document, group)
            if named or (_ASKED.search(unit.text) and not _OF_TISSUE.search(unit.text))
        ),
        default=0.0,
    )


def _length(document: Document, text: str) -> float:
    lengths = vocabulary(document).rule("size").finditer(text)
    return max(
        (
            float(m["size"].replace(",", ".")) * (10 if m["unit"].lower() == "cm" else 1)
            for m in lengths
            if not _DISTANT.search(text, 0, m.start()) and not _AWAY.match(text, m.end())
        ),
        default=0.0,
    )


def _index(document: Document) -> Index | None:
    stated = [m for m in mentions(document) if m.counts]
    specific = [m for m in stated if m.rank != UNSPECIFIC]
    kinds: dict[str, list[Mention]] = {}
    for mention in specific or stated:
        kinds.setdefault(mention.kind, []).append(mention)
    if not kinds:
        return None
    scores = {}
    for kind, group in kinds.items():
        group.sort(key=lambda m: (-m.weight, m.unit.index, m.start))
        lines = len({m.unit.index for m in group if not (m.historical or m.aside) and m.rank >= UNSPECIFIC})
        first = min(m.unit.index for m in group if m.weight >= group[0].weight - 0.5)
        scores[kind] = group[0].weight + 0.25 * min(lines, 6) - 0.004 * min(first, 200)
    if len(kinds) > 1:
        sizes = {kind: _size(document, group) for kind, group in kinds.items()}
        largest = max(sizes, key=lambda kind: sizes[kind])
        others = [size for kind, size in sizes.items() if kind != largest]
        # The parts of a mixed tumor are told of in its lines.
        if 0 < min(others) <= max(others) < sizes[largest] and not ("minen" in kinds and largest != "minen"):
            scores[largest] += _LARGER
        stages = {kind: _stage(document, group) for kind, group in kinds.items() if kind != "minen"}
        if len(stages) == len(kinds) and all(stages.values()) and len(set(stages.values())) > 1:
            scores[max(stages, key=lambda kind: stages[kind])] += _HIGHER
        # What is only found beside another malignant tumor of this specimen is not the index tumor.
        main = [m for m in specific if m.rank == UNSPECIFIC + 1 and not m.aside and not m.historical]
        main = [m for m in main if m.unit.section not in _ELSEWHERE]
        for kind, group in kinds.items():
            if _all_aside(kind, group) and any(m.kind != kind for m in main):
                scores[kind] -= 1.5
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    kind = ranked[0][0]
    if kind != "none" and all(m.weight + 2.0 * m.aside < _FOUND_BESIDE for m in kinds[kind]):
        return None  # told of nothing but the past
    lead = ranked[0][1] - ranked[1][1] if len(ranked) > 1 else 4.0
    chosen = kinds[kind]
    if kind == "none" and chosen[0].rank <= 1:
        # Nothing but benign or in situ by name: an unspecific "carcinoma" with more weight is the tumor.
        unspecific = [m for m in stated if m.rank == UNSPECIFIC and m.weight > chosen[0].weight]
        chosen = sorted(unspecific, key=lambda m: (-m.weight, m.unit.index)) + chosen
    own = leading(document, kind, chosen[0])
    if own is not None and chosen[0].unit not in own.units:
        units = own.units
        chosen = sorted(chosen, key=lambda m: m.unit not in units)
    return Index(kind, tuple(chosen), min(lead, 4.0))
