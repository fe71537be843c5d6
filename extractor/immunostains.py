"""How results of immunostains are read: lists, tables, signs and sentences.

A unit is read as a row of stains and results. A result belongs to the stain before it ("CD56 +",
"A, B and C are negative") or to those after it ("positive for A and B; negative for C", "loss of ATRX").
The words of the result then decide the value, by the field's own rules (those with a ``value``) in the
order of its file; the rules ``marker``, ``other`` and ``word`` say what is a stain and what a result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from extractor import stain_words as words
from extractor.field import Candidate
from extractor.findings import SKIPPED
from extractor.layout import Unit

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.patterns import FieldPatterns, Rule

Kind = Literal["target", "stain", "result"]

_WRAP = re.compile(r",\s+")
_GOES_ON = re.compile(r"(?:and|or)\b|[/,&]", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:\b(?:and|or)|[/,&])\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A stain's name or a result's words in a unit."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """The words of the result that belong to one mention of a stain, and where they stand."""

    words: str
    start: int
    end: int
    direct: bool


def read_stain(document: Document, patterns: FieldPatterns) -> Iterator[Candidate]:
    """Candidates of a field that is the result of one stain (or of a test of its gene)."""
    marker = patterns.rule("marker").pattern
    for unit in document.units:
        if not marker.search(unit.text):
            continue
        found = list(_read_unit(document, patterns, unit))
        yield from found
        if not found and (match := marker.search(unit.text)) and words.PENDING.search(unit.text):
            yield document.candidate(
                None, unit, match.start(), match.end(), f"{patterns.name}/pending", status="pending"
            )


def _read_unit(document: Document, patterns: FieldPatterns, unit: Unit) -> Iterator[Candidate]:
    marker, stains, results = (patterns.rule(name).pattern for name in ("marker", "other", "word"))
    text = _text(document, unit)
    for rule in patterns.rules:
        if rule.value is not None and rule.id.endswith("-sentence") and (match := rule.pattern.search(text)):
            yield document.candidate(
                rule.value,
                unit,
                match.start(),
                match.end(),
                rule.id,
                strength=rule.strength,
                stain_sentence=1.0,
            )
            return
    tokens = scan(text, marker, stains, results)
    for index, token in enumerate(tokens):
        if token.kind != "target":
            continue
        for finding in findings(text, tokens, index):
            decided = _decide(patterns, finding.words)
            if decided is None:
                continue
            if not ("muta" in finding.words.lower() and words.PENDING.search(text)):
                found = _candidate(document, unit, text, token, finding, decided)
                if found is not None:
                    yield found
            break
        else:
            if unit.under and not any(t.kind == "result" for t in tokens) and token.start <= 3:
                yield from _under(document, patterns, unit, token)


def _under(document: Document, patterns: FieldPatterns, unit: Unit, token: Token) -> Iterator[Candidate]:
    """A stain in a list below "Positive:" or "The tumor cells are negative for:"."""
    if not re.search(r"posit|negat|(?:lost|retained)\s*$", unit.under, re.IGNORECASE):
        return
    if (rule := _decide(patterns, unit.under)) is not None:
        strength = rule.strength - 0.5
        yield document.candidate(
            rule.value, unit, token.start, token.end, rule.id, strength=strength, under_result=1.0
        )


def _decide(patterns: FieldPatterns, result: str) -> Rule | None:
    """The first of the field's rules with a value that the words of a result meet."""
    for rule in patterns.rules:
        if rule.value is not None and not rule.id.endswith("-sentence") and rule.pattern.search(result):
            return rule
    return None


def _text(document: Document, unit: Unit) -> str:
    """The unit's text; with the next one's if it ends within a list ("DAXX and | ATRX: preserved")."""
    following = document.units[unit.index + 1] if unit.index + 1 < len(document.units) else None
    if (
        following is None
        or following.start - unit.end > 3
        or not (_UNFINISHED.search(unit.text) or _GOES_ON.match(following.text))
    ):
        return unit.text
    return document.text.clean[unit.start : following.end].replace("\n", " ")


def _candidate(
    document: Document, unit: Unit, text: str, token: Token, finding: Finding, rule: Rule
) -> Candidate | None:
    strength = rule.strength
    start, end = min(token.start, finding.start), max(token.end, finding.end)
    if words.GENERAL.search(text[max(0, start - 70) : start]) or words.GENERAL.search(text[end : end + 40]):
        return None
    if words.UNDONE.search(text[finding.start : end + 30]):
        return None
    around = text[max(0, start - 90) : end + 60]
    features: dict[str, float] = {"stain_direct": float(finding.direct)}
    if words.TUMOR.search(around):
        features["stain_of_tumor"] = 1.0
    if aside := words.ELSEWHERE.search(text[max(0, start - 90) : start] + " ... " + text[end : end + 60]):
        if not words.TUMOR.search(text[max(0, start - 60) : start]):
            return None
        features["stain_aside"] = 1.0
        strength -= 0.5 + 0.5 * (aside.start() < 90)
    if unit.section in SKIPPED:  # results are often told after the list of specimens or blocks
        strength += 2.5
    candidate = document.candidate(rule.value, unit, start, end, rule.id, strength=strength)
    candidate.features.update(features)
    return candidate


def scan(
    text: str, marker: re.Pattern[str], stains: re.Pattern[str], results: re.Pattern[str]
) -> tuple[Token, ...]:
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
        if last is not None and token.kind == last.kind == "result" and _one_result(text, last, token):
            merged[-1] = Token("result", last.start, token.end)
        else:
            merged.append(token)
    return tuple(merged)


def _one_result(text: str, last: Token, token: Token) -> bool:
    gap = text[last.end : token.start]
    if gap.strip().lower() in {"for", "of"} and not _says_something(text[token.start : token.end]):
        return True
    if len(gap) > 45 or re.search(r"[;|]|\.\s|\s\.|\s{3,}", gap):
        return False
    if gap.rstrip().endswith(":") and _says_something(text[last.start : last.end]):
        return False
    if "," in gap and words.NEGATOR.match(text, token.start):
        return False
    if words.FILLER.sub("", gap).strip(" \t()/,.~<>=\"'-:"):
        return False
    if re.search(r"\band\b", gap) and len(gap.strip()) > 3:
        return False
    separated = "," in gap or " and " in gap or "  " in gap.replace("\n", " ")
    both = words.POLAR.search(text[last.start : last.end]) and words.POLAR.search(
        text[token.start : token.end]
    )
    return not (separated and both)


def findings(text: str, tokens: tuple[Token, ...], index: int) -> Iterator[Finding]:
    """The results that may belong to the stain at ``index``, the likeliest first."""
    right, crossed = _after(text, tokens, index)
    left = _before(text, tokens, index)
    own = text[right.start : right.end] if right else ""
    if right and _only_modifiers(own) and _says_something(own) and not words.ENDS.match(text, right.end):
        right, own = None, ""
    noun = right is not None and not _says_something(own)
    before = text[left.start : left.end] if left else ""
    if (
        right
        and left
        and (noun or _only_modifiers(before))
        and not (crossed and not noun and left.end < tokens[index].start - 60)
    ):
        yield Finding(f"{before} {own}", left.start, right.end, True)
    if right and not noun and not (left and crossed and _says_something(before)):
        yield Finding(own, right.start, right.end, not crossed)
    if left and _says_something(before):
        yield Finding(before, left.start, left.end, False)
    elif left and words.SUBJECT.search(text[max(0, left.start - 40) : left.start]):
        yield Finding("cells stain", left.start, left.end, False)
    if right and not noun and crossed:
        yield Finding(own, right.start, right.end, False)


def _says_something(result: str) -> bool:
    return bool(re.sub(r"[\s(),]+", "", words.NOUN.sub("", result)))


def _only_modifiers(result: str) -> bool:
    return not words.FILLER.sub("", words.NOUN.sub("", words.MODIFIER.sub("", result))).strip(" ,()/-")


def _after(text: str, tokens: tuple[Token, ...], index: int) -> tuple[Token | None, bool]:
    """The result after a stain, over the other stains of a list; and whether any was crossed."""
    at = tokens[index]
    crossed = False
    for token in tokens[index + 1 : index + 14]:
        gap = _WRAP.sub(", ", text[at.end : token.start])
        if token.kind == "result":
            return (token, crossed) if _is_link(gap) else (None, crossed)
        if not _is_list(gap):
            return None, crossed
        at, crossed = token, True
    return None, crossed


def _is_link(gap: str) -> bool:
    if len(gap) > 70 or re.search(r"\b(?:and|or)\b", re.sub(r"\([^()]*\)", "", gap)):
        return False
    bare = words.FILLER.sub("", words.LINK.sub("", re.sub(r"\.{2,}", " ", gap)))
    bare = re.sub(r"\([^()]{0,45}(?:\)|$)|\bA\b", "", bare)
    rest = bare.strip(" \t:|=/\"'*-–·_~<>)")
    return not rest or re.fullmatch(r"(?!but|with|for|no)[a-z]{1,5}", rest) is not None


def _is_list(gap: str) -> bool:
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


def _before(text: str, tokens: tuple[Token, ...], index: int) -> Token | None:
    """The result before a stain that speaks of it: "positive for A, B and C"."""
    at = tokens[index]
    for back in range(index - 1, max(-1, index - 22), -1):
        token = tokens[back]
        gap = _WRAP.sub(", ", text[token.end : at.start])
        if token.kind != "result":
            if len(gap) > 70 or words.CLAUSE.search(gap) or re.search(r"\s{4,}", gap):
                return None
            at = token
            continue
        if _in_parentheses(text, token):
            continue
        linked = _is_prefix(gap, verb=words.VERB.search(text, token.start, token.end) is not None)
        if linked is None:
            return None
        bound = (
            back > 0
            and tokens[back - 1].kind != "result"
            and _is_link(text[tokens[back - 1].end : token.start])
        )
        if bound and not re.match(r"\s*(?:staining |immunoreactivity )?(?:for|with|to)\b", gap):
            return None
        return token if linked or _says_something(text[token.start : token.end]) else None
    return None


def _in_parentheses(text: str, token: Token) -> bool:
    return text[: token.start].rstrip().endswith("(") and text[token.end :].lstrip()[:1] in {")", ",", "/"}


def _is_prefix(gap: str, *, verb: bool) -> bool | None:
    """Whether the words between a result and a stain tie them ("for", a colon); None if they part them."""
    if len(gap) > 90 or re.search(r"[;|]|\.\s|\s{4,}", gap):
        return None
    linked = verb or words.LINKED.search(gap) is not None
    bare = words.FILLER.sub("", words.PREFIX.sub("", gap)).strip(" :\"'(*->,.")
    if not bare:
        return None if "," in gap and not linked else linked
    pieces = [piece.strip() for piece in bare.split(",")]
    if linked and not words.CLAUSE.search(gap) and all(len(piece.split()) <= 4 for piece in pieces):
        return True
    return True if re.fullmatch(r"\W*\w{1,5}\W*", bare) else None
