"""Which tumors a report names, and which of them is the index tumor.

Every name of a tumor in ``patterns/fields/histology.toml`` is a mention, with what the words around it say of it:
denied, doubtful, historical, incidental, an option of an unmarked form. Mentions of one kind (neuroendocrine tumor,
neuroendocrine carcinoma, mixed, paraganglioma, anything else) are weighed together; the heaviest kind is the index
tumor's: malignant before benign, the diagnosis before the rest, what is called incidental or separate last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from extractor.layout import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

_DENIED_BEFORE = re.compile(
    r"\b(?:no(?! longer)|not|non|nor|neither|without|never|negative for|neg for|free (?:of|from)|absen(?:ce|t)|devoid|lack(?:s|ing)?|"
    r"exclud(?:e|es|ed|ing)|rul(?:e|es|ed|ing) (?:out|against)|r/o|rather than|instead of|as opposed to|uninvolved|versus|vs|"
    r"over|against|differential(?: diagnos[ie]s)?(?: (?:includ\w+|consider\w+|of))?|"
    r"(?:do|does|did) not|unlike(?:ly)?|fail(?:s|ed)? to|distinguish(?:ed)? from|remote from|(?:risk|exclusion) (?:of|for)|benign|"
    r"(?:hot ?spots?|criteria|cut-?offs?|thresholds?|graded?|grading|classif\w+ of|in) (?:for|of|as in|a) )\b[^.;!?]{0,70}$",
    re.IGNORECASE,
)
_ALLOWED_AGAIN = re.compile(
    r"\b(?:but|however|although|except|shows?|demonstrat\w+|consistent with|compatible with|positive for|diagnos\w+ of|with)\b|:",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"^[\w ,()/-]{0,50}?\b(?:(?:is|are|was|were|has been|have been|be) (?:\w+ )?(?:excluded|ruled out|absent|unlikely)|"
    r"(?:is|are|was|were) not|not (?:seen|identified|present|found|supported|favou?red|established|detected|noted|evident)|(?:none|absent) (?:seen|identified)|"
    r"(?:less|un)likely|: ?(?:no|none|absent|negative|not \w+)\b|would not apply|cells are not)",
    re.IGNORECASE,
)
_DOUBTFUL_BEFORE = re.compile(
    r"(?:\b(?:suspicious (?:for|of)|suspect(?:ed|s)?|suspicion (?:for|of)|possib(?:le|ly)|questionable|worrisome for|concerning for|"
    r"can ?not (?:exclude|rule out)|(?:to )?(?:evaluate|assess) for|raises? the possibility of|query|atypi\w+ (?:suspicious|concerning) for|indefinite for|equivocal for)\b|\?)"
    r"[^.;:]{0,40}$",
    re.IGNORECASE,
)
_DOUBTFUL_AFTER = re.compile(
    r"^[\w ,()-]{0,40}?(?:can ?not (?:be )?(?:\w+ )?(?:excluded|ruled out)|is (?:suspected|a possibility)|\?)",
    re.IGNORECASE,
)
_HISTORICAL = re.compile(
    r"\b(?:previous(?:ly)?|prior|history|h/o|hx|known|status post|s/p|(?:years?|months?|weeks?) (?:ago|earlier)|in (?:19|20)\d\d|elsewhere|"
    r"family|mother|father|sister|brother|pre-?op\w*|clinical(?:ly)?|outside)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:incidental(?:ly)?|separate(?:ly)?|second(?:ary)? (?:lesion|tumou?r|primary|focus|neoplasm)|tumou?r (?:2|#2|two|B|II)\b|"
    r"additional(?: findings?| pathologic)?|other (?:lesions?|findings?|tumou?rs?)|other:|coexist\w+|synchronous|collision|micro(?:scopic)? foc(?:us|i)|"
    r"unrelated|also (?:noted|present|identified|seen|shows)|minute|background)\b",
    re.IGNORECASE,
)
_METASTATIC = re.compile(r"\bmetasta\w+|\bsecondar(?:y|ies)\b(?! to)", re.IGNORECASE)
_MEASURED = re.compile(
    r"\d\s*(?:cm|mm)\b|\bp?T[1-4]|\bgrade\b|differentiated|\bG[1-4]\b|\bKi-?67", re.IGNORECASE
)
_OPTION = re.compile(r"(?:_{2,}|\[\s*\]|\(\s+\)|☐|□)\s*$|^\s*(?:_{2,}|\[\s*\]|\(\s+\)|☐|□)")
_NUMBERED = re.compile(r"^\W*\d{1,2}\s*[.,')]\s*\S|(?:\s|^)\d{1,2}\.\s+[A-Z].{3,60}\s\d{1,2}\.\s+[A-Z]")
_COMPONENT = re.compile(
    r"(?:neuro-?\s?endocrine|small[- ]?cell|large[- ]?cell neuroendocrine) (?:carcinoma )?(?:\(\s?\d+ ?%\)|component|differentiation,? (?:extensive|\d+ ?%))|"
    r"extensive small[- ]cell (?:carcinoma )?differentiation|component(?:s)? of (?:small[- ]cell|neuro-?endocrine) carcinoma",
    re.IGNORECASE,
)
_MINOR = re.compile(
    r"\bfocal|\bminor|\brare|\bsmall focus|below 30|less than 30|< ?30|not (?:a )?mi(?:nen|xed)|separate|second",
    re.IGNORECASE,
)
_TOGETHER = re.compile(r"\b(?:and|with|component\w*|mixed|combined|plus|including)\b|[+/%]", re.IGNORECASE)
_LOW = re.compile(
    r"\b(?:well|moderately)[- ]*differentiated|\b(?:low|intermediate)[- ]grade|\bG[12]\b|\bgrade ?(?:1|2|I|II)\b(?! ?/)",
    re.IGNORECASE,
)
_HIGH = re.compile(
    r"\bpoorly|\bundifferentiated|\bhigh[- ]grade|\bG3\b|grade ?(?:3|III)\b|\bsmall[- ]cell|\blarge[- ]cell",
    re.IGNORECASE,
)

_SECTION = {
    "amendment": 3.4, "diagnosis": 3.2, "addendum": 2.4, "synoptic": 2.6, "unknown": 2.4, "comment": 1.8, "ihc": 1.2,
    "microscopic": 1.6, "gross": 0.4, "history": -1.5, "intraoperative": -1.0, "outside": -1.5, "specimens": -0.8, "blocks": -1.5,
}  # fmt: skip


@dataclass(slots=True)
class Mention:
    """A tumor's name at ``unit.text[start:end]``, and what the report says of it.

    ``kind`` is ``net``, ``nec``, ``minen``, ``paraganglioma`` or ``none``; ``rank`` is 3 for a malignant or
    neuroendocrine neoplasm, 2 for an unspecific name, 1 for one in situ or borderline, 0 for a benign one.
    """

    unit: Unit
    start: int
    end: int
    name: str
    kind: str
    rank: int
    denied: bool = False
    doubtful: bool = False
    historical: bool = False
    template: bool = False
    aside: bool = False
    metastatic: bool = False
    typed: bool = False
    measured: bool = False

    @property
    def counts(self) -> bool:
        """Whether the report states this tumor."""
        return not (self.denied or self.doubtful or self.template)

    @property
    def weight(self) -> float:
        """How much the mention says about the index tumor."""
        weight = _SECTION.get(self.unit.section, 1.0)
        weight += (
            1.2 * self.typed
            + 0.4 * self.measured
            - 2.0 * self.aside
            - 3.0 * self.historical
            - 0.3 * self.metastatic
        )
        weight += 1.5 * (self.kind == "minen")  # its parts are also named one by one
        return weight - {3: 0.0, 2: 0.6, 1: 2.5, 0: 3.5}[self.rank]


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


class Vocabulary:
    """The names of ``histology.toml``, found in a unit's text without overlap."""

    def __init__(self, patterns: FieldPatterns) -> None:
        data = patterns.data
        self.gate = re.compile(data["gate"], re.IGNORECASE)
        self.neuroendocrine = re.compile(data["neuroendocrine"], re.IGNORECASE)
        self.label = patterns.label
        self.kinds: dict[str, str] = data["kind"]
        self.ranks: dict[str, int] = data["rank"]
        self.organs: dict[str, list[Any]] = data["organ"]
        self.codes: dict[str, str] = data["morphology"]
        keys: dict[str, list[str]] = data["key"]
        self.squeezed = [(name, re.compile(text, re.IGNORECASE)) for name, text in data["squeezed"].items()]
        self._names = [
            (number, name, tuple(keys.get(name, (name,))), pattern)
            for number, (name, pattern) in enumerate(patterns.values.items())
        ]

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Names in a text as (start, end, name): leftmost first, at one place in the file's order."""
        if not self.gate.search(text):
            return []
        lower = text.lower()
        hits = []
        for number, name, keys, pattern in self._names:
            if any(key in lower for key in keys):
                hits += [(m.start(), number, m.end(), name) for m in pattern.finditer(text)]
        found: list[tuple[int, int, str]] = []
        at = -1
        for start, _, end, name in sorted(hits):
            if start >= at:
                found.append((start, end, name))
                at = end
        return found


_VOCABULARIES: dict[int, tuple[FieldPatterns, Vocabulary]] = {}
_FOUND: WeakKeyDictionary[Document, list[Mention]] = WeakKeyDictionary()
_INDEX: WeakKeyDictionary[Document, Index | None] = WeakKeyDictionary()


def vocabulary(document: Document) -> Vocabulary:
    """The vocabulary of the document's pattern data."""
    patterns = document._pipeline.patterns.field("histology")
    if id(patterns) not in _VOCABULARIES:
        _VOCABULARIES[id(patterns)] = (patterns, Vocabulary(patterns))
    return _VOCABULARIES[id(patterns)][1]


def mentions(document: Document) -> list[Mention]:
    """All tumors a report names, in order of the text."""
    if document not in _FOUND:
        _FOUND[document] = _mentions(document)
    return _FOUND[document]


def index(document: Document) -> Index | None:
    """The index tumor, or None if no tumor is stated."""
    if document not in _INDEX:
        _INDEX[document] = _index(document)
    return _INDEX[document]


def _mentions(document: Document) -> list[Mention]:
    words = vocabulary(document)
    found: list[Mention] = []
    for unit in document.units:
        names = words.find(unit.text)
        if not names:
            continue
        typed = words.label is not None and bool(
            (unit.label and words.label.search(unit.label_text))
            or (unit.under and words.label.search(unit.under))
        )
        many = len({name for _, _, name in names}) >= 5
        for start, end, name in names:
            mention = Mention(unit, start, end, name, words.kinds.get(name, "none"), words.ranks.get(name, 3))
            _judge(mention, typed=typed)
            mention.template = mention.template or many
            found.append(mention)
        found += _composite(unit, [m for m in found if m.unit is unit])
    if not any(m.counts and m.rank in (2, 3) and m.weight > 0 for m in found):
        found += _squeezed(document, words)
    _mark_forms(found)
    _settle_grade(document, found)
    return found


def _squeezed(document: Document, words: Vocabulary) -> list[Mention]:
    """Names the scan broke up with spaces ("c a r c i n o m a"), looked for where no name was found."""
    found = []
    for unit in document.units:
        if unit.section in ("blocks", "history", "intraoperative"):
            continue
        places = [i for i, char in enumerate(unit.text) if not char.isspace()]
        text = "".join(unit.text[i] for i in places)
        for name, pattern in words.squeezed:
            if match := pattern.search(text):
                start, end = places[match.start()], places[match.end() - 1] + 1
                mention = Mention(
                    unit, start, end, name, words.kinds.get(name, "none"), words.ranks.get(name, 3)
                )
                _judge(mention, typed=False)
                mention.denied = mention.denied or bool(
                    re.search(r"(?:no|negativefor|freeof)[a-z]{0,12}$", text[: match.start()], re.IGNORECASE)
                )
                found.append(mention)
                break
    return found


def _judge(mention: Mention, *, typed: bool) -> None:
    text = mention.unit.text
    before, after = text[max(0, mention.start - 110) : mention.start], text[mention.end : mention.end + 80]
    denied = _DENIED_BEFORE.search(before)
    mention.denied = bool(denied and not _ALLOWED_AGAIN.search(denied[0][3:])) or bool(
        _DENIED_AFTER.search(after)
    )
    mention.doubtful = bool(_DOUBTFUL_BEFORE.search(before) or _DOUBTFUL_AFTER.search(after))
    mention.historical = bool(_HISTORICAL.search(before))
    mention.aside = bool(
        _ASIDE.search(before) or _ASIDE.search(mention.unit.under) or _ASIDE.search(after[:30])
    )
    mention.metastatic = bool(_METASTATIC.search(before[-40:]) or _METASTATIC.match(text[mention.start :]))
    mention.template = bool(_OPTION.search(before) or re.match(r"\s*(?:\([^)]*\)\s*)?_{2,}", after))
    mention.typed = typed
    mention.measured = bool(_MEASURED.search(text))


def _mark_forms(found: list[Mention]) -> None:
    """Options of a printed form: names in a run of short or numbered lines, none marked."""
    for position, mention in enumerate(found):
        if mention.rank == 0:
            continue
        near = [
            other
            for other in found[max(0, position - 8) : position + 9]
            if abs(other.unit.index - mention.unit.index) <= 9 and len(other.unit.text) <= 75
        ]
        names = {other.name for other in near}
        numbered = sum(bool(_NUMBERED.search(other.unit.text)) for other in near)
        if (len(mention.unit.text) <= 75 and (len(names) >= 5 or (len(names) >= 3 and numbered >= 3))) or (
            _NUMBERED.search(mention.unit.text) and numbered >= 3 and len(names) >= 3
        ):
            mention.template = True


def _composite(unit: Unit, found: list[Mention]) -> list[Mention]:
    """A mixed neoplasm told by its two parts in one unit ("small cell carcinoma (80 %) and adenocarcinoma (20 %)")."""
    others = [m for m in found if m.kind == "none" and m.rank == 3 and m.counts and not m.aside]
    if not others:
        return []
    parts = [m for m in found if m.kind == "nec" and m.counts and not m.aside and not m.historical]
    spans = [(m.start, m.end) for m in parts] or [c.span() for c in _COMPONENT.finditer(unit.text)]
    for start, end in spans:
        for other in others:
            lo, hi = min(start, other.start), max(end, other.end)
            between = unit.text[min(end, other.end) : max(start, other.start)]
            if _MINOR.search(unit.text[max(0, start - 30) : end + 15]):
                continue
            if (
                len(between) <= 110
                and "." not in between.rstrip()
                and _TOGETHER.search(unit.text[lo : hi + 20])
                and (
                    "component" in unit.text.lower()
                    or "%" in unit.text
                    or "mixed" in unit.text.lower()
                    or not parts
                )
            ):
                mention = Mention(
                    unit, lo, hi, "mixed neuroendocrine-non-neuroendocrine neoplasm", "minen", 3
                )
                mention.measured, mention.typed = True, other.typed
                return [mention]
    return []


def _settle_grade(document: Document, found: list[Mention]) -> None:
    """An unqualified neuroendocrine carcinoma that the lines around it call well or moderately differentiated."""
    thyroid = (
        any("thyroid" in u.text.lower() or "calcitonin" in u.text.lower() for u in document.units)
        if any(m.name == "medullary carcinoma" for m in found)
        else False
    )
    for mention in found:
        if mention.name == "medullary carcinoma" and thyroid:
            mention.name, mention.kind = "medullary thyroid carcinoma", "net"
        if mention.name != "neuroendocrine carcinoma":
            continue
        around = [
            u
            for u in document.units[mention.unit.index : mention.unit.index + 5]
            if u.part == mention.unit.part
        ]
        text = " ".join(u.text for u in around)
        if _LOW.search(text) and not _HIGH.search(text):
            mention.name, mention.kind = "neuroendocrine carcinoma, well differentiated", "net"


def _index(document: Document) -> Index | None:
    stated = [m for m in mentions(document) if m.counts]
    specific = [m for m in stated if m.rank != 2]
    kinds: dict[str, list[Mention]] = {}
    for mention in specific or stated:
        kinds.setdefault(mention.kind, []).append(mention)
    if not kinds:
        return None
    scores = {}
    for kind, group in kinds.items():
        group.sort(key=lambda m: (-m.weight, m.unit.index, m.start))
        lines = len({m.unit.index for m in group if not m.historical and m.rank >= 1})
        first = min(m.unit.index for m in group if m.weight >= group[0].weight - 0.5)
        scores[kind] = group[0].weight + 0.25 * min(lines, 6) - 0.004 * min(first, 200)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    kind = ranked[0][0]
    lead = ranked[0][1] - ranked[1][1] if len(ranked) > 1 else 4.0
    chosen = kinds[kind]
    if (
        kind == "none"
        and chosen[0].rank <= 1
        and (generic := [m for m in stated if m.rank == 2 and m.weight > chosen[0].weight])
    ):
        chosen = sorted(generic, key=lambda m: (-m.weight, m.unit.index)) + chosen
    return Index(kind, tuple(chosen), min(lead, 4.0))
