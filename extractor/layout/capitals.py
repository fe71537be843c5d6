"""Pages in capitals: codes that small letters tell from words and from each other are written with them.

A dictation system without small letters gives "PT3 PN1 CM0", "LY0", "RB LOST" for pT3 pN1 cM0, ly0 and Rb,
and "PTL PN0" where a small l was typed or read for 1. Nothing else is changed, no character moves, and pages
that have small letters stay as they are. "PN0" is left alone where it may be a code of nerve sheaths ("L0,
V0, PN0").
"""

from __future__ import annotations

import re

#: A page in capitals has so many capitals, and so many for each small letter.
_FEWEST, _SHARE = 120, 6
#: The letters of classification in categories that stand together.
_STAGE = re.compile(r"Y?P(?=[TNM])")
_CODE = re.compile(
    # categories: T and N together, or a letter of classification before T, N or M and its number
    r"(?<![A-Z0-9])(?P<pair>Y?PT ?(?:[0-4LX]|IS)[A-D]?(?: ?\(M\))?[\s,;.]{0,4}Y?PN ?[0-3LOX](?![D-Z0-9]))|"
    r"(?<![A-Z0-9])(?<![^TN\d]\d )(?<!:\d\d )(?P<stage>Y?P(?="
    r"T(?:[0-4X]| [0-4X](?! [A-Z0-9])|IS)[A-D]?(?!(?!N[0-3OX])[A-Z0-9])|"
    r"M ?[01X][A-C]?(?![A-Z0-9])|"
    r"N ?[0-3OX][A-C]?(?: ?\(\d{1,3} ?/ ?\d{1,3}\)|[ ,;]{0,3}P?M ?[01OX]\b))|C(?=M ?0(?![A-Z0-9])))|"
    # the same as the label of a row
    r"^[ \t|]*(?P<row>Y?P(?=[TNM](?:\s{2,}\S|\s*[|:])))|"
    # Japanese codes of vessels, nerves and edges
    r"(?<![A-Z0-9])(?P<vessels>LY|NE)(?= ?[0-3][A-C]?(?![A-Z0-9]))|"
    r"(?<![A-Z0-9])(?P<edge>P)(?=(?:[PBD][CP]|[HV])M[01X](?![A-Z0-9]))|"
    # abbreviations
    r"\b(?:R(?P<rb>B)(?=[ :,/-]{0,3}(?:IS |WAS )?(?:\w+ ){0,1}(?:EXPRESSION|NUCLEAR|LOST|LOSS|RETAINED|"
    r"MAINTAINED|INTACT|ABSENT|[+-](?=[ ,;.]|$)))|M(?P<minen>I)NEN\b|C(?P<cga>G)(?= ?A\b(?!-))|"
    r"P(?P<panin>AN)IN(?![A-Z])|P(?P<pitnet>IT)NET\b)",
    re.MULTILINE,
)


def as_printed(text: str) -> str:
    """The text of a page in capitals with its codes written as they are printed.

    >>> page = "ILEUM, RESECTION: WELL DIFFERENTIATED NEUROENDOCRINE TUMOR OF THE TERMINAL ILEUM WITH NODES. "
    >>> as_printed(2 * page + "PT3 PN1 (2/14) CM0, RB LOST")[len(2 * page) :]
    'pT3 pN1 (2/14) cM0, Rb LOST'
    >>> as_printed("PT3 PN1 in a page with small letters")
    'PT3 PN1 in a page with small letters'
    """
    capitals = sum(map(str.isupper, text))
    if capitals < _FEWEST or capitals < _SHARE * sum(map(str.islower, text)):
        return text
    return _CODE.sub(_small, text)


def _small(code: re.Match[str]) -> str:
    if code["pair"]:
        return _STAGE.sub(lambda stage: stage[0].lower(), code[0]).replace("L", "1")
    start, end = code.span(code.lastgroup or 0)
    start, end = start - code.start(), end - code.start()
    return code[0][:start] + code[0][start:end].lower() + code[0][end:]
