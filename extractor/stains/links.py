"""Whether what stands between a stain and a result ties them together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from extractor.stains import words

Kind = Literal["target", "stain", "result"]
#: On what a stain was done, and that it was done, between its name and its result.
_DONE = re.compile(
    r"\b(?:(?:was|were|is|are) )?(?:also )?(?:performed|done|carried out|prepared|repeated|requested|"
    r"ordered|added|"
    r"run|sent (?:out|away|off))(?: (?:in duplicate|twice|later|again|too|elsewhere|afterwards))?\b|"
    r"\b(?:on|in|from) (?:the )?(?:tissue |paraffin )?(?:blocks?|slides?|sections?|parts?)\b"
    r"(?: [A-Z]?\d{0,2}[A-Z]?(?:\b|(?=is\b))(?: ?(?:,|&|-|and) ?[A-Z]?\d{1,2}[A-Z]?\b)*)?",
    re.IGNORECASE,
)
_AND_IS = re.compile(
    r"\s*,?\s*\b(?:and|but) (?=(?:is|was|were|are|came|comes|shows?|showed|demonstrat\w+|reveal\w*)\b)",
    re.IGNORECASE,
)
#: "p53 with overexpression": a result that a preposition ties to the stain before.
_WITH = re.compile(r"\s+with (?:an? )?", re.IGNORECASE)
_WITH_WHAT = re.compile(
    r"(?:(?:strong|diffuse|intense|weak|focal|patchy|complete|total|nuclear)(?:ly)? ?)*(?:over-? ?expression|"
    r"loss|expression|staining|(?:immuno-?)?reactivity|positivity|(?:wild|mutant|mutated|aberrant|null)\b)",
    re.IGNORECASE,
)
#: Words of this length or less between a stain and its result do not tell that it was done.
_SHORT = 4
_AND_OR = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_OF = re.compile(r"\s*(?:of|for)\s", re.IGNORECASE)
#: A comma may stand for "is" where a stain begins the sentence and the result ends it: "CD56, strong."
_BEGINS = re.compile(r"(?:^|[.;:\n)]\s|[.;:\n])\s*(?:[-*]\s*)?$")
_CLOSES = re.compile(r"\s*(?:[.;(]|$)")
#: A shade set off within a list: "A, B and, weakly, C".
_SET_OFF = re.compile(r"(?:[,(]|\band)\s*(?:(?:more|less|only|but|also|very) )?$", re.IGNORECASE)
#: A sign is a result, not a shade of one.
_SIGN = re.compile(r"\(?\s?[-+]+\s?\)?")


@dataclass(frozen=True, slots=True)
class Token:
    """A stain's name or a result's words in a unit."""

    kind: Kind
    start: int
    end: int


def says_something(result: str) -> bool:
    """Whether anything is left of a result without the nouns around it."""
    return bool(re.sub(r"[\s(),]+", "", words.NOUN.sub("", result)))


def only_modifiers(result: str) -> bool:
    """Whether a result only says how strong or how widespread it is."""
    if _SIGN.fullmatch(result):
        return False
    return not words.FILLER.sub("", words.NOUN.sub("", words.MODIFIER.sub("", result))).strip(" ,()/-")


def is_with(text: str, gap: str, token: Token) -> bool:
    """Whether a result belongs to the stain behind "with": "positive with CD56"."""
    return (
        _WITH.fullmatch(gap) is not None
        and _WITH_WHAT.match(text, token.start) is not None
        and _OF.match(text, token.end) is None
    )


def is_set_off(text: str, gap: str, stain: Token, result: Token) -> bool:
    """A sentence of a stain and, after a comma, its result: "CD56, strong and diffuse."."""
    return (
        gap.strip() == ","
        and _BEGINS.search(text[: stain.start]) is not None
        and _CLOSES.match(text, result.end) is not None
    )


def is_link(gap: str) -> bool:
    """Whether the words between a stain and the result behind it tie them together."""
    if len(gap) > _SHORT:
        done = _DONE.sub(" ", gap)
        gap = _AND_IS.sub(" ", done if done == gap else done.rstrip(" ,"))
    if len(gap) > 70 or _AND_OR.search(re.sub(r"\([^()]*\)", "", gap)):
        return False
    bare = words.FILLER.sub("", words.LINK.sub("", re.sub(r"\.{2,}", " ", gap)))
    bare = re.sub(r"\([^()]{0,45}(?:\)|$)|\bA\b", "", bare)
    rest = bare.strip(" \t:|=/\"'*-–·_~<>)")
    return not rest or re.fullmatch(r"(?!but|with|for|no)[a-z]{1,5}", rest) is not None


def is_list(gap: str) -> bool:
    """Whether the words between two stains make them items of one list."""
    if len(gap) > 60:
        return False
    bare = words.LIST.sub("", gap)
    for piece in bare.split(","):
        rest = piece.strip(" /&+()-\"'")
        if rest and (
            "," not in bare
            or len(rest.split()) > 2
            or words.CLAUSE.search(rest)
            or re.search(r"[.:;]\s", piece)
        ):
            return False
    return not re.search(r"[;:|]|\s{3,}|\. ", gap)


def is_shade(text: str, token: Token) -> bool:
    """Whether a result only shades one stain of a list: "A, B and, weakly, C"."""
    result = text[token.start : token.end]
    return (
        text[token.end : token.end + 1] in {",", ")"}
        and _SET_OFF.search(text[: token.start]) is not None
        and only_modifiers(result)
        and words.NEGATOR.match(result) is None
    )


def in_parentheses(text: str, token: Token) -> bool:
    """Whether a result stands in brackets behind its stain."""
    return text[: token.start].rstrip().endswith("(") and text[token.end :].lstrip()[:1] in {")", ",", "/"}


def is_prefix(gap: str, *, verb: bool) -> bool | None:
    """Whether the words between a result and a stain tie them ("for", a colon); None if they part them."""
    if re.fullmatch(r"\s*(?:for|with|to)\s+", gap, re.IGNORECASE):
        return True  # however far the next line is set in
    if len(gap) > 90 or re.search(r"[;|]|\.\s|\s\.|\s{4,}", gap):
        return None
    linked = verb or words.LINKED.search(gap) is not None
    bare = words.FILLER.sub("", words.PREFIX.sub("", gap)).strip(" :\"'(*->,.")
    if not bare:
        return None if "," in gap and not linked else linked
    pieces = [piece.strip() for piece in bare.split(",")]
    if linked and not words.CLAUSE.search(gap) and all(len(piece.split()) <= 4 for piece in pieces):
        return True
    return True if re.fullmatch(r"\W*\w{1,5}\W*", bare) else None
