"""Counts of nodes of the form n of m: ``2/15``, ``three (3) of eight (8) nodes``.

What a scanner made of a ratio is read too: ``(0112)`` beside "twelve nodes" is 0/12.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.nodes.ratio_sentences import SHORT, in_sentences
from extractor.nodes.words import LOOKALIKES, Count, number, part_told, polarity, text_before
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

_FORMS = (
    "ratio",
    "colon-ratio",
    "over-words",
    "of",
    "bracket-of",
    "in",
    "barred",
    "slashless",
)
#: The forms with a word between the two numbers.
_WORDED = ("over-words", "of", "in")
#: How far before a ratio a word may tell that it is a total, and how near the category of nodes stands.
_HEAD, _CATEGORY = 90, 20
#: Before a ratio: the bracket or colon behind which it stands.
_OPENED = re.compile(r"[(:]\s?$")
#: A number of nodes, not of a station.
_SIZE = re.compile(r"\bof \d{1,3}\b|\b\d{1,3} (?=(?:of|(?:\w+ )?lymph|nodes?)\b)", re.IGNORECASE)
#: A part's letter with its place: "A (hilar) 1/3".
_LETTERED = re.compile(r"\W*[A-Z]\s?\(")
#: Before "two (of 2) nodes": none of them is meant.
_NONE_OF = re.compile(
    r"\bno (?:tumou?r|evidence|metasta\w+|carcinoma|malignan\w+)\b[^;:]*\bin\s*$", re.IGNORECASE
)
#: After a ratio in the brackets of a category: it is that of the sentinel nodes alone.
_SENTINEL = re.compile(r"[\s)\],]*(?:\(?sn\)?|sentinel\w*)\b", re.IGNORECASE)
#: The item of a list run on to the one before it: "6. Margins: free7. Lymph nodes: ".
_GLUED_LABEL = re.compile(r"[a-z.]\s?\d{1,2}\.\s?(?:regional )?lymph nodes?\s*:\s*$", re.IGNORECASE)
#: Nodes that are free, by their name.
_BENIGN = re.compile(r"\s*(?:benign|reactive|negative|uninvolved|tumou?r-free)\b", re.IGNORECASE)
#: Behind a ratio: the label of an item that asks for a number.
_ITEM_BEHIND = re.compile(r"\s*number of\b", re.IGNORECASE)
#: The end of a line whose ratio the next one goes on with: "TOTAL: THREE (3) OF TWENTY".
_TOTAL_ABOVE = re.compile(r"\btotals?\s?:[^.;:]{0,40}$", re.IGNORECASE)
#: Beside a ratio: it is that of one part alone.
_OWN = re.compile(r"\b(?:in|with|within|of|from) this (?:specimen|part|resection)\b", re.IGNORECASE)
#: The place of nodes before their count.
_PLACE = re.compile(r"\s*(?:[A-Za-z][A-Za-z-]+\s+){1,3}\(?\s*")
#: Before a ratio: the sentence before has ended.
_CLAUSE = re.compile(r"[.;]\s+(?=[A-Z])")
#: A line that begins with the nodes and a colon.
_HEADED = re.compile(
    r"\W*(?:[A-Z\d]{1,2}[.):]\s*)?(?:\w+ ){0,2}?(?:nodes?|LNs?)\b[^.;:]{0,50}:", re.IGNORECASE
)
#: What a scanner makes of handwriting in the margin.
_SCRAWL = re.compile(r"\^")
#: More nodes than one report counts, and than one group of nodes is likely to hold.
_MOST, _MANY = 150, 100
_FEW_WORDS = 2
#: Before a ratio: the category of nodes with tumor.
_HELD = re.compile(r"\bp ?N ?[1-3][abc]?\W{0,4}$")
#: Before "all of 12 nodes": how many they are is not told.
_NEARLY = re.compile(r"\b(?:nearly|almost|practically|virtually|not)\s+$", re.IGNORECASE)
#: How far behind the first of several counts it is told that all their nodes are free.
_LIST = 180
#: The most a stated total counts.
MOST_TOTAL = 250


#: Places whose nodes are some of all.
_SOMEWHERE = re.compile(
    r"\b(?:left|right|pelvic|axillary|sentinel|station|level|hilar|central|lateral|apical|para-?aortic|celiac|"
    r"coeliac|axilla|completion|clearance|dissection|remain\w*|rest|further|additional\w*|non-?\s?sentinel|hepatic|gastric|peripancreatic|mesenteric|mediastinal|iliac|inguinal|cervical|neck|submitted|received|"
    r"other|far|liver|us to|group|[A-Z]\.)\b",
    re.IGNORECASE,
)


def ratios(
    unit: Unit, words: FieldPatterns, *, carried: bool, above: str = "", headed: str = ""
) -> Iterator[Count]:
    """Counts of the form n of m; ``carried`` tells that the lines before speak of nodes.

    ``above`` is the line before, if it does not end a sentence; ``headed`` is it in any case.
    """
    taken: list[tuple[int, int]] = []
    for count in in_sentences(unit, words):
        taken.append((count.start, count.end))
        concluded = _concluded(unit.text, count.start, count.end, words)
        yield replace(count, total=True, concluded=True) if concluded else count
    for form in _FORMS:
        if form == "colon-ratio" and not words["colon-means"].search(f"{headed} {unit.text}"):
            continue
        for match in words[form].finditer(unit.text):
            if any(match.end() > lo and match.start() < hi for lo, hi in taken):
                continue
            parts = _parts(form, match, words, carried=carried or bool(taken), under=unit.under)
            if parts is not None and _counts_nodes(form, match, unit, words):
                taken.append(match.span())
                yield _ratio(form, match, parts, unit, words, above)


def _ratio(
    form: str, match: re.Match[str], parts: tuple[int, int], unit: Unit, words: FieldPatterns, above: str
) -> Count:
    """The count of a ratio, with what the words around it make of it."""
    part, whole = _corrected(form, match, *parts, words)
    concluded = _concluded(unit.text, match.start(), match.end(), words)
    staged = words["staged"].search(text_before(match, _CATEGORY)) is not None
    return Count(
        "ratio",
        whole,
        part,
        match.start(),
        match.end(),
        unit,
        total=concluded or _is_total(match, unit, words, above),
        labelled=_GLUED_LABEL.search(unit.text[: match.start()]) is not None
        or _is_labelled(match, unit, words),
        staged=staged and _SENTINEL.match(unit.text, match.end()) is None,
        lookalike=form == "slashless" and words["word"].search(unit.text) is None,
        slash=form in ("ratio", "slashless"),
        concluded=concluded,
    )


def _is_total(match: re.Match[str], unit: Unit, words: FieldPatterns, above: str) -> bool:
    """Whether the words around a ratio, the heading or the line ``above`` call it that of all nodes."""
    text, before = unit.text, unit.text[: match.start()]
    return (
        words["total"].search(before[-60:]) is not None
        or _called_total(unit.under, words)
        or words["summary"].search(f"{above} {before}") is not None
        or (len(before) < SHORT and _TOTAL_ABOVE.search(above) is not None)
        or words["including"].search(text[match.end() : match.end() + 70]) is not None
        or "all parts" in unit.under.lower()
    )


def _is_labelled(match: re.Match[str], unit: Unit, words: FieldPatterns) -> bool:
    """Whether a ratio answers a label that names only the nodes, not those of one place."""
    between = unit.text[unit.value or 0 : match.start()]
    return (
        words["only-label"].match(unit.label_text or _label_above(unit)) is not None
        and _OWN.search(unit.text) is None
        and _LETTERED.match(between) is None
        and not _first_of_list(unit, match, words)
        and words["station"].search(_SIZE.sub("", between)) is None
    )


def _concluded(text: str, start: int, end: int, words: FieldPatterns) -> bool:
    """Whether a count closes what was said of the nodes: "So five of 22 are positive"; "1 of 15 in all".

    A count behind the name of a place closes what was said of that place alone.
    """
    if _SOMEWHERE.search(text[max(0, start - _HEAD) : start]):
        return False
    return (
        words["in-all"].match(text, end) is not None
        or words["concludes"].search(text[max(0, start - _HEAD) : start]) is not None
    )


def _first_of_list(unit: Unit, match: re.Match[str], words: FieldPatterns) -> bool:
    """Whether behind the label only the place of some nodes is named: "Nodes: portal 1 of 5; coeliac ..."."""
    between = unit.text[unit.value or 0 : match.start()]
    return (
        unit.text.rstrip().endswith(";")
        and _PLACE.fullmatch(between) is not None
        and polarity(between, words) is None
    )


def _called_total(heading: str, words: FieldPatterns) -> bool:
    """Whether a heading is that of a total of nodes, not of a resection ("Total gastrectomy" misread)."""
    short = len(heading.split()) <= _FEW_WORDS
    return words["total"].search(heading) is not None and (
        short or words["speaks-of-nodes"].search(heading) is not None or "/" in heading
    )


def _parts(
    form: str, match: re.Match[str], words: FieldPatterns, *, carried: bool, under: str
) -> tuple[int, int] | None:
    """The two numbers of a match, if they can be a part and its whole."""
    if form in _WORDED:
        if not (carried or _near_nodes(form, match, words)):
            return None
        if match["part"].lower() == "all" and _NEARLY.search(text_before(match, SHORT)):
            return None
        part, whole = _parts_in_words(match)
        if form == "of" and match["after"] is not None and 2 <= whole < part <= _MOST:
            return part, whole  # "21 of 17 nodes": one of the two is wrong, and it is not for us to say which
    else:
        if (digits := _parts_in_digits(form, match, words)) is None:
            return None
        part, whole = digits
    before = f"{under} {text_before(match, _HEAD)}"
    most = MOST_TOTAL if words["total"].search(before) else _MOST
    return (part, whole) if 0 <= part <= whole <= most else None


def _near_nodes(form: str, match: re.Match[str], words: FieldPatterns) -> bool:
    """Whether a ratio with a word between its numbers has nodes, or their category, beside it."""
    return (
        form == "over-words"
        or (form == "of" and match["after"] is not None)
        or words["staged"].search(text_before(match, _CATEGORY)) is not None
        or words["node"].search(match.string[max(0, match.start() - 60) : match.end() + 60]) is not None
    )


def _parts_in_words(match: re.Match[str]) -> tuple[int, int]:
    """The part, -1 if it is no number, and the whole of a ratio with a word between them."""
    whole = _whole(match["whole"])
    part = part_told(match["part"], whole)
    return -1 if part is None else part, whole


def _parts_in_digits(form: str, match: re.Match[str], words: FieldPatterns) -> tuple[int, int] | None:
    """The part and the whole of a ratio in digits, as they are meant; None for one that has no stroke and
    whose whole is another number than those in words."""
    part = int(match["part"].translate(LOOKALIKES))
    digits = match["whole"].translate(LOOKALIKES) if form == "slashless" else match["whole"]
    whole = int(re.sub(r"\s", "", digits))
    stated = {number(m[0]) for m in words["word"].finditer(match.string)} if form == "slashless" else set()
    if stated and whole not in stated:
        return None
    if part > whole and words["all-first"].search(text_before(match, _HEAD)):
        part, whole = whole, part
    closed = match.string[match.end() : match.end() + 2].lstrip()[:1] in (")", "}", "]")
    misread = whole > _MOST or (whole > _MANY and not closed)
    if form == "ratio" and misread and digits[-1] == "1" and _OPENED.search(text_before(match, 2)):
        whole //= 10  # the bracket that closes was read as a digit
    return part, whole


def _whole(text: str) -> int:
    """A whole as written, with its digits apart or in two addends.

    >>> _whole("1 2"), _whole("18 + 1"), _whole("1.4"), _whole("twelve (12)")
    (12, 19, 14, 12)
    """
    digits = re.sub(r"(?<=\d)[\s.](?=\d)", "", text)
    return sum(number(each) or 0 for each in digits.split("+"))


def _counts_nodes(form: str, match: re.Match[str], unit: Unit, words: FieldPatterns) -> bool:
    """Whether the words around a ratio leave it a count of nodes that is valid."""
    before, after = unit.text[: match.start()], unit.text[match.end() :]
    if form == "of" and _ITEM_BEHIND.match((match["after"] or "") + after):
        return False  # the number of a page, run on to an item of the form
    staged = words["staged"].search(before[-20:]) is not None
    if form == "ratio" and words["morphology-code"].search(before[-24:]):
        return False
    near = _CLAUSE.split(before[-25:])[-1]
    nodes = [m.end() for m in words["node"].finditer(near)]
    if not staged and words["other-ratio"].search(near[max(nodes, default=0) :]):
        return False
    if form == "ratio" and _SCRAWL.search(f"{before[-6:]} {after[:6]}") and before[-1:] != "(":
        return False
    if unit.section == "gross" and form == "ratio" and not staged and polarity(unit.text, words) is None:
        # pieces and cassettes, but for a list headed by the word: "NODES, PARATRACHEAL: 0/5"
        return _HEADED.match(before) is not None and words["no-count"].search(unit.text) is None
    return not (words["superseded"].search(before[-60:]) or words["per-field"].match(after))


def _corrected(
    form: str, match: re.Match[str], part: int, whole: int, words: FieldPatterns
) -> tuple[int, int]:
    """Twelve of twelve nodes negative is 0/12; four of twelve negative is 8/12."""
    if _HELD.search(text_before(match)):
        return part, whole
    said = polarity(text_before(match), words)
    if form == "of" and part == whole and said == "negative":
        sentence = match.string[: match.start()].rsplit(". ", 1)[-1]
        said = polarity(sentence[-60:], words) if _NONE_OF.search(sentence[-60:]) else None
        part = 0 if said == "negative" else part
    elif part == whole and form in ("ratio", "slashless") and said == "negative":
        part = 0
    if form == "of" and part == whole and _BENIGN.match(match["after"] or ""):
        part = 0  # "eight of eight benign nodes"
    if words["atypical-only"].search(match.string[: match.start()]):
        part = 0
    if part == whole and form == "ratio" and words["all-clear"].match(match.string, match.end()):
        part = 0
    if (
        part == whole
        and form == "of"
        and words["all-of-list-free"].search(match.string[match.end() : match.end() + _LIST])
    ):
        part = 0
    clear = words["called-negative"].search(match.string[match.end() : match.end() + 80])
    if form in ("of", "over-words") and said != "positive" and part and clear:
        part = 0 if part == whole else whole - part
    return part, whole


def _label_above(unit: Unit) -> str:
    """The label of the line above, if it is none that heads a part."""
    heads = unit.part is not None and unit.under.strip(" :") in unit.heading
    return "" if heads else unit.under
