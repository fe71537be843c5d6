"""Counts of nodes of the form n of m: ``2/15``, ``three (3) of eight (8) nodes``.

What a scanner made of a ratio is read too: ``(0112)`` beside "twelve nodes" is 0/12.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.node_words import LOOKALIKES, Count, call, number, polarity, roman
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.patterns import FieldPatterns

_FORMS = (
    "ratio",
    "colon-ratio",
    "over-words",
    "of",
    "bracket-of",
    "in",
    "barred",
    "slashless",
    "side-slashless",
)
#: In so many characters after "twelve nodes, three" stands what the three are.
_VERB, _SHORT = 32, 24
#: How far before a ratio a word may tell that it is a total.
_HEAD = 90
#: Before what was examined: it is that of all nodes.
_TOTAL_FIRST = re.compile(r"\btotal\b", re.IGNORECASE)
#: What is said of nodes without tumor.
_FREE = re.compile(r"(?:is |are |was |were |being )?(?:free|clear|unaffected)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:no|without|not)\s*$", re.IGNORECASE)
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
#: The place of nodes before their count.
_PLACE = re.compile(r"\s*(?:[A-Za-z][A-Za-z-]+\s+){1,3}\(?\s*")
#: Before a ratio: the sentence before has ended.
_CLAUSE = re.compile(r"[.;]\s+(?=[A-Z])")
#: A line that begins with the nodes and a colon.
_HEADED = re.compile(
    r"\W*(?:[A-Z\d]{1,2}[.):]\s*)?(?:\w+ ){0,2}?(?:nodes?|LNs?)\b[^.;:]{0,50}:", re.IGNORECASE
)
#: Before "of 21 nodes": the part is told already.
_COUNTED = re.compile(
    r"(?:\d|\b(?:none|(?:\w+-)?(?:one|two|three|four|five|six|seven|eight|nine|ten)|\w+teen))\)?\s*$", re.I
)
#: What a scanner makes of handwriting in the margin.
_SCRAWL = re.compile(r"\^")
#: More nodes than one report counts, and than one group of nodes is likely to hold.
_MOST, _MANY = 150, 100
_FEW_WORDS = 2
#: How far behind the first of several counts it is told that all their nodes are free.
_LIST = 180
#: The most a stated total counts.
MOST_TOTAL = 250


def ratios(
    unit: Unit, words: FieldPatterns, *, carried: bool, above: str = "", headed: str = ""
) -> Iterator[Count]:
    """Counts of the form n of m; ``carried`` tells that the lines before speak of nodes.

    ``above`` is the line before, if it does not end a sentence; ``headed`` is it in any case.
    """
    text = unit.text
    taken: list[tuple[int, int]] = []
    for count in _sentences(unit, words):
        taken.append((count.start, count.end))
        concluded = _concluded(text, count.start, count.end, words)
        yield replace(count, total=True, concluded=True) if concluded else count
    for form in _FORMS:
        if form == "side-slashless" and not taken:
            continue  # only beside a ratio of the other side
        if form == "colon-ratio" and not words["colon-means"].search(f"{headed} {text}"):
            continue
        for match in words[form].finditer(text):
            if any(match.end() > lo and match.start() < hi for lo, hi in taken):
                continue
            parts = _parts(form, match, words, carried=carried or bool(taken), under=unit.under)
            if parts is None or not _counts_nodes(form, match, unit, words):
                continue
            part, whole = _corrected(form, match, *parts, words)
            taken.append(match.span())
            before = text[: match.start()]
            concluded = _concluded(text, match.start(), match.end(), words)
            yield Count(
                "ratio", whole, part, match.start(), match.end(), unit,
                total=words["total"].search(before[-60:]) is not None
                or _called_total(unit.under, words)
                or words["summary"].search(f"{above} {before}") is not None
                or words["including"].search(text[match.end() : match.end() + 70]) is not None
                or concluded
                or "all parts" in unit.under.lower(),
                labelled=(
                    words["only-label"].match(unit.label_text or _label_above(unit)) is not None
                    or _GLUED_LABEL.search(before) is not None
                )
                and _LETTERED.match(text[unit.value or 0 : match.start()]) is None
                and not _first_of_list(unit, match, words)
                and words["station"].search(_SIZE.sub("", text[unit.value or 0 : match.start()])) is None,
                staged=words["staged"].search(before[-20:]) is not None
                and _SENTINEL.match(text, match.end()) is None,
                lookalike=form == "slashless" and words["word"].search(text) is None,
                slash=form in ("ratio", "slashless", "side-slashless"),
                concluded=concluded,
            )  # fmt: skip


#: Places whose nodes are some of all.
_SOMEWHERE = re.compile(
    r"\b(?:left|right|pelvic|axillary|sentinel|station|level|hilar|central|lateral|apical|para-?aortic|celiac|"
    r"coeliac|axilla|completion|clearance|dissection|remain\w*|rest|further|additional\w*|non-?\s?sentinel|hepatic|gastric|peripancreatic|mesenteric|mediastinal|iliac|inguinal|cervical|neck|submitted|received|"
    r"other|far|liver|us to|group|[A-Z]\.)\b",
    re.IGNORECASE,
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


def _sentences(unit: Unit, words: FieldPatterns) -> Iterator[Count]:
    """Forms that name both numbers apart: of twelve nodes, three; No II/XVII; 3 positive and 5 negative."""
    taken = 0
    for rule in ("of-nodes", "nodes-some", "examined-some", "in-nodes", "nodes-in-some", "held-among"):
        for match in words[rule].finditer(unit.text, taken):
            held, whole = number(match["part"]), number(match["whole"]) or 0
            if match["part"].lower() in ("all", "both"):
                held = whole
            if held is None or held > whole or _between_numbers(rule, match, words):
                continue
            if held and (_FREE.match(match["said"]) or polarity(match["said"][:_VERB], words) == "negative"):
                held = whole - held
            if rule == "of-nodes" and words["regressed"].search(match["said"][:_SHORT]):
                held = 0  # "of 14 nodes five show scars": told of nodes without tumor
            taken = match.end()
            total = rule == "held-among" and _TOTAL_FIRST.search(unit.text, 0, match.start()) is not None
            yield Count("ratio", whole, held, match.start(), match.end(), unit, total=total)
    yield from _metastases_in(unit, words, taken)
    for match in words["after-some"].finditer(unit.text, taken):
        whole = number(match["n"] or match["whole"]) or 0
        told = (match["part"] or match["held"] or match["within"] or match["inside"]).lower()
        held = whole if told in ("all", "both") else number(told)
        if held is not None and held <= whole:
            taken = match.end()
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["examined-involved"].finditer(unit.text, taken):
        held, whole = number(match["part"] or match["held"]), number(match["whole"] or match["all"]) or 0
        if held is not None and held <= whole:
            taken = match.end()
            total = _TOTAL_FIRST.search(unit.text[: match.start()][-8:] + match[0][:6]) is not None
            yield Count("ratio", whole, held, match.start(), match.end(), unit, total=total)
    for match in words["plus"].finditer(unit.text, taken):
        if match["all"] is not None:
            held, whole = int(match["held"]), int(match["all"])
            if held <= whole:
                yield Count("ratio", whole, held, match.start(), match.end(), unit)
            continue
        held = int(match["part"].translate(LOOKALIKES))
        whole = held + int(match["clear"]) if match["clear"] else int(match["whole"].translate(LOOKALIKES))
        if held <= whole:
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["node-out-of"].finditer(unit.text, taken):
        held, whole = number(match["part"]), number(match["whole"]) or 0
        if held is not None and held <= whole:
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["some-examined"].finditer(unit.text, taken):
        held, whole = number(match["part"]), number(match["whole"] or match["all"] or match["total"]) or 0
        if held is not None and held <= whole and not _DENIES.search(unit.text[: match.start()]):
            taken = match.end()
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["metastases-then-nodes"].finditer(unit.text, taken):
        held, whole = number(match["part"]), number(match["whole"]) or 0
        if held is not None and held <= whole:
            yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in words["none-staged"].finditer(unit.text, taken):
        whole = number(match["whole"]) or 0
        yield Count("ratio", whole, 0, match.start(), match.end(), unit, staged=True)
    for match in words["roman"].finditer(unit.text):
        part, whole = roman(match["part"]), roman(match["whole"])
        if 0 < part <= whole:
            yield Count("ratio", whole, part, match.start(), match.end(), unit)
    for match in words["roman-count"].finditer(unit.text):
        if said := polarity(unit.text[max(0, match.start() - 80) : match.start()], words):
            count = roman(match["count"] or match["bare"])
            yield replace(call(said, count, match.start(), match.end(), unit), kind="ratio")
    for match in words["positive-and-negative"].finditer(unit.text):
        held, clear = (
            number(next(match[name] for name in names if match[name])) or 0 for names in (_HELD, _CLEAR)
        )
        yield Count("ratio", held + clear, held, match.start(), match.end(), unit)


#: The groups of "3 positive and 5 negative" that hold the number of each, in whatever order they are told.
_HELD = ("positive", "held", "with", "bearing", "struck")
_CLEAR = ("negative", "clear", "without", "benign", "spared")


def _metastases_in(unit: Unit, words: FieldPatterns, taken: int) -> Iterator[Count]:
    """``Of 19 nodes there are metastases in 7``: the nodes first, those with tumor behind the finding."""
    for match in words["nodes-in"].finditer(unit.text, taken):
        held, whole = number(match["part"]), number(match["whole"]) or 0
        held = whole if match["part"].lower() in ("all", "both") else held
        before = unit.text[max(0, match.start() - _VERB) : match.start()]
        told = f"{match['between']} {unit.text[match.start('whole') : match.start('between')]}"
        if held is None or held > whole or polarity(before, words) or polarity(told, words):
            continue
        if words["numbers-a-place"].search(before[-24:]) or words["no-count"].search(told):
            continue
        if _DENIES.search(match["between"]):
            held = 0 if held == whole else whole - held
        yield Count("ratio", whole, held, match.start(), match.end(), unit)


def _between_numbers(rule: str, match: re.Match[str], words: FieldPatterns) -> bool:
    """Whether the nodes of "twelve nodes, three with tumor" are themselves a part, or no count of nodes."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    if rule == "of-nodes":
        return _COUNTED.search(before) is not None  # "3 of 21 nodes contain tumor, 2 show scars"
    return rule == "nodes-some" and (
        words["numbers-a-place"].search(before) is not None
        or words["no-count"].search(match[0][: match.start("part") - match.start()]) is not None
        or re.search(r"(?:\bof|/)\s*(?:the\s+)?$", before) is not None
    )


def _parts(
    form: str, match: re.Match[str], words: FieldPatterns, *, carried: bool, under: str
) -> tuple[int, int] | None:
    """The two numbers of a match, if they can be a part and its whole."""
    text = match.string
    if form in ("over-words", "of", "in"):
        raw = match["part"].lower()
        whole = _whole(match["whole"])
        if (
            form in ("of", "in")
            and (form == "in" or match["after"] is None)
            and not carried
            and not words["staged"].search(text[max(0, match.start() - 20) : match.start()])
            and not words["node"].search(text[max(0, match.start() - 60) : match.end() + 60])
        ):
            return None
        told = number(raw)
        part = whole if raw in ("all", "both") else -1 if told is None else told
    else:
        part = int(match["part"].translate(LOOKALIKES))
        digits = match["whole"].translate(LOOKALIKES) if form.endswith("slashless") else match["whole"]
        whole = int(re.sub(r"\s", "", digits))
        if form == "slashless":
            stated = {number(m[0]) for m in words["word"].finditer(text)}
            if stated and whole not in stated:
                return None
        if part > whole and words["all-first"].search(text[max(0, match.start() - _HEAD) : match.start()]):
            part, whole = whole, part
        opened = re.search(r"[(:]\s?$", text[max(0, match.start() - 2) : match.start()]) is not None
        closed = text[match.end() : match.end() + 2].lstrip()[:1] in (")", "}", "]")
        misread = whole > _MOST or (whole > _MANY and not closed)
        if form == "ratio" and opened and digits[-1] == "1" and misread:
            whole //= 10  # the bracket that closes was read as a digit
    if form == "of" and match["after"] is not None and 2 <= whole < part <= _MOST:
        return part, whole  # "21 of 17 nodes": one of the two is wrong, and it is not for us to say which
    before = f"{under} {text[max(0, match.start() - _HEAD) : match.start()]}"
    most = MOST_TOTAL if words["total"].search(before) else _MOST
    return (part, whole) if 0 <= part <= whole <= most else None


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
    said = polarity(match.string[max(0, match.start() - 80) : match.start()], words)
    if form == "of" and part == whole and said == "negative":
        sentence = match.string[: match.start()].rsplit(". ", 1)[-1]
        said = polarity(sentence[-60:], words) if _NONE_OF.search(sentence[-60:]) else None
        part = 0 if said == "negative" else part
    elif part == whole and form in ("ratio", "slashless") and said == "negative":
        part = 0
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
