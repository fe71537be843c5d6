"""What belongs together in a row of stains and results.

``findings`` are the results that may belong to one stain:
the one after it ("A, B and C are negative") or the one before it ("positive for A and B", "loss of ATRX").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.stains import words
from extractor.stains.faults import fault_told
from extractor.stains.links import (
    Token,
    in_parentheses,
    is_link,
    is_list,
    is_prefix,
    is_set_off,
    is_shade,
    is_with,
    only_modifiers,
    says_something,
)
from extractor.stains.row import FOLD, FOR

_SAID_OF = re.compile(r"\s*(?:is|are|was|were|:|=)\s*(?:very |quite |also |both )?", re.IGNORECASE)
_WRAP = re.compile(r",\s+")
#: What carries a result over to the stains behind it ("CDX2 is positive, as are A and B").
_ALSO = re.compile(
    r"\s*[,;(]?\s*(?:and )?(?:also|as (?:is|are|was|were)|as (?:well )?as|likewise|so (?:is|are|was|were)|"
    r"together with|along with)\s+(?:both )?(?:the )?",
    re.IGNORECASE,
)
#: "chromogranin too": what says the result before of this stain as well.
_TOO = re.compile(
    r"\s*,?\s*(?:too|also|as well|likewise|similarly|ditto|(?:is|are|shows?|does|gives?|gave)(?: much)? "
    r"(?:so|the same|likewise))\b\s*(?:[.,;)]|$)",
    re.IGNORECASE,
)
_AND_ONLY = re.compile(r"\s*(?:and|&)\s*(?:the )?", re.IGNORECASE)
_AND = re.compile(r"\s*[,;(]?\s*(?:(?:and|with) )?(?:the )?", re.IGNORECASE)
#: "neither A nor B is expressed" denies the result behind it.
_NEITHER = re.compile(r"\bneither (?:of )?(?:the )?[^.;:]{0,80}$", re.IGNORECASE)
#: A stain's expression that is told of: "expression of A and B in the tumor cells".
_TOLD = re.compile(
    r"(?:immuno-?)?(?:express|react|positiv)\w*\s*$|(?:stain|labell?|mark)ing\s*$|detection\s*$",
    re.IGNORECASE,
)
#: What shows that a stain is there, before a list that has no result: "confirmed by A and B".
_SHOWN_BY = re.compile(
    r"\b(?:(?:confirmed|supported|proven|corroborated|verified|established)(?: immuno\w+)? (?:with|by|\()|"
    r"(?<!no )(?:evidence|proof|demonstration|presence) of)\s(?:(?:the|an?|positive|immuno\w+|stain\w*|"
    r"antibod(?:y|ies)|expression|markers?|with|for|of|to|against) ){0,4}$",
    re.IGNORECASE,
)
_UNTOLD = re.compile(
    r"\b(?:no|not|without|lack\w*|absence|absent|loss|decreased|reduced|evaluat\w+|assess\w*|stud(?:y|ies)|"
    r"test(?:s|ed|ing)?|determin\w+|analy[sz]\w+|for|whether|if)\b[^.;:]{0,25}$",
    re.IGNORECASE,
)
#: A denial of something else before a stain: "no mitosis within 2 mm2, ATRX retained".
_OTHER_DENIED = re.compile(r"\s+(?:[\w.]+\s+){0,4}?[\w.]+,\s+")
_STAINED = re.compile(r"\b(?:for|with|stain\w*|express\w*|react\w*|positiv\w*|loss)\b", re.IGNORECASE)
#: A share alone: "(> 90 %)".
_SHARE = re.compile(r"\d{1,3}(?:\.\d)?(?: ?(?:-|to) ?\d{1,3})? ?%")
_OF_IT = re.compile(r"\s*of (?:the )?(?:markers? )?$", re.IGNORECASE)
#: How far before a stain the words of a list of stains may stand, in characters.
_FAR = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """The words of the result that belong to one mention of a stain, and where they stand."""

    words: str
    start: int
    end: int
    direct: bool


def findings(text: str, tokens: tuple[Token, ...], index: int) -> Iterator[Finding]:
    """The results that may belong to the stain at ``index``, the likeliest first."""
    yield from _Sides(text, tokens, index).read()


class _Sides:
    """A stain of a row and the results to its sides; ``crossed`` if stains stand before the right one."""

    def __init__(self, text: str, tokens: tuple[Token, ...], index: int) -> None:
        self.text, self.tokens, self.index = text, tokens, index
        self.at = tokens[index]
        self.left = _before(text, tokens, index)
        stain_for = self.left is not None and _stain_for(text, self.left)
        right, self.crossed = _after(text, tokens, index, of_verb=stain_for)
        self.right = None if right is None or self._is_none(right) else right
        self.own = text[self.right.start : self.right.end] if self.right else ""
        self.said = text[self.left.start : self.left.end] if self.left else ""
        #: Whether what stands to the right is but a noun ("staining").
        self.noun = self.right is not None and not says_something(self.own)

    def read(self) -> Iterator[Finding]:
        """The results, the likeliest first."""
        if self.right is not None:
            if self._is_shown(self.right):
                if words.HIGHLIGHTED.match(self.text, self.right.end):
                    yield Finding("cells stain", self.right.start, self.right.end, True)
                    return
                if self.own.lower().startswith("highlight"):
                    return
            if (sure := self._sure(self.right)) is not None:
                yield sure
                return
            yield from self._of_right(self.right)
        yield from self._of_left()
        if self.right is not None and not self.noun and self.crossed:
            yield Finding(self.own, self.right.start, self.right.end, False)
        yield from self._from_afar()

    def _is_none(self, right: Token) -> bool:
        """Whether a result to the right is another stain's, or no more than how much of what follows."""
        if _of_another(self.text, self.tokens, right):
            return True
        if _SAID_OF.fullmatch(self.text[self.at.end : right.start]):
            return False
        own = self.text[right.start : right.end]
        if not only_modifiers(own) or not says_something(own) or words.NOUN.match(own):
            return False
        return not words.ENDS.match(self.text, right.end)

    def _is_shown(self, right: Token) -> bool:
        """Whether the result is but that the stain shows something."""
        shows = words.SHOWS.search(self.own)
        return shows is not None and not says_something(self.own[: shows.start()])

    def _sure(self, right: Token) -> Finding | None:
        """The one result that both sides tell together."""
        if not self.noun and _NEITHER.search(self.text[: self.at.start]):
            return Finding(f"not {self.own}", right.start, right.end, False)
        if self.left is None:
            return None
        if not self.crossed and _SHARE.fullmatch(self.own) and words.VERB.search(self.said):
            # "overexpresses p53 (90 %)"
            return Finding(f"{self.said} {self.own}", self.left.start, right.end, True)
        behind_comma = self.crossed and "," in self.text[self.left.end : self.at.start]
        fault = fault_told(self.text, self.left, right, listed=behind_comma)
        return None if fault is None else Finding(*fault)

    def _of_right(self, right: Token) -> Iterator[Finding]:
        """The result to the right, with what the left one adds to it."""
        if self.left is not None and (self.noun or only_modifiers(self.said)):
            far = self.crossed and not self.noun and self.left.end < self.at.start - _FAR
            if not far:
                yield Finding(f"{self.said} {self.own}", self.left.start, right.end, True)
        if not self.noun and not (self.left and self.crossed and says_something(self.said)):
            yield Finding(self.own, right.start, right.end, not self.crossed)

    def _of_left(self) -> Iterator[Finding]:
        """The result to the left."""
        left = self.left
        if left is None:
            return
        if says_something(self.said):
            yield Finding(self.said, left.start, left.end, False)
        elif _stain_for(self.text, left):
            yield Finding("cells stain", left.start, left.end, False)
        elif self.right is None and _is_told(self.text, self.tokens, self.index, left):
            yield Finding("expressed", left.start, left.end, False)

    def _from_afar(self) -> Iterator[Finding]:
        """What the words before a list say of it, or the result of another stain that holds for this one."""
        text, tokens, index = self.text, self.tokens, self.index
        alone = self.left is None and (self.right is None or self.noun)
        if alone and (start := _shown(text, tokens, index)) is not None:
            yield Finding("confirmed", start, self.at.end, False)
        if self.right is None and (carried := _carried(text, tokens, index)):
            yield Finding(text[carried.start : carried.end], carried.start, carried.end, False)


def _stain_for(text: str, verb: Token) -> bool:
    """Whether cells "stain for" what is listed behind."""
    return (
        not says_something(text[verb.start : verb.end])
        and words.SUBJECT.search(text[max(0, verb.start - 40) : verb.start]) is not None
    )


def _is_told(text: str, tokens: tuple[Token, ...], index: int, noun: Token) -> bool:
    """Whether a bare noun tells that a stain is there: "expression of A and B"."""
    first = next(t for t in tokens[: index + 1] if t.start >= noun.end)
    ties = _OF_IT.fullmatch(text, noun.end, first.start) is not None
    if not ties and words.OF_CELLS.fullmatch(text, noun.end, first.start):
        # "labelling of the tumor cells by anti-A", "there is staining for A"
        told = words.THERE.search(text[max(0, noun.start - 60) : noun.start]) is not None
        ties = told or " cells" in text[noun.end : first.start]
    return (
        _TOLD.search(text, noun.start, noun.end) is not None
        and ties
        and _UNTOLD.search(text[max(0, noun.start - 40) : noun.start]) is None
    )


def _shown(text: str, tokens: tuple[Token, ...], index: int) -> int | None:
    """Where the list of a stain begins, if the words before say that its stains are there."""
    at = tokens[index]
    for token in reversed(tokens[:index]):
        if token.kind == "result" or not is_list(FOLD.sub(" ", text[token.end : at.start])):
            break
        at = token
    return at.start if _SHOWN_BY.search(text[max(0, at.start - 70) : at.start]) else None


def _carried(text: str, tokens: tuple[Token, ...], index: int) -> Token | None:
    """The result of another stain that is said of this one too."""
    at = tokens[index]
    ties = _AND if _TOO.match(text, at.end) else _ALSO
    for back in range(index - 1, max(-1, index - 8), -1):
        token = tokens[back]
        gap = FOLD.sub(" ", text[token.end : at.start])
        if token.kind == "result":
            return token if ties.fullmatch(gap) and says_something(text[token.start : token.end]) else None
        if not is_list(gap):
            return None
        at = token
    return None


def _of_another(text: str, tokens: tuple[Token, ...], right: Token) -> bool:
    """Whether a result speaks of the stain behind it ("A and B were done: cells positive for A")."""
    following = next((t for t in tokens if t.start >= right.end), None)
    return (
        following is not None
        and following.kind != "result"
        and FOR.fullmatch(text[right.end : following.start]) is not None
    )


def _after(text: str, tokens: tuple[Token, ...], index: int, *, of_verb: bool) -> tuple[Token | None, bool]:
    """The result after a stain, over the other stains of a list; and whether any was crossed.

    The list of a verb before it ends with the stain after its "and".
    """
    at = tokens[index]
    crossed = False
    closed = of_verb and index > 0 and _AND_ONLY.fullmatch(text, tokens[index - 1].end, at.start) is not None
    for token in tokens[index + 1 : index + 14]:
        if closed and text[at.end : token.start].lstrip().startswith(","):
            return None, crossed  # "stain for A and B, C negative"
        closed = closed or (of_verb and _AND_ONLY.fullmatch(text, at.end, token.start) is not None)
        gap = _WRAP.sub(", ", FOLD.sub(" ", text[at.end : token.start]))
        if token.kind == "result":
            if text[token.start : token.end].lower() == "nor" and _NEITHER.search(text[: token.start]):
                at, crossed = token, True
                continue
            tied = (
                is_link(gap)
                or is_with(text, gap, token)
                or is_set_off(text, gap, _first_of_list(text, tokens, index), token)
            )
            return (token, crossed) if tied else (None, crossed)
        if not is_list(gap):
            return None, crossed
        at, crossed = token, True
    return None, crossed


def _first_of_list(text: str, tokens: tuple[Token, ...], index: int) -> Token:
    """The first stain of the list that a stain ends: "A and B, negative"."""
    first = tokens[index]
    for token in reversed(tokens[max(0, index - 4) : index]):
        if token.kind == "result" or not is_list(text[token.end : first.start]):
            break
        first = token
    return first


def _before(text: str, tokens: tuple[Token, ...], index: int) -> Token | None:
    """The result before a stain that speaks of it: "positive for A, B and C"."""
    at = tokens[index]
    for back in range(index - 1, max(-1, index - 22), -1):
        token = tokens[back]
        gap = _WRAP.sub(", ", FOLD.sub(" ", text[token.end : at.start]))
        if token.kind != "result":
            if len(gap) > 70 or words.CLAUSE.search(gap) or re.search(r"\s{4,}", gap):
                return None
            at = token
            continue
        if in_parentheses(text, token) or is_shade(text, token):
            continue
        if (
            words.NEGATOR.fullmatch(text, token.start, token.end)
            and _OTHER_DENIED.fullmatch(gap)
            and not _STAINED.search(gap)
        ):
            return None
        linked = is_prefix(gap, verb=words.VERB.search(text, token.start, token.end) is not None)
        if linked is None:
            return None
        bound = (
            back > 0
            and tokens[back - 1].kind != "result"
            and is_link(text[tokens[back - 1].end : token.start])
        )
        if bound and not re.match(r"\s*(?:(?:staining |immunoreactivity )?(?:for|with|to)\b|:\s)", gap):
            return None
        return token if linked or says_something(text[token.start : token.end]) else None
    return None
