# ruff: noqa: E501
"""Counts of lymph nodes in one line or sentence: ratios, answers to labels, and words.

``2/15``, ``three (3) of eight (8) nodes``, ``twelve benign nodes``, ``Number of nodes examined: 30``. What a
scanner made of a ratio is read too: ``(0112)`` beside "twelve nodes" is 0/12.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from extractor.numbers import ONES, TENS
from extractor.unit import Unit

if TYPE_CHECKING:
    pass

Kind = Literal["ratio", "negative", "positive", "examined", "involved", "uncounted", "none", "found"]

_WORDS = (
    {w: i for i, w in enumerate(ONES, 1)}
    | {w: 10 * i for i, w in enumerate(TENS, 2)}
    | {"zero": 0, "single": 1, "both": 2, "a": 1, "an": 1}
)
_WORD = rf"(?:(?:{'|'.join(TENS)})(?:[\s*-]{{0,3}}(?:{'|'.join(ONES[:9])}))?|{'|'.join(sorted(ONES, key=len, reverse=True))}|zero)"
#: A count: digits, or words with the digits perhaps repeated in brackets.
_NUMBER = rf"(?:(?:\b{_WORD}\b(?:\s?[({{\[]\s?[\dOlIi]{{1,3}}\s?[)}}\]])?)|(?<![A-Za-z0-9.#/-])(?:\d{{1,3}}|[lI]\d)(?![\d.]*\d|\s?\.\)|\s?(?:cm|mm|x|%|[AP]M)\b))"
NODE = r"(?:lymph[ -]*(?:nodes?|modes?)|nodes?|LNs?\b|lymphnodes?)"
_ADJECTIVES = r"(?:[\w,'/()#.-]+\s+){0,5}?"
_NEGATIVE = r"(?:negative|\bneg\b|no (?:\w+ ){0,2}?(?:evidence|tumou?r|metasta|carcinoma|malignan|neoplas|significant|viable|pathologic)|none (?:\w+ ){0,2}?(?:contain|show|involve|positive|harbou?r)|(?:tumou?r|metastas[ei]s|carcinoma|cancer)(?:-\s?|\s)free|free (?:of|from)|are free|is free|benign|without|uninvolved|reactive|not involved|unremarkable|hyperpla|no histopatholog|absence of)"
_POSITIVE = r"(?:positive|metasta(?:sis|ses|tic)|involved|involv(?:ing|ement)|harbou?r|with (?:tumou?r|carcinoma|adenocarcinoma)|contain(?:s|ing)? (?:tumou?r|metast|carcin))"

HAS_NODE = re.compile(
    rf"\b{NODE}|\blymphaden(?:ectomy|opathy)|\blymphonod|\bp ?N\d|\bN[0-3]?[abc]? ?\(|(?<![A-Za-z])sentinel",
    re.IGNORECASE,
)
_NODE_WORD = re.compile(rf"\b{NODE}|\blymphaden|\bN ?\(|(?<![A-Za-z])sentinel", re.IGNORECASE)
_OTHER_RATIO = re.compile(
    r"HPF|high.power|\bpage|gleason|score|grade|nottingham|clock|cassette|block|slide|mitos|mitot|\bcm\b[^(]{0,4}$|fuhrman|\bWHO\b|segments? involved|cores?\b|date",
    re.IGNORECASE,
)
_RATIO = re.compile(
    r"(?<![\d/.=+A-Za-z-])(?P<part>\d{1,2}|[lIO](?=\s?/\s?\d))\s?(?:pos(?:itive|\b\.?)\s*)?(?:/|\\|∕)\s?(?P<whole>\d{1,3}|\d\s\d(?=\s?\)))(?![\d/%]|\s?(?:cm|mm|HPF)|\.\d)"
)
_SLASHLESS = re.compile(
    r"[({\[]\s?(?P<part>[\dOo]{1,2}?)\s?[1lI|!fi/'’]\s?(?P<whole>\d{1,2}[SOlI]?|[SlIt]|[lIt]\s?[\dO])\s?[)}\]]"
)
_OF = re.compile(
    rf"(?P<part>{_NUMBER}|(?<![A-Za-z0-9])[lI](?=\s?of\s\d)|\b(?:none|all|both|no)\b)\s*(?:pos(?:itive|\b\.?)\s+)?(?:out\s*)?(?:[o0]f|0(?=\s\d{{1,2}}\slymph))\s+(?:the\s+|a\s+)?(?:total\s+(?:of\s+)?)?(?P<whole>{_NUMBER}|\d\.\d(?=\s+(?:\w+\s+)?lymph))\s*[(\s)]*(?P<after>{_ADJECTIVES}{NODE})?",
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
    rf"(?:(?:total\s+)?(?:number|no\.?|#|nos?)\s*(?:of\s+)?(?:regional\s+|pelvic\s+|all\s+)?(?:{NODE})?\s*(?:\(total\)\s*)?(?:\w+\s+){{0,2}}?(?:\w?xam\w{{2,6}}|sampled|i[nd]\w*ntified|found|removed|dissected|retrieved|resected|submitted|present|received|evaluated|isolated|obtained)|"
    rf"{NODE}\s*(?:,\s*)?(?:total\s*)?(?:number\s*)?(?:\w?xamin\w{{2,3}}|sampled|identified|removed|retrieved|found|total)|total\s+(?:number\s+(?:of\s+)?)?(?:(?!positive|involved)\w+\s+){{0,2}}?{NODE}|(?<!\w)(?:number\s+)?examined)"
    rf"(?:\s*\([^)]*\))?\s*(?:(?:[:=-]|\bis\b|\bare\b)+\s*[_\s]*|\s+(?=\d{{1,3}}\s*$))(?P<count>{_NUMBER}|none\b|[OQ]\b)",
    re.IGNORECASE,
)
_LABEL_INVOLVED = re.compile(
    rf"(?:(?:total\s+)?(?:number|no\.?|#|nos?)\s*(?:of\s+)?(?:regional\s+|pelvic\s+|positive\s+|involved\s+|metastatic\s+)*(?:{NODE})?\s*(?:\(?s\)?)?\s*(?:\w+\s+){{0,2}}?(?:involved|positive|with\s+(?:\w+\s+){{0,2}}?(?:metasta\w+|tumou?r|disease|carcinoma)|containing\s+\w+|metastatic)(?:\s+(?:by|with|for|disease)(?:\s+\w+){{0,2}}?)?|"
    rf"(?:number\s+(?:of\s+)?)?(?:positive|involved)\s+(?:regional\s+|pelvic\s+)?{NODE}(?:\s*,?\s*(?:left|right))?|{NODE}\s*(?:,\s*)?(?:number\s*)?(?:positive|involved|with metasta\w+)|number\s+involved|numbered\s+involved)"
    rf"(?:\s*\([^)]*\))?\s*(?:(?:[:=-]|\bis\b|\bare\b)+\s*[_\s]*|\s+(?=\d{{1,3}}\s*$))(?P<count>{_NUMBER}|none\b|[OQ]\b)",
    re.IGNORECASE,
)
_COUNT_THEN = re.compile(
    rf"(?P<count>{_NUMBER}|\b(?:a\s+)?single\b|\ban?(?=\s+(?:\w+,?\s+){{0,2}}?(?:tumou?r.{{0,2}}free|benign|negative|reactive|unremarkable)\b)|\(\s?\d{{1,3}}\s?\))(?:\s+|(?<=[A-Za-z])\.\s*)(?P<between>{_ADJECTIVES})(?P<node>{NODE})(?P<rest>[^;]{{0,140}})",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?:^|[:;,.-]\s*)(?P<article>(?:an?|a single|single|one)\s+)?(?:the\s+)?(?P<quality>benign|reactive|negative|unremarkable|hyperplastic|anthracotic|metastatic \w+ (?:in|to)(?: an?)?)?\s*(?:\w+\s+)?(?P<node>lymph ?node)(?!s)\b(?P<rest>[^;]{0,80})",
    re.IGNORECASE,
)
_CALLED_RATIO = re.compile(
    r"(?:negative for|free of|\bno (?:\w+ ){0,3}?(?:tumou?r|carcinoma|malignan\w+|metasta\w+|neoplas\w+)|positive for|metastatic|metastas[ei]s)\b"
    r"[^()/;]{0,60}\(\s?\d{1,2}\s?/\s?\d{1,3}\s?\)",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(r"\W*number(?:ed)? (?:examined|involved|positive)\s*:", re.IGNORECASE)
_STILL_HEADING = re.compile(
    r"[^:;]{0,50}(?:excision|dissection|biops(?:y|ies)|removal|level \w{1,3})\s*:", re.IGNORECASE
)
_MORPHOLOGY = re.compile(r"(?:ICD|SNOMED)[^;]{0,18}$|\bM-?[\s\d]{0,5}$|\b[89]\d{2}\s?$", re.IGNORECASE)
_NUMBERS_A_PLACE = re.compile(
    r"(?:levels?|zones?|stations?|block|cassette|slide|#)\s*[A-Z]?\s*[:-]?\s*$|#", re.IGNORECASE
)
_NO_COUNT = re.compile(
    r"\b(?:fragment|portion|piece)s?\b(?=[^;]{0,12}\bof\b)|block|cassette|slide|#|\bpossible|presum|candidate|potential|probable",
    re.IGNORECASE,
)
_INCLUDING = re.compile(r"\binclud(?:ing|es) (?:specimens?|parts?|all)", re.IGNORECASE)
_TIMES = re.compile(r"\bnodes?\W{0,4}\(\s?x\s?(?P<count>\d{1,2})\s?\)", re.IGNORECASE)
_STATION = re.compile(r"station|level|zone|\d", re.IGNORECASE)
_ONLY_LABEL = re.compile(
    r"\W*(?:(?:regional|pelvic|all) )?(?:lymph )?nodes?(?: status| involvement| metastas[ei]s)?\s*(?:\(.{0,30}\))?\s*$",
    re.IGNORECASE,
)
_NO_NODE = re.compile(
    r"\s*(?:tissue|pieces?|candidates?|dissection|metasta|status|biops|sampling|excision|examined|involve)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    rf"(?P<positive>{_NUMBER})\s+(?:\w+\s+){{0,2}}?positive\W+(?:and\s+)?(?P<negative>{_NUMBER})\s+(?:\w+\s+){{0,2}}?negative",
    re.IGNORECASE,
)
_OF_NODES = re.compile(
    rf"\bof (?:the )?(?P<whole>{_NUMBER})\s+{_ADJECTIVES}{NODE}\b[^;:]{{0,50}}?,\s*(?P<part>{_NUMBER}|none|all)\s+(?:of (?:them|these|which)\s+)?(?P<said>(?:\w+\s+){{0,2}}?(?:contain|show|harbou?r|demonstrat|ha(?:s|ve)|is|are|was|were|positive|involved|negative)\w*\b[^;]{{0,60}})",
    re.IGNORECASE,
)
_AFTER_NODES = re.compile(
    rf"\b{NODE}\s?s?\b(?:\s+(?:examined|found|identified|submitted))?\s*[:(-]{{0,2}}\s*(?P<count>(?:\d{{1,2}}|{_WORD})(?![\d./-]))\s?\)?\s*[,;:-]?\s*(?P<rest>(?:all\s+|are\s+|is\s+|both\s+)*(?:negative|free\b|benign|clear\b|uninvolved|reactive|without|no (?:tumou?r|metasta|evidence|malig|carcin)|tumou?r[- ]free|positive|with metasta)[^;]{{0,60}})",
    re.IGNORECASE,
)
_BRACKETED = re.compile(rf"\b{NODE}\s?\(\s?(?P<count>\d{{1,2}})\s?\)", re.IGNORECASE)
_SUPERSEDED = re.compile(
    r"\b(?:previous|former|original|initial|earlier)(?:ly)?\b[^;.]{0,40}$|\b(?:changed from|instead of|rather than)\b[^;.]{0,20}$",
    re.IGNORECASE,
)
_NO_TUMOR = re.compile(
    r"endosalping|endometrios|granulom|sarcoid|lymphoma\b|leuk(?:a?e)mi|thyroid (?:tissue|inclusion|follic)|\bn[ae]v(?:us|i)\b|inclusion",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"\(N[o0]\.?\s?(?P<part>[IVXl1]{1,6})\s?/\s?(?P<whole>[IVXLl]{1,7})\s?[)}\s]")
_MULTIPLE = re.compile(
    rf"\b(?:multiple|all|several|few)?\s*(?:of the\s+)?(?:\w+\s+){{0,3}}?{NODE}", re.IGNORECASE
)
_BRACKET_SUM = re.compile(
    r"\((?P<list>\d{1,2}\s+[a-z][a-z -]{2,40}(?:,\s*(?:and\s+)?\d{1,2}\s+[a-z][a-z -]{2,40})*)\)",
    re.IGNORECASE,
)
_BRACKET_TOTAL = re.compile(
    rf"\b(?:multiple|several|numerous|all)\s*\((?P<count>\d{{1,3}})\)\s*(?:\w+\s+){{0,4}}?{NODE}(?P<rest>[^;]{{0,140}})",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\btotal\b|in all\b|altogether|overall|positive\s*/\s*(?:total|examined)|combined|\bsummary\b",
    re.IGNORECASE,
)
_STAGED = re.compile(
    r"p ?N ?[0-3OXlI]\w{0,2}\s*[,;(\[ ]{0,3}\s*$|\bN\s*\(\s*$|\bp?T ?\w{1,3}[\s,;]{0,3}N[0-3][abc]?\s*\(\s*$"
)
_HEADING_ONE = re.compile(r"lymph ?node(?!s)", re.IGNORECASE)
_LOOKALIKES = str.maketrans(
    {"O": "0", "o": "0", "t": "1", " ": "", "l": "1", "I": "1", "S": "5", "|": "1", "i": "1"}
)


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
    if re.fullmatch(r"[li]?\d+", word):
        return int(word.translate(_LOOKALIKES))
    if word in ("none", "no", "o", "q"):
        return 0
    if word in ("l", "i"):
        return 1
    if word.removeprefix("a ") in _WORDS:
        return _WORDS[word.removeprefix("a ")]
    for tens in TENS:
        if word.startswith(tens):
            ones = word[len(tens) :].strip(" -*")
            return _WORDS[tens] + _WORDS[ones] if ones in _WORDS else None
    return None


def _roman(text: str) -> int:
    """A Roman number, with the scanner's look-alikes of I.

    >>> _roman("XVII"), _roman("l"), _roman("IV"), _roman("XIX")
    (17, 1, 4, 19)
    """
    values = [{"I": 1, "l": 1, "1": 1, "V": 5, "X": 10, "L": 50}[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def _polarity(text: str) -> str | None:
    """Whether the words beside a count call the nodes negative or positive."""
    text = " ".join(text.split())
    negative, positive = re.search(_NEGATIVE, text, re.IGNORECASE), re.search(_POSITIVE, text, re.IGNORECASE)
    if negative and (positive is None or negative.start() <= positive.start()):
        return "negative"
    return "positive" if positive else None


def about_nodes(unit: Unit, before: Unit | None) -> bool:
    if HAS_NODE.search(unit.text) or HAS_NODE.search(unit.under):
        return True
    if _BARE_LABEL.match(unit.text) or _CALLED_RATIO.search(unit.text):
        return True
    if re.search(rf"\b{NODE}\b|lymphadenectomy|neck dissection", unit.heading, re.IGNORECASE):
        return True
    return (
        before is not None
        and before.section == unit.section
        and before.part == unit.part
        and len(unit.text) < 60
        and _NODE_WORD.search(before.text) is not None
    )


def _label_above(unit: Unit) -> str:
    """The label of the line above, if it is none that heads a part."""
    heads = unit.part is not None and unit.under.strip(" :") in unit.heading
    return "" if heads else unit.under


def ratios(unit: Unit, *, carried: bool) -> Iterator[Count]:
    """Counts of the form n of m."""
    text = unit.text
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= lo or start >= hi for lo, hi in taken)

    for match in _OF_NODES.finditer(text):
        held, whole = number(match["part"]), number(match["whole"]) or 0
        if held is None or held > whole:
            continue
        if _polarity(match["said"]) == "negative" and held:
            held = whole - held
        taken.append(match.span())
        yield Count("ratio", whole, held, match.start(), match.end(), unit)
    for match in _ROMAN.finditer(text):
        part, whole = _roman(match["part"]), _roman(match["whole"])
        if 0 < part <= whole:
            taken.append(match.span())
            yield Count("ratio", whole, part, match.start(), match.end(), unit)
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
                part, whole = (
                    int(match["part"].translate(_LOOKALIKES)),
                    int(re.sub(r"\s", "", match["whole"])),
                )
                if (
                    whole > 150
                    and pattern is _RATIO
                    and match["whole"][-1] == "1"
                    and "(" in text[max(0, match.start() - 2) : match.start()]
                ):
                    whole //= 10  # the bracket that closes was read as a digit
            else:
                raw = match["part"].lower()
                whole = number(match["whole"].replace(".", "")) or 0
                staged = _STAGED.search(text[max(0, match.start() - 20) : match.start()])
                if (
                    pattern is _OF
                    and match["after"] is None
                    and not carried
                    and not staged
                    and not re.search(
                        NODE, text[max(0, match.start() - 60) : match.end() + 60], re.IGNORECASE
                    )
                ):
                    continue
                told = number(raw)
                part = whole if raw in ("all", "both") else -1 if told is None else told
            if part < 0 or part > whole or whole > 150:
                continue
            staged = _STAGED.search(text[max(0, match.start() - 20) : match.start()])
            if pattern is _RATIO and _MORPHOLOGY.search(text[max(0, match.start() - 24) : match.start()]):
                continue
            if staged is None and _OTHER_RATIO.search(text[max(0, match.start() - 25) : match.start()]):
                continue
            if unit.section == "gross" and pattern is _RATIO and staged is None and _polarity(text) is None:
                continue  # pieces and cassettes
            if _SUPERSEDED.search(text[max(0, match.start() - 60) : match.start()]):
                continue
            if re.match(r"[^,;]{0,12}(?:HPF|high.power)", text[match.end() :], re.IGNORECASE):
                continue
            if (
                part == whole
                and pattern is _RATIO
                and _polarity(text[max(0, match.start() - 80) : match.start()]) == "negative"
            ):
                part = 0
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
                labelled=_ONLY_LABEL.match(unit.label_text or _label_above(unit)) is not None
                and _STATION.search(text[unit.value or 0 : match.start()]) is None,
                staged=staged is not None,
                lookalike=lookalike,
                slash=pattern in (_RATIO, _SLASHLESS),
            )  # fmt: skip


def labelled(unit: Unit, label: str) -> Iterator[Count]:
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


def worded(unit: Unit) -> Iterator[Count]:
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
    if len(each := list(_BRACKETED.finditer(text))) > 1 and (said := _polarity(text[each[-1].end() :])):
        yield _call(said, sum(int(m["count"]) for m in each), each[0].start(), each[-1].end(), unit)
        return
    if match := _BRACKET_TOTAL.search(text):
        said = _polarity(match["rest"])
        if said:
            count = int(match["count"])
            yield _call(said, count, match.start(), match.start("rest"), unit)
            return
    if (
        (match := _AFTER_NODES.search(text))
        and (said := _polarity(match["rest"]))
        and not any(m.start("node") == match.start() for m in _COUNT_THEN.finditer(text))
    ):
        yield _call(said, number(match["count"]) or 0, match.start(), match.end("count"), unit)
        return
    at = unit.value if unit.value is not None and _COUNT_THEN.search(text, unit.value) else 0
    while match := _COUNT_THEN.search(text, at):
        at = match.end("count")
        count_ = number(match["count"])
        if count_ is None or count_ > 120:
            continue
        if _NUMBERS_A_PLACE.search(text[max(0, match.start() - 12) : match.start()]) or _NO_COUNT.search(
            text[match.start() : match.end("node") + 12]
        ):
            continue
        if _STILL_HEADING.match(text[match.end("node") :]):
            continue
        near = match["between"] + " " + match["rest"]
        said = _polarity(near) or _polarity(text[max(0, match.start() - 80) : match.start()])
        end = match.end("node")
        if said == "positive" and _NO_TUMOR.search(text):
            return
        if said:
            whole_ = _TOTAL.search(text[max(0, match.start() - 12) : match.start()]) is not None
            yield replace(_call(said, count_, match.start(), end, unit), total=whole_)
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
