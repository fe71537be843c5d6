"""Tumors a report names: each mention, and what the words and lines around it say of it."""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.tumors.composite import composite
from extractor.tumors.mention import MALIGNANT, Mention
from extractor.tumors.vocabulary import Vocabulary
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.matching.patterns import FieldPatterns

#: "NEC metastasis", "carcinoid metastases of the liver".
_LOCALIZED = re.compile(
    r"\b(?:hepatic|liver|osseous|bone|vertebral|peritoneal|cerebral) (?:locali[sz]ations?|deposits?) "
    r"(?:of|by|from) (?:an? |the )?(?:[\w-]+,? ){0,4}$",
    re.IGNORECASE,
)
_OF_IT = re.compile(
    r" (?:liver |hepatic |nodal |bone )?metastas[ie]s\b(?! (?:is|are|was|were|not)\b)|"
    r",? \(?metastas[ie]s\)?\s*(?:$|[.,;)])|"
    r"(?:,? [\w-]+(?: [\w-]+){0,3}){0,2}?,? \(?(?:metastatic|secondary)\)?\s*(?:$|[.;)])",
    re.IGNORECASE,
)
#: "Bone, iliac crest: carcinoma, metastatic to bone".
_TO_PLACE = re.compile(r",? \(?metastatic (?:to|in) (?:the )?(?P<place>[a-z]{4,})", re.IGNORECASE)
#: What the next sentence says of a tumor just named.
_IT = re.compile(
    r"\W*(?:(?:and )?(?:it|this(?: tumou?r| lesion| one)?|the latter)|these)\b[^.;]{0,60}", re.IGNORECASE
)
#: What a tumor has beside it ("with a minor component of another") says nothing of itself.
_WITH = re.compile(r"\bwith\b|\bw/", re.IGNORECASE)
#: Words of another pathologist, in quotation marks, and how far before them it is told whose they are.
_QUOTED = re.compile(
    r"\b(?:your|provisional|preliminary|referr(?:al|ing|er)|refer(?:ral|red)|submitt(?:ing|ed)|sender|"
    r"request|sent (?:in |to us )?as|contribut\w+|outside|first|original|frozen|letter|form)\b"
    r"[^\"'“”‘’«»]{0,50}[\"'“‘«][^\"“”«»]{0,90}$",
    re.IGNORECASE,
)
_SHARED = re.compile(r"\b(?:agree|concur|confirm|support|correct|stands|maintain)", re.IGNORECASE)
_QUOTE = re.compile("[\"'“‘«]")
#: A sentence that lists what the tumor might have been.
_DIFFERENTIAL = re.compile(r"\W*(?:the |a |my |our )?(?:differential|d\.?d\.?x?\b|ddx\b)", re.IGNORECASE)
_SETTLED = re.compile(
    r"\b(?:but|however|favou?r\w*|final|diagnosis is|best|settled|confirm\w*|we )", re.IGNORECASE
)
#: A sentence that ends with the number of a part ("not a metastasis of II. Well differentiated ...").
_NUMBERED = re.compile(r".*\b(?:of|to|from|in|as) (?:[IVX]{1,4}|\d)\.\s+(?=[A-Z])", re.DOTALL)
#: The year of another tumor behind its name ("melanoma of the left arm 2009").
_DATED = re.compile(
    r",? (?:of|in|from|at) (?:the )?(?:(?!WHO|AJCC|UICC|TNM|ICD|CAP|ENETS|edition)[\w-]+ ){1,4}?\(?"
    r"(?:19[5-9]\d|20[0-3]\d)\b(?![-/.]\d|\s*(?:WHO|AJCC|UICC|edition|classif))",
    re.IGNORECASE,
)
_VOCABULARIES: dict[int, tuple[FieldPatterns, Vocabulary]] = {}
_FOUND: WeakKeyDictionary[Document, list[Mention]] = WeakKeyDictionary()


def vocabulary(document: Document) -> Vocabulary:
    """The vocabulary of the document's pattern data."""
    patterns = document.patterns("histology")
    if id(patterns) not in _VOCABULARIES:
        _VOCABULARIES[id(patterns)] = (patterns, Vocabulary(patterns))
    return _VOCABULARIES[id(patterns)][1]


def mentions(document: Document) -> list[Mention]:
    """All tumors a report names, in order of the text."""
    if document not in _FOUND:
        _FOUND[document] = _mentions(document)
    return _FOUND[document]


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
        here = [_judged(unit, start, end, name, words) for start, end, name in names]
        following = document.units[unit.index + 1 : unit.index + 2]
        options = words.says("options", unit.text) or any(u.text.startswith("__") for u in following)
        for mention in here:
            mention.typed = typed
            mention.template = mention.template or many or (options and mention.kind != "none")
        for mention, another in pairwise(here):
            if mention.denied and words.says("list", unit.text[mention.end : another.start]):
                another.denied = True
        found += here
        found += composite(unit, here, words)
    if not any(m.counts and m.rank in (2, 3) and m.weight > 0 for m in found):
        found += _squeezed(document, words)
    _mark_dated(found)
    _mark_forms(found, words)
    _mark_aside(document, found, words)
    _settle_grade(document, found, words)
    return found


def _judged(unit: Unit, start: int, end: int, name: str, words: Vocabulary) -> Mention:
    """A mention with what the words around it say."""
    mention = Mention(unit, start, end, name, words.kinds.get(name, "none"), words.ranks.get(name, 3))
    says, text = words.says, unit.text
    before, after = text[max(0, start - 110) : start], text[end : end + 80]
    if (numbered := _NUMBERED.match(before)) is not None:
        before = before[numbered.end() :]
    denied = words.rule("denied-before").search(before)
    mention.denied = (denied is not None and not says("allowed-again", denied[0][3:])) or says(
        "denied-after", after
    )
    mention.doubtful = says("doubtful-before", before) or says("doubtful-after", after)
    if not mention.doubtful and (listed := _DIFFERENTIAL.match(text)) is not None:
        mention.doubtful = _SETTLED.search(text, listed.end(), start) is None
    quoted = _QUOTE.search(before) is not None
    shared = quoted and _SHARED.search(text) is not None
    mention.historical = says("historical", before) and not shared
    if quoted and not shared and not mention.denied:
        mention.denied = _QUOTED.search(text[max(0, start - 180) : start]) is not None
    mention.aside = (
        says("aside", before) or says("aside", unit.under) or says("aside", _WITH.split(after[:30])[0])
    )
    mention.metastatic = says("metastatic", before[-40:]) or says("metastatic", text[start:end])
    mention.metastatic = mention.metastatic or _OF_IT.match(after) is not None
    if (to := _TO_PLACE.match(after)) is not None:
        held = f"{unit.heading} {unit.under} {text[:start]}".lower()
        mention.metastatic = mention.metastatic or to["place"].lower() in held
    mention.metastatic = mention.metastatic or _LOCALIZED.search(before[-80:]) is not None
    mention.template = says("option", before) or says("option-after", after)
    if text[start:end][-1:] in "sS" and (says("class-before", before) or says("class-after", after)):
        mention.template = True
    mention.measured = says("measured", text)
    if says("in-situ-after", after) and mention.rank > 1 and mention.kind == "none":
        mention.rank = 1
    return mention


def _squeezed(document: Document, words: Vocabulary) -> list[Mention]:
    """Names the scan broke up with spaces ("carc in oma"), looked for where no name was found."""
    found = []
    for unit in document.units:
        if unit.section in ("blocks", "history", "intraoperative"):
            continue
        places = [i for i, char in enumerate(unit.text) if not char.isspace()]
        text = "".join(unit.text[i] for i in places)
        for name, pattern in words.squeezed:
            if match := pattern.search(text):
                start, end = places[match.start()], places[match.end() - 1] + 1
                mention = _judged(unit, start, end, name, words)
                mention.denied = mention.denied or words.says("denied-squeezed", text[: match.start()])
                found.append(mention)
                break
    return found


def _mark_dated(found: list[Mention]) -> None:
    """A tumor with its year ("melanoma of the left arm 2009"), where the report names one of today."""
    dated = [m for m in found if not m.metastatic and _DATED.match(m.unit.text, m.end) is not None]
    if dated and any(
        m.counts and m.rank == MALIGNANT and not m.historical and m.weight > 0
        for m in found
        if m.name not in {d.name for d in dated}
    ):
        for mention in dated:
            mention.historical = True


def _mark_forms(found: list[Mention], words: Vocabulary) -> None:
    """Options of a printed form: names in a run of short or numbered lines, none marked."""
    for position, mention in enumerate(found):
        if mention.rank == 0:
            continue
        near = [
            other
            for other in found[max(0, position - 8) : position + 9]
            if abs(other.unit.index - mention.unit.index) <= 9
            and len(other.unit.text) <= 75
            and _listed_together(mention.unit, other.unit, words)
        ]
        names = len({other.name for other in near})
        numbered = sum(words.says("numbered", other.unit.text) for other in near)
        short = len(mention.unit.text) <= 75
        if (
            (short and names >= 5)
            or (short and names >= 3 and numbered >= 3)
            or (names >= 3 and numbered >= 3 and words.says("numbered", mention.unit.text))
        ):
            mention.template = True


def _listed_together(unit: Unit, other: Unit, words: Vocabulary) -> bool:
    """Whether two lines may be options of one item: not the diagnoses of two parts of a report."""
    if unit.part == other.part and unit.under == other.under:
        return not any(each.label is not None and "," in each.label_text for each in (unit, other))
    return all(words.says("numbered", each.value_text) for each in (unit, other))


def _mark_aside(document: Document, found: list[Mention], words: Vocabulary) -> None:
    """A tumor that the next sentence calls another one ("this is an incidental finding")."""
    for mention, another in zip_longest(found, found[1:]):
        if another is not None and another.unit is mention.unit:
            continue
        for unit in document.units[mention.unit.index + 1 : mention.unit.index + 2]:
            if (told := _IT.match(unit.text)) and words.says("aside", told[0]):
                mention.aside = True


def _settle_grade(document: Document, found: list[Mention], words: Vocabulary) -> None:
    """Settle names that the lines around them qualify.

    A neuroendocrine carcinoma called well or moderately differentiated there; a medullary one of a thyroid.
    """
    thyroid = any(m.name == "medullary carcinoma" for m in found) and any(
        "thyroid" in u.text.lower() or "calcitonin" in u.text.lower() for u in document.units
    )
    for mention in found:
        if mention.name == "medullary carcinoma" and thyroid:
            mention.name, mention.kind = "medullary thyroid carcinoma", "net"
        if mention.kind == "nec":
            _settle_synonym(mention, found)
        if mention.name != "neuroendocrine carcinoma":
            continue
        at = mention.unit.index
        around = [u.text for u in document.units[at : at + 5] if u.part == mention.unit.part]
        text = " ".join(around)
        if words.says("low", text) and not words.says("high", text):
            mention.name, mention.kind = "neuroendocrine carcinoma, well differentiated", "net"


def _settle_synonym(mention: Mention, found: list[Mention]) -> None:
    """A neuroendocrine carcinoma in parentheses after another neuroendocrine name is that tumor."""
    for other in found:
        if other.unit is mention.unit and other.kind not in ("none", "nec") and other.end <= mention.start:
            between = mention.unit.text[other.end : mention.start]
            if "(" in between and ")" not in between and len(between) < 40:
                mention.name, mention.kind = other.name, other.kind
