"""Lines of a report that speak of another lesion than the index tumor.

Another primary (:mod:`extractor.tumors.primaries`) keeps its lines for itself, and so does a benign lesion:
the mitoses of a leiomyoma and the necrosis of an adrenal adenoma say nothing of the carcinoma beside them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from extractor.matching.expressions import Expression
from extractor.tumors.index import index
from extractor.tumors.mention import MALIGNANT, Mention
from extractor.tumors.mentions import mentions
from extractor.tumors.organ_places import hits
from extractor.tumors.primaries import ELSEWHERE, Stretch, different, labelled, leading, stretches

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.unit import Unit

#: Benign lesions that are no tumor's name elsewhere, and words after which a benign lesion is where the tumor
#: lies or comes from.
_BENIGN = Expression(
    r"\b(?:angio|myelo|hiberno|fibro)?lipoma(?:s|ta)?\b|\bn(?:a)?evus\b|\bn(?:a)?evi\b|\bn(?:a)?evus cells\b|"
    r"\bhamartomas?\b|\bmicroadenomas?\b|\bparathyroid (?:nodule|gland|adenoma|hyperplasia)s?\b|"
    r"\bpancreatic (?:rest|heterotopia)\b|\bmyolipoma\b|\btumou?r-?lets?\b|"
    r"\b[il1]eio(?:m|in|rn|ni)y?oma(?:s|ta)?\b|\bgoit(?:er|re)s?\b|"
    r"\b(?:adenomatous|colloid|hyperplastic) nodules?\b|\bkeratos[ei]s\b|"
    r"\bincidental (?:nodule|lesion|finding)s?\b",
    re.IGNORECASE,
)
#: What another report said of it, in quotation marks or in a bracket with a year.
_QUOTED = re.compile(
    r"\b(?:your|provisional|preliminary|refer\w+|submitt\w+|sender|request|sent|contribut\w+|"
    r"outside(?! review)|original|initial|"
    r"frozen|letter|form|fax|prior|previous|earlier|former|cytology|aspirat\w+|FNAC?|biopsy|described|(?:19|20)\d\d)\b"
    r"[^\"'“”‘’«»]{0,60}[\"“«][^\"“”«»]{0,160}$",
    re.IGNORECASE,
)
_QUOTES = re.compile('["“«]')
_AGREED = re.compile(r"\b(?:agree|concur|confirm|correct|stands|maintain)", re.IGNORECASE)
_BRACKET = re.compile(r"\([^()]{0,120}$")
_THEN = re.compile(
    r"\b(?:operat|resect|remov|excis|treated|history|known|s/p|status post)[^()]*\b(?:19|20)\d\d|"
    r"\b(?:19|20)\d\d[^()]*\b(?:operat|resect|remov|excis|treated)",
    re.IGNORECASE,
)
#: Growth that has not invaded yet, beside a tumor that has.
_IN_SITU = Expression(
    r"\b(?:in[- ]situ(?! ?hybridi| ?PCR)|(?-i:[DL]?CIS|d?VIN|VAIN|CIN|PanIN|BilIN|PIN)(?: ?-?[123I]{1,3})?|"
    r"intraductal component|intra-?epithelial (?:neoplasia|component)|dysplasia)\b",
    re.IGNORECASE,
)
_INVADES = re.compile(
    r"\binva(?:sive|ding|des|sion)|\binfiltrat|carcinoma(?! in[- ]situ)|cancer|\btumou?r\b|"
    r"(?:astrocyt|gli|dendrogli|blast|sarc|melan|lymph|mesotheli)oma\b",
    re.IGNORECASE,
)
#: Between clauses, and benign tumors by name.
_CLAUSE = re.compile(r"[.;]\s")
_BENIGN_NAMES = re.compile(
    r"\b(?:leiomyoma|schwannoma|lipoma|h(?:a)?emangioma|oncocytoma|angiomyolipoma|hamartoma|n(?:a)?evus|"
    r"(?:fibro|tubular |cortical |parathyroid |micro)adenoma|adrenal adenoma|"
    r"granular cell tumou?r)(?:s|ta)?\b",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:aris(?:ing|es|en)|origin\w*|developing|develops?|ex|within|inside|in (?:an?|the|its)|from|into|"
    r"no|not|without|background|versus|vs|than|like|resembl\w+|residual|remnants?|exclud\w+)\b[^.;:]{0,40}$",
    re.IGNORECASE,
)
_LACKING = re.compile(
    r"[\w ,]{0,25}\b(?:absen ?t|lacking|not (?:seen|found|present|identified))", re.IGNORECASE
)
_MALIGNANT_WORDS = re.compile(r"carcinoma|cancer|malignan|sarcoma|melanoma|invasive", re.IGNORECASE)
_INCIDENTAL = re.compile(r"\W*(?:\d{1,2}[.)]\s*|[A-Z][.)]\s*)?[il1]ncidental\b", re.IGNORECASE)
#: A line that speaks of a benign lesion too, or says what is called one; a stage, which these have not.
_ALSO = re.compile(
    r"(?:\b(?:but|with|and|also|plus|has|have|shows?|contains?)\b|&)[^.;:]{0,40}$", re.IGNORECASE
)
_DEFINES = re.compile(r"(?:[<>≤≥]|\b(?:below|under|less than|up to)) ?\d[^.;:]{0,30}$", re.IGNORECASE)
_STAGED = re.compile(r"\b(?:[yrm]?pT ?|T)(?:[0-4X]|is)(?![0-9])")
#: How soon a line on a benign lesion names it.
_SOON = 80
#: How soon a sentence names the organ it speaks of.
_BEGUN = 28
_TUMOR = re.compile(r"\b(?:the|main|index|dominant|largest) tumou?r\b", re.IGNORECASE)

#: What is said of all tumors of a report.
_SHARED = re.compile(
    r"\b(?:either|neither|both|each)\b|\ball (?:the )?(?:\w+ )?(?:margins|edges|tumou?rs|lines)\b",
    re.IGNORECASE,
)

_OTHERS: WeakKeyDictionary[Document, frozenset[int]] = WeakKeyDictionary()
_BENIGN_UNITS: WeakKeyDictionary[Document, frozenset[int]] = WeakKeyDictionary()


def of_other_primary(document: Document) -> frozenset[int]:
    """Indices of the units that speak of another primary."""
    if document not in _OTHERS:
        _OTHERS[document] = _others(document)
    return _OTHERS[document]


def of_benign(document: Document) -> frozenset[int]:
    """Indices of the units that speak of a benign lesion beside a malignant index tumor."""
    if document not in _BENIGN_UNITS:
        _BENIGN_UNITS[document] = _benign(document)
    return _BENIGN_UNITS[document]


def speaks_aside(document: Document, unit: Unit, at: int) -> str | None:
    """Whether the clause at a place of a unit speaks of ``in situ`` growth, a ``benign`` lesion, ``then``."""
    found = index(document)
    if found is None or found.best.rank != MALIGNANT:
        return None
    text = unit.text
    if (bracket := _BRACKET.search(text, 0, max(0, at))) is not None:
        whole = text[bracket.start() : text.find(")", at) + 1 or None]
        if _THEN.search(whole):
            return "then"
    quoted = _QUOTES.search(text, 0, max(0, at)) and not _AGREED.search(text)
    if quoted and _QUOTED.search(text[max(0, at - 230) : max(0, at)]):
        return "then"
    begun = max((m.end() for m in _CLAUSE.finditer(text, 0, max(0, at))), default=0)
    ended = _CLAUSE.search(text, at)
    clause = text[begun : ended.start() if ended is not None else len(text)]
    if (match := _IN_SITU.search(clause)) is not None:
        invades = _INVADES.search(clause[: match.start()] + clause[match.end() :])
        return None if invades else "in situ"
    if begun and (match := _BENIGN_NAMES.search(clause)) is not None:
        named = _FROM.search(clause[: match.start()]) or _INVADES.search(clause)
        return None if named else "benign"
    return None


def _others(document: Document) -> frozenset[int]:
    found = index(document)
    if found is None or found.kind == "minen" or not stretches(document):
        return frozenset()
    own = leading(document, found.kind, found.best)
    if own is None:
        return frozenset()
    others = [s for s in stretches(document) if s is not own and different(own, s)]
    if not others:
        return frozenset()
    named = {s.tumor.unit.index for s in others if s.tumor is not None}
    organs = {s.organ for s in others} - {own.organ, None}
    speaks = {u.index for s in others for u in s.units} | _labelled_lines(document, organs)
    speaks -= {u.index for u in own.units}
    return frozenset(i for i in speaks if i in named or not _of_both(document, document.units[i], own))


def back_to_index(document: Document) -> frozenset[int]:
    """Units on another primary, in a line behind a sentence that begins with the index tumor's organ."""
    apart, found = of_other_primary(document), index(document)
    own = leading(document, found.kind, found.best) if found is not None and apart else None
    if own is None or own.organ is None:
        return frozenset()
    back: set[int] = set()
    for unit in document.units[1:]:
        first, above = hits(document)[unit.index][:1], document.units[unit.index - 1]
        if "\n" in document.text.clean[above.end : unit.start]:
            continue
        named = bool(first) and first[0].start <= _BEGUN
        begins = first[0].organ == own.organ if named else above.index in back
        if begins and (unit.index in apart or above.index in apart or above.index in back):
            back.add(unit.index)
    return frozenset(back)


def _of_both(document: Document, unit: Unit, own: Stretch) -> bool:
    """Whether a line among those on another primary speaks of the index tumor too, or of its organ."""
    organs = {h.organ for h in hits(document)[unit.index]}
    return _SHARED.search(unit.text) is not None or organs == {own.organ}


def _labelled_lines(document: Document, organs: set[str | None]) -> set[int]:
    """Lines of a description that begin with the organ of another primary, to their end."""
    speaks: set[int] = set()
    goes_on = False
    before: Unit | None = None
    for unit in document.units:
        if before is None or "\n" in document.text.clean[before.end : unit.start]:
            goes_on = False
        if (organ := labelled(document, unit)) is not None:
            goes_on = organ in organs and unit.section not in ELSEWHERE
        if goes_on:
            speaks.add(unit.index)
        before = unit
    return speaks


def _benign(document: Document) -> frozenset[int]:
    found = index(document)
    if found is None or found.best.rank != MALIGNANT:
        return frozenset()
    named: dict[int, bool] = {}  # unit: whether what it names is but benign
    here: dict[int, list[Mention]] = {}
    for m in mentions(document):
        here.setdefault(m.unit.index, []).append(m)
        benign = m.rank == 0 and m.counts and m.start <= _SOON
        benign = benign and not _FROM.search(m.unit.text[: m.start])
        named[m.unit.index] = named.get(m.unit.index, True) and benign
    speaks: set[int] = set()
    goes_on = False
    before: Unit | None = None
    for unit in document.units:
        if before is None or "\n" in document.text.clean[before.end : unit.start]:
            goes_on = False
        told = named.get(unit.index)
        if told is None and (match := _BENIGN.search(unit.text)):
            before_it = unit.text[: match.start()]
            beside = _FROM.search(before_it) or _ALSO.search(before_it) or _DEFINES.search(before_it)
            told = not (beside or _LACKING.match(unit.text, match.end()))
        if _INCIDENTAL.match(unit.text) and not found.best.aside and unit.section not in ELSEWHERE:
            told = all(m.name != found.best.name for m in here.get(unit.index, ()))
        elif told and _MALIGNANT_WORDS.search(unit.text):
            told = False
        if told is not None:
            goes_on = told
        elif goes_on and (
            hits(document)[unit.index] or _TUMOR.search(unit.text) or _STAGED.search(unit.text)
        ):
            goes_on = False
        if goes_on:
            speaks.add(unit.index)
        before = unit
    return frozenset(speaks)
