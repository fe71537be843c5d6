"""Bounds and classes beside a Ki-67 index, and which of two figures counts now."""

import re
from typing import Any

from extractor.field import Candidate
from extractor.matching.numbers import Quantity, interval, order, quantity
from extractor.matching.patterns import FieldPatterns
from extractor.unit import Unit

#: The strength of a figure told as the highest.
_RISING = 1.5
#: Fewest cells a share is computed of.
_FEWEST = 50
#: A greatest value beside the mean is a value, no bound ("7 %, max. 9 %").
_GREATEST = re.compile(r"\bmax(?:\.|imum|imal)?\b", re.IGNORECASE)
_GREATEST_WORDS = re.compile(r"\bmax(?:\.|imum|imal)?\s*(?:of\s+)?", re.IGNORECASE)
_NONE = {"low": 0.0, "high": 0.0}
#: The bounds of the middle grade, and how a figure at the end of a text begins.
_CLASSES = {(2.0, 20.0), (3.0, 20.0), (20.0, 100.0)}
_FIGURE = re.compile(
    r"(?:[<>≤≥]\s?=?\s?|(?:less|more|greater|fewer|lower|higher) than |under |below |over |above |"
    r"at least |at most )?"
    r"\d{1,3}(?:[.,]\d+)?(?:\s?%?\s?(?:-|to)\s?\d{1,3})?\s?(?:%|per ?cent|percent)\s*$",
    re.IGNORECASE,
)
#: Words a bound explains.
_EXPLAINS = re.compile(
    r"\b(?:grade|G ?[123]|IMTCGS|(?:benign|uncertain|low|malignant|indolent) (?:behaviou?r|"
    r"potential))\b[^()%;]{0,40}(?:\([^()%]{0,60}|\b(?:because|owing to|"
    r"on account of|by virtue of|i\.?e\.?|as|since|due to|based on|meaning)\b[^()%;]{0,40})$",
    re.IGNORECASE,
)
#: Words behind "max" that make it the count of a hot spot.
_COUNTED = re.compile(
    r"[^.;%]{0,12}\b(?:hot|count\w*|\d{2,4} (?:cells|nuclei)|most active|densest)\b", re.IGNORECASE
)
#: A mean or least value before the greatest.
_MEAN = re.compile(r"\b(?:mean|average|min(?:\.|imum|imal)?)\W{0,3}\d[^;]{0,20}$", re.IGNORECASE)
#: Tissues that have each their own figure.
_TISSUE = re.compile(
    r"\b(?:primary|liver|hepatic|nod(?:e|es|al|ules?)|metasta\w+|deposits?|mass|lesions?|foc(?:us|i)|"
    r"block|part)\b",
    re.IGNORECASE,
)
#: What makes of two percentages a range.
_BETWEEN = re.compile(r"\b(?:between|from|ranges?|ranging)\b[^%;.]{0,20}$", re.IGNORECASE)
_TWO = re.compile(r"(?P<low>[^%]*?\d)\s*(?:%?\s*\band|%\s*or)\s+(?P<high>(?:<\s*)?\d[\d.,]*)", re.IGNORECASE)
#: A value that was changed, and what it was changed to, without a sign at the first: "from 14 to 4 %".
CHANGED = re.compile(
    r"\b(?:corrected|changed|revised|amended|updated|adjusted|recounted|ris(?:en|ing)|rose|"
    r"increas(?:ed|ing)|fallen|fell|decreased|dropped|progressed|gone up)\b[^.;%\d]{0,24}\bfrom\s$",
    re.IGNORECASE,
)
CHANGED_TO = re.compile(r"(?P<old>\d[\d.,]*)\s*%?\s*to\s+(?P<new>\d[\d.,]*)", re.IGNORECASE)
#: Cells that are no tumor, whose figure comes first: "the lymphocytes show a Ki-67 of 70 %, the tumor 30 %".
OTHER_CELLS = re.compile(
    r"\b(?:lymphocytes?|thymocytes?|T[ -]cells|lymphoid (?:cells|tissue|component|infiltrate))\b"
    r"[^.;:,%]{0,40}\b(?:shows?|ha(?:s|ve)|with|label|stain|are|is)\b[^.;:,%]{0,20}$",
    re.IGNORECASE,
)
#: What makes of the figure behind it a bound of classes.
CUT_OFF = re.compile(
    r"\b(?:cut-?off|threshold|limit|criterion)(?: (?:value|point))?(?: of| at)? ?$", re.IGNORECASE
)
#: What sets two current values against each other.
SET_AGAINST = re.compile(r"\b(?:against|opposed to|versus|vs|compared (?:to|with))\b", re.IGNORECASE)
#: The own figure after that of another laboratory.
OURS = re.compile(
    r"\b(?:ours|our (?:own )?(?:count|figure|value|result)|we|I) (?:\w+ ){0,2}(?:is|was|gives?|"
    r"gave|find|found|counted?|get|got|obtain(?:ed)?|of)\b"
)
#: Another laboratory's figure that is this one's as well.
AGREED = re.compile(
    r"\b(?:I|we) (?:\w+ )?(?:agree|concur|confirm)\b|\b(?:is|was) confirmed\b|\bwith which (?:I|we)\b",
    re.IGNORECASE,
)
#: Words of a value that another one took the place of, wherever it stands.
REPLACED = re.compile(
    r"instead|place|lieu|rather|replac|supersed|was\b|formerly|value|figure|result|count|from", re.IGNORECASE
)
#: What stands between the values of a plain list.
LISTED = re.compile(
    r"[\s|,;/&]*(?:(?:and|or)\s*)?|"
    r"(?=[^%]{0,48}\b(?:liver|hepatic|primary|nod(?:e|al)s?|metasta\w+|mesenter\w+|deposits?|"
    r"nodules?|lesions?|tumou?rs?|"
    r"foc(?:us|i)|segment|block|(?-i:[A-Z]\d{0,2}))\b)[^%.]{1,48}",
    re.IGNORECASE,
)
#: Before a bound: it is that of most tumors of a class ("NEC: poorly differentiated, mostly > 55 %").
OFTEN = re.compile(r"(?P<aside>\(\s?)?\b(?:mostly|commonly|often|frequently|generally)\s*$", re.IGNORECASE)
#: Before a bound that the value comes near: "slightly over 2 %".
_NEARLY = re.compile(
    r"\b(?:slightly|just|barely|marginally|a (?:little|bit|touch))\s"
    r"(?:over|above|under|below|more than|less than)\b"
    r"[^%]*%$",
    re.IGNORECASE,
)
#: A value that is told by the bound of a class: "below the threshold of 3 %".
BELOW_MARK = re.compile(
    r"\b(?:(?P<below>(?:well |clearly |just )?(?:below|under|less than|short of|not (?:reach(?:ing)?|"
    r"exceed(?:ing)?|"
    r"above|over)|(?:does|did) not (?:reach|exceed)))|(?:well |clearly |just )?(?:above|over|exceed(?:s|"
    r"ing)|beyond)) the "
    r"(?:\w+ )?(?:threshold|limit|cut-?off|mark|bound(?:ary)?|border)(?: value)?(?: (?:of|"
    r"at))?(?: about)? ?$",
    re.IGNORECASE,
)
#: Cells and tissue beside the tumor that a further figure is told of: "> 50 %, stroma focally 80 %".
BESIDE_TUMOR = re.compile(
    r"\b(?:strom\w+|lymphocyt\w+|lymphoid|germinal|inflammatory|endotheli\w+|crypts?|normal)\b[^%;.]{0,30}$",
    re.IGNORECASE,
)
#: The tissue a value was found in, behind it.
OF_TISSUE = re.compile(
    r"\s?\(?(?:in|of|for) (?![^.;,]{0,60}\b(?:biops\w+|hospital|laborator\w+|patient|tumou?rs|cases|"
    r"previous\w*|prior|last|former\w*|earlier|outside|resected|(?:19|20)\d\d)\b)"
    r"(?:the |an? )?(?:\w+ )?(?:metasta\w+|nod(?:e|al)\w*|liver|primary|deposits?|mass|second|other|lesion)",
    re.IGNORECASE,
)


#: Cells that are no tumor.
_NO_TUMOR = re.compile(r"\b(?:strom\w+|lympho\w+|inflamm\w+|germinal)\b", re.IGNORECASE)
#: Tissue, or a tumor, whose figure says nothing of the class that the form gives.
_OTHER_TISSUE = re.compile(
    _NO_TUMOR.pattern
    + r"|\b(?:normal|islets?|benign|control|mucosa|second|smaller|other|incidental|separate)\b|"
    r"\b(?:on|in|the) (?:the |her |his |previous |prior |earlier |first )*(?:cytology|biops\w+|FNA)\b",
    re.IGNORECASE,
)
#: A figure behind a sign of equality.
_EQUALS = re.compile(
    r"\b(?:index|rate|Ki-?67|MIB ?-?1|LI)\s{0,2}[=:]\s{0,3}(?:[<>~]\s?)?\d[\d.,]*\s?%$", re.IGNORECASE
)


def explains_grade(candidate: Candidate, others: list[Candidate]) -> bool:
    """A bound that explains a grade ("high grade (Ki-67 above 5 %)") or is near a figure that stands."""
    value, unit = candidate.value, candidate.unit
    if value is None or value["comparator"] not in ("<", "<=", ">", ">="):
        return False
    nearly = _NEARLY.search(unit.text, candidate.start - unit.start, candidate.end - unit.start)
    if nearly is None and not _EXPLAINS.search(unit.text[: candidate.start - unit.start]):
        return False
    return any(
        other.value is not None
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= value["high"]
        and "historical" not in other.features
        for other in others
    )


def narrowed(candidate: Candidate, others: list[Candidate]) -> bool:
    """A lower bound that the highest figure behind it makes exact: "> 50 %, focally 80 %"."""
    value = candidate.value
    if value is None or value["comparator"] not in (">", ">="):
        return False
    return any(
        other.value is not None
        and other.unit is candidate.unit
        and candidate.end < other.end
        and other.value["comparator"] in ("=", "~")
        and other.value["low"] > value["low"]
        and not _NO_TUMOR.search(
            other.unit.text, candidate.end - other.unit.start, other.end - other.unit.start
        )
        and other.features.get("strength", 0.0) >= _RISING
        for other in others
    )


def class_after(patterns: FieldPatterns, candidate: Candidate, others: list[Candidate]) -> bool:
    """A class that follows the figure that falls in it: "8% (WHO G2: 3-20%)", "2.2 % (< 3 %)"."""
    value, unit = candidate.value, candidate.unit
    if value is None or value["comparator"] in ("=", "~", "up_to"):
        return False
    if value["comparator"] == "range" and (value["low"], value["high"]) not in _CLASSES:
        return False
    rule = patterns.rule("class-after").pattern
    return any(
        other.value is not None
        and other.unit is unit
        and other.end < candidate.end
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= (value["high"] or 100.0)
        and rule.match(unit.text[other.end - unit.start : _begins(unit, candidate)])
        for other in others
    )


def class_before(candidate: Candidate, others: list[Candidate]) -> bool:
    """A class that its own line follows up with the figure that falls in it: "Index: <3 %    Ki-67 = "
    "1.5 %"."""
    value, unit = candidate.value, candidate.unit
    if value is None or (value["low"], value["high"]) not in {*_CLASSES, (0.0, 3.0), (0.0, 2.0)}:
        return False
    return any(
        other.value is not None
        and other.unit is unit
        and candidate.end <= other.start
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= (value["high"] or 100.0)
        and not _TISSUE.search(
            unit.text, candidate.end - unit.start - 60 if candidate.end - unit.start > 60 else 0
        )
        for other in others
    )


def class_told(candidate: Candidate, others: list[Candidate]) -> bool:
    """A class that a form's line was answered with, where another sentence gives the figure in it."""
    value = candidate.value
    if value is None or (value["low"], value["high"]) not in _CLASSES:
        return False
    return any(
        other.value is not None
        and other.value["comparator"] in ("=", "~")
        and value["low"] <= other.value["low"] <= value["high"]
        and not other.features.get("historical")
        and not _OTHER_TISSUE.search(other.unit.text)
        and other.unit.section not in ("history", "outside")
        for other in others
    )


def restated(candidate: Candidate, others: list[Candidate]) -> bool:
    """A sentence's "up to 6 %" or "6 %" that a line of its own restates with the same top: "MIB-1 = 6 %"."""
    value = candidate.value
    if value is None or _on_line(candidate):
        return False
    return any(
        other.value is not None
        and _on_line(other)
        and other.value["comparator"] not in ("<", "<=")
        and other.value["high"] == value["high"]
        and other.value["low"] != value["low"]
        and min(other.value["low"], value["low"]) == 0.0
        and not other.features.get("historical")
        for other in others
    )


def _on_line(candidate: Candidate) -> bool:
    """Whether a figure is told as a line of a form does: "MIB-1 labeling index = 6 %"."""
    start, end = candidate.start - candidate.unit.start, candidate.end - candidate.unit.start
    return _EQUALS.search(candidate.unit.text[start:end]) is not None


def _begins(unit: Unit, candidate: Candidate) -> int:
    """Where the figure at the end of a candidate begins."""
    end = candidate.end - unit.start
    figure = _FIGURE.search(unit.text[max(0, end - 30) : end])
    return max(0, end - 30) + figure.start() if figure else end


def greatest(value: dict[str, Any] | None, told: str) -> Any:
    """The greatest of several values is a value, where "up to" of one alone is a bound."""
    if value is not None and value["comparator"] == "up_to" and _GREATEST.search(told):
        return {"low": value["high"], "high": value["high"], "comparator": "="}
    return value


def current_words(words: str, text: str, match: re.Match[str]) -> str:
    """The words of a value of which only a part counts now: the higher of two, the new of a change."""
    before = text[: match.start()]
    if CHANGED.search(before) and (changed := CHANGED_TO.fullmatch(words)):
        return changed["new"]
    if not _BETWEEN.search(before[-40:]) and (two := _TWO.fullmatch(words)):
        return max(
            two["low"], two["high"], key=lambda part: order(interval(quantity(part), ceiling=100.0) or _NONE)
        )
    if _GREATEST.search(words) and _MEAN.search(before):
        return _GREATEST_WORDS.sub("", words)
    if _GREATEST.search(words) and "up to" not in words.lower() and _COUNTED.match(text, match.end()):
        return _GREATEST_WORDS.sub("", words)
    return words


def share_of_cells(counted: str, examined: str) -> dict[str, Any] | None:
    """The percentage that a count of cells makes."""
    part, whole = float(counted.replace(",", "")), float(examined.replace(",", ""))
    if part > whole or whole < _FEWEST:
        return None
    share = round(100 * part / whole, 2)
    return interval(Quantity(share, share, "="), ceiling=100.0)
