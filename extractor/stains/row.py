"""A unit as a row of stains and results.

``scan`` finds them in order; neighboring words of one result are one.
"""

from __future__ import annotations

import re

from extractor.matching.expressions import Expression
from extractor.stains import words
from extractor.stains.links import Token, says_something

#: What ties a result to the stain behind it.
FOR = re.compile(r"\s+(?:staining |immunoreactivity )?for\s+(?:the )?", re.IGNORECASE)
_AND_OF = re.compile(r"\s*,?\s*and (?:of|with|an?|in)(?: the)?\s*", re.IGNORECASE)
#: A line's end within a sentence, with the spaces around it.
FOLD = re.compile(r"\s*\n\s*")
#: What says of p53 that it is not mutated, behind words of how much is stained.
_WILD = re.compile(
    r"(?:non-? ?(?:mutat\w+|mutant|aberrant)|not mutated|wild-?\s?type|w\.?t\b)"
    r"(?!\s(?:for\s)?(?-i:[A-Z][A-Z\d]{2}))",
    re.IGNORECASE,
)
_AND_WORD = re.compile(r"\band\b", re.IGNORECASE)
#: A dash before the words of a result.
_DASH = re.compile(r"-\s{2,3}(?:neg|pos|absent|present|lost|retained|intact)", re.IGNORECASE)


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
    gap = FOLD.sub(" ", text[last.end : token.start]).lower()
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
        another = FOR.match(text, token.end) and not says_something(text[token.start : token.end])
        if another or not _AND_OF.fullmatch(gap):
            return False
    separated = "," in gap or " and " in gap.lower() or "&" in gap or "  " in gap.replace("\n", " ")
    both = words.POLAR.search(text[last.start : last.end]) and words.POLAR.search(
        text[token.start : token.end]
    )
    return not (separated and both)
