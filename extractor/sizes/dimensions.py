"""What a dimension in a sentence measures: the noun it belongs to, and the signs around it.

Grammar decides: in "a 3 cm mass" the noun follows, in "a mass in the kidney measuring 3 cm" it is the
subject of the clause and not the kidney. Which nouns and signs there are is data: rules named by kind,
``noun-``, ``before-``, ``after-``, ``around-``, ``sentence-`` and ``under-``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.matching.expressions import Expression, Group
from extractor.matching.patterns import FieldPatterns
from extractor.matching.small import small
from extractor.unit import Unit

_QUOTED = re.compile(r"\"[^\"]{1,80}\"")
_LABELLED = re.compile(r"\b(?:label|design|submit|receiv|mark)\w*\b[^\"]{0,120}\"", re.IGNORECASE)
_CLAUSE = re.compile(
    r"(?<!appr)(?<!approx)(?<!diam)(?<!\bca)(?<!max)[;.]\s|\band\b (?=a |an |the |measur)|,\s(?=(?:and|"
    r"with)\b)|\bthere (?:is|are)\b|\bshown\b|"
    r"\b(?:reveal|show|disclose|demonstrate|contain)(?:s|ing|ed)?\b",
    re.IGNORECASE,
)
#: Before "and" between two adjectives of one noun ("solid and cystic neoplasm").
_ADJECTIVES = (
    *("solid", "cystic", "firm", "soft"),
    *("tan", "white", "gray", "grey", "yellow", "red", "brown", "pink"),
)
_AFTER_CLAUSE = re.compile(
    "".join(f"(?<!{word} )" for word in _ADJECTIVES)
    + r"\band\b(?! (?:[\w-]+ )?(?:mass|tumou?r|lesion|neoplasm|nodule)\b)|[;.]\s|, (?:with|which)|,\s*\d",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"\([^()]{1,90}\)")
#: Where it lies, in brackets right behind a dimension ("3 cm (segment 7)").
_PLACE = re.compile(r"^ {0,2}\([^()]{1,40}\)")
_ADJACENT = re.compile(
    r"\s*[(,]?\s*(?:of\s)?\s*(?:(?:at least|approximately|about|up to|sized?|max\.?|ca\.?|maximally|"
    r"appr(?:ox)?\.?|diam(?:eter|\.)?(?: of)?)\s*)?",
    re.IGNORECASE,
)
#: Between a noun and the dimension that is told of it ("a nodule of 3 cm", "a mass that is 3 cm").
_OF = re.compile(
    r"\s+(?:of|(?:that|which) (?:is|measures|measured))\s+(?:(?:approximately|about|up to|at least)\s+)?",
    re.IGNORECASE,
)
_DIMENSION = re.compile(
    r"^\W*(?:in )?(?:its )?(?:greatest|largest|maximum|maximal) (?:overall )?(?:dimensions?|diameter|extent)",
    re.IGNORECASE,
)
_FOLLOWING = re.compile(r"[.;:]|\((?=[^)]*\d)|(?<!consistent )\bwith\b", re.IGNORECASE)
#: Between a tumor's name and a dimension: where it is, in a phrase of its own ("carcinoma, left lobe, 2 cm").
_PLACE_WORD = (
    r"(?!(?:and|with|in|including|attached|of|a|an|specimen|segment|portion|piece|fragment|weigh)s?\b)[\w-]+"
)
_PHRASE = rf"{_PLACE_WORD}(?: {_PLACE_WORD}){{0,2}}(?: of (?:the )?[\w-]+(?: [\w-]+)?)?"
_PLACED = re.compile(rf",? {_PHRASE}(?:, {_PHRASE}){{0,2}},? ?", re.IGNORECASE)
#: "Second focus of carcinoma, isthmus, 3 mm" is of the second focus.
_IS_OF = re.compile(r" of (?:[\w-]+ ){0,3}", re.IGNORECASE)
#: An organ right after the word for its lesion ("nodule thyroid").
_ORGAN = re.compile(
    r" (?:thyroid|pancreas|stomach|liver|lung|kidney|rectum|colon|ileum|appendix|duodenum|breast|adrenal|"
    r"bladder|uterus|ovary|parotid)",
    re.IGNORECASE,
)
#: What the dimension is told of follows it ("adherent to the tumor is a 5 cm ...").
_INVERTED = re.compile(
    r"\b(?:adherent|attached|adjacent|next|connected|fused|contiguous|anterior|posterior|lateral|medial|"
    r"superior|inferior|proximal|distal)(?:ly)? to (?:the|this) [^.;,]{0,40}\b(?:is|are) an? ?$",
    re.IGNORECASE,
)
#: An article and adjectives right before a dimension.
_ARTICLE = re.compile(
    r"\b(?:an?|another|this|one)\s+(?:(?!(?:of|in|with|from|to|for|at|on|by|is|are|and|total|maximum|greatest|"
    r"distance|depth|thickness|margin|length)\b)[a-z][\w/-]+,?\s+){1,3}$",
    re.IGNORECASE,
)
#: Longest words before a dimension that make it an attribute ("well-circumscribed, approximately up to").
_LAST = 64
#: Kinds of nouns that are a tumor.
TUMOR_KINDS = ("tumor", "lesion")
#: Kinds of nouns that what is measured is in, or at.
_BROAD = ("specimen", "edge")


class Nouns:
    """The nouns and signs of a field's patterns, by kind."""

    def __init__(self, patterns: FieldPatterns, *, small_letters: bool = False) -> None:
        form = small if small_letters else _as_it_is
        kinds: dict[str, list[tuple[str, Expression]]] = {}
        self._rules: dict[str, Expression] = {}
        for rule in patterns.rules:
            id_ = rule.id.removeprefix(f"{patterns.name}/")
            kind, _, name = id_.partition("-")
            kinds.setdefault(kind, []).append((name, rule.pattern))
            self._rules[id_] = rule.pattern
        self._search = {id_: form(rule.compiled).search for id_, rule in self._rules.items()}
        self._preposition = form(self._rules["preposition"].compiled)
        self._settings = kinds["setting"]
        self._nouns = Group(kinds["noun"], form)
        self._under = Group(kinds["under"])
        self._signs = {kind: Group(kinds[kind], form) for kind in ("before", "after", "around", "sentence")}
        #: What reads an ASCII text in small letters, which is faster.
        self._small = self if small_letters else Nouns(patterns, small_letters=True)

    def has(self, rule: str, text: str) -> bool:
        """Whether a rule applies to a text."""
        return self._rules[rule].search(text) is not None

    def has_in(self, rule: str, part: str, whole: str) -> bool:
        """Whether a rule applies to a part of a unit's text."""
        return self._rules[rule].may_match(whole) and self._search[rule](part) is not None

    def settings(self, text: str) -> Iterator[str]:
        """Kinds of report in which most dimensions are not a tumor's."""
        for name, pattern in self._settings:
            if pattern.anywhere(text) and not (name == "biopsy" and self._rules["resection"].anywhere(text)):
                yield name

    def nouns(self, text: str, whole: str) -> list[tuple[int, int, str]]:
        """Nouns of a part of a text that can own a dimension, in order: (start, end, kind)."""
        found = sorted(
            (*m.span(), name) for name, pattern in self._nouns.possible(whole) for m in pattern.finditer(text)
        )
        if len(found) < 2:
            return found
        # "satellite tumor" is one noun: what stands inside another is no noun of its own.
        return [n for n in found if not any(o[0] <= n[0] and n[1] <= o[1] and o[:2] != n[:2] for o in found)]

    def names(self, unit: Unit, begin: int, start: int, end: int) -> tuple[set[str], str]:
        """Signs around the dimension ``unit.text[start:end]``, and the kind of its noun (or empty).

        Parameters
        ----------
        begin
            Where the words that may speak of it begin.
        """
        under = f"{unit.heading[:60]} {unit.under} {unit.label_text[:40]}"
        signs = {f"{name}_under" for name, pattern in self._under.possible(under) if pattern.search(under)}
        if unit.text.isascii():
            return self._small._names(unit.text.lower(), unit.text, begin, start, end, signs)
        return self._names(unit.text, unit.text, begin, start, end, signs)

    def _names(
        self, text: str, whole: str, begin: int, start: int, end: int, signs: set[str]
    ) -> tuple[set[str], str]:
        sentence = text[begin:start]
        if '"' in sentence or ")" in sentence:
            sentence = _LABELLED.sub(_blank, _QUOTED.sub(_blank, sentence))
            sentence = _PARENTHESIS.sub(_blank, sentence)
            whole = f"{sentence}\n{text}"
        # The clause the dimension stands in decides more than the rest of the sentence.
        before = _CLAUSE.split(sentence)[-1]
        after = _AFTER_CLAUSE.split(text[end : end + 70], maxsplit=1)[0]
        places = {
            "before": before,
            "after": after,
            "around": text[max(0, start - 60) : end + 60],
            "sentence": sentence,
        }
        signs |= {
            name if kind == "around" else f"{name}_{kind}"
            for kind, place in places.items()
            for name, pattern in self._signs[kind].possible(whole)
            if pattern.search(place)
        }
        subject = self.subject(before, whole, after)
        if not subject and before != sentence:
            subject = self.subject(sentence, whole)
        if not subject and not self.has_in("pronoun", before, whole):
            subject = self._following(after, whole)
        if subject in TUMOR_KINDS and self.has_in("in-mesentery", sentence, whole):
            subject = "deposit"
        return signs, subject

    def last(self, text: str, reach: int) -> str:
        """Kind of the noun the end of a text speaks of; empty if none is there."""
        if text.isascii():
            return self._small.subject(text[-reach:].lower(), text)
        return self.subject(text[-reach:], text)

    def subject(self, before: str, whole: str, after: str = "") -> str:
        """Kind of the noun a dimension between two parts of a text belongs to; empty if none is there."""
        nouns = self.nouns(before, whole)
        if nouns and nouns[-1][2] not in _BROAD and _OF.fullmatch(before, nouns[-1][1]):
            return nouns[-1][2]
        after = _PLACE.sub(_blank, after)
        behind = _DIMENSION.sub("", after)
        listed = before.rstrip().endswith(",") and behind.lstrip().startswith(",")
        if not listed and (self._attributive(before, whole, nouns) or not before.strip(" -*(")):
            phrase = self._preposition.split(behind, maxsplit=1)[0]
            if following := self.nouns(phrase, whole):
                first = following[0][2]
                # "a 2 cm ulcerated tumor" is a tumor
                return "tumor" if first == "lesion" and "tumor" in {n[2] for n in following} else first
            if _INVERTED.search(before):
                return "specimen"
        if not nouns:
            return ""
        if nouns[-1][2] not in _BROAD and _ADJACENT.fullmatch(before, nouns[-1][1]):
            return nouns[-1][2]
        named = next((n for n in reversed(nouns) if n[2] != "specimen"), None)
        if named is not None and named[2] in TUMOR_KINDS and named is not nouns[-1]:
            placed = before.rstrip().endswith(",") and _PLACED.fullmatch(before, named[1])
            if placed or _ORGAN.fullmatch(before, named[1], nouns[-1][1]):
                held = nouns[nouns.index(named) - 1] if nouns.index(named) else named
                return held[2] if _IS_OF.fullmatch(before, held[1], named[0]) else named[2]
        for start, _, kind in reversed(nouns):
            if not self.has_in("object", before[:start], whole):
                return kind
        return next((kind for _, _, kind in reversed(nouns) if kind in TUMOR_KINDS), nouns[-1][2])

    def _attributive(self, before: str, whole: str, nouns: list[tuple[int, int, str]]) -> bool:
        """Whether a dimension stands between an article and its noun ("an exophytic 3 cm mass")."""
        if self.has_in("attributive", _tail(before), whole):
            return True
        article = _ARTICLE.search(_tail(before))
        return article is not None and not (nouns and nouns[-1][1] > len(before) - len(article[0]))

    def _following(self, after: str, whole: str) -> str:
        nouns = self.nouns(_FOLLOWING.split(after, maxsplit=1)[0], whole)
        return nouns[0][2] if nouns else ""


def _as_it_is(expression: re.Pattern[str]) -> re.Pattern[str]:
    return expression


def _tail(before: str) -> str:
    """The last words of a text: no match of ``attributive`` begins before them."""
    cut = before.rfind(" ", 0, max(0, len(before) - _LAST))
    return before[cut + 1 :]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
