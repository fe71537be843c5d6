"""Sizes that a report takes back, and depths and distances that look like sizes."""

from __future__ import annotations

import re

from extractor.document import Document
from extractor.field import Candidate
from extractor.matching.expressions import Expression
from extractor.sizes.choice import FINAL, NOT_TUMOR, TUMOR

_N = r"\d{1,3}(?:[.,]\d{1,2})?"
#: Two sizes, of which one is said to stand for the other ("58 mm and not 68 mm"; "for 16 mm read 10 mm").
_INSTEAD = Expression(
    rf"\b(?P<a>{_N}) ?(?P<ua>[cm]m)?\b,? (?:and )?(?:\(?not|instead of|rather than|in place of|"
    rf"\(?(?:previously|formerly|originally)(?: given as)?) (?P<b>{_N}) ?(?P<ub>[cm]m)?(?![\d.,]*\d)"
    rf"|\bfor (?P<b2>{_N}) ?(?P<ub2>[cm]m)?,? read (?P<a2>{_N}) ?(?P<ua2>[cm]m)?(?![\d.,]*\d)"
    rf"|\b(?:corrected|changed|amended|revised) from (?P<b3>{_N}) ?(?P<ub3>[cm]m)? "
    rf"to (?P<a3>{_N}) ?(?P<ua3>[cm]m)?",
    re.IGNORECASE,
)
#: What makes the statement one about a size where it names no tumor.
_ABOUT_SIZE = re.compile(r"\b(?:size|diameter|dimension|measure\w*|extent|tumou?r|[cm]m)\b", re.IGNORECASE)
#: Before a size: an earlier version of the report gave it.
_SAID = re.compile(
    r"\b(?:cancel\w*|provisional|preliminary|earlier|original|first|initial|previous|fax(?:ed)?|typing|typed)\b"
    r"[^.;]{0,70}\b(?:given as|reported as|stated as|said|read|called|typed as|"
    r"(?:was|were) (?:wrongly |erroneously )?(?:given|stated))"
    r"(?: as)? ?(?:about )?$",
    re.IGNORECASE,
)
#: Before and after a number in brackets: how far the tumor grows into what was named.
_INTO = re.compile(
    r"\b(?:into|through|beyond|invades?|infiltrates?|penetrates?|extends?|extending)\b"
    r"(?:(?!carcinoma|tumou?r|neoplasm|melanoma)[^.;()]){0,60}"
    r"\((?:for|depth|by|subpleural|depth of)?,? ?$",
    re.IGNORECASE,
)
_CLOSED = re.compile(r" ?\)")
#: A line that only tells how deep the tumor grows ("- Invasive 1 cm").
_DEEP = re.compile(
    r"\W*(?:invasive|invasion|infiltrat(?:ing|ion)|invades|depth)(?: (?:to|for|of|by))?[: ]*", re.IGNORECASE
)
#: A line of a diagnosis that is nothing but the greatest dimension.
_GREATEST = re.compile(
    r"\W*(?:size:? )?\d[\d., xX]* ?[cm]m,? ?(?:in )?(?:its )?(?:greatest|maxim\w+|largest) "
    r"(?:dimension|diameter|extent)\W*",
    re.IGNORECASE,
)
_OTHER_THING = re.compile(
    r"\b(?:node|lymph|deposit|metasta|margin|specimen|polyp|cyst|adenoma)", re.IGNORECASE
)
#: A size of an ulcer, a distance to an end, or a bound in a definition, right before the number.
_NO_SIZE = re.compile(
    r"\bulceration\b(?: present)?[ :-]*$|\bto (?:the )?(?:\w+ ){0,3}(?:cut end|cut edge|end|plane) ?$|"
    r"\bdiameter [<≤] ?$|\b(?:edges|borders|limits|clearances?) ?:[^.;]{0,60}$",
    re.IGNORECASE,
)

#: Before a size, across lines: the thickness of a melanoma, or a scar beside the tumor.
_THICKNESS = re.compile(
    r"\b(?:breslow(?:'s)?(?:[ \n](?:thickness|depth|index))?|max(?:imal|imum)? thickness)\W{0,3}"
    r"(?:(?:of|is|at least|about|to)[ \n]){0,2}$|[,;] (?:in an? |the |fibrotic |fibrous )*scar(?: of)? $",
    re.IGNORECASE,
)
#: In a bracket or a second half: another measured so ("24 mm (ultrasound 28 mm)", "5.0 cm gross, fresh").
_OTHERWISE = re.compile(
    rf"{_N} ?[cm]m\b ?[(,;] ?(?:[a-z]+[ ,:]{{1,2}}){{0,3}}(?:ultrasound|sonograph\w+|US|CT|"
    r"MRI?|PET|EUS|imaging|mammogra\w+|radiolog\w+|clinic\w*|endoscop\w+|palpation|surgeon)"
    r"(?: (?:size|showed|gave|said|measured?))?[ :=]{1,3}(?:about |ca\.? )?$",
    re.IGNORECASE,
)
#: Before a few millimeters: how near a tumor lies to an edge ("tumor close to the capsule, 2 mm").
_NEAR_EDGE = re.compile(
    r"\b(?:tumou?r|lesion|mass|neoplasm) (?:is |lies |runs )?(?:very |too )?(?:near|close|far|next)\b"
    r"(?:,? (?:to|from|the|its|inked|cut|resection|surgical|(?:liver )?capsule|margins?|edge|ink|"
    r"surface)){0,5}[ ,:(]{0,3}$",
    re.IGNORECASE,
)
_ACROSS = re.compile(r" ?(?:across|in (?:\w+ )?(?:size|diameter|dimension)|large|wide)\b", re.IGNORECASE)
_MARGIN_MM = 10.0
_FORMER = re.compile(
    r" ?\((?:at |in |of |from |on )?(?:the )?"
    r"(?:first|previous|prior|earlier|initial|outside|original|former) "
    r"(?:operation|excision|resection|specimen|biopsy|surgery|procedure|material)\)|"
    r"[ ,;(]{1,3}(?:[a-z-]+ ){0,2}[a-z-]*(?:ectomy|resected|resection|excised|removed|operated)(?: [a-z]+)? "
    r"(?:in |on )?(?:(?:19|20)\d\d\b|[\w-]{1,6} (?:weeks?|months?|years?|yrs?) (?:ago|earlier|before)\b)",
    re.IGNORECASE,
)
#: A size after fixation, where the report also tells that of the fresh tumor.
_FIXED = re.compile(
    r"\b(?:after|post|following|in) (?:formalin[ -]?)?(?:fixation|fixed state)(?: (?:it|the tumou?r))?"
    r"(?: (?:is|was|of|to|measures|only))* ?$",
    re.IGNORECASE,
)
_FRESH = re.compile(
    rf"\bfresh(?:ly)?\b[^.;\d]{{0,30}}\(?{_N}\s?[cm]m|{_N}\s?[cm]m\b[^.;\d]{{0,20}}\b(?:fresh|unfixed)",
    re.IGNORECASE,
)
#: The title of a size without a colon; a lesion in a piece of tissue.
_TITLE = re.compile(r"\W*(?:tumou?r )?size ?\((?:cm|mm)\) ?[:=]? ?", re.IGNORECASE)
_HOLDS = re.compile(
    r"\b(?:portion|piece|segment|fragment|lobe)s? of \w+ (?:with|containing|bearing) an? $", re.IGNORECASE
)
#: What a size loses that a diagnosis gives with another number, and how near the two are.
_LESS, _NEARLY = 3.0, 0.12
#: Labels of a tumor's size, and numbers behind them as scanners leave them.
_LABEL = Expression(r"\b(?:size|s['w]\w{1,3}:|tumou?r diameter|dimension of|focus)", re.IGNORECASE)
_FIGURE = r"(?:\d{1,2} ?[.,] ?\d{1,2}|\d{1,2}\.?|[Il]{2}|[Il]\d)"
_SPOILT = re.compile(
    rf"\b(?:tumou?r (?:size|s['w]\w{{1,3}}|diameter|focus measures)|(?<!specimen )size|"
    rf"dimension of tumou?r)"
    rf"(?: is)?[ :=]{{1,4}}(?:residual |approximately |about |appr\. )?"
    rf"(?P<numbers>{_FIGURE}(?: ?(?:x|by) ?{_FIGURE}){{0,2}}) ?(?P<unit>cm|mm|an|em|crn|cin|om|mrn)\b"
    rf"|(?P<alone>\d{{1,2}}(?:[.,]\d)?) ?(?P<unit2>cm|mm|em|crn) size\b",
    re.IGNORECASE,
)
_SPACED, _ELEVEN, _STRAY = re.compile(r" ?[.,] ?(?=\d)"), re.compile(r"\b[Il]{2}\b"), re.compile(r"\.(?!\d)")
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})?")
_DIGITS = str.maketrans({"I": "1", "l": "1"})
_MOST = 300.0


#: Around a size: it is told as the tumor's in so many words.
_TOLD = re.compile(
    r"\bsize of the (?:[\w-]+ ){0,3}(?:nodule|tumou?r|lesion|mass|focus) (?:stands at|remains|is now) $|"
    r"\b(?:tumou?r|neoplastic) nodes? (?:of |measuring )?$",
    re.IGNORECASE,
)
_LENGTH = re.compile(r" (?:in )?longitudinal (?:extension|extent|spread)\b", re.IGNORECASE)


def _mm(number: str, unit: str | None) -> float:
    return round(float(number.replace(",", ".")) * (1.0 if unit and unit.lower() == "mm" else 10.0), 3)


def denied(document: Document) -> dict[float, float]:
    """Sizes the report says are wrong, each with the one that holds instead."""
    found: dict[float, float] = {}
    text = document.text.clean
    for match in _INSTEAD.finditer(text):
        for k in ("", "2", "3"):
            if (right := match[f"a{k}"]) is None:
                continue
            wrong = match[f"b{k}"]
            unit = match[f"ua{k}"] or match[f"ub{k}"]
            if unit is None or not _ABOUT_SIZE.search(text, max(0, match.start() - 90), match.end()):
                continue
            sizes = (_mm(right, match[f"ua{k}"] or unit), _mm(wrong, match[f"ub{k}"] or unit))
            if sizes[0] != sizes[1]:
                found[sizes[1]] = sizes[0]
    return found


def stated_only(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes without those taken back, those of an earlier version, and depths beside a size."""
    wrong = denied(document) if found else {}
    for candidate in found:
        if wrong.get(candidate.value) is None and candidate.value in wrong.values():
            _make_size(candidate)
        elif candidate.unit.section in FINAL and _GREATEST.fullmatch(candidate.unit.text):
            above = document.units[candidate.unit.index - 1].text if candidate.unit.index else ""
            if (
                not _OTHER_THING.search(f"{above} {candidate.unit.under}")
                and not TUMOR & candidate.features.keys()
            ):
                _make_size(candidate)
    kept = [
        c
        for c in found
        if c.value not in wrong and not _said_before(c) and not _measured_otherwise(document, c)
    ]
    good = [c for c in kept if TUMOR & c.features.keys() and not NOT_TUMOR & c.features.keys()]
    named = good or [c for c in kept if TUMOR & c.features.keys()]
    depths = {id(c) for c in kept if _depth(c) and any(g.value > c.value and not _depth(g) for g in named)}
    kept = [c for c in kept if id(c) not in depths]
    for candidate in kept:
        before = candidate.unit.text[: candidate.start - candidate.unit.start]
        if not good and _TITLE.fullmatch(before):
            _make_size(candidate)
        if _TOLD.search(before) or _LENGTH.match(candidate.unit.text, candidate.end - candidate.unit.start):
            _make_size(candidate)
            for name in ("size_distance_before", "size_node_sentence", "size_node_after"):
                candidate.features.pop(name, None)
        if "size_subject_lesion" in candidate.features and _HOLDS.search(before):
            _make_size(candidate)
            candidate.features.pop("size_received_before", None)
        if any(_rounded(candidate, g, document) for g in good):
            candidate.features["strength"] = candidate.features.get("strength", 0.0) - _LESS
    return kept


def _rounded(candidate: Candidate, final: Candidate, document: Document) -> bool:
    """Whether a diagnosis gives nearly the same size, measured otherwise."""
    return (
        final.unit.section in FINAL
        and document.rank(candidate.unit.section) < document.rank(final.unit.section)
        and 0 < abs(candidate.value - final.value) <= _NEARLY * final.value
    )


def garbled(document: Document, found: list[Candidate]) -> list[Candidate]:
    """The sizes, with those behind a label whose numbers or unit a scanner spoilt ("Size: 4 .9 an")."""
    kept = list(found)
    for unit in document.units_with(_LABEL):
        for match in _SPOILT.finditer(unit.text):
            numbers = match["numbers"] or match["alone"]
            scale = 1.0 if (match["unit"] or match["unit2"]).lower() in ("mm", "mrn") else 10.0
            plain = _SPACED.sub(".", _ELEVEN.sub("11", numbers)).translate(_DIGITS)
            printed = re.fullmatch(r"cm|mm", (match["unit"] or match["unit2"]).lower()) is not None
            if printed and plain == numbers and match["alone"] is None and not _STRAY.search(numbers):
                continue
            values = [float(n.rstrip(".")) * scale for n in _NUMBER.findall(plain)]
            if not values or not 1 <= max(values) <= _MOST:
                continue
            span = (unit.start + match.start(), unit.start + match.end())
            kept = [c for c in kept if c.end <= span[0] or c.start >= span[1]]
            candidate = document.candidate(
                round(max(values), 3), unit, match.start(), match.end(), "tumor_size_mm/garbled"
            )
            candidate.features |= {"size_labelled_tumor": 1.0, f"size_dimensions_{min(len(values), 3)}": 1.0}
            kept.append(candidate)
    return kept


def _make_size(candidate: Candidate) -> None:
    """Tell that a dimension is the tumor's."""
    for name in [n for n in candidate.features if n.startswith(("size_inherited", "size_subject"))]:
        del candidate.features[name]
    candidate.features["size_subject_tumor"] = 1.0


def _said_before(candidate: Candidate) -> bool:
    """Whether an earlier version of the report gave a size, or no size is told at all."""
    before = candidate.unit.text[: candidate.start - candidate.unit.start][-110:]
    return _SAID.search(before) is not None or _NO_SIZE.search(before) is not None


def _measured_otherwise(document: Document, candidate: Candidate) -> bool:
    """Whether a number is a thickness, an image's, or what a bracket adds to the size that holds."""
    text = document.text.clean
    before = text[max(0, candidate.start - 110) : candidate.start]
    if candidate.value <= _MARGIN_MM and _NEAR_EDGE.search(before):
        return _ACROSS.match(text, candidate.end) is None
    if _THICKNESS.search(before) or _OTHERWISE.search(before):
        return True
    if _FORMER.match(text, candidate.end):
        return True
    return _FIXED.search(before) is not None and _FRESH.search(text) is not None


def _depth(candidate: Candidate) -> bool:
    """Whether a dimension is how deep a tumor grows."""
    unit, at = candidate.unit, candidate.start - candidate.unit.start
    before = unit.text[:at]
    if _DEEP.fullmatch(before):
        return True
    return _INTO.search(before[-110:]) is not None and (
        _CLOSED.match(unit.text, candidate.end - unit.start) is not None
    )
