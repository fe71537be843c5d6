"""Lymph node counts: how many were examined and how many hold tumor, in all the ways reports say it.

A report may state totals (``Number of lymph nodes examined: 30``, ``pN1 (3/14)``) or one count per station
or part (``A. Two benign nodes (0/2)``). Counts of one section are added up, a repeated or overlapping one
counted once; stated totals and sums compete as candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from extractor.field import Candidate
from extractor.layout import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns

Kind = Literal["ratio", "negative", "positive", "examined", "involved", "uncounted", "none", "found"]

_ONES = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = (
    {w: i for i, w in enumerate(_ONES, 1)}
    | {w: 10 * i for i, w in enumerate(_TENS, 2)}
    | {"zero": 0, "single": 1, "both": 2}
)
_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[\s*-]{{0,3}}(?:{'|'.join(_ONES[:9])}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))}|zero)"
#: A count: digits, or words with the digits perhaps repeated in brackets.
_NUMBER = rf"(?:(?:\b{_WORD}\b(?:\s?[({{\[]\s?[\dOlIi]{{1,3}}\s?[)}}\]])?)|(?<![A-Za-z0-9.#/-])\d{{1,3}}(?![\d.]*\d|\s?\.\)|\s?(?:cm|mm|x|%|[AP]M)\b))"
_NODE = r"(?:lymph[ -]*(?:nodes?|modes?)|nodes?|LNs?\b|lymphnodes?)"
_ADJECTIVES = r"(?:[\w,'/()#.-]+\s+){0,5}?"
_NEGATIVE = r"(?:negative|\bneg\b|no (?:evidence|tumou?r|metasta|carcinoma|malignan|neoplas|significant|viable|pathologic)|free (?:of|from)|are free|is free|benign|without|uninvolved|reactive|not involved|unremarkable|hyperpla|no histopatholog|absence of)"
_POSITIVE = r"(?:positive|metasta(?:sis|ses|tic)|involved|involv(?:ing|ement)|with (?:tumou?r|carcinoma|adenocarcinoma)|contain(?:s|ing)? (?:tumou?r|metast|carcin))"

_HAS_NODE = re.compile(
    rf"\b{_NODE}|\blymphaden(?:ectomy|opathy)|\bp ?N\d|\bN ?\(|(?<![A-Za-z])sentinel", re.IGNORECASE
)
_FROZEN = re.compile(
    r"\bfrozen\b|\bFS\s?[A-Z0-9]{0,2}\s?(?:/|dx|:|\)|-)|\bFSDX|touch prep|intra-?operative", re.IGNORECASE
)
_OTHER_RATIO = re.compile(
    r"HPF|high.power|\bpage|gleason|score|grade|nottingham|clock|cassette|block|slide|mitos|mitot|\bcm\b.{0,4}$|fuhrman|\bWHO\b|segments? involved|cores?\b|date",
    re.IGNORECASE,
)
_RATIO = re.compile(
    r"(?<![\d/.=+A-Za-z-])(?P<part>\d{1,2})\s?(?:positive\s*)?(?:/|\\|∕)\s?(?P<whole>\d{1,3})(?![\d/%]|\s?(?:cm|mm|HPF)|\.\d)"
)
_SLASHLESS = re.compile(
    r"[({\[]\s?(?P<part>[\dOo]{1,2}?)\s?[1lI|!f]\s?(?P<whole>\d{1,2}[SOlI]?|[SlI])\s?[)}\]]"
)
_OF = re.compile(
    rf"(?P<part>{_NUMBER}|\b(?:none|all|both|no)\b)\s*(?:positive\s+)?(?:out\s*)?[o0]f\s+(?:the\s+|a\s+)?(?:total\s+(?:of\s+)?)?(?P<whole>{_NUMBER}|\d\.\d(?=\s+(?:\w+\s+)?lymph))\s*[(\s)]*(?P<after>{_ADJECTIVES}{_NODE})?",
    re.IGNORECASE,
)
_COLON = re.compile(r"(?<=\W)(?P<part>\d{1,2})\s?:\s?(?P<whole>\d{1,3})(?!\d|\s?[ap]m)")
_COLON_MEANS = re.compile(r"positive\s?[:/]\s?total", re.IGNORECASE)
_OVER_WORDS = re.compile(rf"(?P<part>{_WORD})\s?(?:\(\d{{1,2}}\)\s?)?/\s?(?P<whole>{_WORD})", re.IGNORECASE)
_CALLED_NEGATIVE = re.compile(
    r"^[\w\s,()/]{0,40}(?:negative for|are negative|is negative|free of|uninvolved|benign|show no|no (?:evidence|tumou?r|metast))",
    re.IGNORECASE,
)
_LABEL_EXAMINED = re.compile(
    rf"(?:(?:total\s+)?(?:number|no\.?|#|nos?)\s*(?:of\s+)?(?:regional\s+|pelvic\s+|all\s+)?(?:{_NODE})?\s*(?:\(total\)\s*)?(?:\w+\s+){{0,2}}?(?:examined|sampled|i[nd]\w*ntified|found|removed|dissected|retrieved|resected|submitted|present|received|evaluated|isolated|obtained)|"
    rf"{_NODE}\s*(?:,\s*)?(?:total\s*)?(?:number\s*)?(?:examined|sampled|identified|removed|retrieved|found|total)|total\s+(?:number\s+(?:of\s+)?)?(?:\w+\s+){{0,2}}?{_NODE}|(?<!\w)(?:number\s+)?examined)"
    rf"(?:\s*\([^)]*\))?\s*(?:(?:[:=-]|\bis\b|\bare\b)+\s*[_\s]*|\s+(?=\d{{1,3}}\s*$))(?P<count>{_NUMBER}|none\b|[OQ]\b)",
    re.IGNORECASE,
)
_LABEL_INVOLVED = re.compile(
    rf"(?:(?:total\s+)?(?:number|no\.?|#|nos?)\s*(?:of\s+)?(?:regional\s+|pelvic\s+|positive\s+|involved\s+|metastatic\s+)*(?:{_NODE})?\s*(?:\(?s\)?)?\s*(?:\w+\s+){{0,2}}?(?:involved|positive|with\s+(?:\w+\s+){{0,2}}?(?:metasta\w+|tumou?r|disease|carcinoma)|containing\s+\w+|metastatic)(?:\s+(?:by|with|for|disease)(?:\s+\w+){{0,2}}?)?|"
    rf"(?:number\s+(?:of\s+)?)?(?:positive|involved)\s+(?:regional\s+|pelvic\s+)?{_NODE}(?:\s*,?\s*(?:left|right))?|{_NODE}\s*(?:,\s*)?(?:number\s*)?(?:positive|involved|with metasta\w+)|number\s+involved|numbered\s+involved)"
    rf"(?:\s*\([^)]*\))?\s*(?:(?:[:=-]|\bis\b|\bare\b)+\s*[_\s]*|\s+(?=\d{{1,3}}\s*$))(?P<count>{_NUMBER}|none\b|[OQ]\b)",
    re.IGNORECASE,
)
_COUNT_THEN = re.compile(
    rf"(?P<count>{_NUMBER}|\b(?:a\s+)?single\b|\(\s?\d{{1,3}}\s?\))(?:\s+|(?<=[A-Za-z])\.\s*)(?P<between>{_ADJECTIVES})(?:portions?\s+of\s+|fragments?\s+of\s+)?(?P<node>{_NODE})(?P<rest>[^;]{{0,140}})",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?:^|[:;,.-]\s*)(?P<article>(?:an?|a single|single|one)\s+)?(?:the\s+)?(?P<quality>benign|reactive|negative|unremarkable|hyperplastic|anthracotic|metastatic \w+ (?:in|to)(?: an?)?)?\s*(?:\w+\s+)?(?P<node>lymph ?node)(?!s)\b(?P<rest>[^;]{0,80})",
    re.IGNORECASE,
)
_CARRIED = re.compile(
    r"(?:[^/\n]{0,60}\d\s?(?:positive\s*)?/\s?\d|\W*\(?(?:station|level|zone|total|group)\b)", re.IGNORECASE
)
_BARE_LABEL = re.compile(r"\W*number(?:ed)? (?:examined|involved|positive)\s*:", re.IGNORECASE)
_STILL_HEADING = re.compile(
    r"[^:;]{0,50}(?:excision|dissection|biops(?:y|ies)|removal|level \w{1,3})\s*:", re.IGNORECASE
)
_MORPHOLOGY = re.compile(r"(?:ICD|SNOMED|\bM)[\s.:#-]*(?:O\b)?[^;]{0,16}$|\b[89]\d{2}\s?$", re.IGNORECASE)
_NO_COUNT = re.compile(
    r"level|zone|station|block|cassette|slide|#|\bpossible|presum|candidate|potential|probable", re.IGNORECASE
)
_INCLUDING = re.compile(r"\binclud(?:ing|es) (?:specimens?|parts?|all)", re.IGNORECASE)
_TIMES = re.compile(r"\bnodes?\W{0,4}\(\s?x\s?(?P<count>\d{1,2})\s?\)", re.IGNORECASE)
_ASIDE = re.compile(r"\((?:\w+\s){0,5}$")
#: How many units a bracket left open may reach.
_BRACKET_REACH = 6
_STATION = re.compile(r"station|level|zone|\d", re.IGNORECASE)
_ONLY_LABEL = re.compile(
    r"\W*(?:(?:regional|pelvic|all) )?(?:lymph )?nodes?(?: status| involvement| metastas[ei]s)?\s*(?:\(.{0,30}\))?\s*$",
    re.IGNORECASE,
)
_OWN_PART = re.compile(r"[\s#(-]{0,4}(?:PART\s?)?#?\s?\(?([A-Z]|\d{1,2})\)?\s?[.):]", re.IGNORECASE)
_NO_NODE = re.compile(
    r"\s*(?:tissue|pieces?|candidates?|dissection|metasta|status|biops|sampling|excision|examined|involve)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    rf"(?P<positive>{_NUMBER})\s+(?:\w+\s+){{0,2}}?positive\W+(?:and\s+)?(?P<negative>{_NUMBER})\s+(?:\w+\s+){{0,2}}?negative",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(
    rf"\b(?:multiple|all|several|few)?\s*(?:of the\s+)?(?:\w+\s+){{0,3}}?{_NODE}", re.IGNORECASE
)
_BRACKET_SUM = re.compile(
    r"\((?P<list>\d{1,2}\s+[a-z][a-z -]{2,40}(?:,\s*(?:and\s+)?\d{1,2}\s+[a-z][a-z -]{2,40})*)\)",
    re.IGNORECASE,
)
_BRACKET_TOTAL = re.compile(
    rf"\b(?:multiple|several|numerous|all)\s*\((?P<count>\d{{1,3}})\)\s*(?:\w+\s+){{0,4}}?{_NODE}(?P<rest>[^;]{{0,140}})",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    rf"\bno\s+(?:\w+\s+){{0,3}}?{_NODE}\s*(?:(?!metast|involv|with)\w+\s+){{0,2}}?(?:identified|found|present|seen|examined|recovered|retrieved)|{_NODE}(?:\s+status)?(?:\s*\([^)]*\))?\s*[:=-]+\s*(?:none(?!\s*(?:submitted|received|sampled|removed))|no(?:t|ne)?\s+(?:present|identified|found|seen))",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\btotal\b|in all\b|altogether|overall|positive\s*/\s*(?:total|examined)|combined", re.IGNORECASE
)
_STAGED = re.compile(r"p ?N ?[0-3OXlI]\w{0,2}\s*[,;(\[ ]{0,3}\s*$|\bN\s*\(\s*$")
_HEADING_ONE = re.compile(r"lymph ?node(?!s)", re.IGNORECASE)
_EXCLUDED = frozenset({"history", "intraoperative", "outside", "blocks"})
#: Where a form's answer tells that the heading of the form was not seen.
_MISPLACED = {"specimens": 1.5, "gross": 1.0}
#: Sections that together make up the report proper when headings interrupt its parts.
_REPORT = frozenset({"unknown", "diagnosis", "comment", "specimens", "addendum", "amendment"})
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "|": "1", "i": "1"})


@dataclass(frozen=True, slots=True)
class Count:
    """Nodes one place counts; None for what it does not say."""

    kind: Kind
    examined: int | None
    positive: int | None
    start: int
    end: int
    unit: Unit
    total: bool = False
    staged: bool = False
    lookalike: bool = False
    slash: bool = False
    labelled: bool = False
    inside: bool = False


def number(text: str) -> int | None:
    """A count in digits or words.

    >>> number("twenty-seven (27)"), number("12"), number("ELEVEN"), number("None"), number("twenty three")
    (27, 12, 11, 0, 23)
    """
    word = re.sub(r"(?<=\w)\s*[({\[].*", "", text.strip()).strip("({[ )}]").lower()
    if word.isdigit():
        return int(word)
    if word in ("none", "no", "o", "q"):
        return 0
    if word.removeprefix("a ") in _WORDS:
        return _WORDS[word.removeprefix("a ")]
    for tens in _TENS:
        if word.startswith(tens):
            ones = word[len(tens) :].strip(" -*")
            return _WORDS[tens] + _WORDS[ones] if ones in _WORDS else None
    return None


def _polarity(text: str) -> str | None:
    """Whether the words beside a count call the nodes negative or positive."""
    text = " ".join(text.split())
    negative, positive = re.search(_NEGATIVE, text, re.IGNORECASE), re.search(_POSITIVE, text, re.IGNORECASE)
    if negative and (positive is None or negative.start() <= positive.start()):
        return "negative"
    return "positive" if positive else None


def _about_nodes(unit: Unit, before: Unit | None) -> bool:
    if _HAS_NODE.search(unit.text) or _HAS_NODE.search(unit.under):
        return True
    if _BARE_LABEL.match(unit.text):
        return True
    if re.search(rf"\b{_NODE}\b|lymphadenectomy|neck dissection", unit.heading, re.IGNORECASE):
        return True
    return (
        before is not None
        and before.section == unit.section
        and before.part == unit.part
        and len(unit.text) < 60
        and _HAS_NODE.search(before.text) is not None
    )


def _ratios(unit: Unit, *, carried: bool) -> Iterator[Count]:
    """Counts of the form n of m."""
    text = unit.text
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= lo or start >= hi for lo, hi in taken)

    for match in _SPLIT.finditer(text):
        held, clear = number(match["positive"]) or 0, number(match["negative"]) or 0
        taken.append(match.span())
        yield Count("ratio", held + clear, held, match.start(), match.end(), unit)
    for pattern in (_RATIO, _COLON, _OVER_WORDS, _OF, _SLASHLESS):
        if pattern is _COLON and not _COLON_MEANS.search(text):
            continue
        for match in pattern.finditer(text):
            if not free(match.start(), match.end()):
                continue
            lookalike = pattern is _SLASHLESS
            if lookalike:
                part, whole = (
                    int(match["part"].translate(_LOOKALIKES)),
                    int(match["whole"].translate(_LOOKALIKES)),
                )
                stated = {number(m[0]) for m in re.finditer(rf"\b{_WORD}\b", text, re.IGNORECASE)}
                if stated and whole not in stated:
                    continue
            elif pattern in (_RATIO, _COLON):
                part, whole = int(match["part"]), int(match["whole"])
            else:
                raw = match["part"].lower()
                whole = number(match["whole"].replace(".", "")) or 0
                staged = _STAGED.search(text[max(0, match.start() - 14) : match.start()])
                if (
                    pattern is _OF
                    and match["after"] is None
                    and not carried
                    and not staged
                    and not re.search(
                        _NODE, text[max(0, match.start() - 60) : match.end() + 60], re.IGNORECASE
                    )
                ):
                    continue
                part = whole if raw in ("all", "both") else (number(raw) if number(raw) is not None else -1)  # type: ignore[assignment]
            if part < 0 or part > whole or whole > 150:
                continue
            staged = _STAGED.search(text[max(0, match.start() - 14) : match.start()])
            if pattern is _RATIO and _MORPHOLOGY.search(text[max(0, match.start() - 24) : match.start()]):
                continue
            if staged is None and _OTHER_RATIO.search(text[max(0, match.start() - 25) : match.start()]):
                continue
            if re.match(r"[^,;]{0,12}(?:HPF|high.power)", text[match.end() :], re.IGNORECASE):
                continue
            if pattern in (_OF, _OVER_WORDS):
                before = _polarity(text[max(0, match.start() - 80) : match.start()])
                if (
                    before != "positive"
                    and part
                    and _CALLED_NEGATIVE.search(text[match.end() : match.end() + 80])
                ):
                    part = 0 if part == whole else whole - part
            taken.append((match.start(), match.end()))
            # words and digits of the same count ("two of five (2/5)") are one
            yield Count(
                "ratio", whole, part, match.start(), match.end(), unit,
                total=_TOTAL.search(text[max(0, match.start() - 60) : match.start()]) is not None
                or _TOTAL.search(unit.under) is not None
                or _INCLUDING.search(text[match.end() : match.end() + 70]) is not None
                or "all parts" in unit.under.lower(),
                labelled=_ONLY_LABEL.match(unit.label_text or unit.under) is not None
                and _STATION.search(text[unit.value or 0 : match.start()]) is None,
                staged=staged is not None,
                lookalike=lookalike,
                slash=pattern in (_RATIO, _SLASHLESS),
            )  # fmt: skip


def _labelled(unit: Unit, label: str) -> Iterator[Count]:
    """Counts that answer a form's label."""
    text = unit.text
    offset = 0
    if label and unit.label is None:
        text, offset = f"{label} {text}", len(label) + 1
    for pattern, kind in ((_LABEL_INVOLVED, "involved"), (_LABEL_EXAMINED, "examined")):
        for match in pattern.finditer(text):
            count = number(match["count"])
            if count is None or re.match(r"\s*(?:/|of\b|out of)", text[match.end() :]):
                continue
            start, end = max(0, match.start() - offset), max(1, match.end() - offset)
            total = (
                re.search(
                    r"\b[LR]\b|left|right|N1|N2|mediast|sentinel|pelvic|aortic", match[0], re.IGNORECASE
                )
                is None
            )
            if kind == "involved":
                yield Count("involved", None, count, start, end, unit, total=total)
            else:
                yield Count("examined", count, None, start, end, unit, total=total)


def _call(said: str, count: int, start: int, end: int, unit: Unit) -> Count:
    """Nodes called negative or positive in words."""
    if said == "negative":
        return Count("negative", count, 0, start, end, unit)
    return Count("positive", count, count, start, end, unit)


def _worded(unit: Unit) -> Iterator[Count]:
    """Counts in prose: twelve benign nodes; metastatic tumor in two lymph nodes; a reactive lymph node."""
    text = unit.text
    if (match := _TIMES.search(text)) and (said := _polarity(text)):
        yield _call(said, int(match["count"]), match.start(), match.end(), unit)
        return
    if lists := list(_BRACKET_SUM.finditer(text)):
        whole = sum(
            int(n)
            for m in lists
            for n in re.findall(r"(?<![\d/.])\d{1,2}(?=\s+[a-z])", m["list"], re.IGNORECASE)
        )
        said = _polarity(text[lists[-1].end() : lists[-1].end() + 100])
        if said and whole:
            yield _call(said, whole, lists[0].start(), lists[-1].end(), unit)
            return
    if match := _BRACKET_TOTAL.search(text):
        said = _polarity(match["rest"])
        if said:
            count = int(match["count"])
            yield _call(said, count, match.start(), match.start("rest"), unit)
            return
    at = unit.value if unit.value is not None and _COUNT_THEN.search(text, unit.value) else 0
    while match := _COUNT_THEN.search(text, at):
        at = match.end("count")
        count_ = number(match["count"])
        if count_ is None or count_ > 120:
            continue
        if _NO_COUNT.search(text[max(0, match.start() - 10) : match.end("node") + 12]):
            continue
        if _STILL_HEADING.match(text[match.end("node") :]):
            continue
        near = match["between"] + " " + match["rest"]
        said = _polarity(near) or _polarity(text[max(0, match.start() - 80) : match.start()])
        end = match.end("node")
        if said:
            yield _call(said, count_, match.start(), end, unit)
        elif re.search(r"examined|identified|found|total|recovered|retrieved", near, re.IGNORECASE):
            yield Count(
                "found", count_, None, match.start(), end, unit, total=_TOTAL.search(text) is not None
            )
        return
    for match in _ONE.finditer(text):
        said = _polarity((match["quality"] or "") + " " + match["rest"])
        if said and _NO_NODE.match(match["rest"]) is None and "regional" not in match[0].lower():
            sure = match["quality"] is not None or match["article"] is not None
            if said == "positive" or sure:
                yield replace(
                    _call(said, 1, match.start("node"), match.end("node"), unit), lookalike=not sure
                )
                return
    if match := _MULTIPLE.search(text):
        said = _polarity(text)
        if said == "negative":
            yield Count("uncounted", None, 0, match.start(), match.end(), unit)
        elif said == "positive":
            yield Count("uncounted", None, None, match.start(), match.end(), unit)


@lru_cache(maxsize=2)
def counts(document: Document) -> tuple[Count, ...]:
    """Every count of nodes in a report, unit by unit."""
    found: list[Count] = []
    before: Unit | None = None
    label = ""
    last: Unit | None = None
    by_ratio = False
    opened = -99
    for unit in document.units:
        inside = unit.index - opened <= _BRACKET_REACH
        balance = unit.text.count("(") - unit.text.count(")")
        if balance:
            opened = unit.index if balance > 0 and unit.text.rstrip()[-1] in ",;" else -99
        if unit.section in _EXCLUDED or _FROZEN.search(unit.text):
            before = last = None
            continue
        own = _about_nodes(unit, before)
        carried = (
            not own
            and last is not None
            and by_ratio
            and last.section == unit.section
            and unit.index - last.index <= 2
            and _CARRIED.match(unit.text) is not None
        )
        if own or carried:
            under = before is not None and _HAS_NODE.search(before.text) is not None
            here = list(_ratios(unit, carried=carried or under))
            labelled = list(_labelled(unit, label))
            if labelled and not any(c.kind == "ratio" for c in here):
                here = labelled
            elif not here:
                if unit.section != "gross" and (match := _ABSENT.search(unit.text)):
                    here = [Count("none", 0, None, match.start(), match.end(), unit)]
                else:
                    here = list(_worded(unit))
            elif (whole := _itemized(unit, here)) is not None:
                here = [whole]
            if inside or opened == unit.index:
                here = [replace(c, inside=inside or _opens(unit.text, c.start)) for c in here]
            found += _merge(here)
            last, by_ratio = unit, any(c.kind == "ratio" for c in here)
        label = unit.text if unit.text.rstrip().endswith(":") and len(unit.text) < 70 else ""
        before = unit
    return tuple(found)


def _opens(text: str, position: int) -> bool:
    """Whether a bracket that the unit does not close stands before a position."""
    before = text[:position]
    return before.count("(") > before.count(")") and text[position:].count(")") == text[position:].count("(")


def _itemized(unit: Unit, here: list[Count]) -> Count | None:
    """``Eighteen nodes, no tumor (0/3 level I; 0/4 level II``: the count in words, if it is the greater."""
    first = min(c.start for c in here)
    if "(" not in unit.text[max(0, first - 2) : first]:
        return None
    for count in _worded(unit):
        if (
            count.end <= first
            and count.kind == "negative"
            and (count.examined or 0) > sum(c.examined or 0 for c in here)
        ):
            return count
    return None


def _merge(here: list[Count]) -> list[Count]:
    """Counts of one unit, those that say the same thing once, and a total without its parts."""
    kept: list[Count] = []
    for count in sorted((c for c in here if c.kind == "ratio"), key=lambda c: c.start):
        again = [k for k in kept if (k.examined, k.positive) == (count.examined, count.positive)]
        if not any(
            k.slash != count.slash or _ASIDE.search(count.unit.text[k.end : count.start]) for k in again
        ):
            kept.append(count)
    if len(kept) > 1:
        kept = [
            replace(
                c,
                total=re.search(r"\btotal\W*$", c.unit.text[: c.start], re.IGNORECASE) is not None,
                labelled=False,
            )
            for c in kept
        ]
    return _without_parts(kept) + [c for c in here if c.kind != "ratio"]


def _without_parts(counts_: list[Count]) -> list[Count]:
    """Only the total, if one count is the sum of the others."""
    for count in counts_:
        others = [k for k in counts_ if k is not count]
        if (
            len(others) >= 2
            and sum(k.examined or 0 for k in others) == count.examined
            and (sum(k.positive or 0 for k in others) == (count.positive or 0))
        ):
            return [replace(count, total=True)]
    return counts_


def _parts(found: list[Count]) -> list[Count]:
    """Counts to add up: per part the total if there is one, repetitions once."""
    ratios = [c for c in found if c.kind == "ratio"]
    used = ratios + [
        c for c in found if c.kind in ("negative", "positive") and not any(_covers(r, c) for r in ratios)
    ]
    used.sort(key=lambda c: c.unit.start + c.start)
    used = _running_totals(_once([c for k, c in enumerate(used) if not (c.inside and k)]))
    kept: list[Count] = []
    for count in used:
        if not any(_repeats(k, count) for k in kept):
            kept.append(count)
    totals = [
        c
        for c in kept
        if (c.total or c.labelled or c.staged)
        and len(kept) > 1
        and (c.examined or 0) >= sum(k.examined or 0 for k in kept if not (k.total or k.labelled or k.staged))
        and (c.total or c.staged or len(kept) > 2)
    ]
    if totals:
        return [max(totals, key=lambda c: c.examined or 0)]
    groups: dict[tuple[str, str | None], list[Count]] = {}
    for count in kept:
        groups.setdefault((count.unit.section, _part(count)), []).append(count)
    summed: list[Count] = []
    for (_, part), group in groups.items():
        summed += _without_parts(group) if part is not None or len(group) > 3 else group
    return summed


def _running_totals(counts_: list[Count]) -> list[Count]:
    """A count that is the sum of those before it stands for them."""
    kept: list[Count] = []
    for count in counts_:
        examined, positive = sum(k.examined or 0 for k in kept), sum(k.positive or 0 for k in kept)
        if (
            len(kept) > 1
            and (count.examined or 0) >= 6
            and (examined, positive) == (count.examined, count.positive)
        ):
            kept = []
        kept.append(count)
    return kept


def _once(counts_: list[Count]) -> list[Count]:
    """A diagnosis printed twice counts once."""
    said = [(c.examined, c.positive) for c in counts_]
    for shift in range(max(2, (len(said) - 1) // 2), len(said) - 1):
        again = said[shift:]
        same = sum(a == b for a, b in zip(said, again, strict=False))
        if same >= max(2, 0.8 * len(again)) and len(again) >= 0.6 * shift and len(set(again)) > 1:
            return counts_[:shift]
    kept: list[Count] = []
    for number_, count in enumerate(counts_):
        part = _part(count)
        earlier = [
            k
            for k in range(number_)
            if part is not None and _part(counts_[k]) == part and said[k] == said[number_]
        ]
        if not any(_part(c) != part for k in earlier[:1] for c in counts_[k:number_]):
            kept.append(count)
    return kept


def _part(count: Count) -> str | None:
    """The part a count belongs to: the layout's, or the letter its line begins with."""
    if count.unit.part is None and (own := _OWN_PART.match(count.unit.text)):
        return own[1].upper()
    return count.unit.part


def _covers(ratio: Count, count: Count) -> bool:
    """Whether words say again what a ratio nearby says."""
    if not _same_place(ratio, count) or ratio.unit.section != count.unit.section:
        return False
    if count.kind == "positive":
        return count.positive == ratio.positive
    return count.examined == (ratio.examined or 0) - (ratio.positive or 0)


def _same_place(one: Count, other: Count) -> bool:
    a, b = _part(one), _part(other)
    return a == b or a is None or b is None


def _repeats(one: Count, other: Count) -> bool:
    """Whether two counts speak of the same nodes."""
    if (one.examined, one.positive) != (other.examined, other.positive):
        return False
    if one.unit.section != other.unit.section:
        return _same_place(one, other)
    return ((one.examined or 0) >= 10 or (one.total and other.total)) and _same_place(one, other)


def read_nodes(
    which: Literal["examined", "positive"], document: Document, patterns: FieldPatterns
) -> Iterator[Candidate]:
    """Candidates of one of the two counts."""
    name = patterns.name
    found = counts(document)
    total = False
    sections = _sections(found)
    most = max((sum(c.examined or 0 for c in _parts(here)) for here in sections.values()), default=0)
    for here in sections.values():
        yield from _read_labels(
            which, document, name, [c for c in here if c.kind in ("examined", "involved")], most
        )
        yield from _read_counts(which, document, name, here, across=False, most=most)
        total = total or any(c.kind in ("ratio", "negative", "positive", which) for c in here)
        if which == "examined" and not total:
            yield from (
                _candidate(document, 0, [c], f"{name}/none", strength=-0.5, no_nodes=1.0)
                for c in here
                if c.kind == "none"
            )
        if which == "positive" and not total:
            said = [c for c in here if c.kind == "uncounted"]
            if said and all(c.positive == 0 for c in said):
                yield _candidate(document, 0, said[:1], f"{name}/all-negative", strength=-0.5, no_count=1.0)
        if which == "examined" and not total and (seen := [c for c in here if c.kind == "found"]):
            yield _candidate(
                document,
                sum(c.examined or 0 for c in seen),
                seen,
                f"{name}/found",
                strength=-0.5,
                found=1.0,
                summed=float(len(seen) > 1),
            )
    whole = [c for c in found if c.unit.section in _REPORT]
    labelled = [c for c in whole if c.kind == ("examined" if which == "examined" else "involved")]
    by_section = {tuple(getattr(c, which) for c in here) for here in _sections(labelled).values()}
    if len(by_section) > 1:
        yield _candidate(
            document,
            sum(getattr(c, which) for c in labelled),
            labelled,
            f"{name}/sum-of-labels",
            strength=0.0,
            label_total=1.0,
            across=1.0,
        )
    if len({c.unit.section for c in whole}) > 1:
        yield from _read_counts(which, document, name, whole, across=True, most=most)


def _sections(found: Iterable[Count]) -> dict[str, list[Count]]:
    sections: dict[str, list[Count]] = {}
    for count in found:
        sections.setdefault(count.unit.section, []).append(count)
    return sections


def _read_counts(
    which: Literal["examined", "positive"],
    document: Document,
    name: str,
    here: list[Count],
    *,
    across: bool,
    most: int,
) -> Iterator[Candidate]:
    """Candidates from the counts of one section, or (``across``) of all that make up the report proper."""
    values = [(c, getattr(c, which)) for c in _parts(here) if getattr(c, which) is not None]
    if not values:
        return
    several = len(values) > 1
    if across and (not several or len({c.unit.section for c, _ in values}) < 2):
        return
    if not across:
        for count in here:
            if count.kind == "ratio" and (count.total or count.staged or count.labelled):
                strong = count.total or count.staged
                greatest = (count.examined or 0) >= most
                if strong or several or greatest:
                    yield _candidate(
                        document,
                        getattr(count, which),
                        [count],
                        f"{name}/staged",
                        strength=(1.5 if strong else 0.5) + 1.0 * greatest,
                        staged=float(strong),
                        by_label=float(not strong),
                        total_greatest=float(greatest),
                    )
    parts = [_part(c) for c, _ in values]
    apart = across and len(set(parts)) == len(parts) and None not in parts
    features: dict[str, Any] = {
        "summed": float(several),
        "across": float(across),
        "across_parts": float(apart),
        "beside_uncounted": float(any(c.kind == "uncounted" for c in here)),
        "lookalike": float(all(c.lookalike for c, _ in values)),
        "worded": float(all(c.kind != "ratio" for c, _ in values)),
        "positive_only": float(which == "examined" and all(c.kind == "positive" for c, _ in values)),
    }
    strength = (
        0.5
        + 0.5 * several
        - 1.0 * across
        + 1.5 * apart
        - 1.5 * features["positive_only"]
        - 1.0 * features["lookalike"]
    )
    yield _candidate(
        document,
        sum(v for _, v in values),
        [c for c, _ in values],
        f"{name}/{'sum' if several else 'count'}",
        strength=strength,
        **features,
    )


def _read_labels(
    which: Literal["examined", "positive"], document: Document, name: str, here: list[Count], most: int
) -> Iterator[Candidate]:
    """Candidates from a form's answers; those of several parts or groups are also added up."""
    examined = [c for c in here if c.kind == "examined"]
    involved = [c for c in here if c.kind == "involved"]
    swapped = len(examined) == len(involved) == 1 and (involved[0].positive or 0) > (
        examined[0].examined or 0
    )
    if swapped:
        examined, involved = (
            [replace(involved[0], kind="examined", examined=involved[0].positive, positive=None)],
            [replace(examined[0], kind="involved", examined=None, positive=examined[0].examined)],
        )
    mine = examined if which == "examined" else involved
    numbers = [getattr(c, which) for c in mine]
    if not numbers:
        return
    summed = len(numbers) > 1 and (
        len({c.unit.part for c in mine}) > 1 or not any(c.total for c in mine) or len(set(numbers)) > 1
    )
    if len(numbers) > 1:
        yield _candidate(
            document,
            sum(numbers),
            mine,
            f"{name}/sum-of-labels",
            strength=1.5 if summed else -1.0,
            label_total=1.0,
            summed=1.0,
        )
    for count in mine:
        yield _candidate(
            document,
            getattr(count, which),
            [count],
            f"{name}/label",
            strength=-1.0 if summed else 2.0 + _MISPLACED.get(count.unit.section, 0.0),
            label_total=float(count.total and not summed),
            one_of_several=float(summed),
            total_greatest=float(not summed and (examined[0].examined or 0 if examined else 0) >= most),
            swapped=float(swapped),
        )


def _candidate(
    document: Document, value: int, here: list[Count], rule: str, *, strength: float, **features: Any
) -> Candidate:
    first = here[0]
    made = document.candidate(
        value,
        first.unit,
        first.start,
        first.end,
        rule,
        strength=strength,
        **{k: v for k, v in features.items() if v},
    )
    for tissue in ("tissue_node", "tissue_metastasis"):
        made.features.pop(tissue, None)  # of course it speaks of nodes
    made.more = tuple((c.unit.start + c.start, c.unit.start + c.end) for c in here[1:9])
    return made
