"""Numbers of nodes and of those with tumor told apart in a sentence, in order or turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.nodes.exceptions import excepted
from extractor.nodes.groups import all_of_list
from extractor.nodes.words import LOOKALIKES, Count, call, number, part_told, polarity, roman, text_before
from extractor.unit import Unit

if TYPE_CHECKING:
    from extractor.matching.patterns import FieldPatterns

#: In so many characters after "twelve nodes, three" stands what the three are.
_VERB, SHORT = 32, 24
#: So far before an answer its label may begin.
_LABEL = 28
#: Before what was examined: it is that of all nodes.
_TOTAL_FIRST = re.compile(r"\btotal\b", re.IGNORECASE)
#: The name of all nodes and no place, as the label of both numbers.
_OF_ALL = re.compile(r"\W*(?:regional )?(?:lymph ?)?nodes?\W*", re.IGNORECASE)
#: What is said of nodes without tumor.
_FREE = re.compile(r"(?:is |are |was |were |being )?(?:free|clear|unaffected)\b", re.IGNORECASE)
#: What nodes may hold that is no tumor.
_BENIGN = re.compile(
    r"(?:(?:is|are|was|were|being)\s)?"
    r"(?:with|show\w*|contain\w*|ha(?:s|ve|d)|harbou?r\w*|demonstrat\w*|involved by)\s"
    r"(?:(?:an?|only|foci|focus|focal|small|rare|some|of|microscopic|benign|few|extensive)\s){0,3}"
    r"(?:endosalping|m[uü]llerian|n[ae]{1,2}v[ui]|granulom|non-?necroti|non-?caseat|caseat|sarcoid"
    r"|(?:glandular |epithelial )?inclusion|anthraco|silico|calcif|hyalin|fibros|scar|sinus|reactive|follic"
    r"|lymphoid|fat|lipo|h[ae]{1,2}morrh)"
    r"(?!\w*[\s-](?:(?!and\b|but\b|while\b)[\w-]+\s){0,4}?(?:metasta|deposits?\b|carcinoma|melanoma))",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:and|while|whereas|but)\s(?P<count>\d{1,2}|[a-z]{3,9})\s(?:other\s|more\s|further\s|of\s\w+\s|nodes?\s){0,2}"
    r"(?:with|show|contain|ha[sv]|harbou?r|(?:is|are|was|were)\s|metasta|positive|involved)",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:no|without|not)\s*$", re.IGNORECASE)
#: Before "of 21 nodes": the part is told already.
_COUNTED = re.compile(
    r"(?:\d|\b(?:none|(?:\w+-)?(?:one|two|three|four|five|six|seven|eight|nine|ten)|\w+teen))\)?\s*$", re.I
)


#: The groups of "3 positive and 5 negative" that hold the number of each, in whatever order they are told.
_HELD = ("positive", "held", "with", "bearing", "struck")
_CLEAR = ("negative", "clear", "without", "benign", "spared")
#: The forms of a sentence that counts all nodes and some of them, and then says what those are.
_SOME_OF_ALL = ("of-nodes", "nodes-some", "examined-some", "in-nodes", "nodes-in-some", "held-among")


def in_sentences(unit: Unit, words: FieldPatterns) -> Iterator[Count]:
    """Forms that name both numbers apart: of twelve nodes, three; No II/XVII; 3 positive and 5 negative."""
    by_exception = list(excepted(unit, words))
    yield from by_exception
    yield from _Forms(unit, words, taken=max((count.end for count in by_exception), default=0)).ratios()


class _Forms:
    """The forms of one unit; most begin to read behind the last that one before them has taken."""

    def __init__(self, unit: Unit, words: FieldPatterns, taken: int) -> None:
        self._unit = unit
        self._text = unit.text
        self._words = words
        self._taken = taken
        self._pairs = list(words["positive-and-negative"].finditer(unit.text))

    def ratios(self) -> Iterator[Count]:
        """The ratios of all forms, the exact ones before the loose ones."""
        yield from self._some_of_all()
        yield from self._metastases_in()
        yield from self._after_nodes()
        yield from self._examined_and_involved()
        yield from self._added()
        yield from self._told("node-out-of")
        yield from self._some_examined()
        yield from self._told("metastases-then-nodes")
        yield from self._none_by_category()
        yield from self._roman()
        yield from self._positive_and_negative()

    def _rest(self, form: str) -> Iterator[re.Match[str]]:
        """The places of a form behind what is taken."""
        return self._words[form].finditer(self._text, self._taken)

    def _ratio(
        self,
        match: re.Match[str],
        held: int | None,
        whole: int,
        *,
        takes: bool = False,
        total: bool = False,
        staged: bool = False,
    ) -> Iterator[Count]:
        """The count of a match, if its numbers can be a part and its whole; ``takes`` its text then."""
        if held is None or held > whole:
            return
        if takes:
            self._taken = match.end()
        yield Count("ratio", whole, held, match.start(), match.end(), self._unit, total=total, staged=staged)

    def _some_of_all(self) -> Iterator[Count]:
        """``Of twelve nodes three contain tumor``; ``twelve nodes, three with metastases``."""
        paired = {pair.start() for pair in self._pairs}  # the first number is no whole
        for form in _SOME_OF_ALL:
            for match in self._rest(form):
                listed = all_of_list(self._text, match.start("whole"), self._words)
                whole = listed or number(match["whole"]) or 0
                held = part_told(match["part"], whole)
                if held is None or held > whole or match.start() in paired:
                    continue
                if _between_numbers(form, match, self._words):
                    continue
                held = self._with_tumor(match["said"], held, whole)
                total = form == "held-among" and _TOTAL_FIRST.search(self._text, 0, match.start()) is not None
                yield from self._ratio(match, held, whole, takes=True, total=total)

    def _with_tumor(self, said: str, held: int, whole: int) -> int:
        """How many of all nodes hold tumor, by what is said of some (``held``)."""
        if held and (_FREE.match(said) or polarity(said[:_VERB], self._words) == "negative"):
            held = whole - held
        if (benign := _BENIGN.match(said)) is not None:
            held = min(_beside_benign(said[benign.end() :], held, self._words), whole)
        return held

    def _metastases_in(self) -> Iterator[Count]:
        """``Of 19 nodes there are metastases in 7``: the nodes first, those with tumor behind the finding."""
        words = self._words
        for match in self._rest("nodes-in"):
            whole = number(match["whole"]) or 0
            held = part_told(match["part"], whole)
            before = text_before(match, _VERB)
            told = f"{match['between']} {self._text[match.start('whole') : match.start('between')]}"
            if held is None or held > whole or polarity(before, words) or polarity(told, words):
                continue
            if words["numbers-a-place"].search(before[-24:]) or words["no-count"].search(told):
                continue
            if _DENIES.search(match["between"]):
                held = 0 if held == whole else whole - held
            yield from self._ratio(match, held, whole)

    def _after_nodes(self) -> Iterator[Count]:
        """``Lymph nodes: 16, thereof 2 with metastases``; ``nodes: 15 (3 positive)``."""
        for match in self._rest("after-some"):
            told = match["part"] or match["held"] or match["within"] or match["inside"]
            whole = number(match["n"] or match["whole"]) or 0
            total = _TOTAL_FIRST.search(text_before(match, _LABEL)) is not None
            yield from self._ratio(match, part_told(told, whole), whole, takes=True, total=total)

    def _examined_and_involved(self) -> Iterator[Count]:
        """``Nodes examined 15, involved 3``; ``positive 2, examined 14``."""
        for match in self._rest("examined-involved"):
            held, whole = number(match["part"] or match["held"]), number(match["whole"] or match["all"]) or 0
            before = text_before(match, _LABEL)
            total = _OF_ALL.fullmatch(before) is not None or (
                _TOTAL_FIRST.search(before + match[0][:6]) is not None
            )
            yield from self._ratio(match, held, whole, takes=True, total=total)

    def _added(self) -> Iterator[Count]:
        """``5 N+ / 12 N``; ``2 N+ (14 N-)``: beside all nodes, or beside those without tumor."""
        for match in self._rest("plus"):
            if match["all"] is not None:
                held, whole = int(match["held"]), int(match["all"])
            else:
                held = int(match["part"].translate(LOOKALIKES))
                clear = match["clear"]
                whole = held + int(clear) if clear else int(match["whole"].translate(LOOKALIKES))
            yield from self._ratio(match, held, whole)

    def _told(self, form: str) -> Iterator[Count]:
        """A form that only tells a part and its whole."""
        for match in self._rest(form):
            yield from self._ratio(match, number(match["part"]), number(match["whole"]) or 0)

    def _some_examined(self) -> Iterator[Count]:
        """``Metastasis in 3 lymph nodes (24 examined)``, if it is not denied."""
        for match in self._rest("some-examined"):
            whole = number(match["whole"] or match["all"] or match["total"]) or 0
            if not _DENIES.search(self._text[: match.start()]):
                yield from self._ratio(match, number(match["part"]), whole, takes=True)

    def _none_by_category(self) -> Iterator[Count]:
        """``pN0 (21 nodes)``."""
        for match in self._rest("none-staged"):
            yield from self._ratio(match, 0, number(match["whole"]) or 0, staged=True)

    def _roman(self) -> Iterator[Count]:
        """``No II/XVII``; Roman numbers of nodes called positive or negative."""
        for match in self._words["roman"].finditer(self._text):
            part, whole = roman(match["part"]), roman(match["whole"])
            if part > 0:
                yield from self._ratio(match, part, whole)
        for match in self._words["roman-count"].finditer(self._text):
            if said := polarity(text_before(match), self._words):
                count = roman(match["count"] or match["bare"])
                yield replace(call(said, count, match.start(), match.end(), self._unit), kind="ratio")

    def _positive_and_negative(self) -> Iterator[Count]:
        """``3 positive and 5 negative``, in whatever order."""
        for match in self._pairs:
            held, clear = (
                number(next(match[name] for name in names if match[name])) or 0 for names in (_HELD, _CLEAR)
            )
            yield from self._ratio(match, held, held + clear)


def _beside_benign(rest: str, held: int, words: FieldPatterns) -> int:
    """How many nodes hold tumor where some (``held``) hold something else, as ``rest`` goes on to tell."""
    if polarity(rest, words) != "positive":
        return 0  # "two nodes, one of them with endosalpingiosis"
    others = _OTHERS.search(rest)
    told = number(others["count"]) if others is not None else None
    return held if told is None else told


def _between_numbers(rule: str, match: re.Match[str], words: FieldPatterns) -> bool:
    """Whether the nodes of "twelve nodes, three with tumor" are themselves a part, or no count of nodes."""
    before = text_before(match, 24)
    if rule == "of-nodes":
        return _COUNTED.search(before) is not None  # "3 of 21 nodes contain tumor, 2 show scars"
    return rule == "nodes-some" and (
        words["numbers-a-place"].search(before) is not None
        or words["no-count"].search(match[0][: match.start("part") - match.start()]) is not None
        or re.search(r"(?:\bof|/)\s*(?:the\s+)?$", before) is not None
    )
