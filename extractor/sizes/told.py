"""The size told by the clinician or seen on an image: it counts where nothing was measured here."""

import re
from collections.abc import Iterator

from extractor.document import Document
from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.origin.sites import sites
from extractor.statements.earlier import PENALTY
from extractor.tumors.index import UNSPECIFIC
from extractor.tumors.mentions import mentions
from extractor.tumors.organ_places import hits, organs
from extractor.unit import Unit

#: The features of a tumor whose size is told outside of what the pathologist saw.
_CLINICAL = {f"size_{n}" for n in ("subject_tumor", "subject_lesion", "labelled_tumor", "labelled_plain")}
#: Features by which a dimension is not the size of this tumor, and those that a few words may refute.
NOT_THIS = {
    f"size_{n}"
    for n in (
        *("distance_after", "distance_before", "within_before", "definition", "other", "aggregate"),
        *("node_sentence", "node_after", "subject_node", "subject_edge"),
    )
}
_REFUTED = {"size_within_before", "size_distance_before", "size_node_after", "size_node_sentence"}
#: What weighs against a size in a description and says nothing in a request ("weight loss", "from").
_IDLE = (
    *("size_received_before", "size_cassette_before", "size_ranging_before", "size_subject_specimen"),
    *("size_subject_deposit", "size_subject_other", "size_deposit_under"),
)
#: A label of the history, and how an examination begins ("O/E growth", "P/S: ulcer").
_TOLD = re.compile(
    r"\W*(?:clin(?:ic(?:al)?)?|information|history|hx|indication|request|details|[hc]/o|c/c|c/f|"
    r"on examination|chief complaints?|complaints?|(?:o|l|p)/e|p/[srva]|per (?:rectum|vaginam|speculum)|"
    r"imaging|radiology|endoscop(?:y|ic(?: findings?)?)|referral|anamnesis|previous(?: specimen)?|"
    r"prior(?: specimen)?|pre-?op(?:erative)?(?: (?:dx|diagnos[ei]s|data|info\w*|findings?))?|"
    r"nature of (?:the )?(?:specimen|sample|material)|"
    r"(?:outside|referr(?:ing|al)|original|sender'?s?) (?:gross|macro\w*)(?: (?:description|findings?))?)"
    r"(?:\b|(?<=/\w))",
    re.IGNORECASE,
)
#: The label of a request.
_REQUEST = re.compile(
    r"\W*(?:clin(?:ic(?:al)?)?(?: (?:history|notes?|details|data|info(?:rmation)?|hx))?|history|hx|"
    r"[hc]/o|c/f|indication)\W{0,3}:",
    re.IGNORECASE,
)
#: Words of another time, and of what is not this tumor.
_THEN = re.compile(
    r"\b(?:previous(?:ly)?|prior|former(?:ly)?|ago|earlier|(?:has|had) been|"
    r"was (?:re(?:mov|sect)ed|excised)|"
    r"status post|s/p|history of|since (?:19|20)\d\d|in (?:19|20)\d\d)\b|"
    r"\bh/o\b(?!:)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:node|nodal|lymph|cyst|polyps?|fibroid|metasta\w+|mets?|mt[sx]|secondar(?:y|ies)|deposits?|liver|"
    r"hepatic|bone)\b",
    re.IGNORECASE,
)
#: Ends of what is said with one breath.
_BREAK = re.compile(r"[,;](?!\d)|[:.](?=\s)")
_STOP = re.compile(r"(?<![A-Z])[.;](?=\s)")
#: An operation that completes one before, in which the tumor was measured.
_COMPLETION = Expression(
    r"\bcompletion\b|\bno residual (?:[\w-]+ ){0,3}(?:tumou?r|NET|carcinoid)", re.IGNORECASE
)
_INCIDENTAL = re.compile(r"\bincidental(?:ly)?\b", re.IGNORECASE)
_ANOTHER = re.compile(r"\b(?:second|another|separate|other|additional)\b", re.IGNORECASE)
_UNKNOWN = Expression(
    r"\bprim(?:ary|itive)(?: tumou?r| site| origin)?(?: is| was| still)? "
    r"(?:unknown|not (?:yet )?(?:known|found|identified)|unclear)\b|"
    r"\b(?:unknown|no known) primary\b|\bprimary ?\?",
    re.IGNORECASE,
)
_LIVER = Expression(
    r"\b(?:liver|hepatic)\b[^.;\n]{0,40}\b(?:biops(?:y|ies)|cores?)\b|"
    r"\b(?:biops(?:y|ies)|cores?) of (?:the )?liver\b",
    re.IGNORECASE,
)
_DEPOSITED = re.compile(
    r"\b(?:metasta\w+|mets?|mt[sx]|secondar(?:y|ies)|deposits?|liver|hepatic)\b", re.IGNORECASE
)
_MESENTERY = re.compile(r"\bmesenter(?:y|ic)\b", re.IGNORECASE)
_POLYP = re.compile(r"\bpolyps?\b", re.IGNORECASE)
_RANGE = re.compile(r"\d ?(?:[cm]m )?(?:-|to) ?\d")
#: What a mass has beside it: "4 cm mass with liver mets".
_WITH_SPREAD = re.compile(
    r"\b(?:with|w/|and|plus|\+) ?(?:(?:\w+|[,/&]) ){0,7}\(?\??(?:mets?|metasta\w+|deposits?|nodes?|LNs?|"
    r"(?:lymph)?adenopathy|"
    r"(?:liver|hepatic|lung|pulmonary|bone|omental|peritoneal) (?:lesions?|nodules?|mass(?:es)?|SOLs?))\b",
    re.IGNORECASE,
)
#: Names a request has for a tumor, right before its size ("SOLs (largest 5 cm") or right behind it.
_LESION = (
    r"(?:SOLs?|space[- ]occupying lesions?|hypo-?\w*dens(?:ity|ities)|lesions?|nodules?|mass(?:es)?|growths?|"
    r"tumou?rs?|neoplasms?|ulcer\w*|infiltrations?|thickening|foc(?:us|i)|deposits?|mets|metastas[ei]s|"
    r"secondar(?:y|ies)|polyps?|process(?:es)?|bulk|carcinoids?|NETs?|SMTs?|protrusions?|"
    r"change|opacit(?:y|ies)|shadows?|abnormalit(?:y|ies)|"
    r"(?:ca|cancer|carcinoma)\b(?! 19))"
)
_LEFT = re.compile(
    rf"\b(?P<noun>{_LESION})\b(?P<between>(?:(?!\b{_LESION}\b)[^.;:\d]|[.:](?!\s)|(?<!\d)\d{{1,2}}(?![\d.,]|"
    r" ?[cm]m)){0,60})$",
    re.IGNORECASE,
)
_RIGHT = re.compile(rf"[ -]?(?:[\w/-]+,? ){{0,4}}?(?P<noun>{_LESION})\b", re.IGNORECASE)
_ELSE = re.compile(
    r"\b(?:cysts?|stones?|calcul\w+|nodes?|nodal|lymph\w*|adenopathy|spleen|uterus|prostate|kidneys?|aneurysm|"
    r"aorta|fibroids?|duct|CBD|lobe (?:is|measures)|from|away|anal verge|incisors?|scope|distance|wall)\b",
    re.IGNORECASE,
)
#: Where a tumor lies, and no size: "at 35 cm", "growth from 25 to 30 cm".
_PLACE = re.compile(r"\b(?:at|from|till|until) (?:about |approx\.? )?$", re.IGNORECASE)
_NEAR = 100


def told_only(document: Document, found: list[Candidate]) -> None:
    """Where no size was measured here, that of this tumor in the clinical details or an image counts."""
    told = {unit.index for unit in {id(c.unit): c.unit for c in found}.values() if _told(document, unit)}
    seen = [
        c
        for c in found
        if document.rank(c.unit.section) > 1 and _CLINICAL & c.features.keys() and c.unit.index not in told
    ]
    if any(not NOT_THIS & c.features.keys() for c in seen):
        return
    named = [m for m in mentions(document) if m.counts and m.rank > UNSPECIFIC and not m.historical]
    named = [m for m in named if m.unit.section != "history"]
    # no primary tumor is in the specimen
    spread = (bool(named) and all(m.metastatic for m in named)) or _UNKNOWN.anywhere(
        document.text.clean
    ) is not None
    # the liver's own lesion, of which a piece was taken
    spread = spread or _LIVER.anywhere(document.text.clean) is not None
    completed = _COMPLETION.anywhere(document.text.clean) is not None
    asked = [c for c in found if c.unit.index in told]
    deposits: list[Candidate] = []
    for candidate in asked:
        features, unit = candidate.features, candidate.unit
        noun = _noun(candidate)
        if not _CLINICAL & features.keys() and noun is None:
            continue
        against = NOT_THIS & features.keys()
        if against and (noun is None or against - _REFUTED):
            continue
        words = _WITH_SPREAD.sub("", _breath(candidate, noun))
        if (spread and _DEPOSITED.search(words)) or _MESENTERY.search(words):
            deposits.append(candidate)
        words = _DEPOSITED.sub("", words) if spread else words
        if noun is not None and _POLYP.fullmatch(noun):
            if len(asked) > 1 or not _of_the_site(document, unit) or _of_several(candidate, noun):
                continue
            words = _POLYP.sub("", words)
        before = _THEN.search(_sentence(candidate)) is not None
        if _AWAY.search(words) or (before and not (spread and completed)):
            continue
        if features.pop("historical", None) is not None:
            features["strength"] = features.get("strength", 0.0) + PENALTY
        if noun is not None:
            for name in (*against, *_IDLE):
                features.pop(name, None)
            if not _CLINICAL & features.keys():
                features["size_subject_lesion"] = 1.0
        if _POLYP.search(unit.text) or (_INCIDENTAL.search(unit.text) and not _ANOTHER.search(unit.text)):
            features.pop("other_lesion", None)  # found by chance, and what was sampled
        features["size_imaging_alone"] = 1.0
        features.pop("size_imaging", None)
    _largest_deposit([c for c in asked if "size_imaging_alone" in c.features], deposits)


def _largest_deposit(told: list[Candidate], deposits: list[Candidate]) -> None:
    """Where nothing but deposits is told of, the largest counts."""
    if len(told) > 1 and all(candidate in deposits for candidate in told):
        most = max(candidate.value for candidate in told)
        for candidate in told:
            if candidate.value < most:
                del candidate.features["size_imaging_alone"]


def frozen_only(found: list[Candidate], good: list[Candidate]) -> None:
    """The tumor's size of an intraoperative consultation counts where no other is told of a tumor."""
    told = [c for c in found if _CLINICAL & c.features.keys()]
    if told and all(c.unit.section == "intraoperative" for c in told):
        for candidate in good:
            candidate.features["size_imaging_alone"] = 1.0  # weighs as the only size of an image does


def not_asked(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes without what a line of the request says that stands in no section of its own.

    All are kept where no tumor was measured.
    """
    asked = {
        unit.index
        for unit in {id(c.unit): c.unit for c in found}.values()
        if unit.section != "history" and any(_REQUEST.match(t) for t in _line_begins(document, unit))
    }
    if not asked or not any(
        c.unit.index not in asked and _CLINICAL & c.features.keys() and not NOT_THIS & c.features.keys()
        for c in found
    ):
        return found
    return [c for c in found if c.unit.index not in asked]


def _line_begins(document: Document, unit: Unit) -> Iterator[str]:
    """How a unit and those before it on its line begin."""
    clean, at = document.text.clean, unit.index
    yield unit.text
    while at and "\n" not in clean[document.units[at - 1].end : document.units[at].start]:
        at -= 1
        yield document.units[at].text


def _told(document: Document, unit: Unit) -> bool:
    """Whether a unit is what the clinician told, by its section, its label, or how its line begins."""
    if unit.section == "history" or _TOLD.match(unit.label_text):
        return True
    return any(_TOLD.match(begin) for begin in _line_begins(document, unit))


def _noun(candidate: Candidate) -> str | None:
    """The word for a lesion that a size in a request belongs to."""
    at, end = candidate.start - candidate.unit.start, candidate.end - candidate.unit.start
    before, after = candidate.unit.text[max(0, at - _NEAR) : at], candidate.unit.text[end : end + _NEAR]
    if _PLACE.search(before):
        return None
    left = _LEFT.search(before)
    if left is not None and not _ELSE.search(left["between"]):
        return left["noun"]
    right = _RIGHT.match(after)
    if right is not None and not _ELSE.search(right[0]):
        return right["noun"]
    return None


def _of_several(candidate: Candidate, noun: str) -> bool:
    """Whether a size is the range of several polyps ("five polyps, 2 to 6 mm")."""
    at = candidate.start - candidate.unit.start
    return noun.lower().endswith("s") and (
        _RANGE.search(candidate.unit.text, at, candidate.end - candidate.unit.start) is not None
    )


def _breath(candidate: Candidate, noun: str | None) -> str:
    """What is said of a size in one breath, from before its noun."""
    text = candidate.unit.text
    at, end = candidate.start - candidate.unit.start, candidate.end - candidate.unit.start
    if noun is None:
        return text[len(candidate.unit.label_text) :]
    if (place := text.rfind(noun, 0, at)) < 0:
        place = at
    begin = max((m.end() for m in _BREAK.finditer(text, 0, place)), default=0)
    close = _BREAK.search(text, end)
    return text[begin : close.start() if close else len(text)]


def _sentence(candidate: Candidate) -> str:
    """The sentence of a unit that a size stands in."""
    text, at = candidate.unit.text, candidate.start - candidate.unit.start
    begin = max((m.end() for m in _STOP.finditer(text, 0, at)), default=0)
    close = _STOP.search(text, candidate.end - candidate.unit.start)
    return text[begin : close.start() if close else len(text)]


def _of_the_site(document: Document, unit: Unit) -> bool:
    """Whether a unit names no other organ than the tumor's."""
    ranked = sites(document)
    if not ranked:
        return True
    own = {
        ranked[0].organ,
        *(o for pair in organs(document).narrower if ranked[0].organ in pair for o in pair),
    }
    return all(hit.organ in own for hit in hits(document)[unit.index])
