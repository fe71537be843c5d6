"""What belongs together in a row of stains and results.

``scan`` finds the stains and results of a text, ``findings`` the results that may belong to one stain:
the one after it ("A, B and C are negative") or the one before it ("positive for A and B", "loss of ATRX").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.matching.expressions import Expression
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

#: What ties a result to the stain behind it.
_FOR = re.compile(r"\s+(?:staining |immunoreactivity )?for\s+(?:the )?", re.IGNORECASE)
_AND_OF = re.compile(r"\s*,?\s*and (?:of|with|an?|in)(?: the)?\s*", re.IGNORECASE)
_SAID_OF = re.compile(r"\s*(?:is|are|was|were|:|=)\s*(?:very |quite |also |both )?", re.IGNORECASE)
_WRAP = re.compile(r",\s+")
#: A line's end within a sentence, with the spaces around it.
_FOLD = re.compile(r"\s*\n\s*")
#: What carries a result over to the stains behind it ("CDX2 is positive, as are A and B").
_ALSO = re.compile(
    r"\s*[,;(]?\s*(?:and )?(?:also|as (?:is|are|was|were)|as (?:well )?as|likewise|so (?:is|are|was|were)|"
    r"together with|along with)\s+(?:both )?(?:the )?",
    re.IGNORECASE,
)
#: What says of p53 that it is not mutated, behind words of how much is stained.
_WILD = re.compile(
    r"(?:non-? ?(?:mutat\w+|mutant|aberrant)|not mutated|wild-?\s?type|w\.?t\b)"
    r"(?!\s(?:for\s)?(?-i:[A-Z][A-Z\d]{2}))",
    re.IGNORECASE,
)
_AND_WORD = re.compile(r"\band\b", re.IGNORECASE)
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
#: A dash before the words of a result.
_DASH = re.compile(r"-\s{2,3}(?:neg|pos|absent|present|lost|retained|intact)", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class Finding:
    """The words of the result that belong to one mention of a stain, and where they stand."""

    words: str
    start: int
    end: int
    direct: bool


def scan(text: str, marker: Expression, stains: Expression, results: Expression) -> tuple[Token, ...]:
    """Stains and results of a unit in order; neighboring words of one result are one token."""
    spans: list[Token] = [Token("target", *m.span()) for m in marker.finditer(text)]
    taken = [(t.start, t.end) for t in spans]
    for kind, pattern in (("stain", stains), ("result", results)):
        for match in pattern.finditer(text):
            lo, hi = match.span()
            if hi > lo and not any(lo < e and s < hi for s, e in taken):
                spans.append(Token(kind, lo, hi))  # type: ignore[arg-type]
                if kind == "stain":
                    taken.append((lo, hi))
    spans.sort(key=lambda t: t.start)
    merged: list[Token] = []
    for token in spans:
        last = merged[-1] if merged else None
        if last is not None and token.kind == "result" and _DASH.match(text, last.start, token.end):
            merged[-1] = token  # "chromogranin  -  neg"
        elif last is not None and token.kind == last.kind == "result" and _one_result(text, last, token):
            merged[-1] = Token("result", last.start, token.end)
        else:
            merged.append(token)
    return tuple(merged)


def _one_result(text: str, last: Token, token: Token) -> bool:
    gap = _FOLD.sub(" ", text[last.end : token.start]).lower()
    if text[last.end - 1] == "." and text[token.start].isupper():
        return False  # "pos. No necrosis"
    if gap.strip().lower() in {"for", "of"} and not says_something(text[token.start : token.end]):
        return True
    if gap.strip() in {",", ";"} and _WILD.match(text, token.start):
        return True
    if len(gap) > 45 or re.search(r"[;|]|\.\s|\s\.|\s{3,}", gap):
        return False
    if gap.rstrip().endswith(":") and says_something(text[last.start : last.end]):
        return False
    if "," in gap and words.NEGATOR.match(text, token.start):
        return False
    if words.FILLER.sub("", gap).strip(" \t()/,.~<>=&\"'-:"):
        return False
    if _AND_WORD.search(gap) and len(gap.strip()) > 3:
        another = _FOR.match(text, token.end) and not says_something(text[token.start : token.end])
        if another or not _AND_OF.fullmatch(gap):
            return False
    separated = "," in gap or " and " in gap.lower() or "&" in gap or "  " in gap.replace("\n", " ")
    both = words.POLAR.search(text[last.start : last.end]) and words.POLAR.search(
        text[token.start : token.end]
    )
    return not (separated and both)


def findings(text: str, tokens: tuple[Token, ...], index: int) -> Iterator[Finding]:
    """The results that may belong to the stain at ``index``, the likeliest first."""
    left = _before(text, tokens, index)
    right, crossed = _after(text, tokens, index, of_verb=left is not None and _stain_for(text, left))
    if right and _of_another(text, tokens, right):
        right = None
    own = text[right.start : right.end] if right else ""
    said = right is not None and _SAID_OF.fullmatch(text[tokens[index].end : right.start]) is not None
    if (
        right
        and not said
        and only_modifiers(own)
        and says_something(own)
        and not words.NOUN.match(own)
        and not words.ENDS.match(text, right.end)
    ):
        right, own = None, ""
    shows = words.SHOWS.search(own)
    if right and shows and not says_something(own[: shows.start()]):
        if words.HIGHLIGHTED.match(text, right.end):
            yield Finding("cells stain", right.start, right.end, True)
            return
        if own.lower().startswith("highlight"):
            return
    if right and says_something(own) and _NEITHER.search(text[: tokens[index].start]):
        yield Finding(f"not {own}", right.start, right.end, False)
        return
    noun = right is not None and not says_something(own)
    before = text[left.start : left.end] if left else ""
    if right and left and not crossed and _SHARE.fullmatch(own) and words.VERB.search(before):
        yield Finding(f"{before} {own}", left.start, right.end, True)  # "overexpresses p53 (90 %)"
        return
    if right and left:
        behind_comma = crossed and "," in text[left.end : tokens[index].start]
        if (fault := fault_told(text, left, right, listed=behind_comma)) is not None:
            yield Finding(*fault)
            return
    if (
        right
        and left
        and (noun or only_modifiers(before))
        and not (crossed and not noun and left.end < tokens[index].start - 60)
    ):
        yield Finding(f"{before} {own}", left.start, right.end, True)
    if right and not noun and not (left and crossed and says_something(before)):
        yield Finding(own, right.start, right.end, not crossed)
    if left and says_something(before):
        yield Finding(before, left.start, left.end, False)
    elif left and _stain_for(text, left):
        yield Finding("cells stain", left.start, left.end, False)
    elif left and right is None and _is_told(text, tokens, index, left):
        yield Finding("expressed", left.start, left.end, False)
    if right and not noun and crossed:
        yield Finding(own, right.start, right.end, False)
    if left is None and (right is None or noun) and (start := _shown(text, tokens, index)) is not None:
        yield Finding("confirmed", start, tokens[index].end, False)
    if right is None and (carried := _carried(text, tokens, index)):
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
        if token.kind == "result" or not is_list(_FOLD.sub(" ", text[token.end : at.start])):
            break
        at = token
    return at.start if _SHOWN_BY.search(text[max(0, at.start - 70) : at.start]) else None


def _carried(text: str, tokens: tuple[Token, ...], index: int) -> Token | None:
    """The result of another stain that is said of this one too."""
    at = tokens[index]
    ties = _AND if _TOO.match(text, at.end) else _ALSO
    for back in range(index - 1, max(-1, index - 8), -1):
        token = tokens[back]
        gap = _FOLD.sub(" ", text[token.end : at.start])
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
        and _FOR.fullmatch(text[right.end : following.start]) is not None
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
        gap = _WRAP.sub(", ", _FOLD.sub(" ", text[at.end : token.start]))
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
        gap = _WRAP.sub(", ", _FOLD.sub(" ", text[token.end : at.start]))
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
