"""The size of an organ: never the tumor's, unless the tumor replaces the organ or is all there is of it.

"The ovary measures 9 x 6 cm and is entirely replaced by tumor" gives the tumor's size; "the right ovary
measures 3 cm", "seminal vesicle 4 cm" and "12 x 7 x 5 cm, 79 g" give none.
"""

from __future__ import annotations

import re

from extractor.document import Document
from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.origin.sites import sites
from extractor.sizes.choice import FINAL, TUMOR

_NEOPLASM = r"(?:tumou?rs?|(?<!cystic )mass(?:es)?|neoplasms?|\w*carcinomas?|growth|malignancy)"
_TAKEN = (
    r"\b(?:is|are|was|has been|have been|appears?(?: to be)?)(?: now| grossly)?\s{1,2}"
    r"(?:(?:almost|nearly|virtually|essentially|subtotally|near[- ]totally)?\s{0,2}"
    r"(?:completely|entirely|totally|wholly|extensively|largely|diffusely|mostly)?\s{0,2})"
    r"(?:replaced|effaced|obliterated|overgrown)\s{1,2}(?:and \w+ )?(?:by|with)\s{1,2}"
)
#: That a tumor has taken the place of an organ, and that a goiter has.
_REPLACED = Expression(
    rf"{_TAKEN}(?:(?!normal|fat\b|fibr|cyst\b|hemorr|goit|colloid|with\b)[\w/,-]+,? ){{0,7}}?{_NEOPLASM}\b",
    re.IGNORECASE,
)
_GOITER = Expression(rf"{_TAKEN}(?:[\w/,-]+ ){{0,4}}?(?:goit(?:er|re)s?|colloid nodules)\b", re.IGNORECASE)
_ORGAN = (
    r"(?:ovar(?:y|ies)|ovarian (?:tissue|parenchyma|stroma|specimen)|adnex\w+|testis|testicle|"
    r"thyroid(?: lobe)?|lobe|adrenal(?: gland)?|kidney|parotid(?: gland)?|gland)"
)
#: How the organ is named before its dimension, and behind an attributive one.
_BEFORE = re.compile(rf"\b{_ORGAN}\b(?:(?!tube|uter|cervi|oment|spleen|node)[^.;]){{0,60}}$", re.IGNORECASE)
_BEHIND = re.compile(rf"[ ,]{{0,3}}(?:[\w/-]+,? ){{0,5}}?{_ORGAN}\b", re.IGNORECASE)
#: What begins the sentence that tells of the replacement.
_OF_IT = re.compile(
    rf"\b(?:it|which|that|and|{_ORGAN}|specimen|parenchyma|stroma|cut (?:surfaces?|sections?))\b"
    r"[^.;\d]{0,40}$",
    re.IGNORECASE,
)
#: How far behind a dimension the replacement is told.
_REACH = 330
#: What is said of a specimen and weighs no more where the tumor is the specimen.
_IDLE = ("size_received_before", "size_cassette_before", "size_distance_before")
#: Organs that are beside the tumor: their dimensions, right behind the name.
_BESIDE = re.compile(
    r"\b(?:seminal vesicles?|vas(?:a)? deferen(?:s|tia)|vas|fallopian tubes?|ureters?|urethra|vaginal cuff|"
    r"endometrial cavity|uterine cavity|(?:ecto|exo)cervix|(?:external |cervical )?os|endocervical canal|"
    r"(?P<ovary>ovar(?:y|ies))|spleen|umbilical cord|submandibular gland|salivary gland|skin ellipse|"
    r"cystic duct|adrenal gland|re-?excision(?: specimen)?|cavity (?:shave|margin))\b"
    r"(?P<between>(?: (?:on the (?:left|right)|remnant|is|are|was|which|that|and|the|it|also|each|"
    r"approximately|about|measur(?:es|ed|ing|ement)s?|dimensions?|size|in (?:size|length)|(?:right|left)\b)|"
    r"[ :,;(\"=-])*)$",
    re.IGNORECASE,
)
_OWN = re.compile(r"^(?:dimensions?|measurements?|size)$", re.IGNORECASE)
#: A weight beside a dimension without a name.
_GRAMS = r"\d[\d.,]{0,6} ?(?:g|gm|gms|grams?)\b"
_WEIGHT_BEHIND = re.compile(rf"[ ,;.(]{{0,3}}(?:and )?(?:weigh\w* )?{_GRAMS}", re.IGNORECASE)
_TUMOR_BEHIND = re.compile(r"\W{1,3}(?:[\w-]+ ){0,3}?(?:tumou?r|mass|neoplasm|nodule)\b", re.IGNORECASE)
#: A polyp of the uterus that no carcinoma is in, as a diagnosis names it, and how the gross names it.
_UTERINE_POLYP = re.compile(r"\b(?:endometri\w{1,3}|endocervical|cervical) polyps?\b", re.IGNORECASE)
_IN_POLYP = re.compile(r"carcinoma|malignan|tumou?r|cancer", re.IGNORECASE)
_POLYPOID = re.compile(
    r"[ ,]{1,3}(?:[\w-]+,? ){0,6}?(?:polyps?|polypoid,? (?:[\w-]+ ){0,2}(?:mass|lesion|nodule|growth))\b",
    re.IGNORECASE,
)
_WEIGHT = re.compile(rf"\W*(?:weigh\w*\W{{0,3}})?{_GRAMS}\W*", re.IGNORECASE)


def of_organs(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes, those of organs that tumor replaces told to be a tumor's, those of others left out."""
    replaced = [m.span() for m in _REPLACED.finditer(document.text.clean)] if found else []
    goiter = [m.span() for m in _GOITER.finditer(document.text.clean)] if found else []
    kept = []
    polyp = bool(found) and _has_polyp(document)
    for candidate in found:
        if polyp and _POLYPOID.match(candidate.unit.text, candidate.end - candidate.unit.start):
            continue
        names = candidate.features.keys()
        if not TUMOR & names and "size_subject_deposit" not in names:
            if replaced and _is_replaced(document, candidate, replaced):
                for name in [n for n in names if n.startswith(("size_subject", "size_inherited"))]:
                    del candidate.features[name]
                for name in _IDLE:
                    candidate.features.pop(name, None)
                candidate.features["size_subject_tumor"] = 1.0
            elif _is_beside(document, candidate) or (goiter and _is_replaced(document, candidate, goiter)):
                continue
            elif _weighed(document, candidate):
                candidate.features["size_labelled_below_specimen"] = 1.0
        kept.append(candidate)
    return kept


def _has_polyp(document: Document) -> bool:
    """Whether a diagnosis names a polyp of the uterus without a word of tumor, the primary elsewhere."""
    named = [
        unit
        for unit in document.units
        if (unit.section in FINAL or unit.section == "unknown")
        and _UTERINE_POLYP.search(unit.text)
        and not _IN_POLYP.search(unit.text)
    ]
    if not named:
        return False
    ranked = sites(document)
    return bool(ranked) and ranked[0].organ not in ("endometrium", "uterus")


def _is_replaced(document: Document, candidate: Candidate, replaced: list[tuple[int, int]]) -> bool:
    """Whether a dimension is of an organ that the words behind it call replaced."""
    if "size_subject_specimen" not in candidate.features:
        return False
    text = document.text.clean
    near = [lo for lo, _ in replaced if 0 <= lo - candidate.end <= _REACH]
    if not near:
        return False
    before = candidate.unit.text[: candidate.start - candidate.unit.start]
    named = _BEFORE.search(before) or _BEHIND.match(text, candidate.end)
    between = text[candidate.end : near[0]]
    return (
        named is not None
        and _OF_IT.search(between) is not None
        and not re.search(r"(?i)\b(?:uterus|container|labell?ed|part \w{1,5}\b|specimen [a-z\d]\b)", between)
    )


def _is_beside(document: Document, candidate: Candidate) -> bool:
    """Whether a dimension is told right behind the name of an organ beside the tumor."""
    if any(n.startswith(("size_labelled", "size_tumor", "size_subject_lesion")) for n in candidate.features):
        return False
    unit, at = candidate.unit, candidate.start - candidate.unit.start
    before = unit.text[max(0, at - 90) : at]
    if unit.label is not None and at <= (unit.value or 0) + 1 and unit.index:
        above = document.units[unit.index - 1]
        before = f"{above.text[-60:]} {before}" if above.label and not above.value_text.strip() else before
    named = _BESIDE.search(before)
    if named is None:
        return False
    if named["ovary"] is None or _OWN.search(unit.label_text):
        return True  # also "Right ovary:" and below it "Dimensions: 3 cm"
    ranked = sites(document)
    return not ranked or ranked[0].organ != "ovary"


def _weighed(document: Document, candidate: Candidate) -> bool:
    """Whether a dimension that nothing names stands alone on its line beside a weight."""
    unit = candidate.unit
    if candidate.start - unit.start > 1 or any(
        n.startswith(("size_labelled", "size_subject")) for n in candidate.features
    ):
        return False
    if weight := _WEIGHT_BEHIND.match(unit.text, candidate.end - unit.start):
        return _TUMOR_BEHIND.match(unit.text, weight.end()) is None
    above = document.units[unit.index - 1].text if unit.index else ""
    return _WEIGHT.fullmatch(above) is not None
