"""Margins in the answers to questions of either polarity, and in the margin codes of Japanese reports.

"Completely excised: yes" and "Margins involved: no" say the same; the answer alone tells nothing. The codes
name the margin and its state: pPM (proximal), pDM (distal), pRM (radial), pHM and pVM (horizontal and
vertical), pPCM (pancreatic cut end), pBCM (bile duct cut end), pDPM (peripancreatic), pEM (exposed);
0 is free, 1 is involved, X cannot be assessed. Source: the Japanese classifications of gastric, colorectal,
esophageal and pancreatic carcinoma. RP, PV and SP, which look alike, tell how far the tumor goes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.matching.expressions import Expression

if TYPE_CHECKING:
    from extractor.document import Document
    from extractor.field import Candidate
    from extractor.unit import Unit

_TAKEN = r"(?:excis(?:ed|ion)|resect(?:ed|ion)|remov(?:ed|al))"
_QUESTION = Expression(
    rf"\b(?:(?P<free>(?:complete(?:ly)?|R0) {_TAKEN}|(?:excision|resection|removal) (?:is )?complete|"
    r"margins? (?:(?:is|are|all) ){0,2}(?:clear|free|negative|uninvolved)|"
    r"(?:clear|free|negative) (?:\w+ )?margins?)|"
    rf"(?P<held>margins? (?:(?:is|are) )?(?:involved|positive|affected)|incomplete(?:ly)? {_TAKEN}|"
    r"(?:tumou?r|carcinoma|NET) (?:present )?(?:at|in) (?:the )?(?:[\w-]+ ){0,3}?margins?|"
    r"involvement of (?:the )?(?:[\w-]+ ){0,3}?margins?))"
    r"(?:(?!\b(?:yes|no)\b)[^:?=.;\n]){0,40}?"
    r"(?:[:?=-]{1,2}\s{0,9}|\.{3,}[ \t]{0,3}|\t[ \t]{0,9}|[ \t]{2,9}|[ \t](?=(?-i:[YN](?:o|es)?)\b))"
    r"(?P<said>yes|no|[yn]|(?(held)(?:absent|present|none|seen|identified|found|"
    r"not (?:seen|identified|present|found))|(?!)))"
    r"(?=\s*(?:$|[.;\n]))",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?P<prefix>p?)(?P<margin>PCM|BCM|DPM|PM|DM|RM|LM|VM|HM|EM)(?:(?P<state>[01OX])(?![A-Za-z0-9])|"
    r"\s?\((?P<sign>[+-])\))"
)
_BLOCK = re.compile(r"\b(?:blocks?|cassettes?|sections?|slides?|stain\w*|shows?|submitted)\b", re.IGNORECASE)
_STATES = {"0": "negative", "X": "indeterminate", "1": "positive"}


def asked(document: Document, unit: Unit) -> Candidate | None:
    """The worst answer to questions that name complete excision, or free or involved margins."""
    text = document.text.clean[unit.start : unit.end]
    if text.rstrip().endswith("?"):
        text = f"{text} {document.text_below(unit)}"
    told = [found for found in _QUESTION.finditer(text) if found.start() < len(unit.text)]
    if not told:
        return None
    found = next((found for found in told if not _is_free(found)), told[0])
    return document.candidate(
        "negative" if _is_free(found) else "positive",
        unit,
        found.start(),
        min(found.end(), len(unit.text)),
        "margins/asked",
        strength=0.5,
        answered=1.0,
    )


def _is_free(answer: re.Match[str]) -> bool:
    """Whether an answer means free margins."""
    return (answer["free"] is not None) == (answer["said"][0] in "yYpPsSiIfF")


def coded(document: Document, unit: Unit) -> Candidate | None:
    """The worst of the codes for margins.

    A single code needs its prefix: PM0 alone is "no distant metastasis" in capitals, and block numbers look
    like the others.
    """
    found = list(_CODE.finditer(unit.text))
    if unit.section == "gross" or _BLOCK.search(unit.text):
        return None
    if not any(m["prefix"] for m in found) and len({m["margin"] for m in found}) < 2:
        return None
    worst = max(found, key=lambda m: "0X1".index(_state(m)))
    return document.candidate(
        _STATES[_state(worst)],
        unit,
        worst.start(),
        worst.end(),
        "margins/code-japanese",
        strength=0.5,
        coded=1.0,
    )


def _state(code: re.Match[str]) -> str:
    """The digit of a code; a sign stands for one, an O for nought."""
    return (code["state"] or "").replace("O", "0") or ("1" if code["sign"] == "+" else "0")
